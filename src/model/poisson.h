/**
 * Poisson numbers, one per cell and step: functions of a key, the step and the cell's index alone. Probabilities are
 * multiples of 2^-32. Not collective.
 */
#ifndef LOLIGO_MODEL_POISSON_H
#define LOLIGO_MODEL_POISSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "loligo/status.h"
#include "model/drive.h"

/* What users must know of small rates: a word of 32 bits decides. */
#define POISSON_HELP "; the probability of any number of spikes in a step is a multiple of 2^-32"

/** The mean of a cell and step that is too large. */
enum { POISSON_MAX_MEAN = 1000000 };

/** The law of one mean, prepared. */
typedef struct poisson_table poisson_table;

/** Prepares the law of that mean. Fails without memory, or for a mean of POISSON_MAX_MEAN or more (INPUT). */
loligo_status poisson_table_create(double mean, poisson_table **table);
void poisson_table_destroy(poisson_table *table);

/**
 * Fills count[n] with independent numbers of one mean.
 *
 * @param n      cells, at most MODEL_BLOCK_CELLS
 * @param index  [n] ascending indices of the cells
 * @param count  [n] filled
 */
void poisson_draw(const poisson_table *table, random_key key, int64_t step, size_t n, const uint64_t *index,
                  int64_t *count);

/**
 * Fills row k with numbers of one mean for step first + k. They are others than those of poisson_draw().
 *
 * @param first  step, a multiple of DRIVE_STEPS
 * @param n      cells, at most MODEL_BLOCK_CELLS
 * @param index  [n] indices of the cells
 * @param rows   [DRIVE_STEPS] -> [n] filled
 */
void poisson_draw_steps(const poisson_table *table, random_key key, int64_t first, size_t n, const uint64_t *index,
                        drive_row *rows);

/** As poisson_draw(), with a mean for each cell: mean[n]. */
void poisson_draw_each(const double *mean, random_key key, int64_t step, size_t n, const uint64_t *index,
                       int64_t *count);

#endif

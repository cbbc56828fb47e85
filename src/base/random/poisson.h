/**
 * Poisson numbers, one per cell and step: functions of a key, the step and the cell's index alone. Probabilities are
 * multiples of 2^-32. Not collective.
 */
#ifndef LOLIGO_BASE_RANDOM_POISSON_H
#define LOLIGO_BASE_RANDOM_POISSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random/random.h"
#include "loligo/status.h"

/* What users must know of small rates: a word of 32 bits decides. */
#define POISSON_HELP "; the probability of any number of spikes in a step is a multiple of 2^-32"

enum {
  POISSON_MAX_MEAN = 1000000, /* of a cell and step: too large */
  POISSON_MAX_CELLS = 256,    /* that are served at once */
  POISSON_STEPS = 4           /* of poisson_draw_steps(): one block of random words serves a cell through all of them */
};

/** Numbers of the cells at one step. */
typedef int32_t poisson_row[POISSON_MAX_CELLS];

/** The law of one mean, prepared. */
typedef struct poisson_table poisson_table;

/** Prepares the law of that mean. Fails without memory, or for a mean of POISSON_MAX_MEAN or more (INPUT). */
loligo_status poisson_table_create(double mean, poisson_table **table);
void poisson_table_destroy(poisson_table *table);

/**
 * Fills count[n] with independent numbers of one mean.
 *
 * @param n      cells, at most POISSON_MAX_CELLS
 * @param index  [n] ascending indices of the cells
 * @param count  [n] filled
 */
void poisson_draw(const poisson_table *table, random_key key, int64_t step, size_t n, const uint64_t *index,
                  int64_t *count);

/**
 * Fills row k with numbers of one mean for step first + k. They are others than those of poisson_draw().
 *
 * @param first  step, a multiple of POISSON_STEPS
 * @param n      cells, at most POISSON_MAX_CELLS
 * @param index  [n] indices of the cells
 * @param rows   [POISSON_STEPS] -> [n] filled
 */
void poisson_draw_steps(const poisson_table *table, random_key key, int64_t first, size_t n, const uint64_t *index,
                        poisson_row *rows);

/** As poisson_draw(), with a mean for each cell: mean[n]. */
void poisson_draw_each(const double *mean, random_key key, int64_t step, size_t n, const uint64_t *index,
                       int64_t *count);

/** The numbers of poisson_draw_each() where all cells have one mean, sooner. */
void poisson_draw_same(double mean, random_key key, int64_t step, size_t n, const uint64_t *index, int32_t *count);

#endif

/** Spike trains given by the user, looked up by the step of their arrival. Not collective. */
#ifndef LOLIGO_MODEL_TRAINS_H
#define LOLIGO_MODEL_TRAINS_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

typedef struct trains trains;

/**
 * Rounds times to the grid and orders them.
 *
 * @param times   [n] ms; must round to step 1 or later
 * @param owners  [n] index of the cell that each belongs to, or NULL: all cells get all
 * @param dt      ms
 * @param made    receives the trains, for trains_destroy(); NULL after a failure
 * @return        LOLIGO_INPUT_ERROR for a time before the first step's end, LOLIGO_MACHINE_ERROR without memory
 */
loligo_status trains_create(const double *times, const uint64_t *owners, size_t n, double dt, trains **made);
void trains_destroy(trains *trains);

/** Bytes of so many spikes in them. */
double trains_bytes(double n);

/**
 * Writes how many spikes each cell has at a step.
 *
 * @param stamp  step
 * @param n      cells
 * @param index  [n] ascending indices of the cells
 * @param count  [n] filled
 */
void trains_count(const trains *trains, int64_t stamp, size_t n, const uint64_t *index, int64_t *count);

#endif

/*
 * Given spikes onto a receptor; each arrives at its time, rounded to the grid.
 */
#include "model/input/input_model.h"
#include "model/trains.h"

static loligo_status prepare(const input_setup *setup, void **shared)
{
  return trains_create(setup->times, setup->owners, setup->n_times, setup->dt, (trains **)shared);
}

static void release(void *shared)
{
  trains_destroy(shared);
}

static void count(const void *shared, int64_t first, size_t n, const uint64_t *index, poisson_row *rows)
{
  int64_t found[LOLIGO_BLOCK_CELLS];
  for (int k = 0; k < POISSON_STEPS; k++) {
    trains_count(shared, first + k + 1, n, index, found);
    for (size_t i = 0; i < n; i++) rows[k][i] = (int32_t)found[i];
  }
}

const input_model input_model_spikes = {
    .name = "spikes",
    .summary = "given spikes, each arriving at its time rounded to the grid",
    .takes_trains = true,
    .prepare = prepare,
    .release = release,
    .count = count,
};

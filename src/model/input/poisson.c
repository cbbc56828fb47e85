/*
 * Poisson spike trains onto a receptor, independent from cell to cell: the sum of `sources` trains of one rate.
 */
#include <math.h>

#include "base/memory.h"
#include "base/random/poisson.h"
#include "model/input/input_model.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW(
        "rate", "Hz", NULL, LOLIGO_RANGE_NON_NEGATIVE,
        "mean number of spikes per second of each source; that changes in time: {times: ..., rates: ...} of "
        "poisson_steps, {sine: ...} of poisson_sine" POISSON_HELP),
    LOLIGO_REAL_ROW("sources", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "sources per target cell"),
};

enum { RATE, SOURCES };

typedef struct background {
  random_key key;
  poisson_table *table; /* NULL where cells differ in rate */
} background;

/* Spikes in a step. */
static double mean_of(const double *param, double dt)
{
  return param[RATE] * param[SOURCES] * dt * 1e-3;
}

static void release(void *shared)
{
  background *made = shared;
  poisson_table_destroy(made->table);
  memory_free(made);
}

static loligo_status prepare(const input_setup *setup, void **shared)
{
  background *made = memory_allocate(1, sizeof *made, "Poisson input");
  if (!made) return LOLIGO_MACHINE_ERROR;
  *made = (background){.key = setup->key};
  *shared = made;
  const double mean = mean_of(setup->param, setup->dt);
  return isnan(mean) ? LOLIGO_OK : poisson_table_create(mean, &made->table);
}

static loligo_status derive(const double *param, double dt, double *derived)
{
  *derived = mean_of(param, dt);
  if (*derived < POISSON_MAX_MEAN) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "rate: %g events per step are more than a Poisson process may have here (1e6)",
                     *derived);
}

static void count(const void *shared, int64_t first, size_t n, const uint64_t *index, poisson_row *rows)
{
  const background *from = shared;
  poisson_draw_steps(from->table, from->key, first, n, index, rows);
}

static void count_each(const void *shared, const double *derived, int64_t first, size_t n, const uint64_t *index,
                       poisson_row *rows)
{
  const background *from = shared;
  int64_t found[POISSON_MAX_CELLS];
  for (int k = 0; k < POISSON_STEPS; k++) {
    poisson_draw_each(derived, from->key, first + k, n, index, found);
    for (size_t i = 0; i < n; i++) rows[k][i] = (int32_t)found[i];
  }
}

const input_model input_model_poisson = {
    .name = "poisson",
    .summary = "Poisson spike trains, independent from cell to cell",
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = release,
    .count = count,
    .derive = derive,
    .count_each = count_each,
};

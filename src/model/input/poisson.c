/*
 * Poisson spike trains onto a receptor, independent from cell to cell: the sum of `sources` trains of one rate.
 */
#include <math.h>

#include "base/memory.h"
#include "base/random/poisson.h"
#include "model/input/input_model.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("rate", "Hz", NULL, LOLIGO_RANGE_NON_NEGATIVE,
                    "mean number of spikes per second of each source" POISSON_HELP),
    LOLIGO_REAL_ROW("sources", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "sources per target cell"),
};

enum { RATE, SOURCES };

typedef struct background {
  random_key key;
  poisson_table *table;
} background;

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
  return poisson_table_create(setup->param[RATE] * setup->param[SOURCES] * setup->dt * 1e-3, &made->table);
}

static void count(const void *shared, int64_t first, size_t n, const uint64_t *index, poisson_row *rows)
{
  const background *from = shared;
  poisson_draw_steps(from->table, from->key, first, n, index, rows);
}

const input_model input_model_poisson = {
    .name = "poisson",
    .summary = "Poisson spike trains, independent from cell to cell",
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = release,
    .count = count,
};

/*
 * Poisson spike trains onto a receptor, independent from cell to cell: the sum of `sources` trains of one rate.
 */
#include <math.h>

#include "base/memory.h"
#include "model/drive.h"
#include "model/poisson.h"

static const param params[] = {
    PARAM_REAL_ROW("rate", "Hz", NULL, RANGE_NON_NEGATIVE, "mean number of spikes per second of each source"),
    PARAM_REAL_ROW("sources", "", "1", RANGE_NON_NEGATIVE, "sources per target cell"),
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

static loligo_status prepare(const drive_setup *setup, void **shared)
{
  background *made = memory_allocate(1, sizeof *made, "Poisson input");
  if (!made) return LOLIGO_MACHINE_ERROR;
  *made = (background){.key = setup->key};
  *shared = made;
  return poisson_table_create(setup->param[RATE] * setup->param[SOURCES] * setup->dt * 1e-3, &made->table);
}

static void add(const void *shared, int64_t step, size_t n, const uint64_t *index, double scale, double *out)
{
  const background *from = shared;
  int64_t count[POISSON_MAX_CELLS];
  for (size_t done = 0; done < n; done += POISSON_MAX_CELLS) {
    const size_t chunk = n - done < POISSON_MAX_CELLS ? n - done : POISSON_MAX_CELLS;
    poisson_draw(from->table, from->key, step, chunk, index + done, count);
    for (size_t i = 0; i < chunk; i++) out[done + i] += scale * (double)count[i];
  }
}

const drive drive_poisson = {
    .name = "poisson",
    .summary = "Poisson spike trains, independent from cell to cell",
    .params = PARAM_TABLE(params),
    .prepare = prepare,
    .release = release,
    .add = add,
};

/*
 * Given spikes onto a receptor; each arrives at its time, rounded to the grid.
 */
#include "model/drive.h"
#include "model/trains.h"

enum { CHUNK_CELLS = 128 };

static loligo_status prepare(const drive_setup *setup, void **shared)
{
  return trains_create(setup->times, setup->owners, setup->n_times, setup->dt, (trains **)shared);
}

static void release(void *shared)
{
  trains_destroy(shared);
}

static void add(const void *shared, int64_t step, size_t n, const uint64_t *index, double scale, double *out)
{
  int64_t count[CHUNK_CELLS];
  for (size_t done = 0; done < n; done += CHUNK_CELLS) {
    const size_t chunk = n - done < CHUNK_CELLS ? n - done : CHUNK_CELLS;
    trains_count(shared, step + 1, chunk, index + done, count);
    for (size_t i = 0; i < chunk; i++) out[done + i] += scale * (double)count[i];
  }
}

const drive drive_spikes = {
    .name = "spikes",
    .summary = "given spikes, each arriving at its time rounded to the grid",
    .takes_trains = true,
    .prepare = prepare,
    .release = release,
    .add = add,
};

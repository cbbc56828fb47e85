/*
 * Spike trains as one list of events, sorted by step and cell: a step's events are found by bisection, so that no
 * cursor has to be kept and any step may be asked for.
 */
#include "model/trains.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/grid.h"
#include "base/memory.h"

typedef struct event {
  int64_t step;
  uint64_t cell; /* 0 where all cells get all */
} event;

struct trains {
  event *events; /* [n] ascending */
  size_t n;
  bool shared; /* all cells get all */
};

static bool is_before(event a, event b)
{
  return a.step < b.step || (a.step == b.step && a.cell < b.cell);
}

static int compare_events(const void *a, const void *b)
{
  const event x = *(const event *)a, y = *(const event *)b;
  return is_before(y, x) - is_before(x, y);
}

static loligo_status fill_events(trains *trains, const double *times, const uint64_t *owners, double dt)
{
  for (size_t i = 0; i < trains->n; i++) {
    const double step = grid_steps(times[i], dt);
    if (!(step >= 1 && step < 0x1p62))
      return loligo_fail(LOLIGO_INPUT_ERROR, "times: %g ms is not a time from the first step (dt = %g ms) on", times[i],
                         dt);
    trains->events[i] = (event){(int64_t)step, owners ? owners[i] : 0};
  }
  qsort(trains->events, trains->n, sizeof *trains->events, compare_events);
  return LOLIGO_OK;
}

loligo_status trains_create(const double *times, const uint64_t *owners, size_t n, double dt, trains **made)
{
  *made = NULL;
  trains *trains = memory_allocate(1, sizeof *trains, "spike trains");
  if (!trains) return LOLIGO_MACHINE_ERROR;
  *trains = (struct trains){.events = memory_allocate(n, sizeof(event), "spike trains"), .n = n, .shared = !owners};
  const loligo_status status = trains->events ? fill_events(trains, times, owners, dt) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK)
    *made = trains;
  else
    trains_destroy(trains);
  return status;
}

double trains_bytes(double n)
{
  return n * sizeof(event);
}

void trains_destroy(trains *trains)
{
  if (!trains) return;
  memory_free(trains->events);
  memory_free(trains);
}

/* First event that is not before `from`. */
static size_t find_event(const trains *trains, event from)
{
  size_t low = 0, high = trains->n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (is_before(trains->events[middle], from))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void trains_count(const trains *trains, int64_t stamp, size_t n, const uint64_t *index, int64_t *count)
{
  memset(count, 0, n * sizeof *count);
  if (n == 0) return;
  size_t position = 0;
  for (size_t e = find_event(trains, (event){stamp, trains->shared ? 0 : index[0]}); e < trains->n; e++) {
    const event found = trains->events[e];
    if (found.step != stamp || (!trains->shared && found.cell > index[n - 1])) break;
    if (trains->shared) {
      for (size_t i = 0; i < n; i++) count[i]++;
      continue;
    }
    while (index[position] < found.cell) position++;
    if (index[position] == found.cell) count[position]++;
  }
}

/*
 * Spike times are kept sorted by time, so that one pass over them serves a whole run.
 */
#include "network/spike_times.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/grid.h"
#include "base/memory.h"
#include "network/selection.h"

/* So that steps are exact as numbers too; no run is as long. */
static const double LATEST_STEP = 0x1p53;

typedef struct spike {
  double time;
  uint64_t owner;
} spike;

static loligo_status check_one(const spike_times *given, size_t i)
{
  const double time = given->times[i];
  if (!isfinite(time) || grid_steps(time, given->dt) < 1)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "spike time %g ms must be finite and not before the end of the first step, %g ms", time,
                       given->dt);
  if (time / given->dt > LATEST_STEP)
    return loligo_fail(LOLIGO_INPUT_ERROR, "spike time %g ms is beyond 2^53 steps of dt %g ms", time, given->dt);
  if (!given->owners || selection_holds(given->cells, given->owners[i])) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "the spike at %g ms belongs to cell %llu, which is not %s[%llu:%llu]", time,
                     (unsigned long long)given->owners[i], given->cells->n_stretches ? "selected in " : "in ",
                     (unsigned long long)given->cells->first, (unsigned long long)given->cells->last);
}

static loligo_status check(const spike_times *given)
{
  for (size_t i = 0; i < given->n; i++) {
    const loligo_status status = check_one(given, i);
    if (status == LOLIGO_OK) continue;
    *given->refused = i;
    return status;
  }
  return LOLIGO_OK;
}

static int compare(const void *a, const void *b)
{
  const spike *x = a, *y = b;
  if (x->time != y->time) return x->time < y->time ? -1 : 1;
  return (x->owner > y->owner) - (x->owner < y->owner);
}

static spike *sorted(const spike_times *given)
{
  spike *spikes = memory_allocate(given->n, sizeof *spikes, "spike times");
  if (!spikes) return NULL;
  bool in_order = true;
  for (size_t i = 0; i < given->n; i++) {
    spikes[i] = (spike){given->times[i], given->owners ? given->owners[i] : 0};
    in_order = in_order && (i == 0 || compare(&spikes[i - 1], &spikes[i]) <= 0);
  }
  if (!in_order) qsort(spikes, given->n, sizeof *spikes, compare);
  return spikes;
}

loligo_status spike_times_copy(const spike_times *given, double **times, uint64_t **owners)
{
  *times = NULL;
  *owners = NULL;
  LOLIGO_TRY(check(given));
  if (given->n == 0) return LOLIGO_OK;
  spike *spikes = sorted(given);
  if (!spikes) return LOLIGO_MACHINE_ERROR;
  *times = memory_allocate(given->n, sizeof **times, "spike times");
  if (given->owners) *owners = memory_allocate(given->n, sizeof **owners, "spike times");
  bool allocated = *times && (*owners || !given->owners);
  for (size_t i = 0; allocated && i < given->n; i++) {
    (*times)[i] = spikes[i].time;
    if (*owners) (*owners)[i] = spikes[i].owner;
  }
  memory_free(spikes);
  return allocated ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/**
 * An input from outside the network (the `inputs` of a model file): a current, or spikes onto a receptor, for a
 * selection of cells. A drive is one file, src/model/drive_NAME.c, and one line in drive_registry.c.
 */
#ifndef LOLIGO_MODEL_DRIVE_H
#define LOLIGO_MODEL_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/random.h"
#include "loligo/status.h"

/** What a drive is made from. */
typedef struct drive_setup {
  const double *param;    /* [params.n] values; NAN for PARAM_LIST rows; a weight is not among them */
  const real_list *lists; /* [params.n] values of PARAM_LIST rows */
  const double *times;    /* [n_times] ms, ascending, where takes_trains */
  const uint64_t *owners; /* [n_times] index of the target cell, or NULL if all targets get all */
  size_t n_times;
  random_key key; /* RANDOM_DRIVE of the input's name */
  double dt;      /* ms */
} drive_setup;

typedef struct drive {
  const char *name;    /* poisson, dc, sine, square, sawtooth, triangle, steps, spikes */
  const char *summary; /* one line */
  bool is_current; /* adds pA over the step; else spike counts that arrive at its end, times weight onto a receptor */
  bool takes_trains;
  param_table params; /* without target, weight, receptor, start, stop, which io adds to all */

  loligo_status (*prepare)(const drive_setup *setup, void **shared);
  void (*release)(void *shared);

  /**
   * Adds `scale` (weight, or 1 for a current) times the drive's value to out[n].
   * Current: mean over (or value at the middle of) the step in pA. Spikes: number arriving at (step + 1) * dt.
   *
   * @param index  [n] ascending indices of the cells within their population
   */
  void (*add)(const void *shared, int64_t step, size_t n, const uint64_t *index, double scale, double *out);
} drive;

const drive *drive_find(const char *name);
const drive *drive_at(size_t i); /* NULL behind the last */

#endif

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
#include "model/model.h"

/** Spikes are counted for that many steps at once: one block of random words serves a cell through all of them. */
enum { DRIVE_STEPS = 4 };

/** Numbers of spikes that reach the cells of a block at one step. */
typedef int32_t drive_row[MODEL_BLOCK_CELLS];

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
  bool takes_trains;
  param_table params; /* without target, weight, receptor, start, stop, which io adds to all */

  loligo_status (*prepare)(const drive_setup *setup, void **shared);
  void (*release)(void *shared);

  /** Of a drive that is a current: mean over (or value at the middle of) the step in pA, the same for all cells. */
  double (*current)(const void *shared, int64_t step);

  /**
   * Of a drive that is spikes: how many reach each cell; row k holds those at (first + k + 1) * dt.
   *
   * @param first  step, a multiple of DRIVE_STEPS
   * @param n      cells, at most MODEL_BLOCK_CELLS
   * @param index  [n] ascending indices of the cells within their population
   * @param rows   [DRIVE_STEPS] -> [n] filled
   */
  void (*count)(const void *shared, int64_t first, size_t n, const uint64_t *index, drive_row *rows);
} drive;

/** Whether a drive adds pA; if not, its spikes reach a receptor with a weight. */
static inline bool drive_is_current(const drive *drive)
{
  return drive->current;
}

const drive *drive_find(const char *name);
const drive *drive_at(size_t i); /* NULL behind the last */

#endif

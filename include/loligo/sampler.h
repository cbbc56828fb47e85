/** A sampler collects one variable of a selection of cells, or several, while the kernel steps. Not collective, all of
 * it. */
#ifndef LOLIGO_SAMPLER_H
#define LOLIGO_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/selection.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Made by loligo_simulation_sample(). */
typedef struct loligo_sampler loligo_sampler;

typedef struct loligo_sampler_spec {
  loligo_selection target;
  size_t variable;     /* of the population's model: loligo_model_find_variable() */
  int64_t start, stop; /* steps, half open: frames at start, start + every, ... < stop */
  int64_t every;       /* steps, >= 1 */
  bool owed;           /* the frame of the step of a snapshot is still to be taken: the run before ended there */
  const size_t *more;  /* [n_more] variables that follow in the columns of each cell; copied */
  size_t n_more;
} loligo_sampler_spec;

/** Frames since the last drain. */
typedef struct loligo_samples {
  int64_t first_frame;   /* number of the first frame since the start of the recording */
  size_t n_frames;       /* the same on all ranks */
  size_t n_cells;        /* selected cells on this rank */
  const uint64_t *index; /* [n_cells] ascending, within the population */
  const double *values;  /* [n_frames][n_cells][1 + n_more] in the variable's unit */
  size_t n_more;         /* values of each cell besides the first */
} loligo_samples;

/** The frames that wait; they belong to the sampler until loligo_sampler_clear(). */
loligo_samples loligo_sampler_frames(const loligo_sampler *sampler);
void loligo_sampler_clear(loligo_sampler *sampler);

#ifdef __cplusplus
}
#endif

#endif

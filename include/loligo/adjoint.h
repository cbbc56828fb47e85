/**
 * What a neuron model needs to be trained: its integrator over the steps of a trial, and the gradient back through it.
 *
 * A pass takes LOLIGO_LANES cells of one population side by side, all of one sample. Both directions are written once
 * for single and for double precision, as a header that is included twice (REAL), and are, step by step, the map or the
 * scheme of the model's step(). Results for a cell do not depend on its lane, nor on its neighbours.
 *
 * Only the engine of trials calls it (src/learn/); a model without one cannot be trained by gradients.
 */
#ifndef LOLIGO_ADJOINT_H
#define LOLIGO_ADJOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { LOLIGO_LANES = 16 };

typedef enum loligo_precision { LOLIGO_SINGLE, LOLIGO_DOUBLE, LOLIGO_PRECISIONS } loligo_precision;

/** Some steps of LOLIGO_LANES cells, forward. Arrays hold numbers of one precision, do not overlap, and are aligned to
 * 64 bytes. */
typedef struct loligo_pass {
  size_t n_steps;
  const void *constants; /* [n_constants][LANES] what derive() made of the cells */
  const void *shared;    /* [n_shared] learned by all cells together */
  const void *input;     /* [n_steps, or 1 where it stays][n_inputs][LANES] what flows in */
  bool input_stays;      /* is the same in all steps */
  void *state;           /* [n_states][LANES] before the first step; behind the last one on return */
  void *tape;   /* n_steps * n_taped * LANES numbers out, in an order of the model's own: what backward() wants to know;
                   NULL: it is not called */
  void *output; /* [n_steps][n_outputs][LANES] out: what is handed on in each step; NULL: nobody asks */
  void *sum;    /* [n_outputs][LANES] the sum of it over the steps is added */
  int64_t *spikes;       /* [LANES] the number of spikes is added */
  const void *surrogate; /* of models that have a threshold (model/surrogate/) */
  double width;          /* of the surrogate */
  bool ramp;             /* a spike is the primitive of the surrogate, not a step: for tests of gradients */
  bool through_reset;    /* the gradient goes through the reset too */
  const void *noise;     /* [LANES] of a LOLIGO_TRIAL_CODE: standard normal variates */
  void *information;     /* [LANES] likewise: what the output of a cell tells of its input, at most, is added (nat) */
} loligo_pass;

/** The same steps backward; E is what is minimised. */
typedef struct loligo_gradient {
  const void *sum;         /* [n_outputs][LANES] dE/d(sum): of the output of every step */
  const void *output;      /* [n_steps][n_outputs][LANES] besides, dE/d(output of that step); NULL: none */
  void *state;             /* [n_states][LANES] dE/d(state behind the last step); before the first one on return */
  void *input;             /* [n_steps, or 1 where it stays][n_inputs][LANES] out: dE/d(input) */
  void *shared;            /* [n_shared][LANES] dE/d(shared) of each cell is added */
  const void *information; /* [LANES] of a LOLIGO_TRIAL_CODE: dE/d(information) */
} loligo_gradient;

typedef void (*loligo_forward)(const loligo_pass *pass);

/** After forward() of the same pass, whose `input`, `tape`, `constants` and `shared` are as they were; `state` is that
 * before the first step. */
typedef void (*loligo_backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient);

/** What a population is in a trial. */
typedef enum loligo_trial_part {
  LOLIGO_TRIAL_UNIT,    /* a layer of cells: has all that follows */
  LOLIGO_TRIAL_DATA,    /* shows a sample: one output, no input, no passes */
  LOLIGO_TRIAL_READOUT, /* answers: one output, which is its one input, no passes; what counts is what counts of its
                           sources */
  LOLIGO_TRIAL_CODE /* behind the trial, in one step, makes of what counts of its sources, and of noise, what it hands
                       on to readouts */
} loligo_trial_part;

typedef struct loligo_adjoint {
  loligo_trial_part part;
  size_t n_inputs;  /* of a cell; a dense projection brings a row of weights for each, [n_inputs][cells] rows */
  size_t n_outputs; /* of a cell; a dense projection takes a column for each, [n_outputs][cells] columns */
  size_t n_states, n_taped, n_constants;
  const char *const *shared; /* [n_shared] names of parameters that are learned, the same for all cells */
  size_t n_shared;
  bool integrates;    /* the output is a rate, and what counts is its integral over ms; else it counts spikes, and what
                         counts is their mean over steps */
  bool has_threshold; /* the output is spikes; passes need a surrogate, at least where they have a tape or a ramp */
  bool has_surrogate; /* which they make of the cells' own parameters; else it must be that of the pass */

  /** Once for each cell: constants[n_constants] and the state[n_states] at the beginning of a trial from param[] as in
   * loligo_model, and dt (ms). INPUT by loligo_fail() where these cannot be trained, as another integrator. NULL where
   * there is nothing of both. Not collective. */
  loligo_status (*derive)(const double *param, double dt, double *constants, double *state);

  loligo_forward forward[LOLIGO_PRECISIONS];
  loligo_backward backward[LOLIGO_PRECISIONS];
} loligo_adjoint;

#ifdef __cplusplus
}
#endif

#endif

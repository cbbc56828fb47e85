/**
 * What a synapse model that teaches cells in trials (SYNAPSE_DESCENT) asks of its targets. It knows them by the names
 * in their tables: a cell that spikes tells by a variable how near it is to that, one that is read out how far from
 * what it should tell; both forget with one time constant, and begin anew with each trial.
 */
#ifndef LOLIGO_MODEL_NEURON_TAUGHT_H
#define LOLIGO_MODEL_NEURON_TAUGHT_H

#include <math.h>
#include <stdbool.h>

#include "base/grid.h"
#include "base/vector.h"
#include "model/neuron/model.h"

/** Variables, of which a target has one: what stands for the derivative of a spike by the potential in the step that
 * was made; the derivative of the error that is summed over the trial by what is read out. */
#define TAUGHT_SURROGATE "surrogate"
#define TAUGHT_ERROR "error"

/** Parameters, ms, the same for all cells of a population: decay of what a spike leaves; length of a trial, after each
 * of which weights change. */
#define TAUGHT_TAU "tau_m"
#define TAUGHT_TRIAL "trial"

#define TAUGHT_TRIAL_ROW                                                                                               \
  LOLIGO_REAL_ROW(TAUGHT_TRIAL, "ms", "0", LOLIGO_RANGE_NON_NEGATIVE,                                                  \
                  "length of a trial, a multiple of dt, at whose begin all variables are 0; 0: there are no trials")

/** What a step leaves of what was before it. */
static inline double taught_decay(double tau, double dt)
{
  return vector_exp(-dt / tau);
}

/** Number of the variable by which cells of a model are taught, or -1; *is_read_out: it is an error. */
static inline int taught_variable(const loligo_model *model, bool *is_read_out)
{
  const int error = model_variable_index(model, TAUGHT_ERROR);
  *is_read_out = error >= 0;
  return *is_read_out ? error : model_variable_index(model, TAUGHT_SURROGATE);
}

/** How far into its trial the step from `step` on is, steps; 1 where there are none. In the kernels of models. */
VECTOR_INLINE double taught_offset(double trial, double step)
{
  return trial > 0 ? step - trial * floor(step / trial) : 1;
}

/** INPUT where a parameter of e_prop is set that has no meaning in trials of their own engine. */
static inline loligo_status taught_refuse(const char *name, double value, const char *instead)
{
  if (value == 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be 0 where the model has a section learning: %s", name, instead);
}

/** INPUT unless the trials are left to their own engine. */
static inline loligo_status taught_refuse_trial(double trial)
{
  return taught_refuse(TAUGHT_TRIAL, trial, "a trial is simulation.duration long");
}

/** INPUT unless trials are whole steps. */
static inline loligo_status taught_check_trial(double trial, double dt)
{
  if (trial == 0 || (grid_steps(trial, dt) >= 1 && grid_holds(trial, dt))) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, TAUGHT_TRIAL " %g ms is not a multiple of dt %g ms", trial, dt);
}

#endif

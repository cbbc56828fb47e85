/** What the integrate-and-fire models share: threshold, reset and refractoriness. */
#ifndef LOLIGO_MODEL_NEURON_IAF_H
#define LOLIGO_MODEL_NEURON_IAF_H

#include "model/neuron/block.h"
#include "model/neuron/param_list.h"

/* What users must know of the steps that a cell takes between two spikes. */
#define IAF_V_TH_HELP "threshold, looked at where steps end: an interval is a whole number of steps, and the longer one"
#define IAF_T_REF_HELP                                                                                                 \
  "V_m stays at V_reset for so long after a spike; the next comes t_ref + dt after it at the earliest"

#define IAF_T_REF_ROW(t_ref) LOLIGO_REAL_ROW("t_ref", "ms", t_ref, LOLIGO_RANGE_NON_NEGATIVE, IAF_T_REF_HELP)
#define IAF_V_TH_ROW(v_th) LOLIGO_REAL_ROW("V_th", "mV", v_th, LOLIGO_RANGE_ANY, IAF_V_TH_HELP)

#define IAF_REFRACTORY_PAGE "V_m is clamped to V_reset for t_ref after a spike, a whole number of steps"
#define IAF_SPIKE_PAGE "V_m >= V_th where a step ends; stamped with that end, and V_m is V_reset there"
#define IAF_EXACT_PAGE "exact on the grid, by propagators over one step: no error in dt but that spikes lie on the grid"

enum { IAF_RECEPTORS = 2 };

static const loligo_receptor iaf_psc_receptors[IAF_RECEPTORS] = {{"exc", LOLIGO_RECEPTOR_CURRENT},
                                                                 {"inh", LOLIGO_RECEPTOR_CURRENT}};
static const loligo_receptor iaf_cond_receptors[IAF_RECEPTORS] = {{"exc", LOLIGO_RECEPTOR_CONDUCTANCE},
                                                                  {"inh", LOLIGO_RECEPTOR_CONDUCTANCE}};
static const loligo_receptor iaf_delta_receptors[IAF_RECEPTORS] = {{"exc", LOLIGO_RECEPTOR_POTENTIAL},
                                                                   {"inh", LOLIGO_RECEPTOR_POTENTIAL}};

typedef struct iaf_spike {
  double v_th, v_reset; /* mV */
  double t_ref;         /* steps */
} iaf_spike;

/**
 * Ends the step of cell i: a cell that waits stays at V_reset and counts down, any other takes its new potential `v`,
 * and fires where that has reached V_th. Conditions are numbers, 0 or 1, so that loops with them vectorise.
 */
VECTOR_INLINE void iaf_fire(const loligo_block *block, size_t i, double v, iaf_spike s, double *v_m, double *refractory)
{
  const double waiting = refractory[i];
  const double moved = waiting > 0 ? s.v_reset : v;
  const double fired = moved >= s.v_th ? 1 : 0;
  const double left = waiting > 0 ? waiting - 1 : 0;
  v_m[i] = fired > 0 ? s.v_reset : moved;
  refractory[i] = fired > 0 ? s.t_ref : left;
  block->spike[i] = fired > 0 ? 1 : 0;
}

/** Completes a state: its potential, which comes first, at `rest` (mV), everything else at 0. */
static inline void iaf_complete(double rest, size_t n_variables, double *state)
{
  if (isnan(state[0])) state[0] = rest;
  for (size_t v = 1; v < n_variables; v++) {
    if (isnan(state[v])) state[v] = 0;
  }
}

/** Fails unless one potential (mV) lies below another. */
static inline loligo_status iaf_check_order(const char *low_name, double low, const char *high_name, double high)
{
  if (low < high) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s (%g mV) must lie below %s (%g mV)", low_name, low, high_name, high);
}

/** Fails unless V_reset lies below V_th. */
static inline loligo_status iaf_check(double v_reset, double v_th)
{
  return iaf_check_order("V_reset", v_reset, "V_th", v_th);
}

#endif

/*
 * Short-term depression and facilitation: x of the resources are there, u of them are used by a spike. Between spikes x
 * recovers with tau_rec and u falls back to U with tau_fac. Maass & Markram 2002 (10.1016/S0893-6080(01)00144-7);
 * NEST's tsodyks2_synapse.
 */
#include "model/synapse/short_term.h"

static const loligo_param params[] = {
    SHORT_TERM_ROWS("fraction of the resources that the first spike uses"),
};

static const synapse_state states[] = {{"x", "resources that are there"}, {"u", "part of them that a spike uses"}};

enum { X, U };

static void begin(const double *constant, double *state)
{
  state[X] = 1;
  state[U] = constant[SHORT_TERM_U];
}

static double release(const double *constant, double since, double *state)
{
  const double recovered = short_term_decay(since, constant[SHORT_TERM_TAU_REC]);
  const double facilitated = short_term_decay(since, constant[SHORT_TERM_TAU_FAC]);
  state[X] = 1 + (state[X] - state[X] * state[U] - 1) * recovered;
  state[U] = constant[SHORT_TERM_U] + state[U] * (1 - constant[SHORT_TERM_U]) * facilitated;
  return state[X] * state[U];
}

const synapse_model synapse_model_tsodyks2 = {
    .name = "tsodyks2",
    .summary = "short-term depression and facilitation (10.1016/S0893-6080(01)00144-7)",
    .equations =
        "a spike brings w x u;  x = 1 and u = U for the first\n"
        "h behind the spike before: x = 1 + (x - x u - 1) exp(-h / tau_rec), u = U + u (1 - U) exp(-h / tau_fac)",
    .kind = SYNAPSE_FACTOR,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .states = states,
    .n_states = 2,
    .derive = short_term_derive,
    .begin = begin,
    .release = release,
};

/*
 * Leaky integrate-and-fire neuron with conductances that are alpha functions: as iaf_cond_exp, under their exact means
 * over the step.
 */
#include <string.h>

#include "model/neuron/iaf_cond.h"
#include "model/neuron/synapses.h"

static const loligo_param params[] = {IAF_COND_ROWS("time to peak")};

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
    {"dg_ex", "nS/ms", "slope of the excitatory conductance"},
    {"dg_in", "nS/ms", "slope of the inhibitory conductance"},
};

typedef struct constants {
  double g_l, pull, per_c; /* nS, pA by leak and I_e, ms/pF: a step over C_m */
  iaf_spike spike;
} constants;

static const synapses_kind kind = {.conductance = true, .slope = IAF_COND_VARIABLES, .first = DERIVED_COUNT(constants)};

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_COND_V_RESET], p[IAF_COND_V_TH]));
  const constants c = {
      .g_l = p[IAF_COND_G_L],
      .pull = p[IAF_COND_G_L] * p[IAF_COND_E_L] + p[IAF_COND_I_E],
      .per_c = dt / p[IAF_COND_C_M],
      .spike = iaf_cond_spike_by(p, dt),
  };
  const synapses_params synapses = {p[IAF_COND_E_EX], p[IAF_COND_E_IN], p[IAF_COND_TAU_SYN_EX], p[IAF_COND_TAU_SYN_IN]};
  memcpy(derived, &c, sizeof c);
  synapses_derive(synapses, true, dt, derived + DERIVED_COUNT(constants));
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_COND_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform, const synapses_pull *pull)
{
  double *v = block->state[IAF_COND_V_M];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double g = c.per_c * (c.g_l + pull->conductance[i]), to = c.per_c * (c.pull + pull->current[i]);
    iaf_fire(block, i, iaf_cond_relaxed(v[i], g, to), c.spike, v, block->state[IAF_COND_REFRACTORY]);
  }
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  synapses_pull pull;
  synapses_act(block, kind, &pull);
  if (block->uniform)
    advance(block, true, &pull);
  else
    advance(block, false, &pull);
}

const loligo_model loligo_model_iaf_cond_alpha = {
    .name = "iaf_cond_alpha",
    .summary = "leaky integrate-and-fire, alpha-function conductances, exponential integrator of second order",
    .cost = 2.3,
    .max_dt = &(const double){0.25},
    .operations = &(const loligo_operations){28, 31, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants) + SYNAPSES_RISING,
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = IAF_COND_MEMBRANE_PAGE ALPHA_PAGE("g", "nS"),
            .integrator = IAF_COND_INTEGRATOR_PAGE,
            .refractory = IAF_COND_REFRACTORY_PAGE,
            .spike = IAF_SPIKE_PAGE,
            .golden =
                "10 nS, tau_syn_ex 2 ms, from rest: V_m -68.6723887, -66.2861275, -61.3954198, -61.1867227 mV after\n"
                "1, 2, 5, 10 ms (DOP853, 1e-11)",
            .source = "the usual conductance-based neuron, as iaf_cond_alpha of NEST; integrator as above",
        },
};

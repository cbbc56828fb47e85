/*
 * Leaky integrate-and-fire neuron with exponential conductances.
 *
 * Conductances decay exactly. The potential relaxes exponentially under their exact means over the step, which is of
 * second order in dt (the first term of the Magnus expansion, Blanes et al. 2009, 10.1016/j.physrep.2008.11.001) and
 * stable at any conductance.
 */
#include <string.h>

#include "model/neuron/iaf_cond.h"

static const loligo_param params[] = {IAF_COND_ROWS("decay")};

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_cond_membrane membrane;
  iaf_cond_decays synapses;
  iaf_spike spike;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_COND_V_RESET], p[IAF_COND_V_TH]));
  const iaf_cond_membrane membrane = iaf_cond_membrane_by(p, dt);
  const constants c = {membrane, iaf_cond_decays_by(p, membrane.per_c, dt), iaf_cond_spike_by(p, dt)};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_COND_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *v = block->state[IAF_COND_V_M];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double drive = iaf_cond_drive(&c.membrane, block->current[i]);
    const iaf_cond_action by = iaf_cond_move(block, i, &c.synapses, drive);
    const double moved = iaf_cond_relaxed(v[i], c.membrane.g_l + by.g, by.pull);
    iaf_fire(block, i, moved, c.spike, v, block->state[IAF_COND_REFRACTORY]);
  }
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  if (block->uniform)
    advance(block, true);
  else
    advance(block, false);
}

const loligo_model loligo_model_iaf_cond_exp = {
    .name = "iaf_cond_exp",
    .summary = "leaky integrate-and-fire, exponential conductances, exponential integrator of second order",
    .cost = 2,
    .max_dt = &(const double){0.25},
    .operations = &(const loligo_operations){24, 22, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = IAF_COND_MEMBRANE_PAGE EXPONENTIAL_CONDUCTANCES_PAGE,
            .integrator = IAF_COND_INTEGRATOR_PAGE,
            .refractory = IAF_COND_REFRACTORY_PAGE,
            .spike = IAF_SPIKE_PAGE,
            .golden = IAF_COND_GOLDEN_PAGE,
            .source = "the usual conductance-based neuron, as iaf_cond_exp of NEST; integrator as above",
        },
};

/*
 * Leaky integrate-and-fire neuron with exponential currents, integrated exactly on the grid (Rotter & Diesmann 1999,
 * 10.1007/s004220050570), also where tau_m and tau_syn meet (time_course.h).
 */
#include <string.h>

#include "model/neuron/iaf_psc.h"

static const loligo_param params[] = {IAF_PSC_ROWS(IAF_T_REF_HELP), IAF_PSC_SYNAPSE_ROWS("decay")};

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_psc_membrane membrane;
  iaf_psc_exp_currents currents;
  iaf_spike spike;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_PSC_V_RESET], p[IAF_PSC_V_TH]));
  const constants c = {iaf_psc_membrane_by(p, dt), iaf_psc_exp_currents_by(p, dt), iaf_psc_spike_by(p, dt)};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_PSC_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *v = block->state[IAF_PSC_V_M];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double direct = iaf_psc_above_rest(&c.membrane, v[i], block->current[i]);
    const double above_rest = iaf_psc_exp_move(block, i, &c.currents, direct);
    iaf_fire(block, i, c.membrane.e_l + above_rest, c.spike, v, block->state[IAF_PSC_REFRACTORY]);
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

const loligo_model loligo_model_iaf_psc_exp = {
    .name = "iaf_psc_exp",
    .summary = "leaky integrate-and-fire, exponential currents, exact integration (10.1007/s004220050570)",
    .cost = 1,
    .operations = &(const loligo_operations){8, 6, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_psc_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = IAF_PSC_MEMBRANE_PAGE EXPONENTIAL_CURRENTS_PAGE,
            .integrator = IAF_EXACT_PAGE,
            .refractory = IAF_PSC_REFRACTORY_PAGE,
            .spike = IAF_SPIKE_PAGE,
            .golden = IAF_PSC_GOLDEN_PAGE,
            .source = IAF_PSC_SOURCE_PAGE,
        },
};

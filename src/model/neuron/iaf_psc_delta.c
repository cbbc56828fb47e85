/*
 * Leaky integrate-and-fire neuron whose synapses let the potential jump, integrated exactly on the grid (Rotter &
 * Diesmann 1999, 10.1007/s004220050570). What arrives while the cell is refractory is lost, at its
 * last moment too, t_ref after the spike, as in NEST.
 */
#include <string.h>

#include "model/neuron/iaf_psc.h"

static const loligo_param params[] = {
    IAF_PSC_ROWS(IAF_T_REF_HELP "; what arrives up to t_ref, then included, is lost")};

enum { V_M, REFRACTORY };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_psc_membrane membrane;
  iaf_spike spike;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_PSC_V_RESET], p[IAF_PSC_V_TH]));
  const constants c = {iaf_psc_membrane_by(p, dt), iaf_psc_spike_by(p, dt)};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_PSC_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *v = block->state[V_M];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double above_rest = iaf_psc_above_rest(&c.membrane, v[i], block->current[i]);
    const double jump = block->input[0][i] + block->input[1][i];
    iaf_fire(block, i, c.membrane.e_l + (above_rest + jump), c.spike, v, block->state[REFRACTORY]);
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

const loligo_model loligo_model_iaf_psc_delta = {
    .name = "iaf_psc_delta",
    .summary =
        "leaky integrate-and-fire, synapses as jumps of the potential, exact integration (10.1007/s004220050570)",
    .cost = 0.8,
    .operations = &(const loligo_operations){6, 2, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_delta_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = "C_m dV_m/dt = -(C_m / tau_m) (V_m - E_L) + I\n"
                         "I = I_e + currents of inputs\n"
                         "what arrives adds its weight (mV) to V_m",
            .integrator = IAF_EXACT_PAGE,
            .refractory = IAF_REFRACTORY_PAGE "; what arrives within it, its last moment included, is lost",
            .spike = "what arrives there included, " IAF_SPIKE_PAGE,
            .golden = IAF_PSC_GOLDEN_PAGE,
            .source = IAF_PSC_SOURCE_PAGE,
        },
};

/*
 * Leaky integrate-and-fire neuron with exponential currents, integrated exactly on the grid (Rotter & Diesmann 1999,
 * 10.1007/s004220050570), also where tau_m and tau_syn meet (time_course.h).
 */
#include <string.h>

#include "model/neuron/iaf_psc.h"
#include "model/neuron/time_course.h"

static const loligo_param params[] = {IAF_PSC_ROWS(IAF_T_REF_HELP), IAF_PSC_SYNAPSE_ROWS("decay")};

enum { V_M, I_EX, I_IN, REFRACTORY };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_psc_membrane membrane;
  double v_from_ex, v_from_in; /* mV/pA */
  double decay_ex, decay_in;
  iaf_spike spike;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_PSC_V_RESET], p[IAF_PSC_V_TH]));
  const double c_m = p[IAF_PSC_C_M], tau_m = p[IAF_PSC_TAU_M];
  const constants c = {
      .membrane = iaf_psc_membrane_by(p, dt),
      .v_from_ex = time_course_passed(c_m, tau_m, p[IAF_PSC_TAU_SYN_EX], dt),
      .v_from_in = time_course_passed(c_m, tau_m, p[IAF_PSC_TAU_SYN_IN], dt),
      .decay_ex = vector_exp(-dt / p[IAF_PSC_TAU_SYN_EX]),
      .decay_in = vector_exp(-dt / p[IAF_PSC_TAU_SYN_IN]),
      .spike = iaf_psc_spike_by(p, dt),
  };
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_PSC_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *v = block->state[V_M], *ex = block->state[I_EX], *in = block->state[I_IN];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double direct = iaf_psc_above_rest(&c.membrane, v[i], block->current[i]);
    const double above_rest = fma(c.v_from_ex, ex[i], fma(c.v_from_in, in[i], direct));
    ex[i] = fma(c.decay_ex, ex[i], block->input[0][i]);
    in[i] = fma(c.decay_in, in[i], block->input[1][i]);
    iaf_fire(block, i, c.membrane.e_l + above_rest, c.spike, v, block->state[REFRACTORY]);
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
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_psc_receptors,
    .n_receptors = sizeof iaf_psc_receptors / sizeof iaf_psc_receptors[0],
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations =
                IAF_PSC_MEMBRANE_PAGE "dI_syn_ex/dt = -I_syn_ex / tau_syn_ex; what arrives adds its weight (pA), and "
                                      "acts from the next step on; I_syn_in likewise",
            .integrator = IAF_EXACT_PAGE,
            .refractory = IAF_REFRACTORY_PAGE "; currents go on, and take what arrives",
            .spike = IAF_SPIKE_PAGE,
            .golden = "I_e 600 pA, dt 0.1 ms: the first spike at 9.9 ms (10 ms ln(24/9) = 9.81 ms, at the end of its "
                      "step), then one every\n"
                      "11.9 ms, t_ref later",
            .source = IAF_PSC_SOURCE_PAGE,
        },
};

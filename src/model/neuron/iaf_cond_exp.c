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

enum { V_M, G_EX, G_IN, REFRACTORY };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
};

/* Conductances are in units of C_m / dt, currents in mV per step. */
typedef struct constants {
  double g_l, per_c;       /* 1, mV/pA */
  double pull;             /* mV per step: by leak and I_e */
  double mean_ex, mean_in; /* 1/nS: mean over the step of what begins it at 1 nS */
  double e_ex, e_in;       /* mV */
  double decay_ex, decay_in;
  iaf_spike spike;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_COND_V_RESET], p[IAF_COND_V_TH]));
  const double per_c = dt / p[IAF_COND_C_M];
  const constants c = {
      .g_l = p[IAF_COND_G_L] * per_c,
      .per_c = per_c,
      .pull = per_c * (p[IAF_COND_G_L] * p[IAF_COND_E_L] + p[IAF_COND_I_E]),
      .mean_ex = block_mean_decay(p[IAF_COND_TAU_SYN_EX], dt) * per_c,
      .mean_in = block_mean_decay(p[IAF_COND_TAU_SYN_IN], dt) * per_c,
      .e_ex = p[IAF_COND_E_EX],
      .e_in = p[IAF_COND_E_IN],
      .decay_ex = vector_exp(-dt / p[IAF_COND_TAU_SYN_EX]),
      .decay_in = vector_exp(-dt / p[IAF_COND_TAU_SYN_IN]),
      .spike = iaf_cond_spike_by(p, dt),
  };
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_COND_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *v = block->state[V_M], *ex = block->state[G_EX], *in = block->state[G_IN];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double g_ex = c.mean_ex * ex[i], g_in = c.mean_in * in[i];
    const double g = c.g_l + (g_ex + g_in);
    const double pull = fma(g_ex, c.e_ex, fma(g_in, c.e_in, fma(c.per_c, block->current[i], c.pull)));
    ex[i] = fma(c.decay_ex, ex[i], block->input[0][i]);
    in[i] = fma(c.decay_in, in[i], block->input[1][i]);
    iaf_fire(block, i, iaf_cond_relaxed(v[i], g, pull), c.spike, v, block->state[REFRACTORY]);
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
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = sizeof iaf_cond_receptors / sizeof iaf_cond_receptors[0],
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = IAF_COND_MEMBRANE_PAGE "dg_ex/dt = -g_ex / tau_syn_ex; what arrives adds its weight (nS), and "
                                                "acts from the next step on; g_in likewise",
            .integrator = IAF_COND_INTEGRATOR_PAGE,
            .refractory = IAF_COND_REFRACTORY_PAGE,
            .spike = IAF_SPIKE_PAGE,
            .golden = IAF_COND_GOLDEN_PAGE,
            .source = "the usual conductance-based neuron, as iaf_cond_exp of NEST; integrator as above",
        },
};

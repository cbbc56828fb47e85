/*
 * Leaky integrate-and-fire neuron with exponential conductances.
 *
 * Conductances decay exactly. The potential relaxes exponentially under their exact means over the step, which is of
 * second order in dt (the first term of the Magnus expansion, Blanes et al. 2009, 10.1016/j.physrep.2008.11.001) and
 * stable at any conductance.
 */
#include <string.h>

#include "model/neuron/iaf.h"

enum { C_M, G_L, T_REF, E_L, V_TH, V_RESET, E_EX, E_IN, I_E, TAU_SYN_EX, TAU_SYN_IN };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("C_m", "pF", "250", LOLIGO_RANGE_POSITIVE, "membrane capacitance"),
    LOLIGO_REAL_ROW("g_L", "nS", "16.6667", LOLIGO_RANGE_POSITIVE, "leak conductance"),
    LOLIGO_REAL_ROW("t_ref", "ms", "2", LOLIGO_RANGE_NON_NEGATIVE, IAF_T_REF_HELP),
    LOLIGO_REAL_ROW("E_L", "mV", "-70", LOLIGO_RANGE_ANY, "leak reversal potential"),
    LOLIGO_REAL_ROW("V_th", "mV", "-55", LOLIGO_RANGE_ANY, IAF_V_TH_HELP),
    LOLIGO_REAL_ROW("V_reset", "mV", "-60", LOLIGO_RANGE_ANY, "potential after a spike"),
    LOLIGO_REAL_ROW("E_ex", "mV", "0", LOLIGO_RANGE_ANY, "excitatory reversal potential"),
    LOLIGO_REAL_ROW("E_in", "mV", "-85", LOLIGO_RANGE_ANY, "inhibitory reversal potential"),
    LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current"),
    LOLIGO_REAL_ROW("tau_syn_ex", "ms", "0.2", LOLIGO_RANGE_POSITIVE, "decay of excitatory conductances"),
    LOLIGO_REAL_ROW("tau_syn_in", "ms", "2", LOLIGO_RANGE_POSITIVE, "decay of inhibitory conductances"),
};

enum { V_M, G_EX, G_IN, REFRACTORY };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_CONDUCTANCE}, {"inh", LOLIGO_RECEPTOR_CONDUCTANCE}};

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
  LOLIGO_TRY(iaf_check(p[V_RESET], p[V_TH]));
  const double per_c = dt / p[C_M];
  const constants c = {
      .g_l = p[G_L] * per_c,
      .per_c = per_c,
      .pull = per_c * (p[G_L] * p[E_L] + p[I_E]),
      .mean_ex = block_mean_decay(p[TAU_SYN_EX], dt) * per_c,
      .mean_in = block_mean_decay(p[TAU_SYN_IN], dt) * per_c,
      .e_ex = p[E_EX],
      .e_in = p[E_IN],
      .decay_ex = vector_exp(-dt / p[TAU_SYN_EX]),
      .decay_in = vector_exp(-dt / p[TAU_SYN_IN]),
      .spike = {p[V_TH], p[V_RESET], grid_steps(p[T_REF], dt)},
  };
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  if (isnan(state[V_M])) state[V_M] = p[E_L];
  for (int v = G_EX; v <= REFRACTORY; v++) {
    if (isnan(state[v])) state[v] = 0;
  }
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
    const double settled = pull / g;
    ex[i] = fma(c.decay_ex, ex[i], block->input[0][i]);
    in[i] = fma(c.decay_in, in[i], block->input[1][i]);
    iaf_fire(block, i, fma(v[i] - settled, vector_exp(-g), settled), c.spike, v, block->state[REFRACTORY]);
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
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = "C_m dV_m/dt = -g_L (V_m - E_L) - g_ex (V_m - E_ex) - g_in (V_m - E_in) + I\n"
                         "I = I_e + currents of inputs\n"
                         "dg_ex/dt = -g_ex / tau_syn_ex; what arrives adds its weight (nS), and acts from the next "
                         "step on; g_in likewise",
            .integrator = "conductances decay exactly; V_m relaxes exponentially under their exact means over the "
                          "step: of second order, stable at\n"
                          "any conductance (first term of the Magnus expansion: Blanes et al. 2009, "
                          "10.1016/j.physrep.2008.11.001)",
            .refractory = IAF_REFRACTORY_PAGE "; conductances go on, and take what arrives",
            .spike = IAF_SPIKE_PAGE,
            .golden = "I_e 600 pA, dt 0.1 ms: the first spike at 8.1 ms (15 ms ln(36/21) = 8.09 ms, at the end of its "
                      "step), then one every\n"
                      "5.3 ms (2 ms + 15 ms ln(26/21) = 5.20 ms, each part a whole number of steps)",
            .source = "the usual conductance-based neuron, as iaf_cond_exp of NEST; integrator as above",
        },
};

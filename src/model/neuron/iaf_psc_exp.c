/*
 * Leaky integrate-and-fire neuron with exponential currents, integrated exactly on the grid (Rotter & Diesmann 1999,
 * 10.1007/s004220050570).
 *
 * The propagator from a current to the potential is a divided difference of two exponentials. Written as
 * exp(-dt/longer) (1 - exp(-x))/x it stays exact where tau_m and tau_syn meet.
 */
#include <string.h>

#include "model/neuron/iaf.h"

enum { C_M, TAU_M, T_REF, E_L, V_TH, V_RESET, I_E, TAU_SYN_EX, TAU_SYN_IN };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("C_m", "pF", "250", LOLIGO_RANGE_POSITIVE, "membrane capacitance"),
    LOLIGO_REAL_ROW("tau_m", "ms", "10", LOLIGO_RANGE_POSITIVE, "membrane time constant"),
    LOLIGO_REAL_ROW("t_ref", "ms", "2", LOLIGO_RANGE_NON_NEGATIVE, IAF_T_REF_HELP),
    LOLIGO_REAL_ROW("E_L", "mV", "-70", LOLIGO_RANGE_ANY, "resting potential"),
    LOLIGO_REAL_ROW("V_th", "mV", "-55", LOLIGO_RANGE_ANY, IAF_V_TH_HELP),
    LOLIGO_REAL_ROW("V_reset", "mV", "-70", LOLIGO_RANGE_ANY, "potential after a spike"),
    LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current"),
    LOLIGO_REAL_ROW("tau_syn_ex", "ms", "2", LOLIGO_RANGE_POSITIVE, "decay of excitatory currents"),
    LOLIGO_REAL_ROW("tau_syn_in", "ms", "2", LOLIGO_RANGE_POSITIVE, "decay of inhibitory currents"),
};

enum { V_M, I_EX, I_IN, REFRACTORY };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    {"refractory", "", "steps until the potential moves again"},
};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_CURRENT}, {"inh", LOLIGO_RECEPTOR_CURRENT}};

typedef struct constants {
  double e_l, rise;            /* mV: at rest, by I_e in a step */
  double v_from_v, v_from_i;   /* 1, mV/pA */
  double v_from_ex, v_from_in; /* mV/pA */
  double decay_ex, decay_in;
  iaf_spike spike;
} constants;

/* Potential at the end of a step per unit of a current that decays with tau_syn, mV/pA. */
static double current_propagator(double c_m, double tau_m, double tau_syn, double dt)
{
  const double longer = fmax(tau_m, tau_syn), shorter = fmin(tau_m, tau_syn);
  const double x = dt / shorter - dt / longer;
  return dt / c_m * vector_exp(-dt / longer) / vector_linoid(x);
}

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[V_RESET], p[V_TH]));
  const double v_from_i = -vector_expm1(-dt / p[TAU_M]) * p[TAU_M] / p[C_M];
  const constants c = {
      .e_l = p[E_L],
      .rise = v_from_i * p[I_E],
      .v_from_v = vector_exp(-dt / p[TAU_M]),
      .v_from_i = v_from_i,
      .v_from_ex = current_propagator(p[C_M], p[TAU_M], p[TAU_SYN_EX], dt),
      .v_from_in = current_propagator(p[C_M], p[TAU_M], p[TAU_SYN_IN], dt),
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
  for (int v = I_EX; v <= REFRACTORY; v++) {
    if (isnan(state[v])) state[v] = 0;
  }
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
    const double direct = fma(c.v_from_v, v[i] - c.e_l, fma(c.v_from_i, block->current[i], c.rise));
    const double above_rest = fma(c.v_from_ex, ex[i], fma(c.v_from_in, in[i], direct));
    ex[i] = fma(c.decay_ex, ex[i], block->input[0][i]);
    in[i] = fma(c.decay_in, in[i], block->input[1][i]);
    iaf_fire(block, i, c.e_l + above_rest, c.spike, v, block->state[REFRACTORY]);
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
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = "C_m dV_m/dt = -(C_m / tau_m) (V_m - E_L) + I\n"
                         "I = I_e + I_syn_ex + I_syn_in + currents of inputs\n"
                         "dI_syn_ex/dt = -I_syn_ex / tau_syn_ex; what arrives adds its weight (pA), and acts from the "
                         "next step on; I_syn_in likewise",
            .integrator = IAF_EXACT_PAGE,
            .refractory = IAF_REFRACTORY_PAGE "; currents go on, and take what arrives",
            .spike = IAF_SPIKE_PAGE,
            .golden = "I_e 600 pA, dt 0.1 ms: the first spike at 9.9 ms (10 ms ln(24/9) = 9.81 ms, at the end of its "
                      "step), then one every\n"
                      "11.9 ms, t_ref later",
            .source = "Rotter & Diesmann 1999, Biol. Cybern. 81:381, 10.1007/s004220050570",
        },
};

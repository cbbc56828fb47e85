/*
 * Leaky integrator with a threshold that jumps at each spike and decays with two time constants (Kobayashi et al. 2009,
 * 10.3389/neuro.10.009.2009), exponential currents, exact on the grid. The potential is never reset.
 */
#include <string.h>

#include "model/neuron/iaf_psc.h"

enum { C_M, TAU_M, T_REF, E_L, OMEGA, ALPHA_1, ALPHA_2, TAU_1, TAU_2, I_E, TAU_SYN_EX, TAU_SYN_IN };

static const loligo_param params[] = {
    C_M_ROW("100"),
    TAU_M_ROW("5"),
    LOLIGO_REAL_ROW("t_ref", "ms", "2", LOLIGO_RANGE_NON_NEGATIVE,
                    "no spike for so long after one; the next comes t_ref + dt after it at the earliest"),
    E_REST_ROW("-70"),
    LOLIGO_REAL_ROW("omega", "mV", "-51", LOLIGO_RANGE_ANY, "threshold at rest; looked at where steps end"),
    LOLIGO_REAL_ROW("alpha_1", "mV", "37", LOLIGO_RANGE_ANY, "what a spike adds to theta_1"),
    LOLIGO_REAL_ROW("alpha_2", "mV", "2", LOLIGO_RANGE_ANY, "what a spike adds to theta_2"),
    LOLIGO_REAL_ROW("tau_1", "ms", "10", LOLIGO_RANGE_POSITIVE, "decay of theta_1"),
    LOLIGO_REAL_ROW("tau_2", "ms", "200", LOLIGO_RANGE_POSITIVE, "decay of theta_2"),
    I_E_ROW,
    TAU_SYN_ROWS("decay", "currents", "1", "3"),
};

enum { THETA_1 = IAF_PSC_I_IN + 1, THETA_2, REFRACTORY };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    {"theta_1", "mV", "fast part of the threshold"},
    {"theta_2", "mV", "slow part of the threshold"},
    {"refractory", "", "steps until the next spike may be found"},
};

typedef struct constants {
  iaf_psc_membrane membrane;
  iaf_psc_exp_currents currents;
  double omega, alpha_1, alpha_2; /* mV */
  double decay_1, decay_2;
  double t_ref; /* steps */
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  const constants c = {
      .membrane = iaf_psc_membrane_of(p[C_M], p[TAU_M], p[E_L], p[I_E], dt),
      .currents = iaf_psc_exp_currents_of(p[C_M], p[TAU_M], p[TAU_SYN_EX], p[TAU_SYN_IN], dt),
      .omega = p[OMEGA],
      .alpha_1 = p[ALPHA_1],
      .alpha_2 = p[ALPHA_2],
      .decay_1 = vector_exp(-dt / p[TAU_1]),
      .decay_2 = vector_exp(-dt / p[TAU_2]),
      .t_ref = grid_steps(p[T_REF], dt),
  };
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[E_L], sizeof variables / sizeof variables[0], state);
}

/* Compares V_m with the threshold, which has decayed, and lets it jump. */
VECTOR_INLINE void fire(const loligo_block *block, size_t i, const constants *c)
{
  double *const *state = block->state;
  const double waiting = state[REFRACTORY][i];
  const double theta_1 = c->decay_1 * state[THETA_1][i], theta_2 = c->decay_2 * state[THETA_2][i];
  const double reached = state[IAF_PSC_V_M][i] >= c->omega + theta_1 + theta_2 ? 1 : 0;
  const double fired = waiting > 0 ? 0 : reached;
  const double left = waiting > 0 ? waiting - 1 : 0;
  state[THETA_1][i] = fma(fired, c->alpha_1, theta_1);
  state[THETA_2][i] = fma(fired, c->alpha_2, theta_2);
  state[REFRACTORY][i] = fired > 0 ? c->t_ref : left;
  block->spike[i] = fired > 0 ? 1 : 0;
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
    v[i] = c.membrane.e_l + iaf_psc_exp_move(block, i, &c.currents, direct);
    fire(block, i, &c);
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

const loligo_model loligo_model_mat2_psc_exp = {
    .name = "mat2_psc_exp",
    .summary = "multi-timescale adaptive threshold, exponential currents, exact (10.3389/neuro.10.009.2009)",
    .cost = 2,
    .operations = &(const loligo_operations){12, 8, 0},
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
            .equations = IAF_PSC_MEMBRANE_PAGE EXPONENTIAL_CURRENTS_PAGE
            "\nthreshold omega + theta_1 + theta_2; dtheta_1/dt = -theta_1 / tau_1, dtheta_2/dt = -theta_2 / tau_2\n"
            "at a spike: theta_1 <- theta_1 + alpha_1, theta_2 <- theta_2 + alpha_2",
            .integrator = IAF_EXACT_PAGE,
            .refractory = "nothing is clamped, V_m is never reset; no spike for t_ref, a whole number of steps",
            .spike = "V_m at or above the threshold where a step ends; stamped with that end, and the threshold jumps",
            .golden =
                "2400 pA from 0.2 ms on, dt 0.1 ms: spikes at 1.1, 3.2, 5.4 ms; V_m -50.2324 mV, threshold -12 mV at\n"
                "1.1 ms, -32.0634 and -15.531 mV at 2.1 ms (the test of NEST's mat2_psc_exp has the same)",
            .source = "Kobayashi, Tsubo & Shinomoto 2009, Front. Comput. Neurosci. 3:9, 10.3389/neuro.10.009.2009",
        },
};

/*
 * Leaky integrate-and-fire neuron whose synapses let the potential jump, integrated exactly on the grid (Rotter &
 * Diesmann 1999, 10.1007/s004220050570). What arrives while the cell is refractory is lost, at its
 * last moment too, t_ref after the spike, as in NEST.
 */
#include <string.h>

#include "model/neuron/iaf.h"

enum { C_M, TAU_M, T_REF, E_L, V_TH, V_RESET, I_E };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("C_m", "pF", "250", LOLIGO_RANGE_POSITIVE, "membrane capacitance"),
    LOLIGO_REAL_ROW("tau_m", "ms", "10", LOLIGO_RANGE_POSITIVE, "membrane time constant"),
    LOLIGO_REAL_ROW("t_ref", "ms", "2", LOLIGO_RANGE_NON_NEGATIVE,
                    IAF_T_REF_HELP "; what arrives up to t_ref, then included, is lost"),
    LOLIGO_REAL_ROW("E_L", "mV", "-70", LOLIGO_RANGE_ANY, "resting potential"),
    LOLIGO_REAL_ROW("V_th", "mV", "-55", LOLIGO_RANGE_ANY, IAF_V_TH_HELP),
    LOLIGO_REAL_ROW("V_reset", "mV", "-70", LOLIGO_RANGE_ANY, "potential after a spike"),
    LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current"),
};

enum { V_M, REFRACTORY };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"refractory", "", "steps until the potential moves again"},
};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_POTENTIAL}, {"inh", LOLIGO_RECEPTOR_POTENTIAL}};

typedef struct constants {
  double e_l, rise;          /* mV: at rest, by I_e in a step */
  double v_from_v, v_from_i; /* 1, mV/pA */
  iaf_spike spike;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[V_RESET], p[V_TH]));
  const double v_from_i = -vector_expm1(-dt / p[TAU_M]) * p[TAU_M] / p[C_M];
  const constants c = {
      .e_l = p[E_L],
      .rise = v_from_i * p[I_E],
      .v_from_v = vector_exp(-dt / p[TAU_M]),
      .v_from_i = v_from_i,
      .spike = {p[V_TH], p[V_RESET], grid_steps(p[T_REF], dt)},
  };
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  if (isnan(state[V_M])) state[V_M] = p[E_L];
  if (isnan(state[REFRACTORY])) state[REFRACTORY] = 0;
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
    const double above_rest = fma(c.v_from_v, v[i] - c.e_l, fma(c.v_from_i, block->current[i], c.rise));
    const double jump = block->input[0][i] + block->input[1][i];
    iaf_fire(block, i, c.e_l + (above_rest + jump), c.spike, v, block->state[REFRACTORY]);
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
                         "I = I_e + currents of inputs\n"
                         "what arrives adds its weight (mV) to V_m",
            .integrator = IAF_EXACT_PAGE,
            .refractory = IAF_REFRACTORY_PAGE "; what arrives within it, its last moment included, is lost",
            .spike = "what arrives there included, " IAF_SPIKE_PAGE,
            .golden = "I_e 600 pA, dt 0.1 ms: the first spike at 9.9 ms (10 ms ln(24/9) = 9.81 ms, at the end of its "
                      "step), then one every\n"
                      "11.9 ms, t_ref later",
            .source = "Rotter & Diesmann 1999, Biol. Cybern. 81:381, 10.1007/s004220050570",
        },
};

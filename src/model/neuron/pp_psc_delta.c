/*
 * Point process neuron with delta synapses: a leaky membrane whose distance from rest sets the rate at which the cell
 * fires by chance (Jolivet et al. 2006, 10.1007/s10827-006-7074-5; Naud & Gerstner 2012,
 * 10.1371/journal.pcbi.1002711).
 */
#include "model/neuron/escape.h"
#include "model/neuron/iaf_psc.h"

enum { C_M, TAU_M, DEAD_TIME, E_L, I_E, C_1, C_2, C_3, WITH_RESET, TAU_SFA, Q_SFA };

static const loligo_param params[] = {
    C_M_ROW("250"),
    TAU_M_ROW("10"),
    LOLIGO_REAL_ROW("dead_time", "ms", "1", LOLIGO_RANGE_NON_NEGATIVE, "for so long after a spike there is no other"),
    E_REST_ROW("-70"),
    I_E_ROW,
    LOLIGO_REAL_ROW("c_1", "Hz/mV", "0", LOLIGO_RANGE_ANY, "slope of the linear part of the rate" ESCAPE_HELP),
    LOLIGO_REAL_ROW("c_2", "Hz", "1.238", LOLIGO_RANGE_ANY, "the exponential part of the rate at rest"),
    LOLIGO_REAL_ROW("c_3", "1/mV", "0.25", LOLIGO_RANGE_ANY, "exponent of that part"),
    {"with_reset", LOLIGO_PARAM_BOOLEAN, "", "true", LOLIGO_RANGE_ANY, NULL, "whether a spike puts V_m to E_L", 0},
    ADAPTATION_ROWS("tau_sfa", "q_sfa", "mV", "what is subtracted from V_m - E_L"),
};

enum { V_M, REFRACTORY, N_VARIABLES };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"refractory", "", "steps until the cell can fire again"},
};

typedef struct constants {
  iaf_psc_membrane membrane;
  double linear, exponential, exponent; /* 1/mV, 1: expected in a step; 1/mV */
  double keeps;                         /* 1 without reset, else 0 */
  double dead;                          /* steps */
} constants;

static loligo_status describe(const double *param, loligo_model *described)
{
  static const adaptation_variables sfa = {ADAPTATION_NAMES("sfa"), "mV", "element of the adaptation"};
  LOLIGO_TRY(adaptation_begin(described));
  return adaptation_append(param, TAU_SFA, &sfa, described);
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  static const size_t rows[] = {TAU_SFA};
  return escape_prepare(setup, N_VARIABLES, DERIVED_COUNT(constants), rows, 1, shared);
}

static loligo_status derive(const double *p, double dt, double *derived)
{
  const constants c = {
      .membrane = iaf_psc_membrane_of(p[C_M], p[TAU_M], p[E_L], p[I_E], dt),
      .linear = p[C_1] * dt * 1e-3,
      .exponential = p[C_2] * dt * 1e-3,
      .exponent = p[C_3],
      .keeps = p[WITH_RESET] > 0 ? 0 : 1,
      .dead = grid_steps(p[DEAD_TIME], dt),
  };
  memcpy(derived, &c, sizeof c);
  return adaptation_derive(LOLIGO_PARAM_TABLE(params), p, TAU_SFA, Q_SFA, dt, derived + DERIVED_COUNT(c));
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[E_L], N_VARIABLES + adaptation_count(p, TAU_SFA), state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  const escape_shared *shared = block->shared;
  double *v = block->state[V_M], *refractory = block->state[REFRACTORY];
  double u[LOLIGO_BLOCK_CELLS], adapted[LOLIGO_BLOCK_CELLS] = {0};
  const size_t n = block->n;
  constants c;
  adaptation_decay(block, &shared->lists[0]);
  adaptation_add(block, &shared->lists[0], uniform, adapted);
  escape_uniforms(block, u);
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double arriving = block->input[0][i] + block->input[1][i];
    const double above = iaf_psc_above_rest(&c.membrane, v[i], block->current[i]) + arriving, x = above - adapted[i];
    const double raw = fma(c.linear, x, c.exponential * vector_exp(c.exponent * x)), rate = raw > 0 ? raw : 0;
    const double waiting = refractory[i], fired = waiting > 0 ? 0 : escape_fires(rate, u[i]);
    const double left = waiting > 0 ? waiting - 1 : 0;
    v[i] = c.membrane.e_l + (fired > 0 ? c.keeps * above : above);
    refractory[i] = fired > 0 ? c.dead : left;
    block->spike[i] = fired > 0 ? 1 : 0;
  }
  adaptation_jump(block, &shared->lists[0]);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  if (block->uniform)
    advance(block, true);
  else
    advance(block, false);
}

const loligo_model loligo_model_pp_psc_delta = {
    .name = "pp_psc_delta",
    .summary = "point process neuron: a leaky membrane, delta synapses, escape rate (10.1007/s10827-006-7074-5)",
    .cost = 8,
    .max_dt = &(const double){1},
    .operations = &(const loligo_operations){39, 34, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_delta_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .describe = describe,
    .prepare = prepare,
    .derive = derive,
    .complete = complete,
    .step = step,
    .release = memory_free,
    .forget = adaptation_forget,
    .page =
        {
            .equations = "C_m dV_m/dt = -(C_m / tau_m) (V_m - E_L) + I,  I = I_e + currents of inputs\n"
                         "what arrives adds its weight (mV) to V_m at once\n"
                         "rate = max(0, c_1 x + c_2 exp(c_3 x)),  x = V_m - E_L - sum of sfa_k\n"
                         "dsfa_k/dt = -sfa_k / tau_sfa_k, += q_sfa_k at a spike",
            .integrator = IAF_EXACT_PAGE ";\nthe rate of a step is that of its end",
            .refractory = "for dead_time, a whole number of steps, the cell does not fire; V_m goes on",
            .spike = ESCAPE_SPIKE_PAGE "; V_m is E_L there, with_reset",
            .golden =
                "V_m - E_L held at 10 mV without reset: 14.857843 Hz, coefficient of variation 0.985142, within 4 "
                "standard errors",
            .source = "Jolivet et al. 2006, J. Comput. Neurosci. 21:35, 10.1007/s10827-006-7074-5; defaults as in NEST",
        },
};

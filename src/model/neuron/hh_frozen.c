/*
 * The Hodgkin-Huxley unit with constant rates that was trained in He et al. 2024 (10.1038/s43588-024-00674-9): each
 * cell draws the rates of its gates once, small ones, so that its channels hardly open in a trial and the unit is close
 * to hh_leak. It is here for the claims of that paper; hh_psc_exp is the real cell.
 */
#include "model/neuron/frozen_pass.h"

#define HAS_CHANNELS 1
#define KERNEL "model/neuron/frozen_pass_kernel.h"
#include "model/both_precisions.h"

#define RATE_ROW(name, help) LOLIGO_REAL_ROW(name, "", "0.005", LOLIGO_RANGE_NON_NEGATIVE, help)

static const loligo_param params[] = {
    FROZEN_LEAK_ROWS,
    LOLIGO_REAL_ROW("g_Na", "", "120", LOLIGO_RANGE_NON_NEGATIVE, "largest sodium conductance, mS/cm2"),
    LOLIGO_REAL_ROW("g_K", "", "36", LOLIGO_RANGE_NON_NEGATIVE, "largest potassium conductance, mS/cm2"),
    LOLIGO_REAL_ROW("E_Na", "", "115", LOLIGO_RANGE_ANY, "sodium reversal potential, mV from rest"),
    LOLIGO_REAL_ROW("E_K", "", "-12", LOLIGO_RANGE_ANY, "potassium reversal potential, mV from rest"),
    RATE_ROW("a_n", "rate at which n opens, per ms; the paper draws all six evenly from 0 to 0.01"),
    RATE_ROW("b_n", "rate at which n closes, per ms"),
    RATE_ROW("a_m", "rate at which m opens, per ms"),
    RATE_ROW("b_m", "rate at which m closes, per ms"),
    RATE_ROW("a_h", "rate at which h opens, per ms"),
    RATE_ROW("b_h", "rate at which h closes, per ms"),
};

static const loligo_variable variables[] = {
    {"V", "", "membrane potential, mV from rest"},
    {"n", "", "activation of potassium channels"},
    {"m", "", "activation of sodium channels"},
    {"h", "", "inactivation of sodium channels"},
};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}};

static loligo_status derive(const double *param, double dt, double *derived)
{
  (void)dt;
  memcpy(derived, param, FROZEN_PARAMS * sizeof *param);
  return LOLIGO_OK;
}

static void complete(const double *param, double *state)
{
  (void)param;
  frozen_complete(state, FROZEN_VARIABLES);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  double *const *state = block->state;
  const size_t n = block->n;
  for (size_t i = 0; i < n; i++) {
    double derived[FROZEN_PARAMS];
    float c[FROZEN_PARAMS];
    block_constants(block, block->uniform ? 0 : i, FROZEN_PARAMS, derived);
#pragma GCC unroll 32
    for (size_t k = 0; k < FROZEN_PARAMS; k++) c[k] = (float)derived[k];
    const frozen_single cell = {(float)state[FROZEN_V][i],
                                {(float)state[FROZEN_N][i], (float)state[FROZEN_M][i], (float)state[FROZEN_H][i]}};
    const frozen_single after = frozen_after_single(c, cell, (float)(block->input[0][i] + block->current[i]));
    state[FROZEN_V][i] = after.v;
    state[FROZEN_N][i] = after.x[0];
    state[FROZEN_M][i] = after.x[1];
    state[FROZEN_H][i] = after.x[2];
    block->spike[i] = after.v > c[FROZEN_THRESHOLD];
  }
}

static loligo_status derive_trial(const double *param, double dt, double *constants, double *state)
{
  memset(state, 0, FROZEN_VARIABLES * sizeof *state);
  return derive(param, dt, constants);
}

static const loligo_adjoint adjoint = {
    .n_inputs = 1,
    .n_outputs = 1,
    .n_states = FROZEN_VARIABLES,
    .n_taped = FROZEN_TAPED,
    .n_constants = FROZEN_PARAMS,
    .has_threshold = true,
    .derive = derive_trial,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_hh_frozen = {
    .name = "hh_frozen",
    .summary = "Hodgkin-Huxley unit with constant rates that learns in trials, a map (10.1038/s43588-024-00674-9)",
    .cost = 1.5,
    .operations = &(const loligo_operations){18, 20, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = FROZEN_VARIABLES,
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = FROZEN_PARAMS,
    .derive = derive,
    .complete = complete,
    .step = step,
    .adjoint = &adjoint,
    .page =
        {
            .equations =
                "once in each step, of what has come since the last one, with d = move and V from rest:\n"
                "x <- x + d (a_x (1 - x) - b_x x)   for the gates x = n, m, h, which begin at 0\n"
                "V <- V + d (input + current + I_e - g_Na m^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_L (V - E_L))\n"
                "a current of 1 pA is an input of 1; rates are constants of a cell, whatever V is",
            .integrator = FROZEN_INTEGRATOR_PAGE,
            .refractory = "none",
            .spike = FROZEN_SPIKE_PAGE,
            .golden = FROZEN_GOLDEN_PAGE,
            .source = FROZEN_SOURCE_PAGE ", who\ncount 23 additions and 16 multiplications for an update",
        },
};

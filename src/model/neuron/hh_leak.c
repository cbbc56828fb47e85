/*
 * hh_frozen without sodium and potassium: a leaky integrator with a threshold and no reset. The control for it.
 */
#include "model/neuron/frozen_pass.h"

#define HAS_CHANNELS 0
#define KERNEL "model/neuron/frozen_pass_kernel.h"
#include "model/both_precisions.h"

static const loligo_param params[] = {FROZEN_LEAK_ROWS};

static const loligo_variable variables[] = {{"V", "", "membrane potential, mV from rest"}};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}};

static loligo_status derive(const double *param, double dt, double *derived)
{
  (void)dt;
  memcpy(derived, param, FROZEN_LEAK_PARAMS * sizeof *param);
  return LOLIGO_OK;
}

static void complete(const double *param, double *state)
{
  (void)param;
  frozen_complete(state, 1);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  double *v = block->state[FROZEN_V];
  const size_t n = block->n;
  for (size_t i = 0; i < n; i++) {
    double derived[FROZEN_LEAK_PARAMS];
    float c[FROZEN_PARAMS];
    block_constants(block, block->uniform ? 0 : i, FROZEN_LEAK_PARAMS, derived);
#pragma GCC unroll 8
    for (size_t k = 0; k < FROZEN_LEAK_PARAMS; k++) c[k] = (float)derived[k];
    const frozen_single cell = {.v = (float)v[i]};
    const frozen_single after = frozen_after_single(c, cell, (float)(block->input[0][i] + block->current[i]));
    v[i] = after.v;
    block->spike[i] = after.v > c[FROZEN_THRESHOLD];
  }
}

static loligo_status derive_trial(const double *param, double dt, double *constants, double *state)
{
  state[FROZEN_V] = 0;
  return derive(param, dt, constants);
}

static const loligo_adjoint adjoint = {
    .n_inputs = 1,
    .n_outputs = 1,
    .n_states = 1,
    .n_taped = FROZEN_TAPED_GATES,
    .n_constants = FROZEN_LEAK_PARAMS,
    .has_threshold = true,
    .derive = derive_trial,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_hh_leak = {
    .name = "hh_leak",
    .summary = "hh_frozen without sodium and potassium, that learns in trials, a map (10.1038/s43588-024-00674-9)",
    .cost = 0.8,
    .operations = &(const loligo_operations){5, 2, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = FROZEN_LEAK_PARAMS,
    .derive = derive,
    .complete = complete,
    .step = step,
    .adjoint = &adjoint,
    .page =
        {
            .equations = "once in each step, of what has come since the last one, with d = move and V from rest:\n"
                         "V <- V + d (input + current + I_e - g_L (V - E_L))   a current of 1 pA is an input of 1",
            .integrator = FROZEN_INTEGRATOR_PAGE,
            .refractory = "none",
            .spike = FROZEN_SPIKE_PAGE,
            .golden = FROZEN_GOLDEN_PAGE,
            .source = FROZEN_SOURCE_PAGE,
        },
};

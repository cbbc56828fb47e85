/*
 * A leaky integrate-and-fire unit as the literature of learning has it: a map of pure numbers, one move in each step
 * (as snnTorch, Norse and SpikingJelly). It can be trained in trials.
 *
 * The step computes in single precision what the passes of trials in single precision compute, operation by operation;
 * u is a float that is held in a double. So a trained network has the same spikes in either.
 */
#include <string.h>

#include "model/neuron/block.h"

enum { LIF_STEP_DECAY, LIF_STEP_THRESHOLD, LIF_STEP_I_E, LIF_STEP_PARAMS };
enum { TAPED_U, TAPED_S, TAPED_PSI, N_TAPED };

#define KERNEL "model/neuron/lif_step_pass.h"
#include "model/both_precisions.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("decay", "", "0.2", LOLIGO_RANGE_FRACTION, "what a step leaves of the unit"),
    LOLIGO_REAL_ROW("threshold", "", "0.3", LOLIGO_RANGE_ANY, "the unit fires above it"),
    LOLIGO_REAL_ROW("I_e", "", "0", LOLIGO_RANGE_ANY, "constant input"),
};

static const loligo_variable variables[] = {{"u", "", "the unit, 0 behind a spike"}};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}};

static loligo_status derive(const double *param, double dt, double *derived)
{
  (void)dt;
  memcpy(derived, param, LIF_STEP_PARAMS * sizeof *param);
  return LOLIGO_OK;
}

static void complete(const double *param, double *state)
{
  (void)param;
  if (isnan(state[0])) state[0] = 0;
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  double *u = block->state[0];
  const double *const *derived = block->derived;
  const size_t n = block->n;
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    const size_t j = block->uniform ? 0 : i;
    const float moved =
        lif_step_unit_single((float)derived[LIF_STEP_DECAY][j], (float)u[i],
                             (float)(block->input[0][i] + block->current[i]), (float)derived[LIF_STEP_I_E][j]);
    const bool fires = moved > (float)derived[LIF_STEP_THRESHOLD][j];
    u[i] = fires ? 0 : (double)moved;
    block->spike[i] = fires;
  }
}

static loligo_status derive_trial(const double *param, double dt, double *constants, double *state)
{
  state[0] = 0;
  return derive(param, dt, constants);
}

static const loligo_adjoint adjoint = {
    .n_inputs = 1,
    .n_outputs = 1,
    .n_states = 1,
    .n_taped = N_TAPED,
    .n_constants = LIF_STEP_PARAMS,
    .has_threshold = true,
    .derive = derive_trial,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_lif_step = {
    .name = "lif_step",
    .summary = "leaky integrate-and-fire unit that learns in trials, a map with one move in each step",
    .cost = 0.6,
    .operations = &(const loligo_operations){3, 1, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = LIF_STEP_PARAMS,
    .derive = derive,
    .complete = complete,
    .step = step,
    .adjoint = &adjoint,
    .page =
        {
            .equations = "once in each step, of what has come since the last one:\n"
                         "u <- decay u + (input + current + I_e)   a current of 1 pA is an input of 1\n"
                         "u above threshold: a spike, and u <- 0",
            .integrator =
                "a map, once in a step whatever dt is; in single precision, as trials compute: u is a float that is\n"
                "held in a double",
            .refractory = "none",
            .spike = "u exceeds the threshold in a move; stamped with the end of the step",
            .golden = "the spikes of trials in single precision; the gradient of these: central differences in double\n"
                      "precision within 1e-5 (tests/physics/passes.c)",
            .source =
                "Wu et al. 2018, Front. Neurosci. 12:331, 10.3389/fnins.2018.00331 (the map and its surrogate); He "
                "et al. 2024,\n10.1038/s43588-024-00674-9, count 3 additions and 3 multiplications for an update",
        },
};

/*
 * A cell that sums spikes and forgets, and is compared with a target signal: what its inputs bring it as current.
 * Bellec et al. 2020 (10.1038/s41467-020-17236-y); NEST's eprop_readout_bsshslm_2020 for the mean squared error.
 */
#include <string.h>

#include "model/neuron/block.h"
#include "model/neuron/taught.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW(TAUGHT_TAU, "ms", "20", LOLIGO_RANGE_POSITIVE, "decay of y"),
    LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant part of the target signal"),
    LOLIGO_REAL_ROW(
        "learning_window", "ms", "0", LOLIGO_RANGE_NON_NEGATIVE,
        "the error is 0 before so long at the end of a trial, a whole number of steps; 0: all of it counts"),
    TAUGHT_TRIAL_ROW,
};

enum { TAU_M, I_E, LEARNING_WINDOW, TRIAL };

#define KERNEL "model/neuron/eprop_readout_pass.h"
#include "model/both_precisions.h"

enum { Y, TARGET, ERROR };

static const loligo_variable variables[] = {
    {"y", "", "what is read out"},
    {"target", "", "what it should be in the step that was made: its current, of which 1 pA stands for 1"},
    {TAUGHT_ERROR, "", "y - target within the learning window, else 0"},
};

static const loligo_receptor receptors[] = {{"input", LOLIGO_RECEPTOR_NUMBER}};

typedef struct constants {
  double decay, i_e;
  double trial, first; /* steps; the first of a trial whose error counts */
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(taught_check_trial(p[TRIAL], dt));
  const double trial = grid_steps(p[TRIAL], dt), window = grid_steps(p[LEARNING_WINDOW], dt);
  const constants c = {.decay = taught_decay(p[TAU_M], dt),
                       .i_e = p[I_E],
                       .trial = trial,
                       .first = trial > 0 && window > 0 ? trial - window : 0};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  (void)p;
  for (size_t v = 0; v < sizeof variables / sizeof variables[0]; v++)
    if (isnan(state[v])) state[v] = 0;
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *y = block->state[Y], *target = block->state[TARGET], *error = block->state[ERROR];
  const double *input = block->input[0], *current = block->current, step = (double)block->step;
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double offset = taught_offset(c.trial, step), wanted = current[i] + c.i_e;
    const double moved = (offset > 0 ? c.decay * y[i] : 0) + input[i];
    y[i] = moved;
    target[i] = wanted;
    error[i] = offset >= c.first ? moved - wanted : 0;
    block->spike[i] = 0;
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

static loligo_status derive_trial(const double *p, double dt, double *constant, double *state)
{
  LOLIGO_TRY(taught_refuse_trial(p[TRIAL]));
  LOLIGO_TRY(taught_refuse("I_e", p[I_E], "targets are those of the data"));
  LOLIGO_TRY(taught_refuse("learning_window", p[LEARNING_WINDOW], "all steps of a trial count"));
  constant[0] = taught_decay(p[TAU_M], dt);
  state[0] = 0;
  return LOLIGO_OK;
}

static const loligo_adjoint adjoint = {
    .n_inputs = 1,
    .n_outputs = 1,
    .n_states = 1,
    .n_constants = 1,
    .derive = derive_trial,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_eprop_readout = {
    .name = "eprop_readout",
    .summary =
        "sum of spikes that decays, with a target signal; synapses of e_prop teach it (10.1038/s41467-020-17236-y)",
    .cost = 0.6,
    .operations = &(const loligo_operations){3, 1, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .adjoint = &adjoint,
    .page =
        {
            .equations = "y <- exp(-dt / tau_m) y + what arrives, pure numbers of either sign\n"
                         "target = (I_e + currents of inputs) / pA: sines, steps and their sums are target signals\n"
                         "error = y - target\n"
                         "before the first step of a trial y is 0; spikes on their way arrive all the same\n"
                         "in trials of a section learning the target is that of the data: of each step, or of the mean "
                         "of y",
            .integrator = "a map: exact",
            .refractory = "none",
            .spike = "none",
            .golden = "the map itself, written down beside it (tests/mpi/e_prop.c); the gradient of trials: central\n"
                      "differences within 1e-5 (tests/physics/passes.c)",
            .source = "Bellec et al. 2020, Nat. Commun. 11:3625, 10.1038/s41467-020-17236-y; "
                      "eprop_readout_bsshslm_2020 of NEST for the mean squared error",
        },
};

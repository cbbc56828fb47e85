/*
 * The unit of s-LIF2HH as it is trained in He et al. 2024 (10.1038/s43588-024-00674-9), where each of four units resets
 * itself and the fourth hears the others through weights that all cells share. Another map than s_lif2hh.
 *
 * The step computes in single precision what the passes of trials in single precision compute, as that of lif_step.
 */
#include <string.h>

#include "model/neuron/block.h"
#include "model/neuron/s_lif2hh_layer.h"

#define KERNEL "model/neuron/s_lif2hh_layer_pass.h"
#include "model/both_precisions.h"

enum { DECAY, THRESHOLD, I_E, INPUT, SHARED = INPUT + LAYER_INPUTS };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("decay", "", "0.2", LOLIGO_RANGE_FRACTION, "what a step leaves of a unit"),
    LOLIGO_REAL_ROW("threshold", "", "0.3", LOLIGO_RANGE_ANY, "a unit fires above it"),
    LOLIGO_REAL_ROW("I_e", "", "0", LOLIGO_RANGE_ANY, "constant input of units 1 to 3"),
    LOLIGO_REAL_ROW("input1", "", "0", LOLIGO_RANGE_ANY, "constant input of unit 1 besides"),
    LOLIGO_REAL_ROW("input2", "", "0", LOLIGO_RANGE_ANY, "constant input of unit 2 besides"),
    LOLIGO_REAL_ROW("input3", "", "0", LOLIGO_RANGE_ANY, "constant input of unit 3 besides"),
    LOLIGO_REAL_ROW("a1", "", "0.3", LOLIGO_RANGE_ANY, "weight from unit 1 to unit 4; learned in trials"),
    LOLIGO_REAL_ROW("a2", "", "0.3", LOLIGO_RANGE_ANY, "weight from unit 2 to unit 4; learned in trials"),
    LOLIGO_REAL_ROW("a3", "", "0.3", LOLIGO_RANGE_ANY, "weight from unit 3 to unit 4; learned in trials"),
    LOLIGO_REAL_ROW("b", "", "0", LOLIGO_RANGE_ANY, "constant input of unit 4; learned in trials"),
};

static const char *const shared[] = {"a1", "a2", "a3", "b"};

/* In the order of the states of a pass. */
static const loligo_variable variables[] = {
    {"u1", "", "unit 1 before its threshold"}, {"u2", "", "unit 2 before its threshold"},
    {"u3", "", "unit 3 before its threshold"}, {"left1", "", "unit 1, 0 behind a spike"},
    {"left2", "", "unit 2, 0 behind a spike"}, {"left3", "", "unit 3, 0 behind a spike"},
    {"left4", "", "unit 4, 0 behind a spike"},
};

static const loligo_receptor receptors[] = {
    {"u1", LOLIGO_RECEPTOR_NUMBER}, {"u2", LOLIGO_RECEPTOR_NUMBER}, {"u3", LOLIGO_RECEPTOR_NUMBER}};

static const loligo_signal signals[] = {
    {"unit1", "unit 1 exceeded its threshold"},
    {"unit2", "unit 2 exceeded its threshold"},
    {"unit3", "unit 3 exceeded its threshold"},
    {"unit4", "unit 4 exceeded its threshold"},
};

/* Derived constants are those of a pass, then the shared ones. */
static loligo_status derive(const double *param, double dt, double *derived)
{
  (void)dt;
  derived[LAYER_DECAY] = param[DECAY];
  derived[LAYER_THRESHOLD] = param[THRESHOLD];
  for (size_t k = 0; k < LAYER_INPUTS; k++) derived[LAYER_INPUT + k] = param[I_E] + param[INPUT + k];
  memcpy(derived + LAYER_CONSTANTS, param + SHARED, sizeof shared / sizeof shared[0] * sizeof *param);
  return LOLIGO_OK;
}

static void complete(const double *param, double *state)
{
  (void)param;
  for (size_t v = 0; v < LAYER_STATES; v++) {
    if (isnan(state[v])) state[v] = 0;
  }
}

enum { N_DERIVED = LAYER_CONSTANTS + sizeof shared / sizeof shared[0] };

/* The units of cell i before their thresholds, into u[LAYER_UNITS]. */
VECTOR_INLINE void move(const loligo_block *block, size_t i, const float *c, float *u)
{
  double *const *state = block->state;
  u[3] = layer_fourth_single(c[LAYER_DECAY], (float)state[LAYER_LEFT + 3][i], c + LAYER_CONSTANTS, (float)state[0][i],
                             (float)state[1][i], (float)state[2][i]);
#pragma GCC unroll 3
  for (size_t k = 0; k < LAYER_INPUTS; k++)
    u[k] = layer_unit_single(c[LAYER_DECAY], (float)state[LAYER_LEFT + k][i],
                             (float)(block->input[k][i] + block->current[i]), c[LAYER_INPUT + k]);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  int64_t unheard[LAYER_UNITS][LOLIGO_BLOCK_CELLS], *exceeds[LAYER_UNITS];
  for (size_t k = 0; k < LAYER_UNITS; k++) exceeds[k] = block_is_heard(block, k) ? block->signal[k] : unheard[k];
  const size_t n = block->n;
  for (size_t i = 0; i < n; i++) {
    double derived[N_DERIVED];
    float c[N_DERIVED], u[LAYER_UNITS];
    block_constants(block, block->uniform ? 0 : i, N_DERIVED, derived);
    for (size_t k = 0; k < N_DERIVED; k++) c[k] = (float)derived[k];
    move(block, i, c, u);
    block->spike[i] = 0;
    for (size_t k = 0; k < LAYER_UNITS; k++) {
      exceeds[k][i] = u[k] > c[LAYER_THRESHOLD];
      block->state[LAYER_LEFT + k][i] = exceeds[k][i] ? 0 : (double)u[k];
      block->spike[i] += exceeds[k][i];
      if (k < LAYER_INPUTS) block->state[k][i] = u[k];
    }
  }
}

static loligo_status derive_trial(const double *param, double dt, double *constants, double *state)
{
  double derived[N_DERIVED];
  memset(state, 0, LAYER_STATES * sizeof *state);
  LOLIGO_TRY(derive(param, dt, derived));
  memcpy(constants, derived, LAYER_CONSTANTS * sizeof *constants);
  return LOLIGO_OK;
}

static const loligo_adjoint adjoint = {
    .n_inputs = LAYER_INPUTS,
    .n_outputs = LAYER_UNITS,
    .n_states = LAYER_STATES,
    .n_taped = LAYER_TAPED,
    .n_constants = LAYER_CONSTANTS,
    .shared = shared,
    .n_shared = sizeof shared / sizeof shared[0],
    .has_threshold = true,
    .derive = derive_trial,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_s_lif2hh_layer = {
    .name = "s_lif2hh_layer",
    .summary = "s-LIF2HH as it learns in trials: four units, three inputs, four outputs (10.1038/s43588-024-00674-9)",
    .cost = 3,
    .operations = &(const loligo_operations){13, 7, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = LAYER_STATES,
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .signals = signals,
    .n_signals = LAYER_UNITS,
    .n_derived = N_DERIVED,
    .derive = derive,
    .complete = complete,
    .step = step,
    .adjoint = &adjoint,
    .page =
        {
            .equations = "once in each step, of what has come since the last one:\n"
                         "u_4 <- decay u_4 + a1 u_1 + a2 u_2 + a3 u_3 + b   with these three as they were before any "
                         "reset a step ago\n"
                         "u_k <- decay u_k + arriving_k + current + I_e + input_k   for k = 1, 2, 3; a current of 1 "
                         "pA is an input of 1\n"
                         "u_k above threshold: a spike of the unit, and u_k <- 0",
            .integrator =
                "a map, once in a step whatever dt is; in single precision, as trials compute: states are floats\n"
                "that are held in doubles",
            .refractory = "none",
            .spike = "a unit exceeds the threshold in a move; stamped with the end of the step; a cell has as many as "
                     "its units",
            .golden = "the spikes of trials in single precision; the gradient of these: central differences in double\n"
                      "precision within 1e-5 (tests/physics/passes.c)",
            .source = "He et al. 2024, Nat. Comput. Sci. 4:584, 10.1038/s43588-024-00674-9, its code for training",
        },
};

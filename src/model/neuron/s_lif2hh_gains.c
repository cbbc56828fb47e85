/*
 * s-LIF2HH with one input: the three units that hear the outside hear the same, each by a gain of its own, and the
 * fourth hears their mean. What it hands on is the mean of the four, so that it has as many weights as a plain unit.
 * For the question whether wiring helps where weights are no more (jobs/learning, curriculum).
 */
#include <string.h>

#include "model/neuron/block.h"
#include "model/neuron/s_lif2hh_layer.h"

/* Constants of a pass: those of the four units, then the gains. */
enum { GAINS_GAIN = LAYER_CONSTANTS, GAINS_CONSTANTS = GAINS_GAIN + LAYER_INPUTS };

#define KERNEL "model/neuron/s_lif2hh_gains_pass.h"
#include "model/both_precisions.h"

enum { DECAY, THRESHOLD, GAIN };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("decay", "", "0.2", LOLIGO_RANGE_FRACTION, "what a step leaves of a unit"),
    LOLIGO_REAL_ROW("threshold", "", "0.3", LOLIGO_RANGE_ANY, "a unit fires above it"),
    LOLIGO_REAL_ROW("gain1", "", "1", LOLIGO_RANGE_ANY, "of the input onto unit 1"),
    LOLIGO_REAL_ROW("gain2", "", "0.7", LOLIGO_RANGE_ANY, "of the input onto unit 2"),
    LOLIGO_REAL_ROW("gain3", "", "0.4", LOLIGO_RANGE_ANY, "of the input onto unit 3"),
};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}};

static loligo_status derive(const double *param, double dt, double *constants, double *state)
{
  (void)dt;
  memset(state, 0, LAYER_STATES * sizeof *state);
  memset(constants, 0, LAYER_CONSTANTS * sizeof *constants);
  constants[LAYER_DECAY] = param[DECAY];
  constants[LAYER_THRESHOLD] = param[THRESHOLD];
  memcpy(constants + GAINS_GAIN, param + GAIN, LAYER_INPUTS * sizeof *constants);
  return LOLIGO_OK;
}

static const loligo_adjoint adjoint = {
    .n_inputs = 1,
    .n_outputs = 1,
    .n_states = LAYER_STATES,
    .n_taped = LAYER_TAPED,
    .n_constants = GAINS_CONSTANTS,
    .has_threshold = true,
    .derive = derive,
    .forward = BOTH_PRECISIONS(gains_forward),
    .backward = BOTH_PRECISIONS(gains_backward),
};

const loligo_model loligo_model_s_lif2hh_gains = {
    .name = "s_lif2hh_gains",
    .summary = "s-LIF2HH with one input and one output, for trials only (after 10.1038/s43588-024-00674-9)",
    .takes_no_current = true,
    .cost = 2,
    .operations = &(const loligo_operations){24, 15, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .adjoint = &adjoint,
    .page =
        {
            .equations = "once in each step:\n"
                         "u_4 <- decay u_4 + (u_1 + u_2 + u_3) / 3   with these three as they were before any reset a "
                         "step ago\n"
                         "u_k <- decay u_k + gain_k input   for k = 1, 2, 3\n"
                         "u_k above threshold: a spike of the unit, and u_k <- 0;   output = spikes of the four / 4",
            .integrator = "a map, once in a step whatever dt is",
            .refractory = "none",
            .spike = "a unit exceeds the threshold; a cell has as many as its units",
            .golden = "s_lif2hh_layer with its weights a = 1/3 and inputs times the gains has the same spikes, and the "
                      "gradient is\n"
                      "that of central differences within 1e-5 (tests/physics/passes.c)",
            .source = "He et al. 2024, Nat. Comput. Sci. 4:584, 10.1038/s43588-024-00674-9, with fewer weights",
        },
};

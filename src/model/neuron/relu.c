/*
 * A unit without spikes: the control of what learns in trials.
 */
#include "model/neuron/block.h"

#define KERNEL "model/neuron/relu_pass.h"
#include "model/both_precisions.h"

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}};

static const loligo_adjoint adjoint = {
    .n_inputs = 1,
    .n_outputs = 1,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_relu = {
    .name = "relu",
    .summary = "rectified linear unit, for trials only: the control without spikes",
    .takes_no_current = true,
    .cost = 0.1,
    .operations = &(const loligo_operations){0, 0, 0},
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .adjoint = &adjoint,
    .page =
        {
            .equations = "output = max(0, input) in each step",
            .integrator = "none",
            .refractory = "none",
            .spike = "none: the output is a number",
            .golden = "the definition (tests/physics/passes.c)",
            .source = "a definition",
        },
};

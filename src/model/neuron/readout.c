/*
 * What answers in trials: a sum of inputs without state or threshold.
 */
#include "model/neuron/block.h"

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_NUMBER}};

static const loligo_adjoint adjoint = {.part = LOLIGO_TRIAL_READOUT, .n_inputs = 1, .n_outputs = 1};

const loligo_model loligo_model_readout = {
    .name = "readout",
    .summary = "answers in trials, and is for these only: the mean of its inputs, or their integral",
    .takes_no_current = true,
    .cost = 0.1,
    .operations = &(const loligo_operations){0, 0, 0},
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .adjoint = &adjoint,
    .page =
        {
            .equations =
                "answer = bias + sum of weight x what counts of a source: the mean of its spikes over the steps\n"
                "of a trial, or the integral of its release in ms",
            .integrator = "none",
            .refractory = "none",
            .spike = "none: the answer is a number",
            .golden = "the definition",
            .source = "a definition",
        },
};

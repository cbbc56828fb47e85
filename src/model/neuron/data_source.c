/*
 * What shows samples in trials: the values of a dataset, one for each cell.
 */
#include "model/neuron/block.h"

static const loligo_adjoint adjoint = {.part = LOLIGO_TRIAL_DATA, .n_outputs = 1};

const loligo_model loligo_model_data_source = {
    .name = "data_source",
    .summary = "shows the samples of a dataset in trials, and is for these only",
    .is_source = true,
    .takes_no_current = true,
    .cost = 0.1,
    .operations = &(const loligo_operations){0, 0, 0},
    .adjoint = &adjoint,
    .page =
        {
            .equations =
                "output = (value + noise) x scale, as the dataset says; it stays over a trial, or an event of the\n"
                "sample is its output in the step in which its time lies",
            .integrator = "none",
            .refractory = "none",
            .spike = "none: the output is a number",
            .golden = "the definition",
            .source = "a definition",
        },
};

/*
 * A matrix of weights between the cells of two populations, as networks that learn in trials have them: from each
 * output of a source to each input of a target, without delay.
 */
#include "model/synapse/synapse_model.h"

static const loligo_param params[] = {
    {SYNAPSE_DENSE_BIAS, LOLIGO_PARAM_BOOLEAN, "", "true", LOLIGO_RANGE_ANY, NULL,
     "each input of a target has a bias, whose first value is drawn as a weight", 0},
    {SYNAPSE_DENSE_LEARN, LOLIGO_PARAM_BOOLEAN, "", "true", LOLIGO_RANGE_ANY, NULL,
     "weights and biases follow their gradient", 0},
    LOLIGO_REAL_ROW(SYNAPSE_DENSE_RATE, "", "1", LOLIGO_RANGE_NON_NEGATIVE,
                    "factor of the optimiser's rate for this projection"),
    LOLIGO_REAL_ROW(SYNAPSE_DENSE_GAIN, "", "1", LOLIGO_RANGE_ANY,
                    "factor of what weights and biases bring, which itself is not learned"),
};

static const synapse_pathway pathways[] = {{"spike", NULL, 0}};

const synapse_model synapse_model_dense = {
    .name = "dense",
    .summary = "a matrix of weights that learns in trials, without delay; for all_to_all",
    .equations = "input of a target = gain (sum of weight x output of a source + bias), within the same step",
    .kind = SYNAPSE_DENSE,
    .pathways = pathways,
    .n_pathways = sizeof pathways / sizeof pathways[0],
    .params = LOLIGO_PARAM_TABLE(params),
};

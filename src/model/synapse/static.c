/*
 * A weight that stays as it is.
 */
#include "model/synapse/synapse_model.h"

static const synapse_channel channels[] = {{NULL, NULL, 0}};

const synapse_model synapse_model_static = {
    .name = "static",
    .summary = "one weight that does not change",
    .channels = channels,
    .n_channels = sizeof channels / sizeof channels[0],
};

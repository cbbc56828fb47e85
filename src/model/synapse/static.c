/*
 * A weight that stays as it is.
 */
#include "model/synapse/synapse_model.h"

static const synapse_pathway pathways[] = {{NULL, NULL, 0}};

const synapse_model synapse_model_static = {
    .name = "static",
    .summary = "one weight that does not change",
    .equations = "a spike brings w",
    .kind = SYNAPSE_STATIC,
    .pathways = pathways,
    .n_pathways = sizeof pathways / sizeof pathways[0],
};

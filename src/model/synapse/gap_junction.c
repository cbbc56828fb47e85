/*
 * A gap junction: a conductance between the membranes of two cells, the same in both directions, without delay.
 */
#include "model/synapse/synapse_model.h"

static const synapse_pathway pathways[] = {{NULL, SYNAPSE_GAP_RECEPTOR, 0}};

const synapse_model synapse_model_gap_junction = {
    .name = "gap_junction",
    .summary = "a conductance that joins two cells in both directions, without delay; for symmetric rules",
    .equations = "I = w (V_m of the other cell - V_m) into each of the two cells\n"
                 "in a step the other cell stands where it is expected in its middle, 1.5 V_m - 0.5 V_m a step before",
    .kind = SYNAPSE_GAP,
    .pathways = pathways,
    .n_pathways = sizeof pathways / sizeof pathways[0],
};

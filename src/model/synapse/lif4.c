/*
 * Between cells of four units that share nothing: unit by unit.
 */
#include "model/synapse/synapse_model.h"

static const synapse_pathway pathways[] = {
    {"unit1", "u1", 0}, {"unit2", "u2", 0}, {"unit3", "u3", 0}, {"unit4", "u4", 0}};

const synapse_model synapse_model_lif4 = {
    .name = "lif4",
    .summary = "between lif4 cells: unit k receives W from unit k",
    .equations = "unit k of the target receives W s_k, where s_k is 1 in a step in which unit k of the source fires",
    .kind = SYNAPSE_STATIC,
    .pathways = pathways,
    .n_pathways = sizeof pathways / sizeof pathways[0],
};

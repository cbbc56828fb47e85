/*
 * He et al. 2024 (10.1038/s43588-024-00674-9): units 1 to 3 of the target receive W s_k + s_4, unit 4 its own cell's
 * units alone.
 */
#include "model/synapse/synapse_model.h"

static const synapse_pathway pathways[] = {
    {"unit1", "u1", 0}, {"unit2", "u2", 0}, {"unit3", "u3", 0}, {"unit4", "all", 1}};

const synapse_model synapse_model_s_lif2hh = {
    .name = "s_lif2hh",
    .summary = "between s_lif2hh cells: units 1 to 3 receive W s_k + s_4",
    .equations =
        "units k = 1, 2, 3 of the target receive W s_k + s_4; s_k is 1 in a step in which unit k of the source fires",
    .kind = SYNAPSE_STATIC,
    .pathways = pathways,
    .n_pathways = sizeof pathways / sizeof pathways[0],
};

/*
 * The synapse models: one line each.
 */
#include "model/synapse/synapse_model.h"

#define SYNAPSE_MODELS(X)                                                                                              \
  X(synapse_model, static)                                                                                             \
  X(synapse_model, s_lif2hh)                                                                                           \
  X(synapse_model, lif4)                                                                                               \
  X(synapse_model, stdp)                                                                                               \
  X(synapse_model, stdp_pl)                                                                                            \
  X(synapse_model, stdp_inhibitory)                                                                                    \
  X(synapse_model, stdp_dopamine)                                                                                      \
  X(synapse_model, stdp_triplet)                                                                                       \
  X(synapse_model, tsodyks)                                                                                            \
  X(synapse_model, tsodyks2)                                                                                           \
  X(synapse_model, nmda_saturating)                                                                                    \
  X(synapse_model, e_prop)                                                                                             \
  X(synapse_model, dense)                                                                                              \
  X(synapse_model, gap_junction)

REGISTRY(synapse_model, "synapse model", SYNAPSE_MODELS);

const char *const synapse_pairings[] = {[SYNAPSE_PAIRS_ALL] = "all", [SYNAPSE_PAIRS_NEAREST] = "nearest", NULL};

const synapse_trace synapse_source_trace = {"x", "tau_plus", "trace of the source's spikes"};
const synapse_trace synapse_target_trace = {"y", "tau_minus", "trace of the target's spikes"};

const synapse_pathway synapse_spikes_only[1] = {{"spike", NULL, 0}};

/**
 * Gap junctions as described: a projection of synapse model gap_junction, each pair of whose cells is coupled in both
 * directions. Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_GAP_H
#define LOLIGO_NETWORK_GAP_H

#include "loligo/model_interface.h"
#include "loligo/projection.h"
#include "loligo/status.h"
#include "network/description.h"

struct synapse_model;

/** Says in the spec what all gap junctions have: the receptor at both ends. INPUT where the user says another one, or
 * one of the populations has none. */
loligo_status gap_address(const loligo_network *network, loligo_projection_spec *spec);

/** INPUT where the receptor is that of gap junctions and the synapse model, NULL for an input, is another. */
loligo_status gap_check_receptor(const struct synapse_model *synapse, const loligo_receptor *receptor);

/** INPUT where its rule cannot be taken in both directions, or conductances would be drawn for either direction. */
loligo_status gap_check(const loligo_projection *projection);

/** INPUT, with its place, for what cells that are coupled cannot have: another integrator, a capacitance that changes
 * within a run. Once all parameters and changes are known. */
loligo_status gap_check_cells(const loligo_network *network, size_t population);

/** Whether there are any. */
bool gap_couples(const loligo_network *network);

/** INPUT where the conductance of all gap junctions of a cell (nS) is too large for its capacitance at the network's
 * dt. */
loligo_status gap_check_stable(const loligo_network *network, size_t population, uint64_t index, double conductance);

#endif

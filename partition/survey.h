/** What is known of listed edges, found by all ranks together. */
#ifndef LOLIGO_PARTITION_SURVEY_H
#define LOLIGO_PARTITION_SURVEY_H

#include "loligo/context.h"
#include "network/description.h"

/**
 * Looks at the lists of a network that are unknown (network/edge_list.h), each rank at its rows, and completes the
 * network, which is then the same on all ranks. A list takes 4 bytes for each cell of its target population.
 *
 * Collective. INPUT for an edge that is not possible, that of the lowest row; MACHINE.
 *
 * @param context  NULL: one process without MPI
 */
loligo_status edges_survey(const loligo_context *context, loligo_network *network);

#endif

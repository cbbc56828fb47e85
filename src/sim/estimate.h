/** What a simulation will need, from the description alone, and whether that can be had. */
#ifndef LOLIGO_SIM_ESTIMATE_H
#define LOLIGO_SIM_ESTIMATE_H

#include "loligo/context.h"
#include "loligo/status.h"
#include "network/description.h"
#include "sim/cost_model.h"
#include "sim/layout/fixed_point.h"

typedef struct estimate {
  double synapses;      /* expected number */
  double cell_bytes;    /* states, parameters, input sums, over all ranks */
  double synapse_bytes; /* over all ranks: words, delay runs and rows; assumes that rows are spread over all ranks */
  double list_bytes;  /* over all ranks: listed edges, values and trains of the cells of each; positions, all of them on
                         each */
  double index_bytes; /* over all ranks; which sources have a row */
  double exchange_bytes;  /* over all ranks; routes, blocks, what is on its way */
  double recording_bytes; /* over all ranks; of recorders, while it runs */
  double least_bytes;     /* of cells, synapses, index and recorders, needed however they are spread */
  double build_bytes;     /* over all ranks; on top while synapses or routes are built, without scratch */
  double weight_error;    /* no weight is rounded by more than that part of the largest of its projection */
  const char *rounded;    /* name of the first projection whose constant or listed weights are rounded, or NULL */
} estimate;

/** Not collective. */
loligo_status estimate_network(const loligo_network *network, const cost_recording *recording, int ranks,
                               estimate *estimate);

/**
 * Refuses a network that cannot fit the memory of the machines it is to be spread over evenly: a system that promises
 * more than it has would kill the job in the middle of the build.
 *
 * Collective. MACHINE error that says how much is needed and there.
 *
 * @param ranks  that it is spread over; those of the context are here
 */
loligo_status estimate_admit(const loligo_context *context, const loligo_network *network, const fixed_point *format,
                             const cost_recording *recording, int ranks);

#endif

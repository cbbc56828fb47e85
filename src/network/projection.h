/** Projections of the description. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_PROJECTION_H
#define LOLIGO_NETWORK_PROJECTION_H

#include "base/random/distribution.h"
#include "loligo/projection.h"
#include "network/description.h"
#include "network/edge_list.h"

enum { PROJECTION_TEXT_BYTES = 768 };

/** Writes what a message about a projection begins with: its place, and "projection NAME", which a name by position
 * says itself. */
void projection_print(const loligo_projection *projection, char text[PROJECTION_TEXT_BYTES]);

/**
 * loligo_network_add_projection() of a rule that lists edges, which are read from a source in place of the spec's; they
 * are not kept (network/edge_list.h).
 *
 * What any rank can read is not looked at: the network is not complete before partition/edges.h has done so.
 *
 * @param source  taken over, also after a failure; zero for a rule that lists none
 * @return        INPUT also where mistakes are told already (base/mistakes.h)
 */
loligo_status projection_add_listed(loligo_network *network, const loligo_projection_spec *spec, edge_source source);

/** Looks at rows of its list, which is unknown (network/edge_list.h). INPUT for an edge that is not possible. */
loligo_status projection_look(loligo_network *network, loligo_projection *projection, edge_rows rows);

/** Once its list says what all ranks have noted: completes what follows from it. The same on all ranks. */
loligo_status projection_know(loligo_network *network, loligo_projection *projection);

/** Frees what a projection owns. */
void projection_free(loligo_projection *projection);

/** A law in the network's pool, which holds those that recur once; no list. NULL after loligo_fail(). */
const loligo_distribution *projection_keep_law(loligo_network *network, loligo_distribution law);

/** Bounds of the delays in ms, drawn or listed; the lower above the upper where an empty list has none. */
distribution_range projection_delays(const loligo_projection *projection);

/**
 * Receptors of a population for weights between `low` and `high`: the named one, or without a name exc, and inh for
 * negative weights where these are no conductances.
 *
 * @param receptor  receives the numbers in the population's model for weights >= 0 and below 0; the same one twice
 * where all weights have one sign
 * @return          INPUT where the name is unknown or the population takes no input
 */
loligo_status projection_receptors(const loligo_population *target, const char *name, double low, double high,
                                   int receptor[2]);

/** Of the weights of a projection: that of the receptor which they act on. */
const char *projection_weight_unit(const loligo_network *network, const loligo_projection *projection);

#endif

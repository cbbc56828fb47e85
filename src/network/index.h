/** What a description keeps beside itself: its names, and whether it is being simulated. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_INDEX_H
#define LOLIGO_NETWORK_INDEX_H

#include "base/name_table.h"
#include "network/description.h"

#define INDEX_NONE UINT64_MAX

/** Scope of names of inputs, beside that of each population. */
#define INDEX_ALL_POPULATIONS SIZE_MAX

enum { INDEX_RECENT_LAWS = 1024 };

typedef struct network_index {
  name_table populations, inputs; /* to their numbers */
  name_table projections;         /* the same, by target population; lags behind until one is added */
  const loligo_distribution *recent_laws[INDEX_RECENT_LAWS]; /* of projections, by a hash; in the network's pool */
  const char *recent_origin;                                 /* of a place; in the network's pool */
  size_t n_simulations;                                      /* that hold the network */
  uint64_t refused; /* see loligo_network_refused(); INDEX_NONE: nothing of a list */
} network_index;

/** INPUT unless `name` is there and has at most LOLIGO_NAME_BYTES; `what` is "a population", say. */
loligo_status network_check_name(const char *what, const char *name);

/** Begins a change. INPUT while a simulation holds the network: what it was built from must not change. */
loligo_status network_begin_change(const loligo_network *network);

/** Keeps a place with its origin in the network's pool. MACHINE without memory. */
loligo_status network_keep_place(loligo_network *network, fault_place given, fault_place *kept);

/** Frees the table of the names of projections, which is made again should one more be added. */
void network_forget_names(const loligo_network *network);

/** A simulation holds the network from its creation to its end. */
void network_hold(const loligo_network *network);
void network_release(const loligo_network *network);

#endif

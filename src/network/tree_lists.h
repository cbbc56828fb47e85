/**
 * The lists of a population of cells with dendrites (model/neuron/tree.h) as they grow: whoever knows the shape of a
 * cell adds its compartments and their channels one by one. Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_TREE_LISTS_H
#define LOLIGO_NETWORK_TREE_LISTS_H

#include "model/channel/channel.h"
#include "model/neuron/tree.h"
#include "network/description.h"

/** Channels of a compartment, at most: one of each kind. */
enum { CHANNEL_SET_MAX = 32 };

/** One channel and its parameters, as its table has them; or per area: mS/cm2 in place of nS, NAN in place of um2. */
typedef struct channel_entry {
  const channel *channel;
  double params[CHANNEL_MAX_PARAMS];
} channel_entry;

/** Those of a compartment, or of many that are alike. Zeroed it is empty. */
typedef struct channel_set {
  channel_entry entries[CHANNEL_SET_MAX];
  size_t n;
} channel_set;

/** What a set whose conductances are per area is on a membrane of `area` (um2). */
void channel_set_on(const channel_set *per_area, double area, channel_set *on);

/** Adds a channel whose parameters have their defaults, NAN where they have none; NULL where the set is full. */
channel_entry *channel_set_add(channel_set *set, const channel *added);

/** Parameter of an entry by name, or NULL. */
double *channel_entry_param(channel_entry *entry, const char *name);

/** A compartment that hangs on another. */
typedef struct tree_compartment {
  size_t parent;                    /* 0: the soma */
  double g, c_m;                    /* nS to the parent, pF */
  double nmda_tau, nmda_mg, nmda_e; /* ms, mmol/l, mV; tau 0: it has no receptor nmda */
} tree_compartment;

/** Zeroed they are empty. */
typedef struct tree_lists {
  double *values[TREE_LISTS]; /* [n[list]] */
  size_t n[TREE_LISTS], capacity[TREE_LISTS];
  bool has_nmda;
} tree_lists;

/** Adds a compartment, whose number is one more than that of the last, with its channels. MACHINE. */
loligo_status tree_lists_add(tree_lists *lists, const tree_compartment *added, const channel_set *channels);

/** Adds channels of the soma, before any compartment. MACHINE. */
loligo_status tree_lists_add_soma(tree_lists *lists, const channel_set *channels);

/** Gives a population its lists. INPUT where they contradict one another; MACHINE. */
loligo_status tree_lists_set(loligo_network *network, size_t population, const tree_lists *lists);

void tree_lists_free(tree_lists *lists);

#endif

/** channels: of a soma or a branch, a mapping by the names of channels. Not collective, all of it. */
#ifndef LOLIGO_IO_READ_CHANNELS_H
#define LOLIGO_IO_READ_CHANNELS_H

#include "io/yaml/yaml_tree.h"
#include "network/tree_lists.h"

/**
 * Reads a mapping of channels to their parameters, which becomes canonical; adds them to a set.
 *
 * @param what        "branch 'apical'": for messages
 * @param is_per_area conductances are in mS/cm2, and areas may be left out
 * @return            INPUT with the place where something is wrong
 */
loligo_status read_channels(const char *what, tree_node *channels, bool is_per_area, channel_set *set);

/** The same of one channel, whose parameters `params` holds. */
loligo_status read_channel(const char *what, const channel *of, tree_node *params, bool is_per_area, channel_set *set);

/** Writes down in the mapping of read_channels(), or for one in that of read_channel(), what the same set is on its
 * membrane, as channel_set_on() says. */
loligo_status read_channels_write(tree_node *channels, const channel_set *on);
loligo_status read_channel_write(tree_node *params, const channel_entry *on);

#endif

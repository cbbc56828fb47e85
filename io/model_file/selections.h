/**
 * The one grammar of selections: E, E[7], E[0:50], E[0:100:10], E[1,5,9] (half open, a bound may be left out, any of
 * these between the commas), and lists of such texts. Not collective, all of it.
 */
#ifndef LOLIGO_IO_SELECTIONS_H
#define LOLIGO_IO_SELECTIONS_H

#include "io/yaml/yaml_tree.h"
#include "network/selection.h"

struct model_reader;

/**
 * Reads what a scalar or a list of them selects, by population in the order in which they are first named;
 * selections_free() also after a failure. INPUT error with the place of a text that names no population, is no
 * selection or selects no cell, reaches beyond its population, or selects a cell again; of a list all of them are kept
 * (base/mistakes.h). That a population is unknown which is wrong itself is not told.
 */
loligo_status selections_read(const struct model_reader *reader, const tree_node *node, const char *key,
                              selection_overlap overlap, selections *read);

/** selections_read() where all cells must be of one population; selection_free() also after a failure. */
loligo_status selections_read_one(const struct model_reader *reader, const tree_node *node, const char *key,
                                  loligo_selection *selection);

#endif

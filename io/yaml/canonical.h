/** A tree of nodes as YAML text. Not collective. */
#ifndef LOLIGO_IO_CANONICAL_H
#define LOLIGO_IO_CANONICAL_H

#include "io/yaml/yaml_tree.h"

/** Writes the tree as YAML, lists of scalars on one line; *text is freed with memory_free(). */
loligo_status canonical_write(const tree_node *root, char **text);

#endif

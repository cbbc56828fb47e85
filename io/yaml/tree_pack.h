/** A tree as bytes, for other ranks. Not collective. */
#ifndef LOLIGO_IO_TREE_PACK_H
#define LOLIGO_IO_TREE_PACK_H

#include <stdint.h>

#include "io/yaml/yaml_tree.h"

/** What the marks of a tree can have as their origins: packed by position. */
typedef struct tree_origins {
  const char *path;             /* of the model file */
  const char *const *overrides; /* [n_overrides] of --set */
  size_t n_overrides;
} tree_origins;

/** Bytes that tree_pack() writes: a multiple of 8. */
size_t tree_packed_size(const tree_node *root);

/** Writes a tree to bytes[tree_packed_size()], aligned to 8; lists that were decoded as their numbers alone. */
void tree_pack(const tree_node *root, const tree_origins *origins, char *bytes);

/** The tree again, with places; free with tree_free(). MACHINE without memory. */
loligo_status tree_unpack(const char *bytes, const tree_origins *origins, tree_node **root);

#endif

/** Trees that are made rather than parsed. Not collective. */
#ifndef LOLIGO_IO_SONATA_TREE_H
#define LOLIGO_IO_SONATA_TREE_H

#include "io/yaml/yaml_tree.h"

/** Adds a node to a list (key NULL) or mapping, which owns it; its text is copied. NULL after loligo_fail(). */
static inline tree_node *tree_node_add(tree_node *parent, const char *key, tree_kind kind, const char *text,
                                       tree_mark place)
{
  tree_node *made = tree_create(kind, text, place);
  return made && tree_add(parent, key, place, made) == LOLIGO_OK ? made : NULL;
}

#endif

/** Overrides of the command line: --set a.b=value. Not collective. */
#ifndef LOLIGO_IO_OVERRIDES_H
#define LOLIGO_IO_OVERRIDES_H

#include "io/yaml/yaml_tree.h"

/**
 * Puts a value into a tree.
 *
 * Keys are separated by dots; an element of a list is addressed by its number from 0, and so is an entry of a mapping
 * that has no such key; other missing keys are created.
 *
 * @param root      of the model; changed
 * @param override  "a.b=value" with a YAML value; outlives the tree
 * @return          INPUT error "--set a.b=value: ..." if it has no '=', no key, wrong YAML, or leads into a value or
 * beyond a list
 */
loligo_status override_apply(tree_node *root, const char *override);

/** The same below a node, to which the first `walked` bytes of the override have led; '.' or '=' follows. */
loligo_status override_apply_below(tree_node *node, const char *override, size_t walked);

#endif

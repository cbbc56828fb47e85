/** Files of dynamics_params: JSON mappings that types name. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_COMPONENTS_H
#define LOLIGO_IO_SONATA_COMPONENTS_H

#include <stddef.h>
#include <stdint.h>

#include "io/yaml/yaml_tree.h"

typedef struct components {
  struct component *items; /* [n] owned */
  size_t n, capacity;
} components;

/**
 * The mapping in a file, read once.
 *
 * @param folder  that it lies in
 * @param params  belongs to the components, as do its places
 * @return        INPUT where there is none, or it is no mapping in JSON
 */
loligo_status components_find(components *components, const char *folder, const char *name, const tree_node **params);

/** Hash of the texts of all files that were read. */
uint64_t components_digest(const components *components);

void components_free(components *components);

#endif

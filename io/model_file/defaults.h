/** What used parameters do not say since the program that wrote them knew fewer keys. Not collective. */
#ifndef LOLIGO_IO_DEFAULTS_H
#define LOLIGO_IO_DEFAULTS_H

#include "io/yaml/yaml_tree.h"
#include "loligo/status.h"

/**
 * Adds the keys of today that are missing with their defaults, as the readers of the sections do. Of models that are
 * not there parameters stay missing, and in partition, exchange, output and checkpoint everything.
 *
 * @param root  used parameters; those of this program stay as they are
 * @return      MACHINE without memory
 */
loligo_status defaults_complete(tree_node *root);

#endif

/** Variables of a manifest. Not collective. */
#ifndef LOLIGO_IO_SONATA_MANIFEST_H
#define LOLIGO_IO_SONATA_MANIFEST_H

#include "io/yaml/yaml_tree.h"

/**
 * Fills in $NAME and ${NAME} wherever they stand in texts of a file, from the mapping `manifest` of its root, whose
 * values may have variables themselves. Always there are ${configdir}, the folder of the file, as ".", and
 * ${workingdir}, where the program was started.
 *
 * @param root  of one file; changed
 * @return      INPUT with the place of a variable that is not known or leads to itself, or of a text that becomes too
 *              long
 */
loligo_status manifest_fill_in(tree_node *root);

#endif

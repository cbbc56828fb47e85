/** Laws of weights and delays that can draw what ends the build. Not collective. */
#ifndef LOLIGO_IO_WILD_LAWS_H
#define LOLIGO_IO_WILD_LAWS_H

#include "io/model_file/read.h"

/** Warns, at their places in its mapping, of the laws of the projection that was added last: of a weight that can be a
 * negative conductance, of a delay that can round below dt. MACHINE without memory. */
loligo_status wild_laws_warn(model_reader *reader, const tree_node *mapping);

#endif

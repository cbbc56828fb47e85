/** The fields of the local cells: what changes as they are advanced. */
#ifndef LOLIGO_SIM_CELLS_FIELDS_H
#define LOLIGO_SIM_CELLS_FIELDS_H

#include <stddef.h>

#include "loligo/field.h"
#include "sim/cells/cells.h"

/** Number of fields of all populations: variables, and standing sums of receptors that take levels. */
size_t fields_count(const cells *cells);

/** The i-th of them, i < fields_count(). */
loligo_field fields_at(const cells *cells, size_t i);

#endif

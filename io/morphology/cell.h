/** The compartments of a reconstruction, made of channels, as lists of a population's parameters. Not collective. */
#ifndef LOLIGO_IO_MORPHOLOGY_CELL_H
#define LOLIGO_IO_MORPHOLOGY_CELL_H

#include "io/morphology/cut.h"
#include "network/tree_lists.h"

/** What sections of a type are made of. */
typedef struct cell_material {
  cut_material material;
  channel_set channels; /* per area */
} cell_material;

/** A reconstruction with all that follows from it. Zeroed it is empty. */
typedef struct cell_shape {
  morphology morphology;
  cell_cut cut;
  uint64_t digest; /* of the file's points */
} cell_shape;

/**
 * Reads a reconstruction and cuts it.
 *
 * @param file       at its beginning; stays the caller's
 * @param path       for messages
 * @param materials  [SWC_TYPES] of the types that it has
 * @param shape      filled; cell_shape_free() also after a failure
 * @return           INPUT as swc_read(), morphology_make() and cut_make()
 */
loligo_status cell_shape_read(FILE *file, const char *path, axon_fate axon, cut_rule rule,
                              const cell_material *materials, cell_shape *shape);

void cell_shape_free(cell_shape *shape);

/** pF of the compartment in the middle of the soma. */
double cell_soma_capacitance(const cell_shape *shape, const cell_material *materials);

/** Adds all compartments to empty lists; `soma_too`: with the channels of the soma's middle. MACHINE. */
loligo_status cell_add_lists(const cell_shape *shape, const cell_material *materials, bool soma_too, tree_lists *lists);

#endif

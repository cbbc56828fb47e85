/** Positions of cells, and what goes by their distances, from the model file. Not collective, all of it. */
#ifndef LOLIGO_IO_READ_SPACE_H
#define LOLIGO_IO_READ_SPACE_H

#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "loligo/positions.h"

/** Gives a population the positions that a mapping says. INPUT error with its place. */
loligo_status read_positions(const model_reader *reader, size_t population, tree_node *mapping);

/** Reads {KERNEL: {...}} with the value at distance 0 as the table `at_zero` has it, in `unit`. INPUT error. */
loligo_status read_kernel(tree_node *mapping, loligo_param_table at_zero, const char *unit, loligo_kernel *kernel);

loligo_status read_mask(tree_node *mapping, loligo_mask *mask);

/** Weight and delay of a projection by the distance, where that is what it says. */
typedef struct read_distances {
  loligo_kernel weight;
  loligo_conduction delay;
} read_distances;

/** What reads {distance: ...} into *read. */
decode_source read_distance_source(read_distances *read);

#endif

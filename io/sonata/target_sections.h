/** Where synapses without a place may be: target_sections and distance_range of an edge type. Not collective. */
#ifndef LOLIGO_IO_SONATA_TARGET_SECTIONS_H
#define LOLIGO_IO_SONATA_TARGET_SECTIONS_H

#include "io/sonata/edges.h"
#include "io/sonata/types.h"

/** Reads both columns: lists as ["basal", "apical"] and [0.0, 150.0]; all sections, at any distance, where there are
 * none. INPUT with file and line. */
loligo_status read_target_sections(const type_table *types, size_t row, edge_type *type);

#endif

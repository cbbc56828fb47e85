/** The index of a population of edges by their targets. Not collective. */
#ifndef LOLIGO_IO_SONATA_EDGE_INDEX_H
#define LOLIGO_IO_SONATA_EDGE_INDEX_H

#include <stdbool.h>

#include "io/hdf5/h5_read.h"
#include "network/edge_list.h"

/** Rows that follow each other with gaps shorter than this are read together. */
enum { EDGE_INDEX_GAP = 1024 };

/**
 * Finds the rows that hold the edges onto some targets, by indices/target_to_source.
 *
 * @param edges   path of the population in the file
 * @param cells   [n_cells] ascending
 * @param n_rows  of the population
 * @param rows    [*n] ascending, apart from each other; for memory_free(); may hold other rows too
 * @param found   false, and no rows: there is no such index, or one that is not as it must be
 * @return        MACHINE without memory
 */
loligo_status edge_index_rows(const h5_reader *reader, const char *edges, const uint64_t *cells, uint64_t n_cells,
                              uint64_t n_rows, edge_rows **rows, size_t *n, bool *found);

#endif

/** Numbers that some cells have more of than others, one cell's behind the other's: where those of each begin. */
#ifndef LOLIGO_IO_RAGGED_H
#define LOLIGO_IO_RAGGED_H

#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

/**
 * Adds up in the order of the cells, whoever has them.
 *
 * Collective. MACHINE, the same on all ranks.
 *
 * @param n_all    cells of all ranks
 * @param index    [n_local] of this rank's cells, ascending
 * @param n        [n_local] numbers of each
 * @param first    [n_local] receives how many numbers there are of cells before each
 * @param total    receives the numbers of all cells
 */
loligo_status ragged_places(const loligo_context *context, uint64_t n_all, uint64_t n_local, const uint64_t *index,
                            const uint64_t *n, uint64_t *first, uint64_t *total);

#endif

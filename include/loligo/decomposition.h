/** Which rank owns which cell: (population, index) -> (rank, local index). The same on all ranks. */
#ifndef LOLIGO_DECOMPOSITION_H
#define LOLIGO_DECOMPOSITION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct loligo_decomposition loligo_decomposition;

/** Of one that loligo_decomposition_create() (partition.h) made. NULL is allowed. Not collective. */
void loligo_decomposition_destroy(loligo_decomposition *decomposition);

/** Rank that owns cell `index` of a population. Not collective. */
int loligo_decomposition_rank(const loligo_decomposition *decomposition, size_t population, uint64_t index);

/** Number of cells of a population on a rank. Not collective. */
uint64_t loligo_decomposition_count(const loligo_decomposition *decomposition, size_t population, int rank);

/**
 * Indices of the cells of a population that a rank owns, ascending: local cell l has index out[l].
 *
 * @param out  [loligo_decomposition_count()] filled. Not collective.
 */
void loligo_decomposition_cells(const loligo_decomposition *decomposition, size_t population, int rank, uint64_t *out);

#ifdef __cplusplus
}
#endif

#endif

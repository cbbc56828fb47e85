/** Sorts records that lie on all ranks. */
#ifndef LOLIGO_IO_GLOBAL_SORT_H
#define LOLIGO_IO_GLOBAL_SORT_H

#include <stddef.h>

#include "loligo/context.h"
#include "loligo/status.h"

/** Records of one rank. */
typedef struct record_array {
  void *items; /* [n] records; owned, from memory_allocate() or memory_grow() */
  size_t n;
} record_array;

/**
 * Sorts the records of all ranks: afterwards each rank holds one stretch of the sorted whole, in the order of the ranks
 * and of about equal length. The whole is the same for any number of ranks where equal records cannot be told apart.
 *
 * Collective over the context.
 *
 * @param records    in any order; replaced by this rank's stretch
 * @param item_size  bytes of one record
 * @param compare    as for qsort()
 * @return           MACHINE error on all ranks without memory; the records are then as they were or sorted locally
 */
loligo_status global_sort(const loligo_context *context, record_array *records, size_t item_size,
                          int (*compare)(const void *, const void *));

#endif

/** Sorts records that lie on all ranks. */
#ifndef LOLIGO_IO_GLOBAL_SORT_H
#define LOLIGO_IO_GLOBAL_SORT_H

#include <stddef.h>

#include "loligo/context.h"
#include "loligo/status.h"

/** Records of one rank. A zeroed array is empty. */
typedef struct record_array {
  void *items; /* [n] records */
  size_t n, capacity;
  void *spare; /* [spare_capacity] records: room to work in */
  size_t spare_capacity;
} record_array;

/** Makes room for n records; the contents are kept. Not collective. MACHINE error. */
loligo_status record_array_reserve(record_array *records, size_t n, size_t item_size);
void record_array_free(record_array *records);

/**
 * Sorts the records of all ranks: afterwards each rank holds one stretch of the sorted whole, in the order of the
 * ranks and of about equal length; where there are few, the last ranks hold none, because a short stretch is not worth
 * writing. The whole is the same for any number of ranks where equal records cannot be told apart. Records that a rank
 * holds in order already cost it less.
 *
 * Collective over the context.
 *
 * @param records    in any order; replaced by this rank's stretch. The room is kept for the next time, and the spare
 *                   room is as large as the stretch at least
 * @param item_size  bytes of one record
 * @param compare    as for qsort()
 * @return           MACHINE error on all ranks without memory; the records are then as they were or sorted locally
 */
loligo_status global_sort(const loligo_context *context, record_array *records, size_t item_size,
                          int (*compare)(const void *, const void *));

/** The same for records that are numbers, uint64_t, ascending: several times as fast. */
loligo_status global_sort_numbers(const loligo_context *context, record_array *records);

#endif

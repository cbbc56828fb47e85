/** Allocation that names what it was for when it fails, and what the process uses. Not collective. */
#ifndef LOLIGO_BASE_MEMORY_H
#define LOLIGO_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

/** Zeroed array of `count` elements (one byte at least), 64-byte aligned, huge pages where large; NULL after
 * loligo_fail(). */
void *memory_allocate(size_t count, size_t element_size, const char *what);

/** One zeroed piece aligned to 8 bytes only, for the many and small; NULL after loligo_fail(). */
void *memory_small(size_t bytes, const char *what);

/** Frees what memory_allocate(), memory_small(), memory_grow() or memory_string() returned; NULL is allowed. */
void memory_free(void *pointer);

/** Gives the pages wholly within bytes [first, end) of an array back to the kernel, but for few, or at most a 16th of
 * what is before them; what is given back reads as zeros. */
void memory_give_back(void *array, size_t first, size_t end);

/** Makes *array hold at least `needed` elements (doubling, new part not zeroed); updates *capacity. */
loligo_status memory_grow(void **array, size_t *capacity, size_t needed, size_t element_size, const char *what);

/** One of several arrays of the same length. */
typedef struct memory_column {
  void **array;
  size_t element_size;
} memory_column;

/** memory_grow() for columns[n], which share their capacity. */
loligo_status memory_grow_columns(const memory_column *columns, size_t n, size_t *capacity, size_t needed,
                                  const char *what);

/** Copy of a string, to be freed by memory_free(); NULL after loligo_fail(). */
char *memory_string(const char *text);

typedef struct memory_usage {
  uint64_t resident_bytes; /* VmRSS */
  uint64_t peak_bytes;     /* VmHWM */
} memory_usage;
memory_usage memory_usage_now(void);

/** Bytes that all processes of this machine together can still get, within the limit of a control group; UINT64_MAX
 * where the system does not tell. */
uint64_t memory_available(void);

#endif

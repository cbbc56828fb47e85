/** Arrays of the description that grow by one. Not collective. */
#ifndef LOLIGO_NETWORK_APPEND_H
#define LOLIGO_NETWORK_APPEND_H

#include <stddef.h>

#include "base/memory.h"

/** Makes room for element n of an array that only this function has grown: it doubles whenever n is 0 or a power of
 * two. */
static inline loligo_status append_room(void **array, size_t n, size_t element_size, const char *what)
{
  if (n & (n - 1)) return LOLIGO_OK;
  size_t capacity = n;
  return memory_grow(array, &capacity, n ? 2 * n : 1, element_size, what);
}

#endif

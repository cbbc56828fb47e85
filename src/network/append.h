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

/** An array of n elements as append_room() would have grown it; NULL after loligo_fail(). */
static inline void *append_array(size_t n, size_t element_size, const char *what)
{
  size_t room = 1;
  while (room < n) room *= 2;
  return memory_allocate(room, element_size, what);
}

#endif

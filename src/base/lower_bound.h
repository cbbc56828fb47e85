/** Binary search, the one there is: the first place in ascending order that does not lie before something. */
#ifndef LOLIGO_BASE_LOWER_BOUND_H
#define LOLIGO_BASE_LOWER_BOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The first of places 0 ... n - 1 that is not before, n if none. Those that are before lie ahead of all others. */
static inline uint64_t lower_bound_where(uint64_t n, bool (*is_before)(const void *self, uint64_t place),
                                         const void *self)
{
  uint64_t low = 0, high = n;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (is_before(self, middle))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

typedef struct lower_bound_key {
  const char *first;
  size_t stride;
  uint64_t value;
} lower_bound_key;

static inline bool lower_bound_is_below(const void *self, uint64_t place)
{
  const lower_bound_key *key = self;
  return *(const uint64_t *)(const void *)(key->first + place * key->stride) < key->value;
}

/** The first of n structs whose field is at least `value`, n if none; the field ascends, `first` is that of the first
 * struct, and `stride` the size of a struct. */
static inline uint64_t lower_bound_of_field(const uint64_t *first, size_t stride, uint64_t n, uint64_t value)
{
  const lower_bound_key key = {(const char *)first, stride, value};
  return lower_bound_where(n, lower_bound_is_below, &key);
}

/** The first of n ascending numbers that is at least `value`, n if none. */
static inline uint64_t lower_bound(const uint64_t *ascending, uint64_t n, uint64_t value)
{
  return lower_bound_of_field(ascending, sizeof *ascending, n, value);
}

#endif

/** How things in a row are shared out to ranks, and how all come to have what each made of its share. */
#ifndef LOLIGO_LEARN_SHARE_H
#define LOLIGO_LEARN_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

typedef struct sharing {
  const loligo_context *context;
  int *count, *first; /* [ranks] of the gathering under way */
  uint64_t *bytes;    /* that this rank handed to others are added; not owned */
} sharing;

/** Not collective; MACHINE without memory; sharing_free() also then. */
loligo_status sharing_init(const loligo_context *context, uint64_t *bytes, sharing *made);
void sharing_free(sharing *sharing);

/** The first of n things that belongs to a rank, where `grain` of them stay together; the last one ends where that of
 * the next rank begins. Not collective. */
static inline size_t share_first(size_t n, size_t grain, int rank, int size)
{
  const size_t grains = n / grain + (n % grain > 0), ranks = (size_t)size, r = (size_t)rank;
  const size_t first = (grains / ranks * r + grains % ranks * r / ranks) * grain;
  return first < n ? first : n;
}

/** Counts bytes that this rank hands to each other one. Not collective. */
static inline void share_count(const sharing *sharing, size_t bytes)
{
  *sharing->bytes += (uint64_t)(sharing->context->size - 1) * bytes;
}

/** Gives all ranks the n rows of `width` numbers, of which each has filled its own; n < 2^31. Collective. */
void share_rows(const sharing *sharing, size_t n, size_t grain, size_t width, MPI_Datatype type, void *rows);

#endif

/**
 * Narrow synapses that wait one by one for their step: a word of port and weight in a queue for each step and block of
 * ports, in no order.
 *
 * Queues are made of chunks, which come back when their step has been delivered and are the next to be filled: so
 * little more memory is touched than what waits, and most of it lies in the cache. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_SYNAPSES_WAITING_H
#define LOLIGO_SIM_SYNAPSES_WAITING_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"

enum { WAITING_CHUNK_BYTES = 2048, WAITING_CHUNK_WORDS = (WAITING_CHUNK_BYTES - sizeof(void *)) / sizeof(uint32_t) };

/** At a multiple of its size. */
typedef struct waiting_chunk {
  struct waiting_chunk *before; /* of the same queue; of those that are free */
  uint32_t words[WAITING_CHUNK_WORDS];
} waiting_chunk;

_Static_assert(sizeof(waiting_chunk) == WAITING_CHUNK_BYTES, "where a chunk ends, the next one begins");

typedef struct waiting {
  uint32_t **ends; /* [n_queues] behind the last word of each; NULL: it has none */
  size_t n_queues;
  waiting_chunk *free;
  waiting_chunk *fresh, *fresh_end; /* of the last slab, what was never used */
  void **slabs;                     /* [n_slabs] memory of all chunks */
  size_t n_slabs, slabs_capacity, slab_bytes;
} waiting;

/** Bytes where so many words wait on average in so many queues. */
double waiting_bytes(double words, double queues);

/** Makes n empty queues; waiting_free() also after a failure. */
loligo_status waiting_init(waiting *waiting, size_t n);
void waiting_free(waiting *waiting);

/** Begins a new chunk of a queue, whose last one is full or missing: *end is where its first word goes. MACHINE without
 * memory. */
loligo_status waiting_extend(waiting *waiting, uint32_t **end);

/** Puts a word into a queue. MACHINE without memory. */
static inline loligo_status waiting_put(waiting *waiting, uint32_t **end, uint32_t word)
{
  if ((uintptr_t)*end % WAITING_CHUNK_BYTES == 0) LOLIGO_TRY(waiting_extend(waiting, end));
  *(*end)++ = word;
  return LOLIGO_OK;
}

/** The last chunk of a queue; NULL: it is empty. */
static inline waiting_chunk *waiting_last(const uint32_t *end)
{
  return end ? (waiting_chunk *)(((uintptr_t)end - 1) & -(uintptr_t)WAITING_CHUNK_BYTES) : NULL;
}

/** Empties a queue. */
void waiting_take_back(waiting *waiting, uint32_t **end);

#endif

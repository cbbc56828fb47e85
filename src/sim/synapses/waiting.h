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

enum { WAITING_CHUNK_BYTES = 2048, WAITING_CHUNK_WORDS = WAITING_CHUNK_BYTES / sizeof(uint32_t) };

/** Chunks, each at a multiple of its size. What tells where they are lies beside them: they themselves may long have
 * left the cache. */
typedef struct waiting_chunks {
  uint32_t **at; /* [n] */
  size_t n, capacity;
} waiting_chunks;

typedef struct waiting {
  uint32_t **ends;        /* [n_queues] behind the last word of each; NULL: it has none */
  waiting_chunks *queues; /* [n_queues] all are full but the last */
  size_t n_queues;
  waiting_chunks free; /* with room for all */
  size_t n_chunks;
  void **slabs; /* [n_slabs] memory of all chunks */
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

/** Words of chunk i of a queue. */
static inline size_t waiting_words(const waiting *waiting, size_t queue, size_t i)
{
  const waiting_chunks *chunks = &waiting->queues[queue];
  return i + 1 < chunks->n ? WAITING_CHUNK_WORDS : (size_t)(waiting->ends[queue] - chunks->at[i]);
}

/** Empties a queue. */
void waiting_take_back(waiting *waiting, size_t queue);

#endif

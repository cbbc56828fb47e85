/*
 * Chunks are cut from slabs, each half as large as all before it, so that few are needed however many wait.
 */
#include "sim/synapses/waiting.h"

#include "base/memory.h"

enum { FIRST_SLAB_BYTES = 64 * WAITING_CHUNK_BYTES };

static const char what[] = "spike calendar";

double waiting_bytes(double words, double queues)
{
  const double spare = 1.25, begun = queues < words ? queues : words;
  return queues * sizeof(uint32_t *) + spare * (words * sizeof(uint32_t) + 0.5 * begun * WAITING_CHUNK_BYTES);
}

loligo_status waiting_init(waiting *waiting, size_t n)
{
  *waiting = (struct waiting){.n_queues = n, .slab_bytes = FIRST_SLAB_BYTES};
  waiting->ends = memory_allocate(n, sizeof *waiting->ends, what);
  return waiting->ends ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void waiting_free(waiting *waiting)
{
  for (size_t i = 0; i < waiting->n_slabs; i++) memory_free(waiting->slabs[i]);
  memory_free(waiting->slabs);
  memory_free(waiting->ends);
  *waiting = (struct waiting){0};
}

static loligo_status add_slab(waiting *waiting)
{
  LOLIGO_TRY(memory_grow((void **)&waiting->slabs, &waiting->slabs_capacity, waiting->n_slabs + 1,
                         sizeof *waiting->slabs, what));
  const size_t n = waiting->slab_bytes / WAITING_CHUNK_BYTES;
  char *slab = memory_allocate(n + 1, WAITING_CHUNK_BYTES, what);
  if (!slab) return LOLIGO_MACHINE_ERROR;
  waiting->slabs[waiting->n_slabs++] = slab;
  waiting->fresh = (waiting_chunk *)(slab + (-(uintptr_t)slab & (WAITING_CHUNK_BYTES - 1)));
  waiting->fresh_end = waiting->fresh + n;
  waiting->slab_bytes += waiting->slab_bytes / 2;
  return LOLIGO_OK;
}

loligo_status waiting_extend(waiting *waiting, uint32_t **end)
{
  waiting_chunk *chunk = waiting->free;
  if (chunk) {
    waiting->free = chunk->before;
  } else {
    if (waiting->fresh == waiting->fresh_end) LOLIGO_TRY(add_slab(waiting));
    chunk = waiting->fresh++;
  }
  chunk->before = waiting_last(*end);
  *end = chunk->words;
  return LOLIGO_OK;
}

void waiting_take_back(waiting *waiting, uint32_t **end)
{
  waiting_chunk *last = waiting_last(*end), *first = last;
  *end = NULL;
  if (!last) return;
  while (first->before) first = first->before;
  first->before = waiting->free;
  waiting->free = last;
}

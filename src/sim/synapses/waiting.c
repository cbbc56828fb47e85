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
  waiting->queues = memory_allocate(n, sizeof *waiting->queues, what);
  return waiting->ends && waiting->queues ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void waiting_free(waiting *waiting)
{
  for (size_t i = 0; i < waiting->n_slabs; i++) memory_free(waiting->slabs[i]);
  memory_free(waiting->slabs);
  for (size_t q = 0; waiting->queues && q < waiting->n_queues; q++) memory_free(waiting->queues[q].at);
  memory_free(waiting->queues);
  memory_free(waiting->free.at);
  memory_free(waiting->ends);
  *waiting = (struct waiting){0};
}

static loligo_status reserve(waiting_chunks *chunks, size_t n)
{
  return memory_grow((void **)&chunks->at, &chunks->capacity, n, sizeof *chunks->at, what);
}

static loligo_status add_slab(waiting *waiting)
{
  const size_t n = waiting->slab_bytes / WAITING_CHUNK_BYTES;
  LOLIGO_TRY(reserve(&waiting->free, waiting->n_chunks + n));
  LOLIGO_TRY(memory_grow((void **)&waiting->slabs, &waiting->slabs_capacity, waiting->n_slabs + 1,
                         sizeof *waiting->slabs, what));
  char *slab = memory_allocate(n + 1, WAITING_CHUNK_BYTES, what);
  if (!slab) return LOLIGO_MACHINE_ERROR;
  waiting->slabs[waiting->n_slabs++] = slab;
  slab += -(uintptr_t)slab & (WAITING_CHUNK_BYTES - 1);
  for (size_t i = n; i-- > 0;) waiting->free.at[waiting->free.n++] = (uint32_t *)(slab + i * WAITING_CHUNK_BYTES);
  waiting->n_chunks += n;
  waiting->slab_bytes += waiting->slab_bytes / 2;
  return LOLIGO_OK;
}

loligo_status waiting_extend(waiting *waiting, uint32_t **end)
{
  waiting_chunks *queue = &waiting->queues[end - waiting->ends];
  if (queue->n == queue->capacity) LOLIGO_TRY(reserve(queue, queue->n + 4));
  if (waiting->free.n == 0) LOLIGO_TRY(add_slab(waiting));
  *end = queue->at[queue->n++] = waiting->free.at[--waiting->free.n];
  return LOLIGO_OK;
}

void waiting_take_back(waiting *waiting, size_t queue)
{
  waiting_chunks *chunks = &waiting->queues[queue];
  while (chunks->n > 0) waiting->free.at[waiting->free.n++] = chunks->at[--chunks->n];
  waiting->ends[queue] = NULL;
}

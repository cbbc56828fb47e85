/*
 * Exchange by allgather: everybody gets all spikes. The reference; best on few ranks.
 *
 * A fixed block per rank carries the usual handful; if any rank has more, a second collective carries the rest.
 */
#include <string.h>

#include "base/memory.h"
#include "sim/exchange/exchange.h"

enum { BLOCK_WORDS = 32, BLOCK_RECORDS = BLOCK_WORDS - 1 };

typedef struct allgather {
  const loligo_context *context;
  uint64_t *blocks; /* [ranks][BLOCK_WORDS] */
  int *rest, *from; /* [ranks] records beyond the block, and where they go */
} allgather;

static void destroy(void *state)
{
  allgather *a = state;
  memory_free(a->blocks);
  memory_free(a->rest);
  memory_free(a->from);
  memory_free(a);
}

static loligo_status create(const loligo_context *context, const routes *routes, void **state)
{
  (void)routes;
  allgather *a = *state = memory_allocate(1, sizeof *a, "spike exchange");
  if (!a) return LOLIGO_MACHINE_ERROR;
  a->context = context;
  a->blocks = memory_allocate((size_t)context->size * BLOCK_WORDS, sizeof *a->blocks, "spike exchange");
  a->rest = memory_allocate((size_t)context->size, sizeof *a->rest, "spike exchange");
  a->from = memory_allocate((size_t)context->size, sizeof *a->from, "spike exchange");
  return a->blocks && a->rest && a->from ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static size_t in_block(size_t n)
{
  return n < BLOCK_RECORDS ? n : BLOCK_RECORDS;
}

static const uint64_t *block_of(const allgather *a, int rank)
{
  return a->blocks + (size_t)rank * BLOCK_WORDS;
}

/* Unites the flags and finds where each rank's records go: first those of the blocks, then the rest. Returns their
 * number. */
static size_t plan(allgather *a, unsigned *flags, size_t *n_rest)
{
  size_t n_blocks = 0, rest = 0;
  for (int r = 0; r < a->context->size; r++) {
    uint64_t header = *block_of(a, r);
    *flags |= block_flags(header);
    size_t n = block_count(header);
    a->rest[r] = (int)(n - in_block(n));
    a->from[r] = (int)rest;
    n_blocks += in_block(n);
    rest += n - in_block(n);
  }
  *n_rest = rest;
  return n_blocks;
}

static void unpack(const allgather *a, spike_record *out)
{
  for (int r = 0; r < a->context->size; r++) {
    const uint64_t *block = block_of(a, r);
    size_t n = in_block(block_count(block[0]));
    if (n == 0) continue; /* `out` may be NULL */
    memcpy(out, block + 1, n * sizeof *out);
    out += n;
  }
}

static loligo_status run(void *state, const outbox *sent, unsigned *flags, record_list *received)
{
  allgather *a = state;
  uint64_t mine[BLOCK_WORDS] = {block_header(*flags, sent->n)};
  size_t n_mine = in_block(sent->n), n_rest;
  if (n_mine) memcpy(mine + 1, sent->records, n_mine * sizeof *mine);
  if (a->context->size == 1)
    memcpy(a->blocks, mine, sizeof mine);
  else
    MPI_Allgather(mine, BLOCK_WORDS, MPI_UINT64_T, a->blocks, BLOCK_WORDS, MPI_UINT64_T, a->context->comm);
  size_t n_blocks = plan(a, flags, &n_rest);
  loligo_status status = record_list_resize(received, n_blocks + n_rest);
  if (n_rest > 0) status = loligo_agree(a->context, status);
  if (status != LOLIGO_OK) return status;
  unpack(a, received->items);
  if (n_rest > 0)
    MPI_Allgatherv(sent->records + n_mine, (int)(sent->n - n_mine), MPI_UINT64_T, received->items + n_blocks, a->rest,
                   a->from, MPI_UINT64_T, a->context->comm);
  return LOLIGO_OK;
}

const exchange_method exchange_method_allgather = {.name = "allgather",
                                                   .summary =
                                                       "every rank gets all spikes; the reference, best on few ranks",
                                                   .create = create,
                                                   .destroy = destroy,
                                                   .run = run};

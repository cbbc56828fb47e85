/*
 * Exchange by allgather: everybody gets all spikes. The reference; best on few ranks.
 *
 * A block per rank carries the usual handful; if any rank has more, a second collective carries the rest.
 */
#include <string.h>

#include "base/memory.h"
#include "sim/exchange/exchange.h"

enum { FIRST_LEVEL = 4 };

typedef struct allgather {
  const loligo_context *context;
  block_size size;
  uint64_t *mine;   /* [block_words] */
  uint64_t *blocks; /* [ranks][block_words] */
  size_t mine_capacity, capacity;
  int *rest, *from; /* [ranks] records beyond the block, and where they go */
  uint64_t sent_words;
} allgather;

static void destroy(void *state)
{
  allgather *a = state;
  memory_free(a->mine);
  memory_free(a->blocks);
  memory_free(a->rest);
  memory_free(a->from);
  memory_free(a);
}

static loligo_status reserve(allgather *a, int level)
{
  const size_t words = block_words(level);
  LOLIGO_TRY(memory_grow((void **)&a->mine, &a->mine_capacity, words, sizeof *a->mine, "spike exchange"));
  return memory_grow((void **)&a->blocks, &a->capacity, (size_t)a->context->size * words, sizeof *a->blocks,
                     "spike exchange");
}

static loligo_status create(const loligo_context *context, const routes *routes, void **state)
{
  (void)routes;
  allgather *a = *state = memory_allocate(1, sizeof *a, "spike exchange");
  if (!a) return LOLIGO_MACHINE_ERROR;
  a->context = context;
  a->size.level = FIRST_LEVEL;
  a->rest = memory_allocate((size_t)context->size, sizeof *a->rest, "spike exchange");
  a->from = memory_allocate((size_t)context->size, sizeof *a->from, "spike exchange");
  LOLIGO_TRY(reserve(a, a->size.level));
  return a->rest && a->from ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* To each of the others. */
static void count_sent(allgather *a, uint64_t words)
{
  a->sent_words += words * (uint64_t)(a->context->size - 1);
}

static const uint64_t *block_of(const allgather *a, int rank)
{
  return a->blocks + (size_t)rank * block_words(a->size.level);
}

/** What the headers of all blocks say. */
typedef struct announcement {
  unsigned flags;
  uint64_t most, total;       /* records of a rank, of all */
  uint64_t in_blocks, beyond; /* of all */
} announcement;

static announcement read_headers(const allgather *a)
{
  announcement all = {0};
  for (int r = 0; r < a->context->size; r++) {
    const uint64_t header = *block_of(a, r), n = block_count(header);
    all.flags |= block_flags(header);
    if (n > all.most) all.most = n;
    all.total += n;
    all.in_blocks += block_holds(a->size.level, n);
  }
  all.beyond = all.total - all.in_blocks;
  if (all.beyond > 0) all.flags |= EXCHANGE_OVERFLOW;
  return all;
}

static void place_rest(allgather *a)
{
  int at = 0;
  for (int r = 0; r < a->context->size; r++) {
    const uint64_t n = block_count(*block_of(a, r));
    a->rest[r] = (int)(n - block_holds(a->size.level, n));
    a->from[r] = at;
    at += a->rest[r];
  }
}

static void unpack(const allgather *a, spike_record *out)
{
  for (int r = 0; r < a->context->size; r++) {
    const uint64_t *block = block_of(a, r);
    const size_t n = block_holds(a->size.level, block_count(block[0]));
    if (n == 0) continue; /* `out` may be NULL */
    memcpy(out, block + 1, n * sizeof *out);
    out += n;
  }
}

static void exchange_blocks(allgather *a, const outbox *sent, unsigned flags)
{
  const size_t words = block_words(a->size.level), n = block_holds(a->size.level, sent->n);
  count_sent(a, words);
  a->mine[0] = block_header(flags, 0, sent->n);
  if (n) memcpy(a->mine + 1, sent->records, n * sizeof *a->mine);
  if (a->context->size == 1)
    memcpy(a->blocks, a->mine, words * sizeof *a->blocks);
  else
    MPI_Allgather(a->mine, (int)words, MPI_UINT64_T, a->blocks, (int)words, MPI_UINT64_T, a->context->comm);
}

/* The second round; the blocks of the next exchange may be larger. Collective. */
static loligo_status exchange_rest(allgather *a, const outbox *sent, const announcement *all, int next_level,
                                   record_list *received)
{
  loligo_status status = exchange_admit(all->total);
  if (status == LOLIGO_OK) status = record_list_resize(received, all->total);
  if (status == LOLIGO_OK) status = reserve(a, next_level);
  LOLIGO_TRY(loligo_agree(a->context, status));
  const size_t n_mine = block_holds(a->size.level, sent->n);
  place_rest(a);
  count_sent(a, sent->n - n_mine);
  MPI_Allgatherv(sent->records + n_mine, (int)(sent->n - n_mine), MPI_UINT64_T, received->items + all->in_blocks,
                 a->rest, a->from, MPI_UINT64_T, a->context->comm);
  return LOLIGO_OK;
}

static loligo_status run(void *state, const outbox *sent, unsigned *flags, record_list *received)
{
  allgather *a = state;
  exchange_blocks(a, sent, *flags);
  const announcement all = read_headers(a);
  block_size next = a->size;
  block_size_follow(&next, block_level_wanted(all.most, all.total, (uint64_t)a->context->size));
  *flags = all.flags;
  const loligo_status status =
      all.beyond > 0 ? exchange_rest(a, sent, &all, next.level, received) : record_list_resize(received, all.in_blocks);
  if (status == LOLIGO_OK) unpack(a, received->items);
  a->size = next;
  return status;
}

static uint64_t sent_bytes(const void *state)
{
  return ((const allgather *)state)->sent_words * sizeof(uint64_t);
}

const exchange_method exchange_method_allgather = {.name = "allgather",
                                                   .summary =
                                                       "every rank gets all spikes; the reference, best on few ranks",
                                                   .seconds = exchange_seconds_allgather,
                                                   .create = create,
                                                   .destroy = destroy,
                                                   .run = run,
                                                   .sent_bytes = sent_bytes};

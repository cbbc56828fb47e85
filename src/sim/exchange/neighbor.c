/*
 * Exchange by neighbourhood collectives: only ranks that are connected talk to each other. The flags and the size of
 * blocks wished for, which must reach everybody, travel in a reduction at the same time.
 */
#include <stdbool.h>

#include "base/memory.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/parcels.h"

/* Open MPI's MPI_UNWEIGHTED is a pointer to nowhere that is never read. */
#pragma GCC diagnostic ignored "-Wstringop-overread"

typedef struct neighbor {
  const loligo_context *context;
  const routes *routes;
  MPI_Comm graph;
  mail mail;
  int *partner_of_rank;  /* [ranks] */
  uint64_t n_reductions; /* of a word, among several ranks */
} neighbor;

static void destroy(void *state)
{
  neighbor *a = state;
  if (a->graph != MPI_COMM_NULL) MPI_Comm_free(&a->graph);
  mail_free(&a->mail);
  memory_free(a->partner_of_rank);
  memory_free(a);
}

static loligo_status allocate(neighbor *a)
{
  a->partner_of_rank = memory_allocate((size_t)a->context->size, sizeof *a->partner_of_rank, "spike exchange");
  if (!a->partner_of_rank) return LOLIGO_MACHINE_ERROR;
  int self = -1;
  for (int d = 0; d < a->routes->n_destinations; d++) {
    a->partner_of_rank[a->routes->destinations[d]] = d;
    if (a->routes->destinations[d] == a->context->rank) self = d;
  }
  return mail_init(&a->mail, a->routes->n_destinations, a->routes->n_sources, self);
}

static loligo_status create(const loligo_context *context, const routes *routes, void **state)
{
  neighbor *a = *state = memory_allocate(1, sizeof *a, "spike exchange");
  if (a) {
    a->context = context;
    a->routes = routes;
    a->graph = MPI_COMM_NULL;
  }
  LOLIGO_TRY(loligo_agree(context, a ? allocate(a) : LOLIGO_MACHINE_ERROR));
  MPI_Dist_graph_create_adjacent(context->comm, routes->n_sources, routes->sources, MPI_UNWEIGHTED,
                                 routes->n_destinations, routes->destinations, MPI_UNWEIGHTED, MPI_INFO_NULL, false,
                                 &a->graph);
  return LOLIGO_OK;
}

static void exchange_rest(neighbor *a)
{
  mail_count_rest(&a->mail);
  const parcels *sent = &a->mail.sent, *received = &a->mail.received;
  MPI_Neighbor_alltoallv(sent->rest.items, sent->count, sent->from, MPI_UINT64_T, received->rest.items, received->count,
                         received->from, MPI_UINT64_T, a->graph);
}

/* Flags and as many bits above them as the level: what all ranks have in common is their union and the highest. */
static uint64_t word_of(unsigned flags, int level)
{
  return ((UINT64_C(1) << level) - 1) << 8 | flags;
}

static int level_of(uint64_t word)
{
  return __builtin_popcountll(word >> 8);
}

static loligo_status run(void *state, const outbox *sent, unsigned *flags, record_list *received)
{
  neighbor *a = state;
  MPI_Request united;
  int wanted;
  loligo_status status = parcels_pack(&a->mail.sent, a->routes, a->partner_of_rank, sent, flags, &wanted);
  const int words = (int)block_words(a->mail.size.level);
  mail_count_blocks(&a->mail);
  uint64_t word = word_of(*flags, wanted);
  a->n_reductions += a->context->size > 1;
  MPI_Iallreduce(MPI_IN_PLACE, &word, 1, MPI_UINT64_T, MPI_BOR, a->context->comm, &united);
  MPI_Neighbor_alltoall(a->mail.sent.blocks, words, MPI_UINT64_T, a->mail.received.blocks, words, MPI_UINT64_T,
                        a->graph);
  MPI_Wait(&united, MPI_STATUS_IGNORE);
  *flags = (unsigned)(word & 0xff);
  wanted = level_of(word);
  if (*flags & EXCHANGE_OVERFLOW) {
    LOLIGO_TRY(mail_prepare_rest(&a->mail, a->context, status, wanted));
    exchange_rest(a);
  }
  return mail_take(&a->mail, wanted, received);
}

/* With the word of each reduction. */
static uint64_t sent_bytes(const void *state)
{
  const neighbor *a = state;
  return (a->mail.sent_words + a->n_reductions) * sizeof(uint64_t);
}

const exchange_method exchange_method_neighbor = {
    .name = "neighbor",
    .summary = "only connected ranks talk to each other; for sparse networks on many ranks",
    .needs_routes = true,
    .seconds = exchange_seconds_neighbor,
    .create = create,
    .destroy = destroy,
    .run = run,
    .sent_bytes = sent_bytes};

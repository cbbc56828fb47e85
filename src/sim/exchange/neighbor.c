/*
 * Exchange by neighbourhood collectives: only ranks that are connected talk to each other. The flags, which must reach
 * everybody, travel in a reduction at the same time.
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
  parcels sent, received;
  int *partner_of_rank; /* [ranks] */
} neighbor;

static void destroy(void *state)
{
  neighbor *a = state;
  if (a->graph != MPI_COMM_NULL) MPI_Comm_free(&a->graph);
  parcels_free(&a->sent);
  parcels_free(&a->received);
  memory_free(a->partner_of_rank);
  memory_free(a);
}

static loligo_status allocate(neighbor *a)
{
  a->partner_of_rank = memory_allocate((size_t)a->context->size, sizeof *a->partner_of_rank, "spike exchange");
  if (!a->partner_of_rank) return LOLIGO_MACHINE_ERROR;
  for (int d = 0; d < a->routes->n_destinations; d++) a->partner_of_rank[a->routes->destinations[d]] = d;
  LOLIGO_TRY(parcels_init(&a->sent, a->routes->n_destinations));
  return parcels_init(&a->received, a->routes->n_sources);
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

static loligo_status exchange_rest(neighbor *a, loligo_status status)
{
  if (status == LOLIGO_OK) status = parcels_expect_rest(&a->received);
  LOLIGO_TRY(loligo_agree(a->context, status));
  MPI_Neighbor_alltoallv(a->sent.rest.items, a->sent.count, a->sent.from, MPI_UINT64_T, a->received.rest.items,
                         a->received.count, a->received.from, MPI_UINT64_T, a->graph);
  return LOLIGO_OK;
}

static loligo_status run(void *state, const outbox *sent, unsigned *flags, record_list *received)
{
  neighbor *a = state;
  MPI_Request united;
  loligo_status status = parcels_pack(&a->sent, a->routes, a->partner_of_rank, sent, flags);
  MPI_Iallreduce(MPI_IN_PLACE, flags, 1, MPI_UNSIGNED, MPI_BOR, a->context->comm, &united);
  MPI_Neighbor_alltoall(a->sent.blocks, PARCEL_WORDS, MPI_UINT64_T, a->received.blocks, PARCEL_WORDS, MPI_UINT64_T,
                        a->graph);
  MPI_Wait(&united, MPI_STATUS_IGNORE);
  a->received.rest.n = 0;
  if (*flags & EXCHANGE_OVERFLOW) status = exchange_rest(a, status);
  LOLIGO_TRY(status);
  return parcels_unpack(&a->received, received);
}

const exchange_method exchange_method_neighbor = {
    .name = "neighbor",
    .summary = "only connected ranks talk to each other; for sparse networks on many ranks",
    .needs_routes = true,
    .create = create,
    .destroy = destroy,
    .run = run};

/*
 * Exchange by alltoall: a spike goes only to ranks that hold a target of it; a small block for every pair of ranks.
 */
#include "base/memory.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/parcels.h"

typedef struct alltoall {
  const loligo_context *context;
  const routes *routes;
  parcels sent, received;
  int *identity; /* [ranks] the partner that is rank r is number r */
} alltoall;

static void destroy(void *state)
{
  alltoall *a = state;
  parcels_free(&a->sent);
  parcels_free(&a->received);
  memory_free(a->identity);
  memory_free(a);
}

static loligo_status create(const loligo_context *context, const routes *routes, void **state)
{
  alltoall *a = *state = memory_allocate(1, sizeof *a, "spike exchange");
  if (!a) return LOLIGO_MACHINE_ERROR;
  a->context = context;
  a->routes = routes;
  a->identity = memory_allocate((size_t)context->size, sizeof *a->identity, "spike exchange");
  if (!a->identity) return LOLIGO_MACHINE_ERROR;
  for (int r = 0; r < context->size; r++) a->identity[r] = r;
  LOLIGO_TRY(parcels_init(&a->sent, context->size));
  return parcels_init(&a->received, context->size);
}

static loligo_status exchange_rest(alltoall *a, loligo_status status)
{
  if (status == LOLIGO_OK) status = parcels_expect_rest(&a->received);
  LOLIGO_TRY(loligo_agree(a->context, status));
  MPI_Alltoallv(a->sent.rest.items, a->sent.count, a->sent.from, MPI_UINT64_T, a->received.rest.items,
                a->received.count, a->received.from, MPI_UINT64_T, a->context->comm);
  return LOLIGO_OK;
}

static loligo_status run(void *state, const outbox *sent, unsigned *flags, record_list *received)
{
  alltoall *a = state;
  loligo_status status = parcels_pack(&a->sent, a->routes, a->identity, sent, flags);
  MPI_Alltoall(a->sent.blocks, PARCEL_WORDS, MPI_UINT64_T, a->received.blocks, PARCEL_WORDS, MPI_UINT64_T,
               a->context->comm);
  *flags = parcels_flags(&a->received);
  a->received.rest.n = 0;
  if (*flags & EXCHANGE_OVERFLOW) status = exchange_rest(a, status);
  LOLIGO_TRY(status);
  return parcels_unpack(&a->received, received);
}

const exchange_method exchange_method_alltoall = {.name = "alltoall",
                                                  .summary =
                                                      "a spike goes to the ranks that hold a target; for many ranks",
                                                  .needs_routes = true,
                                                  .create = create,
                                                  .destroy = destroy,
                                                  .run = run};

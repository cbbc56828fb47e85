/*
 * Exchange by alltoall: a spike goes only to ranks that hold a target of it; a small block for every pair of ranks.
 */
#include "base/memory.h"
#include "sim/exchange/exchange.h"
#include "sim/exchange/parcels.h"

typedef struct alltoall {
  const loligo_context *context;
  const routes *routes;
  mail mail;
  int *identity; /* [ranks] the partner that is rank r is number r */
} alltoall;

static void destroy(void *state)
{
  alltoall *a = state;
  mail_free(&a->mail);
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
  return mail_init(&a->mail, context->size, context->size, context->rank);
}

static void exchange_rest(alltoall *a)
{
  mail_count_rest(&a->mail);
  const parcels *sent = &a->mail.sent, *received = &a->mail.received;
  MPI_Alltoallv(sent->rest.items, sent->count, sent->from, MPI_UINT64_T, received->rest.items, received->count,
                received->from, MPI_UINT64_T, a->context->comm);
}

static loligo_status run(void *state, const outbox *sent, unsigned *flags, record_list *received)
{
  alltoall *a = state;
  int wanted;
  loligo_status status = parcels_pack(&a->mail.sent, a->routes, a->identity, sent, flags, &wanted);
  const int words = (int)block_words(a->mail.size.level);
  mail_count_blocks(&a->mail);
  MPI_Alltoall(a->mail.sent.blocks, words, MPI_UINT64_T, a->mail.received.blocks, words, MPI_UINT64_T,
               a->context->comm);
  *flags = parcels_flags(&a->mail.received);
  wanted = parcels_wanted(&a->mail.received);
  if (*flags & EXCHANGE_OVERFLOW) {
    LOLIGO_TRY(mail_prepare_rest(&a->mail, a->context, status, wanted));
    exchange_rest(a);
  }
  return mail_take(&a->mail, wanted, received);
}

static uint64_t sent_bytes(const void *state)
{
  return ((const alltoall *)state)->mail.sent_words * sizeof(uint64_t);
}

const exchange_method exchange_method_alltoall = {.name = "alltoall",
                                                  .summary =
                                                      "a spike goes to the ranks that hold a target; for many ranks",
                                                  .needs_routes = true,
                                                  .seconds = exchange_seconds_alltoall,
                                                  .create = create,
                                                  .destroy = destroy,
                                                  .run = run,
                                                  .sent_bytes = sent_bytes};

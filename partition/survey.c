/*
 * All that is noted can be put together in any order, so that the whole does not depend on how many ranks looked.
 */
#include "partition/survey.h"

#include <string.h>

#include "base/comm.h"
#include "base/heartbeat.h"
#include "base/least.h"
#include "base/memory.h"
#include "network/edge_list.h"
#include "network/projection.h"

static const char WHAT[] = "what is known of edges";

static loligo_status agree(const loligo_context *context, loligo_status status)
{
  return context ? loligo_agree(context, status) : status;
}

/* -- numbers of all ranks -- */

static void reduce(const loligo_context *context, void *numbers, uint64_t n, MPI_Datatype type, size_t size, MPI_Op op)
{
  enum { PIECE = 1 << 22 };
  for (uint64_t at = 0; at < n; at += PIECE) {
    heartbeat_await(true);
    MPI_Allreduce(MPI_IN_PLACE, (char *)numbers + at * size, (int)least(n - at, PIECE), type, op, context->comm);
    heartbeat_await(false);
  }
}

static void join_range(const loligo_context *context, distribution_range *range)
{
  reduce(context, &range->low, 1, MPI_DOUBLE, sizeof range->low, MPI_MIN);
  reduce(context, &range->high, 1, MPI_DOUBLE, sizeof range->high, MPI_MAX);
}

/* -- sets of weights -- */

static loligo_status join_sets(const loligo_context *context, edge_list *list)
{
  const size_t ranks = (size_t)context->size;
  weight_set *all = memory_allocate(ranks * SIGNS, sizeof *all, WHAT);
  loligo_status status = loligo_agree(context, all ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    heartbeat_await(true);
    MPI_Allgather(list->sets, sizeof list->sets, MPI_BYTE, all, sizeof list->sets, MPI_BYTE, context->comm);
    heartbeat_await(false);
    memset(list->sets, 0, sizeof list->sets);
    for (size_t r = 0; r < ranks; r++) listed_weights_merge(list->sets, all + r * SIGNS);
  }
  memory_free(all);
  return status;
}

/* Magnitudes of all ranks on rank 0. */
typedef struct collection {
  uint64_t *n_sent, *n_received; /* [ranks] */
  double *values;                /* [n] */
  uint64_t n;
} collection;

static loligo_status begin_collection(const loligo_context *context, uint64_t n, collection *all)
{
  const size_t ranks = (size_t)context->size;
  all->n_sent = memory_allocate(ranks, sizeof *all->n_sent, WHAT);
  all->n_received = memory_allocate(ranks, sizeof *all->n_received, WHAT);
  LOLIGO_TRY(loligo_agree(context, all->n_sent && all->n_received ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  all->n_sent[0] = n;
  comm_swap_counts(context, all->n_sent, all->n_received);
  for (size_t r = 0; r < ranks; r++) all->n += all->n_received[r];
  all->values = memory_allocate(all->n, sizeof *all->values, WHAT);
  return loligo_agree(context, all->values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

/* Gives every rank what rank 0 has collected. */
static loligo_status share_collection(const loligo_context *context, collection *all, edge_list *list, int sign)
{
  if (context->rank == 0) all->n = edge_list_sort_magnitudes(all->values, all->n);
  comm_broadcast(context, &all->n, sizeof all->n);
  list->apart[sign] = memory_allocate(all->n, sizeof **list->apart, WHAT);
  LOLIGO_TRY(loligo_agree(context, list->apart[sign] ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  if (context->rank == 0 && all->n) memcpy(list->apart[sign], all->values, all->n * sizeof *all->values);
  comm_broadcast(context, list->apart[sign], all->n * sizeof *all->values);
  list->n_apart[sign] = all->n;
  return LOLIGO_OK;
}

static loligo_status collect(const loligo_context *context, double *mine, uint64_t n, edge_list *list, int sign)
{
  collection all = {.n = 0};
  loligo_status status = begin_collection(context, n, &all);
  if (status == LOLIGO_OK)
    status = comm_swap(context, sizeof *mine, (comm_items){mine, all.n_sent}, (comm_items){all.values, all.n_received});
  if (status == LOLIGO_OK) status = share_collection(context, &all, list, sign);
  memory_free(all.n_sent);
  memory_free(all.n_received);
  memory_free(all.values);
  return status;
}

static loligo_status find_apart(const loligo_context *context, edge_list *list, edge_rows rows, int sign)
{
  double *mine = NULL;
  size_t n = 0;
  loligo_status status = agree(context, edge_list_magnitudes(list, rows, sign, &mine, &n));
  if (status == LOLIGO_OK && !context) {
    list->apart[sign] = mine;
    list->n_apart[sign] = n;
    return LOLIGO_OK;
  }
  if (status == LOLIGO_OK) status = collect(context, mine, n, list, sign);
  memory_free(mine);
  return status;
}

/* -- lists -- */

static loligo_status join(const loligo_context *context, edge_list *list)
{
  reduce(context, &list->n, 1, MPI_UINT64_T, sizeof list->n, MPI_SUM);
  reduce(context, &list->digest, 1, MPI_UINT64_T, sizeof list->digest, MPI_SUM);
  reduce(context, list->in_degree, list->n_targets, MPI_UINT32_T, sizeof *list->in_degree, MPI_SUM);
  join_range(context, &list->weights);
  join_range(context, &list->delays);
  return join_sets(context, list);
}

static loligo_status survey(const loligo_context *context, loligo_network *network, loligo_projection *projection)
{
  edge_list *list = projection->list;
  const edge_rows rows = edge_list_rows(list, context ? context->rank : 0, context ? context->size : 1);
  LOLIGO_TRY(agree(context, projection_look(network, projection, rows)));
  if (context) LOLIGO_TRY(join(context, list));
  LOLIGO_TRY(agree(context, projection_know(network, projection)));
  for (int sign = 0; sign < SIGNS; sign++)
    if (list->sets[sign].kind == WEIGHTS_APART) LOLIGO_TRY(find_apart(context, list, rows, sign));
  return LOLIGO_OK;
}

loligo_status edges_survey(const loligo_context *context, loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    edge_list *list = network->projections[i].list;
    if (!list || !list->is_unknown) continue;
    heartbeat_doing("looks at edges");
    LOLIGO_TRY(survey(context, network, &network->projections[i]));
  }
  return LOLIGO_OK;
}

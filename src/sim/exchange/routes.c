/*
 * Routes: one exchange per source population tells each owner which of its cells are listened to, and by which rank.
 */
#include "sim/exchange/routes.h"

#include <stdbool.h>

#include "base/comm.h"
#include "base/memory.h"

/** Requests of one rank to the others, or what it was asked for. */
typedef struct requests {
  uint64_t *index; /* [sum of count] indices of sources within the population, grouped by rank */
  uint64_t *count; /* [ranks] */
} requests;

/** A local cell and a rank that listens to it. */
typedef struct listener {
  uint64_t lid;
  int rank;
} listener;

typedef struct listener_list {
  listener *items;
  size_t n, capacity;
} listener_list;

static loligo_status requests_init(requests *requests, int size)
{
  requests->index = NULL;
  requests->count = memory_allocate((size_t)size, sizeof *requests->count, "spike routes");
  return requests->count ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void requests_free(requests *requests)
{
  memory_free(requests->index);
  memory_free(requests->count);
}

static uint64_t sum_counts(const requests *requests, int size)
{
  uint64_t sum = 0;
  for (int r = 0; r < size; r++) sum += requests->count[r];
  return sum;
}

/* Whether any signal of a cell is listened to here. */
static bool is_wanted(const synapses *synapses, size_t population, uint64_t index)
{
  for (int signal = 0; signal < synapses_signals(synapses, population); signal++)
    if (synapses_listen(synapses, population, signal, index)) return true;
  return false;
}

static loligo_status group_by_owner(const synapses *synapses, const loligo_decomposition *decomposition,
                                    size_t population, int size, requests *wanted)
{
  uint64_t n_sources = synapses->network->populations[population].size;
  for (uint64_t s = 0; s < n_sources; s++)
    if (is_wanted(synapses, population, s)) wanted->count[loligo_decomposition_rank(decomposition, population, s)]++;
  wanted->index = memory_allocate(sum_counts(wanted, size), sizeof *wanted->index, "spike routes");
  uint64_t *next = memory_allocate((size_t)size, sizeof *next, "spike routes");
  if (!wanted->index || !next) {
    memory_free(next);
    return LOLIGO_MACHINE_ERROR;
  }
  for (int r = 1; r < size; r++) next[r] = next[r - 1] + wanted->count[r - 1];
  for (uint64_t s = 0; s < n_sources; s++)
    if (is_wanted(synapses, population, s))
      wanted->index[next[loligo_decomposition_rank(decomposition, population, s)]++] = s;
  memory_free(next);
  return LOLIGO_OK;
}

static loligo_status swap(const loligo_context *context, const requests *wanted, requests *asked)
{
  comm_swap_counts(context, wanted->count, asked->count);
  asked->index = memory_allocate(sum_counts(asked, context->size), sizeof *asked->index, "spike routes");
  LOLIGO_TRY(loligo_agree(context, asked->index ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  return comm_swap(context, wanted->index, wanted->count, asked->index, asked->count);
}

static loligo_status add_listeners(listener_list *list, const cell_group *group, const requests *asked, int size)
{
  const size_t n = list->n + (size_t)sum_counts(asked, size);
  const uint64_t *index = asked->index;
  if (n > list->capacity)
    LOLIGO_TRY(memory_grow((void **)&list->items, &list->capacity, n, sizeof *list->items, "spike routes"));
  for (int r = 0; r < size; r++)
    for (uint64_t i = 0; i < asked->count[r]; i++)
      list->items[list->n++] = (listener){group->first_lid + cell_group_lower_bound(group, *index++), r};
  return LOLIGO_OK;
}

/* Learns who listens to the local cells of one population. Collective. */
static loligo_status ask_population(const loligo_context *context, const loligo_decomposition *decomposition,
                                    const cell_group *group, const synapses *synapses, listener_list *list)
{
  requests wanted = {0}, asked = {0};
  loligo_status status = requests_init(&wanted, context->size);
  if (status == LOLIGO_OK) status = requests_init(&asked, context->size);
  if (status == LOLIGO_OK) status = group_by_owner(synapses, decomposition, group->population, context->size, &wanted);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = swap(context, &wanted, &asked);
  if (status == LOLIGO_OK) status = loligo_agree(context, add_listeners(list, group, &asked, context->size));
  requests_free(&wanted);
  requests_free(&asked);
  return status;
}

/* Sorts listeners by cell. Within a cell they come in the order of ranks already. */
static loligo_status index_listeners(routes *routes, const listener_list *list, uint64_t n_cells)
{
  routes->first = memory_allocate(n_cells + 2, sizeof *routes->first, "spike routes");
  routes->rank = memory_allocate(list->n, sizeof *routes->rank, "spike routes");
  if (!routes->first || !routes->rank) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < list->n; i++) routes->first[list->items[i].lid + 2]++;
  for (uint64_t lid = 0; lid < n_cells; lid++) routes->first[lid + 2] += routes->first[lid + 1];
  for (size_t i = 0; i < list->n; i++) routes->rank[routes->first[list->items[i].lid + 1]++] = list->items[i].rank;
  return LOLIGO_OK;
}

static loligo_status list_ranks(const char *flags, int size, int **ranks, int *n)
{
  *ranks = memory_allocate((size_t)size, sizeof **ranks, "spike routes");
  if (!*ranks) return LOLIGO_MACHINE_ERROR;
  for (int r = 0; r < size; r++)
    if (flags[r]) (*ranks)[(*n)++] = r;
  return LOLIGO_OK;
}

/* Finds the ranks that this one sends to and receives from. Collective. */
static loligo_status find_partners(routes *routes, const loligo_context *context, const listener_list *list)
{
  char *sends = memory_allocate((size_t)context->size, 1, "spike routes");
  char *receives = memory_allocate((size_t)context->size, 1, "spike routes");
  loligo_status status = loligo_agree(context, sends && receives ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    for (size_t i = 0; i < list->n; i++) sends[list->items[i].rank] = 1;
    MPI_Alltoall(sends, 1, MPI_CHAR, receives, 1, MPI_CHAR, context->comm);
    status = list_ranks(sends, context->size, &routes->destinations, &routes->n_destinations);
    if (status == LOLIGO_OK) status = list_ranks(receives, context->size, &routes->sources, &routes->n_sources);
    status = loligo_agree(context, status);
  }
  memory_free(sends);
  memory_free(receives);
  return status;
}

loligo_status routes_init(routes *routes, const loligo_context *context, const loligo_decomposition *decomposition,
                          const cells *cells, const synapses *synapses)
{
  *routes = (struct routes){0};
  listener_list list = {0};
  loligo_status status = LOLIGO_OK;
  for (size_t p = 0; status == LOLIGO_OK && p < cells->n_groups; p++)
    status = ask_population(context, decomposition, &cells->groups[p], synapses, &list);
  if (status == LOLIGO_OK) status = loligo_agree(context, index_listeners(routes, &list, cells->n));
  if (status == LOLIGO_OK) status = find_partners(routes, context, &list);
  memory_free(list.items);
  return status;
}

void routes_free(routes *routes)
{
  memory_free(routes->first);
  memory_free(routes->rank);
  memory_free(routes->sources);
  memory_free(routes->destinations);
  *routes = (struct routes){0};
}

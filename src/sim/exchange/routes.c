/*
 * Routes: one exchange tells each owner which of its cells are listened to, and by which rank.
 *
 * Ranks ask for sources by global id. What a rank was asked for is turned into local cells where it stands and sorted
 * by counting, so that beside the routes themselves no more than a word for each request is held.
 */
#include "sim/exchange/routes.h"

#include <math.h>
#include <stdbool.h>

#include "base/comm.h"
#include "base/memory.h"
#include "loligo/network.h"

/** Requests of one rank to the others, or what it was asked for. */
typedef struct requests {
  uint64_t *cell;  /* [sum of count] global ids, later local cells, grouped by rank and ascending for each */
  uint64_t *count; /* [ranks] */
} requests;

static loligo_status requests_init(requests *requests, int size)
{
  requests->cell = NULL;
  requests->count = memory_allocate((size_t)size, sizeof *requests->count, "spike routes");
  return requests->count ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void requests_free(requests *requests)
{
  memory_free(requests->cell);
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

static void count_by_owner(const synapses *synapses, const loligo_decomposition *decomposition, uint64_t *count)
{
  for (size_t p = 0; p < synapses->network->n_populations; p++)
    for (uint64_t s = 0; s < synapses->network->populations[p].size; s++)
      if (is_wanted(synapses, p, s)) count[loligo_decomposition_rank(decomposition, p, s)]++;
}

/* Puts the request for each source to next[rank of its owner]. */
static void list_by_owner(const synapses *synapses, const loligo_decomposition *decomposition, uint64_t *next,
                          uint64_t *cell)
{
  for (size_t p = 0; p < synapses->network->n_populations; p++)
    for (uint64_t s = 0; s < synapses->network->populations[p].size; s++)
      if (is_wanted(synapses, p, s))
        cell[next[loligo_decomposition_rank(decomposition, p, s)]++] = synapses->network->populations[p].first_gid + s;
}

static loligo_status group_by_owner(const synapses *synapses, const loligo_decomposition *decomposition, int size,
                                    requests *wanted)
{
  count_by_owner(synapses, decomposition, wanted->count);
  wanted->cell = memory_allocate(sum_counts(wanted, size), sizeof *wanted->cell, "spike routes");
  uint64_t *next = memory_allocate((size_t)size, sizeof *next, "spike routes");
  const bool good = wanted->cell && next;
  if (good) {
    for (int r = 1; r < size; r++) next[r] = next[r - 1] + wanted->count[r - 1];
    list_by_owner(synapses, decomposition, next, wanted->cell);
  }
  memory_free(next);
  return good ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status swap(const loligo_context *context, const requests *wanted, requests *asked)
{
  comm_swap_counts(context, wanted->count, asked->count);
  asked->cell = memory_allocate(sum_counts(asked, context->size), sizeof *asked->cell, "spike routes");
  LOLIGO_TRY(loligo_agree(context, asked->cell ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  return comm_swap(context, sizeof *asked->cell, (comm_items){wanted->cell, wanted->count},
                   (comm_items){asked->cell, asked->count});
}

/* Asks for all sources with a row here; requests_free(asked) also after a failure. Collective. */
static loligo_status ask(const loligo_context *context, const loligo_decomposition *decomposition,
                         const synapses *synapses, requests *asked)
{
  requests wanted = {0};
  loligo_status status = requests_init(&wanted, context->size);
  if (status == LOLIGO_OK) status = requests_init(asked, context->size);
  if (status == LOLIGO_OK) status = group_by_owner(synapses, decomposition, context->size, &wanted);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = swap(context, &wanted, asked);
  requests_free(&wanted);
  return status;
}

static void replace_by_local(requests *asked, const loligo_network *network, const cells *cells, uint64_t n)
{
  for (uint64_t i = 0; i < n; i++) {
    const size_t p = loligo_network_population_of(network, asked->cell[i]);
    const cell_group *group = &cells->groups[p];
    asked->cell[i] =
        group->first_lid + cell_group_lower_bound(group, asked->cell[i] - network->populations[p].first_gid);
  }
}

/** The listeners of each cell so far, as they are counted or put down. */
typedef struct scribe {
  int *before;   /* [cells] the last one, -1 without */
  uint64_t *end; /* [cells] bytes behind it */
} scribe;

/* Sorts the ranks that asked by cell: within a cell they come in their order. Counts bytes where `gaps` is NULL. */
static void write_listeners(const requests *asked, int size, scribe *scribe, uint64_t n_cells, uint8_t *gaps)
{
  const uint64_t *cell = asked->cell;
  for (uint64_t lid = 0; lid < n_cells; lid++) scribe->before[lid] = -1;
  for (int r = 0; r < size; r++) {
    for (uint64_t i = 0; i < asked->count[r]; i++, cell++) {
      if (gaps) listener_put(gaps + scribe->end[*cell], scribe->before[*cell], r);
      scribe->end[*cell] += listener_bytes(scribe->before[*cell], r);
      scribe->before[*cell] = r;
    }
  }
}

static loligo_status index_listeners(routes *routes, const requests *asked, int size, uint64_t n_cells)
{
  scribe scribe = {.before = memory_allocate(n_cells, sizeof *scribe.before, "spike routes")};
  routes->first = memory_allocate(n_cells + 2, sizeof *routes->first, "spike routes");
  loligo_status status = scribe.before && routes->first ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) {
    scribe.end = routes->first + 2;
    write_listeners(asked, size, &scribe, n_cells, NULL);
    for (uint64_t lid = 0; lid < n_cells; lid++) routes->first[lid + 2] += routes->first[lid + 1];
    routes->gaps = memory_allocate(routes->first[n_cells + 1], sizeof *routes->gaps, "spike routes");
    if (!routes->gaps) status = LOLIGO_MACHINE_ERROR;
  }
  if (status == LOLIGO_OK) {
    scribe.end = routes->first + 1;
    write_listeners(asked, size, &scribe, n_cells, routes->gaps);
  }
  memory_free(scribe.before);
  return status;
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
static loligo_status find_partners(routes *routes, const loligo_context *context, const requests *asked)
{
  char *sends = memory_allocate((size_t)context->size, 1, "spike routes");
  char *receives = memory_allocate((size_t)context->size, 1, "spike routes");
  loligo_status status = loligo_agree(context, sends && receives ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    for (int r = 0; r < context->size; r++) sends[r] = asked->count[r] > 0 ? 1 : 0;
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
  requests asked = {0};
  loligo_status status = ask(context, decomposition, synapses, &asked);
  if (status == LOLIGO_OK) {
    replace_by_local(&asked, synapses->network, cells, sum_counts(&asked, context->size));
    status = loligo_agree(context, index_listeners(routes, &asked, context->size, cells->n));
  }
  if (status == LOLIGO_OK) status = find_partners(routes, context, &asked);
  requests_free(&asked);
  return status;
}

double routes_bytes(double n_cells, double listeners, int ranks)
{
  const double per_rank = n_cells > 0 ? listeners / n_cells / ranks : 0;
  const double each = per_rank > 0 ? 1 + 1 / expm1(UINT8_MAX * per_rank) : 1;
  return n_cells * sizeof(uint64_t) + listeners * each;
}

void routes_free(routes *routes)
{
  memory_free(routes->first);
  memory_free(routes->gaps);
  memory_free(routes->sources);
  memory_free(routes->destinations);
  *routes = (struct routes){0};
}

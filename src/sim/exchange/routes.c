/*
 * Routes: every owner is told which of its cells are listened to, and by which rank.
 *
 * Ranks ask for sources by global id, slice after slice of all sources: short runs of them that a hash picks, so that
 * each owner has about as many in every slice, whatever the decomposition. What a rank was asked for is turned into
 * local cells where it stands and sorted by counting; all requests for a cell come in one slice. So beside the routes
 * themselves no more is held than the requests of a slice.
 */
#include "sim/exchange/routes.h"

#include <math.h>
#include <stdbool.h>

#include "base/comm.h"
#include "base/least.h"
#include "base/memory.h"
#include "base/text.h"
#include "loligo/network.h"

enum { SLICE_RUN = 16 };

uint64_t routes_slice_bytes = UINT64_C(256) << 20;

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

/** The sources that are asked for together. */
typedef struct slice {
  uint64_t number, n; /* of n slices */
} slice;

static bool slice_holds(const slice *slice, uint64_t run)
{
  return slice->n == 1 || hash_mix(run) % slice->n == slice->number;
}

/** Who asks for what. */
typedef struct asking {
  const loligo_context *context;
  const loligo_decomposition *decomposition;
  const synapses *synapses;
} asking;

/* Puts the request for each source of a run to next[rank of its owner], or only counts them where `cell` is NULL. */
static void list_run(const asking *a, size_t population, uint64_t first, uint64_t end, uint64_t *next, uint64_t *cell)
{
  for (uint64_t s = first; s < end; s++) {
    if (!is_wanted(a->synapses, population, s)) continue;
    const uint64_t at = next[loligo_decomposition_rank(a->decomposition, population, s)]++;
    if (cell) cell[at] = a->synapses->network->populations[population].first_gid + s;
  }
}

/* The same for all of a slice. */
static void list_slice(const asking *a, const slice *slice, uint64_t *next, uint64_t *cell)
{
  for (size_t p = 0; p < a->synapses->network->n_populations; p++) {
    const loligo_population *population = &a->synapses->network->populations[p];
    for (uint64_t s = 0; s < population->size; s += SLICE_RUN)
      if (slice_holds(slice, (population->first_gid + s) / SLICE_RUN))
        list_run(a, p, s, least(s + SLICE_RUN, population->size), next, cell);
  }
}

/* Lists what is wanted, whose counts are there. */
static loligo_status group_by_owner(const asking *a, const slice *slice, requests *wanted)
{
  const int size = a->context->size;
  wanted->cell = memory_allocate(sum_counts(wanted, size), sizeof *wanted->cell, "spike routes");
  uint64_t *next = memory_allocate((size_t)size, sizeof *next, "spike routes");
  const bool good = wanted->cell && next;
  if (good) {
    for (int r = 1; r < size; r++) next[r] = next[r - 1] + wanted->count[r - 1];
    list_slice(a, slice, next, wanted->cell);
  }
  memory_free(next);
  return good ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Sends what is wanted to its owners. Collective. */
static loligo_status swap(const loligo_context *context, const requests *wanted, requests *asked)
{
  asked->cell = memory_allocate(sum_counts(asked, context->size), sizeof *asked->cell, "spike routes");
  LOLIGO_TRY(loligo_agree(context, asked->cell ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  return comm_swap(context, sizeof *asked->cell, (comm_items){wanted->cell, wanted->count},
                   (comm_items){asked->cell, asked->count});
}

/* Counts what is wanted of a slice and what is asked of this rank. Collective. */
static void count_requests(const asking *a, const slice *slice, requests *wanted, requests *asked)
{
  for (int r = 0; r < a->context->size; r++) wanted->count[r] = 0;
  list_slice(a, slice, wanted->count, NULL);
  comm_swap_counts(a->context, wanted->count, asked->count);
}

/* Asks for all sources of a slice with a row here, whose counts are there. Collective. */
static loligo_status ask(const asking *a, const slice *slice, requests *wanted, requests *asked)
{
  loligo_status status = loligo_agree(a->context, group_by_owner(a, slice, wanted));
  if (status == LOLIGO_OK) status = swap(a->context, wanted, asked);
  memory_free(wanted->cell);
  wanted->cell = NULL;
  return status;
}

/* How many slices keep the requests of every rank small; their counts, of all sources, are there. Collective. */
static uint64_t count_slices(const loligo_context *context, const requests *wanted, const requests *asked)
{
  uint64_t n = sum_counts(wanted, context->size) + sum_counts(asked, context->size);
  n = n * sizeof *wanted->cell / routes_slice_bytes + 1;
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_UINT64_T, MPI_MAX, context->comm);
  return n;
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

loligo_status routes_allocate(routes *routes, uint64_t n_cells)
{
  routes->first = memory_allocate(2 * n_cells, sizeof *routes->first, "spike routes");
  routes->end = routes->first ? routes->first + n_cells : NULL;
  return routes->first ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/** Routes that are being written. */
typedef struct scribe {
  routes *routes;
  uint64_t n_cells;
  int *before;        /* [n_cells] the last listener of each, -1 without */
  uint64_t *bytes;    /* [n_cells] of the listeners of each in this slice */
  size_t n, capacity; /* of routes->gaps */
} scribe;

static loligo_status scribe_init(scribe *scribe, routes *routes, uint64_t n_cells)
{
  *scribe = (struct scribe){.routes = routes, .n_cells = n_cells};
  scribe->before = memory_allocate(n_cells, sizeof *scribe->before, "spike routes");
  scribe->bytes = memory_allocate(n_cells, sizeof *scribe->bytes, "spike routes");
  return scribe->before && scribe->bytes ? routes_allocate(routes, n_cells) : LOLIGO_MACHINE_ERROR;
}

static void scribe_free(scribe *scribe)
{
  memory_free(scribe->before);
  memory_free(scribe->bytes);
}

/* Sorts the ranks that asked by cell: within a cell they come in their order. Counts bytes where `gaps` is NULL, which
 * end[cell] is advanced by. */
static void write_listeners(const requests *asked, int size, scribe *scribe, uint64_t *end, uint8_t *gaps)
{
  const uint64_t *cell = asked->cell;
  for (uint64_t lid = 0; lid < scribe->n_cells; lid++) scribe->before[lid] = -1;
  for (int r = 0; r < size; r++) {
    for (uint64_t i = 0; i < asked->count[r]; i++, cell++) {
      if (gaps) listener_put(gaps + end[*cell], scribe->before[*cell], r);
      end[*cell] += listener_bytes(scribe->before[*cell], r);
      scribe->before[*cell] = r;
    }
  }
}

/* Appends the listeners of the cells of a slice. */
static loligo_status add_listeners(scribe *scribe, const requests *asked, int size)
{
  routes *routes = scribe->routes;
  for (uint64_t lid = 0; lid < scribe->n_cells; lid++) scribe->bytes[lid] = 0;
  write_listeners(asked, size, scribe, scribe->bytes, NULL);
  for (uint64_t lid = 0; lid < scribe->n_cells; lid++) {
    if (scribe->bytes[lid] == 0) continue;
    routes->first[lid] = routes->end[lid] = scribe->n;
    scribe->n += scribe->bytes[lid];
  }
  const size_t never_nothing = scribe->n + 1;
  LOLIGO_TRY(
      memory_grow((void **)&routes->gaps, &scribe->capacity, never_nothing, sizeof *routes->gaps, "spike routes"));
  write_listeners(asked, size, scribe, routes->end, routes->gaps);
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

/* Asks for a slice and puts down who asked here. Collective. */
static loligo_status route_slice(const asking *a, const slice *slice, const cells *cells, requests *wanted,
                                 requests *asked, scribe *scribe)
{
  if (slice->n > 1) count_requests(a, slice, wanted, asked);
  loligo_status status = ask(a, slice, wanted, asked);
  if (status == LOLIGO_OK) {
    replace_by_local(asked, a->synapses->network, cells, sum_counts(asked, a->context->size));
    status = loligo_agree(a->context, add_listeners(scribe, asked, a->context->size));
  }
  memory_free(asked->cell);
  asked->cell = NULL;
  return status;
}

/* Collective. */
static loligo_status route_all(routes *routes, const asking *a, const cells *cells, requests *wanted, requests *asked,
                               scribe *scribe)
{
  slice slice = {.n = 1};
  count_requests(a, &slice, wanted, asked);
  LOLIGO_TRY(find_partners(routes, a->context, asked));
  slice.n = count_slices(a->context, wanted, asked);
  for (; slice.number < slice.n; slice.number++) LOLIGO_TRY(route_slice(a, &slice, cells, wanted, asked, scribe));
  return LOLIGO_OK;
}

loligo_status routes_init(routes *routes, const loligo_context *context, const loligo_decomposition *decomposition,
                          const cells *cells, const synapses *synapses)
{
  *routes = (struct routes){0};
  const asking asking = {context, decomposition, synapses};
  requests wanted = {0}, asked = {0};
  scribe scribe;
  loligo_status status = scribe_init(&scribe, routes, cells->n);
  if (status == LOLIGO_OK) status = requests_init(&wanted, context->size);
  if (status == LOLIGO_OK) status = requests_init(&asked, context->size);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = route_all(routes, &asking, cells, &wanted, &asked, &scribe);
  scribe_free(&scribe);
  requests_free(&wanted);
  requests_free(&asked);
  return status;
}

double routes_asking_bytes(double wanted, double asked)
{
  return fmin((wanted + asked) * sizeof(uint64_t), (double)routes_slice_bytes);
}

double routes_bytes(double n_cells, double listeners, int ranks)
{
  const double per_rank = n_cells > 0 ? listeners / n_cells / ranks : 0;
  const double each = per_rank > 0 ? 1 + 1 / expm1(UINT8_MAX * per_rank) : 1;
  return n_cells * 2 * sizeof(uint64_t) + listeners * each;
}

void routes_free(routes *routes)
{
  memory_free(routes->first);
  memory_free(routes->gaps);
  memory_free(routes->sources);
  memory_free(routes->destinations);
  *routes = (struct routes){0};
}

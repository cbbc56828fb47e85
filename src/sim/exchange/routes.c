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
#include "base/ranked_items.h"
#include "base/text.h"
#include "loligo/network.h"

static const char WHAT[] = "spike routes";

enum { SLICE_RUN = 16 };

uint64_t routes_slice_bytes = UINT64_C(256) << 20;

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

/* Places the request for each source of a run, or only counts them where there is no room yet. */
static void list_run(const asking *a, size_t population, uint64_t first, uint64_t end, ranked_items *wanted)
{
  const uint64_t first_gid = a->synapses->network->populations[population].first_gid;
  for (uint64_t s = first; s < end; s++) {
    if (!is_wanted(a->synapses, population, s)) continue;
    const int owner = loligo_decomposition_rank(a->decomposition, population, s);
    if (wanted->items)
      *(uint64_t *)ranked_items_place(wanted, owner) = first_gid + s;
    else
      wanted->n[owner]++;
  }
}

/* The same for all of a slice. */
static void list_slice(const asking *a, const slice *slice, ranked_items *wanted)
{
  for (size_t p = 0; p < a->synapses->network->n_populations; p++) {
    const loligo_population *population = &a->synapses->network->populations[p];
    for (uint64_t s = 0; s < population->size; s += SLICE_RUN)
      if (slice_holds(slice, (population->first_gid + s) / SLICE_RUN))
        list_run(a, p, s, least(s + SLICE_RUN, population->size), wanted);
  }
}

/* Counts what is wanted of a slice and what is asked of this rank. Collective. */
static void count_requests(const asking *a, const slice *slice, ranked_items *wanted, ranked_items *asked)
{
  for (int r = 0; r < a->context->size; r++) wanted->n[r] = 0;
  list_slice(a, slice, wanted);
  comm_swap_counts(a->context, wanted->n, asked->n);
}

/* Asks for all sources of a slice with a row here, whose counts are there. Collective. */
static loligo_status ask(const asking *a, const slice *slice, ranked_items *wanted, ranked_items *asked)
{
  LOLIGO_TRY(loligo_agree(a->context, ranked_items_make_room(wanted)));
  list_slice(a, slice, wanted);
  const loligo_status status = ranked_items_swap(a->context, wanted, asked);
  ranked_items_drop(wanted);
  return status;
}

/* How many slices keep the requests of every rank small; their counts, of all sources, are there. Collective. */
static uint64_t count_slices(const loligo_context *context, const ranked_items *wanted, const ranked_items *asked)
{
  uint64_t n = ranked_items_count(wanted) + ranked_items_count(asked);
  n = n * wanted->size / routes_slice_bytes + 1;
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_UINT64_T, MPI_MAX, context->comm);
  return n;
}

static void replace_by_local(const ranked_items *asked, const loligo_network *network, const cells *cells)
{
  uint64_t *cell = asked->items;
  const uint64_t n = ranked_items_count(asked);
  for (uint64_t i = 0; i < n; i++) {
    const size_t p = loligo_network_population_of(network, cell[i]);
    const cell_group *group = &cells->groups[p];
    cell[i] = group->first_lid + cell_group_lower_bound(group, cell[i] - network->populations[p].first_gid);
  }
}

loligo_status routes_allocate(routes *routes, uint64_t n_cells)
{
  routes->first = memory_allocate(2 * n_cells, sizeof *routes->first, WHAT);
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
  scribe->before = memory_allocate(n_cells, sizeof *scribe->before, WHAT);
  scribe->bytes = memory_allocate(n_cells, sizeof *scribe->bytes, WHAT);
  return scribe->before && scribe->bytes ? routes_allocate(routes, n_cells) : LOLIGO_MACHINE_ERROR;
}

static void scribe_free(scribe *scribe)
{
  memory_free(scribe->before);
  memory_free(scribe->bytes);
}

/* Sorts the ranks that asked by cell: within a cell they come in their order. Counts bytes where `gaps` is NULL, which
 * end[cell] is advanced by. */
static void write_listeners(const ranked_items *asked, int size, scribe *scribe, uint64_t *end, uint8_t *gaps)
{
  const uint64_t *cell = asked->items;
  for (uint64_t lid = 0; lid < scribe->n_cells; lid++) scribe->before[lid] = -1;
  for (int r = 0; r < size; r++) {
    for (uint64_t i = 0; i < asked->n[r]; i++, cell++) {
      if (gaps) listener_put(gaps + end[*cell], scribe->before[*cell], r);
      end[*cell] += listener_bytes(scribe->before[*cell], r);
      scribe->before[*cell] = r;
    }
  }
}

/* Appends the listeners of the cells of a slice. */
static loligo_status add_listeners(scribe *scribe, const ranked_items *asked, int size)
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
  LOLIGO_TRY(memory_grow((void **)&routes->gaps, &scribe->capacity, never_nothing, sizeof *routes->gaps, WHAT));
  write_listeners(asked, size, scribe, routes->end, routes->gaps);
  return LOLIGO_OK;
}

static loligo_status list_ranks(const char *flags, int size, int **ranks, int *n)
{
  *ranks = memory_allocate((size_t)size, sizeof **ranks, WHAT);
  if (!*ranks) return LOLIGO_MACHINE_ERROR;
  for (int r = 0; r < size; r++)
    if (flags[r]) (*ranks)[(*n)++] = r;
  return LOLIGO_OK;
}

/* Finds the ranks that this one sends to and receives from. Collective. */
static loligo_status find_partners(routes *routes, const loligo_context *context, const ranked_items *asked)
{
  char *sends = memory_allocate((size_t)context->size, 1, WHAT);
  char *receives = memory_allocate((size_t)context->size, 1, WHAT);
  loligo_status status = loligo_agree(context, sends && receives ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    for (int r = 0; r < context->size; r++) sends[r] = asked->n[r] > 0 ? 1 : 0;
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
static loligo_status route_slice(const asking *a, const slice *slice, const cells *cells, ranked_items *wanted,
                                 ranked_items *asked, scribe *scribe)
{
  if (slice->n > 1) count_requests(a, slice, wanted, asked);
  loligo_status status = ask(a, slice, wanted, asked);
  if (status == LOLIGO_OK) {
    replace_by_local(asked, a->synapses->network, cells);
    status = loligo_agree(a->context, add_listeners(scribe, asked, a->context->size));
  }
  ranked_items_drop(asked);
  return status;
}

/* Collective. */
static loligo_status route_all(routes *routes, const asking *a, const cells *cells, ranked_items *wanted,
                               ranked_items *asked, scribe *scribe)
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
  ranked_items wanted = {0}, asked = {0};
  scribe scribe;
  loligo_status status = scribe_init(&scribe, routes, cells->n);
  if (status == LOLIGO_OK) status = ranked_items_init(&wanted, context->size, sizeof(uint64_t), WHAT);
  if (status == LOLIGO_OK) status = ranked_items_init(&asked, context->size, sizeof(uint64_t), WHAT);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = route_all(routes, &asking, cells, &wanted, &asked, &scribe);
  scribe_free(&scribe);
  ranked_items_free(&wanted);
  ranked_items_free(&asked);
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

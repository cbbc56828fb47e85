/*
 * Synapses of a source are taken as points of a Poisson process on a line on which each rank has a stretch as long as
 * its share of the targets. Behind a point the next one that matters lies on a later stretch, so a draw goes from
 * listener to listener and passes by the ranks between.
 */
#include "sim/exchange/drawn_routes.h"

#include <math.h>

#include "base/grouping.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/random/random.h"
#include "base/vector.h"
#include "network/rule/rule.h"

typedef struct drawing {
  const loligo_network *network;
  const loligo_decomposition *decomposition;
  uint64_t ranks;
  grouping from; /* projections by source population */
  routes *routes;
  size_t n, capacity; /* of routes->gaps */
  double *end;        /* [ranks] where each stretch ends, for the population in hand */
} drawing;

/* Length of the stretch of one target: none of its synapses comes from a source with exp(-length). */
static double length_of_target(const loligo_network *network, const loligo_projection *projection)
{
  return -vector_log1p(-fmin(rule_synapses_per_pair(network, projection), 1 - 0x1p-40));
}

static void lay_line(drawing *d, size_t population)
{
  for (uint64_t r = 0; r < d->ranks; r++) d->end[r] = 0;
  for (size_t i = d->from.first[population]; i < d->from.first[population + 1]; i++) {
    const loligo_projection *projection = &d->network->projections[d->from.item[i]];
    const double each = length_of_target(d->network, projection);
    for (uint64_t r = 0; r < d->ranks; r++)
      d->end[r] += each * (double)loligo_decomposition_count(d->decomposition, projection->target, (int)r);
  }
  for (uint64_t r = 1; r < d->ranks; r++) d->end[r] += d->end[r - 1];
}

static double expected_listeners(const drawing *d)
{
  double sum = 0, begin = 0;
  for (uint64_t r = 0; r < d->ranks; begin = d->end[r++]) sum -= vector_expm1(begin - d->end[r]);
  return sum;
}

/** A place on the line, among the stretches from some rank on. */
typedef struct mark {
  const double *end;
  double place;
} mark;

static bool ends_before(const void *of_mark, uint64_t stretch)
{
  const mark *mark = of_mark;
  return mark->end[stretch] <= mark->place;
}

/* The rank from `first` on in whose stretch a place lies that is before the end of the line. */
static uint64_t find_stretch(const drawing *d, uint64_t first, double place)
{
  uint64_t low = first, step = 1;
  while (low + step < d->ranks && d->end[low + step - 1] <= place) {
    low += step;
    step *= 2;
  }
  const uint64_t high = low + step < d->ranks ? low + step : d->ranks - 1;
  return low + lower_bound_where(high - low, ends_before, &(mark){d->end + low, place});
}

static loligo_status add_listener(drawing *d, int before, int rank)
{
  const size_t n = listener_bytes(before, rank);
  if (d->n + n > d->capacity)
    LOLIGO_TRY(memory_grow((void **)&d->routes->gaps, &d->capacity, d->n + n, sizeof *d->routes->gaps, "spike routes"));
  listener_put(d->routes->gaps + d->n, before, rank);
  d->n += n;
  d->routes->destinations[rank] = 1;
  return LOLIGO_OK;
}

static loligo_status draw_cell(drawing *d, random_key key, uint64_t index)
{
  random_stream stream;
  double place = 0;
  random_stream_init(&stream, key, index, 0);
  for (uint64_t next = 0; next < d->ranks;) {
    place -= vector_log(random_stream_uniform(&stream));
    if (place >= d->end[d->ranks - 1]) return LOLIGO_OK;
    const uint64_t rank = find_stretch(d, next, place);
    LOLIGO_TRY(add_listener(d, (int)next - 1, (int)rank));
    place = d->end[rank];
    next = rank + 1;
  }
  return LOLIGO_OK;
}

static loligo_status draw_group(drawing *d, const cell_group *group)
{
  const char *name = d->network->populations[group->population].name;
  const random_key key = random_key_make(d->network->seed, RANDOM_DRY, name, "listeners");
  if (group->n == 0) return LOLIGO_OK;
  lay_line(d, group->population);
  const double expected = (double)group->n * expected_listeners(d), margin = 6 * sqrt(expected) + 1;
  LOLIGO_TRY(memory_grow((void **)&d->routes->gaps, &d->capacity, d->n + (size_t)(expected + margin),
                         sizeof *d->routes->gaps, "spike routes"));
  for (uint64_t l = 0; l < group->n; l++) {
    d->routes->first[group->first_lid + l] = d->n;
    LOLIGO_TRY(draw_cell(d, key, group->index[l]));
    d->routes->end[group->first_lid + l] = d->n;
  }
  return LOLIGO_OK;
}

/* Of marks, a list. */
static void list_destinations(routes *routes, uint64_t ranks)
{
  for (uint64_t r = 0; r < ranks; r++)
    if (routes->destinations[r]) routes->destinations[routes->n_destinations++] = (int)r;
}

static loligo_status group_projections(drawing *d)
{
  const size_t n = d->network->n_projections;
  size_t *source = memory_allocate(n, sizeof *source, "spike routes");
  if (!source) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) source[i] = d->network->projections[i].source;
  const loligo_status status = grouping_init(&d->from, n, source, d->network->n_populations, "spike routes");
  memory_free(source);
  return status;
}

static loligo_status prepare(drawing *d, uint64_t n_cells)
{
  LOLIGO_TRY(routes_allocate(d->routes, n_cells));
  d->end = memory_allocate(d->ranks, sizeof *d->end, "spike routes");
  d->routes->destinations = memory_allocate(d->ranks, sizeof *d->routes->destinations, "spike routes");
  return d->end && d->routes->destinations ? group_projections(d) : LOLIGO_MACHINE_ERROR;
}

loligo_status drawn_routes_init(routes *routes, const loligo_network *network,
                                const loligo_decomposition *decomposition, int ranks, const cells *cells)
{
  *routes = (struct routes){0};
  drawing d = {.network = network, .decomposition = decomposition, .ranks = (uint64_t)ranks, .routes = routes};
  loligo_status status = prepare(&d, cells->n);
  for (size_t g = 0; status == LOLIGO_OK && g < cells->n_groups; g++) status = draw_group(&d, &cells->groups[g]);
  memory_free(d.end);
  grouping_free(&d.from);
  if (status == LOLIGO_OK) list_destinations(routes, d.ranks);
  return status;
}

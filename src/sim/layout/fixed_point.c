/*
 * Choice of the accumulators, receptor by receptor: what the weights of each pathway can be decides which accumulators
 * they can share. A receptor has at most MAX_SHARED of each width; pathways that find no place among the narrow ones
 * become wide, for both signs, and the choice is made anew.
 */
#include "sim/layout/fixed_point.h"

#include <math.h>

#include "base/grouping.h"
#include "base/memory.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/edge_list.h"
#include "network/simulated.h"

/* A weight of a law below this many quanta could be off by more than 1e-3. */
static const double MIN_QUANTA = 500;

/* A weight of a law may be off by that part of the largest. */
static const double LAW_ERROR = 3.1e-5;

enum { MAX_SHARED = 16, MAX_CLASSES = 4, CLASS_BITS = 16, WIDE_BITS = 31 };

/** An accumulator that pathways still join. */
typedef struct candidate {
  accumulator sum;
  weight_kind kind;
  decimal_grid grid;
  double low, high;  /* smallest and largest weight */
  double least_high; /* of the largest weights of its pathways */
} candidate;

/** Weights of one sign of a pathway. */
typedef struct part {
  pathway *way;
  int sign;
  weight_set set;
} part;

typedef struct chooser {
  fixed_point *format;
  const loligo_network *network;
  size_t *first_receptor; /* [populations + 1] receptors are numbered through all populations */
  grouping onto;          /* parts (pathway * SIGNS + sign) by receptor; unused ones are last */
  candidate *candidates;  /* [n] those of the receptor under work from `first` on */
  size_t n, capacity, first;
  size_t population, receptor;
  bool widened; /* a pathway has become wide: choose anew */
} chooser;

/* -- candidates -- */

static loligo_status add_candidate(chooser *c, candidate made)
{
  LOLIGO_TRY(memory_grow((void **)&c->candidates, &c->capacity, c->n + 1, sizeof *c->candidates, "weight quanta"));
  made.sum.population = c->population;
  made.sum.receptor = c->receptor;
  if (made.sum.limit == 0) made.sum.limit = INFINITY;
  c->candidates[c->n++] = made;
  return LOLIGO_OK;
}

static candidate candidate_of(const weight_set *set, bool wide)
{
  return (candidate){.sum = {.wide = wide},
                     .kind = set->kind,
                     .grid = set->grid,
                     .low = set->low,
                     .high = set->high,
                     .least_high = set->high};
}

static bool is_zero(const weight_set *set)
{
  return set->high == 0;
}

static void include_set(candidate *into, const weight_set *set)
{
  into->low = fmin(into->low, set->low);
  into->high = fmax(into->high, set->high);
  into->least_high = fmin(into->least_high, set->high);
}

static bool law_fits_narrow(double low, double least_high, double high)
{
  return low >= MIN_QUANTA * high / NARROW_MAX && LAW_ERROR * least_high >= 0.5 * high / NARROW_MAX;
}

static bool fits_grid(const decimal_grid *grid, bool wide)
{
  return decimal_grid_span(grid) <= (uint64_t)(wide ? WIDE_MAX : NARROW_MAX);
}

/* Whether a set can join a candidate, which then holds it. */
static bool join(candidate *into, const weight_set *set)
{
  candidate joined = *into;
  if (is_zero(set)) return true;
  if (into->kind != set->kind) return false;
  include_set(&joined, set);
  switch (set->kind) {
  case WEIGHTS_DECIMAL:
    if (!decimal_grid_include(&joined.grid, &set->grid)) return false;
    if (!fits_grid(&joined.grid, into->sum.wide)) return false;
    break;
  case WEIGHTS_ONE:
    if (set->high != into->high) return false;
    break;
  default:
    if (into->sum.wide || !law_fits_narrow(joined.low, joined.least_high, joined.high)) return false;
  }
  *into = joined;
  return true;
}

/* -- parts -- */

static void look_at_weights(const chooser *c, const pathway *way, weight_set sets[SIGNS])
{
  weight_sets_of(c->network, &c->network->projections[way->projection], way->fixed, sets);
}

static part part_of(const chooser *c, size_t item)
{
  const int sign = (int)(item % SIGNS);
  weight_set sets[SIGNS];
  pathway *way = &c->format->pathways[item / SIGNS];
  look_at_weights(c, way, sets);
  return (part){way, sign, sets[sign]};
}

static void assign(const part *p, size_t first, size_t n)
{
  p->way->sums[p->sign] = (accumulator_range){(uint32_t)first, (uint32_t)n};
}

/* Lets a part join an accumulator of its width, or gives it a new one; false where there are too many. */
static loligo_status share(chooser *c, const part *p, bool *placed)
{
  size_t n_shared = 0;
  *placed = true;
  for (size_t i = c->first; i < c->n; i++) {
    if (c->candidates[i].kind == WEIGHTS_PLASTIC) continue;
    if (c->candidates[i].sum.wide != p->way->wide || isfinite(c->candidates[i].sum.limit)) continue;
    n_shared++;
    if (!join(&c->candidates[i], &p->set)) continue;
    assign(p, i, 1);
    return LOLIGO_OK;
  }
  *placed = n_shared < MAX_SHARED;
  if (!*placed) return LOLIGO_OK;
  assign(p, c->n, 1);
  return add_candidate(c, candidate_of(&p->set, p->way->wide));
}

static loligo_status place_narrow(chooser *c, const part *p)
{
  bool placed;
  LOLIGO_TRY(share(c, p, &placed));
  if (placed) return LOLIGO_OK;
  p->way->wide = c->widened = true;
  return LOLIGO_OK;
}

/* Classes of listed decimals, from the largest on; n of magnitudes[n_list], or 0 where they would be too many. */
static size_t split_list(const double *magnitudes, size_t n_list, candidate classes[MAX_SHARED])
{
  size_t n = 0;
  for (size_t i = 0; i < n_list; i++) {
    weight_set one = {.kind = WEIGHTS_DECIMAL, .low = magnitudes[i], .high = magnitudes[i]};
    decimal_grid_of(magnitudes[i], &one.grid);
    if (n > 0 && join(&classes[n - 1], &one)) continue;
    if (n == MAX_SHARED) return 0;
    classes[n] = candidate_of(&one, true);
    classes[n++].sum.limit = i == 0 ? INFINITY : magnitudes[i];
  }
  return n;
}

static loligo_status place_apart(chooser *c, const part *p, bool *placed)
{
  const edge_list *list = c->network->projections[p->way->projection].list;
  candidate classes[MAX_SHARED];
  const size_t n = split_list(list->apart[p->sign], list->n_apart[p->sign], classes);
  *placed = n > 0;
  assign(p, c->n, n);
  for (size_t k = n; k > 0; k--) LOLIGO_TRY(add_candidate(c, classes[k - 1]));
  return LOLIGO_OK;
}

/* -- wide laws -- */

static double class_scale(int class)
{
  return ldexp(1, -class * CLASS_BITS);
}

/* Adds accumulators for all magnitudes from `low` to `high`, the finest first. */
static loligo_status add_classes(chooser *c, double low, double high)
{
  int n = 1;
  while (n < MAX_CLASSES && low < high * class_scale(n)) n++;
  for (int k = n - 1; k >= 0; k--) {
    candidate made = {.sum = {.wide = true, .quantum = ldexp(1, ilogb(high) + 1 - WIDE_BITS) * class_scale(k)},
                      .kind = WEIGHTS_LAW};
    made.sum.limit = k > 0 ? high * class_scale(k) : INFINITY;
    LOLIGO_TRY(add_candidate(c, made));
  }
  return LOLIGO_OK;
}

/* A law that reaches to 0 needs no finer quanta for what is small beside its own largest. */
static double lowest_that_matters(const weight_set *set)
{
  return set->low > 0 ? set->low : set->high;
}

/* Largest weights of `high` are rounded to quanta of an accumulator. */
static void include_error(chooser *c, const accumulator *sum, double high)
{
  c->format->error_bound = fmax(c->format->error_bound, 0.5 * sum->quantum / high);
}

static void include_rounded(chooser *c, const part *p, const accumulator *sum)
{
  if (p->set.kind != WEIGHTS_LAW && p->way->projection < c->format->rounded) c->format->rounded = p->way->projection;
  include_error(c, sum, p->set.high);
}

static void assign_classes(chooser *c, const part *p, size_t first)
{
  assign(p, first, c->n - first);
  size_t i = first;
  while (c->candidates[i].sum.limit < p->set.high) i++;
  include_rounded(c, p, &c->candidates[i].sum);
}

static loligo_status place_laws(chooser *c, const part *parts, size_t n)
{
  double low = INFINITY, high = 0;
  for (size_t i = 0; i < n; i++) {
    low = fmin(low, lowest_that_matters(&parts[i].set));
    high = fmax(high, parts[i].set.high);
  }
  if (n == 0) return LOLIGO_OK;
  const size_t first = c->n;
  LOLIGO_TRY(add_classes(c, low, high));
  for (size_t i = 0; i < n; i++) assign_classes(c, &parts[i], first);
  return LOLIGO_OK;
}

/* -- receptors -- */

/* Weights that change have an accumulator of their own; they are rounded as they change. */
static loligo_status place_plastic(chooser *c, const part *p)
{
  candidate made = candidate_of(&p->set, true);
  made.sum.quantum = ldexp(p->set.high, -WIDE_BITS);
  assign(p, c->n, 1);
  return add_candidate(c, made);
}

/* Places what is exact; the rest goes to parts[*n]. */
static loligo_status place_exact(chooser *c, const part *p, part *rest, size_t *n_rest)
{
  bool placed = false;
  if (p->set.kind == WEIGHTS_APART)
    LOLIGO_TRY(place_apart(c, p, &placed));
  else if (p->set.kind != WEIGHTS_LAW && p->set.kind != WEIGHTS_LISTED)
    LOLIGO_TRY(share(c, p, &placed));
  if (!placed) rest[(*n_rest)++] = *p;
  return LOLIGO_OK;
}

static loligo_status place_wide(chooser *c, const size_t *items, size_t n, part *rest)
{
  size_t n_rest = 0;
  for (size_t i = 0; i < n; i++) {
    const part p = part_of(c, items[i]);
    if (p.set.kind == WEIGHTS_PLASTIC)
      LOLIGO_TRY(place_plastic(c, &p));
    else if (p.way->wide)
      LOLIGO_TRY(place_exact(c, &p, rest, &n_rest));
  }
  return place_laws(c, rest, n_rest);
}

static loligo_status place_parts(chooser *c, const size_t *items, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const part p = part_of(c, items[i]);
    if (!p.way->wide) LOLIGO_TRY(place_narrow(c, &p));
  }
  part *rest = memory_allocate(n, sizeof *rest, "projections");
  if (!rest) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = place_wide(c, items, n, rest);
  memory_free(rest);
  return status;
}

/* An accumulator of that width for all parts, if their weights are exact in it. */
static bool join_all(const chooser *c, const size_t *items, size_t n, bool wide, candidate *all)
{
  for (size_t i = 0; i < n; i++) {
    const part p = part_of(c, items[i]);
    if (p.set.kind != WEIGHTS_DECIMAL && p.set.kind != WEIGHTS_ONE) return false;
    if (i == 0)
      *all = candidate_of(&p.set, wide);
    else if (!join(all, &p.set))
      return false;
  }
  return fits_grid(&all->grid, wide);
}

/* An accumulator for all parts, rounded. */
static candidate round_all(chooser *c, const size_t *items, size_t n)
{
  candidate all = {.sum = {.wide = true}, .kind = WEIGHTS_LAW};
  for (size_t i = 0; i < n; i++) all.high = fmax(all.high, part_of(c, items[i]).set.high);
  all.sum.quantum = ldexp(1, ilogb(all.high) + 1 - WIDE_BITS);
  for (size_t i = 0; i < n; i++) {
    const part p = part_of(c, items[i]);
    include_rounded(c, &p, &all.sum);
  }
  return all;
}

/* Levels stand for long, so they stand as one sum. */
static loligo_status place_levels(chooser *c, const size_t *items, size_t n)
{
  candidate all;
  const bool exact = join_all(c, items, n, false, &all) || join_all(c, items, n, true, &all);
  if (!exact) all = round_all(c, items, n);
  for (size_t i = 0; i < n; i++) {
    const part p = part_of(c, items[i]);
    p.way->wide = all.sum.wide;
    assign(&p, c->n, 1);
  }
  return add_candidate(c, all);
}

static loligo_status place_receptor(chooser *c, size_t group)
{
  const size_t *items = c->onto.item + c->onto.first[group];
  const size_t n = c->onto.first[group + 1] - c->onto.first[group];
  const loligo_receptor *receptor = &c->network->populations[c->population].model->receptors[c->receptor];
  c->first = c->n;
  if (n == 0) return LOLIGO_OK;
  return receptor->kind == LOLIGO_RECEPTOR_LEVEL ? place_levels(c, items, n) : place_parts(c, items, n);
}

static loligo_status place_all(chooser *c)
{
  fixed_point *format = c->format;
  c->n = 0;
  c->widened = false;
  format->error_bound = 0;
  format->rounded = c->network->n_projections;
  for (size_t p = 0; p < c->network->n_populations; p++) {
    format->first[p] = c->n;
    c->population = p;
    for (c->receptor = 0; c->receptor < c->network->populations[p].model->n_receptors; c->receptor++)
      LOLIGO_TRY(place_receptor(c, c->first_receptor[p] + c->receptor));
  }
  format->first[c->network->n_populations] = c->n;
  return LOLIGO_OK;
}

/* -- quanta -- */

static void set_quantum(chooser *c, candidate *chosen)
{
  accumulator *sum = &chosen->sum;
  if (chosen->kind == WEIGHTS_DECIMAL) {
    const decimal_step step = decimal_grid_step(&chosen->grid);
    sum->quantum = chosen->grid.step ? step.high : 1;
    sum->rest = chosen->grid.step ? step.low : 0;
  } else if (chosen->kind == WEIGHTS_ONE) {
    sum->quantum = chosen->high;
  } else if (!sum->wide) {
    sum->quantum = chosen->high / NARROW_MAX;
    include_error(c, sum, chosen->least_high);
  }
}

static loligo_status keep_chosen(chooser *c)
{
  fixed_point *format = c->format;
  format->accumulators = memory_allocate(c->n, sizeof *format->accumulators, "weight quanta");
  if (!format->accumulators) return LOLIGO_MACHINE_ERROR;
  format->n_accumulators = c->n;
  for (size_t i = 0; i < c->n; i++) {
    set_quantum(c, &c->candidates[i]);
    format->accumulators[i] = c->candidates[i].sum;
  }
  return LOLIGO_OK;
}

/* -- pathways -- */

static bool needs_wide(const weight_set *set)
{
  switch (set->kind) {
  case WEIGHTS_DECIMAL:
    return !fits_grid(&set->grid, false);
  case WEIGHTS_LAW:
    return !law_fits_narrow(set->low, set->high, set->high);
  case WEIGHTS_NONE:
  case WEIGHTS_ONE:
    return false;
  default:
    return true;
  }
}

static const network_pathway *said_of(const chooser *c, const pathway *way)
{
  return &c->network->projections[way->projection].pathways[way->number];
}

static void choose_widths(const chooser *c)
{
  for (size_t i = 0; i < c->format->n_pathways; i++) {
    weight_set sets[SIGNS];
    pathway *way = &c->format->pathways[i];
    look_at_weights(c, way, sets);
    way->wide = needs_wide(&sets[POSITIVE]) || needs_wide(&sets[NEGATIVE]);
  }
}

static loligo_status number_receptors(chooser *c)
{
  const loligo_network *network = c->network;
  c->first_receptor = memory_allocate(network->n_populations + 1, sizeof *c->first_receptor, "receptors");
  if (!c->first_receptor) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < network->n_populations; p++)
    c->first_receptor[p + 1] = c->first_receptor[p] + network->populations[p].model->n_receptors;
  return LOLIGO_OK;
}

static loligo_status group_parts(chooser *c)
{
  const size_t n = c->format->n_pathways * SIGNS, nowhere = c->first_receptor[c->network->n_populations];
  size_t *onto = memory_allocate(n, sizeof *onto, "receptors");
  if (!onto) return LOLIGO_MACHINE_ERROR;
  for (size_t item = 0; item < n; item++) {
    const part p = part_of(c, item);
    const int *receptor = said_of(c, p.way)->receptor;
    onto[item] = p.set.kind == WEIGHTS_NONE ? nowhere : c->first_receptor[p.way->target] + (size_t)receptor[p.sign];
  }
  const loligo_status status = grouping_init(&c->onto, n, onto, nowhere + 1, "receptors");
  memory_free(onto);
  return status;
}

static loligo_status choose(chooser *c)
{
  choose_widths(c);
  LOLIGO_TRY(number_receptors(c));
  LOLIGO_TRY(group_parts(c));
  do LOLIGO_TRY(place_all(c));
  while (c->widened);
  return keep_chosen(c);
}

/* Those that spikes take. */
static size_t pathways_of(const loligo_projection *projection)
{
  return synapse_model_sends(projection->synapse) ? projection->synapse->n_pathways : 0;
}

static loligo_status list_pathways(fixed_point *format, const loligo_network *network)
{
  size_t n = 0;
  for (size_t i = 0; i < network->n_projections; i++) n += pathways_of(&network->projections[i]);
  format->pathways = memory_allocate(n, sizeof *format->pathways, "projections");
  if (!format->pathways) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    for (size_t c = 0; c < pathways_of(projection); c++) {
      format->pathways[format->n_pathways++] = (pathway){.projection = (uint32_t)i,
                                                         .number = (uint32_t)c,
                                                         .source = projection->source,
                                                         .target = projection->target,
                                                         .signal = projection->pathways[c].signal,
                                                         .fixed = projection->synapse->pathways[c].fixed};
    }
  }
  return LOLIGO_OK;
}

loligo_status fixed_point_init(fixed_point *format, const loligo_network *network)
{
  *format = (fixed_point){.first = memory_allocate(network->n_populations + 1, sizeof *format->first, "weight quanta"),
                          .n_populations = network->n_populations};
  if (!format->first) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(network_check_simulated(network));
  LOLIGO_TRY(list_pathways(format, network));
  chooser c = {.format = format, .network = network};
  const loligo_status status = choose(&c);
  memory_free(c.first_receptor);
  grouping_free(&c.onto);
  memory_free(c.candidates);
  return status;
}

void fixed_point_free(fixed_point *format)
{
  memory_free(format->accumulators);
  memory_free(format->first);
  memory_free(format->pathways);
  *format = (fixed_point){0};
}

const accumulator *fixed_point_only(const fixed_point *format, const pathway *way)
{
  const accumulator_range *positive = &way->sums[POSITIVE], *negative = &way->sums[NEGATIVE];
  if (positive->n > 1 || negative->n > 1) return NULL;
  if (positive->n + negative->n == 2 && positive->first != negative->first) return NULL;
  return &format->accumulators[positive->n ? positive->first : negative->first];
}

/*
 * Displacements along one axis do not depend on the others where both populations are grids or scattered: so those of
 * each axis are listed with how many pairs have them, and the sum goes over their combinations. Of listed positions, or
 * of some cells alone, every so many pairs are looked at.
 */
#include "network/pair_count.h"

#include <math.h>

#include "base/least.h"
#include "base/memory.h"
#include "network/kernel.h"
#include "network/mask.h"
#include "network/selection.h"

enum { MOST_TARGETS = 256, MOST_SOURCES = 1024, MOST_OF_TWO = 512, MOST_OF_THREE = 64 };

/** Displacements along one axis: part[k] of all pairs have at[k]. */
typedef struct axis_pairs {
  double at[2 * MOST_OF_TWO + 1], part[2 * MOST_OF_TWO + 1];
  size_t n;
} axis_pairs;

static void add(axis_pairs *pairs, double at, double part)
{
  pairs->at[pairs->n] = at;
  pairs->part[pairs->n++] = part;
}

/* Offsets of a grid onto itself; false if they are too many. */
static bool list_offsets(const loligo_positions *p, size_t axis, double reach, size_t most, axis_pairs *pairs)
{
  const double spacing = p->extent[axis] / (double)p->grid[axis], points = (double)p->grid[axis];
  const double last = p->periodic ? floor(points / 2) : points - 1, far = fmin(last, ceil(reach / spacing));
  if (far > (double)most) return false;
  for (double offset = -far; offset <= far; offset++) {
    const bool is_again = p->periodic && 2 * offset == -points; /* half way round: met on the other side */
    if (!is_again) add(pairs, offset * spacing, (p->periodic ? points : points - fabs(offset)) / (points * points));
  }
  return true;
}

/* Length that two boxes share where one is moved. */
static double shared(const loligo_positions *source, const loligo_positions *target, size_t axis, double displacement)
{
  const double low = fmax(source->low[axis], target->low[axis] + displacement);
  const double high =
      fmin(source->low[axis] + source->extent[axis], target->low[axis] + target->extent[axis] + displacement);
  return fmax(0, high - low);
}

/* Both as if they were spread evenly. */
static void list_evenly(const loligo_positions *source, const loligo_positions *target, size_t axis, double reach,
                        size_t n, axis_pairs *pairs)
{
  const double extent = target->extent[axis];
  double low = -extent / 2, high = extent / 2;
  if (!target->periodic) {
    low = source->low[axis] - (target->low[axis] + extent);
    high = source->low[axis] + source->extent[axis] - target->low[axis];
  }
  low = fmax(low, -reach);
  high = fmin(high, reach);
  for (size_t k = 0; low < high && k < n; k++) {
    const double width = (high - low) / (double)n, at = low + ((double)k + 0.5) * width;
    const double all = extent * source->extent[axis];
    add(pairs, at, width * (target->periodic ? 1 / extent : shared(source, target, axis, at) / all));
  }
}

static bool are_one_grid(const loligo_positions *a, const loligo_positions *b, size_t axis)
{
  return a->kind == LOLIGO_GRID && b->kind == LOLIGO_GRID && a->grid[axis] == b->grid[axis] &&
         a->low[axis] == b->low[axis] && a->extent[axis] == b->extent[axis];
}

static void list_axis(const loligo_positions *source, const loligo_positions *target, size_t axis, double reach,
                      axis_pairs *pairs)
{
  const size_t most = target->n_axes == 2 ? MOST_OF_TWO : MOST_OF_THREE;
  pairs->n = 0;
  if (!are_one_grid(source, target, axis) || !list_offsets(target, axis, reach, most, pairs))
    list_evenly(source, target, axis, reach, most, pairs);
}

/* What is counted. */
typedef struct counting {
  const rule_context *context;
  const projection_space *space;
  cell_space cells;
} counting;

/* Sum over n displacements, each times weight[k]. */
static double sum_up(const counting *c, size_t n, place_columns displacement, const double *length,
                     const double *weight)
{
  bool inside[PLACES_AT_ONCE];
  double value[PLACES_AT_ONCE], sum = 0;
  mask_select(c->space, c->cells.n_axes, n, displacement, length, inside);
  for (size_t k = 0; k < n; k++) value[k] = 1;
  if (c->space->probability.kernel) kernel_values(&c->space->probability, n, length, value);
  for (size_t k = 0; k < n; k++) sum += inside[k] ? value[k] * weight[k] : 0;
  return sum;
}

/* Those of the first axis with one of each further axis. */
static double sum_line(const counting *c, const axis_pairs *axes, double y, double z)
{
  place_columns displacement;
  double length[PLACES_AT_ONCE], sum = 0;
  for (size_t done = 0, n; done < axes->n; done += n) {
    n = axes->n - done < PLACES_AT_ONCE ? axes->n - done : PLACES_AT_ONCE;
    for (size_t k = 0; k < n; k++) {
      displacement[0][k] = axes->at[done + k];
      displacement[1][k] = y;
      displacement[2][k] = z;
    }
    cell_space_lengths(&c->cells, n, displacement, length);
    sum += sum_up(c, n, displacement, length, axes->part + done);
  }
  return sum;
}

/* Part of all pairs. */
static double sum_axes(const counting *c, const axis_pairs *axes)
{
  double sum = 0;
  for (size_t y = 0; y < axes[1].n; y++)
    for (size_t z = 0; z < axes[2].n; z++)
      sum += axes[1].part[y] * axes[2].part[z] * sum_line(c, &axes[0], axes[1].at[y], axes[2].at[z]);
  return sum;
}

static double count_by_axes(const counting *c)
{
  axis_pairs *axes = memory_allocate(LOLIGO_MAX_AXES, sizeof *axes, "pairs of cells");
  if (!axes) return NAN;
  for (size_t a = 0; a < c->cells.n_axes; a++)
    list_axis(c->cells.source.positions, c->cells.target.positions, a, mask_reach(c->space, a), &axes[a]);
  if (c->cells.n_axes == 2) add(&axes[2], 0, 1);
  const double sum = sum_axes(c, axes);
  memory_free(axes);
  return sum;
}

/* Onto one target, of n of all sources. */
static double sum_sources(const counting *c, uint64_t target, uint64_t n)
{
  const double all = (double)c->context->n_sources;
  uint64_t source[PLACES_AT_ONCE], targets[PLACES_AT_ONCE];
  place_columns from, to;
  double length[PLACES_AT_ONCE], weight[PLACES_AT_ONCE], sum = 0;
  for (uint64_t done = 0; done < n; done += PLACES_AT_ONCE) {
    const size_t some = n - done < PLACES_AT_ONCE ? (size_t)(n - done) : PLACES_AT_ONCE;
    for (size_t k = 0; k < some; k++) {
      const uint64_t number = (uint64_t)((double)(done + k) / (double)n * all);
      source[k] = selection_cell_of(c->context->projection->sources, number);
      targets[k] = target;
      weight[k] = 1;
    }
    cell_places_find(&c->cells.source, some, source, from);
    cell_places_find(&c->cells.target, some, targets, to);
    cell_space_displace(&c->cells, some, from, to);
    cell_space_lengths(&c->cells, some, from, length);
    sum += sum_up(c, some, from, length, weight);
  }
  return sum;
}

/* Part of the pairs that are looked at. */
static double count_some(const counting *c)
{
  const uint64_t m = least(c->context->n_targets, MOST_TARGETS), n = least(c->context->n_sources, MOST_SOURCES);
  double sum = 0;
  for (uint64_t t = 0; t < m; t++) {
    const uint64_t number = (uint64_t)(((double)t + 0.5) / (double)m * (double)c->context->n_targets);
    sum += sum_sources(c, selection_cell_of(c->context->projection->targets, number), n);
  }
  return sum / ((double)m * (double)n);
}

static bool goes_by_axes(const rule_context *context)
{
  const bool is_listed =
      context->source->positions.kind == LOLIGO_PLACED || context->target->positions.kind == LOLIGO_PLACED;
  return !is_listed && !context->projection->sources && !context->projection->targets;
}

double pair_count(const rule_context *context)
{
  if (context->n_sources == 0 || context->n_targets == 0) return 0;
  const counting c = {.context = context,
                      .space = context->projection->space,
                      .cells = cell_space_between(context->source, context->target, context->seed)};
  const double part = goes_by_axes(context) ? count_by_axes(&c) : count_some(&c);
  return part * (double)context->n_sources * (double)context->n_targets;
}

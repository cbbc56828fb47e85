/*
 * Each check begins with the key that is wrong. Distances have bounds, from which those of delays and weights follow.
 */
#include "network/space.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/grid.h"
#include "base/random/distribution.h"
#include "network/checks.h"
#include "network/kernel.h"
#include "network/mask.h"
#include "network/pair_count.h"
#include "network/rule/rule.h"

enum { LIST_SIZE = 256 };

/* -- checks -- */

static loligo_status check_positions(const loligo_population *population, const char *what)
{
  if (population->positions.kind != LOLIGO_NO_POSITIONS) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s needs positions of population '%s'; add to it positions: {grid: [...], extent: [...]}", what,
                     population->name);
}

static loligo_status check_one_space(const loligo_population *a, const loligo_population *b, const char *what)
{
  const loligo_positions *p = &a->positions, *q = &b->positions;
  if (p->n_axes != q->n_axes)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: population '%s' has positions of %zu axes, but '%s' of %zu", what,
                       a->name, p->n_axes, b->name, q->n_axes);
  bool is_same = p->periodic == q->periodic;
  for (size_t i = 0; p->periodic && i < p->n_axes; i++) is_same = is_same && p->extent[i] == q->extent[i];
  if (is_same) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: positions of '%s' and '%s' must be periodic with the same extent, or both not periodic", what,
                     a->name, b->name);
}

/* What asks for positions, as messages call it; NULL if nothing does. */
static const char *what_asks(const rule *rule, const loligo_projection_spec *spec)
{
  if (rule->takes_kernel) return rule->name;
  if (spec->mask.kind != LOLIGO_NO_MASK) return "mask";
  if (spec->weight_by_distance.name) return "weight by the distance";
  return spec->delay_by_distance.speed != 0 ? "delay by the distance" : NULL;
}

static loligo_status check_ends(const loligo_network *network, const loligo_projection *projection, const char *what)
{
  const loligo_population *source = &network->populations[projection->source];
  const loligo_population *target = &network->populations[projection->target];
  LOLIGO_TRY(check_positions(source, what));
  LOLIGO_TRY(check_positions(target, what));
  return check_one_space(source, target, what);
}

static loligo_status check_length(const char *what, double length)
{
  if (isfinite(length) && length > 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "mask: %s must be > 0, not %g um", what, length);
}

static loligo_status check_ring(const loligo_mask *mask)
{
  if (mask->kind != LOLIGO_MASK_RING) return LOLIGO_OK;
  if (mask->inner >= 0 && mask->inner < mask->outer) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "mask: inner must lie between 0 and outer, %g um, but is %g um", mask->outer,
                     mask->inner);
}

static loligo_status check_mask(const loligo_mask *mask, size_t n_axes)
{
  static const char *const names[] = {[LOLIGO_MASK_RADIUS] = "radius", [LOLIGO_MASK_RING] = "outer"};
  if (mask->kind == LOLIGO_NO_MASK) return LOLIGO_OK;
  if (mask->kind != LOLIGO_MASK_BOX) {
    LOLIGO_TRY(check_length(names[mask->kind], mask->outer));
    return check_ring(mask);
  }
  for (size_t a = 0; a < n_axes; a++) LOLIGO_TRY(check_length("box", mask->box[a]));
  if (n_axes == 2 && mask->box[2] != 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "mask: box has 3 widths, but positions have 2 axes");
  return LOLIGO_OK;
}

static bool takes_mask(const rule *rule)
{
  return rule->takes_mask;
}

static bool takes_kernel(const rule *rule)
{
  return rule->takes_kernel;
}

static loligo_status check_taken(const rule *rule, const char *what, bool (*takes)(const struct rule *))
{
  char list[LIST_SIZE] = "";
  if (takes(rule)) return LOLIGO_OK;
  for (size_t i = 0, n = 0; rule_at(i) && n < sizeof list; i++)
    if (takes(rule_at(i))) n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "", rule_at(i)->name);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s is not for rule %s; it is for: %s", what, rule->name, list);
}

static loligo_status check_probability(const rule *rule, const distance_law *law)
{
  if (!rule->takes_kernel) return LOLIGO_OK;
  if (!law->kernel)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s needs a kernel, as {gaussian: {p: 0.1, sigma: 100 um}}", rule->name);
  if (law->at_zero >= 0 && law->at_zero <= 1) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: p must be a probability between 0 and 1, not %g", rule->name,
                     law->at_zero);
}

/* -- bounds of distances -- */

typedef struct stretch {
  double low, high;
} stretch;

/* Where cells lie along an axis. */
static stretch stretch_of(const loligo_positions *p, size_t axis)
{
  const double margin = p->kind == LOLIGO_GRID ? 0.5 * p->extent[axis] / (double)p->grid[axis] : 0;
  return (stretch){p->low[axis] + margin, p->low[axis] + p->extent[axis] - margin};
}

static void find_bounds(projection_space *space, const loligo_positions *source, const loligo_positions *target)
{
  double near = 0, far = 0;
  for (size_t a = 0; a < target->n_axes; a++) {
    const stretch s = stretch_of(source, a), t = stretch_of(target, a);
    const double gap = fmax(0, fmax(s.low - t.high, t.low - s.high));
    double width = fmax(s.high - t.low, t.high - s.low);
    if (target->periodic) width = target->extent[a] / 2;
    width = fmin(width, mask_reach(space, a));
    far += width * width;
    near += target->periodic ? 0 : gap * gap;
  }
  space->nearest = fmax(sqrt(near), space->mask.kind == LOLIGO_MASK_RING ? space->mask.inner : 0) / MASK_EDGE;
  space->farthest = sqrt(far) * MASK_EDGE;
  if (space->mask.kind == LOLIGO_MASK_RADIUS || space->mask.kind == LOLIGO_MASK_RING)
    space->farthest = fmin(space->farthest, space->mask.outer * MASK_EDGE);
}

/* The nearest neighbours where a cell is none of its own. */
static double least_spacing(const loligo_positions *p)
{
  double least = INFINITY;
  for (size_t a = 0; p->kind == LOLIGO_GRID && a < p->n_axes; a++)
    if (p->grid[a] > 1) least = fmin(least, p->extent[a] / (double)p->grid[a]);
  return isfinite(least) ? least / MASK_EDGE : 0;
}

/* -- delays -- */

static double delay_at(const projection_space *space, double distance)
{
  double delay;
  conduction_delays(space, 1, &distance, &delay);
  return delay;
}

static loligo_status check_delays(const projection_space *space, double dt)
{
  const loligo_conduction *delay = &space->delay;
  if (delay->speed == 0) return LOLIGO_OK;
  if (!isfinite(delay->speed) || delay->speed < 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "delay: speed must be > 0, not %g m/s", delay->speed);
  if (!isfinite(delay->offset) || delay->offset < 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "delay: offset must be >= 0, not %g ms", delay->offset);
  const double least = delay_at(space, space->nearest), most = delay_at(space, space->farthest);
  if (!(most / dt <= CHECKS_MAX_DELAY_STEPS))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "delay of cells that lie %g um apart is %g ms, longer than 2^24 steps of dt %g ms; take a mask "
                       "or a higher speed",
                       space->farthest, most, dt);
  if (grid_drawn_steps(least, dt) >= 1) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "delay of cells that lie %g um apart is %g ms, which rounds below dt %g ms; take an offset of at "
                     "least %g ms",
                     space->nearest, least, dt, dt);
}

static loligo_distribution between(double low, double high)
{
  if (low == high) return loligo_constant(low);
  return (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = low, .high = high};
}

loligo_distribution space_delay_law(const loligo_projection *projection, const loligo_projection_spec *spec, double dt)
{
  const projection_space *space = projection->space;
  if (!space || space->delay.speed == 0) return spec->delay;
  const double low = delay_at(space, space->nearest), high = delay_at(space, space->farthest);
  const int64_t first = grid_drawn_steps(low, dt);
  return first == grid_drawn_steps(high, dt) ? loligo_constant((double)first * dt) : between(low, high);
}

loligo_distribution space_weight_law(const loligo_projection *projection, const loligo_projection_spec *spec)
{
  const projection_space *space = projection->space;
  if (!space || !space->weight.kernel) return spec->weight;
  const double near = kernel_value(&space->weight, space->nearest), far = kernel_value(&space->weight, space->farthest);
  return between(fmin(near, far), fmax(near, far));
}

/* -- all of it -- */

/* Whoever draws from all pairs alike needs no count of them. */
static loligo_status set_pairs(const loligo_network *network, const loligo_projection *projection,
                               projection_space *space)
{
  if (!space->probability.kernel && space->mask.kind == LOLIGO_NO_MASK) return LOLIGO_OK;
  const rule_context context = rule_context_of(network, projection);
  space->pairs = pair_count(&context);
  return isnan(space->pairs) ? LOLIGO_MACHINE_ERROR : LOLIGO_OK;
}

static loligo_status fill(const loligo_network *network, const loligo_projection *projection,
                          const loligo_projection_spec *spec, projection_space *space)
{
  const rule *rule = projection->rule;
  const loligo_positions *source = &network->populations[projection->source].positions;
  const loligo_positions *target = &network->populations[projection->target].positions;
  LOLIGO_TRY(kernel_take(&spec->probability, rule->name, &space->probability));
  LOLIGO_TRY(kernel_take(&spec->weight_by_distance, "weight", &space->weight));
  space->mask = spec->mask;
  space->delay = spec->delay_by_distance;
  LOLIGO_TRY(check_probability(rule, &space->probability));
  LOLIGO_TRY(check_mask(&space->mask, target->n_axes));
  if (space->weight.kernel) LOLIGO_TRY(distribution_check_number("weight", "", space->weight.at_zero));
  find_bounds(space, source, target);
  if (projection->source == projection->target && !projection->autapses)
    space->nearest = fmax(space->nearest, least_spacing(target));
  space->farthest = fmax(space->farthest, space->nearest);
  LOLIGO_TRY(check_delays(space, network->dt));
  return set_pairs(network, projection, space);
}

loligo_status space_set(loligo_network *network, loligo_projection *projection, const loligo_projection_spec *spec)
{
  const rule *rule = projection->rule;
  const char *what = what_asks(rule, spec);
  if (spec->probability.name) LOLIGO_TRY(check_taken(rule, "a probability by the distance", takes_kernel));
  if (spec->mask.kind != LOLIGO_NO_MASK) LOLIGO_TRY(check_taken(rule, "mask", takes_mask));
  if (!what) return LOLIGO_OK;
  if (rule->lists_edges)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s has edges that bring their weights and delays; leave out %s", rule->name,
                       what);
  LOLIGO_TRY(check_ends(network, projection, what));
  projection_space *space = pool_take(&network->pool, sizeof *space, "projections");
  if (!space) return LOLIGO_MACHINE_ERROR;
  projection->space = space;
  return fill(network, projection, spec, space);
}

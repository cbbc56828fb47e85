/*
 * The bins of an axis that a target reaches are at most two stretches, in ascending order; along the last axis entries
 * of a stretch follow one another, whichever bins they are of.
 */
#include "network/rule/neighbors.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "network/mask.h"
#include "network/rule/partners.h"
#include "network/selection.h"

static const char WHAT[] = "sources near targets";
static const double SLACK = 1 + 1e-6; /* more than rounding; what is too far is left out afterwards */

/* Cells of n numbers, which are these or lie in scratch[n]. */
static const uint64_t *cells_of(const loligo_selection *some, size_t n, const uint64_t *number, uint64_t *scratch)
{
  for (size_t k = 0; some && k < n; k++) scratch[k] = selection_cell(some, number[k]);
  return some ? scratch : number;
}

/* -- bins -- */

static bool is_whole_grid(const rule_context *context)
{
  return context->source->positions.kind == LOLIGO_GRID && !context->projection->sources;
}

static uint64_t count_bins(const neighbors *near)
{
  return near->n_bins[0] * near->n_bins[1] * near->n_bins[2];
}

/* Bins half as large as the reach, but on the average no fewer than some sources in each. */
static void choose_bins(neighbors *near)
{
  enum { SOURCES_PER_BIN = 4 };
  const size_t n_axes = near->cells.n_axes;
  const double most = pow((double)near->context->n_sources / SOURCES_PER_BIN, 1 / (double)n_axes);
  const loligo_positions *p = &near->context->source->positions;
  near->first_axis = LOLIGO_MAX_AXES - n_axes;
  near->n_bins[0] = 1;
  for (size_t a = 0, b = near->first_axis; a < n_axes; a++, b++) {
    const double n = floor(fmin(2 * p->extent[a] / mask_reach(near->space, a), most));
    near->n_bins[b] = n >= 1 ? (uint64_t)n : 1;
    if (is_whole_grid(near->context)) near->n_bins[b] = p->grid[a];
    near->low[b] = p->low[a];
    near->width[b] = p->extent[a] > 0 ? p->extent[a] / (double)near->n_bins[b] : 1;
  }
}

static uint64_t bin_along(const neighbors *near, size_t axis, double at)
{
  const double bin = floor((at - near->low[axis]) / near->width[axis]);
  const double last = (double)(near->n_bins[axis] - 1);
  return (uint64_t)fmin(fmax(bin, 0), last);
}

/* Fills bin[n] with those of n sources from number `from` on. */
static void find_bins(const neighbors *near, uint64_t from, size_t n, uint64_t *bin)
{
  uint64_t cell[PLACES_AT_ONCE];
  place_columns at;
  for (size_t k = 0; k < n; k++) cell[k] = selection_cell_of(near->context->projection->sources, from + k);
  cell_places_find(&near->cells.source, n, cell, at);
  for (size_t k = 0; k < n; k++) {
    bin[k] = 0;
    for (size_t a = 0, b = near->first_axis; a < near->cells.n_axes; a++, b++)
      bin[k] = bin[k] * near->n_bins[b] + bin_along(near, b, at[a][k]);
  }
}

/* -- bins within reach -- */

static bin_stretches all_bins(uint64_t n)
{
  return (bin_stretches){.first = {0}, .end = {n}, .n = 1};
}

/* Of a periodic axis, from `first` (below 0 or behind the last: on the other side) to `last`. */
static bin_stretches wrap(double first, double last, uint64_t n)
{
  if (last - first + 1 >= (double)n) return all_bins(n);
  const double turn = floor(first / (double)n) * (double)n;
  const uint64_t from = (uint64_t)(first - turn), to = (uint64_t)(last - turn);
  if (to < n) return (bin_stretches){.first = {from}, .end = {to + 1}, .n = 1};
  return (bin_stretches){.first = {0, from}, .end = {to - n + 1, n}, .n = 2};
}

static bin_stretches bins_around(const neighbors *near, size_t axis)
{
  const size_t b = near->first_axis + axis;
  const double reach = mask_reach(near->space, axis) * SLACK, n = (double)near->n_bins[b], at = near->here[axis];
  if (near->n_bins[b] == 1 || !isfinite(reach)) return all_bins(near->n_bins[b]);
  const double first = floor((at - reach - near->low[b]) / near->width[b]);
  const double last = floor((at + reach - near->low[b]) / near->width[b]);
  if (near->cells.period[axis] > 0) return wrap(first, last, near->n_bins[b]);
  if (last < 0 || first >= n) return (bin_stretches){.n = 0};
  return (bin_stretches){.first = {(uint64_t)fmax(first, 0)}, .end = {(uint64_t)fmin(last, n - 1) + 1}, .n = 1};
}

static void find_near_bins(neighbors *near, uint64_t target)
{
  place_columns at;
  const uint64_t cell = selection_cell_of(near->context->projection->targets, target);
  cell_places_find(&near->cells.target, 1, &cell, at);
  near->near[0] = all_bins(1);
  for (size_t a = 0; a < near->cells.n_axes; a++) {
    near->here[a] = at[a][0];
    near->near[near->first_axis + a] = bins_around(near, a);
  }
}

/* The next line of bins, along the last axis; false behind the last. */
static bool next_line(neighbors *near)
{
  for (size_t a = LOLIGO_MAX_AXES; a-- > 0;) {
    const bin_stretches *some = &near->near[a];
    if (a < 2 && ++near->at[a] < some->end[near->stretch[a]]) return true;
    if (++near->stretch[a] < some->n) {
      if (a < 2) near->at[a] = some->first[near->stretch[a]];
      return true;
    }
    near->stretch[a] = 0;
    if (a < 2) near->at[a] = some->first[0];
  }
  return false;
}

static void first_line(neighbors *near)
{
  near->is_done = false;
  for (size_t a = 0; a < LOLIGO_MAX_AXES; a++) {
    near->stretch[a] = 0;
    near->is_done = near->is_done || near->near[a].n == 0;
    if (a < 2) near->at[a] = near->near[a].first[0];
  }
}

/* Numbers of the bins of a line. */
static void line_bins(const neighbors *near, uint64_t *first, uint64_t *end)
{
  const bin_stretches *last = &near->near[2];
  const uint64_t row = (near->at[0] * near->n_bins[1] + near->at[1]) * near->n_bins[2];
  *first = row + last->first[near->stretch[2]];
  *end = row + last->end[near->stretch[2]];
}

/* -- sources by bin -- */

static void mark_near_bins(neighbors *near, rule_targets targets, bool *wanted)
{
  for (uint64_t t = 0; t < targets.n; t++) {
    find_near_bins(near, targets.index[t]);
    first_line(near);
    while (!near->is_done) {
      uint64_t bin, end;
      for (line_bins(near, &bin, &end); bin < end; bin++) wanted[bin] = true;
      near->is_done = !next_line(near);
    }
  }
}

/* Counts the sources of each wanted bin, or puts them there. */
static void sort_sources(neighbors *near, const bool *wanted, uint64_t *next)
{
  uint64_t bin[PLACES_AT_ONCE];
  for (uint64_t from = 0; from < near->context->n_sources; from += PLACES_AT_ONCE) {
    const uint64_t left = near->context->n_sources - from;
    const size_t n = left < PLACES_AT_ONCE ? (size_t)left : PLACES_AT_ONCE;
    find_bins(near, from, n, bin);
    for (size_t k = 0; k < n; k++) {
      if (!wanted[bin[k]]) continue;
      if (near->source) near->source[next[bin[k]]] = from + k;
      next[bin[k]]++;
    }
  }
}

static loligo_status fill_bins(neighbors *near, const bool *wanted)
{
  const uint64_t n = count_bins(near);
  uint64_t before = 0;
  sort_sources(near, wanted, near->first);
  for (uint64_t bin = 0; bin <= n; bin++) {
    const uint64_t count = near->first[bin];
    near->first[bin] = before;
    before += count;
  }
  near->source = memory_allocate(before, sizeof *near->source, WHAT);
  if (!near->source) return LOLIGO_MACHINE_ERROR;
  sort_sources(near, wanted, near->first);
  for (uint64_t bin = n; bin > 0; bin--) near->first[bin] = near->first[bin - 1];
  near->first[0] = 0;
  return LOLIGO_OK;
}

static loligo_status make_bins(neighbors *near, rule_targets targets)
{
  const uint64_t n = count_bins(near);
  bool *wanted = memory_allocate(n, sizeof *wanted, WHAT);
  near->first = memory_allocate(n + 1, sizeof *near->first, WHAT);
  loligo_status status = wanted && near->first ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) {
    mark_near_bins(near, targets, wanted);
    status = fill_bins(near, wanted);
  }
  memory_free(wanted);
  return status;
}

neighbors *neighbors_create(const rule_context *context, rule_targets targets)
{
  neighbors *near = memory_allocate(1, sizeof *near, WHAT);
  if (!near) return NULL;
  near->context = context;
  near->space = context->projection->space;
  near->cells = cell_space_between(context->source, context->target, context->seed);
  choose_bins(near);
  if (is_whole_grid(context) || count_bins(near) == 1 || make_bins(near, targets) == LOLIGO_OK) return near;
  neighbors_destroy(near);
  return NULL;
}

void neighbors_destroy(neighbors *near)
{
  if (!near) return;
  memory_free(near->first);
  memory_free(near->source);
  memory_free(near);
}

/* -- sources of a target -- */

void neighbors_begin(neighbors *near, uint64_t target)
{
  near->self = rule_excludes_self(near->context) ? target : PARTNERS_NOBODY;
  find_near_bins(near, target);
  first_line(near);
  near->next = near->end = 0;
}

/* Entries of the line that comes next. */
static void take_line(neighbors *near)
{
  line_bins(near, &near->next, &near->end);
  if (near->first) {
    near->next = near->first[near->next];
    near->end = near->first[near->end];
  } else if (!is_whole_grid(near->context)) {
    near->next = 0;
    near->end = near->context->n_sources;
  }
  near->is_done = !next_line(near);
}

/* Keeps of n numbers those that are possible, with their distances. */
static void keep_possible(neighbors *near, size_t n)
{
  uint64_t cell[PLACES_AT_ONCE];
  place_columns from, to;
  bool inside[PLACES_AT_ONCE];
  for (size_t a = 0; a < near->cells.n_axes; a++)
    for (size_t k = 0; k < n; k++) to[a][k] = near->here[a];
  cell_places_find(&near->cells.source, n, cells_of(near->context->projection->sources, n, near->number, cell), from);
  cell_space_displace(&near->cells, n, from, to);
  cell_space_lengths(&near->cells, n, from, near->distance);
  mask_select(near->space, near->cells.n_axes, n, from, near->distance, inside);
  near->n = 0;
  for (size_t k = 0; k < n; k++) {
    near->number[near->n] = near->number[k];
    near->distance[near->n] = near->distance[k];
    near->n += inside[k] && near->number[k] != near->self;
  }
}

bool neighbors_next(neighbors *near)
{
  size_t n = 0;
  while (n < PLACES_AT_ONCE && (near->next < near->end || !near->is_done)) {
    if (near->next == near->end) take_line(near);
    for (; n < PLACES_AT_ONCE && near->next < near->end; near->next++)
      near->number[n++] = near->source ? near->source[near->next] : near->next;
  }
  if (n == 0) return false;
  keep_possible(near, n);
  return true;
}

/* Whether some target has a neighbour. */
static bool any_has(neighbors *near)
{
  for (uint64_t t = 0; t < near->context->n_targets; t++) {
    neighbors_begin(near, t);
    while (neighbors_next(near))
      if (near->n > 0) return true;
  }
  return false;
}

static loligo_status find_any(const rule_context *context, bool *found)
{
  uint64_t *index = memory_allocate(context->n_targets, sizeof *index, "targets");
  if (!index) return LOLIGO_MACHINE_ERROR;
  for (uint64_t t = 0; t < context->n_targets; t++) index[t] = t;
  neighbors *near = neighbors_create(context, (rule_targets){index, context->n_targets});
  if (near) *found = any_has(near);
  neighbors_destroy(near);
  memory_free(index);
  return near ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

double neighbors_pairs(const rule_context *context)
{
  const projection_space *space = context->projection->space;
  const double of_itself = space->probability.kernel ? space->probability.at_zero : 1;
  const bool has_none = !rule_excludes_self(context) || space->mask.kind == LOLIGO_MASK_RING;
  return space->pairs - (has_none ? 0 : of_itself * (double)context->n_targets);
}

loligo_status neighbors_check(const rule_context *context)
{
  bool found = false;
  const double sure = 1e-9 * context->projection->space->pairs; /* more than rounding leaves */
  if (neighbors_pairs(context) > sure || context->n_sources == 0 || context->n_targets == 0) return LOLIGO_OK;
  if (context->projection->space->mask.kind == LOLIGO_NO_MASK) return LOLIGO_OK;
  LOLIGO_TRY(find_any(context, &found));
  if (found) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "mask holds no source of any target: no cell of '%s' lies in it around one of '%s'; widen it",
                     context->source->name, context->target->name);
}

static int ascending(const void *a, const void *b)
{
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

void neighbors_sort(uint64_t *number, uint64_t n)
{
  uint64_t k = 1;
  while (k < n && number[k - 1] < number[k]) k++;
  if (k < n) qsort(number, n, sizeof *number, ascending);
}

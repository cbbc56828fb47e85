/*
 * A grid and scattered positions are functions of the cell's index; only lists take memory.
 */
#include "network/positions.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/vector.h"
#include "loligo/network.h"
#include "network/index.h"

/* -- setting -- */

static loligo_status check_axes(const loligo_positions *given)
{
  if (given->n_axes == 2 || given->n_axes == 3) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "positions must have 2 or 3 axes, not %zu", given->n_axes);
}

static loligo_status check_extent(const loligo_positions *given)
{
  for (size_t a = 0; a < given->n_axes; a++) {
    if (!isfinite(given->low[a]))
      return loligo_fail(LOLIGO_INPUT_ERROR, "positions: low must be finite, not %g um", given->low[a]);
    if (!isfinite(given->extent[a]) || given->extent[a] <= 0)
      return loligo_fail(LOLIGO_INPUT_ERROR, "positions: extent must be > 0 along each axis, not %g um",
                         given->extent[a]);
  }
  return LOLIGO_OK;
}

static loligo_status check_grid(const loligo_positions *given, uint64_t size)
{
  double cells = 1;
  for (size_t a = 0; a < given->n_axes; a++) cells *= (double)given->grid[a];
  if (cells == (double)size) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "grid has %.17g points, but the population %llu cells; give it size: %.17g",
                     cells, (unsigned long long)size, cells);
}

/* The box of listed positions, which may not reach beyond a period. */
static loligo_status find_box(loligo_positions *kept, uint64_t size)
{
  for (size_t a = 0; a < kept->n_axes; a++) {
    double low = INFINITY, high = -INFINITY;
    for (uint64_t i = 0; i < size; i++) {
      const double x = kept->listed[i * kept->n_axes + a];
      if (!isfinite(x)) return loligo_fail(LOLIGO_INPUT_ERROR, "positions must be finite, not %g um", x);
      low = fmin(low, x);
      high = fmax(high, x);
    }
    kept->low[a] = size ? low : 0;
    if (!kept->periodic) kept->extent[a] = size ? high - low : 0;
    if (size && high - low > kept->extent[a])
      return loligo_fail(LOLIGO_INPUT_ERROR, "extent is %g um, but cells lie up to %g um apart", kept->extent[a],
                         high - low);
  }
  return LOLIGO_OK;
}

static loligo_status take_list(const loligo_positions *given, uint64_t size, loligo_positions *kept)
{
  const uint64_t n = size * given->n_axes;
  double *listed = memory_allocate(n, sizeof *listed, "positions");
  if (!listed) return LOLIGO_MACHINE_ERROR;
  if (n) memcpy(listed, given->listed, n * sizeof *listed);
  kept->listed = listed;
  return find_box(kept, size);
}

/* positions_free() also after a failure. */
static loligo_status take(const loligo_positions *given, uint64_t size, loligo_positions *kept)
{
  LOLIGO_TRY(check_axes(given));
  *kept = *given;
  kept->listed = NULL;
  if (given->kind != LOLIGO_PLACED || given->periodic) LOLIGO_TRY(check_extent(given));
  if (given->kind == LOLIGO_GRID) return check_grid(given, size);
  return given->kind == LOLIGO_PLACED ? take_list(given, size, kept) : LOLIGO_OK;
}

static loligo_status check_unused(const loligo_network *network, size_t population)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (projection->space && (projection->source == population || projection->target == population))
      return loligo_fail(LOLIGO_INPUT_ERROR, "set positions of population '%s' before projections that ask for them",
                         network->populations[population].name);
  }
  return LOLIGO_OK;
}

loligo_status loligo_network_set_positions(loligo_network *network, size_t population,
                                           const loligo_positions *positions)
{
  assert(population < network->n_populations);
  loligo_population *p = &network->populations[population];
  loligo_positions kept = {.kind = LOLIGO_NO_POSITIONS};
  LOLIGO_TRY(network_begin_change(network));
  LOLIGO_TRY(check_unused(network, population));
  const loligo_status status = positions->kind == LOLIGO_NO_POSITIONS ? LOLIGO_OK : take(positions, p->size, &kept);
  positions_free(status == LOLIGO_OK ? &p->positions : &kept);
  if (status == LOLIGO_OK) p->positions = kept;
  return status;
}

void positions_free(loligo_positions *positions)
{
  memory_free((void *)positions->listed);
  *positions = (loligo_positions){.kind = LOLIGO_NO_POSITIONS};
}

uint64_t positions_bytes(const loligo_population *population)
{
  const loligo_positions *p = &population->positions;
  return p->kind == LOLIGO_PLACED ? population->size * p->n_axes * sizeof *p->listed : 0;
}

/* -- finding -- */

cell_places cell_places_of(const loligo_population *population, uint64_t seed)
{
  return (cell_places){.positions = &population->positions,
                       .key = random_key_make(seed, RANDOM_POSITION, population->name, "")};
}

/* Takes the number along the last axis off rest[n], whose axes have `points`; exact below 2^51. */
VECTOR_CLONES static void split_off(size_t n, double points, double *restrict rest, double *restrict along)
{
  for (size_t k = 0; k < n; k++) {
    const double above = floor((rest[k] + 0.5) / points);
    along[k] = rest[k] - above * points;
    rest[k] = above;
  }
}

VECTOR_CLONES static void to_middles(size_t n, double low, double spacing, double *restrict at)
{
  for (size_t k = 0; k < n; k++) at[k] = low + (at[k] + 0.5) * spacing;
}

static void find_grid(const loligo_positions *p, size_t n, const uint64_t *index, place_columns at)
{
  double rest[PLACES_AT_ONCE];
  for (size_t k = 0; k < n; k++) rest[k] = (double)index[k];
  for (size_t a = p->n_axes; a-- > 0;) {
    split_off(n, (double)p->grid[a], rest, at[a]);
    to_middles(n, p->low[a], p->extent[a] / (double)p->grid[a], at[a]);
  }
}

VECTOR_CLONES static void to_box(size_t n, const uint32_t *restrict words, double low, double extent,
                                 double *restrict at)
{
  for (size_t k = 0; k < n; k++) at[k] = low + (words[k] + 0.5) * 0x1p-32 * extent;
}

static void find_scattered(const cell_places *places, size_t n, const uint64_t *index, place_columns at)
{
  uint32_t words[4 * PLACES_AT_ONCE];
  random_blocks(places->key, 0, n, index, PLACES_AT_ONCE, words);
  for (size_t a = 0; a < places->positions->n_axes; a++)
    to_box(n, words + a * PLACES_AT_ONCE, places->positions->low[a], places->positions->extent[a], at[a]);
}

static void find_listed(const loligo_positions *p, size_t n, const uint64_t *index, place_columns at)
{
  for (size_t k = 0; k < n; k++)
    for (size_t a = 0; a < p->n_axes; a++) at[a][k] = p->listed[index[k] * p->n_axes + a];
}

void cell_places_find(const cell_places *places, size_t n, const uint64_t *index, place_columns at)
{
  assert(n <= PLACES_AT_ONCE);
  switch (places->positions->kind) {
  case LOLIGO_GRID:
    find_grid(places->positions, n, index, at);
    break;
  case LOLIGO_SCATTERED:
    find_scattered(places, n, index, at);
    break;
  case LOLIGO_PLACED:
    find_listed(places->positions, n, index, at);
    break;
  case LOLIGO_NO_POSITIONS:
    assert(false);
  }
}

/* -- displacements -- */

cell_space cell_space_between(const loligo_population *source, const loligo_population *target, uint64_t seed)
{
  const loligo_positions *p = &target->positions;
  cell_space space = {
      .source = cell_places_of(source, seed), .target = cell_places_of(target, seed), .n_axes = p->n_axes};
  for (size_t a = 0; p->periodic && a < p->n_axes; a++) space.period[a] = p->extent[a];
  return space;
}

cell_space cell_space_of(const loligo_network *network, const loligo_projection *projection)
{
  return cell_space_between(&network->populations[projection->source], &network->populations[projection->target],
                            network->seed);
}

VECTOR_CLONES static void subtract(size_t n, double *restrict source, const double *restrict target)
{
  for (size_t k = 0; k < n; k++) source[k] -= target[k];
}

VECTOR_CLONES static void shorten(size_t n, double period, double *restrict displacement)
{
  for (size_t k = 0; k < n; k++) displacement[k] -= period * floor(displacement[k] / period + 0.5);
}

void cell_space_displace(const cell_space *space, size_t n, place_columns source, place_columns target)
{
  for (size_t a = 0; a < space->n_axes; a++) {
    subtract(n, source[a], target[a]);
    if (space->period[a] > 0) shorten(n, space->period[a], source[a]);
  }
}

VECTOR_CLONES static void add_square(size_t n, const double *restrict x, double *restrict sum)
{
  for (size_t k = 0; k < n; k++) sum[k] += x[k] * x[k];
}

VECTOR_CLONES static void take_root(size_t n, double *sum)
{
  for (size_t k = 0; k < n; k++) sum[k] = sqrt(sum[k]);
}

void cell_space_lengths(const cell_space *space, size_t n, place_columns displacement, double *length)
{
  for (size_t k = 0; k < n; k++) length[k] = 0;
  for (size_t a = 0; a < space->n_axes; a++) add_square(n, displacement[a], length);
  take_root(n, length);
}

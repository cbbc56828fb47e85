/*
 * Noise current: an Ornstein-Uhlenbeck process, or white noise that is held for an interval.
 *
 * A process is drawn by bisection, not step after step: points 2^levels steps apart, so far that what is left of their
 * correlation is below rounding, and between two points the one in the middle, given both (of an Ornstein-Uhlenbeck
 * process a normal variate too; Doob 1942, 10.2307/1968873). So the value at a step follows from the normal variates of
 * a few steps, which are keyed by cell and step: it is the same whoever asks, and in whatever order, and a run that is
 * resumed needs to know nothing of it.
 */
#include <math.h>

#include "base/grid.h"
#include "base/vector.h"
#include "model/input/current.h"

enum { MEAN, SD, TAU, INTERVAL, SHARED };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("mean", "pA", "0", LOLIGO_RANGE_ANY, "mean current"),
    LOLIGO_REAL_ROW("sd", "pA", NULL, LOLIGO_RANGE_NON_NEGATIVE, "standard deviation of the current"),
    LOLIGO_REAL_ROW("tau", "ms", "0", LOLIGO_RANGE_NON_NEGATIVE,
                    "correlation time of an Ornstein-Uhlenbeck process, stationary from its start on; 0: white noise"),
    LOLIGO_REAL_ROW("interval", "ms", "0", LOLIGO_RANGE_NON_NEGATIVE,
                    "of white noise: how long a value is held, a multiple of dt; 0: a step, and what it does to a cell "
                    "then depends on dt"),
    {"shared", LOLIGO_PARAM_BOOLEAN, "", "false", LOLIGO_RANGE_ANY, NULL, "all cells of the target get the same", 0},
};

enum {
  NORMALS = 4,       /* of one block of random words */
  WINDOW_LEVELS = 5, /* CURRENT_STEPS is 2 to this */
  MAX_LEVELS = 42
};

_Static_assert(CURRENT_STEPS == 1 << WINDOW_LEVELS, "a window is one of the stretches that are bisected");

/* A point between two that lie 2^level steps before and behind it is share (before + behind) + spread xi. */
typedef struct bisection {
  double share, spread;
} bisection;

typedef struct noise {
  random_key key;
  double mean, sd; /* pA */
  bool shared;
  int64_t hold; /* steps; 0: Ornstein-Uhlenbeck */
  int levels;
  bisection level[MAX_LEVELS];
} noise;

typedef double normals[NORMALS][LOLIGO_BLOCK_CELLS];

/* -- preparation -- */

static bisection bisect(double x)
{
  const double kept = vector_exp(-x), sum = 1 + kept * kept;
  return (bisection){kept / sum, sqrt(-vector_expm1(-2 * x) / sum)};
}

static loligo_status prepare_process(double steps, noise *made)
{
  static const double UNCORRELATED = 40; /* exp(-40) is below the rounding of 1 */
  made->levels = WINDOW_LEVELS;
  while (made->levels < MAX_LEVELS && ldexp(1, made->levels) < UNCORRELATED * steps) made->levels++;
  if (made->levels == MAX_LEVELS)
    return loligo_fail(LOLIGO_INPUT_ERROR, "noise_current: tau is longer than 1e11 steps; give a constant current");
  for (int l = 0; l < made->levels; l++) made->level[l] = bisect(ldexp(1, l) / steps);
  return LOLIGO_OK;
}

static loligo_status prepare_held(double interval, double dt, noise *made)
{
  made->hold = interval > 0 ? grid_whole_steps(interval, dt) : 1;
  if (made->hold >= 1 && (interval == 0 || grid_holds(interval, dt))) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "noise_current: interval %g ms is not a multiple of dt %g ms", interval, dt);
}

static loligo_status prepare(const input_setup *setup, void **shared)
{
  const double *p = setup->param;
  noise made = {.key = setup->key, .mean = p[MEAN], .sd = p[SD], .shared = p[SHARED] > 0};
  if (p[TAU] > 0 && p[INTERVAL] > 0)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "noise_current: either interval (white noise) or tau (an Ornstein-Uhlenbeck process), not both");
  LOLIGO_TRY(p[TAU] > 0 ? prepare_process(p[TAU] / setup->dt, &made) : prepare_held(p[INTERVAL], setup->dt, &made));
  return current_keep(&made, sizeof made, shared);
}

/* -- drawing -- */

/* Two words make two variates (Box & Muller 1958, 10.1214/aoms/1177706645). */
VECTOR_CLONES static void pair(size_t n, const uint32_t *restrict a, const uint32_t *restrict b, double *restrict x,
                               double *restrict y)
{
  for (size_t i = 0; i < n; i++) {
    const double radius = sqrt(-2 * vector_log((a[i] + 1.0) * 0x1p-32)), turn = b[i] * 0x1p-32;
    x[i] = radius * vector_cos2pi(turn);
    y[i] = radius * vector_sin2pi(turn);
  }
}

/* The variates of the cells with numbers NORMALS block ... NORMALS block + NORMALS - 1. */
static void draw_normals(random_key key, int64_t block, size_t n, const uint64_t *index,
                         double (*z)[LOLIGO_BLOCK_CELLS])
{
  uint32_t words[NORMALS][LOLIGO_BLOCK_CELLS];
  random_blocks(key, (uint64_t)block, n, index, LOLIGO_BLOCK_CELLS, words[0]);
  for (int w = 0; w < NORMALS; w += 2) pair(n, words[w], words[w + 1], z[w], z[w + 1]);
}

VECTOR_CLONES static void put_between(size_t n, bisection b, const double *before, const double *behind, double *at)
{
  for (size_t i = 0; i < n; i++) at[i] = __builtin_fma(b.share, before[i] + behind[i], b.spread * at[i]);
}

VECTOR_CLONES static void scale(size_t n, double mean, double sd, double *values)
{
  for (size_t i = 0; i < n; i++) values[i] = __builtin_fma(sd, values[i], mean);
}

/* Values at the steps `first` and first + CURRENT_STEPS, by bisection of the stretch that holds them. */
static void draw_ends(const noise *from, int64_t first, size_t n, const uint64_t *index, double *begin, double *end)
{
  normals z;
  int64_t at = first >> from->levels << from->levels;
  draw_normals(from->key, at / NORMALS, n, index, z);
  memcpy(begin, z[0], n * sizeof *begin);
  draw_normals(from->key, (at + (INT64_C(1) << from->levels)) / NORMALS, n, index, z);
  memcpy(end, z[0], n * sizeof *end);
  for (int l = from->levels - 1; l >= WINDOW_LEVELS; l--) {
    const int64_t middle = at + (INT64_C(1) << l);
    draw_normals(from->key, middle / NORMALS, n, index, z);
    put_between(n, from->level[l], begin, end, z[0]);
    memcpy(first < middle ? end : begin, z[0], n * sizeof *end);
    if (first >= middle) at = middle;
  }
}

static void draw_process(const noise *from, int64_t first, size_t n, const uint64_t *index, current_row *rows)
{
  double begin[LOLIGO_BLOCK_CELLS], end[LOLIGO_BLOCK_CELLS];
  for (int k = 0; k < CURRENT_STEPS; k += NORMALS) draw_normals(from->key, (first + k) / NORMALS, n, index, rows + k);
  draw_ends(from, first, n, index, begin, end);
  memcpy(rows[0], begin, n * sizeof *begin);
  for (int l = WINDOW_LEVELS - 1; l >= 0; l--) {
    const int half = 1 << l;
    for (int k = half; k < CURRENT_STEPS; k += 2 * half)
      put_between(n, from->level[l], rows[k - half], k + half < CURRENT_STEPS ? rows[k + half] : end, rows[k]);
  }
}

static void draw_held(const noise *from, int64_t first, size_t n, const uint64_t *index, current_row *rows)
{
  normals z;
  int64_t drawn = -1;
  for (int k = 0; k < CURRENT_STEPS; k++) {
    const int64_t number = (first + k) / from->hold;
    if (number / NORMALS != drawn) draw_normals(from->key, drawn = number / NORMALS, n, index, z);
    memcpy(rows[k], z[number % NORMALS], n * sizeof **rows);
  }
}

static void draw(const void *shared, int64_t first, size_t n, const uint64_t *index, current_row *rows)
{
  static const uint64_t everybody = 0;
  const noise *from = shared;
  const size_t drawn = from->shared ? 1 : n;
  if (from->shared) index = &everybody;
  if (from->hold > 0)
    draw_held(from, first, drawn, index, rows);
  else
    draw_process(from, first, drawn, index, rows);
  for (int k = 0; k < CURRENT_STEPS; k++) {
    scale(drawn, from->mean, from->sd, rows[k]);
    for (size_t i = drawn; i < n; i++) rows[k][i] = rows[k][0];
  }
}

const input_model input_model_noise_current = {
    .name = "noise_current",
    .summary = "noise: an Ornstein-Uhlenbeck process, or white noise held for an interval; per cell, or shared",
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = memory_free,
    .draw = draw,
};

/*
 * Rules by distance against sums over all pairs and closed forms; who is near, against asking every pair; symmetry;
 * the small world of Watts & Strogatz.
 *
 * Statistical tests use fixed seeds and would reject a true law with a probability below 1e-5.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random/random.h"
#include "loligo/network.h"
#include "network/description.h"
#include "network/positions.h"
#include "network/rule/rule.h"

static const double Z = 4.5; /* standard normal quantile of 1 - 3.4e-6 */

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    if ((call) != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                   \
  } while (0)

/** Synapses of one projection as a list of pairs. */
typedef struct pairs {
  uint64_t *target, *source;
  size_t n, capacity;
  const uint64_t *index;
} pairs;

static loligo_status collect(void *self, const rule_batch *batch)
{
  pairs *pairs = self;
  assert_null(batch->target);
  for (size_t k = 0; k < batch->n; k++, pairs->n++) {
    if (pairs->n == pairs->capacity) {
      pairs->capacity = 2 * pairs->capacity + 64;
      pairs->target = realloc(pairs->target, pairs->capacity * sizeof *pairs->target);
      pairs->source = realloc(pairs->source, pairs->capacity * sizeof *pairs->source);
    }
    pairs->target[pairs->n] = pairs->index[batch->one_target];
    pairs->source[pairs->n] = batch->source[k];
  }
  return LOLIGO_OK;
}

/* Onto every `every`-th target. */
static pairs generate(const loligo_network *network, uint64_t every)
{
  const loligo_projection *projection = &network->projections[0];
  const uint64_t size = network->populations[projection->target].size;
  uint64_t *index = malloc((size + 1) * sizeof *index), n = 0;
  for (uint64_t i = every / 2; i < size; i += every) index[n++] = i;
  pairs pairs = {.index = index};
  OK(rule_generate(network, projection, (rule_targets){index, n}, collect, &pairs));
  free(index);
  return pairs;
}

static void pairs_free(pairs *pairs)
{
  free(pairs->target);
  free(pairs->source);
}

static const loligo_positions SHEET = {
    .kind = LOLIGO_GRID, .n_axes = 2, .grid = {100, 100}, .extent = {1000, 1000}, .periodic = true};

/* One population onto itself. */
static loligo_network *recurrent(const loligo_positions *positions, uint64_t size, loligo_projection_spec spec)
{
  loligo_network *network = loligo_network_create(0.1, 11);
  OK(loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), size, NULL));
  if (positions) OK(loligo_network_set_positions(network, 0, positions));
  spec.weight = loligo_constant(1);
  spec.delay = loligo_constant(1);
  OK(loligo_network_add_projection(network, &spec));
  return network;
}

static double expected(const loligo_network *network)
{
  const rule_context context = rule_context_of(network, &network->projections[0]);
  return context.projection->rule->expected(&context);
}

/* -- the figures of a sheet -- */

static double around(double cells)
{
  return fmin(cells, 100 - cells);
}

/* um; cells of the sheet, periodic. */
static double sheet_distance(uint64_t a, uint64_t b)
{
  const double x = around(fabs((double)(a / 100) - (double)(b / 100)));
  const double y = around(fabs((double)(a % 100) - (double)(b % 100)));
  return 10 * hypot(x, y);
}

typedef struct figures {
  double partners, sd, distance; /* per cell; um */
  double share[3];               /* within 50, 100 and 200 um */
} figures;

static const double WITHIN[] = {50 + 1e-6, 100 + 1e-6, 200 + 1e-6};

static figures measure(const pairs *pairs)
{
  static double degree[10000];
  figures f = {0};
  memset(degree, 0, sizeof degree);
  for (size_t i = 0; i < pairs->n; i++) {
    const double d = sheet_distance(pairs->target[i], pairs->source[i]);
    f.distance += d / (double)pairs->n;
    degree[pairs->target[i]]++;
    for (int k = 0; k < 3; k++) f.share[k] += (d < WITHIN[k]) / (double)pairs->n;
  }
  f.partners = (double)pairs->n / 10000;
  for (size_t i = 0; i < 10000; i++) f.sd += pow(degree[i] - f.partners, 2) / 9999;
  f.sd = sqrt(f.sd);
  return f;
}

static void assert_near(double value, double wanted, double error)
{
  if (!(fabs(value - wanted) <= error)) fail_msg("%.9g is not %.9g within %.3g", value, wanted, error);
}

static loligo_projection_spec by_distance(const char *kernel, double p, double length, double radius)
{
  return (loligo_projection_spec){.rule = "distance_bernoulli",
                                  .probability = {kernel, p, length},
                                  .mask = {.kind = radius > 0 ? LOLIGO_MASK_RADIUS : LOLIGO_NO_MASK, .outer = radius}};
}

/* What a cell of the sheet expects. */
static figures sum_over_sheet(void)
{
  figures f = {0};
  for (uint64_t i = 0; i < 10000; i++) {
    const double d = sheet_distance(0, i), p = d < 300 + 1e-6 ? 0.5 * exp(-d * d / 2e4) : 0;
    f.partners += p;
    f.sd += p * (1 - p);
    f.distance += p * d;
    for (int k = 0; k < 3; k++) f.share[k] += d < WITHIN[k] ? p : 0;
  }
  f.sd = sqrt(f.sd);
  f.distance /= f.partners;
  for (int k = 0; k < 3; k++) f.share[k] /= f.partners;
  return f;
}

/* The cells on the circle are 12 of 2821; half of them make the sum 310.5980. */
static void a_gaussian_sheet_has_its_figures(void **state)
{
  (void)state;
  const double edge = 6 * 0.5 * exp(-4.5);
  loligo_projection_spec spec = by_distance("gaussian", 0.5, 100, 300);
  loligo_network *network = recurrent(&SHEET, 10000, spec);
  pairs pairs = generate(network, 1);
  const figures f = measure(&pairs), exact = sum_over_sheet();
  assert_near(exact.sd, 15.2338, 0.002);
  assert_near(exact.partners, expected(network) / 10000, 1e-6);
  assert_near(expected(network) / 10000 - edge, 310.5980, 1e-4);
  assert_near(f.partners - edge, 310.5980, Z * 15.2338 / 100);
  assert_near(f.sd, 15.2338, Z * 15.2338 / sqrt(2e4));
  assert_near(f.distance, 123.027, Z * 62 / sqrt(3.1e6) + 0.03);
  for (int k = 0; k < 3; k++) assert_near(f.share[k], exact.share[k], Z * 0.5 / sqrt(3.1e6));
  loligo_network_destroy(network);
  pairs_free(&pairs);
  spec.no_autapses = true;
  network = recurrent(&SHEET, 10000, spec);
  assert_near(expected(network) / 10000 - edge, 310.0980, 1e-4);
  pairs = generate(network, 1);
  for (size_t i = 0; i < pairs.n; i++) assert_true(pairs.source[i] != pairs.target[i]);
  assert_near((double)pairs.n / 10000 - edge, 310.0980, Z * 15.2338 / 100);
  loligo_network_destroy(network);
  pairs_free(&pairs);
}

static void a_wide_sheet_has_its_figures(void **state)
{
  (void)state;
  loligo_network *network = recurrent(&SHEET, 10000, by_distance("gaussian", 0.1, 200, 500));
  pairs pairs = generate(network, 1);
  const figures f = measure(&pairs);
  assert_near(expected(network) / 10000, 240.2360, 0.05);
  assert_near(f.partners, 240.2360, Z * 15.0895 / 100 + 0.05);
  assert_near(f.sd, 15.0895, Z * 15.0895 / sqrt(2e4));
  assert_near(f.distance, 235.948, Z * 110 / sqrt(2.4e6) + 0.03);
  loligo_network_destroy(network);
  pairs_free(&pairs);
}

/* Scattered cells are the continuum. */
static void kernels_integrate_to_closed_forms(void **state)
{
  (void)state;
  static const struct {
    const char *kernel;
    double p, length, radius, partners;
  } cases[] = {{"exponential", 0.5, 100, 300, 251.5950},
               {"gaussian", 0.5, 100, 300, 310.6693},
               {"gaussian", 0.5, 40, 0, 50.26548},
               {"linear", 0.5, 300, 0, 471.2389},
               {"constant", 0.1, 0, 300, 282.7433}};
  const loligo_positions scattered = {
      .kind = LOLIGO_SCATTERED, .n_axes = 2, .low = {-200, 50}, .extent = {1000, 1000}, .periodic = true};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const double wanted = cases[i].partners;
    loligo_network *network =
        recurrent(&scattered, 10000, by_distance(cases[i].kernel, cases[i].p, cases[i].length, cases[i].radius));
    pairs pairs = generate(network, 8);
    assert_near(expected(network) / 10000, wanted, 0.002 * wanted);
    assert_near((double)pairs.n / 1250, wanted + cases[i].p, Z * sqrt(2 * wanted / 1250));
    loligo_network_destroy(network);
    pairs_free(&pairs);
  }
}

/* Of scattered cells distances are those of the continuum. */
static void distances_follow_the_kernel(void **state)
{
  (void)state;
  static const double wanted[] = {0.118823, 0.397889, 0.874378};
  const loligo_positions scattered = {.kind = LOLIGO_SCATTERED, .n_axes = 2, .extent = {1000, 1000}, .periodic = true};
  loligo_network *network = recurrent(&scattered, 10000, by_distance("gaussian", 0.5, 100, 300));
  const cell_space space = cell_space_of(network, &network->projections[0]);
  pairs pairs = generate(network, 4);
  double share[3] = {0}, sum = 0, n = 0;
  for (size_t i = 0; i < pairs.n; i++) {
    place_columns from, to;
    double d;
    if (pairs.source[i] == pairs.target[i]) continue;
    cell_places_find(&space.source, 1, &pairs.source[i], from);
    cell_places_find(&space.target, 1, &pairs.target[i], to);
    cell_space_displace(&space, 1, from, to);
    cell_space_lengths(&space, 1, from, &d);
    n++;
    sum += d;
    for (int k = 0; k < 3; k++) share[k] += d < WITHIN[k];
  }
  assert_near(sum / n, 123.027, 2 * Z * 62 / sqrt(n));
  for (int k = 0; k < 3; k++) assert_near(share[k] / n, wanted[k], 2 * Z * 0.5 / sqrt(n));
  pairs_free(&pairs);
  loligo_network_destroy(network);
}

/* -- who is near -- */

/* Two populations in one space, some of them grids, others scattered or listed. */
typedef struct space_case {
  loligo_positions source, target;
  loligo_mask mask;
  bool some_sources;
} space_case;

enum { SOURCES = 240, TARGETS = 60 };

static loligo_network *two_populations(const space_case *c)
{
  static const loligo_stretch odd[] = {{.first = 1, .last = SOURCES, .every = 2}};
  const loligo_selection some = {.population = 0, .stretches = odd, .n_stretches = 1};
  loligo_network *network = loligo_network_create(0.1, 3);
  OK(loligo_network_add_population(network, "S", loligo_model_find("iaf_psc_exp"), SOURCES, NULL));
  OK(loligo_network_add_population(network, "T", loligo_model_find("iaf_psc_exp"), TARGETS, NULL));
  OK(loligo_network_set_positions(network, 0, &c->source));
  OK(loligo_network_set_positions(network, 1, &c->target));
  loligo_projection_spec spec = {.target = 1,
                                 .rule = "distance_bernoulli",
                                 .probability = {"constant", 1, 0},
                                 .mask = c->mask,
                                 .sources = c->some_sources ? &some : NULL,
                                 .weight = loligo_constant(1),
                                 .delay = loligo_constant(1)};
  OK(loligo_network_add_projection(network, &spec));
  return network;
}

static double position_of(const loligo_network *network, size_t population, uint64_t cell, size_t axis)
{
  const cell_places places = cell_places_of(&network->populations[population], network->seed);
  place_columns at;
  cell_places_find(&places, 1, &cell, at);
  return at[axis][0];
}

static bool is_near(const loligo_network *network, const space_case *c, uint64_t source, uint64_t target)
{
  double square = 0;
  bool in_box = true;
  for (size_t a = 0; a < c->target.n_axes; a++) {
    double d = fabs(position_of(network, 0, source, a) - position_of(network, 1, target, a));
    if (c->target.periodic) d = fmin(fmod(d, c->target.extent[a]), c->target.extent[a] - fmod(d, c->target.extent[a]));
    in_box = in_box && d <= c->mask.box[a] / 2 + 1e-6;
    square += d * d;
  }
  if (c->mask.kind == LOLIGO_MASK_BOX) return in_box;
  const bool is_outside = c->mask.kind == LOLIGO_MASK_RING && sqrt(square) < c->mask.inner - 1e-6;
  return !is_outside && sqrt(square) <= c->mask.outer + 1e-6;
}

static void check_neighbors(const space_case *c)
{
  loligo_network *network = two_populations(c);
  pairs pairs = generate(network, 3);
  size_t next = 0;
  for (uint64_t t = 1; t < TARGETS; t += 3)
    for (uint64_t s = 0; s < SOURCES; s++) {
      const bool has = next < pairs.n && pairs.target[next] == t && pairs.source[next] == s;
      assert_int_equal(has, (!c->some_sources || s % 2) && is_near(network, c, s, t));
      next += has;
    }
  assert_int_equal(next, pairs.n);
  assert_true(pairs.n > 0);
  pairs_free(&pairs);
  loligo_network_destroy(network);
}

static void neighbors_are_those_that_asking_all_finds(void **state)
{
  (void)state;
  static double listed[3 * SOURCES];
  for (size_t i = 0; i < 3 * SOURCES; i++) listed[i] = fmod((double)i * 61.8034, 100) - 20;
  const loligo_mask masks[] = {{.kind = LOLIGO_MASK_RADIUS, .outer = 19},
                               {.kind = LOLIGO_MASK_RADIUS, .outer = 140},
                               {.kind = LOLIGO_MASK_RING, .inner = 12, .outer = 41},
                               {.kind = LOLIGO_MASK_BOX, .box = {30, 70, 44}}};
  for (size_t i = 0; i < 4 * 2 * 2 * 3 * 2; i++) {
    const size_t n_axes = 2 + i / 4 % 2, kind = i / 16 % 3;
    space_case c = {.mask = masks[i % 4], .some_sources = i / 48};
    c.target = (loligo_positions){.kind = LOLIGO_SCATTERED, .n_axes = n_axes, .extent = {100, 100, 100}};
    c.target.low[0] = -20;
    c.target.periodic = i / 8 % 2;
    c.source = c.target;
    if (kind == 0) c.source.kind = LOLIGO_GRID;
    if (kind == 2) c.source.kind = LOLIGO_PLACED;
    memcpy(c.source.grid, n_axes == 2 ? (uint64_t[]){12, 20, 0} : (uint64_t[]){6, 5, 8}, sizeof c.source.grid);
    c.source.listed = listed;
    if (n_axes == 2) c.mask.box[2] = 0;
    check_neighbors(&c);
  }
}

/* What a target gets does not depend on which others are asked for. */
static void pairs_are_decided_alone(void **state)
{
  (void)state;
  const loligo_positions scattered = {.kind = LOLIGO_SCATTERED, .n_axes = 2, .extent = {1000, 1000}};
  const loligo_projection_spec specs[] = {
      by_distance("gaussian", 0.6, 60, 0),
      {.rule = "fixed_indegree", .argument = 3, .mask = {.kind = LOLIGO_MASK_RADIUS, .outer = 150}},
      {.rule = "symmetric_pairwise_bernoulli", .argument = 0.05}};
  for (size_t i = 0; i < 3; i++) {
    loligo_network *network = recurrent(&scattered, 500, specs[i]);
    pairs all = generate(network, 1), part = generate(network, 7);
    size_t k = 0;
    for (size_t j = 0; j < all.n; j++) {
      if (all.target[j] % 7 != 3) continue;
      assert_true(k < part.n);
      assert_int_equal(part.target[k], all.target[j]);
      assert_int_equal(part.source[k++], all.source[j]);
    }
    assert_int_equal(k, part.n);
    assert_true(k > 0);
    pairs_free(&all);
    pairs_free(&part);
    loligo_network_destroy(network);
  }
}

/* 12 cells lie in the ring. */
static void a_mask_bounds_fixed_indegree(void **state)
{
  (void)state;
  enum { K = 5, N = 1000, CANDIDATES = 12 };
  loligo_projection_spec spec = {.rule = "fixed_indegree",
                                 .argument = K,
                                 .mask = {.kind = LOLIGO_MASK_RING, .inner = 35, .outer = 40.5},
                                 .no_multapses = true};
  loligo_network *network = recurrent(&SHEET, 10000, spec);
  static double offset[100][100];
  pairs pairs = generate(network, 10000 / N);
  size_t n_offsets = 0;
  memset(offset, 0, sizeof offset);
  assert_int_equal(pairs.n, N * K);
  for (size_t i = 0; i < pairs.n; i++) {
    const double d = sheet_distance(pairs.target[i], pairs.source[i]);
    assert_true(d >= 35 && d <= 40.5);
    offset[(pairs.source[i] / 100 + 150 - pairs.target[i] / 100) % 100]
          [(pairs.source[i] % 100 + 150 - pairs.target[i] % 100) % 100]++;
  }
  for (size_t i = 0; i < 10000; i++) {
    const double count = offset[i / 100][i % 100], p = K / (double)CANDIDATES;
    n_offsets += count > 0;
    if (count > 0) assert_near(count, N * p, Z * sqrt(N * p * (1 - p)));
  }
  assert_int_equal(n_offsets, CANDIDATES);
  pairs_free(&pairs);
  loligo_network_destroy(network);
}

static void edges_bring_their_own(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  OK(loligo_network_add_population(network, "E", loligo_model_find("iaf_psc_exp"), 10000, NULL));
  OK(loligo_network_set_positions(network, 0, &SHEET));
  const loligo_projection_spec spec = {.rule = "explicit", .delay_by_distance = {1, 1}};
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(),
                      "explicit has edges that bring their weights and delays; leave out delay by the distance");
  loligo_error_clear();
  loligo_network_destroy(network);
}

static loligo_status ignore(void *self, const rule_batch *batch)
{
  *(size_t *)self += batch->n;
  return LOLIGO_OK;
}

static void too_small_a_mask_ends_the_build(void **state)
{
  (void)state;
  const uint64_t index[] = {7};
  size_t n = 0;
  loligo_projection_spec spec = {.name = "p",
                                 .rule = "fixed_indegree",
                                 .argument = 13,
                                 .mask = {.kind = LOLIGO_MASK_RING, .inner = 35, .outer = 40.5}};
  loligo_network *network = recurrent(&SHEET, 10000, spec);
  OK(rule_generate(network, &network->projections[0], (rule_targets){index, 1}, ignore, &n));
  assert_int_equal(n, 13);
  loligo_network_destroy(network);
  spec.no_multapses = true;
  network = recurrent(&SHEET, 10000, spec);
  assert_int_equal(rule_generate(network, &network->projections[0], (rule_targets){index, 1}, ignore, &n),
                   LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "projection p onto E: fixed_indegree: 13, but the mask of target 7 holds "
                                              "12 sources; widen it or allow multapses");
  loligo_error_clear();
  loligo_network_destroy(network);
}

/* -- symmetry and the small world -- */

static void symmetric_pairs_go_both_ways(void **state)
{
  (void)state;
  enum { N = 700 };
  static bool matrix[N][N];
  const double p = 0.1, wanted = N * (N - 1) / 2. * p;
  loligo_network *network =
      recurrent(NULL, N, (loligo_projection_spec){.rule = "symmetric_pairwise_bernoulli", .argument = p});
  pairs pairs = generate(network, 1);
  memset(matrix, 0, sizeof matrix);
  for (size_t i = 0; i < pairs.n; i++) {
    assert_false(matrix[pairs.target[i]][pairs.source[i]]);
    matrix[pairs.target[i]][pairs.source[i]] = true;
  }
  for (size_t i = 0; i < N; i++)
    for (size_t j = 0; j <= i; j++) assert_true(matrix[i][j] == matrix[j][i] && !(i == j && matrix[i][j]));
  assert_near((double)pairs.n / 2, wanted, Z * sqrt(wanted * (1 - p)));
  assert_near(expected(network), 2 * wanted, 1e-6);
  pairs_free(&pairs);
  loligo_network_destroy(network);
}

/* Of pairs of sources of a target, the part that is connected itself. */
static double clustering(const pairs *pairs, uint64_t n, uint64_t k)
{
  double connected = 0;
  bool *matrix = calloc(n * n, sizeof *matrix);
  for (size_t i = 0; i < pairs->n; i++) {
    assert_false(matrix[pairs->target[i] * n + pairs->source[i]]);
    assert_int_not_equal(pairs->target[i], pairs->source[i]);
    matrix[pairs->target[i] * n + pairs->source[i]] = true;
  }
  for (uint64_t t = 0; t < n; t++)
    for (uint64_t i = 0; i < k; i++)
      for (uint64_t j = 0; j < k; j++) connected += matrix[pairs->source[t * k + i] * n + pairs->source[t * k + j]];
  free(matrix);
  return connected / (double)(n * k * (k - 1));
}

static void a_small_world_clusters(void **state)
{
  (void)state;
  enum { N = 1000, K = 10 };
  static const double rewire[] = {0, 0.1, 1}, wanted[] = {2. / 3, 0.486, K / (double)N}, error[] = {1e-12, 0.01, 0.002};
  for (size_t i = 0; i < 3; i++) {
    const loligo_named_value params[] = {{"neighbors", loligo_constant(K)}, {"rewire", loligo_constant(rewire[i])}};
    loligo_network *network =
        recurrent(NULL, N, (loligo_projection_spec){.rule = "small_world", .rule_params = params, .n_rule_params = 2});
    pairs pairs = generate(network, 1);
    double near = 0;
    assert_int_equal(pairs.n, N * K);
    assert_near(expected(network), N * K, 0);
    assert_near(clustering(&pairs, N, K), wanted[i], error[i]);
    for (size_t j = 0; j < pairs.n; j++) {
      const uint64_t apart = (pairs.target[j] + N - pairs.source[j]) % N;
      near += apart <= K / 2 || apart >= N - K / 2;
    }
    if (i < 2) assert_near(near, N * K * (1 - rewire[i]), Z * sqrt(N * K * rewire[i] * (1 - rewire[i])));
    pairs_free(&pairs);
    loligo_network_destroy(network);
  }
}

static void bounds_are_where_something_bounds(void **state)
{
  (void)state;
  static const struct {
    loligo_projection_spec spec;
    bool spreads;
    double pairs;
  } cases[] = {
      {{.rule = "distance_bernoulli", .probability = {"constant", 0.1, 0}}, true, 1e7},
      {{.rule = "distance_bernoulli", .probability = {"linear", 1, 5}}, false, 1e4},
      {{.rule = "fixed_indegree", .argument = 2, .mask = {.kind = LOLIGO_MASK_BOX, .box = {25, 5}}}, false, 3e4},
      {{.rule = "fixed_indegree", .argument = 2, .weight_by_distance = {"gaussian", 1, 50}}, true, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    loligo_network *network = recurrent(&SHEET, 10000, cases[i].spec);
    assert_int_equal(rule_spreads(&network->projections[0]), cases[i].spreads);
    assert_near(network->projections[0].space->pairs, cases[i].pairs, 1e-6 * cases[i].pairs);
    loligo_network_destroy(network);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_gaussian_sheet_has_its_figures),
      cmocka_unit_test(a_wide_sheet_has_its_figures),
      cmocka_unit_test(kernels_integrate_to_closed_forms),
      cmocka_unit_test(distances_follow_the_kernel),
      cmocka_unit_test(neighbors_are_those_that_asking_all_finds),
      cmocka_unit_test(pairs_are_decided_alone),
      cmocka_unit_test(a_mask_bounds_fixed_indegree),
      cmocka_unit_test(too_small_a_mask_ends_the_build),
      cmocka_unit_test(edges_bring_their_own),
      cmocka_unit_test(symmetric_pairs_go_both_ways),
      cmocka_unit_test(a_small_world_clusters),
      cmocka_unit_test(bounds_are_where_something_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

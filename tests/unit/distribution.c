/*
 * Laws of a model file: moments, bounds, and that each value depends on its key, item and position alone.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random/distribution.h"

enum { N = 400000 };

static const random_key key = {{1, 2}};
static const double listed[] = {3, -1, 7};

static const loligo_distribution constant = {.kind = LOLIGO_CONSTANT, .mean = 6};
static const loligo_distribution normal = {.kind = LOLIGO_NORMAL, .mean = -65, .std = 5};
static const loligo_distribution delay = {
    .kind = LOLIGO_NORMAL_CLIPPED, .mean = 1.5, .std = 0.75, .low = 0.05, .high = INFINITY};
static const loligo_distribution narrow = {.kind = LOLIGO_NORMAL_CLIPPED, .mean = 0, .std = 1, .low = 1, .high = 2};
static const loligo_distribution lognormal = {.kind = LOLIGO_LOGNORMAL, .mean = 2, .std = 1.5};
static const loligo_distribution inhibitory = {.kind = LOLIGO_LOGNORMAL, .mean = -2, .std = 0.1};
static const loligo_distribution uniform = {.kind = LOLIGO_UNIFORM, .low = -3, .high = 5};
static const loligo_distribution list = {.kind = LOLIGO_LIST, .values = listed, .n_values = 3};

static const loligo_distribution *const sequences[] = {&constant,  &normal,     &delay,  &narrow,
                                                       &lognormal, &inhibitory, &uniform};
enum { N_SEQUENCES = sizeof sequences / sizeof sequences[0] };

/* Mean within five standard errors, standard deviation within 2 %, all values within their bounds. */
static void check_moments(const loligo_distribution *law, double mean, double std)
{
  double *values = malloc(N * sizeof *values), sum = 0, square = 0;
  const distribution_range range = distribution_range_of(law);
  distribution_draw(law, key, 5, N, values);
  for (int k = 0; k < N; k++) {
    assert_true(values[k] >= range.low && values[k] <= range.high);
    sum += values[k] - mean;
    square += (values[k] - mean) * (values[k] - mean);
  }
  free(values);
  assert_true(fabs(sum / N) <= 5 * std / sqrt(N));
  assert_true(fabs(sqrt(square / N) - std) <= 0.02 * std);
  assert_true(fabs(range.mean - mean) <= 1e-6 * fabs(mean));
}

static void moments_are_those_of_the_law(void **state)
{
  (void)state;
  check_moments(&constant, 6, 0);
  check_moments(&normal, -65, 5);
  check_moments(&lognormal, 2, 1.5);
  check_moments(&inhibitory, -2, 0.1);
  check_moments(&uniform, 1, 8 / sqrt(12));
}

/* Closed forms of the truncated normal law; density and mass in [1, 2] from tables. */
static void clipping_gives_the_truncated_law(void **state)
{
  (void)state;
  const double density_1 = 0.24197072451914337, density_2 = 0.05399096651318806, mass = 0.13590512198327787;
  const double mean = (density_1 - density_2) / mass;
  const double variance = 1 + (density_1 - 2 * density_2) / mass - mean * mean;
  check_moments(&narrow, mean, sqrt(variance));
}

static void a_prefix_is_the_same_whatever_its_length(void **state)
{
  (void)state;
  enum { LONGEST = 3000 };
  static double all[LONGEST], some[LONGEST];
  for (int law = 0; law < N_SEQUENCES; law++) {
    distribution_draw(sequences[law], key, 9, LONGEST, all);
    for (size_t n = 0; n <= LONGEST; n += n < 130 ? 1 : 301) {
      distribution_draw(sequences[law], key, 9, n, some);
      assert_memory_equal(some, all, n * sizeof *some);
    }
  }
}

static void one_is_the_first_of_its_item(void **state)
{
  (void)state;
  for (int law = 0; law < N_SEQUENCES; law++) {
    for (uint64_t index = 0; index < 300; index++) {
      double first[3];
      distribution_draw(sequences[law], key, index, 3, first);
      assert_true(distribution_draw_one(sequences[law], key, index) == first[0]);
    }
  }
}

static void items_and_keys_differ(void **state)
{
  (void)state;
  const random_key other = {{1, 3}};
  for (int law = 1; law < N_SEQUENCES; law++) {
    assert_true(distribution_draw_one(sequences[law], key, 0) != distribution_draw_one(sequences[law], key, 1));
    assert_true(distribution_draw_one(sequences[law], key, 0) != distribution_draw_one(sequences[law], other, 0));
  }
}

/* Two positions outside the bounds at first must not be redrawn to the same value. */
static void redrawn_values_are_all_different(void **state)
{
  (void)state;
  enum { MANY = 1000 };
  double values[MANY];
  distribution_draw(&narrow, key, 4, MANY, values);
  for (int i = 0; i < MANY; i++) {
    for (int j = 0; j < i; j++) assert_true(values[i] != values[j]);
  }
}

static void bounds_are_what_can_be_drawn(void **state)
{
  (void)state;
  distribution_range range = distribution_range_of(&constant);
  assert_true(range.low == 6 && range.high == 6 && range.mean == 6);
  range = distribution_range_of(&list);
  assert_true(range.low == -1 && range.high == 7 && fabs(range.mean - 3) < 1e-15);
  range = distribution_range_of(&normal);
  assert_true(fabs(range.low + 65 + 5 * RANDOM_NORMAL_MAX) < 1e-12 &&
              fabs(range.high + 65 - 5 * RANDOM_NORMAL_MAX) < 1e-12);
  range = distribution_range_of(&delay);
  assert_true(range.low == 0.05 && fabs(range.high - (1.5 + 0.75 * RANDOM_NORMAL_MAX)) < 1e-12);
  range = distribution_range_of(&narrow);
  assert_true(range.low == 1 && range.high == 2);
  range = distribution_range_of(&inhibitory);
  assert_true(range.low < range.high && range.high < 0);
  range = distribution_range_of(&uniform);
  assert_true(range.low == -3 && range.high == 5 && range.mean == 1);
}

static void nothing_varies_without_spread(void **state)
{
  (void)state;
  const loligo_distribution laws[] = {
      {.kind = LOLIGO_NORMAL, .mean = 2},
      {.kind = LOLIGO_NORMAL_CLIPPED, .mean = 2, .low = 2, .high = 2},
      {.kind = LOLIGO_LOGNORMAL, .mean = 2},
      {.kind = LOLIGO_UNIFORM, .low = 2, .high = 2},
  };
  for (int law = 0; law < 4; law++) {
    assert_true(fabs(distribution_draw_one(&laws[law], key, 3) - 2) < 1e-14);
    const distribution_range range = distribution_range_of(&laws[law]);
    assert_true(range.low <= range.high && fabs(range.low - 2) < 1e-14 && fabs(range.high - 2) < 1e-14);
  }
}

static void uniform_values_stay_below_the_upper_bound(void **state)
{
  (void)state;
  const loligo_distribution thin = {.kind = LOLIGO_UNIFORM, .low = 1, .high = nextafter(1, 2)};
  for (uint64_t index = 0; index < 100; index++) assert_true(distribution_draw_one(&thin, key, index) == 1);
}

/* Numbers of values on each multiple, against the probabilities of the law, within five standard errors. */
static void check_grid(const loligo_distribution *law, double step)
{
  enum { MULTIPLES = 256 };
  static int32_t drawn[N];
  static distribution_grid grid;
  int counts[MULTIPLES] = {0};
  assert_true(distribution_grid_init(&grid, law, step));
  distribution_grid_draw(&grid, key, 5, N, drawn);
  const double low = distribution_range_of(law).low, high = distribution_range_of(law).high;
  for (int k = 0; k < N; k++) {
    assert_in_range(drawn[k] - grid.first, 0, MULTIPLES - 1);
    assert_true(drawn[k] * step >= low - 0.5001 * step && drawn[k] * step <= high + 0.5001 * step);
    counts[drawn[k] - grid.first]++;
  }
  for (int i = 0; i < MULTIPLES; i++) {
    const double middle = (grid.first + i) * step;
    const double p = distribution_below(law, middle + step / 2) - distribution_below(law, middle - step / 2);
    assert_true(fabs(counts[i] - N * p) <= 5 * sqrt(N * p * (1 - p)) + 1);
  }
}

static void rounded_values_follow_the_law(void **state)
{
  (void)state;
  check_grid(&normal, 1);
  check_grid(&delay, 0.1);
  check_grid(&delay, 50);
  check_grid(&narrow, 0.01);
  check_grid(&lognormal, 2);
  check_grid(&inhibitory, 0.1);
  check_grid(&uniform, 0.5);
}

/* The share of drawn values below some bounds, within five standard errors. */
static void probabilities_are_those_of_drawn_values(void **state)
{
  (void)state;
  static double values[N];
  for (int law = 1; law < N_SEQUENCES; law++) {
    distribution_draw(sequences[law], key, 5, N, values);
    for (int quarter = 1; quarter < 4; quarter++) {
      const double x = values[quarter];
      int below = 0;
      for (int k = 0; k < N; k++) below += values[k] < x;
      const double p = distribution_below(sequences[law], x);
      assert_true(fabs(below - N * p) <= 5 * sqrt(N * p * (1 - p)) + 1);
    }
  }
}

static void each_rounded_value_depends_on_its_position_alone(void **state)
{
  (void)state;
  enum { LONGEST = 3000 };
  static int32_t all[LONGEST], some[LONGEST];
  static distribution_grid grid;
  assert_true(distribution_grid_init(&grid, &delay, 0.1));
  distribution_grid_draw(&grid, key, 9, LONGEST, all);
  for (size_t n = 0; n <= LONGEST; n += n < 130 ? 1 : 301) {
    distribution_grid_draw(&grid, key, 9, n, some);
    assert_memory_equal(some, all, n * sizeof *some);
  }
  assert_false(distribution_grid_init(&grid, &constant, 0.1));
  assert_false(distribution_grid_init(&grid, &delay, 1e-4));
}

static bool is_good(const loligo_distribution *law)
{
  const bool good = distribution_check(law, "x", 3) == LOLIGO_OK;
  loligo_error_clear();
  return good;
}

static bool feasible(double mean, double std, double low, double high)
{
  const loligo_distribution law = {.kind = LOLIGO_NORMAL_CLIPPED, .mean = mean, .std = std, .low = low, .high = high};
  return is_good(&law);
}

static void impossible_clipping_is_told(void **state)
{
  (void)state;
  assert_true(feasible(0, 1, -INFINITY, INFINITY));
  assert_true(feasible(0, 1, 4.7, INFINITY));
  assert_false(feasible(0, 1, 4.8, INFINITY));
  assert_true(feasible(0, 1, -INFINITY, -4.7));
  assert_false(feasible(0, 1, -INFINITY, -4.8));
  assert_true(feasible(0, 1, 0, 1e-5));
  assert_false(feasible(0, 1, 0, 1e-6));
  assert_false(feasible(0, 1, 2, 1));
  assert_false(feasible(0, 0, 1, 2));
  assert_true(is_good(&normal) && is_good(&lognormal) && is_good(&list));
  const loligo_distribution pointless = {.kind = LOLIGO_LOGNORMAL, .mean = 0, .std = 1};
  assert_false(is_good(&pointless));
}

static void every_kind_has_its_row(void **state)
{
  (void)state;
  for (size_t i = 0; distribution_at(i); i++) {
    assert_int_equal(distribution_at(i)->kind, LOLIGO_LIST + 1 + i);
    assert_ptr_equal(distribution_find(distribution_at(i)->name), distribution_at(i));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_has_its_row),
      cmocka_unit_test(moments_are_those_of_the_law),
      cmocka_unit_test(clipping_gives_the_truncated_law),
      cmocka_unit_test(a_prefix_is_the_same_whatever_its_length),
      cmocka_unit_test(one_is_the_first_of_its_item),
      cmocka_unit_test(items_and_keys_differ),
      cmocka_unit_test(redrawn_values_are_all_different),
      cmocka_unit_test(bounds_are_what_can_be_drawn),
      cmocka_unit_test(nothing_varies_without_spread),
      cmocka_unit_test(uniform_values_stay_below_the_upper_bound),
      cmocka_unit_test(rounded_values_follow_the_law),
      cmocka_unit_test(probabilities_are_those_of_drawn_values),
      cmocka_unit_test(each_rounded_value_depends_on_its_position_alone),
      cmocka_unit_test(impossible_clipping_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

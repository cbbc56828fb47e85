/*
 * Random orders: each number once, whatever part is asked for; every number as likely at every place, and neighbours as
 * likely to go to any pair of places.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/random/permutation.h"
#include "scarce.h"

enum { LONG = PERMUTATION_SHUFFLED + 1, PLACES = 16, KEYS = 400 };

static random_permutation order_of(uint64_t seed, uint64_t n)
{
  random_permutation order;
  assert_int_equal(random_permutation_init(&order, random_key_make(seed, RANDOM_PARTNER, "", ""), n), LOLIGO_OK);
  return order;
}

static void each_number_is_there_once(void **state)
{
  (void)state;
  const uint64_t sizes[] = {0, 1, 2, 5, 1000, LONG - 1, LONG, LONG + 1, 100003, 131072, 131073, 1 << 20};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    random_permutation order = order_of(i, sizes[i]);
    uint64_t *all = calloc(sizes[i] + 1, sizeof *all);
    char *seen = calloc(sizes[i] + 1, 1);
    random_permutation_part(&order, 0, sizes[i], all);
    for (uint64_t k = 0; k < sizes[i]; k++) {
      assert_true(all[k] < sizes[i] && !seen[all[k]]);
      seen[all[k]] = 1;
    }
    for (uint64_t first = 0; first < sizes[i]; first += sizes[i] / 5 + 1) {
      uint64_t part[7];
      const size_t n = sizes[i] - first < 7 ? sizes[i] - first : 7;
      random_permutation_part(&order, first, n, part);
      assert_memory_equal(part, all + first, n * sizeof *part);
    }
    free(seen);
    free(all);
    random_permutation_free(&order);
  }
}

/* Mean of (observed - expected)^2 / expected, which is 1 and spreads by sqrt(2 / cells). */
static void assert_even(const double *count, size_t cells, double expected)
{
  double sum = 0;
  for (size_t c = 0; c < cells; c++) sum += (count[c] - expected) * (count[c] - expected) / expected;
  const double mean = sum / (double)cells;
  if (fabs(mean - 1) > 5 * sqrt(2 / (double)cells)) fail_msg("chi-square per cell is %g of %zu cells", mean, cells);
}

/* Over many keys: where the numbers at two neighbouring positions, and at two far apart, lie. */
static void pairs_are_spread_evenly(void **state)
{
  (void)state;
  enum { FIRSTS = 300 };
  const uint64_t sizes[] = {LONG, 131072, 100003, UINT64_C(1) << 40, (UINT64_C(1) << 52) + 12345};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    static double near[PLACES * PLACES], far[PLACES * PLACES], low[PLACES * PLACES];
    for (size_t c = 0; c < PLACES * PLACES; c++) near[c] = far[c] = low[c] = 0;
    for (uint64_t key = 0; key < KEYS; key++) {
      random_permutation order = order_of(1000 + key, sizes[i]);
      uint64_t a[FIRSTS + 1], b[FIRSTS];
      random_permutation_part(&order, 0, FIRSTS + 1, a);
      random_permutation_part(&order, sizes[i] / 2, FIRSTS, b);
      for (int k = 0; k < FIRSTS; k += 2) {
        const uint64_t x = (uint64_t)((double)a[k] / (double)sizes[i] * PLACES);
        near[x * PLACES + (uint64_t)((double)a[k + 1] / (double)sizes[i] * PLACES)]++;
        far[x * PLACES + (uint64_t)((double)b[k] / (double)sizes[i] * PLACES)]++;
        low[a[k] % PLACES * PLACES + a[k + 1] % PLACES]++;
      }
      random_permutation_free(&order);
    }
    const double expected = KEYS * FIRSTS / 2. / (PLACES * PLACES);
    assert_even(near, PLACES * PLACES, expected);
    assert_even(far, PLACES * PLACES, expected);
    assert_even(low, PLACES * PLACES, expected);
  }
}

/* Numbers that stay where they are: one on average, as a Poisson number. */
static void fixed_points_are_as_many_as_by_chance(void **state)
{
  (void)state;
  double total = 0, square = 0;
  enum { N = 70001, ORDERS = 400 };
  static uint64_t all[N];
  for (uint64_t key = 0; key < ORDERS; key++) {
    random_permutation order = order_of(key, N);
    double fixed = 0;
    random_permutation_part(&order, 0, N, all);
    for (uint64_t k = 0; k < N; k++) fixed += all[k] == k;
    total += fixed;
    square += fixed * fixed;
    random_permutation_free(&order);
  }
  const double mean = total / ORDERS, variance = square / ORDERS - mean * mean;
  assert_true(fabs(mean - 1) < 5 / sqrt(ORDERS));
  assert_true(fabs(variance - 1) < 5 * sqrt(3. / ORDERS));
}

static loligo_status make_short(void *self)
{
  random_permutation order;
  const loligo_status status = random_permutation_init(&order, *(random_key *)self, 100);
  random_permutation_free(&order);
  return status;
}

static void a_lack_of_memory_is_told(void **state)
{
  (void)state;
  random_key key = random_key_make(1, RANDOM_PARTNER, "", "");
  fails_without_memory(make_short, &key);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_number_is_there_once),
      cmocka_unit_test(pairs_are_spread_evenly),
      cmocka_unit_test(fixed_points_are_as_many_as_by_chance),
      cmocka_unit_test(a_lack_of_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

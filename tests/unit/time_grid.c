/*
 * Times of steps are the doubles that a decimal literal gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "io/results/time_grid.h"

/* The double nearest to step / 10^digits * numerator, by way of its decimal digits. */
static double literal(int64_t step, int64_t numerator, int digits)
{
  char text[64];
  snprintf(text, sizeof text, "%llde-%d", (long long)(step * numerator), digits);
  return strtod(text, NULL);
}

static void decimal_steps_are_correctly_rounded(void **state)
{
  (void)state;
  const struct {
    double dt;
    int64_t numerator;
    int digits;
  } grids[] = {{0.1, 1, 1}, {0.025, 25, 3}, {0.001, 1, 3}, {0.0125, 125, 4}, {0.3, 3, 1}, {0.00625, 625, 5}, {2, 2, 0}};
  for (size_t g = 0; g < sizeof grids / sizeof grids[0]; g++) {
    time_grid grid = time_grid_of(grids[g].dt);
    for (int64_t step = 0; step < 3000000000; step = step * 3 / 2 + 1) {
      assert_true(time_grid_ms(grid, step) == literal(step, grids[g].numerator, grids[g].digits));
    }
  }
  assert_true(time_grid_ms(time_grid_of(0.1), 3) == 0.3);
  assert_false(3 * 0.1 == 0.3);
}

static void binary_steps_are_exact(void **state)
{
  (void)state;
  time_grid grid = time_grid_of(1.0 / 1024);
  for (int64_t step = 0; step < 5000; step++) assert_true(time_grid_ms(grid, step) == (double)step / 1024);
}

static void other_steps_are_the_product(void **state)
{
  (void)state;
  time_grid grid = time_grid_of(1.0 / 3);
  for (int64_t step = 0; step < 5000; step++) assert_true(time_grid_ms(grid, step) == (double)step * (1.0 / 3));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decimal_steps_are_correctly_rounded),
      cmocka_unit_test(binary_steps_are_exact),
      cmocka_unit_test(other_steps_are_the_product),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

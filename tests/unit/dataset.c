/*
 * From stored values to inputs: scale, shift and noise, in both precisions; events in the steps in which they act.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/dataset.h"
#include "scarce.h"

enum { SAMPLES = 40, VALUES = 2500 }; /* more than two chunks of noise, and no multiple of any vector */

static uint8_t bytes[SAMPLES * VALUES];
static float values[SAMPLES * VALUES];

static int fill(void **state)
{
  (void)state;
  for (size_t i = 0; i < SAMPLES * VALUES; i++) bytes[i] = (uint8_t)hash_mix(i);
  for (size_t i = 0; i < SAMPLES * VALUES; i++) values[i] = (float)bytes[i];
  return 0;
}

static dataset set_of(uint8_t *of_bytes, float *of_values)
{
  return (dataset){.name = "train",
                   .n = SAMPLES,
                   .n_values = VALUES,
                   .bytes = of_bytes,
                   .values = of_values,
                   .scale = 0.25,
                   .shift = -1.5};
}

/* Numbers that both precisions hold: the same in all. */
static void values_are_shifted_and_scaled(void **state)
{
  (void)state;
  static float single[VALUES];
  static double wide[VALUES];
  dataset sets[] = {set_of(bytes, NULL), set_of(NULL, values)};
  for (size_t k = 0; k < 2; k++) {
    dataset_show(&sets[k], 3, 0, LOLIGO_SINGLE, single);
    dataset_show(&sets[k], 3, 7, LOLIGO_DOUBLE, wide);
    for (size_t i = 0; i < VALUES; i++) {
      assert_true(wide[i] == (bytes[3 * VALUES + i] - 1.5) * 0.25);
      assert_true(single[i] == wide[i]);
    }
  }
}

static dataset noisy(const char *name, bool is_fixed, uint64_t seed)
{
  dataset set = set_of(bytes, NULL);
  set.name = name;
  assert_int_equal(dataset_set_noise(&set, (dataset_noise){75, is_fixed}, seed), LOLIGO_OK);
  return set;
}

/* The noise that a sample shows, in units of its std. */
static void noise_of(const dataset *set, uint64_t sample, uint64_t epoch, double noise[VALUES])
{
  dataset_show(set, sample, epoch, LOLIGO_DOUBLE, noise);
  for (size_t i = 0; i < VALUES; i++) noise[i] = (noise[i] / 0.25 + 1.5 - bytes[sample * VALUES + i]) / 75;
}

static double correlation(const double *a, const double *b)
{
  double sum = 0;
  for (size_t i = 0; i < VALUES; i++) sum += a[i] * b[i];
  return sum / VALUES;
}

/* Of standard normal variates, within four standard errors. */
static void assert_normal(const double *noise, double n)
{
  double sum = 0, squares = 0, fourth = 0;
  for (size_t i = 0; i < (size_t)n; i++) {
    sum += noise[i];
    squares += noise[i] * noise[i];
    fourth += pow(noise[i], 4);
  }
  assert_true(fabs(sum / n) < 4 / sqrt(n));
  assert_true(fabs(squares / n - 1) < 4 * sqrt(2 / n));
  assert_true(fabs(fourth / n - 3) < 4 * sqrt(96 / n));
}

static void noise_is_drawn_for_each_sample_and_epoch(void **state)
{
  (void)state;
  static double all[SAMPLES][VALUES], other[VALUES];
  dataset set = noisy("train", false, 1), test = noisy("test", false, 1), seeded = noisy("train", false, 2);
  for (uint64_t s = 0; s < SAMPLES; s++) noise_of(&set, s, 5, all[s]);
  assert_normal(all[0], SAMPLES * (double)VALUES);
  for (uint64_t s = 1; s < SAMPLES; s++) assert_true(fabs(correlation(all[0], all[s])) < 4.5 / sqrt(VALUES));
  noise_of(&set, 0, 5, other);
  assert_memory_equal(other, all[0], sizeof other);
  noise_of(&set, 0, 6, other);
  assert_true(fabs(correlation(all[0], other)) < 4 / sqrt(VALUES));
  noise_of(&test, 0, 5, other);
  assert_true(fabs(correlation(all[0], other)) < 4 / sqrt(VALUES));
  noise_of(&seeded, 0, 5, other);
  assert_true(fabs(correlation(all[0], other)) < 4 / sqrt(VALUES));
}

static void fixed_noise_is_the_same_everywhere(void **state)
{
  (void)state;
  static double first[VALUES], other[VALUES];
  dataset set = noisy("train", true, 1), test = noisy("test", true, 1), seeded = noisy("train", true, 2);
  noise_of(&set, 0, 0, first);
  assert_normal(first, VALUES);
  noise_of(&set, 9, 4, other);
  for (size_t i = 0; i < VALUES; i++) assert_true(fabs(first[i] - other[i]) < 1e-12);
  noise_of(&test, 0, 1, other);
  assert_memory_equal(first, other, sizeof first);
  noise_of(&seeded, 0, 0, other);
  assert_true(fabs(correlation(first, other)) < 4 / sqrt(VALUES));
  memory_free(set.fixed_pattern);
  memory_free(test.fixed_pattern);
  memory_free(seeded.fixed_pattern);
}

static uint64_t hash_of(const void *numbers, size_t n)
{
  uint64_t hash = n;
  for (size_t i = 0; i < n; i++) hash = hash_mix(hash ^ ((const unsigned char *)numbers)[i]);
  return hash;
}

/* Bits that no machine, vector width or later program changes. */
static void inputs_stay_the_same_bits(void **state)
{
  (void)state;
  static float single[VALUES];
  static double wide[VALUES];
  dataset fresh = noisy("train", false, 1), fixed = noisy("train", true, 1);
  uint64_t hash = 0;
  dataset_show(&fresh, 3, 2, LOLIGO_SINGLE, single);
  hash ^= hash_mix(hash_of(single, sizeof single));
  dataset_show(&fresh, 3, 2, LOLIGO_DOUBLE, wide);
  for (size_t i = 0; i < VALUES; i++) assert_true(fabs(single[i] - wide[i]) < 2e-5 * (1 + fabs(wide[i])));
  hash ^= hash_mix(hash_of(wide, sizeof wide) + 1);
  dataset_show(&fixed, 3, 2, LOLIGO_SINGLE, single);
  hash ^= hash_mix(hash_of(single, sizeof single) + 2);
  memory_free(fixed.fixed_pattern);
  assert_true(hash == 0x47424312e8ad8f48);
}

/* -- events -- */

static void events_act_in_the_step_of_their_time(void **state)
{
  (void)state;
  uint64_t first[] = {0, 1, 9};
  float time[] = {99, 0, 0.0999F, 0.3F, 0.3F, 0.7F, 0.79F, 0.8F, 1e30F};
  uint32_t cell[] = {2, 0, 1, 2, 2, 1, 0, 0, 0};
  const dataset set = {
      .n = 2, .n_values = 3, .first_event = first, .event_time = time, .event_cell = cell, .scale = 0.5};
  double wide[8][3];
  float single[8][3];
  static const double expected[8][3] = {[0] = {0.5, 0.5, 0}, [3] = {0, 0, 1}, [7] = {0.5, 0.5, 0}};
  memset(wide, 1, sizeof wide);
  memset(single, 1, sizeof single);
  dataset_show_events(&set, 1, 0.1, 8, LOLIGO_DOUBLE, wide);
  dataset_show_events(&set, 1, 0.1, 8, LOLIGO_SINGLE, single);
  assert_memory_equal(wide, expected, sizeof wide);
  for (size_t k = 0; k < 8; k++)
    for (size_t c = 0; c < 3; c++) assert_true(single[k][c] == expected[k][c]);
  dataset_show_events(&set, 0, 0.1, 8, LOLIGO_DOUBLE, wide);
  for (size_t k = 0; k < 8; k++)
    for (size_t c = 0; c < 3; c++) assert_true(wide[k][c] == 0);
  assert_true(dataset_has_events(&set));
  assert_int_equal(dataset_bytes(&set), sizeof first + sizeof time + sizeof cell);
}

/* A time is that of the nearest number: k dt lies in step k, whatever k and dt. */
static void times_on_the_grid_begin_their_step(void **state)
{
  (void)state;
  static const double steps[] = {0.1, 0.025, 1, 0.3};
  static float out[1000];
  for (size_t d = 0; d < sizeof steps / sizeof *steps; d++) {
    for (size_t k = 0; k < 1000; k += 7) {
      float time = (float)((double)k * steps[d]);
      const dataset set = {.n = 1,
                           .n_values = 1,
                           .first_event = (uint64_t[]){0, 1},
                           .event_time = &time,
                           .event_cell = (uint32_t[]){0},
                           .scale = 1};
      dataset_show_events(&set, 0, steps[d], 1000, LOLIGO_SINGLE, out);
      assert_true(out[k] == 1);
    }
  }
}

/* -- memory -- */

static loligo_status set_noise(void *self)
{
  (void)self;
  dataset named = {.name = memory_string("a"), .n = 1, .n_values = VALUES};
  loligo_status status = named.name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = dataset_set_noise(&named, (dataset_noise){1, true}, 1);
  dataset_free(&named);
  return status;
}

static void memory_may_be_scarce(void **state)
{
  (void)state;
  fails_without_memory(set_noise, NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_shifted_and_scaled),
      cmocka_unit_test(noise_is_drawn_for_each_sample_and_epoch),
      cmocka_unit_test(fixed_noise_is_the_same_everywhere),
      cmocka_unit_test(inputs_stay_the_same_bits),
      cmocka_unit_test(events_act_in_the_step_of_their_time),
      cmocka_unit_test(times_on_the_grid_begin_their_step),
      cmocka_unit_test(memory_may_be_scarce),
  };
  return cmocka_run_group_tests(tests, fill, NULL);
}

/*
 * Philox and Threefry against published vectors and Random123; each value depends on its position alone; laws of counts
 * against exact probabilities and moments.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <Random123/philox.h>
#include <Random123/threefry.h>
#include <cmocka.h>

#include "base/random/philox.h"
#include "base/random/random.h"

static const random_key key = {{0x12345678, 0x9abcdef0}};

/* kat_vectors of Random123: philox4x32-10. */
static void known_answers(void **state)
{
  (void)state;
  const struct {
    uint64_t item, block;
    random_key key;
    uint32_t words[4];
  } known[] = {
      {0, 0, {{0, 0}}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {UINT64_MAX, UINT64_MAX, {{UINT32_MAX, UINT32_MAX}}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {UINT64_C(0x0370734413198a2e),
       UINT64_C(0x85a308d3243f6a88),
       {{0xa4093822, 0x299f31d0}},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (int i = 0; i < 3; i++) {
    uint32_t words[4];
    random_words(known[i].key, known[i].item, known[i].block, 4, words);
    assert_memory_equal(words, known[i].words, sizeof words);
  }
}

static void words_are_those_of_random123(void **state)
{
  (void)state;
  const uint64_t item = UINT64_C(0xfedcba9876543210), first = UINT64_C(0xffffffff) - 50;
  uint32_t words[1001];
  random_words(key, item, first, 1001, words);
  for (uint32_t i = 0; i < 1001; i++) {
    const uint64_t block = first + i / 4;
    const philox4x32_ctr_t counter = {
        {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)item, (uint32_t)(item >> 32)}};
    const philox4x32_key_t same_key = {{key.word[0], key.word[1]}};
    const philox4x32_ctr_t expected = philox4x32(counter, same_key);
    assert_int_equal(words[i], expected.v[i % 4]);
  }
}

static void every_kernel_gives_the_same_words(void **state)
{
  (void)state;
  enum { LONGEST = 300 };
  const uint64_t item = UINT64_C(0xfedcba9876543210), first = UINT64_C(0xffffffff) - 20;
  int kernels = 0;
  for (const philox_kernel *kernel = philox_kernels; kernel->name; kernel++) {
    if (!kernel->runs()) continue;
    kernels++;
    for (size_t n = 0; n <= LONGEST; n++) {
      uint32_t words[LONGEST + 1], expected[LONGEST + 1];
      memset(words, 42, sizeof words);
      memset(expected, 42, sizeof expected);
      random_words(key, item, first, n, expected);
      kernel->fill(key, item, first, n, words);
      assert_memory_equal(words, expected, sizeof words);
    }
  }
  assert_true(kernels > 0);
}

static threefry4x32_ctr_t threefry_of(uint64_t block, uint64_t item)
{
  const threefry4x32_ctr_t counter = {
      {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)item, (uint32_t)(item >> 32)}};
  const threefry4x32_key_t same_key = {{key.word[0], key.word[1], 0, 0}};
  return threefry4x32(counter, same_key);
}

static void blocks_are_those_of_random123(void **state)
{
  (void)state;
  enum { N = 100, STRIDE = 103 };
  const uint64_t block = UINT64_C(0xfedcba9876543210);
  uint64_t item[N];
  for (uint64_t i = 0; i < N; i++) item[i] = i * UINT64_C(0x0123456789abcdef);
  for (size_t n = 0; n <= N; n += n < 40 ? 1 : 20) {
    uint32_t words[4][STRIDE];
    memset(words, 0, sizeof words);
    random_blocks(key, block, n, item, STRIDE, words[0]);
    for (size_t i = 0; i < STRIDE; i++) {
      for (size_t w = 0; w < 4; w++) assert_int_equal(words[w][i], i < n ? threefry_of(block, item[i]).v[w] : 0);
    }
  }
}

static void stream_reads_the_same_words(void **state)
{
  (void)state;
  uint32_t words[402];
  random_words(key, 7, UINT64_C(5) << 32, 402, words);
  random_stream stream;
  random_stream_init(&stream, key, 7, UINT64_C(5) << 32);
  for (int i = 0; i < 400; i++) assert_int_equal(random_stream_u32(&stream), words[i]);
  assert_true(random_stream_u64(&stream) == ((uint64_t)words[401] << 32 | words[400]));
}

static void a_prefix_is_the_same_whatever_its_length(void **state)
{
  (void)state;
  enum { LONGEST = 2500 };
  static double all_normals[LONGEST], normals[LONGEST];
  static uint64_t all_indices[LONGEST], indices[LONGEST];
  static uint32_t all_words[LONGEST], words[LONGEST];
  const uint64_t range = 77169;
  random_words(key, 3, 0, LONGEST, all_words);
  random_normals(key, 3, LONGEST, all_normals);
  random_indices(key, 3, range, LONGEST, all_indices);
  for (size_t n = 0; n <= LONGEST; n += n < 300 ? 1 : 97) {
    random_words(key, 3, 0, n, words);
    random_normals(key, 3, n, normals);
    random_indices(key, 3, range, n, indices);
    assert_memory_equal(words, all_words, n * sizeof *words);
    assert_memory_equal(normals, all_normals, n * sizeof *normals);
    assert_memory_equal(indices, all_indices, n * sizeof *indices);
  }
}

static void nothing_is_written_behind_the_end(void **state)
{
  (void)state;
  double normals[6] = {[5] = 42};
  uint32_t words[6] = {[5] = 42};
  uint64_t indices[6] = {[5] = 42};
  random_normals(key, 1, 5, normals);
  random_words(key, 1, 0, 5, words);
  random_indices(key, 1, 10, 5, indices);
  assert_true(normals[5] == 42 && words[5] == 42 && indices[5] == 42);
}

static int differing_bits(random_key a, random_key b)
{
  return __builtin_popcount(a.word[0] ^ b.word[0]) + __builtin_popcount(a.word[1] ^ b.word[1]);
}

static void every_part_of_a_key_counts(void **state)
{
  (void)state;
  const random_key reference = random_key_make(42, RANDOM_WEIGHT, "recurrent", "E");
  const random_key others[] = {
      random_key_make(43, RANDOM_WEIGHT, "recurrent", "E"), random_key_make(42, RANDOM_DELAY, "recurrent", "E"),
      random_key_make(42, RANDOM_WEIGHT, "recurrenu", "E"), random_key_make(42, RANDOM_WEIGHT, "recurrent", "I"),
      random_key_make(42, RANDOM_WEIGHT, "recurrent", ""),  random_key_make(42, RANDOM_WEIGHT, "recurrentE", ""),
      random_key_make(42, RANDOM_WEIGHT, "E", "recurrent"),
  };
  const random_key again = random_key_make(42, RANDOM_WEIGHT, "recurrent", "E");
  assert_int_equal(differing_bits(reference, again), 0);
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    assert_in_range(differing_bits(reference, others[i]), 14, 50);
  }
}

/* Mean, variance and fourth moment within five standard errors of those of the standard normal law. */
static void normals_are_normal(void **state)
{
  (void)state;
  enum { N = 1000000 };
  double *z = malloc(N * sizeof *z), sum = 0, square = 0, fourth = 0, neighbours = 0, farthest = 0;
  random_normals(key, 11, N, z);
  for (int i = 0; i < N; i++) {
    sum += z[i];
    square += z[i] * z[i];
    fourth += z[i] * z[i] * z[i] * z[i];
    if (i > 0) neighbours += z[i] * z[i - 1];
    farthest = fmax(farthest, fabs(z[i]));
  }
  free(z);
  assert_true(fabs(sum / N) < 5 * sqrt(1.0 / N));
  assert_true(fabs(square / N - 1) < 5 * sqrt(2.0 / N));
  assert_true(fabs(fourth / N - 3) < 5 * sqrt(96.0 / N));
  assert_true(fabs(neighbours / N) < 5 * sqrt(1.0 / N));
  assert_true(farthest < RANDOM_NORMAL_MAX && farthest > 4);
}

/* Sum over cells of (found - expected)^2 / expected, against its mean plus five standard deviations. */
static void assert_chi_square(size_t cells, const double *found, const double *expected)
{
  double chi_square = 0, rest_found = 0, rest_expected = 0;
  size_t degrees = 0;
  for (size_t i = 0; i < cells; i++) {
    if (expected[i] < 10) {
      rest_found += found[i];
      rest_expected += expected[i];
      continue;
    }
    chi_square += (found[i] - expected[i]) * (found[i] - expected[i]) / expected[i];
    degrees++;
  }
  if (rest_expected >= 1) {
    chi_square += (rest_found - rest_expected) * (rest_found - rest_expected) / rest_expected;
  } else {
    assert_true(rest_found <= 10);
  }
  const double bound = (double)degrees + 5 * sqrt(2 * (double)degrees) + 12;
  if (!(chi_square <= bound)) fail_msg("chi-square %g with %zu degrees of freedom", chi_square, degrees);
}

/* Expected counts from the normal distribution function. */
static void normals_fill_their_cells(void **state)
{
  (void)state;
  enum { N = 1000000, CELLS = 100 };
  double *z = malloc(N * sizeof *z), found[CELLS] = {0}, expected[CELLS];
  random_normals(key, 12, N, z);
  for (int i = 0; i < N; i++) found[(int)fmin(fmax(50 + floor(10 * z[i]), 0), CELLS - 1)]++;
  free(z);
  for (int i = 0; i < CELLS; i++) {
    const double low = i == 0 ? -INFINITY : (i - 50) / 10.0, high = i == CELLS - 1 ? INFINITY : (i - 49) / 10.0;
    expected[i] = N * 0.5 * (erfc(low * sqrt(0.5)) - erfc(high * sqrt(0.5)));
  }
  assert_chi_square(CELLS, found, expected);
}

static void stream_normals_are_normal(void **state)
{
  (void)state;
  enum { N = 200000 };
  random_stream stream;
  random_stream_init(&stream, key, 13, 0);
  double sum = 0, square = 0;
  for (int i = 0; i < N; i++) {
    const double z = random_stream_normal(&stream);
    sum += z;
    square += z * z;
  }
  assert_true(fabs(sum / N) < 5 * sqrt(1.0 / N));
  assert_true(fabs(square / N - 1) < 5 * sqrt(2.0 / N));
}

__extension__ typedef unsigned __int128 uint128;

static void indices_are_high_halves_of_products(void **state)
{
  (void)state;
  const uint64_t ranges[] = {1, 2, 3, 77169, UINT32_MAX, UINT64_C(1) << 32, UINT64_C(0x123456789abcdef), UINT64_MAX};
  for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
    uint64_t indices[700];
    uint32_t words[1400];
    random_indices(key, r, ranges[r], 700, indices);
    random_words(key, r, 0, 1400, words);
    for (int i = 0; i < 700; i++) {
      const uint64_t word = (uint64_t)words[2 * i + 1] << 32 | words[2 * i];
      assert_true(indices[i] == (uint64_t)((uint128)word * ranges[r] >> 64));
      assert_true(indices[i] < ranges[r]);
    }
  }
}

static void indices_are_uniform(void **state)
{
  (void)state;
  enum { N = 700000, RANGE = 77 };
  uint64_t *indices = malloc(N * sizeof *indices);
  double found[RANGE] = {0}, stream_found[RANGE] = {0}, expected[RANGE];
  random_stream stream;
  random_stream_init(&stream, key, 14, 0);
  random_indices(key, 15, RANGE, N, indices);
  for (int i = 0; i < N; i++) {
    found[indices[i]]++;
    stream_found[random_stream_index(&stream, RANGE)]++;
  }
  free(indices);
  for (int i = 0; i < RANGE; i++) expected[i] = (double)N / RANGE;
  assert_chi_square(RANGE, found, expected);
  assert_chi_square(RANGE, stream_found, expected);
}

static void stream_indices_reject_the_surplus(void **state)
{
  (void)state;
  random_stream stream;
  random_stream_init(&stream, key, 16, 0);
  const uint64_t range = UINT64_C(3) << 62; /* four words for three values: without rejection every third comes twice */
  double multiples_of_three = 0;
  enum { N = 30000 };
  for (int i = 0; i < N; i++) {
    const uint64_t index = random_stream_index(&stream, range);
    assert_true(index < range);
    multiples_of_three += index % 3 == 0;
  }
  assert_true(fabs(multiples_of_three - N / 3.0) < 5 * sqrt(N * 2 / 9.0));
}

static void uniforms_lie_inside(void **state)
{
  (void)state;
  enum { N = 200000 };
  random_stream stream;
  random_stream_init(&stream, key, 17, 0);
  double found[50] = {0}, expected[50];
  for (int i = 0; i < N; i++) {
    const double u = random_stream_uniform(&stream);
    assert_true(u > 0 && u < 1);
    found[(int)(50 * u)]++;
  }
  for (int i = 0; i < 50; i++) expected[i] = N / 50.0;
  assert_chi_square(50, found, expected);
}

typedef uint64_t draw_function(random_stream *stream, const double *argument);
typedef long double log_probability(long double k, const double *argument);

static uint64_t draw_binomial(random_stream *stream, const double *a)
{
  return random_stream_binomial(stream, (uint64_t)a[0], a[1]);
}

static long double log_choose(long double n, long double k)
{
  return lgammal(n + 1) - lgammal(k + 1) - lgammal(n - k + 1);
}

static long double log_binomial(long double k, const double *a)
{
  return k > a[0] ? -INFINITY : log_choose(a[0], k) + k * logl(a[1]) + (a[0] - k) * log1pl(-(long double)a[1]);
}

static uint64_t draw_hypergeometric(random_stream *stream, const double *a)
{
  return random_stream_hypergeometric(stream, (uint64_t)a[0], (uint64_t)a[1], (uint64_t)a[2]);
}

static long double log_hypergeometric(long double k, const double *a)
{
  if (k > a[1] || k > a[2] || a[2] - k > a[0] - a[1]) return -INFINITY;
  return log_choose(a[1], k) + log_choose(a[0] - a[1], a[2] - k) - log_choose(a[0], a[2]);
}

/* 400,000 draws against the exact law on [first, first + 1024). */
static void check_law(draw_function *draw, log_probability *law, const double *argument, uint64_t first)
{
  enum { N = 400000, CELLS = 1024 };
  static double found[CELLS], expected[CELLS];
  random_stream stream;
  random_stream_init(&stream, key, 18, 0);
  memset(found, 0, sizeof found);
  for (int i = 0; i < N; i++) {
    const uint64_t k = draw(&stream, argument) - first;
    assert_true(k < CELLS);
    found[k]++;
  }
  for (int i = 0; i < CELLS; i++) expected[i] = (double)(N * expl(law((long double)(first + i), argument)));
  assert_chi_square(CELLS, found, expected);
}

static void binomial_law_is_exact(void **state)
{
  (void)state;
  const double arguments[][2] = {{1, 0.3},    {10, 0.5},   {19, 0.49},  {20, 0.5},     {25, 0.42},  {100, 0.02},
                                 {100, 0.98}, {30, 0.9},   {400, 0.02}, {3200, 0.02},  {1000, 0.5}, {900, 0.7},
                                 {1e6, 1e-5}, {1e6, 9e-6}, {1e9, 1e-7}, {1e13, 2e-11}, {1e6, 1e-9}, {5000, 0.1}};
  for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
    check_law(draw_binomial, log_binomial, arguments[i], 0);
  }
}

static long double log_poisson(long double k, const double *a)
{
  const long double mean = (long double)a[0] * a[1];
  return k * logl(mean) - mean - lgammal(k + 1);
}

/* Where 1 - p has lost most digits of p. */
static void rare_events_of_many_trials_follow_poisson(void **state)
{
  (void)state;
  check_law(draw_binomial, log_poisson, (double[]){4e15, 1.16e-15}, 0);
  check_law(draw_binomial, log_poisson, (double[]){8e15, 1.3e-14}, 0);
}

static void hypergeometric_law_is_exact(void **state)
{
  (void)state;
  const double arguments[][3] = {{10, 4, 3},      {40, 20, 20},       {100, 50, 50},    {100, 90, 30},
                                 {1000, 30, 200}, {1000, 800, 30},    {1000, 400, 900}, {5000, 2000, 500},
                                 {1e6, 300, 1e5}, {1e6, 999000, 1e5}, {1e9, 1e6, 1e4},  {1e6, 5e5, 1e3},
                                 {2, 1, 1},       {1e6, 100, 40},     {700, 650, 640}};
  for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
    const double *a = arguments[i], mean = a[1] * a[2] / a[0];
    check_law(draw_hypergeometric, log_hypergeometric, a, mean > 512 ? (uint64_t)mean - 512 : 0);
  }
}

/* Mean and variance within five standard errors. */
static void check_moments(draw_function *draw, const double *argument, double mean, double variance)
{
  enum { N = 200000 };
  random_stream stream;
  random_stream_init(&stream, key, 19, 0);
  double sum = 0, square = 0;
  for (int i = 0; i < N; i++) {
    const double difference = (double)draw(&stream, argument) - mean;
    sum += difference;
    square += difference * difference;
  }
  if (!(fabs(sum / N) < 5 * sqrt(variance / N))) fail_msg("mean %g + %g", mean, sum / N);
  if (!(fabs(square / N / variance - 1) < 5 * sqrt(2.0 / N))) fail_msg("variance %g for %g", square / N, variance);
}

static void large_counts_have_their_moments(void **state)
{
  (void)state;
  check_moments(draw_binomial, (double[]){1e12, 0.3}, 3e11, 2.1e11);
  check_moments(draw_binomial, (double[]){1e12, 0.75}, 7.5e11, 1.875e11);
  check_moments(draw_binomial, (double[]){1e15, 1e-3}, 1e12, 0.999e12);
  check_moments(draw_hypergeometric, (double[]){1e12, 3e11, 1e11}, 3e10, 3e10 * 0.7 * 0.9);
  check_moments(draw_hypergeometric, (double[]){1e12, 8e11, 7e11}, 5.6e11, 5.6e11 * 0.2 * 0.3);
}

static void certain_outcomes_take_no_chance(void **state)
{
  (void)state;
  random_stream stream;
  random_stream_init(&stream, key, 21, 0);
  for (int i = 0; i < 100; i++) {
    assert_int_equal(random_stream_binomial(&stream, 0, 0.5), 0);
    assert_int_equal(random_stream_binomial(&stream, 1000, 0), 0);
    assert_int_equal(random_stream_binomial(&stream, 1000, 1), 1000);
    assert_int_equal(random_stream_hypergeometric(&stream, 1000, 0, 300), 0);
    assert_int_equal(random_stream_hypergeometric(&stream, 1000, 300, 0), 0);
    assert_int_equal(random_stream_hypergeometric(&stream, 1000, 1000, 300), 300);
    assert_int_equal(random_stream_hypergeometric(&stream, 1000, 300, 1000), 300);
    assert_int_equal(random_stream_hypergeometric(&stream, 0, 0, 0), 0);
    assert_int_equal(random_stream_hypergeometric(&stream, 1, 1, 1), 1);
    assert_int_equal(random_stream_index(&stream, 1), 0);
  }
}

/* So that a change of an algorithm, which would change every network, does not go unnoticed. */
static void draws_are_those_of_ever(void **state)
{
  (void)state;
  random_stream stream;
  random_stream_init(&stream, random_key_make(42, RANDOM_DEGREE, "recurrent", "E"), 1, 0);
  uint64_t hash = 0;
  for (uint64_t i = 1; i < 200; i++) {
    hash = hash * 0x100000001b3u + random_stream_binomial(&stream, 1000 * i, 0.013);
    hash = hash * 0x100000001b3u + random_stream_hypergeometric(&stream, 1000 * i, 11 * i, 400);
    hash = hash * 0x100000001b3u + random_stream_index(&stream, i);
    hash = hash * 0x100000001b3u + (uint64_t)(1e15 * random_stream_uniform(&stream));
    hash = hash * 0x100000001b3u + (uint64_t)(1e14 * (7 + random_stream_normal(&stream)));
  }
  assert_true(hash == UINT64_C(0x7e3850f6a2655db4));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_answers),
      cmocka_unit_test(words_are_those_of_random123),
      cmocka_unit_test(every_kernel_gives_the_same_words),
      cmocka_unit_test(blocks_are_those_of_random123),
      cmocka_unit_test(stream_reads_the_same_words),
      cmocka_unit_test(a_prefix_is_the_same_whatever_its_length),
      cmocka_unit_test(nothing_is_written_behind_the_end),
      cmocka_unit_test(every_part_of_a_key_counts),
      cmocka_unit_test(normals_are_normal),
      cmocka_unit_test(normals_fill_their_cells),
      cmocka_unit_test(stream_normals_are_normal),
      cmocka_unit_test(indices_are_high_halves_of_products),
      cmocka_unit_test(indices_are_uniform),
      cmocka_unit_test(stream_indices_reject_the_surplus),
      cmocka_unit_test(uniforms_lie_inside),
      cmocka_unit_test(binomial_law_is_exact),
      cmocka_unit_test(rare_events_of_many_trials_follow_poisson),
      cmocka_unit_test(hypergeometric_law_is_exact),
      cmocka_unit_test(large_counts_have_their_moments),
      cmocka_unit_test(certain_outcomes_take_no_chance),
      cmocka_unit_test(draws_are_those_of_ever),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

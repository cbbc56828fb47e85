/*
 * Poisson numbers: the law (mean, variance, chi-square against the probabilities), independence of neighbouring cells
 * and steps, and that a cell's numbers do not depend on which other cells are asked for.
 */
#include "base/random/poisson.h"
#include "cell.h"
#include "model/input/input_model.h"

enum { CELLS = 128, BINS = 1200 };

static const random_key key = {{0x12345678, 0x9abcdef0}};

typedef struct moments {
  double mean, variance, chi_square;
  double neighbour, next; /* correlation with the next cell, with the next step */
  int bins;
} moments;

static uint64_t histogram[BINS];

typedef enum way { BY_TABLE, BY_TABLE_IN_STEPS, BY_INVERSION } way;

static void draw_in_steps(const poisson_table *table, int64_t step, size_t n, const uint64_t *index, int64_t *count)
{
  poisson_row rows[POISSON_STEPS];
  poisson_draw_steps(table, key, step - step % POISSON_STEPS, n, index, rows);
  for (size_t i = 0; i < n; i++) count[i] = rows[step % POISSON_STEPS][i];
}

static void draw(way way, const poisson_table *table, double mean, int64_t step, int64_t *count)
{
  uint64_t index[CELLS];
  double means[CELLS];
  for (size_t i = 0; i < CELLS; i++) index[i] = 1000003 + i;
  for (size_t i = 0; i < CELLS; i++) means[i] = mean;
  if (way == BY_TABLE) poisson_draw(table, key, step, CELLS, index, count);
  if (way == BY_TABLE_IN_STEPS) draw_in_steps(table, step, CELLS, index, count);
  if (way == BY_INVERSION) poisson_draw_each(means, key, step, CELLS, index, count);
}

/* Chi-square over bins of at least 20 expected numbers; returns the number of bins. */
static int chi_square(double mean, double n, double *sum)
{
  int bins = 0;
  double expected = 0, seen = 0, given = 0;
  *sum = 0;
  for (int k = 0; k < BINS; k++) {
    const double p = mean > 0 ? exp(k * log(mean) - mean - lgamma(k + 1)) : k == 0;
    expected += n * p;
    seen += (double)histogram[k];
    given += n * p;
    if (expected < 20 || n - given < 20) continue;
    *sum += (seen - expected) * (seen - expected) / expected;
    expected = seen = 0;
    bins++;
  }
  if (expected > 0) *sum += (seen - expected) * (seen - expected) / expected;
  return bins + 1;
}

static moments measure(double mean, way way, int64_t steps)
{
  poisson_table *table;
  assert_int_equal(poisson_table_create(mean, &table), LOLIGO_OK);
  memset(histogram, 0, sizeof histogram);
  double s1 = 0, s2 = 0, neighbour = 0, next = 0;
  int64_t last[CELLS], count[CELLS];
  for (int64_t k = 0; k < steps; k++) {
    draw(way, table, mean, k, count);
    for (int i = 0; i < CELLS; i++) {
      const double x = (double)count[i] - mean;
      s1 += x;
      s2 += x * x;
      if (i > 0) neighbour += x * ((double)count[i - 1] - mean);
      if (k > 0) next += x * ((double)last[i] - mean);
      assert_in_range(count[i], 0, BINS - 1);
      histogram[count[i]]++;
    }
    memcpy(last, count, sizeof count);
  }
  poisson_table_destroy(table);
  const double n = (double)(steps * CELLS);
  moments m = {.mean = mean + s1 / n, .variance = s2 / n, .neighbour = neighbour / n / mean, .next = next / n / mean};
  m.bins = chi_square(mean, n, &m.chi_square);
  return m;
}

static void check_law(double mean, way way)
{
  const int64_t steps = 4000;
  const double n = (double)(steps * CELLS);
  const moments m = measure(mean, way, steps);
  assert_near(m.mean, mean, 4.5 * sqrt(mean / n));
  assert_near(m.variance, mean, 4.5 * sqrt((mean + 2 * mean * mean) / n));
  assert_near(m.neighbour, 0, 4.5 / sqrt(n));
  assert_near(m.next, 0, 4.5 / sqrt(n));
  const double freedom = fmax(m.bins - 1, 1);
  assert_true(m.chi_square < freedom + 4.5 * sqrt(2 * freedom) + 8);
}

static void tables_follow_the_law(void **state)
{
  (void)state;
  static const double mean[] = {0.0008, 0.1, 1.28, 7.3, 40, 320, 511.5, 900};
  for (int i = 0; i < 8; i++) check_law(mean[i], BY_TABLE);
  for (int i = 0; i < 8; i++) check_law(mean[i], BY_TABLE_IN_STEPS);
}

/* Numbers of `least` or more are as frequent as they should be. */
static void check_tail(double mean, int least)
{
  const int64_t steps = 40000;
  const double n = (double)(steps * CELLS);
  measure(mean, BY_TABLE_IN_STEPS, steps);
  double probability = 0, seen = 0;
  for (int k = least; k < BINS; k++) probability += exp(k * log(mean) - mean - lgamma(k + 1));
  for (int k = least; k < BINS; k++) seen += (double)histogram[k];
  assert_near(seen, n * probability, 4.5 * sqrt(n * probability));
}

/* Both ways of finding an outcome, either side of the mean where one takes over. */
static void rare_outcomes_keep_their_probability(void **state)
{
  (void)state;
  check_tail(2.7, 12);
  check_tail(2.7, 13);
  check_tail(3.2, 13);
}

static void inversion_follows_the_law(void **state)
{
  (void)state;
  static const double mean[] = {0.0008, 1.28, 40, 320};
  for (int i = 0; i < 4; i++) check_law(mean[i], BY_INVERSION);
}

static void one_mean_for_all_gives_what_each_would_get(void **state)
{
  static const double means[] = {0, 1e-12, 1e-3, 0.7, 2.9, 3.1, 40};
  (void)state;
  uint64_t index[CELLS];
  double each[CELLS];
  int64_t expected[CELLS];
  int32_t found[CELLS];
  for (size_t i = 0; i < CELLS; i++) index[i] = 7 + 3 * i;
  for (int m = 0; m < 7; m++) {
    for (size_t i = 0; i < CELLS; i++) each[i] = means[m];
    for (int64_t step = 0; step < 3000; step++) {
      poisson_draw_each(each, key, step, CELLS, index, expected);
      poisson_draw_same(means[m], key, step, CELLS, index, found);
      for (size_t i = 0; i < CELLS; i++) assert_int_equal(found[i], expected[i]);
    }
  }
}

static void zero_mean_gives_nothing_and_a_huge_one_is_refused(void **state)
{
  (void)state;
  poisson_table *table;
  int64_t count[CELLS];
  assert_int_equal(poisson_table_create(0, &table), LOLIGO_OK);
  for (way way = BY_TABLE; way <= BY_INVERSION; way++) {
    draw(way, table, 0, 5, count);
    for (int i = 0; i < CELLS; i++) assert_int_equal(count[i], 0);
  }
  poisson_table_destroy(table);
  loligo_error_clear();
  assert_int_equal(poisson_table_create(2e6, &table), LOLIGO_INPUT_ERROR);
  assert_null(table);
}

/* Each cell's numbers of one step, asked for in blocks of n cells, `stride` apart. */
static void draw_in_blocks(way way, double mean, size_t n, size_t stride, int64_t *count)
{
  poisson_table *table;
  assert_int_equal(poisson_table_create(mean, &table), LOLIGO_OK);
  for (size_t offset = 0; offset < stride; offset++) {
    for (size_t first = offset; first < CELLS; first += n * stride) {
      uint64_t index[CELLS];
      int64_t part[CELLS];
      size_t taken = 0;
      for (size_t i = first; i < CELLS && taken < n; i += stride) index[taken++] = i;
      if (way == BY_TABLE) poisson_draw(table, key, 77, taken, index, part);
      if (way == BY_TABLE_IN_STEPS) draw_in_steps(table, 77, taken, index, part);
      for (size_t i = 0; i < taken; i++) count[index[i]] = part[i];
    }
  }
  poisson_table_destroy(table);
}

static void check_blocks(way way, double mean)
{
  int64_t whole[CELLS], part[CELLS];
  draw_in_blocks(way, mean, CELLS, 1, whole);
  for (size_t n = 1; n <= 17; n++) {
    for (size_t stride = 1; stride <= 40; stride += 3) {
      memset(part, -1, sizeof part);
      draw_in_blocks(way, mean, n, stride, part);
      assert_memory_equal(whole, part, sizeof whole);
    }
  }
}

static void numbers_do_not_depend_on_the_block(void **state)
{
  (void)state;
  for (way way = BY_TABLE; way <= BY_TABLE_IN_STEPS; way++) {
    check_blocks(way, 1.28);
    check_blocks(way, 700);
  }
}

static void distant_cells_are_served_together(void **state)
{
  (void)state;
  static const uint64_t index[] = {0, 3, 4, 1000, 1001, 5000000000u, 5000000001u};
  int64_t together[7], alone;
  poisson_table *table;
  assert_int_equal(poisson_table_create(12, &table), LOLIGO_OK);
  poisson_draw(table, key, 3, 7, index, together);
  for (int i = 0; i < 7; i++) {
    poisson_draw(table, key, 3, 1, index + i, &alone);
    assert_int_equal(alone, together[i]);
  }
  poisson_table_destroy(table);
}

static void drive_gives_the_sum_of_its_sources(void **state)
{
  (void)state;
  const input_model *poisson = input_model_find("poisson");
  const double param[] = {8, 1600};
  const input_setup setup = {.param = param, .key = key, .dt = 0.1};
  void *shared = NULL;
  assert_int_equal(poisson->prepare(&setup, &shared), LOLIGO_OK);
  uint64_t index[CELLS];
  poisson_row rows[POISSON_STEPS];
  double sum = 0;
  for (size_t i = 0; i < CELLS; i++) index[i] = i;
  for (int64_t step = 0; step < 1000; step += POISSON_STEPS) {
    poisson->count(shared, step, CELLS, index, rows);
    for (int k = 0; k < POISSON_STEPS; k++)
      for (size_t i = 0; i < CELLS; i++) sum += rows[k][i];
  }
  poisson->release(shared);
  assert_near(sum / (1000.0 * CELLS), 1.28, 4.5 * sqrt(1.28 / (1000.0 * CELLS)));
}

static void sources_emit_at_their_own_rates(void **state)
{
  (void)state;
  cell_block cells;
  cell_open(&cells, "poisson_source", 8, 0.1);
  cells.block.uniform = false;
  for (int i = 0; i < 8; i++) cells.param[i][0] = 1000.0 * i;
  cell_start(&cells);
  double unset = NAN;
  const loligo_model_setup setup = {.param = &unset, .key = random_key_bits(key), .dt = 0.1};
  void *shared = NULL;
  assert_int_equal(cells.model->prepare(&setup, &shared), LOLIGO_OK);
  cells.block.shared = shared;
  double sum[8] = {0};
  for (int k = 0; k < 20000; k++) {
    cell_step(&cells);
    for (int i = 0; i < 8; i++) sum[i] += (double)cells.spike[i];
  }
  cells.model->release(shared);
  for (int i = 0; i < 8; i++) assert_near(sum[i], 2000 * i, 4.5 * sqrt(2000 * i));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tables_follow_the_law),
      cmocka_unit_test(rare_outcomes_keep_their_probability),
      cmocka_unit_test(inversion_follows_the_law),
      cmocka_unit_test(one_mean_for_all_gives_what_each_would_get),
      cmocka_unit_test(zero_mean_gives_nothing_and_a_huge_one_is_refused),
      cmocka_unit_test(numbers_do_not_depend_on_the_block),
      cmocka_unit_test(distant_cells_are_served_together),
      cmocka_unit_test(drive_gives_the_sum_of_its_sources),
      cmocka_unit_test(sources_emit_at_their_own_rates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

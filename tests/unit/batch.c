/* Weights and delays of a batch: what was drawn or listed, rounded once, the error told. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "loligo/network.h"
#include "network/description.h"
#include "scarce.h"
#include "sim/synapses/batch.h"

enum { CELLS = 100, N = 1000, ITEM = 77 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static const double dt = 0.1;

/** One projection onto a population, bound to a drawer. */
typedef struct subject {
  loligo_network *network;
  fixed_point format;
  batch_drawer drawer;
} subject;

static void subject_bind(subject *s)
{
  OK(fixed_point_init(&s->format, s->network));
  assert_int_equal(s->format.n_pathways, 1);
  batch_drawer_bind(&s->drawer, s->network, &s->format.pathways[0], &s->format, NULL);
}

static void subject_open(subject *s, const char *model, const loligo_projection_spec *spec)
{
  *s = (subject){.network = loligo_network_create(dt, 5)};
  OK(loligo_network_add_population(s->network, "A", loligo_model_find(model), CELLS, NULL));
  if (loligo_network_add_projection(s->network, spec) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  subject_bind(s);
}

static void subject_close(subject *s)
{
  batch_drawer_free(&s->drawer);
  fixed_point_free(&s->format);
  loligo_network_destroy(s->network);
}

static void open_drawn(subject *s, const char *model, loligo_distribution weight, loligo_distribution delay)
{
  const loligo_projection_spec spec = {
      .name = "p", .rule = "fixed_indegree", .argument = 10, .weight = weight, .delay = delay};
  subject_open(s, model, &spec);
}

static void drawn_as(const subject *s, random_purpose purpose, const loligo_distribution *law, double out[N])
{
  const rule_context context = rule_context_of(s->network, &s->network->projections[0]);
  distribution_draw(law, rule_key(&context, purpose), ITEM, N, out);
}

static const accumulator *sum_of(const subject *s, size_t k)
{
  return s->drawer.only ? s->drawer.only : &s->drawer.accumulators[s->drawer.sum[k]];
}

static double stored(const subject *s, size_t k)
{
  return accumulator_value(sum_of(s, k), s->drawer.quanta[k]);
}

/* Each to the nearest quantum, within the bound that the format promises, of its own sign, and 0 only if it is; returns
 * the largest error. */
static double check_weights(const subject *s, const double *weight, size_t n)
{
  double worst = 0, largest = 0;
  for (size_t k = 0; k < n; k++) largest = fmax(largest, fabs(weight[k]));
  for (size_t k = 0; k < n; k++) {
    const double error = fabs(stored(s, k) - weight[k]);
    if (abs(s->drawer.quanta[k]) > 1) assert_true(error <= 0.500001 * accumulator_quantum(sum_of(s, k)));
    assert_true(error <= 1.000001 * s->format.error_bound * largest || error <= 1e-3 * fabs(weight[k]));
    assert_true((stored(s, k) < 0) == (weight[k] < 0) && (stored(s, k) == 0) == (weight[k] == 0));
    if (weight[k] != 0) worst = fmax(worst, error / fabs(weight[k]));
  }
  return worst;
}

static void drawn_weights_are_rounded_within_their_bound(void **state)
{
  (void)state;
  const struct {
    loligo_distribution law;
    bool wide;
  } cases[] = {{{.kind = LOLIGO_UNIFORM, .low = 1, .high = 2}, false},
               {{.kind = LOLIGO_NORMAL_CLIPPED, .mean = -4, .std = 1, .low = -6, .high = -2}, false},
               {{.kind = LOLIGO_NORMAL, .mean = 1, .std = 3}, true},
               {{.kind = LOLIGO_LOGNORMAL, .mean = 1, .std = 5}, true}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    subject s;
    double weight[N];
    open_drawn(&s, "iaf_psc_exp", cases[c].law, loligo_constant(1));
    assert_int_equal(s.format.pathways[0].wide, cases[c].wide);
    OK(batch_draw_weights(&s.drawer, &(rule_batch){.item = ITEM, .n = N}));
    drawn_as(&s, RANDOM_WEIGHT, &cases[c].law, weight);
    const double worst = check_weights(&s, weight, N);
    assert_true(worst > 0 && fabs(s.drawer.max_error - worst) <= 1e-12);
    subject_close(&s);
  }
}

static void decimal_constants_are_exact(void **state)
{
  (void)state;
  subject s;
  open_drawn(&s, "iaf_psc_exp", loligo_constant(87.8085), loligo_constant(1));
  OK(batch_draw_weights(&s.drawer, &(rule_batch){.item = ITEM, .n = N}));
  for (size_t k = 0; k < N; k++) assert_true(stored(&s, k) == 87.8085);
  assert_true(s.drawer.max_error == 0);
  subject_close(&s);
}

static void listed_values_come_from_the_edges(void **state)
{
  (void)state;
  const loligo_edge edges[] = {{0, 1, 1.5, 0.1}, {1, 1, -0.25, 2}, {2, 1, 0, 1}, {3, 1, 1 / 3.0, 0.3}};
  enum { EDGES = sizeof edges / sizeof *edges };
  const int32_t steps[EDGES] = {1, 20, 10, 3};
  subject s;
  double weight[EDGES];
  const loligo_projection_spec spec = {.rule = "explicit", .edges = edges, .n_edges = EDGES};
  subject_open(&s, "iaf_psc_exp", &spec);
  const rule_batch batch = {.item = ITEM, .n = EDGES, .edges = edges};
  OK(batch_draw_delays(&s.drawer, &batch));
  OK(batch_draw_weights(&s.drawer, &batch));
  assert_memory_equal(s.drawer.steps, steps, sizeof steps);
  for (size_t k = 0; k < EDGES; k++) weight[k] = edges[k].weight;
  check_weights(&s, weight, EDGES);
  assert_true(stored(&s, 1) == -0.25);
  subject_close(&s);
}

/* Delays on a grid and those with too many values for one: in the range of the law, of its mean. */
static void delays_are_whole_steps_of_their_law(void **state)
{
  (void)state;
  const loligo_distribution laws[] = {loligo_constant(1.5),
                                      {.kind = LOLIGO_UNIFORM, .low = 1, .high = 3},
                                      {.kind = LOLIGO_UNIFORM, .low = 100, .high = 900}};
  for (size_t c = 0; c < 3; c++) {
    subject s;
    open_drawn(&s, "iaf_psc_exp", loligo_constant(1), laws[c]);
    assert_int_equal(s.drawer.grid, c == 1);
    OK(batch_draw_delays(&s.drawer, &(rule_batch){.item = ITEM, .n = N}));
    const distribution_range range = distribution_range_of(&laws[c]);
    double sum = 0, ms[N];
    drawn_as(&s, RANDOM_DELAY, &laws[c], ms);
    for (size_t k = 0; k < N; k++) {
      const double delay = s.drawer.steps[k] * dt;
      assert_true(delay >= range.low - dt / 2 && delay <= range.high + dt / 2);
      if (!s.drawer.grid) assert_true(fabs(delay - ms[k]) <= dt / 2 + 1e-9);
      sum += delay;
    }
    assert_true(fabs(sum / N - (range.low + range.high) / 2) <=
                5 * (range.high - range.low) / sqrt(12.0 * N) + dt / 10);
    subject_close(&s);
  }
}

static void draws_depend_on_the_item_alone(void **state)
{
  (void)state;
  const loligo_distribution law = {.kind = LOLIGO_UNIFORM, .low = 1, .high = 2};
  subject s;
  int32_t quanta[N], steps[N];
  open_drawn(&s, "iaf_psc_exp", law, law);
  const rule_batch whole = {.item = ITEM, .n = N}, part = {.item = ITEM, .n = N / 3}, other = {.item = 1, .n = N};
  OK(batch_draw_weights(&s.drawer, &whole));
  OK(batch_draw_delays(&s.drawer, &whole));
  memcpy(quanta, s.drawer.quanta, sizeof quanta);
  memcpy(steps, s.drawer.steps, sizeof steps);
  OK(batch_draw_weights(&s.drawer, &other));
  OK(batch_draw_delays(&s.drawer, &other));
  assert_memory_not_equal(quanta, s.drawer.quanta, sizeof quanta);
  assert_memory_not_equal(steps, s.drawer.steps, sizeof steps);
  OK(batch_draw_weights(&s.drawer, &part));
  OK(batch_draw_delays(&s.drawer, &part));
  assert_memory_equal(quanta, s.drawer.quanta, N / 3 * sizeof *quanta);
  assert_memory_equal(steps, s.drawer.steps, N / 3 * sizeof *steps);
  subject_close(&s);
}

static void what_cannot_be_is_refused(void **state)
{
  (void)state;
  const loligo_distribution spread = {.kind = LOLIGO_NORMAL, .mean = 1, .std = 2};
  const rule_batch batch = {.item = ITEM, .n = N};
  subject s;
  open_drawn(&s, "iaf_cond_exp", spread, loligo_constant(1));
  assert_int_equal(batch_draw_weights(&s.drawer, &batch), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "projection p onto A: a drawn weight is negative"));
  loligo_error_clear();
  subject_close(&s);
  open_drawn(&s, "iaf_cond_exp", loligo_constant(1), spread);
  assert_int_equal(batch_draw_delays(&s.drawer, &batch), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "projection p onto A: a drawn delay rounds below dt = 0.1 ms"));
  assert_non_null(strstr(loligo_error_message(), "low: 0.05 ms"));
  loligo_error_clear();
  subject_close(&s);
}

static loligo_status draw(void *self)
{
  const subject *s = self;
  batch_drawer drawer = {0};
  batch_drawer_bind(&drawer, s->network, &s->format.pathways[0], &s->format, NULL);
  loligo_status status = batch_draw_weights(&drawer, &(rule_batch){.item = ITEM, .n = N});
  if (status == LOLIGO_OK) status = batch_draw_delays(&drawer, &(rule_batch){.item = ITEM, .n = 2 * N});
  batch_drawer_free(&drawer);
  return status;
}

static void drawing_tells_that_there_is_no_memory(void **state)
{
  (void)state;
  subject s;
  open_drawn(&s, "iaf_psc_exp", loligo_constant(1), loligo_constant(1));
  fails_without_memory(draw, &s);
  subject_close(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(drawn_weights_are_rounded_within_their_bound),
      cmocka_unit_test(decimal_constants_are_exact),
      cmocka_unit_test(listed_values_come_from_the_edges),
      cmocka_unit_test(delays_are_whole_steps_of_their_law),
      cmocka_unit_test(draws_depend_on_the_item_alone),
      cmocka_unit_test(what_cannot_be_is_refused),
      cmocka_unit_test(drawing_tells_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Changes within a run: what holds at a step follows from the description and the step, whatever the way there; what
 * cannot change is refused, and nothing of it is left.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "model/neuron/model.h"
#include "network/description.h"
#include "network/input.h"
#include "network/population.h"
#include "network/schedule.h"
#include "scarce.h"

enum { CELLS = 10, MOST_PARAMS = 32, RATE = 0 };

static const loligo_selection all = {.last = CELLS};
static const loligo_stretch stretch = {.first = 1, .last = CELLS, .every = 4}; /* 1, 5, 9 */
static const loligo_selection some = {.stretches = &stretch, .n_stretches = 1};

static loligo_network *make(void)
{
  loligo_network *network = loligo_network_create(0.1, 7);
  assert_non_null(network);
  assert_int_equal(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL),
                   LOLIGO_OK);
  const loligo_named_value rate = {"rate", loligo_constant(5)};
  const loligo_input_spec spec = {.name = "drive",
                                  .model = "poisson",
                                  .target = all,
                                  .weight = 2,
                                  .receptor = "exc",
                                  .params = &rate,
                                  .n_params = 1};
  assert_int_equal(loligo_network_add_input(network, &spec), LOLIGO_OK);
  return network;
}

static loligo_status add_changes(loligo_network *network)
{
  static const double values[] = {11, 22, 33};
  const loligo_distribution law = {.kind = LOLIGO_UNIFORM, .low = 100, .high = 200};
  LOLIGO_TRY(loligo_network_change_param(network, 3, &some, "I_e", loligo_list(values, 3)));
  LOLIGO_TRY(loligo_network_change_param(network, 1, &all, "I_e", loligo_constant(50)));
  LOLIGO_TRY(loligo_network_change_param(network, 2, &all, "C_m", loligo_constant(100)));
  LOLIGO_TRY(loligo_network_change_param(network, 4, &all, "I_e", law));
  LOLIGO_TRY(loligo_network_change_input(network, 2, 0, "rate", loligo_constant(9)));
  LOLIGO_TRY(loligo_network_change_input(network, 3, 0, "weight", law));
  return loligo_network_change_input(network, 4, 0, "stop", loligo_constant(5));
}

static double value_of(const schedule_course *course, const char *name, uint64_t index)
{
  const loligo_population *population = &course->now.populations[0];
  const size_t i = (size_t)model_param_index(population->model, name);
  double param[MOST_PARAMS];
  population_params(population, param);
  return population_is_distributed(population, i) ? population_value(&course->now, population, i, index) : param[i];
}

static double weight_of(const schedule_course *course, uint64_t index)
{
  const loligo_input *input = &course->now.inputs[0];
  double weight = input->weight;
  if (input_is_distributed(input, input->model->params.n))
    assert_int_equal(input_value(&course->now, input, input->model->params.n, index, index, &weight), LOLIGO_OK);
  return weight;
}

static void check_begin(const schedule_course *course)
{
  assert_int_equal(course->next, 10);
  assert_true(value_of(course, "I_e", 5) == 0 && value_of(course, "C_m", 5) == 250);
  assert_true(population_is_uniform(&course->now.populations[0]));
  assert_true(course->now.inputs[0].params[RATE] == 5 && weight_of(course, 3) == 2);
  assert_int_equal(course->now.inputs[0].stop, INT64_MAX);
}

static void check_at_3_ms(const schedule_course *course)
{
  assert_int_equal(course->next, 40);
  assert_true(course->population_has_changed[0] && course->input_has_changed[0]);
  assert_true(value_of(course, "I_e", 1) == 11 && value_of(course, "I_e", 5) == 22 && value_of(course, "I_e", 9) == 33);
  assert_true(value_of(course, "I_e", 0) == 50 && value_of(course, "I_e", 6) == 50);
  assert_true(value_of(course, "C_m", 1) == 100);
  assert_true(course->now.inputs[0].params[RATE] == 9);
  assert_in_range((int)weight_of(course, 3), 100, 200);
  assert_false(weight_of(course, 3) == weight_of(course, 4));
}

static void values_follow_from_the_step(void **state)
{
  (void)state;
  loligo_network *network = make();
  schedule_course course;
  assert_int_equal(add_changes(network), LOLIGO_OK);
  assert_int_equal(schedule_init(&course, network), LOLIGO_OK);
  check_begin(&course);
  schedule_advance(&course, 9);
  check_begin(&course);
  schedule_advance(&course, 30); /* at once */
  check_at_3_ms(&course);
  schedule_rewind(&course);
  check_begin(&course);
  for (int64_t step = 0; step <= 30; step++) schedule_advance(&course, step); /* one after the other */
  check_at_3_ms(&course);
  const double drawn = weight_of(&course, 3);
  schedule_take(&course);
  assert_false(course.population_has_changed[0] || course.input_has_changed[0]);
  schedule_advance(&course, 40);
  assert_int_equal(course.next, INT64_MAX);
  assert_in_range((int)value_of(&course, "I_e", 1), 100, 200);
  assert_true(weight_of(&course, 3) == drawn); /* another value's change draws nothing of it anew */
  assert_int_equal(course.now.inputs[0].stop, 50);
  assert_true(network->populations[0].may_differ);
  schedule_free(&course);
  loligo_network_destroy(network);
}

static void refuse(loligo_status status, const char *words)
{
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  if (!strstr(loligo_error_message(), words)) fail_msg("%s", loligo_error_message());
  loligo_error_clear();
}

static void what_cannot_change_is_refused(void **state)
{
  (void)state;
  loligo_network *network = make();
  const loligo_distribution one = loligo_constant(1);
  refuse(loligo_network_change_param(network, 0.05, &all, "I_e", one), "multiple of dt");
  refuse(loligo_network_change_param(network, -1, &all, "I_e", one), "at must be >= 0");
  refuse(loligo_network_change_param(network, NAN, &all, "I_e", one), "at");
  refuse(loligo_network_change_param(network, 1, &all, "I_a", one), "did you mean 'I_e'");
  refuse(loligo_network_change_param(network, 1, &all, "C_m", loligo_constant(-1)), "C_m");
  refuse(loligo_network_change_param(network, 1, &some, "C_m", loligo_list((const double[]){1, 2}, 2)), "3");
  refuse(loligo_network_change_param(network, 1, &(loligo_selection){.last = 11}, "C_m", one), "11");
  refuse(loligo_network_change_input(network, 1, 0, "rat", one), "did you mean 'rate'");
  refuse(loligo_network_change_input(network, 1, 0, "rate", loligo_constant(-1)), "rate");
  refuse(loligo_network_change_input(network, 1, 0, "weight", loligo_constant(-1)), "weight -1 pA");
  assert_int_equal(network->n_changes, 0);
  assert_int_equal(loligo_network_change_param(network, 1, &some, "I_e", one), LOLIGO_OK);
  refuse(loligo_network_change_param(network, 1, &all, "I_e", one), "populations.A.params.I_e changes twice at 1 ms");
  assert_int_equal(network->n_changes, 1);
  loligo_network_destroy(network);
}

static loligo_status go_through(void *self)
{
  loligo_network *network = self;
  schedule_course course;
  const loligo_status status = schedule_init(&course, network);
  if (status == LOLIGO_OK) schedule_advance(&course, 40);
  schedule_free(&course);
  return status;
}

static void memory_is_scarce(void **state)
{
  (void)state;
  loligo_network *network = make();
  assert_int_equal(add_changes(network), LOLIGO_OK);
  fails_without_memory(go_through, network);
  loligo_network_destroy(network);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(values_follow_from_the_step),
                                     cmocka_unit_test(what_cannot_change_is_refused),
                                     cmocka_unit_test(memory_is_scarce)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

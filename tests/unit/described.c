/*
 * Models whose tables follow from parameters: each population has its own, made anew whenever such a parameter is set.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/network.h"
#include "model/neuron/model.h"
#include "network/description.h"
#include "network/population.h"
#include "scarce.h"

enum { MOST = 9, WAYWARD = 7, HALF = 8 };

static int n_described, n_forgotten;
static const char *const numbers[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};

/* As many receptors and variables as `tau` has values; not so many as WAYWARD, and no names for HALF of them. */
static loligo_status describe(const double *param, loligo_model *described)
{
  const size_t n = (size_t)param[0];
  loligo_receptor *receptors = calloc(MOST, sizeof *receptors);
  loligo_variable *variables = calloc(MOST, sizeof *variables);
  n_described++;
  assert_true(isnan(param[1])); /* a number that may differ from cell to cell */
  described->receptors = receptors;
  described->variables = variables;
  if (!receptors || !variables) return loligo_fail(LOLIGO_MACHINE_ERROR, "no memory");
  if (n == WAYWARD) return loligo_fail(LOLIGO_INPUT_ERROR, "tau: not seven");
  described->n_receptors = described->n_variables = n;
  for (size_t r = 0; r < n && n != HALF; r++) {
    receptors[r] = (loligo_receptor){numbers[r], LOLIGO_RECEPTOR_CURRENT};
    variables[r] = (loligo_variable){numbers[r], "pA", "current"};
  }
  return LOLIGO_OK;
}

static void forget(loligo_model *described)
{
  n_forgotten++;
  free((void *)described->receptors);
  free((void *)described->variables);
}

static void step(const loligo_block *block)
{
  memset(block->spike, 0, block->n * sizeof *block->spike);
}

static const loligo_param params[] = {
    {.name = "tau",
     .type = LOLIGO_PARAM_LIST,
     .unit = "ms",
     .fallback = "2",
     .range = LOLIGO_RANGE_POSITIVE,
     .help = "t"},
    LOLIGO_REAL_ROW("g", "nS", "5", LOLIGO_RANGE_ANY, "g"),
    {.name = "more", .type = LOLIGO_PARAM_LIST, .unit = "", .fallback = "", .range = LOLIGO_RANGE_ANY, .help = "m"},
};

static const loligo_model described = {.name = "described",
                                       .summary = "for this test",
                                       .params = {params, 3},
                                       .describe = describe,
                                       .forget = forget,
                                       .step = step};

#define OK(call) assert_int_equal(call, LOLIGO_OK)

static void refuse(loligo_status status, const char *words)
{
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  if (!strstr(loligo_error_message(), words)) fail_msg("'%s' is not in '%s'", words, loligo_error_message());
  loligo_error_clear();
}

static loligo_network *make(size_t n_populations)
{
  static const char *const names[] = {"A", "B", "C"};
  loligo_network *network = loligo_network_create(0.1, 1);
  for (size_t p = 0; p < n_populations; p++)
    OK(loligo_network_add_population(network, names[p], loligo_model_find("described"), 4, NULL));
  return network;
}

static const double values[MOST] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void populations_have_tables_of_their_own(void **state)
{
  (void)state;
  loligo_network *network = make(2);
  OK(loligo_network_set_param(network, 1, "tau", loligo_list(values, 3)));
  assert_int_equal(network->populations[0].model->n_receptors, 1);
  assert_int_equal(network->populations[1].model->n_receptors, 3);
  assert_ptr_equal(network->populations[1].registered, &described);
  OK(loligo_network_set_init(network, 1, "3", loligo_constant(7)));
  refuse(loligo_network_set_init(network, 0, "3", loligo_constant(7)), "unknown state variable '3'");
  loligo_projection_spec spec = {.rule = "all_to_all", .weight = loligo_constant(1), .delay = loligo_constant(1)};
  spec.target = 1;
  spec.receptor = "3";
  OK(loligo_network_add_projection(network, &spec));
  spec.target = 0;
  refuse(loligo_network_add_projection(network, &spec), "unknown receptor '3'");
  loligo_network_destroy(network);
  assert_int_equal(n_described, n_forgotten);
}

/* The numbers of the rows, then the values of the lists. */
static void hooks_get_lists_behind_the_rows(void **state)
{
  (void)state;
  loligo_network *network = make(1);
  const loligo_population *population = &network->populations[0];
  double param[16];
  assert_int_equal(population_n_params(population), 4);
  population_params(population, param);
  assert_true(param[0] == 1 && param[1] == 5 && param[2] == 0 && param[3] == 2);
  OK(loligo_network_set_param(network, 0, "more", loligo_list(values, 2)));
  OK(loligo_network_set_param(network, 0, "tau", loligo_list(values + 3, 3)));
  OK(loligo_network_set_param(network, 0, "g", (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 1, .high = 2}));
  assert_int_equal(population_n_params(population), 8);
  population_params(population, param);
  assert_true(param[0] == 3 && isnan(param[1]) && param[2] == 2);
  assert_memory_equal(param + 3, values + 3, 3 * sizeof *values);
  assert_memory_equal(param + 6, values, 2 * sizeof *values);
  assert_true(population_is_distributed(population, 1) && !population_is_distributed(population, 0));
  loligo_network_destroy(network);
  assert_int_equal(n_described, n_forgotten);
}

static void what_cannot_be_described_changes_nothing(void **state)
{
  (void)state;
  loligo_network *network = make(1);
  OK(loligo_network_set_param(network, 0, "tau", loligo_list(values, 2)));
  refuse(loligo_network_set_param(network, 0, "tau", loligo_list(values, WAYWARD)), "tau: not seven");
  refuse(loligo_network_set_param(network, 0, "tau", loligo_list(values, HALF)),
         "tables that it makes are not complete");
  refuse(loligo_network_set_param(network, 0, "tau", loligo_constant(1)), "tau must be a list");
  const double negative[] = {1, -1};
  refuse(loligo_network_set_param(network, 0, "tau", loligo_list(negative, 2)), "tau must be > 0");
  assert_int_equal(network->populations[0].model->n_receptors, 2);
  assert_int_equal(population_n_params(&network->populations[0]), 5);
  loligo_network_destroy(network);
  assert_int_equal(n_described, n_forgotten);
}

/* What was said by the old tables would mean something else by new ones. */
static void tables_in_use_stay(void **state)
{
  (void)state;
  loligo_network *network = make(3);
  OK(loligo_network_set_init(network, 0, "1", loligo_constant(3)));
  const loligo_projection_spec spec = {
      .source = 1, .target = 1, .rule = "all_to_all", .weight = loligo_constant(1), .delay = loligo_constant(1)};
  OK(loligo_network_add_projection(network, &spec));
  const loligo_input_spec input = {.name = "x",
                                   .model = "spikes",
                                   .target = {.population = 2, .first = 0, .last = 4},
                                   .weight = 1,
                                   .times = values,
                                   .n_times = 2};
  OK(loligo_network_add_input(network, &input));
  for (size_t p = 0; p < 3; p++)
    refuse(loligo_network_set_param(network, p, "tau", loligo_list(values, 2)), "set tau before initial states");
  OK(loligo_network_set_param(network, 1, "g", loligo_constant(1)));
  loligo_network_destroy(network);
  assert_int_equal(n_described, n_forgotten);
}

static void a_name_is_given_once(void **state)
{
  (void)state;
  refuse(model_add("mine.so", &described), "mine.so: there is a model 'described' already");
  assert_ptr_equal(loligo_model_find("described"), &described);
}

static int add_model(void **state)
{
  (void)state;
  return model_add("test", &described) == LOLIGO_OK ? 0 : 1;
}

static loligo_status set_twice(void *self)
{
  const size_t *length = self;
  loligo_network *network = loligo_network_create(0.1, 1);
  if (!network) return LOLIGO_MACHINE_ERROR;
  loligo_status status = loligo_network_add_population(network, "A", loligo_model_find("described"), 4, NULL);
  for (size_t time = 0; status == LOLIGO_OK && time < 2; time++)
    status = loligo_network_set_param(network, 0, "tau", loligo_list(values, length[time]));
  loligo_network_destroy(network);
  return status;
}

static void memory_is_scarce(void **state)
{
  (void)state;
  size_t lengths[] = {2, 3};
  fails_without_memory(set_twice, lengths);
  assert_int_equal(n_described, n_forgotten);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(populations_have_tables_of_their_own),
                                     cmocka_unit_test(hooks_get_lists_behind_the_rows),
                                     cmocka_unit_test(what_cannot_be_described_changes_nothing),
                                     cmocka_unit_test(tables_in_use_stay),
                                     cmocka_unit_test(a_name_is_given_once),
                                     cmocka_unit_test(memory_is_scarce)};
  return cmocka_run_group_tests(tests, add_model, NULL);
}

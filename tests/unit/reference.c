/*
 * The printed reference: YAML that holds every row of every table with its default, and that agrees with what the
 * reader does.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random/distribution.h"
#include "io/model_file/decode.h"
#include "io/model_file/recording_kind.h"
#include "io/model_file/reference.h"
#include "io/model_file/sections.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/partition.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "network/energy.h"
#include "network/rule/rule.h"
#include "sim/exchange/exchange.h"

/* What is printed, of one model or of everything; free(). */
static char *printed(const loligo_model *model)
{
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  if (model) {
    reference_print_model(out, model);
  } else {
    reference_print(out);
  }
  assert_int_equal(fclose(out), 0);
  return text;
}

static tree_node *parse(const char *text)
{
  tree_node *root;
  if (tree_parse(text, (tree_mark){"reference", 1, 1}, &root) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  return root;
}

static const tree_node *find(const tree_node *parent, const char *key)
{
  const tree_node *child = tree_find(parent, key);
  if (!child) fail_msg("no key '%s'", key);
  return child;
}

/* Rows without a sub-table have their default as value. */
static void assert_rows(const tree_node *mapping, const loligo_param_table *table)
{
  for (size_t i = 0; i < table->n; i++) {
    const loligo_param *row = &table->rows[i];
    const tree_node *node = find(mapping, row->name);
    if (row->type == LOLIGO_PARAM_NODE) continue;
    const char *value = row->fallback ? row->fallback : "";
    assert_int_equal(strncmp(node->text, value, strlen(value)), 0);
    if (*value && row->unit && *row->unit) assert_non_null(strstr(node->text, row->unit));
  }
}

static void assert_model(const tree_node *node, const loligo_model *model)
{
  assert_rows(find(node, "params"), &model->params);
  if (model->takes_trains) assert_rows(find(node, "params"), &trains_table);
  for (size_t i = 0; i < model->n_variables; i++) find(find(node, "init"), model->variables[i].name);
  find(node, "operations");
  for (size_t i = 0; i < model->n_receptors; i++) {
    const tree_node *receptor = find(find(node, "receptors"), model->receptors[i].name);
    assert_string_equal(receptor->text, receptor_unit(model->receptors[i].kind));
  }
}

static void check_recordings(const tree_node *record)
{
  loligo_param rows[DECODE_MAX_ROWS];
  const loligo_param_table table = recording_kind_rows(rows);
  assert_rows(record, &table);
  for (size_t i = 0; i < table.n; i++) {
    const recording_kind *kind = recording_kind_at(i);
    if (kind->entries) assert_rows(find(find(record, kind->name), "NAME"), kind->entries);
  }
}

static void the_reference_holds_all_sections(void **state)
{
  (void)state;
  char *text = printed(NULL);
  tree_node *root = parse(text);
  assert_rows(root, &model_table);
  assert_rows(find(root, "simulation"), &simulation_table);
  assert_rows(find(find(root, "populations"), "NAME"), &population_table);
  const tree_node *projection = find(root, "projections")->children[0];
  assert_rows(projection, &projection_table);
  assert_rows(projection, &drawn_table);
  assert_rows(find(projection, "synapse"), &synapse_table);
  const tree_node *input = find(find(root, "inputs"), "NAME");
  assert_rows(input, &input_table);
  assert_rows(input, &contact_table);
  assert_rows(input, &trains_table);
  check_recordings(find(root, "record"));
  assert_rows(find(root, "partition"), &partition_table);
  assert_rows(find(root, "exchange"), &exchange_table);
  assert_rows(find(root, "output"), &output_table);
  assert_rows(find(root, "energy"), &energy_table);
  assert_rows(find(root, "energy"), &energy_price_table);
  tree_free(root);
  free(text);
}

static void check_technology(const tree_node *tables, const technology *of)
{
  const tree_node *table = find(tables, of->name);
  size_t n = 0;
  for (size_t i = 0; i < energy_price_table.n; i++) {
    const loligo_param *row = &energy_price_table.rows[i];
    if (isnan(energy_price(&of->prices, row))) continue;
    assert_true(strtod(find(table, row->name)->text, NULL) == energy_price(&of->prices, row));
    n++;
  }
  assert_int_equal(table->n, n);
}

static void the_reference_holds_all_registries(void **state)
{
  (void)state;
  char *text = printed(NULL);
  tree_node *root = parse(text);
  const tree_node *models = find(root, "models"), *inputs = find(root, "input_models"),
                  *laws = find(root, "distributions");
  for (size_t i = 0; loligo_model_at(i); i++) assert_model(find(models, loligo_model_at(i)->name), loligo_model_at(i));
  for (size_t i = 0; input_model_at(i); i++)
    assert_rows(find(inputs, input_model_at(i)->name), &input_model_at(i)->params);
  for (size_t i = 0; distribution_at(i); i++)
    assert_rows(find(laws, distribution_at(i)->name), &distribution_at(i)->params);
  for (size_t i = 0; rule_at(i); i++) find(find(root, "rules"), rule_at(i)->name);
  for (size_t i = 0; loligo_partitioner_name(i); i++) find(find(root, "partition_methods"), loligo_partitioner_name(i));
  for (size_t i = 0; exchange_method_at(i); i++) find(find(root, "exchange_methods"), exchange_method_at(i)->name);
  for (size_t i = 0; technology_at(i); i++) check_technology(find(root, "energy_tables"), technology_at(i));
  tree_free(root);
  free(text);
}

static void every_model_has_a_page(void **state)
{
  (void)state;
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    char *text = printed(model);
    tree_node *root = parse(text);
    assert_string_equal(find(root, "model")->text, model->name);
    assert_model(root, model);
    assert_non_null(strstr(text, model->summary));
    tree_free(root);
    free(text);
  }
}

static void comments_say_unit_range_and_choices(void **state)
{
  (void)state;
  char *text = printed(NULL);
  assert_non_null(strstr(text, "\n  duration:                               # (required, ms, > 0) "));
  assert_non_null(strstr(text, "\n  seed: 1                                 # (whole number, >= 0) "));
  assert_non_null(strstr(text, "\n      precision: float32                  # (float32 | float64) "));
  assert_non_null(strstr(text, "\n      C_m: 250 pF                         # (> 0) "));
  assert_non_null(strstr(text, "\n      V_m:                                # (mV) "));
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_reference_holds_all_sections),
      cmocka_unit_test(the_reference_holds_all_registries),
      cmocka_unit_test(every_model_has_a_page),
      cmocka_unit_test(comments_say_unit_range_and_choices),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

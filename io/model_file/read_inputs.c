/*
 * inputs: a mapping by name. The model of an input decides which tables its keys come from.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/numbers_file.h"
#include "io/model_file/read.h"
#include "io/model_file/selections.h"
#include "io/model_file/value.h"
#include "model/input/input_model.h"
#include "model/neuron/elsewhere.h"
#include "model/neuron/model.h"
#include "network/compartments.h"

enum { WHAT_SIZE = 64 };

static const char WHAT[] = "input";

/* What of an input's keys was read: the tables in this order, some of them absent. */
typedef struct input_values {
  char what[WHAT_SIZE];
  decode_form form;
  numbers_wanted wanted;
  decode_source files;
  loligo_param rows[DECODE_MAX_ROWS]; /* [model's parameters] of which those that are one number may be laws */
  decoded values[DECODE_MAX_ROWS];
  input_section common;
  contact_section contact;
  trains_section trains;
  const decoded *params; /* [model's parameters] into values */
  selections targets;
} input_values;

static void add_table(decode_form *form, loligo_param_table table)
{
  form->tables[form->n_tables++] = table;
}

static loligo_status find_model(const tree_node *mapping, const input_model **found)
{
  const loligo_param *row = decode_row(input_table, offsetof(input_section, model));
  const tree_node *node = tree_find(mapping, row->name);
  if (!node) return decode_fail_missing(mapping, row, WHAT);
  LOLIGO_TRY(value_expect_text(row->name, node));
  *found = input_model_find(node->text);
  if (*found) return LOLIGO_OK;
  const model_elsewhere *elsewhere = model_elsewhere_find(node->text);
  if (elsewhere && elsewhere->same && input_model_find(elsewhere->same))
    return read_fail_elsewhere(elsewhere, node, WHAT);
  return tree_locate(node->mark, NULL, registry_unknown_in(&input_model_registry, row->name, node->text, WHAT));
}

/* -- another name of an input (input_form) -- */

/* The mapping that holds the keys of an input called by another's name; NULL where `mapping` does not call it so. */
static tree_node *keys_of_form(const tree_node *mapping, const input_form *form, const char *called)
{
  if (!form->model || strcmp(form->model, called) != 0) return NULL;
  tree_node *outer = tree_find(mapping, form->key);
  tree_node *mark = outer && outer->kind == TREE_MAPPING ? tree_find(outer, form->mark) : NULL;
  return mark && mark->kind == TREE_MAPPING ? mark : mark ? outer : NULL;
}

/* Moves all children of `from` to `to`. */
static loligo_status move_children(tree_node *from, tree_node *to)
{
  while (from->n > 0) {
    tree_node *child = from->children[0];
    char *key = child->key;
    if (tree_find(to, key)) return tree_fail(child->key_mark, "duplicate key '%s'; it stands beside and within", key);
    tree_take(from, child);
    child->key = NULL;
    const loligo_status status = tree_add(to, key, child->key_mark, child);
    memory_free(key);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

/* Calls the input of a mapping by its own name, with its keys as its own. */
static loligo_status resolve_form(tree_node *mapping, const input_model **model)
{
  const input_model *other;
  tree_node *keys = NULL;
  for (size_t i = 0; (other = input_model_at(i)); i++)
    if ((keys = keys_of_form(mapping, &other->form, (*model)->name))) break;
  if (!keys) return LOLIGO_OK;
  *model = other;
  tree_node *outer = tree_find(mapping, other->form.key);
  if (keys != outer && outer->n > 1)
    return tree_fail(outer->mark, "%s: '%s' stands alone, without other keys", outer->key, other->form.mark);
  tree_take(mapping, outer);
  const loligo_status status = move_children(keys, mapping);
  tree_free(outer);
  LOLIGO_TRY(status);
  return tree_set_text(decode_child(mapping, input_table, offsetof(input_section, model)), other->name);
}

/* The unit of the weight follows from the targets, which must agree on it. */
static loligo_status weight_unit_of(const model_reader *reader, const tree_node *mapping, const selections *targets,
                                    const char **unit)
{
  const tree_node *target = decode_child(mapping, input_table, offsetof(input_section, target));
  const tree_node *compartment = decode_child(mapping, input_table, offsetof(input_section, compartment));
  const tree_node *receptor =
      compartment ? NULL : decode_child(mapping, contact_table, offsetof(contact_section, receptor));
  const loligo_population *populations = reader->network->populations;
  const char *agreed = NULL;
  for (size_t i = 0; i < targets->n; i++) {
    const loligo_population *population = &populations[targets->items[i].population];
    const char *own;
    LOLIGO_TRY(read_weight_unit(population, target, receptor, WHAT, &own));
    if (agreed && strcmp(agreed, own) != 0)
      return tree_fail(target->mark, "weights onto '%s' are in %s, onto '%s' in %s; write two inputs",
                       populations[targets->items[0].population].name, agreed, population->name, own);
    agreed = own;
  }
  *unit = agreed;
  return LOLIGO_OK;
}

static loligo_param_table params_table(const input_model *model, loligo_param *rows)
{
  for (size_t i = 0; i < model->params.n; i++) {
    rows[i] = model->params.rows[i];
    if (rows[i].type == LOLIGO_PARAM_REAL) rows[i].type = LOLIGO_PARAM_DISTRIBUTION;
  }
  return (loligo_param_table){rows, model->params.n};
}

/* The target is looked up ahead; without one the table will find it missing. Values in a file are those of one
 * population. */
static loligo_status read_targets(const model_reader *reader, const tree_node *mapping, bool has_weight,
                                  input_values *input)
{
  const tree_node *target = decode_child(mapping, input_table, offsetof(input_section, target));
  selections *targets = &input->targets;
  input->wanted = (numbers_wanted){reader, NUMBERS_ANY};
  input->files = numbers_source(&input->wanted);
  input->form.files = &input->files;
  if (!target) return LOLIGO_OK;
  LOLIGO_TRY(selections_read(reader, target, target->key, SELECTION_REFUSES, targets));
  if (targets->n == 1) input->wanted.cells = selection_count(&targets->items[0]);
  return has_weight ? weight_unit_of(reader, mapping, targets, &input->form.unit) : LOLIGO_OK;
}

static loligo_status decode_input(const model_reader *reader, tree_node *mapping, const input_model *model,
                                  input_values *input)
{
  const bool has_weight = !input_model_is_current(model);
  bool any = false;
  decode_form *form = &input->form;
  snprintf(input->what, sizeof input->what, "%s %s", model->name, WHAT);
  form->what = input->what;
  add_table(form, input_table);
  if (has_weight) add_table(form, contact_table);
  add_table(form, params_table(model, input->rows));
  if (model->takes_trains) add_table(form, trains_table);
  LOLIGO_TRY(mistakes_keep(read_targets(reader, mapping, has_weight, input), &any));
  LOLIGO_TRY(mistakes_keep(decode_mapping(form, mapping, input->values), &any));
  LOLIGO_TRY(mistakes_told(any));
  const decoded *values = input->values;
  decode_store(input_table, values, &input->common);
  values += input_table.n;
  if (has_weight) {
    decode_store(contact_table, values, &input->contact);
    values += contact_table.n;
  }
  input->params = values;
  if (model->takes_trains) decode_store(trains_table, values + model->params.n, &input->trains);
  return LOLIGO_OK;
}

/* Writes down the receptor that the last inputs got, one for each target, where it has one name. */
static loligo_status complete_receptor(const model_reader *reader, tree_node *mapping, const input_values *input)
{
  const loligo_network *network = reader->network;
  const char *name = NULL;
  char plain[COMPARTMENTS_NAME_BYTES];
  for (size_t i = network->n_inputs - input->targets.n; i < network->n_inputs; i++) {
    const loligo_input *added = &network->inputs[i];
    if (added->receptor < 0) return LOLIGO_OK;
    const char *own = network->populations[added->target.population].model->receptors[added->receptor].name;
    if (name && strcmp(name, own) != 0) return LOLIGO_OK;
    name = own;
  }
  compartments_plain_name(name, plain);
  const loligo_param *row = decode_row(contact_table, offsetof(contact_section, receptor));
  return decode_complete_text(&input->form, mapping, row, plain);
}

/* A list has no order of populations. */
static loligo_status check_lists(const tree_node *mapping, const input_values *input, const input_model *model)
{
  const char *key = input->contact.weight.kind == LOLIGO_LIST ? "weight" : NULL;
  for (size_t i = 0; i < model->params.n; i++)
    if (input->params[i].law.kind == LOLIGO_LIST && input->rows[i].type != LOLIGO_PARAM_LIST) key = input->rows[i].name;
  if (!key || input->targets.n <= 1) return LOLIGO_OK;
  return read_fail_several(tree_find(mapping, key), key);
}

static loligo_status add_input(const model_reader *reader, const tree_node *mapping, const input_model *model,
                               const input_values *input, const read_trains *trains)
{
  loligo_named_value params[DECODE_MAX_ROWS];
  size_t n_params = 0;
  LOLIGO_TRY(check_lists(mapping, input, model));
  for (size_t i = 0; i < model->params.n; i++) {
    const decoded *value = &input->params[i];
    if (value->node) params[n_params++] = (loligo_named_value){model->params.rows[i].name, value->law};
  }
  loligo_input_spec spec = {.name = mapping->key,
                            .model = model->name,
                            .by_population = input->targets.n > 1,
                            .receptor = input->contact.receptor,
                            .any_sign = input->contact.sign == SIGN_ANY,
                            .weights = input->contact.weight,
                            .start = input->common.start,
                            .stop = input->common.stop,
                            .repeat = input->common.repeat,
                            .params = params,
                            .n_params = n_params,
                            .times = trains->times,
                            .owners = trains->owners,
                            .n_times = trains->n};
  for (size_t i = 0; i < input->targets.n; i++) {
    spec.target = input->targets.items[i];
    LOLIGO_TRY(read_compartment(reader, spec.target.population, input->common.compartment, &spec.compartment));
    LOLIGO_TRY(read_blame(reader, mapping, trains->file, loligo_network_add_input(reader->network, &spec)));
  }
  return LOLIGO_OK;
}

static loligo_status read_values(const model_reader *reader, tree_node *mapping, const input_model *model,
                                 input_values *input)
{
  read_trains trains = {0};
  LOLIGO_TRY(decode_input(reader, mapping, model, input));
  if (reader->lacks_dt) return LOLIGO_OK;
  loligo_status status = LOLIGO_OK;
  if (model->takes_trains) status = read_trains_load(reader, input->what, &input->trains, mapping, &trains);
  if (status == LOLIGO_OK) status = add_input(reader, mapping, model, input, &trains);
  read_trains_free(&trains);
  LOLIGO_TRY(status);
  return complete_receptor(reader, mapping, input);
}

static loligo_status read_input(const model_reader *reader, tree_node *mapping)
{
  const input_model *model;
  input_values input = {.common = {0}};
  LOLIGO_TRY(value_expect_mapping(WHAT, mapping));
  LOLIGO_TRY(find_model(mapping, &model));
  LOLIGO_TRY(resolve_form(mapping, &model));
  const loligo_status status = read_values(reader, mapping, model, &input);
  selections_free(&input.targets);
  return status;
}

loligo_status read_inputs(model_reader *reader, tree_node *inputs)
{
  LOLIGO_TRY(value_expect_mapping("inputs", inputs));
  bool any = false;
  for (size_t i = 0; i < inputs->n; i++) LOLIGO_TRY(mistakes_keep(read_input(reader, inputs->children[i]), &any));
  return mistakes_told(any);
}

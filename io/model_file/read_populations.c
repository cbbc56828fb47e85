/*
 * populations: a mapping by name; their parameters and initial states by the tables of their models.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "base/memory.h"
#include "io/model_file/numbers_file.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"
#include "network/index.h"
#include "network/population.h"

enum { WHAT_SIZE = 96 };

static loligo_status find_model(tree_node *node, const char *what, const loligo_model **model)
{
  *model = loligo_model_find(node->text);
  if (*model) return tree_set_text(node, loligo_model_name(*model));
  fault_names names = {.n = 0};
  model_names(&names);
  return read_fail_unknown(node, node->key, what, &names);
}

static loligo_status read_trains_of(model_reader *reader, size_t id, const char *what, const decoded *values,
                                    const tree_node *params)
{
  trains_section section = {0};
  read_trains trains;
  decode_store(trains_table, values, &section);
  loligo_status status = read_trains_load(reader, what, &section, params, &trains);
  if (status == LOLIGO_OK) {
    status = loligo_network_set_trains(reader->network, id, trains.times, trains.owners, trains.n);
    status = read_blame(reader, params, trains.file, status);
  }
  read_trains_free(&trains);
  return status;
}

/* Makes room for the rows of a model, which may be any number. */
static loligo_status reserve(model_reader *reader, size_t n)
{
  const memory_column columns[] = {{(void **)&reader->rows, sizeof *reader->rows},
                                   {(void **)&reader->values, sizeof *reader->values}};
  return memory_grow_columns(columns, 2, &reader->room, n, "parameters");
}

static loligo_status set_params(model_reader *reader, size_t id, const char *what, tree_node *params, decoded *values)
{
  const loligo_model *model = reader->network->populations[id].registered;
  const numbers_wanted wanted = {reader, reader->network->populations[id].size};
  const decode_source files = numbers_source(&wanted);
  const decode_form form = {.what = what,
                            .tables = {model->params, trains_table},
                            .n_tables = model->takes_trains ? 2 : 1,
                            .laws = true,
                            .files = &files};
  LOLIGO_TRY(decode_rows(&form, params, values));
  for (size_t i = 0; i < model->params.n; i++) {
    if (!values[i].node) continue;
    const char *name = model->params.rows[i].name;
    LOLIGO_TRY(tree_blame(params, loligo_network_set_param(reader->network, id, name, values[i].law)));
  }
  return model->takes_trains ? read_trains_of(reader, id, what, values + model->params.n, params) : LOLIGO_OK;
}

static loligo_status read_params(model_reader *reader, size_t id, tree_node *params)
{
  const loligo_model *model = reader->network->populations[id].registered;
  char what[WHAT_SIZE];
  snprintf(what, sizeof what, "params of %s", model->name);
  LOLIGO_TRY(reserve(reader, model->params.n + trains_table.n));
  return set_params(reader, id, what, params, reader->values);
}

/* A table of the model's variables, all of them optional. */
static void variable_rows(const loligo_model *model, loligo_param *rows)
{
  for (size_t i = 0; i < model->n_variables; i++) {
    const loligo_variable *variable = &model->variables[i];
    rows[i] = (loligo_param){
        .name = variable->name, .type = LOLIGO_PARAM_DISTRIBUTION, .unit = variable->unit, .fallback = ""};
  }
}

static loligo_status set_init(model_reader *reader, size_t id, tree_node *init, loligo_param *rows, decoded *values)
{
  const loligo_model *model = reader->network->populations[id].model;
  char what[WHAT_SIZE];
  snprintf(what, sizeof what, "init of %s", model->name);
  variable_rows(model, rows);
  const numbers_wanted wanted = {reader, reader->network->populations[id].size};
  const decode_source files = numbers_source(&wanted);
  const decode_form form = {.what = what, .tables = {{rows, model->n_variables}}, .n_tables = 1, .files = &files};
  LOLIGO_TRY(decode_rows(&form, init, values));
  for (size_t i = 0; i < model->n_variables; i++) {
    if (!values[i].node) continue;
    LOLIGO_TRY(tree_blame(init, loligo_network_set_init(reader->network, id, rows[i].name, values[i].law)));
  }
  return LOLIGO_OK;
}

static loligo_status read_init(model_reader *reader, size_t id, tree_node *init)
{
  const size_t n = reader->network->populations[id].model->n_variables;
  LOLIGO_TRY(reserve(reader, n));
  return set_init(reader, id, init, reader->rows, reader->values);
}

static loligo_status read_population(model_reader *reader, tree_node *mapping)
{
  static const char what[] = "population";
  population_section section;
  const loligo_model *model;
  size_t id;
  LOLIGO_TRY(read_check_name(mapping->key, mapping->key_mark, what));
  LOLIGO_TRY(decode_section(what, population_table, mapping, &section));
  tree_node *model_node = decode_child(mapping, population_table, offsetof(population_section, model));
  LOLIGO_TRY(find_model(model_node, what, &model));
  LOLIGO_TRY(
      tree_blame(mapping, loligo_network_add_population(reader->network, mapping->key, model, section.size, &id)));
  LOLIGO_TRY(network_keep_place(reader->network, mapping->key_mark, &reader->network->populations[id].place));
  LOLIGO_TRY(read_params(reader, id, section.params));
  const loligo_population *population = &reader->network->populations[id];
  LOLIGO_TRY(tree_blame(section.params, population_check(population, reader->network->dt)));
  return read_init(reader, id, section.init);
}

loligo_status read_populations(model_reader *reader, tree_node *populations)
{
  LOLIGO_TRY(value_expect_mapping("populations", populations));
  for (size_t i = 0; i < populations->n; i++) LOLIGO_TRY(read_population(reader, populations->children[i]));
  return LOLIGO_OK;
}

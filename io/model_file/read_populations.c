/*
 * populations: a mapping by name; their parameters and initial states by the tables of their models.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/numbers_file.h"
#include "io/model_file/read.h"
#include "io/model_file/read_space.h"
#include "io/model_file/value.h"
#include "model/neuron/elsewhere.h"
#include "model/neuron/model.h"
#include "network/index.h"
#include "network/population.h"

enum { WHAT_SIZE = 96 };

#define NOT_ADDED SIZE_MAX /* id of a population that is wrong: what belongs to it is read all the same */

static loligo_status find_model(const model_reader *reader, tree_node *node, const char *what,
                                const loligo_model **model)
{
  *model = loligo_model_find(node->text);
  if (!*model && reader->lacks_models) return LOLIGO_INPUT_ERROR;
  if (*model) return tree_set_text(node, loligo_model_name(*model));
  const model_elsewhere *elsewhere = model_elsewhere_find(node->text);
  if (elsewhere) return read_fail_elsewhere(elsewhere, node, what);
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

/* Who reads values from files for the cells of a population. */
static numbers_wanted wanted_by(const model_reader *reader, size_t id)
{
  return (numbers_wanted){reader, id == NOT_ADDED ? NUMBERS_ANY : reader->network->populations[id].size};
}

static loligo_status set_params(model_reader *reader, size_t id, const loligo_param_table *params,
                                const tree_node *mapping, const decoded *values, bool *any)
{
  for (size_t i = 0; i < params->n && id != NOT_ADDED; i++) {
    if (!values[i].node || values[i].is_wrong) continue;
    const loligo_status status = loligo_network_set_param(reader->network, id, params->rows[i].name, values[i].law);
    LOLIGO_TRY(mistakes_keep(tree_blame(mapping, status), any));
  }
  return LOLIGO_OK;
}

static loligo_status read_params(model_reader *reader, size_t id, const loligo_model *model, tree_node *params)
{
  char what[WHAT_SIZE];
  bool any = false;
  snprintf(what, sizeof what, "params of %s", model->name);
  LOLIGO_TRY(reserve(reader, model->params.n + trains_table.n));
  decoded *values = reader->values;
  const numbers_wanted wanted = wanted_by(reader, id);
  const decode_source files = numbers_source(&wanted);
  const decode_form form = {.what = what,
                            .tables = {model->params, trains_table},
                            .n_tables = model->takes_trains ? 2 : 1,
                            .laws = true,
                            .files = &files};
  LOLIGO_TRY(mistakes_keep(decode_rows(&form, params, values), &any));
  LOLIGO_TRY(set_params(reader, id, &model->params, params, values, &any));
  LOLIGO_TRY(mistakes_told(any));
  if (!model->takes_trains || id == NOT_ADDED || reader->lacks_dt) return LOLIGO_OK;
  return read_trains_of(reader, id, what, values + model->params.n, params);
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

static loligo_status set_init(model_reader *reader, size_t id, const tree_node *init, size_t n, bool *any)
{
  for (size_t i = 0; i < n && id != NOT_ADDED; i++) {
    const decoded *value = &reader->values[i];
    if (!value->node || value->is_wrong) continue;
    const loligo_status status = loligo_network_set_init(reader->network, id, reader->rows[i].name, value->law);
    LOLIGO_TRY(mistakes_keep(tree_blame(init, status), any));
  }
  return LOLIGO_OK;
}

static loligo_status read_init(model_reader *reader, size_t id, const loligo_model *model, tree_node *init)
{
  char what[WHAT_SIZE];
  bool any = false;
  snprintf(what, sizeof what, "init of %s", model->name);
  LOLIGO_TRY(reserve(reader, model->n_variables));
  variable_rows(model, reader->rows);
  const numbers_wanted wanted = wanted_by(reader, id);
  const decode_source files = numbers_source(&wanted);
  const decode_form form = {
      .what = what, .tables = {{reader->rows, model->n_variables}}, .n_tables = 1, .files = &files};
  LOLIGO_TRY(mistakes_keep(decode_rows(&form, init, reader->values), &any));
  LOLIGO_TRY(set_init(reader, id, init, model->n_variables, &any));
  return mistakes_told(any);
}

static loligo_status read_reconstruction(model_reader *reader, size_t id, const loligo_model *model,
                                         const population_section *section, tree_lists *lists)
{
  const tree_node *other = section->soma ? section->soma : section->branches;
  if (other) return tree_fail(other->key_mark, "a population has %s or a morphology, not both", other->key);
  return read_morphology(reader, id, model, section->morphology, section->params, lists);
}

/* Parameters, and what cells are made of, which says some of them. */
static loligo_status read_cells(model_reader *reader, size_t id, const loligo_model *model,
                                const population_section *section, tree_lists *lists, bool *any)
{
  if (section->morphology) LOLIGO_TRY(mistakes_keep(read_reconstruction(reader, id, model, section, lists), any));
  if (section->soma) LOLIGO_TRY(mistakes_keep(read_soma(model, section->soma, section->params, lists), any));
  LOLIGO_TRY(mistakes_keep(read_params(reader, id, model, section->params), any));
  if (section->receptors) LOLIGO_TRY(mistakes_keep(read_receptors(reader, id, model, section->receptors), any));
  if (section->branches) LOLIGO_TRY(mistakes_keep(read_branches(reader, id, model, section->branches, lists), any));
  if (*any || id == NOT_ADDED) return LOLIGO_OK;
  const tree_node *place = section->branches ? section->branches : section->soma;
  if (section->morphology) place = section->morphology;
  return place ? mistakes_keep(tree_blame(place, tree_lists_set(reader->network, id, lists)), any) : LOLIGO_OK;
}

/* Of a population, or (NOT_ADDED) of one that is wrong. */
static loligo_status read_values(model_reader *reader, size_t id, const loligo_model *model,
                                 const population_section *section)
{
  bool any = false;
  tree_lists lists = {.has_nmda = false};
  const loligo_network *network = reader->network;
  const loligo_status status = read_cells(reader, id, model, section, &lists, &any);
  tree_lists_free(&lists);
  LOLIGO_TRY(status);
  if (!any && id != NOT_ADDED && !reader->lacks_dt) {
    const loligo_status status = population_check(&network->populations[id], network->dt);
    LOLIGO_TRY(mistakes_keep(tree_blame(section->params, status), &any));
  }
  if (any && model->describe) return LOLIGO_INPUT_ERROR; /* they tell which variables and receptors there are */
  LOLIGO_TRY(mistakes_keep(
      read_init(reader, id, id == NOT_ADDED ? model : network->populations[id].model, section->init), &any));
  return mistakes_told(any);
}

static const char WHAT[] = "population";

static loligo_status add_population(model_reader *reader, tree_node *mapping, const loligo_model *model, uint64_t size,
                                    size_t *id)
{
  loligo_network *network = reader->network;
  LOLIGO_TRY(tree_blame(mapping, loligo_network_add_population(network, mapping->key, model, size, id)));
  return network_keep_place(network, mapping->key_mark, &network->populations[*id].place);
}

static loligo_status read_population(model_reader *reader, tree_node *mapping)
{
  population_section section = {.model = NULL};
  const loligo_model *model = NULL;
  size_t id = NOT_ADDED;
  bool any = false;
  LOLIGO_TRY(mistakes_keep(read_check_name(mapping->key, mapping->key_mark, WHAT), &any));
  LOLIGO_TRY(mistakes_keep(decode_section(WHAT, population_table, mapping, &section), &any));
  tree_node *model_node = decode_child(mapping, population_table, offsetof(population_section, model));
  if (section.model) LOLIGO_TRY(mistakes_keep(find_model(reader, model_node, WHAT, &model), &any));
  if (!any) LOLIGO_TRY(mistakes_keep(add_population(reader, mapping, model, section.size, &id), &any));
  if (!any && section.positions) LOLIGO_TRY(mistakes_keep(read_positions(reader, id, section.positions), &any));
  if (any) LOLIGO_TRY(name_table_set(&reader->lost, 0, mapping->key, 0));
  if (model) LOLIGO_TRY(mistakes_keep(read_values(reader, id, model, &section), &any));
  if (section.repeat > 0 && id != NOT_ADDED && !reader->lacks_dt) {
    const tree_node *repeat = decode_child(mapping, population_table, offsetof(population_section, repeat));
    const loligo_status status = loligo_network_set_repeat(reader->network, id, section.repeat);
    LOLIGO_TRY(mistakes_keep(tree_blame(repeat, status), &any));
  }
  if (any && model && (model->describe || section.receptors || section.branches || section.morphology))
    LOLIGO_TRY(name_table_set(&reader->lost, 0, mapping->key, 0));
  return mistakes_told(any);
}

loligo_status read_populations(model_reader *reader, tree_node *populations)
{
  bool any = false;
  reader->lacks_populations = !populations || value_expect_mapping("populations", populations) != LOLIGO_OK;
  if (reader->lacks_populations) return LOLIGO_INPUT_ERROR;
  for (size_t i = 0; i < populations->n; i++)
    LOLIGO_TRY(mistakes_keep(read_population(reader, populations->children[i]), &any));
  return mistakes_told(any);
}

/*
 * Section by section, each with the tables of its reader.
 */
#include "io/model_file/defaults.h"

#include <stddef.h>

#include "io/model_file/data_format.h"
#include "io/model_file/decode.h"
#include "io/model_file/recording_kind.h"
#include "io/model_file/sections.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"

#define CHILD(mapping, section, member) decode_child(mapping, section##_table, offsetof(section##_section, member))

/* A node that is missing or no mapping stays so. */
static loligo_status complete(tree_node *mapping, loligo_param_table table)
{
  const decode_form form = {.what = "used parameters", .tables = {table}, .n_tables = 1};
  return mapping && mapping->kind == TREE_MAPPING ? decode_add_defaults(&form, mapping) : LOLIGO_OK;
}

static loligo_status complete_each(const tree_node *entries, loligo_param_table table)
{
  for (size_t i = 0; entries && i < entries->n; i++) LOLIGO_TRY(complete(entries->children[i], table));
  return LOLIGO_OK;
}

static const char *text_of(const tree_node *node)
{
  return node && node->text ? node->text : "";
}

static loligo_status complete_population(tree_node *population)
{
  const loligo_model *model = loligo_model_find(text_of(CHILD(population, population, model)));
  LOLIGO_TRY(complete(population, population_table));
  LOLIGO_TRY(complete_each(CHILD(population, population, receptors), receptor_table));
  LOLIGO_TRY(complete_each(CHILD(population, population, branches), branch_table));
  tree_node *morphology = CHILD(population, population, morphology);
  LOLIGO_TRY(complete(morphology, morphology_table));
  if (morphology) LOLIGO_TRY(complete_each(CHILD(morphology, morphology, sections), material_table));
  LOLIGO_TRY(complete(CHILD(population, population, positions), positions_table));
  return model ? complete(CHILD(population, population, params), model->params) : LOLIGO_OK;
}

static loligo_status complete_projection(tree_node *projection)
{
  if (CHILD(projection, listing, table)) return LOLIGO_OK;
  LOLIGO_TRY(complete(projection, projection_table));
  tree_node *synapse = CHILD(projection, projection, synapse);
  if (!synapse) return LOLIGO_OK;
  LOLIGO_TRY(complete(synapse, synapse_table));
  const synapse_model *model = synapse_model_find(text_of(CHILD(synapse, synapse, model)));
  return model ? complete(synapse, model->params) : LOLIGO_OK;
}

static loligo_status complete_input(tree_node *input)
{
  const input_model *model = input_model_find(text_of(CHILD(input, input, model)));
  LOLIGO_TRY(complete(input, input_table));
  if (!model) return LOLIGO_OK;
  if (!input_model_is_current(model)) LOLIGO_TRY(complete(input, contact_table));
  return complete(input, model->params);
}

static loligo_status complete_data(tree_node *data)
{
  const data_format *format = data_format_find(text_of(CHILD(data, data, format)));
  LOLIGO_TRY(complete(data, data_table));
  LOLIGO_TRY(complete(CHILD(data, data, noise), noise_table));
  return format ? complete(data, format->keys) : LOLIGO_OK;
}

static loligo_status complete_learning(tree_node *learning)
{
  if (!learning) return LOLIGO_OK;
  LOLIGO_TRY(complete(learning, learning_table));
  LOLIGO_TRY(complete_each(CHILD(learning, learning, stages), stage_table));
  return complete(CHILD(learning, learning, evaluate), evaluate_table);
}

static loligo_status complete_record(tree_node *record)
{
  loligo_param rows[DECODE_MAX_ROWS];
  const recording_kind *kind;
  LOLIGO_TRY(complete(record, recording_kind_rows(rows)));
  for (size_t i = 0; record && (kind = recording_kind_at(i)); i++)
    if (kind->entries) LOLIGO_TRY(complete_each(tree_find(record, kind->name), *kind->entries));
  return LOLIGO_OK;
}

static loligo_status for_each(const tree_node *entries, loligo_status (*complete_entry)(tree_node *entry))
{
  for (size_t i = 0; entries && i < entries->n; i++) LOLIGO_TRY(complete_entry(entries->children[i]));
  return LOLIGO_OK;
}

loligo_status defaults_complete(tree_node *root)
{
  LOLIGO_TRY(complete(root, model_table));
  LOLIGO_TRY(complete(CHILD(root, model, simulation), simulation_table));
  LOLIGO_TRY(for_each(CHILD(root, model, populations), complete_population));
  LOLIGO_TRY(for_each(CHILD(root, model, projections), complete_projection));
  LOLIGO_TRY(for_each(CHILD(root, model, inputs), complete_input));
  LOLIGO_TRY(for_each(CHILD(root, model, data), complete_data));
  LOLIGO_TRY(complete_learning(CHILD(root, model, learning)));
  return complete_record(CHILD(root, model, record));
}

/*
 * record: selections of cells for spikes, recordings of state by name, names of projections whose synapses are written.
 */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/grid.h"
#include "base/grouping.h"
#include "base/memory.h"
#include "base/name_table.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"

static loligo_status select_all(const model_reader *reader)
{
  settings *settings = reader->settings;
  const size_t n = reader->network->n_populations;
  settings->spikes = memory_allocate(n, sizeof *settings->spikes, "recorded populations");
  if (!settings->spikes) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    settings->spikes[i] = (loligo_selection){.population = i, .last = reader->network->populations[i].size};
  }
  settings->n_spikes = n;
  return LOLIGO_OK;
}

static int compare_selections(const void *a, const void *b)
{
  const loligo_selection *x = a, *y = b;
  if (x->population != y->population) return x->population < y->population ? -1 : 1;
  return (x->first > y->first) - (x->first < y->first);
}

/* Sorts selections and joins those that overlap or touch. */
static void merge_selections(loligo_selection *selections, size_t *n)
{
  if (*n == 0) return;
  qsort(selections, *n, sizeof *selections, compare_selections);
  size_t last = 0;
  for (size_t i = 1; i < *n; i++) {
    const loligo_selection *next = &selections[i];
    if (next->population != selections[last].population || next->first > selections[last].last) {
      selections[++last] = *next;
    } else if (next->last > selections[last].last) {
      selections[last].last = next->last;
    }
  }
  *n = last + 1;
}

static loligo_status select_listed(const model_reader *reader, tree_node *list)
{
  settings *settings = reader->settings;
  settings->spikes = memory_allocate(list->n, sizeof *settings->spikes, "recorded populations");
  if (!settings->spikes) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < list->n; i++) {
    LOLIGO_TRY(read_selection(reader, list->children[i], list->key, &settings->spikes[i]));
  }
  settings->n_spikes = list->n;
  merge_selections(settings->spikes, &settings->n_spikes);
  return LOLIGO_OK;
}

static loligo_status select_spikes(const model_reader *reader, tree_node *node)
{
  const bool is_word = node->kind == TREE_SCALAR;
  if (is_word && strcmp(node->text, "all") == 0) return select_all(reader);
  if (is_word && strcmp(node->text, "none") == 0) return LOLIGO_OK;
  if (node->kind == TREE_LIST) return select_listed(reader, node);
  return tree_fail(node->mark, "%s must be all, none, or a list of populations and selections", node->key);
}

static loligo_status read_spikes(const model_reader *reader, tree_node *node)
{
  LOLIGO_TRY(select_spikes(reader, node));
  const double steps = (double)reader->settings->duration, cells = (double)reader->network->n_cells;
  if (reader->settings->n_spikes == 0 || steps * cells < SETTINGS_MOST_SPIKES) return LOLIGO_OK;
  return tree_fail(node->mark, "%s: %.3g steps of %.3g cells are too many to record; run a shorter duration", node->key,
                   steps, cells);
}

static loligo_status read_variable(const loligo_model *model, const tree_node *list, size_t at, const char *what,
                                   size_t *variable)
{
  const tree_node *node = list->children[at];
  LOLIGO_TRY(value_expect_text(list->key, node));
  const int index = model_variable_index(model, node->text);
  *variable = (size_t)index;
  if (index < 0) {
    fault_names names = {.n = 0};
    for (size_t i = 0; i < model->n_variables; i++) fault_names_add(&names, model->variables[i].name);
    return read_fail_unknown(node, "variable", what, &names);
  }
  for (size_t i = 0; i < at; i++) {
    if (strcmp(list->children[i]->text, node->text) == 0) {
      return tree_fail(node->mark, "%s: '%s' is listed twice", list->key, node->text);
    }
  }
  return LOLIGO_OK;
}

static loligo_status read_variables(const loligo_model *model, tree_node *list, const char *what,
                                    state_recording *recording)
{
  LOLIGO_TRY(value_expect_list(list->key, list));
  if (list->n == 0) return tree_fail(list->mark, "%s is empty; list what to record", list->key);
  recording->variables = memory_allocate(list->n, sizeof *recording->variables, "recorded variables");
  if (!recording->variables) return LOLIGO_MACHINE_ERROR;
  recording->n_variables = list->n;
  for (size_t i = 0; i < list->n; i++) LOLIGO_TRY(read_variable(model, list, i, what, &recording->variables[i]));
  return LOLIGO_OK;
}

/* Writes down the defaults that depend on other values. */
static loligo_status complete(const model_reader *reader, tree_node *mapping, const char *what, state_section *section)
{
  const decode_form form = {.what = what, .tables = {state_table}, .n_tables = 1};
  const loligo_param *interval = decode_row(state_table, offsetof(state_section, interval));
  const loligo_param *stop = decode_row(state_table, offsetof(state_section, stop));
  if (isnan(section->interval)) section->interval = reader->network->dt;
  if (isnan(section->stop)) section->stop = fmax(reader->duration, section->start);
  LOLIGO_TRY(decode_complete_number(&form, mapping, interval, section->interval));
  return decode_complete_number(&form, mapping, stop, section->stop);
}

static loligo_status place_on_grid(const model_reader *reader, const state_section *section, state_recording *recording)
{
  const double dt = reader->network->dt;
  recording->every = loligo_steps(section->interval, dt);
  if (recording->every < 1 || !grid_holds(section->interval, dt)) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "interval %g ms is not a multiple of dt %g ms", section->interval, dt);
  }
  if (section->stop < section->start) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "stop %g ms is before start %g ms", section->stop, section->start);
  }
  const int64_t end = reader->settings->duration;
  recording->start = loligo_steps(section->start, dt);
  recording->stop = loligo_steps(section->stop, dt);
  if (recording->stop > end) recording->stop = end;
  if (recording->start > recording->stop) recording->start = recording->stop;
  return LOLIGO_OK;
}

/* `recording` is zeroed and is freed with the settings. */
static loligo_status read_recording(const model_reader *reader, tree_node *mapping, state_recording *recording)
{
  static const char what[] = "state recording";
  state_section section = {.interval = NAN, .stop = NAN};
  LOLIGO_TRY(read_check_name(mapping->key, mapping->key_mark, what));
  LOLIGO_TRY(decode_section(what, state_table, mapping, &section));
  const tree_node *target = decode_child(mapping, state_table, offsetof(state_section, target));
  LOLIGO_TRY(read_selection(reader, target, target->key, &recording->target));
  const loligo_model *model = reader->network->populations[recording->target.population].model;
  LOLIGO_TRY(read_variables(model, section.variables, what, recording));
  LOLIGO_TRY(complete(reader, mapping, what, &section));
  LOLIGO_TRY(tree_blame(mapping, place_on_grid(reader, &section, recording)));
  recording->float64 = section.precision == PRECISION_FLOAT64;
  recording->name = memory_string(mapping->key);
  return recording->name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_states(const model_reader *reader, tree_node *mapping)
{
  settings *settings = reader->settings;
  LOLIGO_TRY(value_expect_mapping(mapping->key, mapping));
  settings->states = memory_allocate(mapping->n, sizeof *settings->states, "state recordings");
  if (!settings->states) return LOLIGO_MACHINE_ERROR;
  settings->n_states = mapping->n;
  for (size_t i = 0; i < mapping->n; i++) {
    LOLIGO_TRY(read_recording(reader, mapping->children[i], &settings->states[i]));
  }
  return LOLIGO_OK;
}

/* Projections by name; those of one name differ in their targets. */
typedef struct named_projections {
  name_table names; /* to numbers of groups */
  size_t *name_of;  /* [projections] number of the group */
  bool *is_taken;   /* [groups] are they recorded already? */
  grouping groups;
} named_projections;

/* named_projections_free() also after a failure. */
static loligo_status named_projections_init(named_projections *named, const loligo_network *network)
{
  const size_t n = network->n_projections;
  *named = (named_projections){.name_of = memory_allocate(n, sizeof *named->name_of, "projections"),
                               .is_taken = memory_allocate(n, sizeof *named->is_taken, "projections")};
  if (!named->name_of || !named->is_taken) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    const char *name = network->projections[i].name;
    named->name_of[i] = name_table_find(&named->names, 0, name);
    if (named->name_of[i] != NAME_TABLE_NONE) continue;
    named->name_of[i] = named->names.n;
    LOLIGO_TRY(name_table_set(&named->names, 0, name, named->name_of[i]));
  }
  return grouping_init(&named->groups, n, named->name_of, named->names.n, "projections");
}

static void named_projections_free(named_projections *named)
{
  name_table_free(&named->names);
  memory_free(named->name_of);
  memory_free(named->is_taken);
  grouping_free(&named->groups);
}

static loligo_status fail_unknown_projection(const loligo_network *network, const tree_node *node, const char *key)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < network->n_projections; i++) fault_names_add(&names, network->projections[i].name);
  return read_fail_unknown(node, "projection", key, &names);
}

/* Adds all projections of that name, one per target, unless they are there already. */
static loligo_status add_connectivity(const model_reader *reader, named_projections *named, const tree_node *node,
                                      const char *key)
{
  settings *settings = reader->settings;
  LOLIGO_TRY(value_expect_text(key, node));
  LOLIGO_TRY(read_check_name(node->text, node->mark, "projection"));
  const size_t group = name_table_find(&named->names, 0, node->text);
  if (group == NAME_TABLE_NONE) return fail_unknown_projection(reader->network, node, key);
  if (named->is_taken[group]) return LOLIGO_OK;
  named->is_taken[group] = true;
  for (size_t k = named->groups.first[group]; k < named->groups.first[group + 1]; k++)
    settings->connectivity[settings->n_connectivity++] = named->groups.item[k];
  return LOLIGO_OK;
}

static loligo_status read_connectivity(const model_reader *reader, tree_node *list)
{
  settings *settings = reader->settings;
  LOLIGO_TRY(value_expect_list(list->key, list));
  settings->connectivity =
      memory_allocate(reader->network->n_projections, sizeof *settings->connectivity, "projections");
  if (!settings->connectivity) return LOLIGO_MACHINE_ERROR;
  named_projections named;
  loligo_status status = named_projections_init(&named, reader->network);
  for (size_t i = 0; i < list->n && status == LOLIGO_OK; i++)
    status = add_connectivity(reader, &named, list->children[i], list->key);
  named_projections_free(&named);
  return status;
}

loligo_status read_record(model_reader *reader, tree_node *record)
{
  record_section section;
  LOLIGO_TRY(decode_section("record", record_table, record, &section));
  LOLIGO_TRY(read_spikes(reader, section.spikes));
  LOLIGO_TRY(read_states(reader, section.state));
  return read_connectivity(reader, section.connectivity);
}

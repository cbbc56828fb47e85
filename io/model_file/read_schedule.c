/*
 * schedule: a list of times, each with what is set then. A key is the path of a value, as behind --set; the value is
 * read by the row that reads it where it is set first, so that what may stand there may stand here.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/model_file/decode.h"
#include "io/model_file/numbers_file.h"
#include "io/model_file/read.h"
#include "io/model_file/selections.h"
#include "io/model_file/value.h"
#include "model/neuron/model.h"
#include "network/index.h"
#include "network/schedule.h"
#include "network/trials.h"

static const char POPULATIONS[] = "populations.", PARAMS[] = ".params.", INPUTS[] = "inputs.";

/* One key of `set`, taken apart. */
typedef struct schedule_key {
  tree_node *node;          /* the value, under the key */
  char *text;               /* the key, cut; owned */
  const char *name, *below; /* in it: of the population or input, of the value */
  bool of_input;
  loligo_selection cells; /* of the population, or of the first input's target; owned */
  size_t input;           /* the first one of that name; those onto other populations lie behind it */
  loligo_param row;       /* by which the value is read, under the whole key */
  const char *unit;
} schedule_key;

static const char WHAT[] = "schedule";

static loligo_status fail_key(const schedule_key *key)
{
  return tree_fail(key->node->key_mark,
                   "%s: '%s' cannot change within a run; write populations.NAME.params.KEY, or inputs.NAME.KEY with a "
                   "parameter of its model, weight, start or stop",
                   WHAT, key->node->key);
}

/* Cuts the text of a key into name and value. A name may have dots. */
static bool cut_at(schedule_key *key, char *name, char *end, size_t n_between)
{
  if (!end || end == name || !end[n_between]) return false;
  *end = '\0';
  key->name = name;
  key->below = end + n_between;
  return true;
}

static loligo_status cut(schedule_key *key)
{
  key->text = memory_string(key->node->key);
  if (!key->text) return LOLIGO_MACHINE_ERROR;
  bool is_cut = false;
  if (text_begins(key->text, POPULATIONS)) {
    char *name = key->text + strlen(POPULATIONS);
    is_cut = cut_at(key, name, strstr(name, PARAMS), strlen(PARAMS));
  } else if (text_begins(key->text, INPUTS)) {
    char *name = key->text + strlen(INPUTS);
    key->of_input = true;
    is_cut = cut_at(key, name, strrchr(name, '.'), 1);
  }
  return is_cut ? LOLIGO_OK : fail_key(key);
}

/* -- what a key is of -- */

static loligo_status find_param(const model_reader *reader, schedule_key *key)
{
  tree_node name = {.kind = TREE_SCALAR, .mark = key->node->key_mark, .text = (char *)key->name};
  LOLIGO_TRY(selections_read_one(reader, &name, WHAT, &key->cells));
  const loligo_model *model = reader->network->populations[key->cells.population].model;
  const int i = model_param_index(model, key->below);
  if (i < 0) return tree_locate(key->node->key_mark, WHAT, param_unknown(model->params, key->below, model->name));
  key->row = model->params.rows[i];
  key->unit = key->row.unit;
  return LOLIGO_OK;
}

static bool is_named(const loligo_network *network, size_t input, const char *name)
{
  return strcmp(network->inputs[input].name, name) == 0;
}

static loligo_status fail_unknown_input(const model_reader *reader, const schedule_key *key)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < reader->network->n_inputs; i++) fault_names_add(&names, reader->network->inputs[i].name);
  return tree_locate(key->node->key_mark, NULL, fault_unknown_in("input", key->name, WHAT, &names));
}

static loligo_status find_input(const model_reader *reader, schedule_key *key)
{
  const loligo_network *network = reader->network;
  for (key->input = 0; key->input < network->n_inputs; key->input++)
    if (is_named(network, key->input, key->name)) break;
  if (key->input == network->n_inputs)
    return reader->lacks_inputs ? LOLIGO_INPUT_ERROR : fail_unknown_input(reader, key);
  const loligo_input *input = &network->inputs[key->input];
  size_t row;
  const loligo_param *found = schedule_input_row(input, key->below, &row);
  if (!found) return tree_locate(key->node->key_mark, WHAT, schedule_unknown_input_row(input, key->below));
  key->row = *found;
  key->unit = found->unit;
  if (!key->unit)
    key->unit = receptor_unit(network->populations[input->target.population].model->receptors[input->receptor].kind);
  return LOLIGO_OK;
}

/* -- its value -- */

static bool is_alone(const loligo_network *network, const schedule_key *key)
{
  return key->input + 1 >= network->n_inputs || !is_named(network, key->input + 1, key->name);
}

/* Cells that want a value each. */
static uint64_t count_cells(const loligo_network *network, const schedule_key *key)
{
  if (!key->of_input) return selection_count(&key->cells);
  return is_alone(network, key) ? selection_count(&network->inputs[key->input].target) : NUMBERS_ANY;
}

/* The value by its row. */
static loligo_status decode(const model_reader *reader, schedule_key *key, decoded *value)
{
  const numbers_wanted wanted = {reader, count_cells(reader->network, key)};
  const decode_source files = numbers_source(&wanted);
  tree_node only = {.kind = TREE_MAPPING, .mark = key->node->mark, .children = &key->node, .n = 1};
  key->row.name = key->node->key;
  key->row.fallback = "";
  const decode_form form = {
      .what = WHAT, .tables = {{&key->row, 1}}, .n_tables = 1, .unit = key->unit, .laws = true, .files = &files};
  LOLIGO_TRY(decode_mapping(&form, &only, value));
  const bool is_of_several = wanted.cells == NUMBERS_ANY;
  return is_of_several && value->law.kind == LOLIGO_LIST ? read_fail_several(key->node, key->node->key) : LOLIGO_OK;
}

static loligo_status add(const model_reader *reader, const schedule_key *key, double at,
                         const loligo_distribution *value)
{
  loligo_network *network = reader->network;
  if (!key->of_input) return loligo_network_change_param(network, at, &key->cells, key->below, *value);
  for (size_t i = key->input; i < network->n_inputs; i++)
    if (is_named(network, i, key->name)) LOLIGO_TRY(loligo_network_change_input(network, at, i, key->below, *value));
  return LOLIGO_OK;
}

/* Gives the changes that were added last, which lie side by side, their place. */
static loligo_status keep_place(loligo_network *network, tree_mark mark)
{
  size_t i = network->n_changes;
  while (i > 0 && network->changes[i - 1].place.origin) i--;
  for (; i > 0 && !network->changes[i - 1].place.origin; i--)
    LOLIGO_TRY(network_keep_place(network, mark, &network->changes[i - 1].place));
  return LOLIGO_OK;
}

static loligo_status read_found(const model_reader *reader, schedule_key *key, double at)
{
  decoded value = {0};
  const tree_mark mark = key->node->key_mark;
  LOLIGO_TRY(tree_locate(mark, WHAT, schedule_check_row(&key->row)));
  LOLIGO_TRY(decode(reader, key, &value));
  LOLIGO_TRY(tree_explain(key->node, tree_locate(mark, NULL, add(reader, key, at, &value.law))));
  return keep_place(reader->network, mark);
}

static loligo_status read_key(const model_reader *reader, tree_node *node, double at)
{
  schedule_key key = {.name = "", .below = "", .node = node};
  loligo_status status = cut(&key);
  if (status == LOLIGO_OK) status = key.of_input ? find_input(reader, &key) : find_param(reader, &key);
  if (status == LOLIGO_OK) status = read_found(reader, &key, at);
  selection_free(&key.cells);
  memory_free(key.text);
  return status;
}

static loligo_status check_time(const model_reader *reader, const tree_node *entry, double at)
{
  const tree_node *node = decode_child(entry, schedule_table, offsetof(schedule_section, at));
  char place[FAULT_PLACE_BYTES];
  LOLIGO_TRY(tree_explain(node, tree_locate(node->mark, WHAT, schedule_check_time(reader->network, at))));
  if (reader->lacks_duration || at < reader->duration) return LOLIGO_OK;
  fault_place_print(node->mark, place);
  return settings_warn(&reader->settings->warnings, "%s%s: nothing changes at %g ms: the run ends at %g ms", place,
                       WHAT, at, reader->duration);
}

static loligo_status read_entry(const model_reader *reader, tree_node *entry)
{
  schedule_section section = {.set = NULL};
  bool any = false;
  LOLIGO_TRY(decode_section("an entry of schedule", schedule_table, entry, &section));
  LOLIGO_TRY(check_time(reader, entry, section.at));
  LOLIGO_TRY(value_expect_mapping("set", section.set));
  for (size_t i = 0; i < section.set->n; i++)
    LOLIGO_TRY(mistakes_keep(read_key(reader, section.set->children[i], section.at), &any));
  return mistakes_told(any);
}

loligo_status read_schedule(model_reader *reader, tree_node *schedule)
{
  bool any = false;
  if (!schedule || reader->lacks_dt) return LOLIGO_OK;
  LOLIGO_TRY(value_expect_list(WHAT, schedule));
  for (size_t i = 0; i < schedule->n; i++) LOLIGO_TRY(mistakes_keep(read_entry(reader, schedule->children[i]), &any));
  return mistakes_told(any);
}

loligo_status read_check_schedule(const model_reader *reader)
{
  fault_place place;
  const loligo_status status = schedule_check(reader->network, &place);
  if (status != LOLIGO_OK) return tree_locate(place, WHAT, status);
  return tree_locate(place, NULL, trials_check(reader->network, &place));
}

/*
 * A parameter is worked out when it is first named, so that their order does not matter. An expression is replaced by
 * its value before any section is read: what reads a section never meets one, and what is written as used has values.
 */
#include "io/model_file/parameters.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/expression.h"
#include "io/model_file/sections.h"
#include "io/model_file/value.h"
#include "io/yaml/overrides.h"

enum { LABEL_SIZE = 128 };

enum { KNOWN = 1, USED = 2 }; /* bits of a state */

static const char *section_name(void)
{
  return decode_row(model_table, offsetof(model_section, parameters))->name;
}

static bool is_section(const char *word)
{
  for (size_t i = 0; i < model_table.n; i++)
    if (strcmp(model_table.rows[i].name, word) == 0) return true;
  return false;
}

/* -- values -- */

static loligo_status evaluate(parameters *set, const char *label, tree_node *node);

/* "a -> b -> a" of those in the chain from `first` on. */
static loligo_status fail_cycle(const parameters *set, size_t first)
{
  enum { PATH_SIZE = 512 };
  char path[PATH_SIZE] = "";
  size_t length = 0;
  for (size_t i = first; i < set->n_chain && length < PATH_SIZE; i++)
    length += (size_t)snprintf(path + length, PATH_SIZE - length, "%s -> ", set->mapping->children[set->chain[i]]->key);
  return loligo_fail(LOLIGO_INPUT_ERROR, "parameters that need one another: %s%s", path,
                     set->mapping->children[set->chain[first]]->key);
}

static loligo_status check_chain(const parameters *set, size_t number)
{
  for (size_t i = 0; i < set->n_chain; i++)
    if (set->chain[i] == number) return fail_cycle(set, i);
  if (set->n_chain < PARAMETERS_MAX_CHAIN) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "a chain of more than %d parameters, each defined by the next",
                     PARAMETERS_MAX_CHAIN);
}

static loligo_status read_value(parameters *set, tree_node *node, measure *value)
{
  char label[LABEL_SIZE];
  snprintf(label, sizeof label, "%s.%s", section_name(), node->key);
  LOLIGO_TRY(value_expect_text(label, node));
  if (expression_is(node->text)) LOLIGO_TRY(evaluate(set, label, node));
  return tree_locate(node->mark, label, measure_parse(node->text, value));
}

/* A parameter's value, worked out the first time. */
static loligo_status value_of_number(parameters *set, size_t number, measure *value)
{
  tree_node *node = set->mapping->children[number];
  if (node->is_told) return LOLIGO_INPUT_ERROR;
  LOLIGO_TRY(check_chain(set, number));
  set->chain[set->n_chain++] = number;
  const loligo_status status = read_value(set, node, value);
  set->n_chain--;
  if (status == LOLIGO_OK) set->state[number] |= KNOWN;
  node->is_told = status == LOLIGO_INPUT_ERROR;
  return status;
}

static size_t number_of(const parameters *set, const char *name)
{
  return set->mapping ? name_table_find(&set->numbers, 0, name) : NAME_TABLE_NONE;
}

static bool is_known(void *self, const char *name)
{
  return number_of(self, name) != NAME_TABLE_NONE;
}

static loligo_status fail_unknown(const parameters *set, const char *name)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; set->mapping && i < set->mapping->n; i++) fault_names_add(&names, set->mapping->children[i]->key);
  return fault_unknown("parameter", name, &names);
}

static loligo_status value_of(void *self, const char *name, measure *value)
{
  parameters *set = self;
  const size_t number = number_of(set, name);
  if (number == NAME_TABLE_NONE) return fail_unknown(set, name);
  set->state[number] |= USED;
  return value_of_number(set, number, value);
}

/* Its value becomes the text of the node, from which alone it is read, so that it is rounded for all alike. */
static loligo_status evaluate(parameters *set, const char *label, tree_node *node)
{
  size_t at;
  measure value;
  char text[MEASURE_SIZE];
  const expression_names names = {is_known, value_of, set};
  set->has_formulas = true;
  const loligo_status status = expression_evaluate(node->text, &names, &value, &at);
  if (status == LOLIGO_INPUT_ERROR && !set->is_placed) {
    set->is_placed = true;
    return tree_locate(tree_mark_within(node, at), label, status);
  }
  LOLIGO_TRY(status);
  measure_print(&value, text);
  return tree_set_result(node, text);
}

/* -- the section -- */

static loligo_status check_name(const tree_node *node)
{
  if (is_section(node->key))
    return tree_fail(node->key_mark, "'%s' cannot be the name of a parameter: a section has it", node->key);
  if (expression_is_name(node->key)) return LOLIGO_OK;
  return tree_fail(node->key_mark,
                   "'%s' cannot be the name of a parameter; take letters, digits and _, no digit first, at most %d, "
                   "and not the name of a function",
                   node->key, EXPRESSION_NAME_SIZE - 1);
}

static loligo_status number_all(parameters *set, bool *any)
{
  set->state = memory_allocate(set->mapping->n, sizeof *set->state, section_name());
  if (!set->state) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < set->mapping->n; i++) {
    LOLIGO_TRY(mistakes_keep(check_name(set->mapping->children[i]), any));
    LOLIGO_TRY(name_table_set(&set->numbers, 0, set->mapping->children[i]->key, i));
  }
  return LOLIGO_OK;
}

static loligo_status open_all(parameters *set)
{
  bool any = false;
  LOLIGO_TRY(number_all(set, &any));
  for (size_t i = 0; i < set->mapping->n; i++) {
    measure value;
    set->is_placed = false;
    if (!(set->state[i] & KNOWN)) LOLIGO_TRY(mistakes_keep(value_of_number(set, i, &value), &any));
  }
  return mistakes_told(any);
}

loligo_status parameters_open(parameters *set, tree_node *mapping)
{
  *set = (parameters){.mapping = NULL};
  if (!mapping) return LOLIGO_OK;
  LOLIGO_TRY(value_expect_mapping(section_name(), mapping));
  set->mapping = mapping;
  return open_all(set);
}

static loligo_status apply_to_scalar(parameters *set, const char *label, tree_node *node)
{
  if (!expression_is(node->text) || node->is_told) return LOLIGO_OK;
  set->is_placed = false;
  return mistakes_keep(evaluate(set, label, node), &node->is_told);
}

loligo_status parameters_apply(parameters *set, const char *label, tree_node *node)
{
  if (node->kind == TREE_SCALAR) return apply_to_scalar(set, label, node);
  for (size_t i = 0; i < node->n; i++) {
    tree_node *child = node->children[i];
    LOLIGO_TRY(parameters_apply(set, child->key ? child->key : label, child));
  }
  return LOLIGO_OK;
}

loligo_status parameters_warn(const parameters *set, settings *settings)
{
  enum { MOST = 20 };
  size_t n = 0;
  for (size_t i = 0; set->has_formulas && set->mapping && i < set->mapping->n; i++) {
    const tree_node *node = set->mapping->children[i];
    char place[FAULT_PLACE_BYTES];
    if (set->state[i] & USED || ++n > MOST) continue;
    fault_place_print(node->key_mark, place);
    LOLIGO_TRY(settings_warn(&settings->warnings, "%sthe parameter '%s' is not used", place, node->key));
  }
  return n > MOST ? settings_warn(&settings->warnings, "%zu more parameters are not used", n - MOST) : LOLIGO_OK;
}

void parameters_close(parameters *set)
{
  name_table_free(&set->numbers);
  memory_free(set->state);
}

/* -- overrides -- */

/* Neither a section nor a parameter. */
static loligo_status fail_unknown_word(const tree_node *mapping, const char *override, const char *word)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < mapping->n; i++) fault_names_add(&names, mapping->children[i]->key);
  for (size_t i = 0; i < model_table.n; i++) fault_names_add(&names, model_table.rows[i].name);
  return tree_locate((tree_mark){.origin = override}, NULL, fault_unknown("parameter or section", word, &names));
}

loligo_status parameters_override(tree_node *root, const char *override)
{
  tree_node *mapping = tree_find(root, section_name());
  char word[LABEL_SIZE];
  const size_t length = strcspn(override, ".=");
  if (!mapping || mapping->kind != TREE_MAPPING || override[length] != '=' || length >= sizeof word)
    return override_apply(root, override);
  snprintf(word, sizeof word, "%.*s", (int)length, override);
  if (is_section(word)) return override_apply(root, override);
  return tree_find(mapping, word) ? override_apply(mapping, override) : fail_unknown_word(mapping, override, word);
}

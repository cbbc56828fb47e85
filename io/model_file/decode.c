/*
 * Mappings of the model file to values, by table: first the given keys in the order of the file, then what is missing.
 * A distribution is a mapping with a table of its own (base/random/distribution.h), so that reading mappings and
 * reading values call one another.
 */
#include "io/model_file/decode.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "base/random/distribution.h"
#include "base/text.h"
#include "io/model_file/quantity.h"
#include "io/model_file/value.h"
#include "model/neuron/elsewhere.h"

enum { LABEL_SIZE = 128 };

/* Row number `at` of all tables, or NULL behind the last. */
static const loligo_param *row_at(const decode_form *form, size_t at)
{
  for (size_t t = 0; t < form->n_tables; t++) {
    if (at < form->tables[t].n) return &form->tables[t].rows[at];
    at -= form->tables[t].n;
  }
  return NULL;
}

/* Number of the row of that name, or the number of rows. */
static size_t find_row(const decode_form *form, const char *name)
{
  size_t before = 0;
  for (size_t t = 0; t < form->n_tables; before += form->tables[t++].n) {
    const loligo_param_table *table = &form->tables[t];
    for (size_t i = 0; i < table->n; i++)
      if (*table->rows[i].name == *name && strcmp(table->rows[i].name, name) == 0) return before + i;
  }
  return before;
}

static fault_names names_of(const decode_form *form)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; row_at(form, i); i++) fault_names_add(&names, row_at(form, i)->name);
  return names;
}

static loligo_status fail_unknown_key(const decode_form *form, const tree_node *child)
{
  const model_elsewhere *elsewhere = model_elsewhere_find_param(child->key);
  if (elsewhere && row_at(form, find_row(form, elsewhere->same))) {
    char text[MODEL_ELSEWHERE_BYTES];
    model_elsewhere_print(elsewhere, text);
    return tree_fail(child->key_mark, "unknown key '%s' in %s; %s", child->key, form->what, text);
  }
  const fault_names names = names_of(form);
  return tree_locate(child->key_mark, NULL, fault_unknown_in("key", child->key, form->what, &names));
}

static loligo_status fail_missing(const decode_form *form, const tree_node *mapping, const loligo_param *row)
{
  return tree_fail(mapping->mark, "missing key '%s' in %s", row->name, form->what);
}

loligo_status decode_fail_missing(const tree_node *mapping, const loligo_param *row, const char *what)
{
  const decode_form form = {.what = what, .tables = {{row, 1}}, .n_tables = 1};
  for (size_t i = 0; i < mapping->n; i++) {
    if (text_nearest(mapping->children[i]->key, &row->name, 1)) return fail_unknown_key(&form, mapping->children[i]);
  }
  return fail_missing(&form, mapping, row);
}

/* Lists are long, so a label with the place in the list is made for a fault only. */
static loligo_status decode_element(const value_form *form, tree_node *list, size_t i)
{
  const loligo_status status = value_in_range(form, list->children[i], &list->numbers[i]);
  if (status != LOLIGO_INPUT_ERROR) return status;
  char label[LABEL_SIZE];
  snprintf(label, sizeof label, "%s[%zu]", form->label, i);
  const value_form element = {label, form->unit, form->row};
  loligo_error_clear();
  return value_in_range(&element, list->children[i], &list->numbers[i]);
}

static loligo_status decode_elements(const value_form *form, tree_node *list)
{
  memory_free(list->numbers);
  list->numbers = memory_allocate(list->n, sizeof *list->numbers, form->label);
  if (!list->numbers) return LOLIGO_MACHINE_ERROR;
  list->n_numbers = list->n;
  for (size_t i = 0; i < list->n; i++) LOLIGO_TRY(decode_element(form, list, i));
  return LOLIGO_OK;
}

static loligo_status decode_numbers(const value_form *form, tree_node *list, loligo_distribution *law)
{
  LOLIGO_TRY(value_expect_list(form->label, list));
  LOLIGO_TRY(decode_elements(form, list));
  *law = (loligo_distribution){.kind = LOLIGO_LIST, .values = list->numbers, .n_values = list->n_numbers};
  return LOLIGO_OK;
}

loligo_status decode_named(const registry *registry, const tree_node *members, const char *where, const void **named)
{
  *named = registry_find(registry, members->key);
  if (*named) return LOLIGO_OK;
  return tree_locate(members->key_mark, NULL, registry_unknown_in(registry, registry->what, members->key, where));
}

/* {name: {members}} */
static loligo_status decode_drawn(const value_form *form, tree_node *mapping, loligo_distribution *law)
{
  if (mapping->n != 1) {
    return tree_fail(mapping->mark, "%s must be a value or one distribution, as {normal: {mean: 0, std: 1}}",
                     form->label);
  }
  tree_node *members = mapping->children[0];
  const void *found;
  LOLIGO_TRY(decode_named(&distribution_registry, members, form->label, &found));
  const distribution *named = found;
  const decode_form inner = {
      .what = named->name, .prefix = form->label, .tables = {named->params}, .n_tables = 1, .unit = form->unit};
  decoded values[DECODE_MAX_ROWS];
  LOLIGO_TRY(decode_mapping(&inner, members, values));
  *law = (loligo_distribution){.kind = named->kind, .low = -INFINITY, .high = INFINITY};
  decode_store(named->params, values, law);
  return LOLIGO_OK;
}

static loligo_status decode_constant(const value_form *form, tree_node *node, loligo_distribution *law)
{
  double number;
  LOLIGO_TRY(value_in_range(form, node, &number));
  *law = loligo_constant(number);
  return LOLIGO_OK;
}

static loligo_status decode_law(const value_form *form, tree_node *node, loligo_distribution *law)
{
  if (node->kind == TREE_MAPPING) return decode_drawn(form, node, law);
  if (node->kind == TREE_LIST) return decode_numbers(form, node, law);
  return decode_constant(form, node, law);
}

static bool holds(const tree_node *node, const char *key)
{
  return node->kind == TREE_MAPPING && tree_find(node, key);
}

static loligo_status decode_file(const decode_form *form, const value_form *as, decoded *value)
{
  if (form->files) return form->files->read(form->files->self, as, value->node, &value->law);
  return tree_fail(value->node->mark, "%s cannot be read from a file", as->label);
}

/* A quantity in the form's unit; left as it is while that is not known. */
static loligo_status decode_quantity(const decode_form *form, const value_form *as, decoded *value)
{
  if (!as->unit) return LOLIGO_OK;
  const bool is_list = as->row->type == LOLIGO_PARAM_LIST;
  const bool may_differ = as->row->type == LOLIGO_PARAM_DISTRIBUTION || form->laws;
  if ((is_list || may_differ) && holds(value->node, "file")) return decode_file(form, as, value);
  if (is_list) return decode_numbers(as, value->node, &value->law);
  if (may_differ && form->distances && holds(value->node, "distance"))
    return form->distances->read(form->distances->self, as, value->node, &value->law);
  if (may_differ) return decode_law(as, value->node, &value->law);
  return decode_constant(as, value->node, &value->law);
}

static loligo_status decode_discrete(const decode_form *form, const value_form *as, decoded *value)
{
  bool truth = false;
  int choice = 0;
  switch (as->row->type) {
  case LOLIGO_PARAM_INTEGER:
    LOLIGO_TRY(value_whole(as, value->node, &value->whole));
    value->law = loligo_constant((double)value->whole);
    return LOLIGO_OK;
  case LOLIGO_PARAM_BOOLEAN:
    LOLIGO_TRY(value_truth(as, value->node, &truth));
    value->law = loligo_constant(truth);
    return LOLIGO_OK;
  default:
    LOLIGO_TRY(value_choice(as, form->what, value->node, &choice));
    value->law = loligo_constant(choice);
    return LOLIGO_OK;
  }
}

static loligo_status decode_as(const decode_form *form, const loligo_param *row, decoded *value)
{
  char prefixed[LABEL_SIZE];
  const char *label = row->name;
  if (form->prefix) {
    snprintf(prefixed, sizeof prefixed, "%s.%s", form->prefix, row->name);
    label = prefixed;
  }
  const value_form as = {label, row->unit ? row->unit : form->unit, row};
  switch (row->type) {
  case LOLIGO_PARAM_REAL:
  case LOLIGO_PARAM_DISTRIBUTION:
  case LOLIGO_PARAM_LIST:
    return decode_quantity(form, &as, value);
  case LOLIGO_PARAM_INTEGER:
  case LOLIGO_PARAM_BOOLEAN:
  case LOLIGO_PARAM_CHOICE:
    return decode_discrete(form, &as, value);
  case LOLIGO_PARAM_TEXT:
    return value_expect_text(label, value->node);
  case LOLIGO_PARAM_NODE:
    break;
  }
  return LOLIGO_OK;
}

/* Reads value->node as `row` says. */
static loligo_status decode_value(const decode_form *form, const loligo_param *row, decoded *value)
{
  return tree_explain(value->node, decode_as(form, row, value));
}

static loligo_status decode_child_as(const decode_form *form, tree_node *child, decoded *values)
{
  const size_t at = find_row(form, child->key);
  const loligo_param *row = row_at(form, at);
  bool any = false;
  if (!row) return fail_unknown_key(form, child);
  values[at].node = child;
  LOLIGO_TRY(mistakes_keep(decode_value(form, row, &values[at]), &any));
  values[at].is_wrong = any;
  return mistakes_told(any);
}

static loligo_status decode_given(const decode_form *form, tree_node *mapping, decoded *values, bool *any)
{
  for (size_t i = 0; i < mapping->n; i++)
    LOLIGO_TRY(mistakes_keep(decode_child_as(form, mapping->children[i], values), any));
  return LOLIGO_OK;
}

/* A list of that one value. */
static tree_node *list_of_one(const char *value, tree_mark mark)
{
  tree_node *list = tree_create(TREE_LIST, NULL, mark), *only = tree_create(TREE_SCALAR, value, mark);
  if (list && only && tree_add(list, NULL, mark, only) == LOLIGO_OK) return list;
  tree_free(list);
  return NULL;
}

/* A fallback is a plain scalar, an empty list or an empty mapping. */
static tree_node *default_node(const loligo_param *row, tree_mark mark)
{
  const char *fallback = row->fallback;
  if (strcmp(fallback, "[]") == 0) return tree_create(TREE_LIST, NULL, mark);
  if (strcmp(fallback, "{}") == 0) return tree_create(TREE_MAPPING, NULL, mark);
  if (row->type == LOLIGO_PARAM_LIST) return list_of_one(fallback, mark);
  return tree_create(TREE_SCALAR, fallback, mark);
}

static loligo_status add_default(const decode_form *form, tree_node *mapping, const loligo_param *row, decoded *value)
{
  tree_node *node = default_node(row, mapping->mark);
  if (!node) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(mapping, row->name, mapping->mark, node));
  value->node = node;
  return decode_value(form, row, value);
}

/* Whether an unknown key was likely meant to be that one, so that its lack is told already. */
static bool is_misspelt(const decode_form *form, const tree_node *mapping, const loligo_param *row)
{
  const fault_names names = names_of(form);
  for (size_t i = 0; i < mapping->n; i++) {
    const char *key = mapping->children[i]->key;
    if (!row_at(form, find_row(form, key)) && text_nearest(key, names.name, names.n) == row->name) return true;
  }
  return false;
}

static loligo_status decode_absent(const decode_form *form, tree_node *mapping, decoded *values, bool *any)
{
  for (size_t i = 0; row_at(form, i); i++) {
    const loligo_param *row = row_at(form, i);
    if (values[i].node) continue;
    if (!row->fallback && !form->is_partial && !is_misspelt(form, mapping, row))
      LOLIGO_TRY(mistakes_keep(fail_missing(form, mapping, row), any));
    if (row->fallback && *row->fallback) LOLIGO_TRY(add_default(form, mapping, row, &values[i]));
  }
  return LOLIGO_OK;
}

loligo_status decode_add_defaults(const decode_form *form, tree_node *mapping)
{
  decoded value;
  const loligo_param *row;
  for (size_t i = 0; (row = row_at(form, i)); i++)
    if (row->fallback && *row->fallback && !tree_find(mapping, row->name))
      LOLIGO_TRY(add_default(form, mapping, row, &value));
  return LOLIGO_OK;
}

static size_t row_of_key(const void *form, const char *key)
{
  return find_row(form, key);
}

static size_t count_rows(const decode_form *form)
{
  size_t n = 0;
  for (size_t t = 0; t < form->n_tables; t++) n += form->tables[t].n;
  return n;
}

loligo_status decode_rows(const decode_form *form, tree_node *mapping, decoded *values)
{
  bool any = false;
  memset(values, 0, count_rows(form) * sizeof *values);
  LOLIGO_TRY(value_expect_mapping(form->what, mapping));
  LOLIGO_TRY(decode_given(form, mapping, values, &any));
  LOLIGO_TRY(decode_absent(form, mapping, values, &any));
  tree_order(mapping, row_of_key, form);
  return mistakes_told(any);
}

loligo_status decode_mapping(const decode_form *form, tree_node *mapping, decoded *values)
{
  assert(count_rows(form) <= DECODE_MAX_ROWS);
  return decode_rows(form, mapping, values);
}

static void store(const loligo_param *row, const decoded *value, void *member)
{
  switch (row->type) {
  case LOLIGO_PARAM_REAL:
    *(double *)member = value->law.mean;
    break;
  case LOLIGO_PARAM_DISTRIBUTION:
    *(loligo_distribution *)member = value->law;
    break;
  case LOLIGO_PARAM_INTEGER:
    *(uint64_t *)member = value->whole;
    break;
  case LOLIGO_PARAM_BOOLEAN:
    *(bool *)member = value->law.mean != 0;
    break;
  case LOLIGO_PARAM_CHOICE:
    *(int *)member = (int)value->law.mean;
    break;
  case LOLIGO_PARAM_TEXT:
    *(const char **)member = value->node->text;
    break;
  case LOLIGO_PARAM_LIST:
    *(real_list *)member = (real_list){(double *)value->law.values, value->law.n_values};
    break;
  case LOLIGO_PARAM_NODE:
    *(tree_node **)member = value->node;
    break;
  }
}

void decode_store(loligo_param_table table, const decoded *values, void *structure)
{
  for (size_t i = 0; i < table.n; i++) {
    if (values[i].node && !values[i].is_wrong)
      store(&table.rows[i], &values[i], (char *)structure + table.rows[i].offset);
  }
}

loligo_status decode_section(const char *what, loligo_param_table table, tree_node *mapping, void *structure)
{
  const decode_form form = {.what = what, .tables = {table}, .n_tables = 1};
  decoded values[DECODE_MAX_ROWS];
  const loligo_status status = decode_mapping(&form, mapping, values);
  if (status == LOLIGO_OK || mistakes_is_told(status)) decode_store(table, values, structure);
  return status;
}

const loligo_param *decode_row(loligo_param_table table, size_t offset)
{
  size_t i = 0;
  while (table.rows[i].offset != offset) i++;
  assert(i < table.n);
  return &table.rows[i];
}

tree_node *decode_child(const tree_node *mapping, loligo_param_table table, size_t offset)
{
  return tree_find(mapping, decode_row(table, offset)->name);
}

loligo_status decode_complete_text(const decode_form *form, tree_node *mapping, const loligo_param *row,
                                   const char *text)
{
  if (tree_find(mapping, row->name)) return LOLIGO_OK;
  tree_node *node = tree_create(TREE_SCALAR, text, mapping->mark);
  if (!node) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(mapping, row->name, mapping->mark, node));
  tree_order(mapping, row_of_key, form);
  return LOLIGO_OK;
}

loligo_status decode_complete_number(const decode_form *form, tree_node *mapping, const loligo_param *row, double value)
{
  char text[QUANTITY_SIZE];
  quantity_print(value, row->unit, text);
  return decode_complete_text(form, mapping, row, text);
}

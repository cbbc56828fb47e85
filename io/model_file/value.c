/*
 * Scalars of the model file to numbers, truths and choices.
 */
#include "io/model_file/value.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "io/model_file/quantity.h"

static const double MAX_EXACT = 9007199254740992.0;

static const char *kind_name(const tree_node *node)
{
  static const char *const names[] = {
      [TREE_SCALAR] = "a single value", [TREE_LIST] = "a list", [TREE_MAPPING] = "a mapping"};
  return tree_is_null(node) ? "empty" : names[node->kind];
}

static loligo_status fail_kind(const char *label, const tree_node *node, const char *wanted)
{
  return tree_fail(node->mark, "%s must be %s, not %s", label, wanted, kind_name(node));
}

static loligo_status null_becomes(tree_node *node, tree_kind kind)
{
  if (!tree_is_null(node)) return LOLIGO_OK;
  tree_node *empty = tree_create(kind, NULL, node->mark);
  if (!empty) return LOLIGO_MACHINE_ERROR;
  tree_replace(node, empty);
  return LOLIGO_OK;
}

loligo_status value_expect_text(const char *label, const tree_node *node)
{
  if (node->is_told) return LOLIGO_INPUT_ERROR;
  return node->kind == TREE_SCALAR && !tree_is_null(node) ? LOLIGO_OK : fail_kind(label, node, "one value");
}

loligo_status value_expect_list(const char *label, tree_node *node)
{
  LOLIGO_TRY(null_becomes(node, TREE_LIST));
  return node->kind == TREE_LIST ? LOLIGO_OK : fail_kind(label, node, "a list");
}

loligo_status value_expect_mapping(const char *label, tree_node *node)
{
  LOLIGO_TRY(null_becomes(node, TREE_MAPPING));
  return node->kind == TREE_MAPPING ? LOLIGO_OK : fail_kind(label, node, "a mapping");
}

/* Makes a scalar plain, with another text unless that is NULL. */
static loligo_status set_plain(tree_node *node, const char *text)
{
  node->quoted = false;
  return text ? tree_set_text(node, text) : LOLIGO_OK;
}

loligo_status value_number(const char *label, const char *unit, tree_node *node, double *number)
{
  char text[QUANTITY_SIZE];
  LOLIGO_TRY(value_expect_text(label, node));
  LOLIGO_TRY(tree_locate(node->mark, label, quantity_parse(node->text, unit, number)));
  const size_t length = quantity_printed_length(node->text);
  const char *rest = node->text + length;
  if (length && *unit && *rest == ' ' && strcmp(rest + 1, unit) == 0) return set_plain(node, NULL);
  if (length && *rest == '\0')
    snprintf(text, sizeof text, "%s%s%s", node->text, *unit ? " " : "", unit);
  else
    quantity_print(*number, unit, text);
  return set_plain(node, text);
}

loligo_status value_in_range(const value_form *form, tree_node *node, double *number)
{
  LOLIGO_TRY(value_number(form->label, form->unit, node, number));
  if (param_in_range(form->row, *number)) return LOLIGO_OK;
  return tree_fail(node->mark, "%s must be %s, not %s", form->label, param_range_text(form->row->range), node->text);
}

/* Digits alone are exact to 64 bits; anything else (1e6) must be a whole number that a double holds. *fits is false for
 * one that is whole but too large. */
static bool parse_whole(const char *text, uint64_t *whole, bool *fits)
{
  char *end;
  errno = 0;
  *whole = strtoull(text, &end, 10);
  *fits = errno == 0;
  if (*text >= '0' && *text <= '9' && *end == '\0') return true;
  const double value = strtod(text, &end);
  if (end == text || *end || !(value >= 0) || value != floor(value)) return false;
  *fits = value <= MAX_EXACT;
  *whole = *fits ? (uint64_t)value : UINT64_MAX;
  return true;
}

loligo_status value_whole(const value_form *form, tree_node *node, uint64_t *whole)
{
  const bool is_positive = form->row->range == LOLIGO_RANGE_POSITIVE;
  bool fits;
  LOLIGO_TRY(value_expect_text(form->label, node));
  if (!parse_whole(node->text, whole, &fits) || (is_positive && *whole == 0)) {
    return tree_fail(node->mark, "%s must be a whole number %s, not '%s'", form->label, is_positive ? "> 0" : ">= 0",
                     node->text);
  }
  if (!fits) {
    const bool is_digits = node->text[strspn(node->text, "0123456789")] == '\0';
    return tree_fail(node->mark, "%s: '%s' is too large; take at most %s", form->label, node->text,
                     is_digits ? "2^64 - 1" : "2^53");
  }
  char text[QUANTITY_SIZE];
  snprintf(text, sizeof text, "%llu", (unsigned long long)*whole);
  return set_plain(node, text);
}

loligo_status value_truth(const value_form *form, tree_node *node, bool *truth)
{
  static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};
  LOLIGO_TRY(value_expect_text(form->label, node));
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcasecmp(node->text, words[i]) != 0) continue;
    *truth = i % 2;
    return set_plain(node, words[i % 2]);
  }
  return tree_fail(node->mark, "%s must be true or false, not '%s'", form->label, node->text);
}

loligo_status value_choice(const value_form *form, const char *where, const tree_node *node, int *choice)
{
  fault_names names = {.n = 0};
  LOLIGO_TRY(value_expect_text(form->label, node));
  for (*choice = 0; form->row->choices[*choice]; ++*choice) {
    if (strcmp(node->text, form->row->choices[*choice]) == 0) return LOLIGO_OK;
    fault_names_add(&names, form->row->choices[*choice]);
  }
  return tree_locate(node->mark, NULL, fault_unknown_in(form->label, node->text, where, &names));
}

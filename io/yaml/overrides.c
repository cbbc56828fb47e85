/*
 * --set a.b=value: walks down the keys, makes what is missing, and puts the parsed value in place of what was there.
 */
#include "io/yaml/overrides.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static bool is_number(const char *key)
{
  return *key && !key[strspn(key, "0123456789")];
}

static loligo_status element(tree_node *parent, const char *key, tree_mark mark, tree_node **found)
{
  errno = 0;
  const unsigned long index = strtoul(key, NULL, 10);
  if (errno || index >= parent->n) {
    return tree_fail(mark, "no element %s in '%s'; it has %zu, counted from 0", key,
                     parent->key ? parent->key : "the model", parent->n);
  }
  *found = parent->children[index];
  return LOLIGO_OK;
}

static loligo_status list_element(tree_node *list, const char *key, tree_mark mark, tree_node **found)
{
  if (is_number(key)) return element(list, key, mark, found);
  return tree_fail(mark, "'%s' is not a number, but '%s' is a list; address its elements from 0", key,
                   list->key ? list->key : "the model");
}

static loligo_status mapping_entry(tree_node *mapping, const char *key, tree_mark mark, tree_node **entry)
{
  *entry = tree_find(mapping, key);
  if (*entry) return LOLIGO_OK;
  if (is_number(key)) return element(mapping, key, mark, entry);
  *entry = tree_create(TREE_SCALAR, "", mark);
  if (!*entry) return LOLIGO_MACHINE_ERROR;
  return tree_add(mapping, key, mark, *entry);
}

static loligo_status step_down(tree_node *node, const char *key, tree_mark mark, tree_node **below)
{
  if (*key == '\0') return tree_fail(mark, "an empty key; write --set a.b=value");
  if (tree_is_null(node)) {
    tree_node *mapping = tree_create(TREE_MAPPING, NULL, mark);
    if (!mapping) return LOLIGO_MACHINE_ERROR;
    tree_replace(node, mapping);
  }
  if (node->kind == TREE_SCALAR) {
    return tree_fail(mark, "'%s' has the value '%s' and so no key '%s'", node->key ? node->key : "the model",
                     node->text, key);
  }
  return node->kind == TREE_LIST ? list_element(node, key, mark, below) : mapping_entry(node, key, mark, below);
}

/* Walks `keys` (cut into its parts here; NULL: none) down from `node` and replaces what is there by `value`, which it
 * takes over. */
static loligo_status replace_at(tree_node *node, char *keys, tree_mark mark, tree_node *value)
{
  loligo_status status = LOLIGO_OK;
  for (char *key = keys; key && status == LOLIGO_OK;) {
    char *dot = strchr(key, '.');
    if (dot) *dot = '\0';
    status = step_down(node, key, mark, &node);
    key = dot ? dot + 1 : NULL;
  }
  if (status == LOLIGO_OK) {
    tree_replace(node, value);
  } else {
    tree_free(value);
  }
  return status;
}

loligo_status override_apply_below(tree_node *node, const char *override, size_t walked)
{
  const tree_mark mark = {.origin = override};
  const char *equals = strchr(override, '=');
  if (!equals) return tree_fail(mark, "no '='; write --set a.b=value");
  tree_node *value;
  LOLIGO_TRY(tree_parse(equals + 1, mark, &value));
  char *keys = memory_string(override);
  if (!keys) {
    tree_free(value);
    return LOLIGO_MACHINE_ERROR;
  }
  keys[equals - override] = '\0';
  char *rest = keys + walked;
  const loligo_status status = replace_at(node, walked == 0 ? rest : *rest ? rest + 1 : NULL, mark, value);
  memory_free(keys);
  return status;
}

loligo_status override_apply(tree_node *root, const char *override)
{
  return override_apply_below(root, override, 0);
}

/*
 * --set a.b=value: walks down the keys, makes what is missing, and puts the parsed value in place of what was there.
 */
#include "io/yaml/overrides.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static loligo_status list_element(tree_node *list, const char *key, tree_mark mark, tree_node **element)
{
  char *end;
  const unsigned long index = strtoul(key, &end, 10);
  if (key[0] < '0' || key[0] > '9' || *end) {
    return tree_fail(mark, "'%s' is not a number, but '%s' is a list; address its elements from 0", key,
                     list->key ? list->key : "the model");
  }
  if (index >= list->n) {
    return tree_fail(mark, "no element %s in '%s'; it has %zu, counted from 0", key,
                     list->key ? list->key : "the model", list->n);
  }
  *element = list->children[index];
  return LOLIGO_OK;
}

static loligo_status mapping_entry(tree_node *mapping, const char *key, tree_mark mark, tree_node **entry)
{
  *entry = tree_find(mapping, key);
  if (*entry) return LOLIGO_OK;
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

/* Walks `keys` (cut into its parts here) down from `node` and replaces what is there by `value`, which it takes over.
 */
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

loligo_status override_apply(tree_node *root, const char *override)
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
  const loligo_status status = replace_at(root, keys, mark, value);
  memory_free(keys);
  return status;
}

/*
 * Nodes: made, copied, found, blamed. The parser is in yaml_parse.c.
 */
#include "io/yaml/yaml_tree.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { MESSAGE_BYTES = 1024 };

tree_node *tree_create(tree_kind kind, const char *text, tree_mark mark)
{
  tree_node *node = memory_allocate(1, sizeof *node, "a node of the model file");
  if (!node) return NULL;
  node->kind = kind;
  node->mark = mark;
  if (text && tree_set_text(node, text) != LOLIGO_OK) {
    tree_free(node);
    return NULL;
  }
  return node;
}

static void free_content(tree_node *node)
{
  for (size_t i = 0; i < node->n; i++) tree_free(node->children[i]);
  memory_free(node->children);
  memory_free(node->numbers);
  memory_free(node->text);
}

void tree_free(tree_node *node)
{
  if (!node) return;
  free_content(node);
  memory_free(node->key);
  memory_free(node);
}

tree_node *tree_copy(const tree_node *node)
{
  tree_node *copy = tree_create(node->kind, node->text, node->mark);
  if (!copy) return NULL;
  copy->quoted = node->quoted;
  for (size_t i = 0; i < node->n; i++) {
    const tree_node *child = node->children[i];
    tree_node *child_copy = tree_copy(child);
    if (!child_copy || tree_add(copy, child->key, child->key_mark, child_copy) != LOLIGO_OK) {
      tree_free(copy);
      return NULL;
    }
  }
  return copy;
}

loligo_status tree_add(tree_node *parent, const char *key, tree_mark key_mark, tree_node *child)
{
  loligo_status status = LOLIGO_OK;
  if (key) {
    child->key = memory_string(key);
    child->key_mark = key_mark;
    if (!child->key) status = LOLIGO_MACHINE_ERROR;
  }
  if (status == LOLIGO_OK) {
    status = memory_grow((void **)&parent->children, &parent->capacity, parent->n + 1, sizeof child, "the model file");
  }
  if (status == LOLIGO_OK) {
    parent->children[parent->n++] = child;
  } else {
    tree_free(child);
  }
  return status;
}

tree_node *tree_find(const tree_node *mapping, const char *key)
{
  if (mapping->kind != TREE_MAPPING) return NULL;
  for (size_t i = 0; i < mapping->n; i++) {
    if (strcmp(mapping->children[i]->key, key) == 0) return mapping->children[i];
  }
  return NULL;
}

loligo_status tree_set_text(tree_node *scalar, const char *text)
{
  char *copy = memory_string(text);
  if (!copy) return LOLIGO_MACHINE_ERROR;
  memory_free(scalar->text);
  scalar->text = copy;
  return LOLIGO_OK;
}

void tree_replace(tree_node *target, tree_node *source)
{
  char *key = target->key;
  const tree_mark key_mark = target->key_mark;
  free_content(target);
  memory_free(source->key);
  *target = *source;
  target->key = key;
  target->key_mark = key_mark;
  memory_free(source);
}

bool tree_is_null(const tree_node *node)
{
  static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
  if (node->kind != TREE_SCALAR || node->quoted) return false;
  for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) {
    if (strcmp(node->text, nulls[i]) == 0) return true;
  }
  return false;
}

static loligo_status fail_at(tree_mark mark, const char *label, const char *message)
{
  const char *colon = label ? ": " : "";
  if (!label) label = "";
  if (mark.line == 0) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "--set %s: %s%s%s", mark.origin, label, colon, message);
  }
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu:%zu: %s%s%s", mark.origin, mark.line, mark.column, label, colon,
                     message);
}

loligo_status tree_fail(tree_mark mark, const char *format, ...)
{
  char message[MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return fail_at(mark, NULL, message);
}

loligo_status tree_locate(tree_mark mark, const char *label, loligo_status status)
{
  if (status != LOLIGO_INPUT_ERROR) return status;
  char message[MESSAGE_BYTES];
  snprintf(message, sizeof message, "%s", loligo_error_message());
  loligo_error_clear();
  return fail_at(mark, label, message);
}

static bool is_word_part(char c)
{
  return isalnum((unsigned char)c) || c == '_';
}

/* Where `word` stands as a word of its own in `message`, or NULL. */
static const char *find_word(const char *message, const char *word)
{
  const size_t length = strlen(word);
  if (length == 0) return NULL;
  for (const char *at = strstr(message, word); at; at = strstr(at + 1, word)) {
    if ((at == message || !is_word_part(at[-1])) && !is_word_part(at[length])) return at;
  }
  return NULL;
}

/* Where the message names a node, by its key or, for a scalar, by its text; NULL if it does not. */
static const char *find_named(const char *message, const tree_node *node)
{
  const char *at = node->key ? find_word(message, node->key) : NULL;
  return at || node->kind != TREE_SCALAR ? at : find_word(message, node->text);
}

static void find_first_named(const tree_node *parent, const char *message, const char **first, const tree_node **named)
{
  for (size_t i = 0; i < parent->n; i++) {
    const tree_node *child = parent->children[i];
    const char *at = find_named(message, child);
    if (at && (!*first || at < *first)) {
      *first = at;
      *named = child;
    }
    find_first_named(child, message, first, named);
  }
}

loligo_status tree_blame(const tree_node *mapping, loligo_status status)
{
  if (status != LOLIGO_INPUT_ERROR) return status;
  const char *first = NULL;
  const tree_node *named = mapping;
  find_first_named(mapping, loligo_error_message(), &first, &named);
  return tree_locate(named->mark, NULL, status);
}

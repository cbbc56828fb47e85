/*
 * Nodes: made, copied, found, blamed. The parser is in yaml_parse.c.
 */
#include "io/yaml/yaml_tree.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "base/name_table.h"

enum { MESSAGE_BYTES = 1024, LARGE_MAPPING = 32, FEW_CHILDREN = 4 };

tree_node *tree_create(tree_kind kind, const char *text, tree_mark mark)
{
  tree_node *node = memory_small(sizeof *node, "a node of the model file");
  if (!node) return NULL;
  node->kind = kind;
  node->mark = mark;
  if (text && tree_set_text(node, text) != LOLIGO_OK) {
    tree_free(node);
    return NULL;
  }
  return node;
}

/* Positions by key are made anew when the next child is added. */
static void forget_names(tree_node *mapping)
{
  if (mapping->names) name_table_free(mapping->names);
  memory_free(mapping->names);
  mapping->names = NULL;
}

static void free_content(tree_node *node)
{
  for (size_t i = 0; i < node->n; i++) tree_free(node->children[i]);
  memory_free(node->children);
  memory_free(node->text);
  if (node->kind == TREE_MAPPING)
    forget_names(node);
  else if (node->kind == TREE_LIST)
    memory_free(node->numbers);
  else
    memory_free(node->formula);
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
  copy->is_verbatim = node->is_verbatim;
  copy->is_told = node->is_told;
  if (node->kind == TREE_SCALAR && node->formula && !(copy->formula = memory_string(node->formula))) {
    tree_free(copy);
    return NULL;
  }
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

/* Keeps the positions of a large mapping's children up to date with the one that was added last. */
static loligo_status keep_names(tree_node *mapping)
{
  if (mapping->n <= LARGE_MAPPING) return LOLIGO_OK;
  size_t first = mapping->n - 1;
  if (!mapping->names) {
    mapping->names = memory_small(sizeof *mapping->names, "the model file");
    first = 0;
  }
  if (!mapping->names) return LOLIGO_MACHINE_ERROR;
  for (size_t i = first; i < mapping->n; i++)
    LOLIGO_TRY(name_table_set(mapping->names, 0, mapping->children[i]->key, i));
  return LOLIGO_OK;
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
    const size_t needed = parent->n < FEW_CHILDREN ? FEW_CHILDREN : parent->n + 1;
    status = memory_grow((void **)&parent->children, &parent->capacity, needed, sizeof child, "the model file");
  }
  if (status != LOLIGO_OK) {
    tree_free(child);
    return status;
  }
  parent->children[parent->n++] = child;
  return key ? keep_names(parent) : LOLIGO_OK;
}

static size_t position_of(const tree_node *mapping, const char *key)
{
  if (mapping->names) return name_table_find(mapping->names, 0, key);
  for (size_t i = 0; i < mapping->n; i++) {
    if (strcmp(mapping->children[i]->key, key) == 0) return i;
  }
  return NAME_TABLE_NONE;
}

tree_node *tree_find(const tree_node *mapping, const char *key)
{
  if (mapping->kind != TREE_MAPPING) return NULL;
  const size_t at = position_of(mapping, key);
  return at == NAME_TABLE_NONE ? NULL : mapping->children[at];
}

void tree_take(tree_node *mapping, tree_node *child)
{
  const size_t at = position_of(mapping, child->key);
  forget_names(mapping);
  memmove(&mapping->children[at], &mapping->children[at + 1], (--mapping->n - at) * sizeof child);
}

void tree_order(tree_node *mapping, size_t (*rank)(const void *self, const char *key), const void *self)
{
  forget_names(mapping);
  size_t highest = 0;
  for (size_t i = 0; i < mapping->n; i++) {
    tree_node *child = mapping->children[i];
    size_t at = i;
    child->rank = rank(self, child->key);
    for (; child->rank < highest && at > 0 && mapping->children[at - 1]->rank > child->rank; at--)
      mapping->children[at] = mapping->children[at - 1];
    mapping->children[at] = child;
    if (child->rank > highest) highest = child->rank;
  }
}

size_t tree_size(const tree_node *node)
{
  size_t n = 1;
  for (size_t i = 0; i < node->n; i++) n += tree_size(node->children[i]);
  return n;
}

loligo_status tree_set_text(tree_node *scalar, const char *text)
{
  char *copy = memory_string(text);
  if (!copy) return LOLIGO_MACHINE_ERROR;
  memory_free(scalar->text);
  scalar->text = copy;
  return LOLIGO_OK;
}

loligo_status tree_set_result(tree_node *scalar, const char *text)
{
  char *result = memory_string(text);
  if (!result) return LOLIGO_MACHINE_ERROR;
  memory_free(scalar->formula);
  scalar->formula = scalar->text;
  scalar->text = result;
  scalar->quoted = false;
  scalar->is_verbatim = false;
  return LOLIGO_OK;
}

tree_mark tree_mark_within(const tree_node *scalar, size_t at)
{
  tree_mark mark = scalar->mark;
  if (!scalar->is_verbatim || mark.line == 0) return mark;
  mark.column += scalar->quoted;
  for (size_t i = 0; i < at; i++) mark.column += ((unsigned char)scalar->text[i] & 0xC0) != 0x80;
  return mark;
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
  char place[FAULT_PLACE_BYTES];
  fault_place_print(mark, place);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s%s%s%s", place, label ? label : "", label ? ": " : "", message);
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
  if (status != LOLIGO_INPUT_ERROR || mistakes_is_told(status)) return status;
  char message[MESSAGE_BYTES];
  fault_take_message(message, sizeof message);
  return fail_at(mark, label, message);
}

loligo_status tree_explain(const tree_node *node, loligo_status status)
{
  if (status != LOLIGO_INPUT_ERROR || mistakes_is_told(status)) return status;
  if (node->kind != TREE_SCALAR || !node->formula) return status;
  char message[MESSAGE_BYTES];
  fault_take_message(message, sizeof message);
  return loligo_fail(status, "%s; it is worked out from '%s'", message, node->formula);
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
  if (status != LOLIGO_INPUT_ERROR || mistakes_is_told(status)) return status;
  const char *first = NULL;
  const tree_node *named = mapping;
  find_first_named(mapping, loligo_error_message(), &first, &named);
  return tree_explain(named, tree_locate(named->mark, NULL, status));
}

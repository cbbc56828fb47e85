/*
 * Names of branches.
 */
#include "io/model_file/branches.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { NAME_BYTES = 32 };

branch_list *branches_begin(branch_names *table, size_t population)
{
  if (memory_grow((void **)&table->lists, &table->capacity, table->n + 1, sizeof *table->lists, "branches") !=
      LOLIGO_OK)
    return NULL;
  table->lists[table->n] = (branch_list){.population = population};
  return &table->lists[table->n++];
}

static size_t branches_in(const branch *b)
{
  return b->count ? b->count : 1;
}

loligo_status branches_add(branch_names *table, branch_list *list, branch added, compartment_span *span)
{
  LOLIGO_TRY(memory_grow((void **)&list->branches, &list->capacity, list->n + 1, sizeof *list->branches, "branches"));
  const branch *last = list->n ? &list->branches[list->n - 1] : NULL;
  added.name = pool_text(&table->names, added.name);
  if (!added.name) return LOLIGO_MACHINE_ERROR;
  added.first = last ? last->first + last->n * branches_in(last) : 1;
  list->branches[list->n++] = added;
  *span = (compartment_span){added.first, added.n * branches_in(&added)};
  return LOLIGO_OK;
}

/* Those of the soma but its middle cannot be named: there are none where it is as short as somata are. */
static loligo_status add_section(branch_names *table, branch_list *list, const cell_shape *shape, size_t id)
{
  char name[NAME_BYTES];
  const size_t s = shape->morphology.by_id[id];
  const neurite *section = &shape->morphology.sections[s];
  const char *type = swc_type_names[section->type];
  snprintf(name, sizeof name, "%s%zu", type, section->number);
  LOLIGO_TRY(memory_grow((void **)&list->branches, &list->capacity, list->n + 1, sizeof *list->branches, "branches"));
  const branch added = {.name = pool_text(&table->names, s > 0 ? name : type),
                        .n = shape->cut.sections[s].n,
                        .first = shape->cut.sections[s].first,
                        .type = type,
                        .section = id};
  list->branches[list->n++] = added;
  return added.name ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

loligo_status branches_of_shape(branch_names *table, size_t population, const cell_shape *shape)
{
  branch_list *list = branches_begin(table, population);
  if (!list) return LOLIGO_MACHINE_ERROR;
  list->is_shape = true;
  for (size_t id = 0; id < shape->morphology.n; id++) LOLIGO_TRY(add_section(table, list, shape, id));
  return LOLIGO_OK;
}

size_t branches_section(const branch_list *list, size_t c, double *place)
{
  *place = 0;
  for (size_t i = 0; i < list->n; i++) {
    const branch *b = &list->branches[i];
    if (c < b->first || c >= b->first + b->n) continue;
    *place = cut_middle((cut_section){b->first, b->n}, c);
    return b->section;
  }
  return 0;
}

const branch_list *branches_of(const branch_names *table, size_t population)
{
  static const branch_list none;
  for (size_t i = 0; i < table->n; i++)
    if (table->lists[i].population == population) return &table->lists[i];
  return &none;
}

/* A whole number of digits alone that ends before `end`. */
static bool read_number(const char *digits, const char *end, size_t *number)
{
  char *behind;
  errno = 0;
  const unsigned long value = strtoul(digits, &behind, 10);
  *number = value;
  return digits < end && strspn(digits, "0123456789") >= (size_t)(end - digits) && behind == end && errno == 0;
}

bool branch_is_called(const branch *b, const char *name, size_t n_bytes, compartment_span *span)
{
  const size_t length = strlen(b->name);
  size_t number = 0;
  if (n_bytes < length || strncmp(b->name, name, length) != 0) return false;
  *span = (compartment_span){b->first, b->n * branches_in(b)};
  if (n_bytes == length) return true;
  if (!read_number(name + length, name + n_bytes, &number) || number >= b->count) return false;
  *span = (compartment_span){b->first + number * b->n, b->n};
  return true;
}

static loligo_status fail_unknown(const branch_list *list, const tree_node *name)
{
  fault_names names = {.n = 0};
  static const char soma[] = "soma";
  fault_names_add(&names, soma);
  for (size_t i = 0; i < list->n; i++)
    if (strcmp(list->branches[i].name, soma) != 0) fault_names_add(&names, list->branches[i].name);
  return tree_locate(name->mark, NULL, fault_unknown("compartment", name->text, &names));
}

/* One of a branch, by the number in brackets. */
static loligo_status choose_one(const tree_node *name, const char *bracket, compartment_span *span)
{
  size_t number = 0;
  const char *end = strchr(bracket, ']');
  if (!end || end[1] || !read_number(bracket + 1, end, &number))
    return tree_fail(name->mark, "'%s' names no compartment; give one as %.*s[0]", name->text,
                     (int)(bracket - name->text), name->text);
  if (number >= span->n)
    return tree_fail(name->mark, "'%s': %.*s has %zu compartments, numbered from 0 on", name->text,
                     (int)(bracket - name->text), name->text, span->n);
  *span = (compartment_span){span->first + number, 1};
  return LOLIGO_OK;
}

/* The one that holds a place along a branch, as "(0.5)". */
static loligo_status choose_place(const tree_node *name, const char *bracket, compartment_span *span)
{
  char *end;
  const double place = strtod(bracket + 1, &end);
  if (end == bracket + 1 || strcmp(end, ")") != 0 || !(place >= 0 && place <= 1))
    return tree_fail(name->mark, "'%s' names no place; give one from 0 to 1, as %.*s(0.5)", name->text,
                     (int)(bracket - name->text), name->text);
  *span = (compartment_span){cut_find((cut_section){span->first, span->n}, place), 1};
  return LOLIGO_OK;
}

loligo_status branches_find(const branch_list *list, const tree_node *name, compartment_span *span)
{
  const char *bracket = strpbrk(name->text, "[(");
  const size_t n_bytes = bracket ? (size_t)(bracket - name->text) : strlen(name->text);
  *span = (compartment_span){0, 1};
  if (strcmp(name->text, "soma") == 0) return LOLIGO_OK;
  for (size_t i = 0; i < list->n; i++) {
    const branch *b = &list->branches[i];
    if (!branch_is_called(b, name->text, n_bytes, span)) continue;
    if (bracket && n_bytes == strlen(b->name) && b->count)
      return tree_fail(name->mark, "'%s': there are %zu branches %s; name one, as %s0%s", name->text, b->count, b->name,
                       b->name, bracket);
    if (!bracket) return LOLIGO_OK;
    return *bracket == '(' ? choose_place(name, bracket, span) : choose_one(name, bracket, span);
  }
  return fail_unknown(list, name);
}

/* -- all of a type -- */

static size_t count_type(const branch_list *list, const char *type)
{
  size_t n = 0;
  for (size_t i = 0; i < list->n; i++)
    if (list->branches[i].type && strcmp(list->branches[i].type, type) == 0) n += list->branches[i].n;
  return n;
}

static loligo_status list_type(const branch_list *list, const char *type, size_t **compartments, size_t *n)
{
  *compartments = memory_allocate(count_type(list, type), sizeof **compartments, "compartments");
  if (!*compartments) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < list->n; i++) {
    const branch *b = &list->branches[i];
    for (size_t k = 0; b->type && strcmp(b->type, type) == 0 && k < b->n; k++) (*compartments)[(*n)++] = b->first + k;
  }
  return LOLIGO_OK;
}

loligo_status branches_list(const branch_list *list, const tree_node *name, size_t **compartments, size_t *n)
{
  compartment_span span;
  *compartments = NULL;
  *n = 0;
  if (strcmp(name->text, "soma") != 0 && count_type(list, name->text) > 0)
    return list_type(list, name->text, compartments, n);
  LOLIGO_TRY(branches_find(list, name, &span));
  *compartments = memory_allocate(span.n, sizeof **compartments, "compartments");
  if (!*compartments) return LOLIGO_MACHINE_ERROR;
  for (size_t k = 0; k < span.n; k++) (*compartments)[(*n)++] = span.first + k;
  return LOLIGO_OK;
}

void branches_free(branch_names *table)
{
  for (size_t i = 0; i < table->n; i++) memory_free(table->lists[i].branches);
  memory_free(table->lists);
  pool_free(&table->names);
  *table = (branch_names){0};
}

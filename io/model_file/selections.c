/*
 * Each text becomes stretches of one population; then those of a population are taken together (network/selection.h),
 * and what is wrong with them together is told at the first text of the population that the list has.
 */
#include "io/model_file/selections.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"

/* Stretches of one population as they are read. */
typedef struct draft {
  const tree_node *node; /* that named it first */
  size_t population;
  loligo_stretch *stretches; /* [n] owned */
  size_t n, capacity;
} draft;

typedef struct drafts {
  draft *items; /* [n] owned */
  size_t n, capacity;
  size_t *of_population; /* [populations] 1 + the number of its draft, or 0; owned */
} drafts;

/* A text, and how far it is read. */
typedef struct cursor {
  const tree_node *node;
  const char *key, *at;
} cursor;

static loligo_status fail_form(const cursor *c)
{
  return tree_fail(c->node->mark, "%s: '%s' is not a selection; write E, E[7], E[0:50], E[0:100:10] or E[1,5,9]",
                   c->key, c->node->text);
}

/* What names a population that is wrong itself is not told. */
static loligo_status find_named(const model_reader *reader, const tree_node *node, const char *name, const char *key,
                                size_t *population)
{
  const loligo_network *network = reader->network;
  const int64_t found = loligo_network_find(network, name);
  *population = (size_t)found;
  if (name_table_find(&reader->lost, 0, name) != NAME_TABLE_NONE) return LOLIGO_INPUT_ERROR;
  if (found >= 0) return LOLIGO_OK;
  if (reader->lacks_populations) return LOLIGO_INPUT_ERROR;
  fault_names names = {.n = 0};
  for (size_t i = 0; i < network->n_populations; i++) fault_names_add(&names, network->populations[i].name);
  return tree_locate(node->mark, NULL, fault_unknown_in("population", name, key, &names));
}

static loligo_status find_population(const model_reader *reader, const tree_node *node, const char *key,
                                     size_t *population)
{
  LOLIGO_TRY(value_expect_text(key, node));
  char *name = memory_string(node->text);
  if (!name) return LOLIGO_MACHINE_ERROR;
  name[strcspn(name, "[")] = '\0';
  const loligo_status status = find_named(reader, node, name, key, population);
  memory_free(name);
  return status;
}

static void skip_spaces(cursor *c)
{
  while (*c->at == ' ') c->at++;
}

static bool take(cursor *c, char wanted)
{
  skip_spaces(c);
  if (*c->at != wanted) return false;
  c->at++;
  return true;
}

/* Whether a number stands there; *number stays as it is without one. */
static bool take_number(cursor *c, uint64_t *number)
{
  skip_spaces(c);
  if (!isdigit((unsigned char)*c->at)) return false;
  char *end;
  *number = strtoull(c->at, &end, 10);
  c->at = end;
  return true;
}

/* 7, 0:50, :50, 0:, 0:100:10 */
static loligo_status read_stretch(cursor *c, const loligo_population *population, loligo_stretch *stretch)
{
  *stretch = (loligo_stretch){.first = 0, .last = population->size, .every = 1};
  const bool has_first = take_number(c, &stretch->first);
  if (!take(c, ':')) {
    if (!has_first) return fail_form(c);
    stretch->last = stretch->first < UINT64_MAX ? stretch->first + 1 : UINT64_MAX;
    return LOLIGO_OK;
  }
  take_number(c, &stretch->last);
  if (take(c, ':')) take_number(c, &stretch->every);
  if (stretch->every > 0) return LOLIGO_OK;
  return tree_fail(c->node->mark, "%s: '%s' has a step of 0; take 1 or more", c->key, c->node->text);
}

static loligo_status keep(draft *draft, const loligo_stretch *stretch)
{
  LOLIGO_TRY(memory_grow((void **)&draft->stretches, &draft->capacity, draft->n + 1, sizeof *draft->stretches,
                         "selected cells"));
  draft->stretches[draft->n++] = *stretch;
  return LOLIGO_OK;
}

static loligo_status add_stretch(cursor *c, const loligo_population *population, draft *draft)
{
  loligo_stretch stretch;
  LOLIGO_TRY(read_stretch(c, population, &stretch));
  LOLIGO_TRY(tree_locate(c->node->mark, c->key, selection_check_stretch(population, &stretch)));
  if (stretch.first == stretch.last) return tree_fail(c->node->mark, "%s: '%s' selects no cell", c->key, c->node->text);
  return keep(draft, &stretch);
}

/* What follows the name of a population: nothing, or stretches in brackets. */
static loligo_status read_stretches(cursor *c, const loligo_population *population, draft *draft)
{
  const loligo_stretch all = {.first = 0, .last = population->size, .every = 1};
  if (!*c->at) return keep(draft, &all);
  c->at++;
  do {
    LOLIGO_TRY(add_stretch(c, population, draft));
  } while (take(c, ','));
  return take(c, ']') && !*c->at ? LOLIGO_OK : fail_form(c);
}

static loligo_status find_draft(drafts *drafts, const tree_node *node, size_t population, draft **found)
{
  if (drafts->of_population[population] == 0) {
    LOLIGO_TRY(memory_grow((void **)&drafts->items, &drafts->capacity, drafts->n + 1, sizeof *drafts->items,
                           "selected cells"));
    drafts->items[drafts->n++] = (draft){.node = node, .population = population};
    drafts->of_population[population] = drafts->n;
  }
  *found = &drafts->items[drafts->of_population[population] - 1];
  return LOLIGO_OK;
}

static loligo_status add_text(const model_reader *reader, const tree_node *node, const char *key, drafts *drafts)
{
  size_t population;
  draft *draft;
  LOLIGO_TRY(find_population(reader, node, key, &population));
  LOLIGO_TRY(find_draft(drafts, node, population, &draft));
  cursor c = {.node = node, .key = key, .at = node->text + strcspn(node->text, "[")};
  return read_stretches(&c, &reader->network->populations[population], draft);
}

static loligo_status add_texts(const model_reader *reader, const tree_node *node, const char *key, drafts *drafts)
{
  bool any = false;
  drafts->of_population =
      memory_allocate(reader->network->n_populations, sizeof *drafts->of_population, "selected cells");
  if (!drafts->of_population) return LOLIGO_MACHINE_ERROR;
  if (node->kind != TREE_LIST) return add_text(reader, node, key, drafts);
  if (node->n == 0) return tree_fail(node->mark, "%s must select cells, but is an empty list", key);
  for (size_t i = 0; i < node->n; i++)
    LOLIGO_TRY(mistakes_keep(add_text(reader, node->children[i], key, drafts), &any));
  return mistakes_told(any);
}

static loligo_status take_drafts(const loligo_network *network, const drafts *drafts, const char *key,
                                 selection_overlap overlap, selections *read)
{
  bool any = false;
  read->items = memory_allocate(drafts->n, sizeof *read->items, "selected cells");
  if (!read->items) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < drafts->n; i++) {
    const draft *draft = &drafts->items[i];
    const loligo_selection given = {
        .population = draft->population, .stretches = draft->stretches, .n_stretches = draft->n};
    const loligo_population *population = &network->populations[draft->population];
    const loligo_status status = selection_take(&given, population, overlap, &read->items[i]);
    read->n = i + 1;
    LOLIGO_TRY(mistakes_keep(tree_locate(draft->node->mark, key, status), &any));
  }
  return mistakes_told(any);
}

loligo_status selections_read(const model_reader *reader, const tree_node *node, const char *key,
                              selection_overlap overlap, selections *read)
{
  drafts drafts = {0};
  *read = (selections){0};
  loligo_status status = add_texts(reader, node, key, &drafts);
  if (status == LOLIGO_OK) status = take_drafts(reader->network, &drafts, key, overlap, read);
  for (size_t i = 0; i < drafts.n; i++) memory_free(drafts.items[i].stretches);
  memory_free(drafts.items);
  memory_free(drafts.of_population);
  return status;
}

loligo_status selections_read_one(const model_reader *reader, const tree_node *node, const char *key,
                                  loligo_selection *selection)
{
  selections read;
  *selection = (loligo_selection){0};
  loligo_status status = selections_read(reader, node, key, SELECTION_REFUSES, &read);
  if (status == LOLIGO_OK && read.n > 1)
    status = tree_fail(node->mark, "%s must select cells of one population, not of %zu", key, read.n);
  if (status == LOLIGO_OK) {
    *selection = read.items[0];
    read.n = 0;
  }
  selections_free(&read);
  return status;
}

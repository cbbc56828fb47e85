/*
 * A set is worked out as one flag for each node of each population: sets unite, filters take away.
 */
#include "io/sonata/node_sets.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/text_file.h"
#include "io/model_file/value.h"
#include "io/sonata/tree.h"

enum { MOST_SETS = 1000, NUMBER_SIZE = 64 };

static const char WHAT[] = "a node set";

/* -- the named ones -- */

static loligo_status read_file(const sonata_config *config, const tree_node *named_by, node_sets *sets)
{
  char path[PATH_MAX], *text = NULL;
  LOLIGO_TRY(sonata_config_file(config, named_by->key, named_by, path));
  sets->path = memory_string(path);
  if (!sets->path) return LOLIGO_MACHINE_ERROR;
  loligo_status status = text_file_read(path, WHAT, &text);
  if (status == LOLIGO_OK) status = tree_parse(text, (tree_mark){sets->path, 1, 1}, &sets->read);
  memory_free(text);
  LOLIGO_TRY(status);
  sets->of_file = sets->read;
  return value_expect_mapping("node_sets", sets->read);
}

loligo_status node_sets_open(const sonata_config *config, const sonata_circuit *circuit, node_sets *sets)
{
  tree_node *named = tree_find(config->root, "node_sets");
  const tree_node *named_by = tree_find(config->root, "node_sets_file");
  *sets = (node_sets){.circuit = circuit, .named = named};
  if (named) LOLIGO_TRY(value_expect_mapping(named->key, named));
  return named_by ? read_file(config, named_by, sets) : LOLIGO_OK;
}

void node_sets_free(node_sets *sets)
{
  tree_free(sets->read);
  memory_free(sets->path);
  *sets = (node_sets){.circuit = NULL};
}

/* -- flags -- */

/* A set that is worked out. */
typedef struct choice {
  const node_sets *sets;
  unsigned *n_sets; /* that were looked up so far */
  bool **is_in;     /* [populations][nodes] owned */
} choice;

static size_t count_populations(const choice *c)
{
  return c->sets->circuit->nodes.n;
}

static const node_population *population_at(const choice *c, size_t p)
{
  return &c->sets->circuit->nodes.items[p];
}

static void choice_free(choice *c)
{
  for (size_t p = 0; c->is_in && p < count_populations(c); p++) memory_free(c->is_in[p]);
  memory_free(c->is_in);
}

static loligo_status choice_init(choice *c, const node_sets *sets, unsigned *n_sets)
{
  *c = (choice){.sets = sets, .n_sets = n_sets};
  c->is_in = memory_allocate(count_populations(c), sizeof *c->is_in, WHAT);
  if (!c->is_in) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < count_populations(c); p++) {
    c->is_in[p] = memory_allocate(population_at(c, p)->n, sizeof **c->is_in, WHAT);
    if (!c->is_in[p]) return LOLIGO_MACHINE_ERROR;
  }
  return LOLIGO_OK;
}

static void set_population(const choice *c, size_t p, bool value)
{
  memset(c->is_in[p], value, population_at(c, p)->n * sizeof **c->is_in);
}

static void set_all(const choice *c, bool value)
{
  for (size_t p = 0; p < count_populations(c); p++) set_population(c, p, value);
}

/* Number of the population of a name, or that of all. */
static size_t find_population(const choice *c, const char *name)
{
  size_t p = 0;
  while (p < count_populations(c) && strcmp(population_at(c, p)->name, name) != 0) p++;
  return p;
}

/* -- filters -- */

/* A value, or a list of values, of which one must be met. */
typedef struct alternatives {
  const tree_node *node;
  size_t n;
} alternatives;

static alternatives alternatives_of(const tree_node *node)
{
  return (alternatives){node, node->kind == TREE_LIST ? node->n : 1};
}

static const tree_node *alternative(alternatives given, size_t i)
{
  return given.node->kind == TREE_LIST ? given.node->children[i] : given.node;
}

static loligo_status check_alternatives(alternatives given)
{
  for (size_t i = 0; i < given.n; i++) LOLIGO_TRY(value_expect_text(given.node->key, alternative(given, i)));
  return LOLIGO_OK;
}

static loligo_status fail_population(const choice *c, const tree_node *name, const char *what)
{
  fault_names names = {.n = 0};
  const node_sets *sets = c->sets;
  for (size_t p = 0; p < count_populations(c); p++) fault_names_add(&names, population_at(c, p)->name);
  const bool is_set = strcmp(what, "node set") == 0;
  for (size_t i = 0; is_set && sets->named && i < sets->named->n; i++)
    fault_names_add(&names, sets->named->children[i]->key);
  for (size_t i = 0; is_set && sets->of_file && i < sets->of_file->n; i++)
    fault_names_add(&names, sets->of_file->children[i]->key);
  return tree_locate(name->mark, NULL, fault_unknown(what, name->text, &names));
}

static loligo_status filter_populations(const choice *c, alternatives given)
{
  bool *is_named = memory_allocate(count_populations(c), sizeof *is_named, WHAT);
  loligo_status status = is_named ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < given.n && status == LOLIGO_OK; i++) {
    const tree_node *name = alternative(given, i);
    const size_t p = find_population(c, name->text);
    if (p == count_populations(c))
      status = fail_population(c, name, "population");
    else
      is_named[p] = true;
  }
  for (size_t p = 0; p < count_populations(c) && status == LOLIGO_OK; p++)
    if (!is_named[p]) set_population(c, p, false);
  memory_free(is_named);
  return status;
}

static loligo_status read_id(const tree_node *node, uint64_t *id)
{
  char *end;
  *id = strtoull(node->text, &end, 10);
  if (*node->text >= '0' && *node->text <= '9' && !*end) return LOLIGO_OK;
  return tree_fail(node->mark, "'%s' is no node id; write a whole number", node->text);
}

/* Leaves of what is in those of the ids; in none of the populations left a missing id is an error. */
static loligo_status filter_ids(const choice *c, alternatives given)
{
  choice kept;
  loligo_status status = choice_init(&kept, c->sets, c->n_sets);
  for (size_t i = 0; i < given.n && status == LOLIGO_OK; i++) {
    const tree_node *node = alternative(given, i);
    uint64_t id = 0;
    bool found = false;
    status = read_id(node, &id);
    for (size_t p = 0; p < count_populations(c) && status == LOLIGO_OK; p++) {
      if (id >= population_at(c, p)->n || !c->is_in[p][id]) continue;
      kept.is_in[p][id] = found = true;
    }
    if (status == LOLIGO_OK && !found) status = tree_fail(node->mark, "there is no such node: %s", node->text);
  }
  for (size_t p = 0; p < count_populations(c) && status == LOLIGO_OK; p++)
    memcpy(c->is_in[p], kept.is_in[p], population_at(c, p)->n * sizeof **c->is_in);
  choice_free(&kept);
  return status;
}

static bool meets_text(const char *text, alternatives given)
{
  for (size_t i = 0; text && i < given.n; i++)
    if (strcmp(alternative(given, i)->text, text) == 0) return true;
  return false;
}

static bool meets_number(double number, alternatives given)
{
  for (size_t i = 0; i < given.n; i++) {
    char *end;
    const double wanted = strtod(alternative(given, i)->text, &end);
    if (*alternative(given, i)->text && !*end && wanted == number) return true;
  }
  return false;
}

/* By what nodes have of their own, NAN where they have nothing, or else by the texts of their types. */
static loligo_status filter_population(const choice *c, size_t p, alternatives given, bool *known)
{
  const node_population *nodes = population_at(c, p);
  const char *key = given.node->key;
  bool has_own;
  LOLIGO_TRY(nodes_have(nodes, key, &has_own));
  *known = *known || has_own || types_column(nodes->types, key) != TYPES_NONE;
  double *own = has_own ? memory_allocate(nodes->n, sizeof *own, WHAT) : NULL;
  if (has_own && !own) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = own ? nodes_numbers(nodes, key, NULL, own) : LOLIGO_OK;
  for (uint64_t i = 0; i < nodes->n && status == LOLIGO_OK; i++) {
    const char *text = types_text(nodes->types, nodes->type[i], key);
    char *end = NULL;
    const double number = own && !isnan(own[i]) ? own[i] : text ? strtod(text, &end) : NAN;
    const bool is_number = (own && !isnan(own[i])) || (text && end > text && !*end);
    c->is_in[p][i] = c->is_in[p][i] && (is_number ? meets_number(number, given) : meets_text(text, given));
  }
  memory_free(own);
  return status;
}

static loligo_status filter_attribute(const choice *c, alternatives given)
{
  bool known = false;
  for (size_t p = 0; p < count_populations(c); p++) LOLIGO_TRY(filter_population(c, p, given, &known));
  if (known) return LOLIGO_OK;
  return tree_fail(given.node->key_mark,
                   "no node has '%s'; there are population, node_id, columns of the node types "
                   "and numbers of single nodes",
                   given.node->key);
}

static loligo_status apply_filter(const choice *c, const tree_node *node)
{
  const alternatives given = alternatives_of(node);
  LOLIGO_TRY(check_alternatives(given));
  if (strcmp(node->key, "population") == 0 || strcmp(node->key, "populations") == 0)
    return filter_populations(c, given);
  if (strcmp(node->key, "node_id") == 0 || strcmp(node->key, "node_ids") == 0) return filter_ids(c, given);
  return filter_attribute(c, given);
}

/* Ids come last, so that they are those of the populations that the other filters leave. */
static loligo_status apply_filters(const choice *c, const tree_node *mapping)
{
  set_all(c, true);
  for (int ids = 0; ids < 2; ids++)
    for (size_t i = 0; i < mapping->n; i++)
      if (text_begins(mapping->children[i]->key, "node_id") == (ids == 1))
        LOLIGO_TRY(apply_filter(c, mapping->children[i]));
  return LOLIGO_OK;
}

/* -- sets -- */

static loligo_status choose(const choice *c, const tree_node *node);

static const tree_node *find_named(const node_sets *sets, const char *name)
{
  const tree_node *found = sets->named ? tree_find(sets->named, name) : NULL;
  return found || !sets->of_file ? found : tree_find(sets->of_file, name);
}

static loligo_status choose_named(const choice *c, const tree_node *name)
{
  const tree_node *named = find_named(c->sets, name->text);
  const size_t p = find_population(c, name->text);
  if (++*c->n_sets > MOST_SETS) return tree_fail(name->mark, "the node set '%s' leads to itself", name->text);
  if (named) return choose(c, named);
  set_all(c, strcmp(name->text, "all") == 0);
  if (strcmp(name->text, "all") == 0) return LOLIGO_OK;
  if (p == count_populations(c)) return fail_population(c, name, "node set");
  set_population(c, p, true);
  return LOLIGO_OK;
}

/* Of names: what any of them has. */
static loligo_status choose_any(const choice *c, const tree_node *list)
{
  choice one;
  loligo_status status = choice_init(&one, c->sets, c->n_sets);
  set_all(c, false);
  for (size_t i = 0; i < list->n && status == LOLIGO_OK; i++) {
    status = choose(&one, list->children[i]);
    for (size_t p = 0; p < count_populations(c) && status == LOLIGO_OK; p++)
      for (uint64_t k = 0; k < population_at(c, p)->n; k++) c->is_in[p][k] |= one.is_in[p][k];
  }
  choice_free(&one);
  return status;
}

static bool are_ids(const tree_node *list)
{
  for (size_t i = 0; i < list->n; i++)
    if (list->children[i]->kind != TREE_SCALAR || list->children[i]->quoted) return false;
  return true;
}

static loligo_status choose(const choice *c, const tree_node *node)
{
  if (node->kind == TREE_SCALAR) return choose_named(c, node);
  if (node->kind == TREE_MAPPING) return apply_filters(c, node);
  if (!are_ids(node)) return choose_any(c, node);
  set_all(c, true);
  return filter_ids(c, alternatives_of(node));
}

/* -- selections -- */

/* A text that grows. */
typedef struct selection_text {
  char *text;
  size_t n, capacity;
} selection_text;

static loligo_status print(selection_text *out, const char *part)
{
  const size_t length = strlen(part);
  LOLIGO_TRY(memory_grow((void **)&out->text, &out->capacity, out->n + length + 1, 1, WHAT));
  memcpy(out->text + out->n, part, length + 1);
  out->n += length;
  return LOLIGO_OK;
}

/* "name[0:10,20]" */
static loligo_status print_runs(const node_part *part, const bool *is_in, selection_text *out)
{
  const char *before = "[";
  LOLIGO_TRY(print(out, part->name));
  for (uint64_t i = 0; i < part->n; i++) {
    if (!is_in[part_node(part, i)]) continue;
    char run[NUMBER_SIZE];
    const uint64_t first = i;
    while (i < part->n && is_in[part_node(part, i)]) i++;
    if (first == 0 && i == part->n) return LOLIGO_OK;
    if (i - first == 1)
      snprintf(run, sizeof run, "%s%" PRIu64, before, first);
    else
      snprintf(run, sizeof run, "%s%" PRIu64 ":%" PRIu64, before, first, i);
    LOLIGO_TRY(print(out, run));
    before = ",";
  }
  return print(out, "]");
}

static bool is_empty(const node_part *part, const bool *is_in)
{
  for (uint64_t i = 0; i < part->n; i++)
    if (is_in[part_node(part, i)]) return false;
  return true;
}

static loligo_status add_selections(const choice *c, node_kind kind, tree_node *list)
{
  const node_parts *parts = &c->sets->circuit->parts;
  for (size_t i = 0; i < parts->n; i++) {
    const node_part *part = &parts->items[i];
    const bool is_virtual = !c->sets->circuit->templates[part->nodes], *is_in = c->is_in[part->nodes];
    if (is_virtual != (kind == NODES_VIRTUAL) || is_empty(part, is_in)) continue;
    selection_text text = {.n = 0};
    loligo_status status = print_runs(part, is_in, &text);
    if (status == LOLIGO_OK && !tree_node_add(list, NULL, TREE_SCALAR, text.text, list->mark))
      status = LOLIGO_MACHINE_ERROR;
    memory_free(text.text);
    LOLIGO_TRY(status);
  }
  if (list->n > 0) return LOLIGO_OK;
  return tree_fail(list->mark, "this chooses no node %s", kind == NODES_VIRTUAL ? "that is virtual" : "with a model");
}

loligo_status node_sets_select(const node_sets *sets, node_kind kind, const tree_node *node, tree_node **list)
{
  choice c;
  unsigned n_sets = 0;
  *list = tree_create(TREE_LIST, NULL, node->mark);
  loligo_status status = choice_init(&c, sets, &n_sets);
  if (!*list) status = LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = choose(&c, node);
  if (status == LOLIGO_OK) status = add_selections(&c, kind, *list);
  choice_free(&c);
  if (status == LOLIGO_OK) return LOLIGO_OK;
  tree_free(*list);
  *list = NULL;
  return status;
}

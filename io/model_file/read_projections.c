/*
 * projections: a list, read entry by entry, since it may be long. One entry with several targets becomes one projection
 * per target. Their names are written down before that, since random numbers are keyed by them.
 */
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/csv_edges.h"
#include "io/model_file/h5_edges.h"
#include "io/model_file/read.h"
#include "io/model_file/read_space.h"
#include "io/model_file/selections.h"
#include "io/model_file/value.h"
#include "io/model_file/wild_laws.h"
#include "model/neuron/elsewhere.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/compartments.h"
#include "network/edge_list.h"
#include "network/index.h"
#include "network/projection.h"
#include "network/rule/rule.h"

enum { REST_ENTRIES = 2048 }; /* after so many, what was read of the text need not stay in memory */

enum { NAME_SIZE = 64, EDGES_SIZE = 3 * LOLIGO_NAME_BYTES + 8 };

static const char WHAT[] = "projection", WHAT_LISTING[] = "a table of projections";

/* A rule and its cells as the model file gives them. */
typedef struct chosen_rule {
  const rule *rule;
  double argument;
  loligo_kernel probability;
  loligo_named_value params[DECODE_MAX_ROWS]; /* [n_params] */
  size_t n_params;
  loligo_mask mask;
  read_distances distances;
  edge_source edges; /* of a rule that lists them; owned */
  loligo_selection sources, targets;
  size_t compartment;
} chosen_rule;

/* A synapse model as the model file gives it. */
typedef struct read_synapse_model {
  const synapse_model *model;
  loligo_named_value params[DECODE_MAX_ROWS]; /* [n_params] */
  size_t n_params;
} read_synapse_model;

static tree_node *child_at(const tree_node *mapping, size_t offset)
{
  return decode_child(mapping, projection_table, offset);
}

static loligo_status find_rule(const tree_node *rule_node, const char *name, tree_mark mark, const rule **found)
{
  *found = rule_find(name);
  if (*found) return LOLIGO_OK;
  return tree_locate(mark, NULL, registry_unknown_in(&rule_registry, rule_node->key, name, WHAT));
}

/* The name that the results give to the edges of a projection; false where it is between parts of populations. */
static bool name_edges(const tree_node *mapping, char name[EDGES_SIZE])
{
  static const size_t offsets[] = {offsetof(projection_section, source), offsetof(projection_section, target),
                                   offsetof(projection_section, name)};
  const char *parts[3];
  for (size_t i = 0; i < 3; i++) {
    const tree_node *part = child_at(mapping, offsets[i]);
    if (!part || !part->text) return false;
    parts[i] = part->text;
  }
  snprintf(name, EDGES_SIZE, "%s_to_%s_%s", parts[0], parts[1], parts[2]);
  return true;
}

static loligo_status read_edges_h5(const model_reader *reader, const tree_node *mapping, tree_node *node,
                                   const char *unit, chosen_rule *chosen)
{
  char name[EDGES_SIZE];
  if (!unit) return LOLIGO_INPUT_ERROR; /* since the target is wrong, which is told */
  const char *known = name_edges(mapping, name) ? name : NULL;
  return h5_edges_open(reader, node, known, unit, &chosen->edges);
}

/* The synapse model that a projection names; NULL where it names none, or a wrong one. */
static const synapse_model *named_synapse(const tree_node *mapping)
{
  const tree_node *node = child_at(mapping, offsetof(projection_section, synapse));
  if (node && node->kind == TREE_MAPPING) node = decode_child(node, synapse_table, offsetof(synapse_section, model));
  return node && node->kind == TREE_SCALAR ? synapse_model_find(node->text) : NULL;
}

static loligo_status read_edges(const model_reader *reader, const tree_node *mapping, tree_node *node,
                                chosen_rule *chosen)
{
  char name[PATH_MAX];
  FILE *stream;
  const synapse_model *synapse = named_synapse(mapping);
  const bool is_prompt = synapse && synapse_model_is_prompt(synapse);
  LOLIGO_TRY(read_open_file(reader, node, chosen->rule->name, name, &stream));
  return csv_edges_open(name, stream, is_prompt ? reader->network->dt : NAN, &chosen->edges);
}

/* A rule without argument: its name alone. */
static loligo_status read_bare_rule(tree_node *node, chosen_rule *chosen)
{
  LOLIGO_TRY(value_expect_text(node->key, node));
  LOLIGO_TRY(find_rule(node, node->text, node->mark, &chosen->rule));
  const char *argument = chosen->rule->lists_edges ? "file.csv" : chosen->rule->argument;
  if (!argument) return LOLIGO_OK;
  return tree_fail(node->mark, "%s %s needs its argument, as {%s: %s}", node->key, node->text, node->text, argument);
}

/* K or N: digits are compared with the limit before a double rounds them. */
static loligo_status read_count(tree_node *node, double *count)
{
  static const loligo_param row = {.type = LOLIGO_PARAM_INTEGER, .range = LOLIGO_RANGE_NON_NEGATIVE};
  static const uint64_t most = UINT64_C(1) << 53;
  uint64_t whole;
  LOLIGO_TRY(value_whole(&(value_form){node->key, "", &row}, node, &whole));
  if (whole > most) return tree_fail(node->mark, "%s: %s is too large; take at most 2^53", node->key, node->text);
  *count = (double)whole;
  return LOLIGO_OK;
}

/* Adds the values of a table's rows that are given; returns how many there are then. */
static size_t name_values(loligo_param_table table, const decoded *values, loligo_named_value *named)
{
  size_t n = 0;
  for (size_t i = 0; i < table.n; i++)
    if (values[i].node) named[n++] = (loligo_named_value){table.rows[i].name, values[i].law};
  return n;
}

static loligo_status read_rule_params(tree_node *mapping, chosen_rule *chosen)
{
  decoded values[DECODE_MAX_ROWS];
  const loligo_param_table table = chosen->rule->params;
  const decode_form form = {.what = chosen->rule->name, .tables = {table}, .n_tables = 1};
  LOLIGO_TRY(decode_mapping(&form, mapping, values));
  chosen->n_params = name_values(table, values, chosen->params);
  return LOLIGO_OK;
}

/* {name: argument} */
static loligo_status read_rule(const model_reader *reader, const tree_node *mapping, tree_node *node, const char *unit,
                               chosen_rule *chosen)
{
  if (node->kind != TREE_MAPPING) return read_bare_rule(node, chosen);
  if (node->n != 1) return tree_fail(node->mark, "%s must be one rule, as {fixed_indegree: 100}", node->key);
  tree_node *argument = node->children[0];
  LOLIGO_TRY(find_rule(node, argument->key, argument->key_mark, &chosen->rule));
  if (chosen->rule->lists_edges && h5_edges_are(argument))
    return read_edges_h5(reader, mapping, argument, unit, chosen);
  if (chosen->rule->lists_edges) return read_edges(reader, mapping, argument, chosen);
  if (chosen->rule->takes_kernel) return read_kernel(argument, probability_table, "", &chosen->probability);
  if (chosen->rule->params.n) return read_rule_params(argument, chosen);
  if (chosen->rule->argument_is_integer) return read_count(argument, &chosen->argument);
  if (chosen->rule->argument) return value_number(argument->key, "", argument, &chosen->argument);
  if (!tree_is_null(argument)) {
    return tree_fail(argument->mark, "%s takes no argument; write rule: %s", argument->key, argument->key);
  }
  tree_node *bare = tree_create(TREE_SCALAR, chosen->rule->name, node->mark);
  if (!bare) return LOLIGO_MACHINE_ERROR;
  tree_replace(node, bare);
  return LOLIGO_OK;
}

/* Cells of the ends, which are looked up ahead, and the unit of the weights, which follows from the target. */
static loligo_status read_ends(const model_reader *reader, const tree_node *mapping, chosen_rule *chosen,
                               const char **unit)
{
  const tree_node *source = child_at(mapping, offsetof(projection_section, source));
  const tree_node *target = child_at(mapping, offsetof(projection_section, target));
  const tree_node *receptor = child_at(mapping, offsetof(projection_section, receptor));
  const tree_node *compartment = child_at(mapping, offsetof(projection_section, compartment));
  bool any = false;
  if (source) LOLIGO_TRY(mistakes_keep(selections_read_one(reader, source, source->key, &chosen->sources), &any));
  if (!target) return mistakes_told(any);
  LOLIGO_TRY(selections_read_one(reader, target, target->key, &chosen->targets));
  const size_t id = chosen->targets.population;
  LOLIGO_TRY(mistakes_keep(read_compartment(reader, id, compartment, &chosen->compartment), &any));
  LOLIGO_TRY(mistakes_keep(
      read_weight_unit(&reader->network->populations[id], target, compartment ? NULL : receptor, WHAT, unit), &any));
  return mistakes_told(any);
}

/* Takes the source of the edges. */
static loligo_status add_to_network(const model_reader *reader, const loligo_projection_spec *spec, chosen_rule *chosen)
{
  loligo_network *network = reader->network;
  const edge_source source = chosen->edges;
  chosen->edges = (edge_source){0};
  LOLIGO_TRY(projection_add_listed(network, spec, source));
  const edge_list *list = network->projections[network->n_projections - 1].list;
  return list ? listed_files_note(reader->files, list->source.name, list->digest) : LOLIGO_OK;
}

static loligo_status add_projection(const model_reader *reader, const tree_node *mapping, chosen_rule *chosen,
                                    const projection_section *section, const drawn_section *drawn,
                                    const read_synapse_model *synapse)
{
  loligo_projection_spec spec = {.name = section->name,
                                 .source = chosen->sources.population,
                                 .target = chosen->targets.population,
                                 .sources = &chosen->sources,
                                 .targets = &chosen->targets,
                                 .rule = chosen->rule->name,
                                 .argument = chosen->argument,
                                 .rule_params = chosen->params,
                                 .n_rule_params = chosen->n_params,
                                 .probability = chosen->probability,
                                 .mask = chosen->mask,
                                 .no_autapses = !section->autapses,
                                 .no_multapses = !section->multapses,
                                 .synapse = synapse->model->name,
                                 .synapse_params = synapse->params,
                                 .n_synapse_params = synapse->n_params,
                                 .receptor = section->receptor,
                                 .compartment = chosen->compartment,
                                 .any_sign = section->sign == SIGN_ANY,
                                 .weight = drawn->weight,
                                 .delay = drawn->delay,
                                 .weight_by_distance = chosen->distances.weight,
                                 .delay_by_distance = chosen->distances.delay};
  if (!isnan(section->dendritic_delay)) spec.dendritic_delay = loligo_constant(section->dendritic_delay);
  loligo_network *network = reader->network;
  LOLIGO_TRY(read_blame(reader, mapping, NULL, add_to_network(reader, &spec, chosen)));
  return network_keep_place(network, mapping->mark, &network->projections[network->n_projections - 1].place);
}

static loligo_status complete_receptor(const model_reader *reader, const decode_form *form, tree_node *mapping)
{
  const loligo_network *network = reader->network;
  const loligo_projection *added = &network->projections[network->n_projections - 1];
  const loligo_receptor *receptor = &network->populations[added->target].model->receptors[added->receptor[0]];
  if (added->receptor[0] != added->receptor[1]) return LOLIGO_OK;
  const loligo_param *row = decode_row(projection_table, offsetof(projection_section, receptor));
  char name[COMPARTMENTS_NAME_BYTES];
  compartments_plain_name(receptor->name, name);
  return decode_complete_text(form, mapping, row, name);
}

/* A name alone stands for {model: name}. */
static loligo_status name_to_mapping(tree_node *node)
{
  if (node->kind != TREE_SCALAR || tree_is_null(node)) return LOLIGO_OK;
  const loligo_param *row = decode_row(synapse_table, offsetof(synapse_section, model));
  tree_node *mapping = tree_create(TREE_MAPPING, NULL, node->mark);
  tree_node *name = tree_create(TREE_SCALAR, node->text, node->mark);
  if (!mapping || !name) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(mapping, row->name, node->mark, name));
  tree_replace(node, mapping);
  return LOLIGO_OK;
}

/* The synapse model that a section names, looked up ahead, since it brings its own rows. */
static loligo_status find_synapse_model(const tree_node *section, const synapse_model **found)
{
  const loligo_param *row = decode_row(synapse_table, offsetof(synapse_section, model));
  const tree_node *node = decode_child(section, synapse_table, offsetof(synapse_section, model));
  if (node) LOLIGO_TRY(value_expect_text(node->key, node));
  *found = synapse_model_find(node ? node->text : row->fallback);
  if (*found) return LOLIGO_OK;
  const model_elsewhere *elsewhere = model_elsewhere_find(node->text);
  const char *here = !elsewhere ? NULL : elsewhere->same ? elsewhere->same : elsewhere->nearest;
  if (here && synapse_model_find(here)) return read_fail_elsewhere(elsewhere, node, "synapse");
  return tree_locate(node->mark, NULL, registry_unknown_in(&synapse_model_registry, node->key, node->text, "synapse"));
}

/* A parameter that names a population has its number as value. */
static loligo_status read_population(const model_reader *reader, const tree_node *node, loligo_distribution *number)
{
  loligo_selection cells;
  if (strchr(node->text, '['))
    return tree_fail(node->mark, "%s must be a population, not a part of one: %s", node->key, node->text);
  const loligo_status status = selections_read_one(reader, node, node->key, &cells);
  *number = loligo_constant((double)cells.population);
  selection_free(&cells);
  return status;
}

static loligo_status read_named_populations(const model_reader *reader, loligo_param_table table, decoded *values)
{
  for (size_t i = 0; i < table.n; i++)
    if (table.rows[i].type == LOLIGO_PARAM_TEXT && values[i].node)
      LOLIGO_TRY(read_population(reader, values[i].node, &values[i].law));
  return LOLIGO_OK;
}

static loligo_status read_synapse(const model_reader *reader, tree_node *section, const char *unit,
                                  read_synapse_model *synapse)
{
  decode_form form = {.tables = {synapse_table}, .n_tables = 2, .unit = unit};
  decoded values[DECODE_MAX_ROWS];
  char what[NAME_SIZE];
  LOLIGO_TRY(name_to_mapping(section));
  if (!tree_is_null(section)) LOLIGO_TRY(value_expect_mapping(section->key, section));
  LOLIGO_TRY(find_synapse_model(section, &synapse->model));
  snprintf(what, sizeof what, "%s synapse", synapse->model->name);
  form.what = what;
  form.tables[1] = synapse->model->params;
  LOLIGO_TRY(decode_mapping(&form, section, values));
  LOLIGO_TRY(read_named_populations(reader, synapse->model->params, values + synapse_table.n));
  synapse->n_params = name_values(synapse->model->params, values + synapse_table.n, synapse->params);
  return LOLIGO_OK;
}

/* Weights of dense ones are pure numbers, of gap junctions conductances, whatever the target takes. */
static void decode_by_synapse(decode_form *form, const synapse_model *synapse)
{
  if (synapse && synapse->kind == SYNAPSE_DENSE) {
    form->what = "dense projection";
    form->unit = "";
  }
  if (synapse && synapse->kind == SYNAPSE_GAP) form->unit = "nS";
}

/* Tells all mistakes that can be seen before the projection is added. */
static loligo_status decode_projection(const model_reader *reader, tree_node *mapping, chosen_rule *chosen,
                                       decode_form *form, decoded *values)
{
  bool any = false;
  tree_node *rule_node = child_at(mapping, offsetof(projection_section, rule));
  LOLIGO_TRY(mistakes_keep(read_ends(reader, mapping, chosen, &form->unit), &any));
  if (rule_node) LOLIGO_TRY(mistakes_keep(read_rule(reader, mapping, rule_node, form->unit, chosen), &any));
  form->is_partial = rule_node && !chosen->rule;
  if (chosen->rule && chosen->rule->lists_edges) {
    form->what = "projection with an explicit list";
    form->n_tables = 1;
  }
  decode_by_synapse(form, named_synapse(mapping));
  const decode_source distances = read_distance_source(&chosen->distances);
  form->distances = &distances;
  LOLIGO_TRY(mistakes_keep(decode_mapping(form, mapping, values), &any));
  form->distances = NULL;
  tree_node *mask = child_at(mapping, offsetof(projection_section, mask));
  if (mask) LOLIGO_TRY(mistakes_keep(read_mask(mask, &chosen->mask), &any));
  return mistakes_told(any);
}

/* All synapses but prompt ones have a delay. */
static loligo_status check_delay(const decode_form *form, const tree_node *mapping, const synapse_model *synapse)
{
  const loligo_param *row = decode_row(drawn_table, offsetof(drawn_section, delay));
  const bool asks = form->n_tables > 1 && !synapse_model_is_prompt(synapse);
  if (!asks || tree_find(mapping, row->name)) return LOLIGO_OK;
  return decode_fail_missing(mapping, row, WHAT);
}

static loligo_status read_projection(model_reader *reader, tree_node *mapping, chosen_rule *chosen)
{
  decode_form form = {.what = WHAT, .tables = {projection_table, drawn_table}, .n_tables = 2};
  decoded values[DECODE_MAX_ROWS];
  projection_section section = {.dendritic_delay = NAN};
  drawn_section drawn = {0};
  read_synapse_model synapse = {0};
  bool any = false;
  LOLIGO_TRY(mistakes_keep(decode_projection(reader, mapping, chosen, &form, values), &any));
  decode_store(projection_table, values, &section);
  if (form.n_tables > 1) decode_store(drawn_table, values + projection_table.n, &drawn);
  if (section.synapse) LOLIGO_TRY(mistakes_keep(read_synapse(reader, section.synapse, form.unit, &synapse), &any));
  LOLIGO_TRY(mistakes_told(any));
  LOLIGO_TRY(check_delay(&form, mapping, synapse.model));
  if (reader->lacks_dt) return LOLIGO_OK;
  LOLIGO_TRY(add_projection(reader, mapping, chosen, &section, &drawn, &synapse));
  LOLIGO_TRY(wild_laws_warn(reader, mapping));
  return synapse_model_is_prompt(synapse.model) ? LOLIGO_OK : complete_receptor(reader, &form, mapping);
}

/* -- the list -- */

typedef struct projection_list {
  model_reader *reader;
  size_t position; /* of the next entry, lines of tables included */
  bool is_table;   /* lines of a table are not written: its path is */
} projection_list;

static loligo_status add_entry(projection_list *list, tree_node *mapping)
{
  chosen_rule chosen = {0};
  const loligo_status status = read_projection(list->reader, mapping, &chosen);
  edge_source_free(&chosen.edges);
  selection_free(&chosen.sources);
  selection_free(&chosen.targets);
  if (status == LOLIGO_OK && !list->is_table) canonical_item(list->reader->used, mapping);
  return status;
}

static loligo_status name_by_position(tree_node *mapping, size_t position)
{
  const loligo_param *row = decode_row(projection_table, offsetof(projection_section, name));
  if (tree_find(mapping, row->name)) return LOLIGO_OK;
  char text[NAME_SIZE];
  snprintf(text, sizeof text, "projection %zu", position);
  tree_node *name = tree_create(TREE_SCALAR, text, mapping->mark);
  return name ? tree_add(mapping, row->name, mapping->mark, name) : LOLIGO_MACHINE_ERROR;
}

/* Whether two children of a list name the same population. */
static bool names_same(const tree_node *a, const tree_node *b)
{
  if (a == b) return true;
  if (!a->text || !b->text) return false;
  const size_t length = strcspn(a->text, "[");
  return length == strcspn(b->text, "[") && strncmp(a->text, b->text, length) == 0;
}

/* What a list says of the population of its child number i: that child, or a list of it and those behind it. */
static tree_node *target_node(const tree_node *targets, size_t i)
{
  tree_node *list = tree_create(TREE_LIST, NULL, targets->children[i]->mark);
  loligo_status status = list ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t k = i; k < targets->n && status == LOLIGO_OK; k++) {
    if (!names_same(targets->children[k], targets->children[i])) continue;
    tree_node *copy = tree_copy(targets->children[k]);
    status = copy ? tree_add(list, NULL, copy->mark, copy) : LOLIGO_MACHINE_ERROR;
  }
  if (status == LOLIGO_OK && list->n > 1) return list;
  tree_free(list);
  return status == LOLIGO_OK ? tree_copy(targets->children[i]) : NULL;
}

/* Reads a copy of a projection without target, with the cells of one population as its own. */
static loligo_status add_copy(projection_list *list, const tree_node *mapping, const tree_node *targets, size_t i)
{
  tree_node *copy = tree_copy(mapping), *target = target_node(targets, i);
  loligo_status status = LOLIGO_MACHINE_ERROR;
  if (copy && target)
    status = tree_add(copy, targets->key, targets->key_mark, target);
  else
    tree_free(target);
  if (status == LOLIGO_OK) status = add_entry(list, copy);
  tree_free(copy);
  return status;
}

static loligo_status check_target(const model_reader *reader, const tree_node *targets, size_t i)
{
  loligo_selection cells;
  tree_node *target = target_node(targets, i);
  if (!target) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = selections_read_one(reader, target, targets->key, &cells);
  selection_free(&cells);
  tree_free(target);
  return status;
}

/* One copy for each population, at the first child that names it. Behind a copy that is wrong only the targets are
 * looked at: the same would be wrong again. */
static loligo_status add_copies(projection_list *list, const tree_node *mapping, const tree_node *targets)
{
  bool any = false;
  for (size_t i = 0; i < targets->n; i++) {
    size_t first = 0;
    while (!names_same(targets->children[first], targets->children[i])) first++;
    if (first < i) continue;
    const loligo_status status = any ? check_target(list->reader, targets, i) : add_copy(list, mapping, targets, i);
    LOLIGO_TRY(mistakes_keep(status, &any));
  }
  return mistakes_told(any);
}

static loligo_status add_per_target(projection_list *list, tree_node *mapping, tree_node *targets)
{
  if (targets->n == 0) return tree_fail(targets->mark, "%s must name a population, but is an empty list", targets->key);
  tree_take(mapping, targets);
  const loligo_status status = add_copies(list, mapping, targets);
  tree_free(targets);
  return status;
}

static loligo_status take_entry(void *self, tree_node *mapping);

static const char *table_key(void)
{
  return decode_row(listing_table, offsetof(listing_section, table))->name;
}

static loligo_status read_listing(projection_list *list, tree_node *mapping)
{
  listing_section section;
  const overridden_entry entry = {
      .mapping = mapping, .name = "", .position = list->position, .table_key = table_key(), .is_table = true};
  LOLIGO_TRY(entry_overrides_apply(list->reader->overrides, &entry));
  LOLIGO_TRY(parameters_apply(&list->reader->parameters, WHAT_LISTING, mapping));
  LOLIGO_TRY(decode_section(WHAT_LISTING, listing_table, mapping, &section));
  tree_node *path = decode_child(mapping, listing_table, offsetof(listing_section, table));
  list->is_table = true;
  const loligo_status status = read_table(list->reader, path, take_entry, list);
  list->is_table = false;
  LOLIGO_TRY(status);
  canonical_item(list->reader->used, mapping);
  return LOLIGO_OK;
}

static loligo_status override_entry(projection_list *list, tree_node *mapping)
{
  const tree_node *name = child_at(mapping, offsetof(projection_section, name));
  const overridden_entry entry = {.mapping = mapping,
                                  .name = name->text ? name->text : "",
                                  .position = list->position++,
                                  .table_key = table_key(),
                                  .is_line = list->is_table};
  return entry_overrides_apply(list->reader->overrides, &entry);
}

static loligo_status read_entry(projection_list *list, tree_node *mapping)
{
  LOLIGO_TRY(value_expect_mapping(WHAT, mapping));
  if (!list->is_table && decode_child(mapping, listing_table, offsetof(listing_section, table)))
    return read_listing(list, mapping);
  const size_t position = list->position;
  LOLIGO_TRY(name_by_position(mapping, position));
  LOLIGO_TRY(override_entry(list, mapping));
  LOLIGO_TRY(value_expect_mapping(WHAT, mapping));
  LOLIGO_TRY(name_by_position(mapping, position));
  LOLIGO_TRY(parameters_apply(&list->reader->parameters, WHAT, mapping));
  tree_node *targets = child_at(mapping, offsetof(projection_section, target));
  return targets && targets->kind == TREE_LIST ? add_per_target(list, mapping, targets) : add_entry(list, mapping);
}

static loligo_status take_entry(void *self, tree_node *mapping)
{
  projection_list *list = self;
  const loligo_status status = mistakes_keep(read_entry(list, mapping), &list->reader->lacks_projections);
  tree_free(mapping);
  if (list->position % REST_ENTRIES == 0) long_text_rest(list->reader->given);
  return status;
}

/* Entries that are nodes; each is freed as soon as it is read. */
static loligo_status read_children(projection_list *list, tree_node *projections)
{
  for (size_t i = 0; i < projections->n; i++) {
    tree_node *child = projections->children[i];
    projections->children[i] = NULL;
    LOLIGO_TRY(take_entry(list, child));
  }
  return LOLIGO_OK;
}

static loligo_status read_list(projection_list *list, tree_node *projections)
{
  model_reader *reader = list->reader;
  if (decode_child(projections, listing_table, offsetof(listing_section, table)))
    return mistakes_keep(read_listing(list, projections), &reader->lacks_projections);
  LOLIGO_TRY(mistakes_keep(value_expect_list("projections", projections), &reader->lacks_projections));
  if (reader->projections.text) return tree_parse_elements(&reader->projections, take_entry, list);
  return projections->kind == TREE_LIST ? read_children(list, projections) : LOLIGO_OK;
}

loligo_status read_projections(model_reader *reader, tree_node *projections)
{
  projection_list list = {.reader = reader};
  canonical_begin_list(reader->used, projections->key);
  LOLIGO_TRY(read_list(&list, projections));
  canonical_end_list(reader->used);
  LOLIGO_TRY(mistakes_keep(entry_overrides_finish(reader->overrides, projections->key, list.position),
                           &reader->lacks_projections));
  return mistakes_told(reader->lacks_projections);
}

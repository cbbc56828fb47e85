/*
 * projections: a list, read entry by entry, since it may be long. One entry with several targets becomes one projection
 * per target. Their names are written down before that, since random numbers are keyed by them.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"
#include "io/model_file/wild_laws.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/index.h"
#include "network/rule/rule.h"

enum { NAME_SIZE = 64 };

static const char WHAT[] = "projection", WHAT_LISTING[] = "a table of projections";

/* A rule as the model file gives it. */
typedef struct chosen_rule {
  const rule *rule;
  double argument;
  loligo_edge *edges; /* [n_edges] owned */
  uint64_t n_edges;
  const listed_file *file; /* where they are from */
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
  fault_names names = {.n = 0};
  registry_names(&rule_registry, &names);
  return tree_locate(mark, NULL, fault_unknown_in(rule_node->key, name, WHAT, &names));
}

static loligo_status read_edges(const model_reader *reader, tree_node *node, chosen_rule *chosen)
{
  LOLIGO_TRY(read_listed_file(reader, node, chosen->rule->name, &csv_edges, &chosen->file));
  const listed_file *file = chosen->file;
  chosen->edges = memory_allocate(file->n_rows, sizeof *chosen->edges, "edge list");
  if (!chosen->edges) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < file->n_rows; i++) {
    const double *row = file->values + 4 * i;
    chosen->edges[i] = (loligo_edge){(uint64_t)row[0], (uint64_t)row[1], row[2], row[3]};
  }
  chosen->n_edges = file->n_rows;
  return LOLIGO_OK;
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

/* {name: argument} */
static loligo_status read_rule(const model_reader *reader, tree_node *node, chosen_rule *chosen)
{
  if (node->kind != TREE_MAPPING) return read_bare_rule(node, chosen);
  if (node->n != 1) return tree_fail(node->mark, "%s must be one rule, as {fixed_indegree: 100}", node->key);
  tree_node *argument = node->children[0];
  LOLIGO_TRY(find_rule(node, argument->key, argument->key_mark, &chosen->rule));
  if (chosen->rule->lists_edges) return read_edges(reader, argument, chosen);
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

static loligo_status weight_unit_of(const model_reader *reader, const tree_node *mapping, const char **unit)
{
  const tree_node *target = child_at(mapping, offsetof(projection_section, target));
  const tree_node *receptor = child_at(mapping, offsetof(projection_section, receptor));
  size_t population;
  *unit = NULL;
  if (!target) return LOLIGO_OK;
  LOLIGO_TRY(read_population_name(reader, target, target->key, &population));
  return read_weight_unit(&reader->network->populations[population], target, receptor, WHAT, unit);
}

static loligo_status add_projection(const model_reader *reader, const tree_node *mapping, const chosen_rule *chosen,
                                    const projection_section *section, const drawn_section *drawn,
                                    const read_synapse_model *synapse)
{
  const tree_node *source = child_at(mapping, offsetof(projection_section, source));
  const tree_node *target = child_at(mapping, offsetof(projection_section, target));
  loligo_projection_spec spec = {.name = section->name,
                                 .rule = chosen->rule->name,
                                 .argument = chosen->argument,
                                 .no_autapses = !section->autapses,
                                 .no_multapses = !section->multapses,
                                 .synapse = synapse->model->name,
                                 .synapse_params = synapse->params,
                                 .n_synapse_params = synapse->n_params,
                                 .receptor = section->receptor,
                                 .any_sign = section->sign == SIGN_ANY,
                                 .weight = drawn->weight,
                                 .delay = drawn->delay,
                                 .edges = chosen->edges,
                                 .n_edges = chosen->n_edges};
  if (!isnan(section->dendritic_delay)) spec.dendritic_delay = loligo_constant(section->dendritic_delay);
  LOLIGO_TRY(read_population_name(reader, source, source->key, &spec.source));
  LOLIGO_TRY(read_population_name(reader, target, target->key, &spec.target));
  loligo_network *network = reader->network;
  LOLIGO_TRY(read_blame(reader, mapping, chosen->file, loligo_network_add_projection(network, &spec)));
  return network_keep_place(network, mapping->mark, &network->projections[network->n_projections - 1].place);
}

static loligo_status complete_receptor(const model_reader *reader, const decode_form *form, tree_node *mapping)
{
  const loligo_network *network = reader->network;
  const loligo_projection *added = &network->projections[network->n_projections - 1];
  const loligo_receptor *receptor = &network->populations[added->target].model->receptors[added->receptor[0]];
  if (added->receptor[0] != added->receptor[1]) return LOLIGO_OK;
  const loligo_param *row = decode_row(projection_table, offsetof(projection_section, receptor));
  return decode_complete_text(form, mapping, row, receptor->name);
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
  fault_names names = {.n = 0};
  registry_names(&synapse_model_registry, &names);
  return read_fail_unknown(node, node->key, "synapse", &names);
}

static loligo_status read_synapse(tree_node *section, const char *unit, read_synapse_model *synapse)
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
  for (size_t i = 0; i < synapse->model->params.n; i++) {
    const decoded *value = &values[synapse_table.n + i];
    if (value->node)
      synapse->params[synapse->n_params++] = (loligo_named_value){synapse->model->params.rows[i].name, value->law};
  }
  return LOLIGO_OK;
}

static loligo_status check_source(const model_reader *reader, const tree_node *mapping)
{
  const tree_node *source = child_at(mapping, offsetof(projection_section, source));
  size_t population;
  return source ? read_population_name(reader, source, source->key, &population) : LOLIGO_OK;
}

/* Tells all mistakes that can be seen before the projection is added. */
static loligo_status decode_projection(const model_reader *reader, tree_node *mapping, chosen_rule *chosen,
                                       decode_form *form, decoded *values)
{
  bool any = false;
  tree_node *rule_node = child_at(mapping, offsetof(projection_section, rule));
  if (rule_node) LOLIGO_TRY(mistakes_keep(read_rule(reader, rule_node, chosen), &any));
  form->is_partial = rule_node && !chosen->rule;
  LOLIGO_TRY(mistakes_keep(check_source(reader, mapping), &any));
  LOLIGO_TRY(mistakes_keep(weight_unit_of(reader, mapping, &form->unit), &any));
  if (chosen->rule && chosen->rule->lists_edges) {
    form->what = "projection with an explicit list";
    form->n_tables = 1;
  }
  LOLIGO_TRY(mistakes_keep(decode_mapping(form, mapping, values), &any));
  return mistakes_told(any);
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
  if (section.synapse) LOLIGO_TRY(mistakes_keep(read_synapse(section.synapse, form.unit, &synapse), &any));
  LOLIGO_TRY(mistakes_told(any));
  if (reader->lacks_dt) return LOLIGO_OK;
  LOLIGO_TRY(add_projection(reader, mapping, chosen, &section, &drawn, &synapse));
  LOLIGO_TRY(wild_laws_warn(reader, mapping));
  return complete_receptor(reader, &form, mapping);
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
  memory_free(chosen.edges);
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

/* Reads a copy of a projection without target, with number i of `targets` as its own. */
static loligo_status add_copy(projection_list *list, tree_node *copy, const tree_node *targets, size_t i)
{
  tree_node *target = tree_copy(targets->children[i]);
  if (!target) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(tree_add(copy, targets->key, targets->key_mark, target));
  return add_entry(list, copy);
}

static loligo_status add_copy_for(projection_list *list, const tree_node *mapping, const tree_node *targets, size_t i)
{
  tree_node *copy = tree_copy(mapping);
  const loligo_status status = copy ? add_copy(list, copy, targets, i) : LOLIGO_MACHINE_ERROR;
  tree_free(copy);
  return status;
}

/* Behind a copy that is wrong only the names of targets are looked at: the same would be wrong again. */
static loligo_status add_copies(projection_list *list, const tree_node *mapping, const tree_node *targets)
{
  bool any = false;
  size_t population;
  for (size_t i = 0; i < targets->n; i++) {
    const loligo_status status =
        any ? read_population_name(list->reader, targets->children[i], targets->key, &population)
            : add_copy_for(list, mapping, targets, i);
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

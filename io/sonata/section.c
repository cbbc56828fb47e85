/*
 * Paths become absolute as they are read, so that what is written down gives the same network from anywhere.
 */
#include "io/sonata/section.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "io/model_file/decode.h"
#include "io/model_file/read.h"
#include "io/model_file/value.h"
#include "io/sonata/describe.h"
#include "io/sonata/spikes.h"
#include "io/sonata/tree.h"

/* -- keys -- */

typedef struct sonata_section {
  const char *circuit;
  tree_node *nodes, *edges, *components, *spikes;
  double v_init, celsius, d_l, spike_threshold;
  int integrator;
} sonata_section;

enum { INTEGRATOR_OWN, INTEGRATOR_NEURON };

static const char *const integrators[] = {[INTEGRATOR_OWN] = "staggered", [INTEGRATOR_NEURON] = "neuron", NULL};

typedef struct nodes_entry {
  const char *nodes_file, *node_types_file;
} nodes_entry;

typedef struct edges_entry {
  const char *edges_file, *edge_types_file;
} edges_entry;

/* In the order of the folders of a circuit. */
typedef struct components_entry {
  const char *point_neuron_models_dir, *synaptic_models_dir, *biophysical_neuron_models_dir, *morphologies_dir;
} components_entry;

typedef struct spikes_entry {
  const char *population, *file;
} spikes_entry;

#define TO(section, member) offsetof(section, member)
#define TABLE(rows)                                                                                                    \
  {                                                                                                                    \
    rows, sizeof rows / sizeof *rows                                                                                   \
  }
#define FILE_ROW(section, member, help)                                                                                \
  {                                                                                                                    \
#member, LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL, help, TO(section, member)                          \
  }

static const loligo_param section_rows[] = {
    {"circuit", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "a circuit_config.json, relative to the model file, in place of nodes, edges and components",
     TO(sonata_section, circuit)},
    {"nodes", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "a list of {nodes_file: nodes.h5, node_types_file: node_types.csv}", TO(sonata_section, nodes)},
    {"edges", LOLIGO_PARAM_NODE, NULL, "[]", LOLIGO_RANGE_ANY, NULL,
     "a list of {edges_file: edges.h5, edge_types_file: edge_types.csv}", TO(sonata_section, edges)},
    {"components", LOLIGO_PARAM_NODE, NULL, "{}", LOLIGO_RANGE_ANY, NULL,
     "the folders of dynamics_params, point_neuron_models_dir, synaptic_models_dir and biophysical_neuron_models_dir, "
     "and of reconstructions, morphologies_dir",
     TO(sonata_section, components)},
    {"v_init", LOLIGO_PARAM_REAL, "mV", "", LOLIGO_RANGE_ANY, NULL,
     "with which potentials begin that no dynamics_params set; left out: as in the simulator of the template",
     TO(sonata_section, v_init)},
    {"celsius", LOLIGO_PARAM_REAL, "degC", "", LOLIGO_RANGE_ANY, NULL,
     "temperature of biophysical cells; left out: as their templates say, or 34 degC", TO(sonata_section, celsius)},
    {"dL", LOLIGO_PARAM_REAL, "um", "20", LOLIGO_RANGE_POSITIVE, NULL,
     "a section of length L has 1 + 2 floor(L / (2 dL)) compartments", TO(sonata_section, d_l)},
    {"spike_threshold", LOLIGO_PARAM_REAL, "mV", "-15", LOLIGO_RANGE_ANY, NULL,
     "potential of the soma of a biophysical cell whose crossing is a spike", TO(sonata_section, spike_threshold)},
    {"integrator", LOLIGO_PARAM_CHOICE, NULL, "staggered", LOLIGO_RANGE_ANY, integrators,
     "of biophysical cells, as the parameter of that model", TO(sonata_section, integrator)},
    {"spikes", LOLIGO_PARAM_NODE, NULL, "[]", LOLIGO_RANGE_ANY, NULL,
     "of virtual nodes: a list of {population: lgn, file: spikes.h5}", TO(sonata_section, spikes)},
};
const loligo_param_table section_table = TABLE(section_rows);

static const loligo_param nodes_rows[] = {FILE_ROW(nodes_entry, nodes_file, "HDF5"),
                                          FILE_ROW(nodes_entry, node_types_file, "CSV")};
static const loligo_param edges_rows[] = {FILE_ROW(edges_entry, edges_file, "HDF5"),
                                          FILE_ROW(edges_entry, edge_types_file, "CSV")};
static const loligo_param components_rows[] = {
    {"point_neuron_models_dir", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, "of node types",
     TO(components_entry, point_neuron_models_dir)},
    {"synaptic_models_dir", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, "of edge types",
     TO(components_entry, synaptic_models_dir)},
    {"biophysical_neuron_models_dir", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, "of biophysical node types",
     TO(components_entry, biophysical_neuron_models_dir)},
    {"morphologies_dir", LOLIGO_PARAM_TEXT, NULL, "", LOLIGO_RANGE_ANY, NULL, "of their reconstructions",
     TO(components_entry, morphologies_dir)},
};
static const loligo_param spikes_rows[] = {FILE_ROW(spikes_entry, population, "of virtual nodes"),
                                           FILE_ROW(spikes_entry, file, "HDF5 or CSV")};

static const loligo_param_table nodes_table = TABLE(nodes_rows), edges_table = TABLE(edges_rows),
                                components_table = TABLE(components_rows), spikes_table = TABLE(spikes_rows);

/* -- paths -- */

/* Makes the file that a scalar names absolute. */
static loligo_status resolve_file(const model_reader *reader, tree_node *node)
{
  char name[PATH_MAX];
  FILE *stream;
  LOLIGO_TRY(read_open_file(reader, node, node->key, name, &stream));
  fclose(stream);
  return LOLIGO_OK;
}

static loligo_status resolve_folder(const model_reader *reader, tree_node *node)
{
  char name[PATH_MAX], absolute[PATH_MAX];
  const char *slash = strrchr(reader->path, '/');
  const int folder = slash && *node->text != '/' ? (int)(slash + 1 - reader->path) : 0;
  const int length = snprintf(name, sizeof name, "%.*s%s", folder, reader->path, node->text);
  if (length >= (int)sizeof name || !realpath(name, absolute))
    return tree_fail(node->mark, "%s: cannot open '%s': %s", node->key, name, strerror(errno));
  return tree_set_text(node, absolute);
}

/* Decodes each entry of a list, all of whose values are files unless `first_file` is 1. */
static loligo_status resolve_list(const model_reader *reader, tree_node *list, const loligo_param_table *table,
                                  size_t first_file)
{
  const char *texts[2];
  bool any = false;
  LOLIGO_TRY(value_expect_list(list->key, list));
  for (size_t i = 0; i < list->n; i++) {
    tree_node *entry = list->children[i];
    const loligo_status status = decode_section(list->key, *table, entry, texts);
    LOLIGO_TRY(mistakes_keep(status, &any));
    for (size_t k = first_file; status == LOLIGO_OK && k < table->n; k++)
      LOLIGO_TRY(mistakes_keep(resolve_file(reader, tree_find(entry, table->rows[k].name)), &any));
  }
  return mistakes_told(any);
}

static loligo_status resolve_components(const model_reader *reader, tree_node *components)
{
  components_entry entry = {.morphologies_dir = NULL};
  LOLIGO_TRY(decode_section("components", components_table, components, &entry));
  for (size_t i = 0; i < components->n; i++) LOLIGO_TRY(resolve_folder(reader, components->children[i]));
  return LOLIGO_OK;
}

/* -- a configuration's circuit -- */

static loligo_status add_files(const sonata_config *config, const tree_mark *place, const tree_node *entry,
                               const loligo_param_table *table, tree_node *list)
{
  char path[PATH_MAX];
  const tree_node *enabled = tree_find(entry, "enabled");
  if (enabled && enabled->text && strcmp(enabled->text, "false") == 0) return LOLIGO_OK;
  LOLIGO_TRY(value_expect_mapping(list->key, (tree_node *)entry));
  tree_node *added = tree_node_add(list, NULL, TREE_MAPPING, NULL, place ? *place : entry->mark);
  if (!added) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < table->n; i++) {
    const tree_node *file = tree_find(entry, table->rows[i].name);
    if (!file) return decode_fail_missing(entry, &table->rows[i], list->key);
    LOLIGO_TRY(sonata_config_file(config, file->key, file, path));
    if (!tree_node_add(added, file->key, TREE_SCALAR, path, place ? *place : file->mark)) return LOLIGO_MACHINE_ERROR;
  }
  return LOLIGO_OK;
}

static loligo_status add_lists(const sonata_config *config, const tree_mark *place, tree_node *networks,
                               tree_node *mapping)
{
  static const struct {
    const char *key;
    const loligo_param_table *table;
  } lists[] = {{"nodes", &nodes_table}, {"edges", &edges_table}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    tree_node *given = tree_find(networks, lists[i].key);
    if (!given) continue;
    LOLIGO_TRY(value_expect_list(lists[i].key, given));
    tree_node *list = tree_node_add(mapping, lists[i].key, TREE_LIST, NULL, place ? *place : given->mark);
    if (!list) return LOLIGO_MACHINE_ERROR;
    for (size_t k = 0; k < given->n; k++)
      LOLIGO_TRY(add_files(config, place, given->children[k], lists[i].table, list));
  }
  return LOLIGO_OK;
}

static loligo_status add_components(const sonata_config *config, const tree_mark *place, tree_node *given,
                                    tree_node *mapping)
{
  char path[PATH_MAX], absolute[PATH_MAX];
  LOLIGO_TRY(value_expect_mapping(given->key, given));
  tree_node *components = tree_node_add(mapping, given->key, TREE_MAPPING, NULL, place ? *place : given->mark);
  if (!components) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < components_table.n; i++) {
    const tree_node *folder = tree_find(given, components_table.rows[i].name);
    if (!folder) continue;
    LOLIGO_TRY(sonata_config_path(config, folder->key, folder, path));
    if (!realpath(path, absolute))
      return tree_fail(folder->mark, "%s: cannot open '%s': %s", folder->key, path, strerror(errno));
    if (!tree_node_add(components, folder->key, TREE_SCALAR, absolute, place ? *place : folder->mark))
      return LOLIGO_MACHINE_ERROR;
  }
  return LOLIGO_OK;
}

loligo_status section_add_circuit(const sonata_config *config, const tree_mark *place, tree_node *mapping)
{
  tree_node *networks = tree_find(config->root, "networks"), *components = tree_find(config->root, "components");
  if (!networks) return tree_fail(config->root->mark, "missing key 'networks'");
  LOLIGO_TRY(value_expect_mapping(networks->key, networks));
  LOLIGO_TRY(add_lists(config, place, networks, mapping));
  return components ? add_components(config, place, components, mapping) : LOLIGO_OK;
}

loligo_status section_add_spikes(tree_node *mapping, tree_mark place, const char *population, const char *path)
{
  static const char key[] = "spikes";
  tree_node *list = tree_find(mapping, key);
  if (!list) list = tree_node_add(mapping, key, TREE_LIST, NULL, place);
  tree_node *entry = list ? tree_node_add(list, NULL, TREE_MAPPING, NULL, place) : NULL;
  const bool good = entry && tree_node_add(entry, "population", TREE_SCALAR, population, place) &&
                    tree_node_add(entry, "file", TREE_SCALAR, path, place);
  return good ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* The circuit of a file of its own takes the place of its name. */
static loligo_status include_circuit(const model_reader *reader, tree_node *mapping)
{
  sonata_config config;
  tree_node *named_by = tree_find(mapping, "circuit");
  if (!named_by) return LOLIGO_OK;
  if (tree_find(mapping, "nodes"))
    return tree_fail(named_by->key_mark, "sonata takes either 'circuit' or 'nodes' and 'edges', not both");
  LOLIGO_TRY(resolve_file(reader, named_by));
  loligo_status status = sonata_config_read(named_by->text, NULL, 0, &config);
  if (status == LOLIGO_OK) status = section_add_circuit(&config, &named_by->mark, mapping);
  sonata_config_free(&config);
  LOLIGO_TRY(status);
  tree_take(mapping, named_by);
  tree_free(named_by);
  return LOLIGO_OK;
}

/* -- the network -- */

static const char *text_of(const tree_node *entry, const char *key)
{
  return tree_find(entry, key)->text;
}

static loligo_status set_folders(const tree_node *components, sonata_circuit *circuit)
{
  for (size_t i = 0; components && i < components_table.n; i++) {
    const tree_node *folder = tree_find(components, components_table.rows[i].name);
    if (folder) LOLIGO_TRY(circuit_set_folder(circuit, (int)i, folder->text));
  }
  return LOLIGO_OK;
}

loligo_status section_open_nodes(const tree_node *mapping, sonata_circuit *circuit)
{
  const tree_node *nodes = tree_find(mapping, "nodes");
  *circuit = (sonata_circuit){.n_edges = 0};
  LOLIGO_TRY(set_folders(tree_find(mapping, "components"), circuit));
  for (size_t i = 0; nodes && i < nodes->n; i++) {
    const tree_node *entry = nodes->children[i];
    LOLIGO_TRY(read_blame_file(
        entry, circuit_add_nodes(circuit, text_of(entry, "nodes_file"), text_of(entry, "node_types_file"))));
  }
  return circuit_find_templates(circuit);
}

static loligo_status open_edges(const tree_node *edges, sonata_circuit *circuit)
{
  for (size_t i = 0; i < edges->n; i++) {
    const tree_node *entry = edges->children[i];
    LOLIGO_TRY(read_blame_file(
        entry, circuit_add_edges(circuit, text_of(entry, "edges_file"), text_of(entry, "edge_types_file"))));
  }
  return LOLIGO_OK;
}

/* Number of the population of virtual nodes that an entry names. */
static loligo_status find_sources(const sonata_circuit *circuit, const tree_node *name, size_t *found)
{
  fault_names names = {.n = 0};
  for (size_t p = 0; p < circuit->nodes.n; p++) {
    *found = p;
    if (!circuit->templates[p]) fault_names_add(&names, circuit->nodes.items[p].name);
    if (!circuit->templates[p] && strcmp(circuit->nodes.items[p].name, name->text) == 0) return LOLIGO_OK;
  }
  return tree_locate(name->mark, NULL, fault_unknown("population of virtual nodes", name->text, &names));
}

/* Spikes of one population, of all files that have some for it. */
static loligo_status read_spikes(const description *made, const tree_node *spikes, size_t p, spike_trains *trains)
{
  const node_population *nodes = &made->circuit->nodes.items[p];
  for (size_t i = 0; i < spikes->n; i++) {
    const tree_node *entry = spikes->children[i], *file = tree_find(entry, "file");
    if (strcmp(text_of(entry, "population"), nodes->name) != 0) continue;
    LOLIGO_TRY(read_blame_file(file, spikes_add(trains, file->text, nodes->name, nodes->n, made->reader->network->dt)));
  }
  return LOLIGO_OK;
}

static loligo_status set_spikes(const description *made, const tree_node *spikes, size_t p)
{
  spike_trains trains = {.n = 0};
  loligo_status status = read_spikes(made, spikes, p, &trains);
  if (status == LOLIGO_OK)
    status = loligo_network_set_trains(made->reader->network, made->ids[made->circuit->parts.first[p]], trains.times,
                                       trains.owners, trains.n);
  if (status == LOLIGO_OK) status = describe_note_spikes(made, p, trains.times, trains.owners, trains.n);
  spikes_free(&trains);
  return status;
}

static loligo_status add_spikes(const description *made, const tree_node *spikes)
{
  size_t p;
  bool any = false;
  for (size_t i = 0; i < spikes->n; i++)
    LOLIGO_TRY(mistakes_keep(find_sources(made->circuit, tree_find(spikes->children[i], "population"), &p), &any));
  LOLIGO_TRY(mistakes_told(any));
  for (p = 0; p < made->circuit->nodes.n; p++)
    if (!made->circuit->templates[p]) LOLIGO_TRY(set_spikes(made, spikes, p));
  return LOLIGO_OK;
}

static loligo_status describe(model_reader *reader, const tree_node *mapping, const sonata_section *section,
                              sonata_circuit *circuit)
{
  description made = {.reader = reader,
                      .circuit = circuit,
                      .place = mapping->mark,
                      .setting = {.v_init = section->v_init,
                                  .celsius = section->celsius,
                                  .length = 2 * section->d_l,
                                  .threshold = section->spike_threshold,
                                  .neuron = section->integrator == INTEGRATOR_NEURON}};
  LOLIGO_TRY(section_open_nodes(mapping, circuit));
  LOLIGO_TRY(open_edges(section->edges, circuit));
  loligo_status status = describe_nodes(&made);
  if (status == LOLIGO_OK) status = add_spikes(&made, section->spikes);
  if (status == LOLIGO_OK) status = describe_edges(&made);
  description_free(&made);
  return status;
}

static loligo_status resolve(const model_reader *reader, const tree_node *mapping, const sonata_section *section)
{
  bool any = false;
  if (!section->nodes) return tree_fail(mapping->mark, "missing key 'nodes' (or 'circuit') in sonata");
  LOLIGO_TRY(mistakes_keep(resolve_list(reader, section->nodes, &nodes_table, 0), &any));
  LOLIGO_TRY(mistakes_keep(resolve_list(reader, section->edges, &edges_table, 0), &any));
  LOLIGO_TRY(mistakes_keep(resolve_list(reader, section->spikes, &spikes_table, 1), &any));
  LOLIGO_TRY(mistakes_keep(resolve_components(reader, section->components), &any));
  return mistakes_told(any);
}

/* A text alone is the circuit. */
static loligo_status name_to_mapping(tree_node *node)
{
  if (node->kind != TREE_SCALAR || tree_is_null(node)) return LOLIGO_OK;
  tree_node *mapping = tree_create(TREE_MAPPING, NULL, node->mark);
  if (!mapping) return LOLIGO_MACHINE_ERROR;
  if (!tree_node_add(mapping, "circuit", TREE_SCALAR, node->text, node->mark)) {
    tree_free(mapping);
    return LOLIGO_MACHINE_ERROR;
  }
  tree_replace(node, mapping);
  return LOLIGO_OK;
}

loligo_status section_read(model_reader *reader, tree_node *mapping)
{
  sonata_section section = {.v_init = NAN, .celsius = NAN};
  sonata_circuit circuit = {.n_edges = 0};
  LOLIGO_TRY(name_to_mapping(mapping));
  LOLIGO_TRY(value_expect_mapping(mapping->key, mapping));
  LOLIGO_TRY(include_circuit(reader, mapping));
  LOLIGO_TRY(decode_section("sonata", section_table, mapping, &section));
  LOLIGO_TRY(resolve(reader, mapping, &section));
  if (reader->lacks_dt) return LOLIGO_OK;
  const loligo_status status = describe(reader, mapping, &section, &circuit);
  circuit_free(&circuit);
  return status;
}

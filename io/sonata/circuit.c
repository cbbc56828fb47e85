/*
 * Types are few, and looked at one by one here; nodes and edges are only looked at when they become cells and synapses.
 */
#include "io/sonata/circuit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_read.h"
#include "io/model_file/value.h"
#include "io/sonata/target_sections.h"

static const char WHAT[] = "a circuit", DYNAMICS_PARAMS[] = "dynamics_params", TEMPLATE[] = "model_template";

void circuit_free(sonata_circuit *circuit)
{
  nodes_free(&circuit->nodes);
  for (size_t i = 0; i < circuit->n_edges; i++) memory_free(circuit->edges[i].of_type);
  memory_free(circuit->edges);
  for (size_t i = 0; i < circuit->n_tables; i++) {
    types_free(circuit->tables[i]);
    memory_free(circuit->tables[i]);
  }
  memory_free(circuit->tables);
  memory_free(circuit->templates);
  parts_free(&circuit->parts);
  components_free(&circuit->components);
  pool_free(&circuit->pool);
  *circuit = (sonata_circuit){.nodes = {0}};
}

const char *const circuit_folder_names[CIRCUIT_FOLDERS] = {[CIRCUIT_NODES] = "point_neuron_models_dir",
                                                           [CIRCUIT_EDGES] = "synaptic_models_dir",
                                                           [CIRCUIT_CELLS] = "biophysical_neuron_models_dir",
                                                           [CIRCUIT_MORPHOLOGIES] = "morphologies_dir"};

loligo_status circuit_set_folder(sonata_circuit *circuit, int which, const char *folder)
{
  circuit->folders[which] = pool_text(&circuit->pool, folder);
  return circuit->folders[which] ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status add_table(sonata_circuit *circuit, const char *path, const char *id_column,
                               const type_table **added)
{
  LOLIGO_TRY(memory_grow((void **)&circuit->tables, &circuit->tables_capacity, circuit->n_tables + 1,
                         sizeof *circuit->tables, WHAT));
  type_table *table = memory_allocate(1, sizeof *table, WHAT);
  if (!table) return LOLIGO_MACHINE_ERROR;
  circuit->tables[circuit->n_tables++] = table;
  *added = table;
  return types_read(path, id_column, table);
}

static loligo_status check_folder(const sonata_circuit *circuit, int which, const type_table *types, size_t row,
                                  const char *file)
{
  if (circuit->folders[which]) return LOLIGO_OK;
  return types_fail(types, row, "'%s' needs the folder that components name as %s", file, circuit_folder_names[which]);
}

loligo_status circuit_path(const sonata_circuit *circuit, int folder, const type_table *types, size_t row,
                           const char *file, char path[PATH_MAX])
{
  LOLIGO_TRY(check_folder(circuit, folder, types, row, file));
  if (snprintf(path, PATH_MAX, "%s/%s", circuit->folders[folder], file) < PATH_MAX) return LOLIGO_OK;
  return types_fail(types, row, "the path of '%.40s...' is too long", file);
}

loligo_status circuit_params(sonata_circuit *circuit, int which, const type_table *types, size_t row,
                             const tree_node **params)
{
  const char *name = types_text(types, row, DYNAMICS_PARAMS);
  *params = NULL;
  if (!name) return LOLIGO_OK;
  LOLIGO_TRY(check_folder(circuit, which, types, row, name));
  return components_find(&circuit->components, circuit->folders[which], name, params);
}

/* -- nodes -- */

loligo_status circuit_add_nodes(sonata_circuit *circuit, const char *nodes_file, const char *types_file)
{
  const type_table *types;
  const char *path = pool_text(&circuit->pool, nodes_file);
  if (!path) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(add_table(circuit, types_file, "node_type_id", &types));
  return nodes_add(&circuit->nodes, path, types);
}

static bool is_kind(const char *kind, const char *wanted)
{
  return kind && strcmp(kind, wanted) == 0;
}

const sonata_template *circuit_template(const type_table *types, size_t row)
{
  return sonata_template_of(types_text(types, row, TEMPLATE));
}

static loligo_status fail_template(const type_table *types, size_t row, const char *name)
{
  char message[1024];
  registry_unknown(&sonata_template_registry, name);
  fault_take_message(message, sizeof message);
  return types_fail(types, row, "%s", message);
}

/* The template of a type; NULL where it is virtual. */
static loligo_status template_of(const type_table *types, size_t row, const sonata_template **found)
{
  const char *kind = types_text(types, row, "model_type"), *name = types_text(types, row, TEMPLATE);
  const bool is_cell = is_kind(kind, "biophysical");
  *found = NULL;
  if (is_kind(kind, "virtual")) return LOLIGO_OK;
  if (!is_cell && !is_kind(kind, "point_neuron") && !is_kind(kind, "point_process"))
    return types_fail(
        types, row, "model_type '%s' is not there yet; there are biophysical, point_neuron, point_process and virtual",
        kind ? kind : "");
  if (!name) return types_fail(types, row, "missing %s", TEMPLATE);
  *found = sonata_template_of(name);
  if (!*found) return fail_template(types, row, name);
  if (is_cell == ((*found)->cell != TEMPLATE_POINT)) return LOLIGO_OK;
  return types_fail(types, row, "%s '%s' is not for model_type %s", TEMPLATE, name, kind);
}

static const char *name_of(const sonata_template *template)
{
  if (!template) return "virtual";
  return template->cell == TEMPLATE_POINT ? template->name : "biophysical";
}

/* Biophysical cells of one population may have templates of both kinds. */
static bool go_together(const sonata_template *a, const sonata_template *b)
{
  return a == b || (a && b && a->cell != TEMPLATE_POINT && b->cell != TEMPLATE_POINT);
}

/* Each type is looked at once, at its first node. */
static loligo_status find_template(const node_population *nodes, bool *seen, const sonata_template **found)
{
  size_t first = TYPES_NONE;
  const sonata_template *other;
  *found = NULL;
  for (uint64_t i = 0; i < nodes->n; i++) {
    const size_t row = nodes->type[i];
    if (seen[row]) continue;
    seen[row] = true;
    LOLIGO_TRY(template_of(nodes->types, row, &other));
    if (first == TYPES_NONE) {
      first = row;
      *found = other;
    }
    if (!go_together(other, *found))
      return types_fail(nodes->types, row,
                        "'%s' has nodes of %s and (line %zu) of %s; a population of several models is not there yet",
                        nodes->name, name_of(other), nodes->types->lines[first], name_of(*found));
  }
  return LOLIGO_OK;
}

/* What a node is can only be told by its type. */
static loligo_status refuse_own_models(const node_population *nodes)
{
  static const char *const keys[] = {"model_type", "model_template"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    bool found;
    LOLIGO_TRY(nodes_have(nodes, keys[i], &found));
    if (found)
      return loligo_fail(LOLIGO_INPUT_ERROR,
                         "%s: '%s' has %s of single nodes, which are not there yet; give them to types", nodes->path,
                         nodes->name, keys[i]);
  }
  return LOLIGO_OK;
}

static loligo_status find_templates(sonata_circuit *circuit)
{
  for (size_t i = 0; i < circuit->nodes.n; i++) {
    const node_population *nodes = &circuit->nodes.items[i];
    LOLIGO_TRY(refuse_own_models(nodes));
    bool *seen = memory_allocate(nodes->types->n, sizeof *seen, WHAT);
    if (!seen) return LOLIGO_MACHINE_ERROR;
    const loligo_status status = find_template(nodes, seen, &circuit->templates[i]);
    memory_free(seen);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

loligo_status circuit_find_templates(sonata_circuit *circuit)
{
  circuit->templates = memory_allocate(circuit->nodes.n, sizeof *circuit->templates, WHAT);
  bool *by_type = memory_allocate(circuit->nodes.n, sizeof *by_type, WHAT);
  loligo_status status = circuit->templates && by_type ? find_templates(circuit) : LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < circuit->nodes.n && status == LOLIGO_OK; i++) by_type[i] = circuit_is_biophysical(circuit, i);
  if (status == LOLIGO_OK) status = parts_make(&circuit->nodes, by_type, &circuit->parts);
  memory_free(by_type);
  return status;
}

/* -- types of edges -- */

/* A type of edges onto cells of a template. */
typedef struct type_reader {
  sonata_circuit *circuit;
  const type_table *types;
  const sonata_template *target;
  size_t row;
  edge_type *type;
} type_reader;

static bool is_onto_cell(const type_reader *r)
{
  return r->target->cell != TEMPLATE_POINT;
}

static loligo_status check_exp2syn(const type_reader *r, const char *name)
{
  if (name && (strcmp(name, "Exp2Syn") == 0 || strcmp(name, "exp2syn") == 0)) return LOLIGO_OK;
  return types_fail(r->types, r->row, "%s '%s' is not there yet for biophysical cells; there is Exp2Syn", TEMPLATE,
                    name ? name : "");
}

static loligo_status check_synapse(const type_reader *r)
{
  const char *name = types_text(r->types, r->row, TEMPLATE), *bare = name;
  if (is_onto_cell(r)) return check_exp2syn(r, name);
  if (!name || r->target->is_signed) return LOLIGO_OK; /* NEURON connects IntFire1 without a synapse */
  if (strncmp(name, "nest:", strlen("nest:")) == 0) bare += strlen("nest:");
  if (strcmp(bare, "static_synapse") == 0) return LOLIGO_OK;
  return types_fail(r->types, r->row, "%s '%s' is not there yet; there is static_synapse", TEMPLATE, name);
}

static loligo_status read_function(const type_reader *r)
{
  static const char *const plain[] = {"wmax", "default_weight_fnc", "set_syn_weight"};
  const char *name = types_text(r->types, r->row, "weight_function");
  r->type->function = WEIGHT_PLAIN;
  if (!name) return LOLIGO_OK;
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (strcmp(name, plain[i]) == 0) return LOLIGO_OK;
  r->type->function = WEIGHT_GAUSSIAN_LL;
  if (strcmp(name, "gaussianLL") == 0) return LOLIGO_OK;
  return types_fail(r->types, r->row,
                    "weight_function '%s' is not there; there are wmax, gaussianLL, "
                    "default_weight_fnc and set_syn_weight",
                    name);
}

static loligo_status read_numbers(const type_reader *r)
{
  edge_type *type = r->type;
  type->syn_weight = type->sigma = NAN;
  type->nsyns = 1;
  type->delay = r->target->delay;
  LOLIGO_TRY(types_number(r->types, r->row, "weight_max", &type->syn_weight));
  LOLIGO_TRY(types_number(r->types, r->row, "syn_weight", &type->syn_weight));
  LOLIGO_TRY(types_number(r->types, r->row, "nsyns", &type->nsyns));
  LOLIGO_TRY(types_number(r->types, r->row, "delay", &type->delay));
  return types_number(r->types, r->row, "weight_sigma", &type->sigma);
}

static loligo_status read_sign(const type_reader *r, tree_node *node)
{
  double sign;
  LOLIGO_TRY(value_number(node->key, "", node, &sign));
  if (sign != 1 && sign != -1) return tree_fail(node->mark, "%s must be 1 or -1, not %g", node->key, sign);
  r->type->factor = sign;
  return LOLIGO_OK;
}

static loligo_status read_receptor(const type_reader *r, tree_node *node)
{
  static const loligo_param row = {.type = LOLIGO_PARAM_INTEGER, .range = LOLIGO_RANGE_NON_NEGATIVE};
  uint64_t number;
  LOLIGO_TRY(value_whole(&(value_form){node->key, "", &row}, node, &number));
  if (number > UINT32_MAX || (number > 0 && !r->target->has_receptor_types))
    return tree_fail(node->mark, "%s has no receptor %s", r->target->name, node->text);
  r->type->receptor = (uint32_t)number;
  return LOLIGO_OK;
}

/* What NEURON's synapses have besides says nothing where there is none. */
static loligo_status read_params(const type_reader *r, const tree_node *params)
{
  for (size_t i = 0; params && i < params->n; i++) {
    tree_node *node = params->children[i];
    if (r->target->is_signed && strcmp(node->key, "sign") == 0)
      LOLIGO_TRY(read_sign(r, node));
    else if (!r->target->is_signed && strcmp(node->key, "receptor_type") == 0)
      LOLIGO_TRY(read_receptor(r, node));
    else if (!r->target->is_signed)
      return tree_fail(node->key_mark, "'%s' has no meaning for a static_synapse onto %s", node->key, r->target->name);
  }
  return LOLIGO_OK;
}

/* A synapse of NEURON: a difference of two exponentials whose weight is its peak, in uS. */
static loligo_status read_exp2syn(const type_reader *r, const tree_node *params)
{
  const double ns_per_us = 1e3;
  const struct {
    const char *key;
    double *to;
    loligo_param_range range;
  } wanted[] = {{"tau1", &r->type->tau1, LOLIGO_RANGE_POSITIVE},
                {"tau2", &r->type->tau2, LOLIGO_RANGE_POSITIVE},
                {"erev", &r->type->e, LOLIGO_RANGE_ANY}};
  if (!params) return types_fail(r->types, r->row, "missing %s, which hold tau1, tau2 and erev", DYNAMICS_PARAMS);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    const loligo_param row = {.type = LOLIGO_PARAM_REAL, .range = wanted[i].range};
    tree_node *node = tree_find(params, wanted[i].key);
    if (!node) return tree_fail(params->mark, "missing key '%s' of Exp2Syn", wanted[i].key);
    LOLIGO_TRY(value_in_range(&(value_form){node->key, "", &row}, node, wanted[i].to));
  }
  if (r->type->tau1 >= r->type->tau2)
    return tree_fail(tree_find(params, "tau1")->mark, "tau1 must be below tau2, which is %g ms", r->type->tau2);
  r->type->factor = ns_per_us;
  return read_target_sections(r->types, r->row, r->type);
}

static loligo_status read_type(const type_reader *r)
{
  const tree_node *params;
  LOLIGO_TRY(check_synapse(r));
  LOLIGO_TRY(read_function(r));
  LOLIGO_TRY(read_numbers(r));
  LOLIGO_TRY(circuit_params(r->circuit, CIRCUIT_EDGES, r->types, r->row, &params));
  if (is_onto_cell(r)) return read_exp2syn(r, params);
  LOLIGO_TRY(read_params(r, params));
  if (r->target->relays) r->type->factor = 0;
  if (!r->target->has_receptor_types || r->type->receptor > 0) return LOLIGO_OK;
  return types_fail(r->types, r->row, "edges onto %s need a receptor_type in their dynamics_params", r->target->name);
}

/* A table may have types that no edge has: what is wrong with one is told where an edge does. */
static loligo_status read_types(sonata_circuit *circuit, circuit_edges *edges)
{
  const type_table *types = edges->types;
  edges->of_type = memory_allocate(types->n, sizeof *edges->of_type, WHAT);
  if (!edges->of_type) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < types->n; i++) {
    edge_type *type = &edges->of_type[i];
    *type = (edge_type){.id = types->ids[i].id, .factor = 1};
    const type_reader reader = {circuit, types, circuit->templates[edges->target], types->ids[i].row, type};
    const loligo_status status = read_type(&reader);
    if (status != LOLIGO_INPUT_ERROR) LOLIGO_TRY(status);
    if (status == LOLIGO_OK) continue;
    snprintf(type->fault, sizeof type->fault, "%s", loligo_error_message());
    loligo_error_clear();
  }
  return LOLIGO_OK;
}

/* -- edges -- */

/* A file of edges that is open. */
typedef struct edge_reader {
  sonata_circuit *circuit;
  const char *path;
  const type_table *types;
  const h5_reader *reader;
} edge_reader;

static loligo_status find_nodes(const edge_reader *r, const char *edges, const char *end, size_t *population)
{
  char place[H5_PATH_SIZE], *name;
  const node_populations *nodes = &r->circuit->nodes;
  h5_path(place, "/edges/%s/%s", edges, end);
  LOLIGO_TRY(nodes_blame_file(h5_read_text(r->reader, (h5_place){place, "node_population"}, &name)));
  const node_population *found = nodes_find(nodes, name);
  loligo_status status = LOLIGO_OK;
  if (found)
    *population = (size_t)(found - nodes->items);
  else
    status = loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s is of the population '%s', of which there are no nodes", r->path,
                         place, name);
  memory_free(name);
  return status;
}

static loligo_status fill(const edge_reader *r, const char *name, circuit_edges *edges)
{
  sonata_circuit *circuit = r->circuit;
  edges->name = pool_text(&circuit->pool, name);
  edges->path = r->path;
  edges->types = r->types;
  if (!edges->name) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(find_nodes(r, name, "source_node_id", &edges->source));
  LOLIGO_TRY(find_nodes(r, name, "target_node_id", &edges->target));
  if (!circuit->templates[edges->target])
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: edges of %s go to virtual nodes, of '%s'", r->path, name,
                       circuit->nodes.items[edges->target].name);
  return read_types(circuit, edges);
}

static loligo_status add_edges(void *self, const char *name)
{
  const edge_reader *r = self;
  sonata_circuit *circuit = r->circuit;
  for (size_t i = 0; i < circuit->n_edges; i++)
    if (strcmp(circuit->edges[i].name, name) == 0)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the edges %s are in another file already", r->path, name);
  LOLIGO_TRY(memory_grow((void **)&circuit->edges, &circuit->edges_capacity, circuit->n_edges + 1,
                         sizeof *circuit->edges, WHAT));
  circuit_edges *edges = &circuit->edges[circuit->n_edges++];
  *edges = (circuit_edges){.name = NULL};
  return fill(r, name, edges);
}

loligo_status circuit_add_edges(sonata_circuit *circuit, const char *edges_file, const char *types_file)
{
  h5_reader reader;
  edge_reader r = {.circuit = circuit, .path = pool_text(&circuit->pool, edges_file), .reader = &reader};
  if (!r.path) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(add_table(circuit, types_file, "edge_type_id", &r.types));
  LOLIGO_TRY(nodes_blame_file(h5_reader_open(&reader, r.path)));
  const loligo_status status = nodes_blame_file(h5_read_children(&reader, "/edges", add_edges, &r));
  h5_reader_close(&reader);
  return status;
}

loligo_status circuit_receptors(const sonata_circuit *circuit, size_t target, uint32_t receptors[2])
{
  receptors[0] = receptors[1] = 0;
  for (size_t e = 0; e < circuit->n_edges; e++) {
    const circuit_edges *edges = &circuit->edges[e];
    for (size_t i = 0; i < edges->types->n && edges->target == target; i++) {
      const edge_type *type = &edges->of_type[i];
      const uint32_t own = type->receptor;
      if (*type->fault || own == 0 || own == receptors[0] || own == receptors[1]) continue;
      if (receptors[0] > 0 && receptors[0] != receptors[1])
        return types_fail(edges->types, edges->types->ids[i].row,
                          "receptor_type %u is the third onto '%s'; %s has two receptors here, exc and inh", own,
                          circuit->nodes.items[target].name, circuit->templates[target]->name);
      receptors[0] = receptors[0] == 0 || own < receptors[0] ? own : receptors[0];
      receptors[1] = own > receptors[1] ? own : receptors[1];
    }
  }
  return LOLIGO_OK;
}

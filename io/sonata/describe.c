/*
 * A projection holds edges onto one receptor; their weights keep their signs, by which those onto other models go to
 * exc or inh.
 */
#include "io/sonata/describe.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/model_file/read.h"
#include "io/sonata/located.h"
#include "io/sonata/node_values.h"
#include "model/neuron/model.h"
#include "network/index.h"
#include "network/population.h"
#include "network/projection.h"

enum { NAME_BYTES = 512 };

static const char WHAT[] = "a circuit", SOURCE_MODEL[] = "spike_source";

static loligo_status note(const description *made, const char *path, const char *name, uint64_t digest)
{
  char what[PATH_MAX + NAME_BYTES];
  snprintf(what, sizeof what, "%s:%s", path, name);
  return listed_files_note(made->reader->files, what, digest);
}

/* -- nodes -- */

static loligo_status set_values(const description *made, size_t part)
{
  sonata_circuit *circuit = made->circuit;
  const size_t p = circuit->parts.items[part].nodes;
  const node_population *nodes = &circuit->nodes.items[p];
  node_values values = {.circuit = circuit,
                        .nodes = nodes,
                        .template = circuit->templates[p],
                        .model = loligo_model_find(circuit->templates[p]->model),
                        .v_init = made->setting.v_init};
  LOLIGO_TRY(circuit_receptors(circuit, p, values.receptors));
  loligo_network *network = made->reader->network;
  const loligo_population *population = &network->populations[made->ids[part]];
  loligo_status status = node_values_read(&values);
  if (status == LOLIGO_OK)
    status = description_blame(nodes->path, nodes->name, node_values_set(&values, network, made->ids[part]));
  if (status == LOLIGO_OK)
    status = description_blame(nodes->path, nodes->name, population_check(population, network->dt));
  if (status == LOLIGO_OK) status = note(made, nodes->path, nodes->name, node_values_digest(&values));
  node_values_free(&values);
  return status;
}

/* -- biophysical cells -- */

static loligo_status refuse_own_params(void *self, const char *name)
{
  const node_population *nodes = self;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: '%s' has dynamics_params/%s of single nodes, which biophysical cells cannot have yet; give "
                     "them types of their own",
                     nodes->path, nodes->name, name);
}

static loligo_status check_numbers(const description *made, size_t part)
{
  const loligo_network *network = made->reader->network;
  const loligo_population *population = &network->populations[made->ids[part]];
  const node_population *nodes = &made->circuit->nodes.items[made->circuit->parts.items[part].nodes];
  return description_blame(nodes->path, population->name, population_check(population, network->dt));
}

static loligo_status set_cells(const description *made, size_t part)
{
  const node_part *of = &made->circuit->parts.items[part];
  const node_population *nodes = &made->circuit->nodes.items[of->nodes];
  const double v_init = isnan(made->setting.v_init) ? made->circuit->templates[of->nodes]->v_m : made->setting.v_init;
  biophysics biophysics;
  uint64_t digest;
  LOLIGO_TRY(nodes_own_names(nodes, "dynamics_params", refuse_own_params, (void *)nodes));
  LOLIGO_TRY(cells_read(made->circuit, of, &made->setting, &biophysics, &made->shapes[part], &digest));
  LOLIGO_TRY(
      description_blame(nodes->path, of->name,
                        cells_set(made->reader, made->ids[part], &made->setting, &biophysics, &made->shapes[part])));
  LOLIGO_TRY(located_add_receptors(made, part));
  LOLIGO_TRY(loligo_network_set_init(made->reader->network, made->ids[part], "V_m", loligo_constant(v_init)));
  LOLIGO_TRY(check_numbers(made, part));
  return note(made, nodes->path, of->name, hash_mix(digest ^ components_digest(&made->circuit->components)));
}

/* -- all nodes -- */

static loligo_status add_part(const description *made, size_t part)
{
  const node_part *of = &made->circuit->parts.items[part];
  const node_population *nodes = &made->circuit->nodes.items[of->nodes];
  const sonata_template *template = made->circuit->templates[of->nodes];
  const loligo_model *model = loligo_model_find(template ? template->model : SOURCE_MODEL);
  loligo_network *network = made->reader->network;
  LOLIGO_TRY(read_check_name(of->name, made->place, "population of nodes"));
  LOLIGO_TRY(description_blame(nodes->path, nodes->name,
                               loligo_network_add_population(network, of->name, model, of->n, &made->ids[part])));
  if (of->ids) LOLIGO_TRY(population_set_whole(network, made->ids[part], nodes->name, of->ids));
  LOLIGO_TRY(network_keep_place(network, made->place, &network->populations[made->ids[part]].place));
  if (circuit_is_biophysical(made->circuit, of->nodes)) return set_cells(made, part);
  return template ? set_values(made, part) : LOLIGO_OK;
}

/* What only follows from a population that is wrong is not told. */
static loligo_status lose_parts(const description *made, loligo_status status)
{
  for (size_t part = 0; part < made->circuit->parts.n; part++) {
    const char *name = pool_text(&made->reader->network->pool, made->circuit->parts.items[part].name);
    if (!name) return LOLIGO_MACHINE_ERROR;
    LOLIGO_TRY(name_table_set(&made->reader->lost, 0, name, 0));
  }
  return status;
}

loligo_status describe_nodes(description *made)
{
  const size_t n = made->circuit->parts.n;
  made->ids = memory_allocate(n, sizeof *made->ids, WHAT);
  made->shapes = memory_allocate(n, sizeof *made->shapes, WHAT);
  if (!made->ids || !made->shapes) return LOLIGO_MACHINE_ERROR;
  loligo_status status = LOLIGO_OK;
  for (size_t part = 0; part < n && status == LOLIGO_OK; part++) status = add_part(made, part);
  return status == LOLIGO_INPUT_ERROR ? lose_parts(made, status) : status;
}

/* -- edges -- */

/* The angles of nodes, if any type of the edges asks for them; *angles stays NULL otherwise. */
static loligo_status read_angles(const circuit_edges *edges, const node_population *nodes, double **angles)
{
  static const char name[] = "tuning_angle";
  bool any = false;
  for (size_t i = 0; i < edges->types->n; i++) any = any || edges->of_type[i].function == WEIGHT_GAUSSIAN_LL;
  if (!any) return LOLIGO_OK;
  *angles = memory_allocate(nodes->n, sizeof **angles, WHAT);
  return *angles ? nodes_numbers(nodes, name, name, *angles) : LOLIGO_MACHINE_ERROR;
}

/* Of nodes that are no biophysical cells, which are one part. */
static size_t part_of(const description *made, size_t nodes)
{
  return made->ids[made->circuit->parts.first[nodes]];
}

static loligo_status add_receptor(const description *made, const circuit_edges *edges, edges_wanted *wanted,
                                  const char *name, const char *receptor)
{
  loligo_network *network = made->reader->network;
  edge_source source;
  const loligo_projection_spec spec = {.name = name,
                                       .source = part_of(made, edges->source),
                                       .target = part_of(made, edges->target),
                                       .rule = "explicit",
                                       .receptor = receptor,
                                       .any_sign = true};
  LOLIGO_TRY(edges_open(wanted, &source));
  LOLIGO_TRY(description_blame(edges->path, name, projection_add_listed(network, &spec, source)));
  return network_keep_place(network, made->place, &network->projections[network->n_projections - 1].place);
}

/* Edges whose types name no receptor, or all of them where that is what the target wants. */
static loligo_status add_receptors(const description *made, const circuit_edges *edges, edges_wanted *wanted)
{
  char name[NAME_BYTES];
  uint32_t receptors[2];
  LOLIGO_TRY(circuit_receptors(made->circuit, edges->target, receptors));
  if (receptors[0] == 0) return add_receptor(made, edges, wanted, edges->name, NULL);
  wanted->receptor = receptors[0];
  snprintf(name, sizeof name, "%s exc", edges->name);
  LOLIGO_TRY(add_receptor(made, edges, wanted, name, "exc"));
  if (receptors[1] == receptors[0]) return LOLIGO_OK;
  wanted->receptor = receptors[1];
  snprintf(name, sizeof name, "%s inh", edges->name);
  return add_receptor(made, edges, wanted, name, "inh");
}

static loligo_status check_source(const description *made, const circuit_edges *edges)
{
  if (!made->circuit->parts.places[edges->source]) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "%s: %s: edges from biophysical cells of several types onto point neurons are not there yet",
                     edges->path, edges->name);
}

static loligo_status add_edges(const description *made, const circuit_edges *edges)
{
  double *source_angle = NULL, *target_angle = NULL;
  const node_population *nodes = made->circuit->nodes.items;
  LOLIGO_TRY(check_source(made, edges));
  loligo_status status = read_angles(edges, &nodes[edges->source], &source_angle);
  if (status == LOLIGO_OK) status = read_angles(edges, &nodes[edges->target], &target_angle);
  edges_wanted wanted = {.path = edges->path,
                         .name = edges->name,
                         .types = edges->of_type,
                         .n_types = edges->types->n,
                         .dt = made->reader->network->dt,
                         .n_sources = nodes[edges->source].n,
                         .n_targets = nodes[edges->target].n,
                         .source_angle = source_angle,
                         .target_angle = target_angle};
  if (status == LOLIGO_OK) status = add_receptors(made, edges, &wanted);
  memory_free(source_angle);
  memory_free(target_angle);
  return status;
}

loligo_status describe_edges(const description *made)
{
  for (size_t e = 0; e < made->circuit->n_edges; e++) {
    const circuit_edges *edges = &made->circuit->edges[e];
    LOLIGO_TRY(circuit_is_biophysical(made->circuit, edges->target) ? located_add_edges(made, edges)
                                                                    : add_edges(made, edges));
  }
  return LOLIGO_OK;
}

loligo_status describe_note_spikes(const description *made, size_t p, const double *times, const uint64_t *owners,
                                   size_t n)
{
  const node_population *nodes = &made->circuit->nodes.items[p];
  uint64_t digest = hash_mix(n), bits;
  for (size_t i = 0; i < n; i++) {
    memcpy(&bits, &times[i], sizeof bits);
    digest = hash_mix(hash_mix(digest ^ bits) ^ owners[i]);
  }
  return note(made, nodes->path, nodes->name, digest);
}

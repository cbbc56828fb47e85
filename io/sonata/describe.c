/*
 * A projection holds edges onto one receptor; their weights keep their signs, by which those onto other models go to
 * exc or inh.
 */
#include "io/sonata/describe.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"
#include "io/model_file/read.h"
#include "io/sonata/node_values.h"
#include "model/neuron/model.h"
#include "network/index.h"
#include "network/population.h"
#include "network/projection.h"

enum { MESSAGE_BYTES = 1024, NAME_BYTES = 512 };

static const char WHAT[] = "a circuit", SOURCE_MODEL[] = "spike_source";

void description_free(description *made)
{
  memory_free(made->ids);
}

/* Puts file and population before the message of an INPUT error. */
static loligo_status blame(const char *path, const char *name, loligo_status status)
{
  char message[MESSAGE_BYTES];
  if (status != LOLIGO_INPUT_ERROR || mistakes_is_told(status)) return status;
  snprintf(message, sizeof message, "%s", loligo_error_message());
  loligo_error_clear();
  return loligo_fail(status, "%s: %s: %s", path, name, message);
}

static loligo_status note(const description *made, const char *path, const char *name, uint64_t digest)
{
  char what[PATH_MAX + NAME_BYTES];
  snprintf(what, sizeof what, "%s:%s", path, name);
  return listed_files_note(made->reader->files, what, digest);
}

/* -- nodes -- */

static loligo_status set_values(const description *made, size_t p)
{
  sonata_circuit *circuit = made->circuit;
  const node_population *nodes = &circuit->nodes.items[p];
  node_values values = {.circuit = circuit,
                        .nodes = nodes,
                        .template = circuit->templates[p],
                        .model = loligo_model_find(circuit->templates[p]->model),
                        .v_init = made->v_init};
  LOLIGO_TRY(circuit_receptors(circuit, p, values.receptors));
  loligo_network *network = made->reader->network;
  const loligo_population *population = &network->populations[made->ids[p]];
  loligo_status status = node_values_read(&values);
  if (status == LOLIGO_OK) status = blame(nodes->path, nodes->name, node_values_set(&values, network, made->ids[p]));
  if (status == LOLIGO_OK) status = blame(nodes->path, nodes->name, population_check(population, network->dt));
  if (status == LOLIGO_OK) status = note(made, nodes->path, nodes->name, node_values_digest(&values));
  node_values_free(&values);
  return status;
}

static loligo_status add_nodes(description *made, size_t p)
{
  const node_population *nodes = &made->circuit->nodes.items[p];
  const sonata_template *template = made->circuit->templates[p];
  const loligo_model *model = loligo_model_find(template ? template->model : SOURCE_MODEL);
  loligo_network *network = made->reader->network;
  LOLIGO_TRY(read_check_name(nodes->name, made->place, "population of nodes"));
  LOLIGO_TRY(blame(nodes->path, nodes->name,
                   loligo_network_add_population(network, nodes->name, model, nodes->n, &made->ids[p])));
  LOLIGO_TRY(network_keep_place(network, made->place, &network->populations[made->ids[p]].place));
  return template ? set_values(made, p) : LOLIGO_OK;
}

loligo_status describe_nodes(description *made)
{
  made->ids = memory_allocate(made->circuit->nodes.n, sizeof *made->ids, WHAT);
  if (!made->ids) return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < made->circuit->nodes.n; p++) LOLIGO_TRY(add_nodes(made, p));
  return LOLIGO_OK;
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

static loligo_status add_receptor(const description *made, const circuit_edges *edges, edges_wanted *wanted,
                                  const char *name, const char *receptor)
{
  loligo_network *network = made->reader->network;
  edge_source source;
  const loligo_projection_spec spec = {.name = name,
                                       .source = made->ids[edges->source],
                                       .target = made->ids[edges->target],
                                       .rule = "explicit",
                                       .receptor = receptor,
                                       .any_sign = true};
  LOLIGO_TRY(edges_open(wanted, &source));
  LOLIGO_TRY(blame(edges->path, name, projection_add_listed(network, &spec, source)));
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

static loligo_status add_edges(const description *made, const circuit_edges *edges)
{
  double *source_angle = NULL, *target_angle = NULL;
  const node_population *nodes = made->circuit->nodes.items;
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
  for (size_t e = 0; e < made->circuit->n_edges; e++) LOLIGO_TRY(add_edges(made, &made->circuit->edges[e]));
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

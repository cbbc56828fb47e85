/*
 * All synapses are listed, sorted by their projections, and cut: each projection reads its piece from memory.
 */
#include "io/sonata/located.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/random/random.h"
#include "model/neuron/listed.h"
#include "network/index.h"
#include "network/projection.h"

static const char WHAT[] = "synapses of biophysical cells";

enum { NAME_BYTES = 512, RECEPTOR_BYTES = 32 };

/* -- receptors -- */

/* Time courses of receptors, numbered in the order in which they are found. */
typedef struct receptor_kinds {
  double tau1[LISTED_MAX], tau2[LISTED_MAX], e[LISTED_MAX], mg[LISTED_MAX];
  size_t n;
} receptor_kinds;

static size_t find_kind(const receptor_kinds *kinds, const edge_type *type)
{
  size_t k = 0;
  while (k < kinds->n && !(kinds->tau1[k] == type->tau1 && kinds->tau2[k] == type->tau2 && kinds->e[k] == type->e)) k++;
  return k;
}

/* Those of all edges onto a population of nodes, whether or not there are edges of a type. */
static loligo_status find_kinds(const sonata_circuit *circuit, size_t nodes, receptor_kinds *kinds)
{
  *kinds = (receptor_kinds){.n = 0};
  for (size_t e = 0; e < circuit->n_edges; e++) {
    const circuit_edges *edges = &circuit->edges[e];
    for (size_t i = 0; i < edges->types->n && edges->target == nodes; i++) {
      const edge_type *type = &edges->of_type[i];
      if (*type->fault || find_kind(kinds, type) < kinds->n) continue;
      if (kinds->n == LISTED_MAX)
        return types_fail(edges->types, edges->types->ids[i].row, "more than %d kinds of synapses onto '%s'",
                          LISTED_MAX, circuit->nodes.items[nodes].name);
      kinds->tau1[kinds->n] = type->tau1;
      kinds->tau2[kinds->n] = type->tau2;
      kinds->e[kinds->n++] = type->e;
    }
  }
  return LOLIGO_OK;
}

static void print_receptor(char text[RECEPTOR_BYTES], size_t kind)
{
  snprintf(text, RECEPTOR_BYTES, "exp2syn%zu", kind);
}

loligo_status located_add_receptors(const description *made, size_t part)
{
  receptor_kinds kinds;
  char texts[LISTED_MAX][RECEPTOR_BYTES];
  const char *names[LISTED_MAX];
  loligo_network *network = made->reader->network;
  LOLIGO_TRY(find_kinds(made->circuit, made->circuit->parts.items[part].nodes, &kinds));
  if (kinds.n == 0) return LOLIGO_OK;
  const struct {
    const char *name;
    const double *values;
  } lists[] = {{"receptor_tau", kinds.tau2},
               {"receptor_tau_rise", kinds.tau1},
               {"receptor_E", kinds.e},
               {"receptor_Mg", kinds.mg}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    LOLIGO_TRY(
        loligo_network_set_param(network, made->ids[part], lists[i].name, loligo_list(lists[i].values, kinds.n)));
  for (size_t k = 0; k < kinds.n; k++) {
    print_receptor(texts[k], k);
    names[k] = texts[k];
  }
  return loligo_network_name_receptors(network, made->ids[part], names, kinds.n);
}

/* -- synapses -- */

/* A synapse, first by what makes a projection. */
typedef struct located_synapse {
  uint32_t source, target, compartment, kind; /* parts, compartment of the target's cells, receptor */
  uint64_t order;                             /* in the file */
  loligo_edge edge;                           /* indices within the parts */
} located_synapse;

typedef struct located_reader {
  const description *made;
  const circuit_edges *edges;
  receptor_kinds kinds;
  random_key key;
  located_synapse *synapses; /* [n] owned */
  size_t n, capacity;
  double *weights; /* [room] sums of the lengths of compartments, to draw among them; owned */
  size_t room;
  const edge_type *weighed_type; /* by which they are allowed; NULL: there are no weights yet */
  const cell_shape *weighed;     /* whose they are */
} located_reader;

static loligo_status add_synapse(located_reader *r, const located_edge *edge, size_t compartment, double weight)
{
  const node_parts *parts = &r->made->circuit->parts;
  const node_place source = parts_place(parts, r->edges->source, edge->edge.source);
  const node_place target = parts_place(parts, r->edges->target, edge->edge.target);
  LOLIGO_TRY(memory_grow((void **)&r->synapses, &r->capacity, r->n + 1, sizeof *r->synapses, WHAT));
  r->synapses[r->n] = (located_synapse){.source = source.part,
                                        .target = target.part,
                                        .compartment = (uint32_t)compartment,
                                        .kind = (uint32_t)find_kind(&r->kinds, edge->type),
                                        .order = r->n,
                                        .edge = {source.index, target.index, weight, edge->edge.delay}};
  r->n++;
  return LOLIGO_OK;
}

/* -- given places -- */

static loligo_status add_given(located_reader *r, const located_edge *edge, const cell_shape *shape)
{
  const size_t n = shape->morphology.n;
  if (!(edge->sec_id >= 0 && edge->sec_id < (double)n && edge->sec_id == floor(edge->sec_id)))
    return loligo_fail(LOLIGO_INPUT_ERROR, "sec_id %g is not a section of its target, which has %zu", edge->sec_id, n);
  if (!(edge->sec_x >= 0 && edge->sec_x <= 1))
    return loligo_fail(LOLIGO_INPUT_ERROR, "sec_x %g is not a place from 0 to 1", edge->sec_x);
  const size_t section = shape->morphology.by_id[(size_t)edge->sec_id];
  if (edge->nsyns == 0) return LOLIGO_OK;
  return add_synapse(r, edge, cut_find(shape->cut.sections[section], edge->sec_x), edge->edge.weight * edge->nsyns);
}

/* -- drawn places -- */

/* Sums of the lengths of the compartments that a type allows, one behind the other. Most edges ask for those of the one
 * before. */
static loligo_status weigh(located_reader *r, const edge_type *type, const cell_shape *shape)
{
  double sum = 0;
  if (r->weighed_type == type && r->weighed == shape) return LOLIGO_OK;
  LOLIGO_TRY(memory_grow((void **)&r->weights, &r->room, shape->cut.n, sizeof *r->weights, WHAT));
  for (size_t c = 0; c < shape->cut.n; c++) {
    const cut_compartment *own = &shape->cut.compartments[c];
    const neurite *section = &shape->morphology.sections[own->section];
    const double distance = cut_distance(&shape->morphology, &shape->cut, c);
    const bool is_allowed = !own->is_joint && type->sections & 1u << section->type && distance >= type->nearest &&
                            distance <= type->farthest;
    if (is_allowed) sum += section->length / (double)shape->cut.sections[own->section].n;
    r->weights[c] = sum;
  }
  r->weighed_type = type;
  r->weighed = shape;
  return LOLIGO_OK;
}

/* A place along the compartments that are allowed. */
typedef struct drawn_place {
  const double *weights;
  double at;
} drawn_place;

static bool ends_before(const void *self, uint64_t compartment)
{
  const drawn_place *place = self;
  return place->weights[compartment] <= place->at;
}

static size_t draw(const located_reader *r, uint64_t row, uint64_t k, size_t n)
{
  uint32_t words[4];
  random_words(r->key, row, k, 4, words);
  const drawn_place place = {r->weights, random_uniform_of(words[0], words[1]) * r->weights[n - 1]};
  return lower_bound_where(n, ends_before, &place);
}

static loligo_status add_drawn(located_reader *r, const located_edge *edge, const cell_shape *shape)
{
  const size_t n = shape->cut.n;
  LOLIGO_TRY(weigh(r, edge->type, shape));
  if (!(r->weights[n - 1] > 0))
    return loligo_fail(LOLIGO_INPUT_ERROR, "its target has no compartment within target_sections and distance_range");
  for (uint64_t k = 0; k < (uint64_t)edge->nsyns; k++)
    LOLIGO_TRY(add_synapse(r, edge, draw(r, edge->row, k, n), edge->edge.weight));
  return LOLIGO_OK;
}

static loligo_status visit(void *self, const located_edge *edge)
{
  located_reader *r = self;
  const sonata_circuit *circuit = r->made->circuit;
  const uint64_t n_sources = circuit->nodes.items[r->edges->source].n;
  const uint64_t n_targets = circuit->nodes.items[r->edges->target].n;
  if (edge->edge.source >= n_sources)
    return loligo_fail(LOLIGO_INPUT_ERROR, "source_node_id %" PRIu64 " is not below %" PRIu64, edge->edge.source,
                       n_sources);
  if (edge->edge.target >= n_targets)
    return loligo_fail(LOLIGO_INPUT_ERROR, "target_node_id %" PRIu64 " is not below %" PRIu64, edge->edge.target,
                       n_targets);
  const cell_shape *shape = &r->made->shapes[parts_place(&circuit->parts, r->edges->target, edge->edge.target).part];
  if (isnan(edge->sec_id) != isnan(edge->sec_x))
    return loligo_fail(LOLIGO_INPUT_ERROR, "it has sec_id or sec_x, but not both");
  return isnan(edge->sec_id) ? add_drawn(r, edge, shape) : add_given(r, edge, shape);
}

/* -- projections -- */

/* Those of one projection. */
typedef struct placed_edges {
  edge_array array; /* its edges are owned */
  char *name;       /* owned */
} placed_edges;

static void free_placed(void *self)
{
  placed_edges *placed = self;
  memory_free((void *)placed->array.edges);
  memory_free(placed->name);
  memory_free(placed);
}

static loligo_status blame_placed(void *self, size_t i, loligo_status status)
{
  (void)self, (void)i;
  return status;
}

static loligo_status open_placed(const char *name, const located_synapse *synapses, size_t n, edge_source *source)
{
  placed_edges *placed = memory_allocate(1, sizeof *placed, WHAT);
  if (!placed) return LOLIGO_MACHINE_ERROR;
  loligo_edge *edges = memory_allocate(n, sizeof *edges, WHAT);
  *placed = (placed_edges){.array = {edges, n, 0}, .name = memory_string(name)};
  if (!edges || !placed->name) {
    free_placed(placed);
    return LOLIGO_MACHINE_ERROR;
  }
  for (size_t i = 0; i < n; i++) edges[i] = synapses[i].edge;
  *source = (edge_source){.self = placed,
                          .name = placed->name,
                          .begin = edge_array_begin,
                          .next = edge_array_next,
                          .blame = blame_placed,
                          .free = free_placed};
  return LOLIGO_OK;
}

static int by_projection(const void *a, const void *b)
{
  const located_synapse *x = a, *y = b;
  if (x->source != y->source) return x->source < y->source ? -1 : 1;
  if (x->target != y->target) return x->target < y->target ? -1 : 1;
  if (x->compartment != y->compartment) return x->compartment < y->compartment ? -1 : 1;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

static bool are_together(const located_synapse *x, const located_synapse *y)
{
  return x->source == y->source && x->target == y->target && x->compartment == y->compartment && x->kind == y->kind;
}

static loligo_status add_projection(const located_reader *r, const located_synapse *synapses, size_t n)
{
  char name[NAME_BYTES], receptor[RECEPTOR_BYTES];
  loligo_network *network = r->made->reader->network;
  const node_parts *parts = &r->made->circuit->parts;
  edge_source source;
  print_receptor(receptor, synapses->kind);
  snprintf(name, sizeof name, "%.100s %.30s %.30s %u %s", r->edges->name, parts->items[synapses->source].name,
           parts->items[synapses->target].name, synapses->compartment, receptor);
  const loligo_projection_spec spec = {.name = name,
                                       .source = r->made->ids[synapses->source],
                                       .target = r->made->ids[synapses->target],
                                       .rule = "explicit",
                                       .receptor = receptor,
                                       .compartment = synapses->compartment,
                                       .any_sign = true};
  LOLIGO_TRY(open_placed(r->edges->path, synapses, n, &source));
  LOLIGO_TRY(description_blame(r->edges->path, r->edges->name, projection_add_listed(network, &spec, source)));
  return network_keep_place(network, r->made->place, &network->projections[network->n_projections - 1].place);
}

static loligo_status add_projections(located_reader *r)
{
  if (r->n > 0) qsort(r->synapses, r->n, sizeof *r->synapses, by_projection);
  for (size_t first = 0, end; first < r->n; first = end) {
    for (end = first + 1; end < r->n && are_together(&r->synapses[first], &r->synapses[end]);) end++;
    LOLIGO_TRY(add_projection(r, &r->synapses[first], end - first));
  }
  return LOLIGO_OK;
}

loligo_status located_add_edges(const description *made, const circuit_edges *edges)
{
  const node_population *nodes = made->circuit->nodes.items;
  located_reader reader = {.made = made,
                           .edges = edges,
                           .key = random_key_make(made->reader->network->seed, RANDOM_PARTNER, edges->name, "place")};
  const edges_wanted wanted = {.path = edges->path,
                               .name = edges->name,
                               .types = edges->of_type,
                               .n_types = edges->types->n,
                               .dt = made->reader->network->dt,
                               .n_sources = nodes[edges->source].n,
                               .n_targets = nodes[edges->target].n};
  loligo_status status = find_kinds(made->circuit, edges->target, &reader.kinds);
  if (status == LOLIGO_OK) status = edges_visit(&wanted, visit, &reader);
  if (status == LOLIGO_OK) status = add_projections(&reader);
  memory_free(reader.synapses);
  memory_free(reader.weights);
  return status;
}

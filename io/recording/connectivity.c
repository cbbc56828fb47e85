/*
 * connectivity: the synapses of named projections, written once into one file.
 */
#include <stdio.h>

#include "base/grouping.h"
#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "base/name_table.h"
#include "io/model_file/read.h"
#include "io/model_file/recording_kind.h"
#include "io/model_file/value.h"
#include "io/results/edge_recorder.h"
#include "io/results/result_writer.h"
#include "model/synapse/synapse_model.h"

/* Projections by the names of a list; those of one name differ in their targets. */
typedef struct named_projections {
  name_table places; /* where each name is first in the list */
  grouping groups;   /* projections by these places; those that are not named come last */
} named_projections;

static loligo_status place_names(name_table *places, const tree_node *list)
{
  for (size_t i = 0; i < list->n; i++) {
    const char *name = list->children[i]->text;
    if (name && name_table_find(places, 0, name) == NAME_TABLE_NONE) LOLIGO_TRY(name_table_set(places, 0, name, i));
  }
  return LOLIGO_OK;
}

static loligo_status group_projections(named_projections *named, const loligo_network *network, size_t n_places)
{
  const size_t n = network->n_projections;
  size_t *place_of = memory_allocate(n, sizeof *place_of, "projections");
  if (!place_of) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    const size_t place = name_table_find(&named->places, 0, network->projections[i].name);
    place_of[i] = place == NAME_TABLE_NONE ? n_places : place;
  }
  const loligo_status status = grouping_init(&named->groups, n, place_of, n_places + 1, "projections");
  memory_free(place_of);
  return status;
}

static void named_projections_free(named_projections *named)
{
  name_table_free(&named->places);
  grouping_free(&named->groups);
}

/* Adds all projections of the name at a place, one per target, unless an earlier place has added them. */
static loligo_status add_connectivity(const model_reader *reader, const named_projections *named, const tree_node *list,
                                      size_t place, projection_selection *wanted)
{
  const tree_node *node = list->children[place];
  const size_t *first = &named->groups.first[place];
  LOLIGO_TRY(value_expect_text(list->key, node));
  LOLIGO_TRY(read_check_name(node->text, node->mark, "projection"));
  if (name_table_find(&named->places, 0, node->text) < place) return LOLIGO_OK;
  if (first[0] == first[1]) return read_fail_unknown_projection(reader, node, list->key, NULL);
  for (size_t k = first[0]; k < first[1]; k++) {
    const size_t projection = named->groups.item[k];
    if (!synapse_model_sends(reader->network->projections[projection].synapse))
      return tree_fail(node->mark, "%s: '%s' has gap junctions, not synapses; leave it out", list->key, node->text);
    wanted->projections[wanted->n++] = projection;
  }
  return LOLIGO_OK;
}

static loligo_status add_all(const model_reader *reader, const tree_node *list, projection_selection *wanted)
{
  named_projections named = {0};
  bool any = false;
  loligo_status status = place_names(&named.places, list);
  if (status == LOLIGO_OK) status = group_projections(&named, reader->network, list->n);
  for (size_t i = 0; i < list->n && status == LOLIGO_OK; i++)
    status = mistakes_keep(add_connectivity(reader, &named, list, i, wanted), &any);
  named_projections_free(&named);
  return status == LOLIGO_OK ? mistakes_told(any) : status;
}

static loligo_status read_connectivity(const model_reader *reader, tree_node *list, void **out)
{
  projection_selection *wanted = *out = memory_allocate(1, sizeof *wanted, "projections");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(value_expect_list(list->key, list));
  if (list->n == 0) return LOLIGO_OK;
  wanted->projections = memory_allocate(reader->network->n_projections, sizeof *wanted->projections, "projections");
  return wanted->projections ? add_all(reader, list, wanted) : LOLIGO_MACHINE_ERROR;
}

static loligo_status move(stream *stream, void **out)
{
  projection_selection *wanted = *out = *out ? *out : memory_allocate(1, sizeof *wanted, "projections");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  stream_move(stream, &wanted->n, sizeof wanted->n);
  return stream_array(stream, (void **)&wanted->projections, wanted->n, sizeof *wanted->projections, "projections");
}

static void free_wanted(void *of_projections)
{
  projection_selection *wanted = of_projections;
  if (wanted) memory_free(wanted->projections);
  memory_free(wanted);
}

/* -- writing -- */

/* Synapses of one projection onto local cells. */
typedef struct synapse_list {
  loligo_synapse *items;
  size_t n, capacity;
} synapse_list;

static loligo_status keep_synapse(void *self, const loligo_synapse *synapse)
{
  synapse_list *list = self;
  heartbeat_go_on();
  LOLIGO_TRY(
      memory_grow((void **)&list->items, &list->capacity, list->n + 1, sizeof *list->items, "synapses to write"));
  list->items[list->n++] = *synapse;
  return LOLIGO_OK;
}

static loligo_status write_projection(edge_recorder *recorder, const loligo_context *context, size_t projection,
                                      const loligo_simulation *simulation)
{
  synapse_list list = {NULL, 0, 0};
  heartbeat_doing("collects synapses to write");
  loligo_status status = loligo_simulation_synapses(simulation, projection, keep_synapse, &list);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) return edge_recorder_write(recorder, projection, list.items, list.n);
  memory_free(list.items);
  return status;
}

static size_t count(const void *of_projections)
{
  const projection_selection *wanted = of_projections;
  return wanted->n > 0;
}

static void print_name(const loligo_network *network, const void *wanted, size_t i, char *name)
{
  (void)network, (void)wanted, (void)i;
  snprintf(name, H5_PATH_SIZE, "%s", EDGE_RECORDER_FILE);
}

static loligo_status write(const result_place *place, const void *of_projections, const char *folder,
                           const loligo_simulation *simulation)
{
  const projection_selection *wanted = of_projections;
  edge_recorder *edges;
  loligo_status status = edge_recorder_open(place->context, folder, place->file->network, wanted->projections,
                                            wanted->n, place->provenance, &edges);
  for (size_t i = 0; i < wanted->n && status == LOLIGO_OK; i++)
    status = write_projection(edges, place->context, wanted->projections[i], simulation);
  loligo_status closed = edge_recorder_close(edges, status == LOLIGO_OK);
  return status != LOLIGO_OK ? status : closed;
}

static bool changes(const loligo_network *network, const void *of_projections)
{
  const projection_selection *wanted = of_projections;
  for (size_t i = 0; i < wanted->n; i++)
    if (network->projections[wanted->projections[i]].plasticity) return true;
  return false;
}

static const result_writer writer = {.count = count, .print_name = print_name, .write = write, .changes = changes};

const recording_kind recording_kind_connectivity = {
    .name = "connectivity",
    .summary = "a list of names of projections whose synapses are written",
    .fallback = "[]",
    .read = read_connectivity,
    .move = move,
    .writer = &writer,
    .free = free_wanted,
};

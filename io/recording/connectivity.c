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

/* Projections by name; those of one name differ in their targets. */
typedef struct named_projections {
  name_table names; /* to numbers of groups */
  size_t *name_of;  /* [projections] number of the group */
  bool *is_taken;   /* [groups] are they recorded already? */
  grouping groups;
} named_projections;

/* named_projections_free() also after a failure. */
static loligo_status named_projections_init(named_projections *named, const loligo_network *network)
{
  const size_t n = network->n_projections;
  *named = (named_projections){.name_of = memory_allocate(n, sizeof *named->name_of, "projections"),
                               .is_taken = memory_allocate(n, sizeof *named->is_taken, "projections")};
  if (!named->name_of || !named->is_taken) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    const char *name = network->projections[i].name;
    named->name_of[i] = name_table_find(&named->names, 0, name);
    if (named->name_of[i] != NAME_TABLE_NONE) continue;
    named->name_of[i] = named->names.n;
    LOLIGO_TRY(name_table_set(&named->names, 0, name, named->name_of[i]));
  }
  return grouping_init(&named->groups, n, named->name_of, named->names.n, "projections");
}

static void named_projections_free(named_projections *named)
{
  name_table_free(&named->names);
  memory_free(named->name_of);
  memory_free(named->is_taken);
  grouping_free(&named->groups);
}

/* Adds all projections of that name, one per target, unless they are there already. */
static loligo_status add_connectivity(const model_reader *reader, named_projections *named, const tree_node *node,
                                      const char *key, projection_selection *wanted)
{
  LOLIGO_TRY(value_expect_text(key, node));
  LOLIGO_TRY(read_check_name(node->text, node->mark, "projection"));
  const size_t group = name_table_find(&named->names, 0, node->text);
  if (group == NAME_TABLE_NONE) return read_fail_unknown_projection(reader, node, key, NULL);
  if (named->is_taken[group]) return LOLIGO_OK;
  named->is_taken[group] = true;
  for (size_t k = named->groups.first[group]; k < named->groups.first[group + 1]; k++)
    wanted->projections[wanted->n++] = named->groups.item[k];
  return LOLIGO_OK;
}

static loligo_status read_connectivity(const model_reader *reader, tree_node *list, void **out)
{
  projection_selection *wanted = *out = memory_allocate(1, sizeof *wanted, "projections");
  if (!wanted) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(value_expect_list(list->key, list));
  wanted->projections = memory_allocate(reader->network->n_projections, sizeof *wanted->projections, "projections");
  if (!wanted->projections) return LOLIGO_MACHINE_ERROR;
  named_projections named;
  loligo_status status = named_projections_init(&named, reader->network);
  bool any = false;
  for (size_t i = 0; i < list->n && status == LOLIGO_OK; i++)
    status = mistakes_keep(add_connectivity(reader, &named, list->children[i], list->key, wanted), &any);
  named_projections_free(&named);
  return status == LOLIGO_OK ? mistakes_told(any) : status;
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

/*
 * Purpose: hand the synapses that a simulation has built to their recorder, one projection after the other.
 */
#include "io/results/synapse_export.h"

#include "base/heartbeat.h"
#include "base/memory.h"
#include "io/results/edge_recorder.h"

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

loligo_status synapse_export(const loligo_context *context, const char *directory, const model_file *file,
                             const provenance *provenance, const loligo_simulation *simulation)
{
  const settings *settings = &file->settings;
  edge_recorder *edges;
  loligo_status status = edge_recorder_open(context, directory, file->network, settings->connectivity,
                                            settings->n_connectivity, provenance, &edges);
  for (size_t i = 0; i < settings->n_connectivity && status == LOLIGO_OK; i++) {
    status = write_projection(edges, context, settings->connectivity[i], simulation);
  }
  loligo_status closed = edge_recorder_close(edges, status == LOLIGO_OK);
  return status != LOLIGO_OK ? status : closed;
}

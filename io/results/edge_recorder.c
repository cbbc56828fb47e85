/*
 * Purpose: export the synapses as they are stored, so that a network can be looked at or loaded elsewhere.
 *
 * Each rank holds the synapses onto its own cells; one global sort gives an order that no number of ranks changes. A
 * projection is one edge group with two attributes, weight and delay. Layout: SONATA developer guide,
 * github.com/AllenInstitute/sonata.
 */
#include "io/results/edge_recorder.h"

#include <math.h>
#include <string.h>

#include "base/comm.h"
#include "base/heartbeat.h"
#include "base/memory.h"
#include "io/hdf5/global_sort.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/results/output.h"
#include "io/results/sonata.h"
#include "io/results/time_grid.h"
#include "network/projection.h"
#include "network/rule/rule.h"

struct edge_recorder {
  const loligo_context *context;
  const loligo_network *network;
  time_grid grid;
  h5_file file;
};

/* The list is sorted into another, mostly that of the same rank; a column is made of it when it lies there. */
result_need edge_recorder_need(size_t projection, const result_rank *rank)
{
  const loligo_projection *written = &rank->network->projections[projection];
  const rule_context context = rule_context_of(rank->network, written);
  const double synapses = written->rule->expected(&context) * result_rank_part(rank, written->target);
  const double list = synapses * sizeof(loligo_synapse), column = synapses * sizeof(uint64_t);
  return (result_need){.passing = 2 * list + fmax(comm_swap_bytes(rank->ranks, list), column)};
}

/* The datasets of a group; all numbers take 8 bytes. */
typedef enum edge_column {
  SOURCE,
  TARGET,
  TYPE,
  GROUP,
  GROUP_INDEX,
  WEIGHT,
  DELAY,
  LAST_WEIGHT, /* of plastic projections only */
  COLUMN_COUNT
} edge_column;

static const char *const COLUMN_NAMES[COLUMN_COUNT] = {"source_node_id", "target_node_id",   "edge_type_id",
                                                       "edge_group_id",  "edge_group_index", "0/syn_weight",
                                                       "0/delay",        "0/syn_weight_last"};

/* Columns that a projection has: the first of the list. */
static size_t column_count(const loligo_projection *projection)
{
  return projection->plasticity ? COLUMN_COUNT : LAST_WEIGHT;
}

static hid_t column_type(edge_column column)
{
  return column == WEIGHT || column == DELAY || column == LAST_WEIGHT ? H5T_NATIVE_DOUBLE : H5T_NATIVE_UINT64;
}

static void column_path(char *path, const loligo_network *network, const loligo_projection *projection,
                        edge_column column)
{
  h5_path(path, "/edges/%s_to_%s_%s/%s", network->populations[projection->source].name,
          network->populations[projection->target].name, projection->name, COLUMN_NAMES[column]);
}

static void draft_projection(h5_draft *draft, const loligo_network *network, const loligo_projection *projection)
{
  const loligo_population *source = &network->populations[projection->source];
  const loligo_population *target = &network->populations[projection->target];
  rule_context context = rule_context_of(network, projection);
  h5_shape shape = {1, (uint64_t)ceil(projection->rule->expected(&context)), 1};
  char path[COLUMN_COUNT][H5_PATH_SIZE];
  for (edge_column column = 0; column < column_count(projection); column++) {
    column_path(path[column], network, projection, column);
    h5_draft_series(draft, path[column], column_type(column), shape);
  }
  h5_draft_text_attribute(draft, path[SOURCE], "node_population", source->name);
  h5_draft_text_attribute(draft, path[TARGET], "node_population", target->name);
  const char *unit = projection_weight_unit(network, projection);
  h5_draft_text_attribute(draft, path[WEIGHT], "units", unit);
  if (projection->plasticity) h5_draft_text_attribute(draft, path[LAST_WEIGHT], "units", unit);
  h5_draft_text_attribute(draft, path[DELAY], "units", "ms");
}

static loligo_status draft_file(const char *path, const loligo_network *network, const size_t *projections, size_t n,
                                const provenance *provenance)
{
  h5_draft draft;
  h5_draft_create(&draft, path);
  sonata_root(&draft);
  provenance_write(provenance, &draft);
  h5_draft_group(&draft, "/edges");
  for (size_t i = 0; i < n; i++) draft_projection(&draft, network, &network->projections[projections[i]]);
  return h5_draft_close(&draft);
}

loligo_status edge_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                 const size_t *projections, size_t n, const provenance *provenance, edge_recorder **out)
{
  *out = NULL;
  edge_recorder *recorder = memory_allocate(1, sizeof *recorder, "the recorder of synapses");
  char *path = output_path(directory, EDGE_RECORDER_FILE);
  loligo_status status = recorder && path ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK && context->rank == 0) status = draft_file(path, network, projections, n, provenance);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) {
    *recorder = (edge_recorder){.context = context, .network = network, .grid = time_grid_of(network->dt)};
    status = h5_file_open(&recorder->file, context, path);
  }
  memory_free(path);
  if (status == LOLIGO_OK) {
    *out = recorder;
  } else {
    memory_free(recorder);
  }
  return status;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
  return (a > b) - (a < b);
}

static int by_target_and_source(const void *left, const void *right)
{
  const loligo_synapse *a = left, *b = right;
  heartbeat_go_on(); /* sorting has no other place for it */
  if (a->target != b->target) return compare_numbers(a->target, b->target);
  if (a->source != b->source) return compare_numbers(a->source, b->source);
  if (a->delay != b->delay) return compare_numbers((uint64_t)a->delay, (uint64_t)b->delay);
  if (a->weight != b->weight) return a->weight > b->weight ? 1 : -1;
  return (a->weight_now > b->weight_now) - (a->weight_now < b->weight_now);
}

static uint64_t bits_of(double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* The 8 bytes of a column for the synapse at `position` of the sorted whole. */
static uint64_t value_of(edge_column column, const loligo_synapse *synapse, uint64_t position, time_grid grid)
{
  switch (column) {
  case SOURCE:
    return synapse->source;
  case TARGET:
    return synapse->target;
  case GROUP_INDEX:
    return position;
  case WEIGHT:
    return bits_of(synapse->weight);
  case LAST_WEIGHT:
    return bits_of(synapse->weight_now);
  case DELAY:
    return bits_of(time_grid_ms(grid, synapse->delay));
  default:
    return 0;
  }
}

static loligo_status open_columns(edge_recorder *recorder, const loligo_projection *projection, h5_series *columns)
{
  char path[H5_PATH_SIZE];
  for (edge_column column = 0; column < column_count(projection); column++) {
    column_path(path, recorder->network, projection, column);
    LOLIGO_TRY(h5_series_open(&columns[column], &recorder->file, path, column_type(column)));
  }
  return LOLIGO_OK;
}

static loligo_status write_columns(edge_recorder *recorder, const record_array *records, h5_series *columns,
                                   size_t n_columns)
{
  const loligo_synapse *synapses = records->items;
  uint64_t total;
  h5_block block = h5_block_of_rank(recorder->context, 0, records->n, &total);
  uint64_t *values = memory_allocate(records->n, sizeof *values, "synapses to write");
  loligo_status status = loligo_agree(recorder->context, values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = h5_series_extend(columns, n_columns, total);
  for (edge_column column = 0; column < n_columns && status == LOLIGO_OK; column++) {
    heartbeat_go_on();
    for (uint64_t i = 0; i < records->n; i++) values[i] = value_of(column, &synapses[i], block.row + i, recorder->grid);
    status = h5_series_write(&columns[column], block, values);
  }
  memory_free(values);
  return status;
}

loligo_status edge_recorder_write(edge_recorder *recorder, size_t projection, loligo_synapse *synapses, size_t n)
{
  const loligo_projection *written = &recorder->network->projections[projection];
  const size_t n_columns = column_count(written);
  record_array records = {.items = synapses, .n = n, .capacity = n};
  h5_series columns[COLUMN_COUNT] = {0};
  heartbeat_doing("writes synapses");
  loligo_status status = global_sort(recorder->context, &records, sizeof *synapses, by_target_and_source);
  if (status == LOLIGO_OK) status = open_columns(recorder, written, columns);
  if (status == LOLIGO_OK) status = write_columns(recorder, &records, columns, n_columns);
  for (edge_column column = 0; column < n_columns; column++) h5_series_close(&columns[column]);
  record_array_free(&records);
  return status;
}

loligo_status edge_recorder_close(edge_recorder *recorder, bool complete)
{
  if (!recorder) return LOLIGO_OK;
  loligo_status status = sonata_close(&recorder->file, complete);
  memory_free(recorder);
  return status;
}

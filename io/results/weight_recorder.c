/*
 * Synapses lie on the ranks of their targets: the columns of a cell follow from how many there are of cells before it.
 */
#include "io/results/weight_recorder.h"

#include <math.h>

#include "base/memory.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/hdf5/ragged.h"
#include "io/results/output.h"
#include "io/results/sonata.h"
#include "network/description.h"
#include "network/projection.h"
#include "sim/plasticity/weight_sampler.h"

static const char WHAT[] = "a recorder of weights";

typedef enum synapse_column { TARGET, SOURCE, DELAY, COLUMN_COUNT } synapse_column;

static const char *const COLUMN_NAMES[COLUMN_COUNT] = {"target_ids", "source_ids", "delay"};

struct weight_recorder {
  const loligo_context *context;
  const loligo_network *network;
  const weight_recording *recording;
  h5_file file;
  frames frames;
  frame_room room;
  uint64_t n_columns; /* synapses of all ranks */
  uint64_t *column;   /* [synapses of this rank] */
};

result_need weight_recording_need(const weight_recording *recording, const result_rank *rank)
{
  const weight_recorder *r = NULL;
  const double synapses = recording->synapses * result_rank_part(rank, recording->targets.population);
  const double frames = (double)frame_grid_within(&recording->clock.steps, rank->steps);
  const tiles_need tiles =
      tiles_expect(rank->ranks, (uint64_t)recording->synapses, (uint64_t)synapses, (uint64_t)fmax(frames, 1));
  return (result_need){.kept = weight_sampler_bytes(synapses, frames) + synapses * sizeof *r->column + tiles.bytes +
                               frame_room_bytes(tiles.most_numbers)};
}

void weight_recorder_name(char *name, const weight_recording *recording)
{
  h5_path(name, "%s.weight.h5", recording->name);
}

static const loligo_projection *projection_of(const weight_recorder *recorder)
{
  return &recorder->network->projections[recorder->recording->projection];
}

static void group_of(const weight_recorder *recorder, char *group)
{
  h5_path(group, "/report/%s", projection_of(recorder)->name);
}

/* -- columns -- */

/* Targets of this rank's synapses, each once, and how many synapses each has. */
typedef struct target_counts {
  uint64_t *index, *n, *first; /* [size] */
  uint64_t size;
} target_counts;

static void target_counts_free(target_counts *counts)
{
  memory_free(counts->index);
  memory_free(counts->n);
  memory_free(counts->first);
}

static loligo_status count_targets(const loligo_sampled_synapses *synapses, target_counts *counts)
{
  *counts = (target_counts){.index = memory_allocate(synapses->n, sizeof *counts->index, WHAT),
                            .n = memory_allocate(synapses->n, sizeof *counts->n, WHAT),
                            .first = memory_allocate(synapses->n, sizeof *counts->first, WHAT)};
  if (!counts->index || !counts->n || !counts->first) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < synapses->n; i++) {
    if (i == 0 || synapses->target[i] != synapses->target[i - 1]) counts->index[counts->size++] = synapses->target[i];
    counts->n[counts->size - 1]++;
  }
  return LOLIGO_OK;
}

static void number_columns(const target_counts *counts, uint64_t *column)
{
  for (uint64_t c = 0; c < counts->size; c++)
    for (uint64_t k = 0; k < counts->n[c]; k++) *column++ = counts->first[c] + k;
}

/* Collective. */
static loligo_status find_columns(weight_recorder *recorder, const loligo_sampled_synapses *synapses)
{
  const uint64_t n_cells = recorder->network->populations[projection_of(recorder)->target].size;
  target_counts counts;
  loligo_status status = count_targets(synapses, &counts);
  recorder->column = memory_allocate(synapses->n, sizeof *recorder->column, WHAT);
  status = loligo_agree(recorder->context, recorder->column ? status : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK)
    status = ragged_places(recorder->context, n_cells, counts.size, counts.index, counts.n, counts.first,
                           &recorder->n_columns);
  if (status == LOLIGO_OK) number_columns(&counts, recorder->column);
  target_counts_free(&counts);
  return status;
}

/* -- the file -- */

static hid_t column_type(synapse_column column)
{
  return column == DELAY ? H5T_NATIVE_DOUBLE : H5T_NATIVE_UINT64;
}

static void column_path(const char *group, synapse_column column, char *path)
{
  h5_path(path, "%s/mapping/%s", group, COLUMN_NAMES[column]);
}

static void draft_columns(const weight_recorder *recorder, const char *group, h5_draft *draft)
{
  const loligo_projection *projection = projection_of(recorder);
  const loligo_population *populations = recorder->network->populations;
  char path[COLUMN_COUNT][H5_PATH_SIZE];
  for (synapse_column c = 0; c < COLUMN_COUNT; c++) {
    column_path(group, c, path[c]);
    h5_draft_series(draft, path[c], column_type(c), (h5_shape){1, recorder->n_columns, 1});
  }
  h5_draft_text_attribute(draft, path[TARGET], "node_population", populations[projection->target].name);
  h5_draft_text_attribute(draft, path[SOURCE], "node_population", populations[projection->source].name);
  h5_draft_text_attribute(draft, path[DELAY], "units", "ms");
}

static loligo_status draft_file(const weight_recorder *recorder, const char *path, unsigned n_parts,
                                const provenance *provenance)
{
  const char *unit = projection_weight_unit(recorder->network, projection_of(recorder));
  char group[H5_PATH_SIZE];
  h5_draft draft;
  h5_draft_create(&draft, path);
  sonata_root(&draft);
  provenance_write(provenance, &draft);
  group_of(recorder, group);
  frames_draft(&draft, group, &recorder->frames.clock, false, unit, recorder->n_columns, n_parts);
  draft_columns(recorder, group, &draft);
  return h5_draft_close(&draft);
}

/* This rank's numbers of a column; all take 8 bytes. */
static void fill_column(const weight_recorder *recorder, const loligo_sampled_synapses *synapses, synapse_column column,
                        uint64_t *values)
{
  double *delay = (double *)values;
  for (size_t i = 0; i < synapses->n; i++) {
    if (column == DELAY)
      delay[i] = time_grid_ms(recorder->frames.clock.grid, synapses->delay[i]);
    else
      values[i] = column == TARGET ? synapses->target[i] : synapses->source[i];
  }
}

static loligo_status write_column(weight_recorder *recorder, const loligo_sampled_synapses *synapses, const char *group,
                                  synapse_column column, uint64_t *values)
{
  const tiles *tiles = &recorder->frames.tiles;
  const tile own = tiles_of_rank(tiles, recorder->context->rank, 1);
  char path[H5_PATH_SIZE];
  h5_series series = {0};
  column_path(group, column, path);
  fill_column(recorder, synapses, column, values);
  tiles_exchange(tiles, 1, values, recorder->room.wide);
  loligo_status status = h5_series_open(&series, &recorder->file, path, column_type(column));
  if (status == LOLIGO_OK) status = h5_series_extend(&series, 1, recorder->n_columns);
  if (status == LOLIGO_OK)
    status = h5_series_write(&series, (h5_block){own.column, own.rows * own.columns, 0, 1}, recorder->room.wide);
  if (series.file) h5_series_close(&series);
  return status;
}

static loligo_status write_columns(weight_recorder *recorder, const loligo_sampled_synapses *synapses,
                                   const char *group)
{
  uint64_t *values = memory_allocate(synapses->n, sizeof *values, WHAT);
  loligo_status status = values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK) status = frame_room_init(&recorder->room, frames_most_numbers(&recorder->frames));
  status = loligo_agree(recorder->context, status);
  for (synapse_column c = 0; c < COLUMN_COUNT && status == LOLIGO_OK; c++)
    status = write_column(recorder, synapses, group, c, values);
  memory_free(values);
  return status;
}

static loligo_status open_file(weight_recorder *recorder, const char *path, const weight_recorder_spec *spec,
                               const provenance *provenance)
{
  const loligo_context *context = recorder->context;
  char group[H5_PATH_SIZE];
  loligo_status status = path ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK && context->rank == 0) status = draft_file(recorder, path, spec->n_parts, provenance);
  LOLIGO_TRY(loligo_agree(context, status));
  LOLIGO_TRY(h5_file_open(&recorder->file, context, path));
  group_of(recorder, group);
  LOLIGO_TRY(frames_open_data(&recorder->frames, &recorder->file, group));
  LOLIGO_TRY(
      frames_open_columns(&recorder->frames, context, recorder->n_columns, spec->synapses.n, recorder->column, 0));
  return write_columns(recorder, &spec->synapses, group);
}

loligo_status weight_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                   const weight_recorder_spec *spec, const provenance *provenance,
                                   weight_recorder **out)
{
  char name[H5_PATH_SIZE];
  *out = NULL;
  weight_recorder *recorder = memory_allocate(1, sizeof *recorder, WHAT);
  LOLIGO_TRY(loligo_agree(context, recorder ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  *recorder = (weight_recorder){.context = context, .network = network, .recording = spec->recording};
  recorder->file.id = H5I_INVALID_HID;
  recorder->frames.clock = spec->recording->clock;
  recorder->frames.writer = FRAMES_SHARED;
  weight_recorder_name(name, spec->recording);
  char *path = output_path(directory, name);
  loligo_status status = find_columns(recorder, &spec->synapses);
  if (status == LOLIGO_OK) status = open_file(recorder, path, spec, provenance);
  memory_free(path);
  if (status == LOLIGO_OK)
    *out = recorder;
  else
    weight_recorder_close(recorder, false);
  return status;
}

loligo_status weight_recorder_write(weight_recorder *recorder, const loligo_samples *samples, bool stays_open)
{
  if (samples->n_frames == 0) return LOLIGO_OK;
  LOLIGO_TRY(frames_write(&recorder->frames, &recorder->room, samples));
  return stays_open ? h5_file_publish(&recorder->file) : LOLIGO_OK;
}

loligo_status weight_recorder_append(weight_recorder *recorder, const char *path)
{
  LOLIGO_TRY(frames_append(&recorder->frames, path));
  return h5_file_flush(&recorder->file);
}

uint64_t weight_recorder_written(const weight_recorder *recorder)
{
  return recorder->frames.data.rows;
}

loligo_status weight_recorder_close(weight_recorder *recorder, bool complete)
{
  if (!recorder) return LOLIGO_OK;
  frames_close(&recorder->frames);
  loligo_status status = sonata_close(&recorder->file, complete);
  frame_room_free(&recorder->room);
  memory_free(recorder->column);
  memory_free(recorder);
  return status;
}

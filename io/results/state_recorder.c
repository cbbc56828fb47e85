/*
 * Purpose: write traces of state variables as SONATA reports.
 *
 * Frames come as the columns of each rank's cells; tiles turn them into rectangles, which are appended as they are. The
 * times of the frames follow from mapping/time = (start, stop, step), whose stop moves on with each flush. A file of
 * few cells is one rank's alone, to which the others send theirs: there may be many such files, and opening one
 * together takes some fifty messages. Layout: SONATA developer guide, github.com/AllenInstitute/sonata, and what
 * libsonata and bmtk read.
 */
#include "io/results/state_recorder.h"

#include <math.h>
#include <stdio.h>

#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_append.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/hdf5/h5_read.h"
#include "io/hdf5/tiles.h"
#include "io/results/output.h"
#include "io/results/sonata.h"
#include "io/results/time_grid.h"
#include "model/neuron/model.h"
#include "network/description.h"

enum { SHARED = -1 };

uint64_t state_recorder_few_cells = 4096;

#define TOLERANCE_MS 1e-6 /* of libsonata where it looks for the last frame */

/* What a file holds of one population. */
typedef struct state_report {
  h5_series data, time;
  tiles tiles;
} state_report;

struct state_recorder {
  const loligo_context *context;
  int writer; /* the rank that has the file; SHARED: all have it */
  const state_recording *recording;
  h5_file file;
  state_report *reports; /* [targets.n] */
  double *frames;        /* [tiles_most_numbers() of any] this rank's tile of some rows */
  float *narrow;         /* the same in single precision */
  time_grid grid;
  uint64_t first_frame; /* of the recording, in row 0 */
  bool has_warning;
  char warning[512];
};

/* Where one rank has the file, nobody is with it. */
static const loligo_context *context_of_file(const state_recorder *recorder)
{
  static loligo_context alone = {.size = 1};
  alone.comm = MPI_COMM_SELF;
  return recorder->writer == SHARED ? recorder->context : &alone;
}

/* Whether this rank has the file. */
static bool has_file(const state_recorder *recorder)
{
  return recorder->writer == SHARED || recorder->writer == recorder->context->rank;
}

/* Outcome of what the ranks that have the file did together. Collective. */
static loligo_status agree(const state_recorder *recorder, loligo_status status)
{
  return recorder->writer == SHARED ? status : loligo_agree(recorder->context, status);
}

static int choose_writer(const loligo_context *context, const state_recorder_spec *spec)
{
  uint64_t n = 0;
  for (size_t i = 0; i < spec->recording->targets.n; i++) n += selection_count(&spec->recording->targets.items[i]);
  return n > state_recorder_few_cells || context->size == 1 ? SHARED : (int)(spec->number % (size_t)context->size);
}

uint64_t state_recorder_frames(const state_recording *recording)
{
  if (recording->stop <= recording->start) return 0;
  return (uint64_t)((recording->stop - recording->start - 1) / recording->every + 1);
}

/* (start, stop, step) in ms of n frames from frame `first` of the recording on. */
static void frame_times(const state_recording *recording, time_grid grid, uint64_t first, uint64_t n, double times[3])
{
  times[0] = time_grid_ms(grid, recording->start + (int64_t)first * recording->every);
  times[2] = time_grid_ms(grid, recording->every);
  times[1] = times[0] + (double)n * times[2];
}

bool state_recorder_times_drift(double start_ms, double step_ms, uint64_t n_frames)
{
  double scaled = ldexp(step_ms, 20);
  if (scaled == round(scaled)) return false;
  double stop = start_ms + (double)n_frames * step_ms;
  uint64_t n = 0;
  for (double t = start_ms; t < stop - TOLERANCE_MS && n <= n_frames; t += step_ms) n++;
  return n != n_frames;
}

static void warn_of_drift(state_recorder *recorder, const char *name)
{
  double times[3];
  uint64_t n = state_recorder_frames(recorder->recording);
  frame_times(recorder->recording, recorder->grid, 0, n, times);
  recorder->has_warning = state_recorder_times_drift(times[0], times[2], n);
  snprintf(recorder->warning, sizeof recorder->warning,
           "%.255s: readers that add up the step of %g ms miscount the frames; record at 0.125, 0.25, 0.5 or 1 ms, "
           "or for a "
           "shorter time",
           name, times[2]);
}

/* element_ids and element_pos, all 0: a cell is one element. */
static void draft_elements(h5_draft *draft, const char *group, uint64_t n)
{
  char path[H5_PATH_SIZE];
  h5_path(path, "%s/element_ids", group);
  h5_draft_zeros(draft, path, H5T_NATIVE_UINT32, n);
  h5_path(path, "%s/element_pos", group);
  h5_draft_zeros(draft, path, H5T_NATIVE_FLOAT, n);
}

/* The indices of the selected cells. */
static void draft_cells(h5_draft *draft, const char *path, const loligo_selection *target)
{
  const uint64_t n = selection_count(target);
  if (target->n_stretches == 0) {
    h5_draft_count(draft, path, target->first, n);
    return;
  }
  uint64_t *cells = memory_allocate(n, sizeof *cells, "recorded cells");
  if (!cells && draft->status == LOLIGO_OK) draft->status = LOLIGO_MACHINE_ERROR;
  for (uint64_t i = 0; cells && i < n; i++) cells[i] = selection_cell(target, i);
  if (cells) h5_draft_array(draft, path, H5T_NATIVE_UINT64, n, cells);
  memory_free(cells);
}

static void draft_mapping(h5_draft *draft, const char *group, const state_recorder *recorder,
                          const loligo_selection *target)
{
  char path[H5_PATH_SIZE], link[H5_PATH_SIZE];
  double times[3];
  const uint64_t n = selection_count(target);
  h5_path(path, "%s/node_ids", group);
  draft_cells(draft, path, target);
  h5_draft_attribute(draft, path, "sorted", H5T_NATIVE_UINT8, 0, &(uint8_t){1});
  h5_path(path, "%s/index_pointers", group);
  h5_draft_count(draft, path, 0, n + 1);
  h5_path(link, "%s/index_pointer", group);
  h5_draft_link(draft, path, link);
  draft_elements(draft, group, n);
  frame_times(recorder->recording, recorder->grid, 0, 0, times);
  h5_path(path, "%s/time", group);
  h5_draft_array(draft, path, H5T_NATIVE_DOUBLE, 3, times);
  h5_draft_text_attribute(draft, path, "units", "ms");
}

static size_t variable_of(const state_recording *recording, size_t variable, size_t target)
{
  return recording->variables[variable * recording->targets.n + target];
}

static hid_t data_type(const state_recording *recording)
{
  return recording->float64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
}

static void draft_report(h5_draft *draft, const state_recorder *recorder, const loligo_network *network,
                         const state_recorder_spec *spec, size_t number)
{
  const state_recording *recording = recorder->recording;
  const loligo_selection *target = &recording->targets.items[number];
  const loligo_population *population = &network->populations[target->population];
  const loligo_variable *variable = &population->model->variables[variable_of(recording, spec->variable, number)];
  const uint64_t expected = state_recorder_frames(recording) / (spec->n_parts ? spec->n_parts : 1);
  const h5_shape shape = {2, expected, selection_count(target)};
  char inner[H5_PATH_SIZE];
  h5_path(inner, "/report/%s/data", population->name);
  h5_draft_series(draft, inner, data_type(recording), shape);
  h5_draft_text_attribute(draft, inner, "units", *variable->unit ? variable->unit : "1");
  h5_path(inner, "/report/%s/mapping", population->name);
  draft_mapping(draft, inner, recorder, target);
}

static loligo_status draft_file(const state_recorder *recorder, const char *path, const loligo_network *network,
                                const state_recorder_spec *spec, const provenance *provenance)
{
  h5_draft draft;
  h5_draft_create(&draft, path);
  sonata_root(&draft);
  provenance_write(provenance, &draft);
  for (size_t i = 0; i < recorder->recording->targets.n; i++) draft_report(&draft, recorder, network, spec, i);
  return h5_draft_close(&draft);
}

static loligo_status open_series(state_recorder *recorder, state_report *report, const char *population)
{
  char path[H5_PATH_SIZE];
  h5_path(path, "/report/%s/data", population);
  LOLIGO_TRY(h5_series_open(&report->data, &recorder->file, path, data_type(recorder->recording)));
  h5_path(path, "/report/%s/mapping/time", population);
  return h5_series_open(&report->time, &recorder->file, path, H5T_NATIVE_DOUBLE);
}

static loligo_status init_tiles(const state_recorder *recorder, uint64_t n, const loligo_samples *cells,
                                const uint64_t *column, uint64_t first, tiles *tiles)
{
  const loligo_context *context = recorder->context;
  if (recorder->writer == SHARED) return tiles_init(tiles, context, n, cells->n_cells, column, first, TILES_COLUMNS);
  return tiles_init_on(tiles, context, recorder->writer, n, cells->n_cells, column, first);
}

/* Tiles of the columns that selected cells have in the file. */
static loligo_status open_tiles(const state_recorder *recorder, const loligo_selection *target,
                                const loligo_samples *cells, tiles *tiles)
{
  const uint64_t n = selection_count(target);
  if (target->n_stretches == 0) return init_tiles(recorder, n, cells, cells->index, target->first, tiles);
  uint64_t *column = memory_allocate(cells->n_cells, sizeof *column, "recorded cells");
  for (size_t i = 0; column && i < cells->n_cells; i++) column[i] = selection_before(target, cells->index[i]);
  loligo_status status = loligo_agree(recorder->context, column ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = init_tiles(recorder, n, cells, column, 0, tiles);
  memory_free(column);
  return status;
}

static loligo_status open_all_tiles(state_recorder *recorder, const state_recorder_spec *spec)
{
  uint64_t most = 0;
  for (size_t i = 0; i < recorder->recording->targets.n; i++) {
    const loligo_selection *target = &recorder->recording->targets.items[i];
    state_report *report = &recorder->reports[i];
    LOLIGO_TRY(open_tiles(recorder, target, &spec->cells[i], &report->tiles));
    const uint64_t numbers = tiles_most_numbers(&report->tiles);
    if (numbers > most) most = numbers;
  }
  recorder->frames = memory_allocate(most, sizeof *recorder->frames, "recorded states to write");
  recorder->narrow = memory_allocate(most, sizeof *recorder->narrow, "recorded states to write");
  return loligo_agree(recorder->context, recorder->frames && recorder->narrow ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

/* Makes the file and opens it, on the ranks that have it. */
static loligo_status make_file(state_recorder *recorder, const char *path, const loligo_network *network,
                               const state_recorder_spec *spec, const provenance *provenance)
{
  const loligo_context *context = context_of_file(recorder);
  loligo_status status = path ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK && context->rank == 0) status = draft_file(recorder, path, network, spec, provenance);
  LOLIGO_TRY(loligo_agree(context, status));
  LOLIGO_TRY(h5_file_open(&recorder->file, context, path));
  for (size_t i = 0; i < recorder->recording->targets.n; i++) {
    const size_t population = recorder->recording->targets.items[i].population;
    LOLIGO_TRY(open_series(recorder, &recorder->reports[i], network->populations[population].name));
  }
  return LOLIGO_OK;
}

static loligo_status open_file(state_recorder *recorder, const char *path, const loligo_network *network,
                               const state_recorder_spec *spec, const provenance *provenance)
{
  loligo_status status = recorder->reports ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(loligo_agree(recorder->context, status));
  if (has_file(recorder)) status = make_file(recorder, path, network, spec, provenance);
  LOLIGO_TRY(agree(recorder, status));
  return open_all_tiles(recorder, spec);
}

void state_recorder_name(char *name, const loligo_network *network, const state_recording *recording, size_t variable)
{
  const loligo_model *model = network->populations[recording->targets.items[0].population].model;
  h5_path(name, "%s.%s.h5", recording->name, model->variables[variable_of(recording, variable, 0)].name);
}

loligo_status state_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                  const state_recorder_spec *spec, const provenance *provenance, state_recorder **out)
{
  *out = NULL;
  state_recorder *recorder = memory_allocate(1, sizeof *recorder, "a recorder of states");
  LOLIGO_TRY(loligo_agree(context, recorder ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  char name[H5_PATH_SIZE];
  state_recorder_name(name, network, spec->recording, spec->variable);
  recorder->context = context;
  recorder->recording = spec->recording;
  recorder->writer = choose_writer(context, spec);
  recorder->file.id = H5I_INVALID_HID;
  recorder->grid = time_grid_of(network->dt);
  recorder->reports = memory_allocate(spec->recording->targets.n, sizeof *recorder->reports, "a recorder of states");
  warn_of_drift(recorder, name);
  char *path = output_path(directory, name);
  loligo_status status = open_file(recorder, path, network, spec, provenance);
  memory_free(path);
  if (status == LOLIGO_OK) {
    *out = recorder;
  } else {
    state_recorder_close(recorder, false);
  }
  return status;
}

/* Writes this rank's tile of some frames, from row `first` of the file on. */
static loligo_status write_tile(state_recorder *recorder, const state_report *report, uint64_t first, tile own)
{
  h5_block block = {first + own.row, own.rows, own.column, own.columns};
  if (recorder->recording->float64) return h5_series_put(&report->data, block, recorder->frames);
  uint64_t n = own.rows * own.columns;
  for (uint64_t i = 0; i < n; i++) recorder->narrow[i] = (float)recorder->frames[i];
  return h5_series_put(&report->data, block, recorder->narrow);
}

static loligo_status write_times(state_recorder *recorder, state_report *report)
{
  double times[3];
  frame_times(recorder->recording, recorder->grid, recorder->first_frame, report->data.rows, times);
  return h5_series_write(&report->time, (h5_block){0, context_of_file(recorder)->rank == 0 ? 3 : 0, 0, 1}, times);
}

/* Makes room for frames; who has no file counts them. */
static loligo_status extend(const state_recorder *recorder, state_report *report, uint64_t n)
{
  if (has_file(recorder)) return h5_series_extend(&report->data, 1, n);
  report->data.rows += n;
  return LOLIGO_OK;
}

/* Moves all frames, whatever this rank fails in, and writes its own tiles. Collective, but for errors. */
static loligo_status write_frames(state_recorder *recorder, const state_report *report, const loligo_samples *samples,
                                  loligo_status status)
{
  const uint64_t n = samples->n_frames, first = report->data.rows - n, most = report->tiles.rows_at_once;
  for (uint64_t done = 0; done < n; done += most) {
    const uint64_t rows = least(n - done, most);
    const tile own = tiles_of_rank(&report->tiles, recorder->context->rank, rows);
    tiles_exchange(&report->tiles, rows, samples->values + done * samples->n_cells, recorder->frames);
    if (status == LOLIGO_OK && has_file(recorder)) status = write_tile(recorder, report, first + done, own);
  }
  return status;
}

static loligo_status write_report(state_recorder *recorder, state_report *report, const loligo_samples *samples)
{
  recorder->first_frame = (uint64_t)samples->first_frame - report->data.rows;
  const loligo_status room = extend(recorder, report, samples->n_frames);
  if (recorder->writer == SHARED) LOLIGO_TRY(room);
  const loligo_status status = write_frames(recorder, report, samples, room);
  if (room != LOLIGO_OK || !has_file(recorder)) return status;
  LOLIGO_TRY(h5_file_agree(&recorder->file, status));
  return write_times(recorder, report);
}

/* A rank that has a file of its own goes on after an error, since the others send it their frames. */
static loligo_status write_reports(state_recorder *recorder, const loligo_samples *samples)
{
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < recorder->recording->targets.n; i++) {
    const loligo_status written = write_report(recorder, &recorder->reports[i], &samples[i]);
    if (recorder->writer == SHARED) LOLIGO_TRY(written);
    if (status == LOLIGO_OK) status = written;
  }
  return status == LOLIGO_OK && has_file(recorder) ? h5_file_publish(&recorder->file) : status;
}

loligo_status state_recorder_write(state_recorder *recorder, const loligo_samples *samples)
{
  if (samples->n_frames == 0) return LOLIGO_OK;
  return agree(recorder, write_reports(recorder, samples));
}

static loligo_status append(state_recorder *recorder, const char *path)
{
  for (size_t i = 0; i < recorder->recording->targets.n; i++) {
    state_report *report = &recorder->reports[i];
    LOLIGO_TRY(h5_series_append(&report->data, 1, state_recorder_frames(recorder->recording), path));
    LOLIGO_TRY(write_times(recorder, report));
  }
  return h5_file_flush(&recorder->file);
}

loligo_status state_recorder_append(state_recorder *recorder, const char *path)
{
  const loligo_status status = has_file(recorder) ? append(recorder, path) : LOLIGO_OK;
  LOLIGO_TRY(agree(recorder, status));
  if (recorder->writer == SHARED) return LOLIGO_OK;
  for (size_t i = 0; i < recorder->recording->targets.n; i++)
    MPI_Bcast(&recorder->reports[i].data.rows, 1, MPI_UINT64_T, recorder->writer, recorder->context->comm);
  return LOLIGO_OK;
}

uint64_t state_recorder_written(const state_recorder *recorder)
{
  return recorder->reports[0].data.rows;
}

loligo_status state_recorder_count(const char *path, const char *population, uint64_t *n)
{
  char inner[H5_PATH_SIZE];
  h5_reader reader;
  uint64_t extent[2] = {0, 0};
  h5_path(inner, "/report/%s/data", population);
  loligo_status status = h5_reader_open(&reader, path);
  if (status == LOLIGO_OK) status = h5_read_extent(&reader, inner, H5T_NATIVE_DOUBLE, 2, extent);
  h5_reader_close(&reader);
  *n = extent[0];
  return status;
}

loligo_status state_recorder_close(state_recorder *recorder, bool complete)
{
  if (!recorder) return LOLIGO_OK;
  for (size_t i = 0; recorder->reports && i < recorder->recording->targets.n; i++) {
    h5_series_close(&recorder->reports[i].data);
    h5_series_close(&recorder->reports[i].time);
    tiles_free(&recorder->reports[i].tiles);
  }
  const loligo_status status = agree(recorder, sonata_close(&recorder->file, complete));
  memory_free(recorder->reports);
  memory_free(recorder->narrow);
  memory_free(recorder->frames);
  memory_free(recorder);
  return status;
}

const char *state_recorder_warning(const state_recorder *recorder)
{
  return recorder->has_warning ? recorder->warning : NULL;
}

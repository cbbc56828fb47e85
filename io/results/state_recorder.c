/*
 * Purpose: write traces of state variables as SONATA reports.
 *
 * The times of the frames follow from mapping/time = (start, stop, step), whose stop moves on with each flush. A file
 * of few cells is one rank's alone, to which the others send theirs: there may be many such files, and opening one
 * together takes some fifty messages. Layout: SONATA developer guide, github.com/AllenInstitute/sonata, and what
 * libsonata and bmtk read.
 */
#include "io/results/state_recorder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/hdf5/h5_read.h"
#include "io/results/output.h"
#include "io/results/report_cells.h"
#include "io/results/sonata.h"
#include "model/neuron/model.h"
#include "network/description.h"
#include "sim/cells/sampler.h"

uint64_t state_recorder_few_cells = 4096;

#define TOLERANCE_MS 1e-6 /* of libsonata where it looks for the last frame */

struct state_recorder {
  const loligo_context *context;
  int writer; /* the rank that has the file; FRAMES_SHARED: all have it */
  const state_recording *recording;
  h5_file file;
  report_cells *cells; /* [n_reports] */
  frames *reports;     /* [n_reports] */
  size_t n_reports;
  report_join join;
  frame_room room;
  bool has_warning;
  char warning[512];
};

/* -- what it takes -- */

static const double FILE_BYTES = 600e3; /* of HDF5 and MPI for an open file, whatever it holds */

double state_recording_numbers(const state_recording *recording, size_t variable)
{
  double numbers = 0;
  for (size_t t = 0; t < recording->targets.n; t++)
    numbers +=
        (double)selection_count(&recording->targets.items[t]) * (double)state_columns_of(recording, variable, t)->n;
  return numbers;
}

/* Whether all ranks have the file together. */
static bool is_shared(const state_recording *recording, int ranks)
{
  uint64_t n = 0;
  for (size_t i = 0; i < recording->targets.n; i++) n += selection_count(&recording->targets.items[i]);
  return n > state_recorder_few_cells || ranks == 1;
}

result_need state_recording_need(const state_recording *recording, size_t variable, const result_rank *rank)
{
  const double frames = (double)frame_grid_within(&recording->clock.steps, rank->steps);
  double bytes = is_shared(recording, rank->ranks) ? FILE_BYTES : FILE_BYTES / rank->ranks;
  uint64_t most = 0;
  for (size_t t = 0; t < recording->targets.n; t++) {
    const loligo_selection *target = &recording->targets.items[t];
    const size_t n_each = state_columns_of(recording, variable, t)->n;
    const double cells = result_rank_cells(rank, target);
    const tiles_need tiles = tiles_expect(rank->ranks, selection_count(target) * n_each,
                                          (uint64_t)(cells * (double)n_each), (uint64_t)frames);
    bytes += sampler_bytes(cells, (double)n_each, frames, target->n_stretches > 0) + tiles.bytes;
    most = largest(most, tiles.most_numbers);
  }
  return (result_need){.kept = bytes + frame_room_bytes(most)};
}

/* -- who has the file -- */

/* Where one rank has the file, nobody is with it. */
static const loligo_context *context_of_file(const state_recorder *recorder)
{
  static loligo_context alone = {.size = 1};
  alone.comm = MPI_COMM_SELF;
  return recorder->writer == FRAMES_SHARED ? recorder->context : &alone;
}

static bool has_file(const state_recorder *recorder)
{
  return frames_has_file(recorder->writer, recorder->context);
}

/* Outcome of what the ranks that have the file did together. Collective. */
static loligo_status agree(const state_recorder *recorder, loligo_status status)
{
  return recorder->writer == FRAMES_SHARED ? status : loligo_agree(recorder->context, status);
}

static int choose_writer(const loligo_context *context, const state_recorder_spec *spec)
{
  return is_shared(spec->recording, context->size) ? FRAMES_SHARED : (int)(spec->number % (size_t)context->size);
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
  const frame_clock *clock = &recorder->recording->clock;
  const uint64_t n = frame_clock_count(clock);
  frame_clock_times(clock, 0, n, times);
  recorder->has_warning = state_recorder_times_drift(times[0], times[2], n);
  snprintf(recorder->warning, sizeof recorder->warning,
           "%.255s: readers that add up the step of %g ms miscount the frames; record at 0.125, 0.25, 0.5 or 1 ms, "
           "or for a "
           "shorter time",
           name, times[2]);
}

/* The numbers of cells. */
static void fill_cells(const void *mapped, uint64_t from, size_t n, void *values)
{
  uint64_t *cells = values;
  for (size_t i = 0; i < n; i++) cells[i] = report_cells_row(mapped, from + i).node_id;
}

/* Where the columns of each cell begin. */
static void fill_pointers(const void *mapped, uint64_t from, size_t n, void *values)
{
  const report_cells *own = mapped;
  uint64_t *pointers = values;
  for (size_t i = 0; i < n; i++)
    pointers[i] = from + i < own->n_rows ? report_cells_row(own, from + i).before : own->n_columns;
}

/* Fills values from column `from` of the whole report on, those of one cell after the other: each by `put`. */
static void fill_columns(const report_cells *own, uint64_t from, size_t n,
                         void (*put)(const state_columns *columns, size_t k, void *values, size_t i), void *values)
{
  uint64_t row = report_cells_row_of(own, from);
  for (size_t i = 0; i < n; row++) {
    const report_row cell = report_cells_row(own, row);
    const state_columns *columns = report_cells_columns(own, cell.target);
    for (size_t k = from + i - cell.before; k < columns->n && i < n; k++, i++) put(columns, k, values, i);
  }
}

static void put_element(const state_columns *columns, size_t k, void *values, size_t i)
{
  ((uint32_t *)values)[i] = columns->elements ? (uint32_t)columns->elements[k] : 0;
}

static void fill_elements(const void *mapped, uint64_t from, size_t n, void *values)
{
  fill_columns(mapped, from, n, put_element, values);
}

/* The middle of a compartment, or where that lies in its section. */
static void put_place(const state_columns *columns, size_t k, void *values, size_t i)
{
  ((float *)values)[i] = columns->places ? (float)columns->places[k] : 0.5F;
}

static void fill_places(const void *mapped, uint64_t from, size_t n, void *values)
{
  fill_columns(mapped, from, n, put_place, values);
}

/* element_ids and element_pos: numbers of compartments and their middles, or 0 of a cell that is one element. */
static void draft_elements(h5_draft *draft, const char *group, const report_cells *mapped)
{
  char ids[H5_PATH_SIZE], places[H5_PATH_SIZE];
  const uint64_t n = mapped->n_columns;
  h5_path(ids, "%s/element_ids", group);
  h5_path(places, "%s/element_pos", group);
  if (report_cells_columns(mapped, mapped->target)->elements) {
    h5_draft_pieces(draft, ids, H5T_NATIVE_UINT32, n, fill_elements, mapped);
    h5_draft_pieces(draft, places, H5T_NATIVE_FLOAT, n, fill_places, mapped);
  } else {
    h5_draft_zeros(draft, ids, H5T_NATIVE_UINT32, n);
    h5_draft_zeros(draft, places, H5T_NATIVE_FLOAT, n);
  }
}

static void draft_mapping(h5_draft *draft, const char *group, const report_cells *mapped)
{
  char path[H5_PATH_SIZE], link[H5_PATH_SIZE];
  h5_path(path, "%s/node_ids", group);
  h5_draft_pieces(draft, path, H5T_NATIVE_UINT64, mapped->n_rows, fill_cells, mapped);
  h5_draft_attribute(draft, path, "sorted", H5T_NATIVE_UINT8, 0, &(uint8_t){1});
  h5_path(path, "%s/index_pointers", group);
  h5_draft_pieces(draft, path, H5T_NATIVE_UINT64, mapped->n_rows + 1, fill_pointers, mapped);
  h5_path(link, "%s/index_pointer", group);
  h5_draft_link(draft, path, link);
  draft_elements(draft, group, mapped);
}

static void draft_report(h5_draft *draft, const state_recorder *recorder, const loligo_network *network,
                         const state_recorder_spec *spec, const report_cells *cells)
{
  const state_recording *recording = recorder->recording;
  const loligo_population *population = &network->populations[recording->targets.items[cells->target].population];
  const loligo_variable *variable =
      &population->model->variables[report_cells_columns(cells, cells->target)->variables[0]];
  char group[H5_PATH_SIZE], mapping[H5_PATH_SIZE];
  h5_path(group, "/report/%s", cells->name);
  frames_draft(draft, group, &recorder->recording->clock, recording->float64, *variable->unit ? variable->unit : "1",
               cells->n_columns, spec->n_parts);
  h5_path(mapping, "/report/%s/mapping", cells->name);
  draft_mapping(draft, mapping, cells);
}

static loligo_status draft_file(const state_recorder *recorder, const char *path, const loligo_network *network,
                                const state_recorder_spec *spec, const provenance *provenance)
{
  h5_draft draft;
  h5_draft_create(&draft, path);
  sonata_root(&draft);
  provenance_write(provenance, &draft);
  for (size_t i = 0; i < recorder->n_reports; i++) draft_report(&draft, recorder, network, spec, &recorder->cells[i]);
  return h5_draft_close(&draft);
}

/* Columns of this rank in the file; those of all cells of a population, one each, need no list. */
static loligo_status open_columns(const state_recorder *recorder, const report_cells *cells,
                                  const loligo_samples *samples, frames *report)
{
  const loligo_context *context = recorder->context;
  const loligo_selection *target = &recorder->recording->targets.items[cells->target];
  const loligo_samples *own = &samples[cells->target];
  if (!cells->rows && target->n_stretches == 0 && cells->n_columns == cells->n_rows)
    return frames_open_columns(report, context, cells->n_columns, own->n_cells, own->index, target->first);
  uint64_t *column, n;
  loligo_status status = loligo_agree(context, report_cells_find(cells, samples, &column, &n));
  if (status == LOLIGO_OK) status = frames_open_columns(report, context, cells->n_columns, n, column, 0);
  memory_free(column);
  return status;
}

static loligo_status open_all_columns(state_recorder *recorder, const state_recorder_spec *spec)
{
  uint64_t most = 0;
  for (size_t i = 0; i < recorder->n_reports; i++) {
    frames *report = &recorder->reports[i];
    LOLIGO_TRY(open_columns(recorder, &recorder->cells[i], spec->cells, report));
    const uint64_t numbers = frames_most_numbers(report);
    if (numbers > most) most = numbers;
  }
  return loligo_agree(recorder->context, frame_room_init(&recorder->room, most));
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
  for (size_t i = 0; i < recorder->n_reports; i++) {
    char group[H5_PATH_SIZE];
    h5_path(group, "/report/%s", recorder->cells[i].name);
    LOLIGO_TRY(frames_open_data(&recorder->reports[i], &recorder->file, group));
  }
  return LOLIGO_OK;
}

static loligo_status make_reports(state_recorder *recorder, const loligo_network *network,
                                  const state_recorder_spec *spec)
{
  const size_t n = report_cells_count(network, spec->recording);
  recorder->reports = memory_allocate(n, sizeof *recorder->reports, "a recorder of states");
  recorder->cells = memory_allocate(n, sizeof *recorder->cells, "a recorder of states");
  if (!recorder->reports || !recorder->cells) return LOLIGO_MACHINE_ERROR;
  recorder->n_reports = n;
  for (size_t i = 0; i < n; i++)
    LOLIGO_TRY(report_cells_init(&recorder->cells[i], network, spec->recording, spec->variable, i));
  return LOLIGO_OK;
}

static loligo_status open_file(state_recorder *recorder, const char *path, const loligo_network *network,
                               const state_recorder_spec *spec, const provenance *provenance)
{
  loligo_status status = loligo_agree(recorder->context, make_reports(recorder, network, spec));
  LOLIGO_TRY(status);
  for (size_t i = 0; i < recorder->n_reports; i++)
    recorder->reports[i] = (frames){
        .clock = recorder->recording->clock, .float64 = recorder->recording->float64, .writer = recorder->writer};
  if (has_file(recorder)) status = make_file(recorder, path, network, spec, provenance);
  LOLIGO_TRY(agree(recorder, status));
  return open_all_columns(recorder, spec);
}

void state_recorder_name(char *name, const loligo_network *network, const state_recording *recording, size_t variable)
{
  const loligo_model *model = network->populations[recording->targets.items[0].population].model;
  const char *variable_name = model->variables[state_columns_of(recording, variable, 0)->variables[0]].name;
  const int length = (int)strcspn(variable_name, "[");
  h5_path(name, "%s.%.*s.h5", recording->name, length, variable_name);
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

/* A rank that has a file of its own goes on after an error, since the others send it their frames. */
static loligo_status write_reports(state_recorder *recorder, const loligo_samples *samples, bool stays_open)
{
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < recorder->n_reports; i++) {
    loligo_samples joined;
    const loligo_status own = report_cells_join(&recorder->cells[i], samples, &recorder->join, &joined);
    if (recorder->cells[i].rows) LOLIGO_TRY(loligo_agree(recorder->context, own));
    const loligo_status written = frames_write(&recorder->reports[i], &recorder->room, &joined);
    if (recorder->writer == FRAMES_SHARED) LOLIGO_TRY(written);
    if (status == LOLIGO_OK) status = written;
  }
  const bool publishes = status == LOLIGO_OK && stays_open && has_file(recorder);
  return publishes ? h5_file_publish(&recorder->file) : status;
}

loligo_status state_recorder_write(state_recorder *recorder, const loligo_samples *samples, bool stays_open)
{
  if (samples->n_frames == 0) return LOLIGO_OK;
  return agree(recorder, write_reports(recorder, samples, stays_open));
}

static loligo_status append(state_recorder *recorder, const char *path)
{
  for (size_t i = 0; i < recorder->n_reports; i++) LOLIGO_TRY(frames_append(&recorder->reports[i], path));
  return h5_file_flush(&recorder->file);
}

loligo_status state_recorder_append(state_recorder *recorder, const char *path)
{
  const loligo_status status = has_file(recorder) ? append(recorder, path) : LOLIGO_OK;
  LOLIGO_TRY(agree(recorder, status));
  for (size_t i = 0; i < recorder->n_reports; i++) frames_share_count(&recorder->reports[i]);
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
  for (size_t i = 0; i < recorder->n_reports; i++) {
    frames_close(&recorder->reports[i]);
    report_cells_free(&recorder->cells[i]);
  }
  const loligo_status status = agree(recorder, sonata_close(&recorder->file, complete));
  memory_free(recorder->reports);
  memory_free(recorder->cells);
  memory_free(recorder->join.values);
  frame_room_free(&recorder->room);
  memory_free(recorder);
  return status;
}

const char *state_recorder_warning(const state_recorder *recorder)
{
  return recorder->has_warning ? recorder->warning : NULL;
}

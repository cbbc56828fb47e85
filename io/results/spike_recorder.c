/*
 * Purpose: write spikes as SONATA readers want them, by_time, from ranks that each hold those of their own cells.
 *
 * A spike waits as (step, cell). A flush sorts what waits on all ranks into one order and appends each rank's stretch
 * of it; as flushes follow one another in time the file is sorted as a whole, and the same for any number of ranks and
 * any timing of flushes. Layout: SONATA developer guide, github.com/AllenInstitute/sonata.
 */
#include "io/results/spike_recorder.h"

#include <stdio.h>

#include "base/memory.h"
#include "io/hdf5/global_sort.h"
#include "io/hdf5/h5_append.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/results/output.h"
#include "io/results/sonata.h"
#include "io/results/time_grid.h"

#define EXPECTED_RATE_HZ 10.0

typedef struct waiting_spike {
  int64_t step;
  uint64_t cell;
} waiting_spike;

enum { TIMESTAMPS, NODE_IDS, COLUMN_COUNT };

static const char *const COLUMN_NAMES[COLUMN_COUNT] = {"timestamps", "node_ids"};

/* A recorded population. */
typedef struct spike_group {
  const loligo_selection *selections; /* [n_selections] of the population */
  size_t n_selections;
  waiting_spike *waiting; /* [n_waiting] since the last flush */
  size_t n_waiting, capacity;
  h5_series columns[COLUMN_COUNT];
} spike_group;

struct spike_recorder {
  const loligo_context *context;
  h5_file file;
  time_grid grid;
  spike_group *groups; /* [n_groups] ascending by population */
  size_t n_groups;
};

static size_t population_of(const spike_group *group)
{
  return group->selections[0].population;
}

/* One group for each run of selections of the same population. */
static loligo_status make_groups(spike_recorder *recorder, const settings *settings)
{
  recorder->groups = memory_allocate(settings->n_spikes, sizeof *recorder->groups, "the recorder of spikes");
  if (!recorder->groups) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < settings->n_spikes; i++) {
    const loligo_selection *selection = &settings->spikes[i];
    if (i == 0 || selection->population != selection[-1].population) {
      recorder->groups[recorder->n_groups++] = (spike_group){.selections = selection};
    }
    recorder->groups[recorder->n_groups - 1].n_selections++;
  }
  return LOLIGO_OK;
}

static uint64_t expected_spikes(const spike_group *group, const settings *settings, double dt_ms)
{
  double cells = 0;
  for (size_t i = 0; i < group->n_selections; i++) {
    cells += (double)(group->selections[i].last - group->selections[i].first);
  }
  return (uint64_t)(cells * (double)settings->duration * dt_ms * 1e-3 * EXPECTED_RATE_HZ);
}

static hid_t column_type(int column)
{
  return column == TIMESTAMPS ? H5T_NATIVE_DOUBLE : H5T_NATIVE_UINT64;
}

static void draft_group(h5_draft *draft, const char *population, uint64_t expected)
{
  char path[SONATA_PATH_SIZE];
  for (int column = 0; column < COLUMN_COUNT; column++) {
    sonata_path(path, "/spikes/%s/%s", population, COLUMN_NAMES[column]);
    h5_draft_series(draft, path, column_type(column), (h5_shape){1, expected, 1});
    if (column == TIMESTAMPS) h5_draft_text_attribute(draft, path, "units", "ms");
  }
  sonata_path(path, "/spikes/%s", population);
  sonata_sorting(draft, path);
}

static loligo_status draft_file(const spike_recorder *recorder, const char *path, const loligo_network *network,
                                const settings *settings, const provenance *provenance)
{
  h5_draft draft;
  h5_draft_create(&draft, path);
  sonata_root(&draft);
  provenance_write(provenance, &draft);
  for (size_t i = 0; i < recorder->n_groups; i++) {
    const spike_group *group = &recorder->groups[i];
    const char *name = network->populations[population_of(group)].name;
    draft_group(&draft, name, expected_spikes(group, settings, network->dt));
  }
  return h5_draft_close(&draft);
}

static loligo_status open_columns(spike_recorder *recorder, spike_group *group, const char *population)
{
  char path[SONATA_PATH_SIZE];
  for (int column = 0; column < COLUMN_COUNT; column++) {
    sonata_path(path, "/spikes/%s/%s", population, COLUMN_NAMES[column]);
    LOLIGO_TRY(h5_series_open(&group->columns[column], &recorder->file, path, column_type(column)));
  }
  return LOLIGO_OK;
}

static loligo_status open_groups(spike_recorder *recorder, const loligo_network *network)
{
  for (size_t i = 0; i < recorder->n_groups; i++) {
    spike_group *group = &recorder->groups[i];
    LOLIGO_TRY(open_columns(recorder, group, network->populations[population_of(group)].name));
  }
  return LOLIGO_OK;
}

static loligo_status open_file(spike_recorder *recorder, const char *directory, const loligo_network *network,
                               const settings *settings, const provenance *provenance)
{
  const loligo_context *context = recorder->context;
  char *path = output_path(directory, SPIKE_RECORDER_FILE);
  loligo_status status = path ? make_groups(recorder, settings) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK && context->rank == 0) status = draft_file(recorder, path, network, settings, provenance);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = h5_file_open(&recorder->file, context, path);
  if (status == LOLIGO_OK) status = open_groups(recorder, network);
  memory_free(path);
  return status;
}

loligo_status spike_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                  const settings *settings, const provenance *provenance, spike_recorder **out)
{
  *out = NULL;
  spike_recorder *recorder = memory_allocate(1, sizeof *recorder, "the recorder of spikes");
  LOLIGO_TRY(loligo_agree(context, recorder ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  recorder->context = context;
  recorder->file.id = H5I_INVALID_HID;
  recorder->grid = time_grid_of(network->dt);
  loligo_status status = open_file(recorder, directory, network, settings, provenance);
  if (status == LOLIGO_OK) {
    *out = recorder;
  } else {
    spike_recorder_close(recorder, false);
  }
  return status;
}

static bool is_selected(const spike_group *group, const loligo_spike *spike)
{
  for (size_t i = 0; i < group->n_selections; i++) {
    if (spike->index >= group->selections[i].first && spike->index < group->selections[i].last) return true;
  }
  return false;
}

/* The group of a population, or NULL. */
static spike_group *find_group(const spike_recorder *recorder, size_t population)
{
  for (size_t i = 0; i < recorder->n_groups; i++) {
    if (population_of(&recorder->groups[i]) == population) return &recorder->groups[i];
  }
  return NULL;
}

loligo_status spike_recorder_add(spike_recorder *recorder, const loligo_spike *spikes, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    spike_group *group = find_group(recorder, spikes[i].population);
    if (!group || !is_selected(group, &spikes[i])) continue;
    LOLIGO_TRY(memory_grow((void **)&group->waiting, &group->capacity, group->n_waiting + 1, sizeof *group->waiting,
                           "spikes that wait to be written"));
    group->waiting[group->n_waiting++] = (waiting_spike){spikes[i].step, spikes[i].index};
  }
  return LOLIGO_OK;
}

uint64_t spike_recorder_waiting(const spike_recorder *recorder)
{
  uint64_t bytes = 0;
  for (size_t i = 0; i < recorder->n_groups; i++) bytes += recorder->groups[i].n_waiting * sizeof(waiting_spike);
  return bytes;
}

static int by_time_and_cell(const void *left, const void *right)
{
  const waiting_spike *a = left, *b = right;
  if (a->step != b->step) return a->step < b->step ? -1 : 1;
  return (a->cell > b->cell) - (a->cell < b->cell);
}

static void forget(spike_group *group)
{
  memory_free(group->waiting);
  group->waiting = NULL;
  group->n_waiting = group->capacity = 0;
}

/* Splits n spikes into the two columns of the file. */
static void to_columns(const spike_group *group, time_grid grid, double *times, uint64_t *cells)
{
  for (size_t i = 0; i < group->n_waiting; i++) {
    times[i] = time_grid_ms(grid, group->waiting[i].step);
    cells[i] = group->waiting[i].cell;
  }
}

static loligo_status write_columns(spike_group *group, h5_block block, const double *times, const uint64_t *cells)
{
  LOLIGO_TRY(h5_series_write(&group->columns[TIMESTAMPS], block, times));
  return h5_series_write(&group->columns[NODE_IDS], block, cells);
}

static loligo_status append(spike_recorder *recorder, spike_group *group)
{
  uint64_t total, n = group->n_waiting;
  h5_block block = h5_block_of_rank(recorder->context, group->columns[TIMESTAMPS].rows, n, &total);
  if (total == 0) return LOLIGO_OK;
  double *times = memory_allocate(n, sizeof *times, "times of spikes to write");
  uint64_t *cells = memory_allocate(n, sizeof *cells, "ids of spikes to write");
  loligo_status status = loligo_agree(recorder->context, times && cells ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = h5_series_extend(group->columns, COLUMN_COUNT, total);
  if (status == LOLIGO_OK) {
    to_columns(group, recorder->grid, times, cells);
    status = write_columns(group, block, times, cells);
  }
  memory_free(cells);
  memory_free(times);
  return status;
}

static loligo_status flush_group(spike_recorder *recorder, spike_group *group)
{
  record_array records = {group->waiting, group->n_waiting};
  loligo_status status = global_sort(recorder->context, &records, sizeof(waiting_spike), by_time_and_cell);
  group->waiting = records.items;
  group->n_waiting = records.n;
  if (status == LOLIGO_OK) status = append(recorder, group);
  forget(group);
  return status;
}

loligo_status spike_recorder_flush(spike_recorder *recorder)
{
  for (size_t i = 0; i < recorder->n_groups; i++) LOLIGO_TRY(flush_group(recorder, &recorder->groups[i]));
  return h5_file_flush(&recorder->file);
}

static loligo_status append_groups(spike_recorder *recorder, h5_file *from)
{
  for (size_t i = 0; i < recorder->n_groups; i++) {
    for (int column = 0; column < COLUMN_COUNT; column++) {
      LOLIGO_TRY(h5_series_append(&recorder->groups[i].columns[column], from));
    }
  }
  return h5_file_flush(&recorder->file);
}

loligo_status spike_recorder_append(spike_recorder *recorder, const char *path)
{
  h5_file from;
  LOLIGO_TRY(h5_file_open(&from, recorder->context, path));
  loligo_status status = append_groups(recorder, &from);
  loligo_status closed = h5_file_close(&from);
  return status != LOLIGO_OK ? status : closed;
}

uint64_t spike_recorder_written(const spike_recorder *recorder)
{
  uint64_t n = 0;
  for (size_t i = 0; i < recorder->n_groups; i++) n += recorder->groups[i].columns[TIMESTAMPS].rows;
  return n;
}

loligo_status spike_recorder_close(spike_recorder *recorder, bool complete)
{
  if (!recorder) return LOLIGO_OK;
  for (size_t i = 0; i < recorder->n_groups; i++) {
    for (int column = 0; column < COLUMN_COUNT; column++) h5_series_close(&recorder->groups[i].columns[column]);
    forget(&recorder->groups[i]);
  }
  loligo_status status = sonata_close(&recorder->file, complete);
  memory_free(recorder->groups);
  memory_free(recorder);
  return status;
}

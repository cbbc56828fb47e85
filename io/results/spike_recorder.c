/*
 * Purpose: write spikes as SONATA readers want them, by_time, from ranks that each hold those of their own cells.
 *
 * A spike waits as one number, its step before its cell. A flush sorts what waits on all ranks, of all populations at
 * once, and appends each rank's stretch of it; as flushes follow one another in time the file is sorted as a whole, and
 * the same for any number of ranks and any timing of flushes. Layout: SONATA developer guide,
 * github.com/AllenInstitute/sonata.
 */
#include "io/results/spike_recorder.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "io/hdf5/global_sort.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_append.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/results/output.h"
#include "io/results/sonata.h"
#include "io/results/time_grid.h"
#include "network/description.h"
#include "network/machine.h"
#include "network/population.h"

#define EXPECTED_RATE_HZ 10.0

enum { TIMESTAMPS, NODE_IDS, COLUMN_COUNT };

static const char *const COLUMN_NAMES[COLUMN_COUNT] = {"timestamps", "node_ids"};

/* Recorded populations that share a name in results; mostly one. */
typedef struct spike_group {
  const char *name;              /* the network's */
  uint64_t first_cell, end_cell; /* counted through all groups */
  uint64_t n_selected;           /* cells */
} spike_group;

/* What is recorded of a population. */
typedef struct spike_source {
  const loligo_population *population; /* NULL: nothing */
  const loligo_selection *cells;
  size_t group;
} spike_source;

struct spike_recorder {
  const loligo_context *context;
  h5_file file;
  time_grid grid;
  spike_group *groups; /* [n_groups] ascending by their first populations */
  size_t n_groups;
  spike_source *sources; /* [populations] */
  h5_series *columns;    /* [n_groups][COLUMN_COUNT] */
  uint64_t *counts;      /* [5][n_groups] room for a flush */
  unsigned cell_bits;    /* of a waiting spike; its step lies above */
  record_array waiting;  /* uint64_t, since the last flush */
};

/* Those that wait are sorted into a room of the same size. */
result_need spike_recording_need(const spike_recording *recording, const result_rank *rank)
{
  const double seconds = (double)rank->steps * rank->network->dt / 1000;
  double spikes = 0;
  for (size_t i = 0; i < recording->cells.n; i++) {
    const loligo_selection *of = &recording->cells.items[i];
    spikes += result_rank_cells(rank, of) * (rank->rates ? rank->rates[of->population] : MACHINE_RATE) * seconds;
  }
  return (result_need){.kept = 2 * spikes * sizeof(uint64_t)};
}

static loligo_status allocate_groups(spike_recorder *recorder, size_t n, size_t n_populations)
{
  recorder->groups = memory_allocate(n, sizeof *recorder->groups, "the recorder of spikes");
  recorder->columns = memory_allocate(n * COLUMN_COUNT, sizeof *recorder->columns, "the recorder of spikes");
  recorder->counts = memory_allocate(5 * n, sizeof *recorder->counts, "the recorder of spikes");
  recorder->sources = memory_allocate(n_populations, sizeof *recorder->sources, "the recorder of spikes");
  bool good = recorder->groups && recorder->columns && recorder->counts && recorder->sources;
  return good ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* The group of a name, a new one where there is none. Parts of a whole are neighbours. */
static size_t find_group(spike_recorder *recorder, const char *name)
{
  const size_t last = recorder->n_groups - 1;
  if (recorder->n_groups > 0 && strcmp(recorder->groups[last].name, name) == 0) return last;
  recorder->groups[recorder->n_groups] = (spike_group){.name = name};
  return recorder->n_groups++;
}

/* Cells of a group are counted by what they are called in results. */
static void number_cells(spike_recorder *recorder)
{
  uint64_t n_cells = 0;
  for (size_t g = 0; g < recorder->n_groups; g++) {
    recorder->groups[g].first_cell = n_cells;
    n_cells = recorder->groups[g].end_cell += n_cells;
  }
  while (n_cells >> recorder->cell_bits) recorder->cell_bits++;
}

static loligo_status make_groups(spike_recorder *recorder, const loligo_network *network,
                                 const spike_recording *recording)
{
  const selections *cells = &recording->cells;
  LOLIGO_TRY(allocate_groups(recorder, cells->n, network->n_populations));
  for (size_t i = 0; i < cells->n; i++) {
    const loligo_population *population = &network->populations[cells->items[i].population];
    const size_t g = find_group(recorder, population_label(population));
    const uint64_t end = population_node_end(population);
    spike_group *group = &recorder->groups[g];
    group->n_selected += selection_count(&cells->items[i]);
    if (end > group->end_cell) group->end_cell = end;
    recorder->sources[cells->items[i].population] = (spike_source){population, &cells->items[i], g};
  }
  number_cells(recorder);
  return LOLIGO_OK;
}

static uint64_t waiting_spike(const spike_recorder *recorder, int64_t step, uint64_t cell)
{
  return (uint64_t)step << recorder->cell_bits | cell;
}

static int64_t step_of(const spike_recorder *recorder, uint64_t spike)
{
  return (int64_t)(spike >> recorder->cell_bits);
}

static uint64_t cell_of(const spike_recorder *recorder, uint64_t spike)
{
  return spike & (((uint64_t)1 << recorder->cell_bits) - 1);
}

static uint64_t expected_spikes(const spike_group *group, const spike_recording *recording, double dt_ms)
{
  return (uint64_t)((double)group->n_selected * (double)recording->duration * dt_ms * 1e-3 * EXPECTED_RATE_HZ);
}

static hid_t column_type(int column)
{
  return column == TIMESTAMPS ? H5T_NATIVE_DOUBLE : H5T_NATIVE_UINT64;
}

static void draft_group(h5_draft *draft, const char *population, uint64_t expected)
{
  char path[H5_PATH_SIZE];
  for (int column = 0; column < COLUMN_COUNT; column++) {
    h5_path(path, "/spikes/%s/%s", population, COLUMN_NAMES[column]);
    h5_draft_series(draft, path, column_type(column), (h5_shape){1, expected, 1});
    if (column == TIMESTAMPS) h5_draft_text_attribute(draft, path, "units", "ms");
  }
  h5_path(path, "/spikes/%s", population);
  sonata_sorting(draft, path);
}

static loligo_status draft_file(const spike_recorder *recorder, const char *path, const loligo_network *network,
                                const spike_recording *recording, const provenance *provenance)
{
  h5_draft draft;
  h5_draft_create(&draft, path);
  sonata_root(&draft);
  provenance_write(provenance, &draft);
  for (size_t i = 0; i < recorder->n_groups; i++) {
    const spike_group *group = &recorder->groups[i];
    draft_group(&draft, group->name, expected_spikes(group, recording, network->dt));
  }
  return h5_draft_close(&draft);
}

static loligo_status open_columns(spike_recorder *recorder)
{
  char path[H5_PATH_SIZE];
  for (size_t i = 0; i < recorder->n_groups * COLUMN_COUNT; i++) {
    int column = (int)(i % COLUMN_COUNT);
    h5_path(path, "/spikes/%s/%s", recorder->groups[i / COLUMN_COUNT].name, COLUMN_NAMES[column]);
    LOLIGO_TRY(h5_series_open(&recorder->columns[i], &recorder->file, path, column_type(column)));
  }
  return LOLIGO_OK;
}

static loligo_status open_file(spike_recorder *recorder, const char *directory, const loligo_network *network,
                               const spike_recording *recording, const provenance *provenance)
{
  const loligo_context *context = recorder->context;
  char *path = output_path(directory, SPIKE_RECORDER_FILE);
  loligo_status status = path ? make_groups(recorder, network, recording) : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK && context->rank == 0) status = draft_file(recorder, path, network, recording, provenance);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = h5_file_open(&recorder->file, context, path);
  if (status == LOLIGO_OK) status = open_columns(recorder);
  memory_free(path);
  return status;
}

loligo_status spike_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                  const spike_recording *recording, const provenance *provenance, spike_recorder **out)
{
  *out = NULL;
  spike_recorder *recorder = memory_allocate(1, sizeof *recorder, "the recorder of spikes");
  LOLIGO_TRY(loligo_agree(context, recorder ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  recorder->context = context;
  recorder->file.id = H5I_INVALID_HID;
  recorder->grid = time_grid_of(network->dt);
  loligo_status status = open_file(recorder, directory, network, recording, provenance);
  if (status == LOLIGO_OK) {
    *out = recorder;
  } else {
    spike_recorder_close(recorder, false);
  }
  return status;
}

loligo_status spike_recorder_add(spike_recorder *recorder, const loligo_spike *spikes, size_t n)
{
  record_array *waiting = &recorder->waiting;
  LOLIGO_TRY(record_array_reserve(waiting, waiting->n + n, sizeof(uint64_t)));
  uint64_t *items = waiting->items;
  for (size_t i = 0; i < n; i++) {
    const spike_source *of = &recorder->sources[spikes[i].population];
    if (!of->population || !selection_holds(of->cells, spikes[i].index)) continue;
    const uint64_t cell = recorder->groups[of->group].first_cell + population_node_id(of->population, spikes[i].index);
    items[waiting->n++] = waiting_spike(recorder, spikes[i].step, cell);
  }
  return LOLIGO_OK;
}

uint64_t spike_recorder_waiting(const spike_recorder *recorder)
{
  return recorder->waiting.n * sizeof(uint64_t);
}

/* The group of a spike; `guess` is that of the one before, behind which it mostly is. */
static size_t group_of_cell(const spike_recorder *recorder, uint64_t cell, size_t guess)
{
  size_t g = cell < recorder->groups[guess].first_cell ? 0 : guess;
  while (cell >= recorder->groups[g].end_cell) g++;
  return g;
}

/* Spikes by group in one flush. */
typedef struct spike_counts {
  uint64_t *here;   /* [n_groups] on this rank */
  uint64_t *before; /* [n_groups] on the ranks before it */
  uint64_t *total;  /* [n_groups][COLUMN_COUNT] on all ranks, for each column again */
  uint64_t *end;    /* [n_groups] where those of the group end that have been put into a column */
} spike_counts;

/* Collective. */
static void count_spikes(const spike_recorder *recorder, const spike_counts *counts)
{
  const uint64_t *spikes = recorder->waiting.items;
  const int n = (int)recorder->n_groups;
  memset(counts->here, 0, recorder->n_groups * sizeof *counts->here);
  memset(counts->before, 0, recorder->n_groups * sizeof *counts->before);
  for (size_t i = 0, g = 0; i < recorder->waiting.n; i++) {
    g = group_of_cell(recorder, cell_of(recorder, spikes[i]), g);
    counts->here[g]++;
  }
  MPI_Exscan(counts->here, counts->before, n, MPI_UINT64_T, MPI_SUM, recorder->context->comm);
  MPI_Allreduce(counts->here, counts->end, n, MPI_UINT64_T, MPI_SUM, recorder->context->comm);
  for (size_t i = 0; i < recorder->n_groups * COLUMN_COUNT; i++) counts->total[i] = counts->end[i / COLUMN_COUNT];
}

/* One column of the sorted spikes of this rank, group by group; all its numbers take 8 bytes. */
static void fill_column(const spike_recorder *recorder, const spike_counts *counts, int column, void *values)
{
  const uint64_t *spikes = recorder->waiting.items;
  double *times = values;
  uint64_t *cells = values, start = 0;
  for (size_t g = 0; g < recorder->n_groups; g++) {
    counts->end[g] = start;
    start += counts->here[g];
  }
  for (size_t i = 0, g = 0; i < recorder->waiting.n; i++) {
    const uint64_t cell = cell_of(recorder, spikes[i]);
    g = group_of_cell(recorder, cell, g);
    const uint64_t at = counts->end[g]++;
    if (column == TIMESTAMPS) times[at] = time_grid_ms(recorder->grid, step_of(recorder, spikes[i]));
    if (column == NODE_IDS) cells[at] = cell - recorder->groups[g].first_cell;
  }
}

static loligo_status put_column(const spike_recorder *recorder, const spike_counts *counts, int column,
                                const uint64_t *values)
{
  for (size_t g = 0; g < recorder->n_groups; g++) {
    if (counts->here[g] == 0) continue; /* `values` may be NULL */
    const h5_series *series = &recorder->columns[g * COLUMN_COUNT + (size_t)column];
    uint64_t first_row = series->rows - counts->total[g * COLUMN_COUNT], start = counts->end[g] - counts->here[g];
    LOLIGO_TRY(h5_series_put(series, (h5_block){first_row + counts->before[g], counts->here[g], 0, 1}, values + start));
  }
  return LOLIGO_OK;
}

/* Appends this rank's stretch of the sorted spikes; the spare room is as large. */
static loligo_status append_waiting(spike_recorder *recorder)
{
  size_t n = recorder->n_groups;
  spike_counts counts = {recorder->counts, recorder->counts + n, recorder->counts + 2 * n, recorder->counts + 4 * n};
  loligo_status status = LOLIGO_OK;
  count_spikes(recorder, &counts);
  LOLIGO_TRY(h5_series_extend_each(recorder->columns, n * COLUMN_COUNT, counts.total));
  for (int column = 0; status == LOLIGO_OK && column < COLUMN_COUNT; column++) {
    fill_column(recorder, &counts, column, recorder->waiting.spare);
    status = put_column(recorder, &counts, column, recorder->waiting.spare);
  }
  return h5_file_agree(&recorder->file, status);
}

loligo_status spike_recorder_flush(spike_recorder *recorder, bool stays_open)
{
  LOLIGO_TRY(global_sort_numbers(recorder->context, &recorder->waiting));
  LOLIGO_TRY(append_waiting(recorder));
  recorder->waiting.n = 0;
  return stays_open ? h5_file_publish(&recorder->file) : LOLIGO_OK;
}

loligo_status spike_recorder_append(spike_recorder *recorder, const char *path)
{
  LOLIGO_TRY(h5_series_append(recorder->columns, recorder->n_groups * COLUMN_COUNT, UINT64_MAX, path));
  return h5_file_flush(&recorder->file);
}

uint64_t spike_recorder_written(const spike_recorder *recorder)
{
  uint64_t n = 0;
  for (size_t i = 0; i < recorder->n_groups; i++) n += recorder->columns[i * COLUMN_COUNT + TIMESTAMPS].rows;
  return n;
}

loligo_status spike_recorder_close(spike_recorder *recorder, bool complete)
{
  if (!recorder) return LOLIGO_OK;
  for (size_t i = 0; i < recorder->n_groups * COLUMN_COUNT; i++) h5_series_close(&recorder->columns[i]);
  loligo_status status = sonata_close(&recorder->file, complete);
  record_array_free(&recorder->waiting);
  memory_free(recorder->sources);
  memory_free(recorder->counts);
  memory_free(recorder->columns);
  memory_free(recorder->groups);
  memory_free(recorder);
  return status;
}

/*
 * Purpose: tell in what two results differ, from their files alone.
 *
 * Datasets of both are read side by side, a bounded piece at a time, up to the first place in which they differ. All
 * numbers take 8 bytes in memory and are compared as they lie there.
 */
#include "io/results/result_compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/model_file/compare.h"
#include "io/model_file/model_file.h"
#include "io/model_file/text_file.h"
#include "io/results/output.h"
#include "io/results/result_files.h"
#include "io/results/segments.h"

enum { PIECE = 1 << 16, TOLD_KEYS = 20, LINE_SIZE = 256 };

/* The first spike in which populations differ. */
typedef struct spike_difference {
  double time; /* ms; NAN: none yet */
  char population[H5_NAME_BYTES + 1];
  char words[2][64];
} spike_difference;

typedef struct comparison {
  const char *const *directories; /* [2] */
  FILE *out;
  bool same;
  size_t n_keys;
  spike_difference spikes;
  uint64_t *pieces[2]; /* [PIECE] */
} comparison;

/* -- two datasets -- */

typedef struct column_pair {
  result_column side[2];
} column_pair;

static loligo_status pair_open(column_pair *pair, const result_file *const files[2], const char *dataset, hid_t type,
                               int n_axes)
{
  *pair = (column_pair){0};
  loligo_status status = result_column_open(&pair->side[0], files[0], dataset, type, n_axes);
  return status == LOLIGO_OK ? result_column_open(&pair->side[1], files[1], dataset, type, n_axes) : status;
}

static void pair_close(column_pair *pair)
{
  for (int k = 0; k < 2; k++) result_column_close(&pair->side[k]);
}

static uint64_t common_rows(const column_pair *pair)
{
  return least(pair->side[0].rows, pair->side[1].rows);
}

/* Position of the first of n numbers that differ; n if none does. */
static uint64_t first_of(const uint64_t *a, const uint64_t *b, uint64_t n)
{
  uint64_t i = 0;
  if (memcmp(a, b, n * sizeof *a) == 0) return n;
  while (a[i] == b[i]) i++;
  return i;
}

static loligo_status read_both(const comparison *c, const column_pair *pair, h5_window window)
{
  for (int k = 0; k < 2; k++) LOLIGO_TRY(result_column_read(&pair->side[k], window, c->pieces[k]));
  return LOLIGO_OK;
}

/* The first place in rows [0, end) in which both differ; row `end` if there is none. Columns are as many on both sides.
 */
static loligo_status find_difference(const comparison *c, const column_pair *pair, uint64_t end, uint64_t *row,
                                     uint64_t *column)
{
  const uint64_t columns = pair->side[0].columns, width = least(largest(columns, 1), PIECE), rows = PIECE / width;
  *column = 0;
  for (*row = 0; *row < end && columns > 0; *row += rows) {
    for (uint64_t at = 0; at < columns; at += width) {
      const h5_window window = {*row, at, least(rows, end - *row), least(width, columns - at)};
      const uint64_t n = window.n_rows * window.n_columns;
      LOLIGO_TRY(read_both(c, pair, window));
      const uint64_t found = first_of(c->pieces[0], c->pieces[1], n);
      if (found == n) continue;
      *row += found / window.n_columns;
      *column = at + found % window.n_columns;
      return LOLIGO_OK;
    }
  }
  *row = end;
  return LOLIGO_OK;
}

/* One number of a side, whose type has 8 bytes. */
static loligo_status number_at(const result_column *column, uint64_t row, uint64_t at, void *number)
{
  return result_column_read(column, (h5_window){row, at, 1, 1}, number);
}

/* Columns of one group are equally long. */
static loligo_status check_lengths(const column_pair *const columns[], size_t n)
{
  for (size_t i = 1; i < n; i++) {
    for (int k = 0; k < 2; k++) {
      const result_column *column = &columns[i]->side[k];
      if (column->rows != columns[0]->side[k].rows)
        return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s is not as long as %s", column->file->paths[0], column->dataset,
                           columns[0]->side[k].dataset);
    }
  }
  return LOLIGO_OK;
}

/* -- spikes -- */

static loligo_status describe_spike(const column_pair *times, const column_pair *cells, int side, uint64_t row,
                                    double *time, char words[64])
{
  uint64_t cell;
  if (row >= times->side[side].rows) {
    snprintf(words, 64, "no more");
    return LOLIGO_OK;
  }
  double found;
  LOLIGO_TRY(number_at(&times->side[side], row, 0, &found));
  LOLIGO_TRY(number_at(&cells->side[side], row, 0, &cell));
  snprintf(words, 64, "cell %" PRIu64 " at %.10g ms", cell, found);
  *time = isnan(*time) ? found : fmin(*time, found);
  return LOLIGO_OK;
}

/* Keeps the difference in spike `row` of a population if it is earlier than that of those before. */
static loligo_status keep_spike(comparison *c, const char *population, const column_pair *times,
                                const column_pair *cells, uint64_t row)
{
  spike_difference found = {.time = NAN};
  c->same = false;
  for (int k = 0; k < 2; k++) LOLIGO_TRY(describe_spike(times, cells, k, row, &found.time, found.words[k]));
  snprintf(found.population, sizeof found.population, "%s", population);
  if (isnan(c->spikes.time) || found.time < c->spikes.time) c->spikes = found;
  return LOLIGO_OK;
}

static loligo_status compare_trains(comparison *c, const char *population, const column_pair *times,
                                    const column_pair *cells)
{
  uint64_t of_time, of_cell, column;
  const uint64_t end = common_rows(times);
  LOLIGO_TRY(check_lengths((const column_pair *const[]){times, cells}, 2));
  LOLIGO_TRY(find_difference(c, times, end, &of_time, &column));
  LOLIGO_TRY(find_difference(c, cells, of_time, &of_cell, &column));
  if (of_cell == end && times->side[0].rows == times->side[1].rows) return LOLIGO_OK;
  return keep_spike(c, population, times, cells, of_cell);
}

static loligo_status compare_spikes(comparison *c, const result_file *const files[2], const char *name)
{
  char times_path[H5_PATH_SIZE], cells_path[H5_PATH_SIZE];
  column_pair times, cells = {0};
  h5_path(times_path, "/spikes/%s/timestamps", name);
  h5_path(cells_path, "/spikes/%s/node_ids", name);
  loligo_status status = pair_open(&times, files, times_path, H5T_NATIVE_DOUBLE, 1);
  if (status == LOLIGO_OK) status = pair_open(&cells, files, cells_path, H5T_NATIVE_UINT64, 1);
  if (status == LOLIGO_OK) status = compare_trains(c, name, &times, &cells);
  pair_close(&times);
  pair_close(&cells);
  return status;
}

static void print_spike_difference(const comparison *c)
{
  const spike_difference *found = &c->spikes;
  if (isnan(found->time)) return;
  fprintf(c->out, "spikes: first differ at %.10g ms in %s: %s in A, %s in B\n", found->time, found->population,
          found->words[0], found->words[1]);
}

/* -- states -- */

/* What says when frames are and of which cells; of the first part that has any. */
typedef struct frame_map {
  double grid[3]; /* ms: start, stop, step */
  uint64_t cell;
  bool of_synapses; /* onto the cell */
} frame_map;

static loligo_status read_map(const result_column *data, const char *name, uint64_t column, frame_map *map)
{
  h5_reader reader;
  char path[H5_PATH_SIZE];
  char cells[H5_PATH_SIZE];
  LOLIGO_TRY(result_report_cells(data->file, name, cells, &map->of_synapses));
  LOLIGO_TRY(h5_reader_open(&reader, data->file->paths[data->first]));
  h5_path(path, "/report/%s/mapping/time", name);
  loligo_status status = h5_read_window(&reader, path, H5T_NATIVE_DOUBLE, 1, (h5_window){0, 0, 3, 1}, map->grid);
  if (status == LOLIGO_OK && column < data->columns)
    status = h5_read_row(&reader, cells, H5T_NATIVE_UINT64, column, &map->cell);
  h5_reader_close(&reader);
  return status;
}

static loligo_status tell_frame(comparison *c, const char *file, const char *name, const column_pair *data,
                                uint64_t row, uint64_t column)
{
  frame_map map;
  double values[2];
  LOLIGO_TRY(read_map(&data->side[0], name, column, &map));
  for (int k = 0; k < 2; k++) LOLIGO_TRY(number_at(&data->side[k], row, column, &values[k]));
  c->same = false;
  fprintf(c->out, "%s: first differs at %.10g ms in %scell %" PRIu64 " of %s: %.17g in A, %.17g in B\n", file,
          map.grid[0] + (double)row * map.grid[2], map.of_synapses ? "a synapse onto " : "", map.cell, name, values[0],
          values[1]);
  return LOLIGO_OK;
}

static loligo_status compare_cells(comparison *c, const result_file *const files[2], const char *name, bool *alike)
{
  char path[H5_PATH_SIZE];
  column_pair cells;
  uint64_t row = 0, column;
  bool of_synapses;
  LOLIGO_TRY(result_report_cells(files[0], name, path, &of_synapses));
  loligo_status status = pair_open(&cells, files, path, H5T_NATIVE_UINT64, 1);
  if (status == LOLIGO_OK) status = find_difference(c, &cells, common_rows(&cells), &row, &column);
  *alike = row == common_rows(&cells);
  pair_close(&cells);
  return status;
}

/* Whether both have frames of the same cells at the same times. */
static loligo_status compare_maps(comparison *c, const result_file *const files[2], const char *name,
                                  const column_pair *data, bool *alike)
{
  frame_map maps[2];
  for (int k = 0; k < 2; k++) LOLIGO_TRY(read_map(&data->side[k], name, UINT64_MAX, &maps[k]));
  *alike = data->side[0].columns == data->side[1].columns && maps[0].grid[0] == maps[1].grid[0] &&
           maps[0].grid[2] == maps[1].grid[2];
  return *alike ? compare_cells(c, files, name, alike) : LOLIGO_OK;
}

static loligo_status compare_data(comparison *c, const result_file *const files[2], const char *name,
                                  const column_pair *data)
{
  uint64_t row, column;
  bool alike;
  LOLIGO_TRY(compare_maps(c, files, name, data, &alike));
  if (!alike) {
    c->same = false;
    fprintf(c->out, "%s: frames of %s are of other cells or at other times\n", files[0]->name, name);
    return LOLIGO_OK;
  }
  LOLIGO_TRY(find_difference(c, data, common_rows(data), &row, &column));
  if (row < common_rows(data)) return tell_frame(c, files[0]->name, name, data, row, column);
  if (data->side[0].rows == data->side[1].rows) return LOLIGO_OK;
  c->same = false;
  fprintf(c->out, "%s: %" PRIu64 " frames of %s in A, %" PRIu64 " in B; the same up to there\n", files[0]->name,
          data->side[0].rows, name, data->side[1].rows);
  return LOLIGO_OK;
}

static loligo_status compare_state(comparison *c, const result_file *const files[2], const char *name)
{
  char path[H5_PATH_SIZE];
  column_pair data;
  h5_path(path, "/report/%s/data", name);
  loligo_status status = pair_open(&data, files, path, H5T_NATIVE_DOUBLE, 2);
  if (status == LOLIGO_OK) status = compare_data(c, files, name, &data);
  pair_close(&data);
  return status;
}

/* -- synapses -- */

/* The last one where both have plastic synapses. */
enum { EDGE_SOURCE, EDGE_TARGET, EDGE_WEIGHT, EDGE_DELAY, EDGE_LAST_WEIGHT, EDGE_COLUMNS };
static const char *const EDGE_PATHS[EDGE_COLUMNS] = {"source_node_id", "target_node_id", "0/syn_weight", "0/delay",
                                                     "0/syn_weight_last"};

static loligo_status describe_synapse(const column_pair *columns, int n, int side, uint64_t row, char *words)
{
  uint64_t cells[2];
  double numbers[EDGE_COLUMNS - EDGE_WEIGHT];
  if (row >= columns[EDGE_SOURCE].side[side].rows) {
    snprintf(words, LINE_SIZE, "no more");
    return LOLIGO_OK;
  }
  for (int i = 0; i < 2; i++) LOLIGO_TRY(number_at(&columns[EDGE_SOURCE + i].side[side], row, 0, &cells[i]));
  for (int i = EDGE_WEIGHT; i < n; i++)
    LOLIGO_TRY(number_at(&columns[i].side[side], row, 0, &numbers[i - EDGE_WEIGHT]));
  const int at = snprintf(words, LINE_SIZE, "%" PRIu64 " to %" PRIu64 ", weight %.17g, delay %.10g ms", cells[0],
                          cells[1], numbers[0], numbers[1]);
  if (n > EDGE_LAST_WEIGHT)
    snprintf(words + at, (size_t)(LINE_SIZE - at), ", weight %.17g at the end",
             numbers[EDGE_LAST_WEIGHT - EDGE_WEIGHT]);
  return LOLIGO_OK;
}

static loligo_status compare_columns(comparison *c, const char *name, const column_pair *columns, int n)
{
  const column_pair *all[EDGE_COLUMNS];
  char words[2][LINE_SIZE];
  for (int i = 0; i < n; i++) all[i] = &columns[i];
  LOLIGO_TRY(check_lengths(all, (size_t)n));
  const uint64_t end = common_rows(columns);
  uint64_t row = end, column;
  for (int i = 0; i < n; i++) LOLIGO_TRY(find_difference(c, &columns[i], row, &row, &column));
  if (row == end && columns->side[0].rows == columns->side[1].rows) return LOLIGO_OK;
  for (int k = 0; k < 2; k++) LOLIGO_TRY(describe_synapse(columns, n, k, row, words[k]));
  c->same = false;
  fprintf(c->out, "synapses of %s: first differ in number %" PRIu64 ": %s in A, %s in B\n", name, row, words[0],
          words[1]);
  return LOLIGO_OK;
}

/* Weights at the end are there when the run is. */
static bool has_ended(const char *directory)
{
  char *segments = output_path(directory, SEGMENTS_FOLDER);
  const bool has = segments && access(segments, F_OK) != 0;
  memory_free(segments);
  return has;
}

static loligo_status find_last(const comparison *c, int side, const result_file *file, const char *path, bool *found)
{
  *found = has_ended(c->directories[side]);
  return *found ? result_file_has(file, path, found) : LOLIGO_OK;
}

/* Columns that both have. */
static loligo_status count_columns(const comparison *c, const result_file *const files[2], const char *name, int *n)
{
  char path[H5_PATH_SIZE];
  bool found = true;
  h5_path(path, "/edges/%s/%s", name, EDGE_PATHS[EDGE_LAST_WEIGHT]);
  for (int k = 0; k < 2 && found; k++) LOLIGO_TRY(find_last(c, k, files[k], path, &found));
  *n = found ? EDGE_COLUMNS : EDGE_LAST_WEIGHT;
  return LOLIGO_OK;
}

static loligo_status compare_edges(comparison *c, const result_file *const files[2], const char *name)
{
  char paths[EDGE_COLUMNS][H5_PATH_SIZE];
  column_pair columns[EDGE_COLUMNS] = {0};
  int n = 0;
  loligo_status status = count_columns(c, files, name, &n);
  for (int i = 0; i < n && status == LOLIGO_OK; i++) {
    h5_path(paths[i], "/edges/%s/%s", name, EDGE_PATHS[i]);
    hid_t type = i < EDGE_WEIGHT ? H5T_NATIVE_UINT64 : H5T_NATIVE_DOUBLE;
    status = pair_open(&columns[i], files, paths[i], type, 1);
  }
  if (status == LOLIGO_OK) status = compare_columns(c, name, columns, n);
  for (int i = 0; i < n; i++) pair_close(&columns[i]);
  return status;
}

/* -- positions -- */

/* Whether cells lie at the same places along an axis, which one of both or neither may lack. */
static loligo_status compare_axis(const comparison *c, const result_file *const files[2], const char *path, bool *alike)
{
  bool found[2];
  for (int k = 0; k < 2; k++) LOLIGO_TRY(result_file_has(files[k], path, &found[k]));
  *alike = found[0] == found[1];
  if (!found[0] || !found[1]) return LOLIGO_OK;
  column_pair places;
  uint64_t row = 0, column;
  loligo_status status = pair_open(&places, files, path, H5T_NATIVE_DOUBLE, 1);
  if (status == LOLIGO_OK) status = find_difference(c, &places, common_rows(&places), &row, &column);
  *alike = row == places.side[0].rows && row == places.side[1].rows;
  pair_close(&places);
  return status;
}

static loligo_status compare_positions(comparison *c, const result_file *const files[2], const char *name)
{
  static const char axes[] = "xyz";
  for (size_t a = 0; axes[a]; a++) {
    char path[H5_PATH_SIZE];
    bool alike;
    h5_path(path, "/nodes/%s/0/%c", name, axes[a]);
    LOLIGO_TRY(compare_axis(c, files, path, &alike));
    if (alike) continue;
    c->same = false;
    fprintf(c->out, "%s: cells of %s lie at other places\n", files[0]->name, name);
    return LOLIGO_OK;
  }
  return LOLIGO_OK;
}

/* -- trainings -- */

/* Numbers of a dataset, which both have, as they are called in words. */
static loligo_status compare_numbers(comparison *c, const result_file *const files[2], const char *path, hid_t type,
                                     int n_axes)
{
  column_pair pair;
  uint64_t row = 0, column = 0;
  loligo_status status = pair_open(&pair, files, path, type, n_axes);
  if (status == LOLIGO_OK && pair.side[0].columns == pair.side[1].columns)
    status = find_difference(c, &pair, common_rows(&pair), &row, &column);
  if (status == LOLIGO_OK && (row < common_rows(&pair) || pair.side[0].columns != pair.side[1].columns)) {
    c->same = false;
    fprintf(c->out, "%s: %s first differs in row %" PRIu64 ", column %" PRIu64 "\n", files[0]->name, path, row, column);
  } else if (status == LOLIGO_OK && pair.side[0].rows != pair.side[1].rows) {
    c->same = false;
    fprintf(c->out, "%s: %s has %" PRIu64 " rows in A, %" PRIu64 " in B; the same up to there\n", files[0]->name, path,
            pair.side[0].rows, pair.side[1].rows);
  }
  pair_close(&pair);
  return status;
}

/* Matrices of one projection. */
typedef struct matrices {
  comparison *c;
  const result_file *const *files; /* [2] */
  const char *projection;
} matrices;

static loligo_status compare_matrix(void *self, const char *name)
{
  const matrices *matrices = self;
  char path[H5_PATH_SIZE];
  bool found;
  h5_path(path, "/weights/%s/%s", matrices->projection, name);
  LOLIGO_TRY(result_file_has(matrices->files[1], path, &found));
  if (found) return compare_numbers(matrices->c, matrices->files, path, H5T_NATIVE_DOUBLE, 2);
  matrices->c->same = false;
  fprintf(matrices->c->out, "%s: %s is only in A\n", matrices->files[0]->name, path);
  return LOLIGO_OK;
}

static loligo_status compare_matrices(comparison *c, const result_file *const files[2], const char *name)
{
  h5_reader reader;
  char path[H5_PATH_SIZE];
  matrices matrices = {c, files, name};
  h5_path(path, "/weights/%s", name);
  LOLIGO_TRY(h5_reader_open(&reader, files[0]->paths[0]));
  const loligo_status status = h5_read_children(&reader, path, compare_matrix, &matrices);
  h5_reader_close(&reader);
  return status;
}

/* Columns of the history; how long it took does not count. */
static loligo_status compare_course(comparison *c, const result_file *const files[2], const char *group,
                                    const char *name)
{
  char path[H5_PATH_SIZE];
  if (strcmp(name, "seconds") == 0) return LOLIGO_OK;
  h5_path(path, "%s/%s", group, name);
  const bool is_count = strcmp(name, "synaptic_events") == 0;
  return compare_numbers(c, files, path, is_count ? H5T_NATIVE_UINT64 : H5T_NATIVE_DOUBLE, 1);
}

static loligo_status compare_history(comparison *c, const result_file *const files[2], const char *name)
{
  return compare_course(c, files, "/history", name);
}

static loligo_status compare_evaluations(comparison *c, const result_file *const files[2], const char *name)
{
  return compare_course(c, files, "/evaluation", name);
}

/* -- files -- */

typedef loligo_status (*pair_comparer)(comparison *c, const result_file *const files[2], const char *name);

/* The roots that SONATA knows, those of a training, and how a child that both files have is compared. */
static const struct kind {
  const char *group;
  pair_comparer compare;
} KINDS[] = {{"/spikes", compare_spikes},         {"/report", compare_state},     {"/edges", compare_edges},
             {"/nodes", compare_positions},       {"/weights", compare_matrices}, {"/history", compare_history},
             {"/evaluation", compare_evaluations}};

/* A group of one of two files, whose children are visited. */
typedef struct walk {
  comparison *c;
  const result_file *files[2];
  const struct kind *kind;
  const h5_reader *other; /* the file that is not walked */
  int walked;             /* 0: A, which compares what both have; 1: B, for what A lacks */
} walk;

static loligo_status visit(void *self, const char *name)
{
  const walk *walk = self;
  char path[H5_PATH_SIZE];
  bool found;
  h5_path(path, "%s/%s", walk->kind->group, name);
  LOLIGO_TRY(h5_find(walk->other, path, &found));
  if (found) return walk->walked == 0 ? walk->kind->compare(walk->c, walk->files, name) : LOLIGO_OK;
  walk->c->same = false;
  fprintf(walk->c->out, "%s: %s is only in %c\n", walk->files[0]->name, path, "AB"[walk->walked]);
  return LOLIGO_OK;
}

static loligo_status walk_file(walk *walk, const h5_reader *readers)
{
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
    walk->kind = &KINDS[i];
    for (int k = 0; k < 2; k++) {
      bool found;
      walk->walked = k;
      walk->other = &readers[1 - k];
      LOLIGO_TRY(h5_find(&readers[k], walk->kind->group, &found));
      if (found) LOLIGO_TRY(h5_read_children(&readers[k], walk->kind->group, visit, walk));
    }
  }
  return LOLIGO_OK;
}

static loligo_status compare_file(comparison *c, const result_file *first, const result_file *second)
{
  walk walk = {.c = c, .files = {first, second}};
  h5_reader readers[2] = {{NULL, H5I_INVALID_HID}, {NULL, H5I_INVALID_HID}};
  loligo_status status = LOLIGO_OK;
  for (int k = 0; k < 2 && status == LOLIGO_OK; k++) status = h5_reader_open(&readers[k], walk.files[k]->paths[0]);
  if (status == LOLIGO_OK) status = walk_file(&walk, readers);
  for (int k = 0; k < 2; k++) h5_reader_close(&readers[k]);
  return status;
}

static const result_file *find_file(const result_files *files, const char *name)
{
  for (size_t i = 0; i < files->n; i++)
    if (strcmp(files->items[i].name, name) == 0 && files->items[i].n > 0) return &files->items[i];
  return NULL;
}

static loligo_status compare_files(comparison *c, const result_files files[2])
{
  for (int k = 0; k < 2; k++) {
    for (size_t i = 0; i < files[k].n; i++) {
      const result_file *mine = &files[k].items[i], *other = find_file(&files[1 - k], mine->name);
      if (mine->n == 0) continue;
      if (!other) {
        c->same = false;
        fprintf(c->out, "%s: only in %c\n", mine->name, "AB"[k]);
      } else if (k == 0) {
        LOLIGO_TRY(compare_file(c, mine, other));
      }
    }
  }
  print_spike_difference(c);
  return LOLIGO_OK;
}

/* -- parameters and report -- */

static loligo_status tell_key(void *self, const char *key, const char *first, const char *second)
{
  comparison *c = self;
  c->same = false;
  if (c->n_keys++ < TOLD_KEYS) fprintf(c->out, "parameters: %s is %s in A, %s in B\n", key, first, second);
  return LOLIGO_OK;
}

static loligo_status compare_parameters(comparison *c, char *const paths[2])
{
  char *texts[2] = {NULL, NULL};
  loligo_status status = LOLIGO_OK;
  for (int k = 0; k < 2 && status == LOLIGO_OK; k++) status = text_file_read(paths[k], "used parameters", &texts[k]);
  if (status == LOLIGO_OK)
    status = model_file_differences((const char *const *)paths, (const char *const[]){texts[0], texts[1]}, tell_key, c);
  if (c->n_keys > TOLD_KEYS) fprintf(c->out, "parameters: and %zu keys more\n", c->n_keys - TOLD_KEYS);
  for (int k = 0; k < 2; k++) memory_free(texts[k]);
  return status;
}

/* The rest of the first line of a report that begins with a key and ": "; false where there is none. */
static bool report_line(const char *path, const char *key, char line[LINE_SIZE])
{
  const char *why;
  const size_t length = strlen(key);
  char text[LINE_SIZE];
  bool found = false;
  FILE *report = file_stream(path, &why);
  while (report && !found && fgets(text, sizeof text, report)) {
    found = strncmp(text, key, length) == 0 && strncmp(text + length, ": ", 2) == 0;
    if (found) snprintf(line, LINE_SIZE, "%.*s", (int)strcspn(text + length + 2, "\n"), text + length + 2);
  }
  if (report) fclose(report);
  return found;
}

static loligo_status compare_reports(comparison *c, char *const paths[2])
{
  static const char *const keys[] = {"spikes", "spikes_checksum", "synapses", "  weights_checksum"};
  char lines[2][LINE_SIZE];
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    if (!report_line(paths[0], keys[i], lines[0]) || !report_line(paths[1], keys[i], lines[1])) continue;
    if (strcmp(lines[0], lines[1]) == 0) continue;
    c->same = false;
    fprintf(c->out, "report: %s is %s in A, %s in B\n", keys[i], lines[0], lines[1]);
  }
  return LOLIGO_OK;
}

/* -- the results -- */

/* What both have beside their HDF5 files; a result of a run that was killed early may lack it. */
static loligo_status compare_texts(comparison *c, const char *name,
                                   loligo_status (*compare)(comparison *c, char *const paths[2]))
{
  char *paths[2];
  bool is_there[2];
  for (int k = 0; k < 2; k++) {
    const char *why;
    paths[k] = output_path(c->directories[k], name);
    FILE *file = paths[k] ? file_stream(paths[k], &why) : NULL;
    is_there[k] = file != NULL;
    if (file) fclose(file);
  }
  loligo_status status = paths[0] && paths[1] ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (status == LOLIGO_OK && is_there[0] && is_there[1]) status = compare(c, paths);
  if (is_there[0] != is_there[1]) {
    c->same = false;
    fprintf(c->out, "%s: only in %c\n", name, is_there[0] ? 'A' : 'B');
  }
  for (int k = 0; k < 2; k++) memory_free(paths[k]);
  return status;
}

/* Whether a directory holds anything of a run. */
static loligo_status check_result(const char *directory, const result_files *files)
{
  char *path = output_path(directory, "report.yml");
  const char *why;
  FILE *report = path ? file_stream(path, &why) : NULL;
  const bool found = files->n > 0 || report;
  if (report) fclose(report);
  memory_free(path);
  return found ? LOLIGO_OK : loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no result of loligo", directory);
}

static loligo_status compare_all(comparison *c, const result_files files[2])
{
  for (int k = 0; k < 2; k++) LOLIGO_TRY(check_result(c->directories[k], &files[k]));
  for (int k = 0; k < 2; k++) {
    c->pieces[k] = memory_allocate(PIECE, sizeof *c->pieces[k], "pieces of results");
    if (!c->pieces[k]) return LOLIGO_MACHINE_ERROR;
  }
  LOLIGO_TRY(compare_texts(c, "used_parameters.yml", compare_parameters));
  LOLIGO_TRY(compare_texts(c, "report.yml", compare_reports));
  return compare_files(c, files);
}

loligo_status result_compare_print(const char *const directories[2], FILE *out, bool *same)
{
  comparison c = {.directories = directories, .out = out, .same = true, .spikes.time = NAN};
  result_files files[2] = {0};
  loligo_status status = result_files_find(directories[0], &files[0]);
  if (status == LOLIGO_OK) status = result_files_find(directories[1], &files[1]);
  if (status == LOLIGO_OK) status = compare_all(&c, files);
  for (int k = 0; k < 2; k++) {
    memory_free(c.pieces[k]);
    result_files_free(&files[k]);
  }
  *same = status == LOLIGO_OK && c.same;
  if (*same) fprintf(out, "same\n");
  return status;
}

/*
 * All spikes of a file are held at once, as a network holds them.
 */
#include "io/sonata/spikes.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/grid.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_column.h"
#include "io/model_file/csv.h"
#include "io/model_file/units.h"
#include "io/sonata/nodes.h"

static const char WHAT[] = "spikes", TIMES[] = "timestamps";

void spikes_free(spike_trains *trains)
{
  memory_free(trains->times);
  memory_free(trains->owners);
  *trains = (spike_trains){0};
}

/* A file, and for whom it is read. */
typedef struct spike_file {
  spike_trains *trains;
  const char *path, *population;
  uint64_t n_nodes;
  double dt;
} spike_file;

static loligo_status reserve(spike_trains *trains, uint64_t more)
{
  const memory_column columns[] = {{(void **)&trains->times, sizeof *trains->times},
                                   {(void **)&trains->owners, sizeof *trains->owners}};
  return memory_grow_columns(columns, 2, &trains->capacity, trains->n + more, WHAT);
}

/* Looks at a spike that is there behind the others, in row number `row`, and takes it. */
static loligo_status take(const spike_file *file, uint64_t row)
{
  spike_trains *trains = file->trains;
  double *time = &trains->times[trains->n];
  const uint64_t owner = trains->owners[trains->n];
  if (!(*time >= 0 && isfinite(*time)))
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: spike %" PRIu64 " is at %g ms; times must be 0 or later", file->path,
                       row, *time);
  if (owner >= file->n_nodes)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: spike %" PRIu64 " is of node %" PRIu64 ", but '%s' has %" PRIu64,
                       file->path, row, owner, file->population, file->n_nodes);
  if (grid_steps(*time, file->dt) < 1) *time = file->dt;
  trains->n++;
  return LOLIGO_OK;
}

/* -- HDF5 -- */

/* Where the two columns lie. */
typedef struct spike_columns {
  char times[H5_PATH_SIZE], owners[H5_PATH_SIZE];
} spike_columns;

static loligo_status is_there(const h5_reader *reader, const char *path, bool *found)
{
  return nodes_blame_file(h5_find(reader, path, found));
}

static loligo_status find_columns(const spike_file *file, const h5_reader *reader, spike_columns *columns)
{
  static const char *const names[] = {"node_ids", "gids"};
  char group[H5_PATH_SIZE];
  bool is_flat, found = false;
  LOLIGO_TRY(is_there(reader, "/spikes/timestamps", &is_flat));
  h5_path(group, is_flat ? "/spikes" : "/spikes/%s", file->population);
  h5_path(columns->times, "%s/%s", group, TIMES);
  for (size_t i = 0; i < 2 && !found; i++) {
    h5_path(columns->owners, "%s/%s", group, names[i]);
    LOLIGO_TRY(is_there(reader, columns->owners, &found));
  }
  if (found) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s/%s is missing, and there are no %s in /spikes", file->path, group,
                     names[0], names[1]);
}

/* To ms, from the unit that a dataset names, if it does. */
static loligo_status convert(const h5_reader *reader, const char *dataset, double *times, uint64_t n)
{
  char *unit;
  if (h5_read_text(reader, (h5_place){dataset, "units"}, &unit) != LOLIGO_OK) {
    loligo_error_clear();
    return LOLIGO_OK;
  }
  const loligo_status status = units_convert_all(times, n, unit, "ms");
  memory_free(unit);
  return status;
}

static loligo_status read_columns(const spike_file *file, const h5_reader *reader, const spike_columns *columns,
                                  h5_numbers *times, h5_numbers *owners)
{
  spike_trains *trains = file->trains;
  LOLIGO_TRY(nodes_blame_file(h5_column_open(times, reader, columns->times)));
  LOLIGO_TRY(nodes_blame_file(h5_ids_open(owners, reader, columns->owners)));
  const uint64_t n = times->extent[0];
  if (owners->extent[0] != n)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s has %" PRIu64 " values for %" PRIu64 " spikes", file->path,
                       columns->owners, owners->extent[0], n);
  LOLIGO_TRY(reserve(trains, n));
  LOLIGO_TRY(nodes_blame_file(h5_column_read(times, 0, n, trains->times + trains->n)));
  LOLIGO_TRY(nodes_blame_file(h5_ids_read(owners, 0, n, trains->owners + trains->n)));
  LOLIGO_TRY(convert(reader, columns->times, trains->times + trains->n, n));
  for (uint64_t i = 0; i < n; i++) LOLIGO_TRY(take(file, i));
  return LOLIGO_OK;
}

static loligo_status read_hdf5(const spike_file *file)
{
  h5_reader reader;
  spike_columns columns;
  h5_numbers times = H5_COLUMN_CLOSED, owners = H5_COLUMN_CLOSED;
  LOLIGO_TRY(nodes_blame_file(h5_reader_open(&reader, file->path)));
  loligo_status status = find_columns(file, &reader, &columns);
  if (status == LOLIGO_OK) status = read_columns(file, &reader, &columns, &times, &owners);
  h5_numbers_close(&times);
  h5_numbers_close(&owners);
  h5_reader_close(&reader);
  return status;
}

/* -- CSV -- */

typedef enum csv_field { CSV_TIME, CSV_OWNER, CSV_POPULATION, CSV_FIELDS } csv_field;

static const char *const CSV_NAMES[CSV_FIELDS] = {"timestamps", "node_ids", "population"};

/* Numbers of the columns, from 0; -1: not there. */
static loligo_status read_header(csv_lines *lines, int at[CSV_FIELDS])
{
  char *rest, *field;
  for (int c = 0; c < CSV_FIELDS; c++) at[c] = -1;
  LOLIGO_TRY(csv_next_line(lines, &rest));
  for (int i = 0;; i++) {
    LOLIGO_TRY(csv_next_field(lines, &rest, &field));
    if (!field) break;
    for (int c = 0; c < CSV_FIELDS; c++)
      if (strcmp(field, CSV_NAMES[c]) == 0) at[c] = i;
  }
  if (at[CSV_TIME] >= 0 && at[CSV_OWNER] >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: the columns must be '%s' and '%s', and may be '%s', apart by blanks",
                     lines->path, lines->number, CSV_NAMES[CSV_TIME], CSV_NAMES[CSV_OWNER], CSV_NAMES[CSV_POPULATION]);
}

static loligo_status read_fields(const csv_lines *lines, char *rest, const int at[CSV_FIELDS],
                                 const char *fields[CSV_FIELDS])
{
  char *field;
  for (int c = 0; c < CSV_FIELDS; c++) fields[c] = NULL;
  for (int i = 0;; i++) {
    LOLIGO_TRY(csv_next_field(lines, &rest, &field));
    if (!field) break;
    for (int c = 0; c < CSV_FIELDS; c++)
      if (at[c] == i) fields[c] = field;
  }
  if (fields[CSV_TIME] && fields[CSV_OWNER] && (at[CSV_POPULATION] < 0 || fields[CSV_POPULATION])) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: the line is shorter than the header", lines->path, lines->number);
}

static loligo_status read_line(const spike_file *file, const csv_lines *lines, char *rest, const int at[CSV_FIELDS])
{
  const char *fields[CSV_FIELDS];
  double owner;
  spike_trains *trains = file->trains;
  LOLIGO_TRY(read_fields(lines, rest, at, fields));
  if (fields[CSV_POPULATION] && strcmp(fields[CSV_POPULATION], file->population) != 0) return LOLIGO_OK;
  LOLIGO_TRY(reserve(trains, 1));
  LOLIGO_TRY(csv_number(lines, CSV_NAMES[CSV_TIME], fields[CSV_TIME], &trains->times[trains->n]));
  LOLIGO_TRY(csv_number(lines, CSV_NAMES[CSV_OWNER], fields[CSV_OWNER], &owner));
  if (owner < 0 || owner != floor(owner) || owner > 0x1p53)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: %s: '%s' is no node", lines->path, lines->number,
                       CSV_NAMES[CSV_OWNER], fields[CSV_OWNER]);
  trains->owners[trains->n] = (uint64_t)owner;
  return take(file, lines->number);
}

static loligo_status read_lines(const spike_file *file, csv_lines *lines)
{
  int at[CSV_FIELDS];
  char *rest;
  LOLIGO_TRY(read_header(lines, at));
  for (;;) {
    LOLIGO_TRY(csv_next_line(lines, &rest));
    if (!rest) return LOLIGO_OK;
    LOLIGO_TRY(read_line(file, lines, rest, at));
  }
}

static loligo_status read_csv(const spike_file *file)
{
  const char *why;
  FILE *stream = file_stream(file->path, &why);
  if (!stream) return loligo_fail(LOLIGO_INPUT_ERROR, "cannot open '%s': %s", file->path, why);
  csv_lines lines = {.file = stream, .path = file->path, .by_blanks = true};
  const loligo_status status = read_lines(file, &lines);
  csv_lines_free(&lines);
  fclose(stream);
  return status;
}

loligo_status spikes_add(spike_trains *trains, const char *path, const char *population, uint64_t n_nodes, double dt)
{
  const spike_file file = {trains, path, population, n_nodes, dt};
  return text_ends(path, ".csv") ? read_csv(&file) : read_hdf5(&file);
}

/*
 * Purpose: read what a run has recorded without minding in how many files it lies.
 *
 * All segments hold files of the same names, so the last one tells which there are. Nothing stays open between two
 * calls.
 */
#include "io/results/result_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/hdf5/h5.h"
#include "io/results/output.h"
#include "io/results/segments.h"

static int is_h5(const struct dirent *entry)
{
  return text_ends(entry->d_name, ".h5");
}

static int is_segment(const struct dirent *entry)
{
  return segments_is_good(entry->d_name);
}

/* Entries of a folder in the order of names; none if it cannot be read. */
typedef struct listing {
  struct dirent **entries;
  int n;
} listing;

static listing list(const char *folder, int (*is_wanted)(const struct dirent *))
{
  listing found = {NULL, 0};
  if (folder) found.n = scandir(folder, &found.entries, is_wanted, alphasort);
  if (found.n < 0) found = (listing){NULL, 0};
  return found;
}

static void listing_free(listing *listing)
{
  for (int i = 0; i < listing->n; i++) free(listing->entries[i]);
  free(listing->entries);
}

/* A file with room for n paths; NULL after loligo_fail(). */
static result_file *add(result_files *files, const char *name, size_t n)
{
  if (memory_grow((void **)&files->items, &files->capacity, files->n + 1, sizeof *files->items, "files of a result"))
    return NULL;
  result_file *file = &files->items[files->n++];
  *file = (result_file){.name = memory_string(name), .paths = memory_allocate(n, sizeof *file->paths, "paths")};
  return file->name && file->paths ? file : NULL;
}

static loligo_status add_final(result_files *files, const char *directory, const char *name)
{
  result_file *file = add(files, name, 1);
  if (!file) return LOLIGO_MACHINE_ERROR;
  file->paths[0] = output_path(directory, name);
  file->n = file->paths[0] != NULL;
  return file->n ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* The path of a file in a segment, NULL where it has none. */
static char *path_in(const char *folder, const char *segment, const char *name)
{
  char *inner = output_path(folder, segment), *path = inner ? output_path(inner, name) : NULL;
  memory_free(inner);
  if (path && access(path, F_OK) == 0) return path;
  memory_free(path);
  return NULL;
}

static loligo_status add_segmented(result_files *files, const char *folder, const listing *segments, const char *name)
{
  result_file *file = add(files, name, (size_t)segments->n);
  if (!file) return LOLIGO_MACHINE_ERROR;
  file->in_segments = true;
  for (int i = 0; i < segments->n; i++) {
    char *path = path_in(folder, segments->entries[i]->d_name, name);
    if (path) file->paths[file->n++] = path;
  }
  return LOLIGO_OK;
}

static loligo_status find_in_segments(result_files *files, const char *directory)
{
  char *folder = output_path(directory, SEGMENTS_FOLDER);
  listing segments = list(folder, is_segment);
  loligo_status status = LOLIGO_OK;
  if (segments.n > 0) {
    char *last = output_path(folder, segments.entries[segments.n - 1]->d_name);
    listing names = list(last, is_h5);
    for (int i = 0; i < names.n && status == LOLIGO_OK; i++)
      status = add_segmented(files, folder, &segments, names.entries[i]->d_name);
    listing_free(&names);
    memory_free(last);
  }
  listing_free(&segments);
  memory_free(folder);
  return status;
}

loligo_status result_files_find(const char *directory, result_files *files)
{
  *files = (result_files){0};
  listing names;
  names.n = scandir(directory, &names.entries, is_h5, alphasort);
  if (names.n < 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot be read: %s", directory, strerror(errno));
  loligo_status status = LOLIGO_OK;
  for (int i = 0; i < names.n && status == LOLIGO_OK; i++)
    status = add_final(files, directory, names.entries[i]->d_name);
  listing_free(&names);
  return status == LOLIGO_OK ? find_in_segments(files, directory) : status;
}

void result_files_free(result_files *files)
{
  for (size_t i = 0; i < files->n; i++) {
    for (size_t k = 0; k < files->items[i].n; k++) memory_free(files->items[i].paths[k]);
    memory_free(files->items[i].paths);
    memory_free(files->items[i].name);
  }
  memory_free(files->items);
}

/* -- datasets -- */

loligo_status result_file_has(const result_file *file, const char *object, bool *found)
{
  h5_reader reader;
  loligo_status status = h5_reader_open(&reader, file->paths[0]);
  if (status == LOLIGO_OK) status = h5_find(&reader, object, found);
  h5_reader_close(&reader);
  return status;
}

loligo_status result_report_cells(const result_file *file, const char *name, char *path, bool *of_synapses)
{
  h5_path(path, "/report/%s/mapping/target_ids", name);
  LOLIGO_TRY(result_file_has(file, path, of_synapses));
  if (!*of_synapses) h5_path(path, "/report/%s/mapping/node_ids", name);
  return LOLIGO_OK;
}

static loligo_status extent_in(const result_column *column, const char *path, uint64_t extent[2])
{
  h5_reader reader;
  LOLIGO_TRY(h5_reader_open(&reader, path));
  loligo_status status = h5_read_extent(&reader, column->dataset, column->type, column->n_axes, extent);
  h5_reader_close(&reader);
  return status;
}

/* Rows of all paths, which must agree in their columns. */
static loligo_status measure(result_column *column)
{
  for (size_t i = 0; i < column->file->n; i++) {
    uint64_t extent[2];
    LOLIGO_TRY(extent_in(column, column->file->paths[i], extent));
    if (i > 0 && extent[1] != column->columns)
      return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s has not the columns of the segment before",
                         column->file->paths[i], column->dataset);
    if (column->rows == 0 && extent[0] > 0) column->first = i;
    column->columns = extent[1];
    column->ends[i] = column->rows += extent[0];
  }
  return LOLIGO_OK;
}

loligo_status result_column_open(result_column *column, const result_file *file, const char *dataset, hid_t type,
                                 int n_axes)
{
  *column = (result_column){.file = file, .dataset = dataset, .type = type, .n_axes = n_axes};
  column->ends = memory_allocate(file->n, sizeof *column->ends, "rows of segments");
  return column->ends ? measure(column) : LOLIGO_MACHINE_ERROR;
}

void result_column_close(result_column *column)
{
  memory_free(column->ends);
  column->ends = NULL;
}

static loligo_status read_part(const result_column *column, size_t part, h5_window window, void *values)
{
  h5_reader reader;
  LOLIGO_TRY(h5_reader_open(&reader, column->file->paths[part]));
  loligo_status status = h5_read_window(&reader, column->dataset, column->type, column->n_axes, window, values);
  h5_reader_close(&reader);
  return status;
}

loligo_status result_column_read(const result_column *column, h5_window window, void *values)
{
  const size_t row_bytes = window.n_columns * H5Tget_size(column->type);
  char *next = values;
  for (size_t i = 0; i < column->file->n && window.n_rows > 0; i++) {
    const uint64_t begin = i > 0 ? column->ends[i - 1] : 0;
    if (window.row >= column->ends[i]) continue;
    h5_window part = window;
    part.row -= begin;
    part.n_rows = least(window.n_rows, column->ends[i] - window.row);
    LOLIGO_TRY(read_part(column, i, part, next));
    next += part.n_rows * row_bytes;
    window.row += part.n_rows;
    window.n_rows -= part.n_rows;
  }
  return LOLIGO_OK;
}

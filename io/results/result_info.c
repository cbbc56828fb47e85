/*
 * Purpose: tell what a result holds, from its files alone.
 *
 * The report is printed without its phases; then each HDF5 file in the order of names, by the groups that SONATA
 * prescribes. The segments of an unfinished run are described together, file by file.
 */
#include "io/results/result_info.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_read.h"
#include "io/results/output.h"
#include "io/results/result_files.h"
#include "io/results/segments.h"

typedef struct description {
  FILE *out;
  const result_file *file; /* with one path at least */
} description;

/* The number in one row. */
static loligo_status number_at(const result_column *column, uint64_t row, double *number)
{
  return result_column_read(column, (h5_window){row, 0, 1, 1}, number);
}

static loligo_status print_times(const description *d, const char *name, const result_column *times)
{
  double from = 0, to = 0;
  if (times->rows > 0) {
    LOLIGO_TRY(number_at(times, 0, &from));
    LOLIGO_TRY(number_at(times, times->rows - 1, &to));
  }
  fprintf(d->out, "  %s: %" PRIu64 " spikes", name, times->rows);
  if (times->rows > 0) fprintf(d->out, " from %.10g to %.10g ms", from, to);
  fputc('\n', d->out);
  return LOLIGO_OK;
}

static loligo_status print_spikes(void *self, const char *name)
{
  const description *d = self;
  char path[H5_PATH_SIZE];
  result_column times;
  h5_path(path, "/spikes/%s/timestamps", name);
  loligo_status status = result_column_open(&times, d->file, path, H5T_NATIVE_DOUBLE, 1);
  if (status == LOLIGO_OK) status = print_times(d, name, &times);
  result_column_close(&times);
  return status;
}

/* mapping/time of the first part that has frames: start, stop and step. */
static loligo_status read_grid(const description *d, const char *name, size_t part, double grid[3])
{
  h5_reader reader;
  char path[H5_PATH_SIZE];
  h5_path(path, "/report/%s/mapping/time", name);
  LOLIGO_TRY(h5_reader_open(&reader, d->file->paths[part]));
  loligo_status status = h5_read_window(&reader, path, H5T_NATIVE_DOUBLE, 1, (h5_window){0, 0, 3, 1}, grid);
  h5_reader_close(&reader);
  return status;
}

static loligo_status print_frames(void *self, const char *name)
{
  const description *d = self;
  char path[H5_PATH_SIZE];
  result_column data;
  double grid[3];
  bool of_synapses = false;
  LOLIGO_TRY(result_report_cells(d->file, name, path, &of_synapses));
  h5_path(path, "/report/%s/data", name);
  loligo_status status = result_column_open(&data, d->file, path, H5T_NATIVE_DOUBLE, 2);
  if (status == LOLIGO_OK) status = read_grid(d, name, data.first, grid);
  if (status == LOLIGO_OK)
    fprintf(d->out, "  %s: %" PRIu64 " frames of %" PRIu64 " %s, every %.10g ms from %.10g ms\n", name, data.rows,
            data.columns, of_synapses ? "synapses" : "cells", grid[2], grid[0]);
  result_column_close(&data);
  return status;
}

/* How long a column of numbers is. */
static loligo_status print_rows(const description *d, const char *name, const char *column, hid_t type,
                                const char *before, const char *after)
{
  result_column rows;
  loligo_status status = result_column_open(&rows, d->file, column, type, 1);
  if (status == LOLIGO_OK) fprintf(d->out, "  %s: %s%" PRIu64 " %s\n", name, before, rows.rows, after);
  result_column_close(&rows);
  return status;
}

static loligo_status print_edges(void *self, const char *name)
{
  char path[H5_PATH_SIZE];
  h5_path(path, "/edges/%s/source_node_id", name);
  return print_rows(self, name, path, H5T_NATIVE_UINT64, "", "synapses");
}

static loligo_status print_nodes(void *self, const char *name)
{
  char path[H5_PATH_SIZE];
  h5_path(path, "/nodes/%s/node_id", name);
  return print_rows(self, name, path, H5T_NATIVE_UINT64, "positions of ", "cells");
}

static loligo_status print_weights(void *self, const char *name)
{
  const description *d = self;
  char path[H5_PATH_SIZE];
  result_column weights;
  bool found;
  h5_path(path, "/weights/%s/weight", name);
  LOLIGO_TRY(result_file_has(d->file, path, &found));
  if (!found) return LOLIGO_OK;
  loligo_status status = result_column_open(&weights, d->file, path, H5T_NATIVE_DOUBLE, 2);
  if (status == LOLIGO_OK)
    fprintf(d->out, "  %s: weights onto %" PRIu64 " from %" PRIu64 "\n", name, weights.rows, weights.columns);
  result_column_close(&weights);
  return status;
}

/* Of the history of a training one column tells how long it is. */
static loligo_status print_history(void *self, const char *name)
{
  return strcmp(name, "loss") == 0 ? print_rows(self, "history", "/history/loss", H5T_NATIVE_DOUBLE, "", "epochs")
                                   : LOLIGO_OK;
}

static loligo_status print_evaluations(void *self, const char *name)
{
  return strcmp(name, "loss") == 0 ? print_rows(self, "evaluation", "/evaluation/loss", H5T_NATIVE_DOUBLE, "", "times")
                                   : LOLIGO_OK;
}

/* The roots that SONATA knows, and those of a training, and how one of their children is described. */
static const struct kind {
  const char *group;
  loligo_status (*print)(void *self, const char *name);
} KINDS[] = {{"/spikes", print_spikes},         {"/report", print_frames},   {"/edges", print_edges},
             {"/nodes", print_nodes},           {"/weights", print_weights}, {"/history", print_history},
             {"/evaluation", print_evaluations}};

/* What the files hold that follow one another, of which `reader` has the first. */
static loligo_status print_groups(description *d, const h5_reader *reader)
{
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
    bool found;
    LOLIGO_TRY(h5_find(reader, KINDS[i].group, &found));
    if (found) LOLIGO_TRY(h5_read_children(reader, KINDS[i].group, KINDS[i].print, d));
  }
  return LOLIGO_OK;
}

static loligo_status print_text(const h5_reader *reader, const char *name, FILE *out)
{
  char path[H5_PATH_SIZE], *text;
  bool found;
  h5_path(path, "/provenance/%s", name);
  LOLIGO_TRY(h5_find(reader, path, &found));
  if (!found) return LOLIGO_OK;
  LOLIGO_TRY(h5_read_text(reader, (h5_place){path, NULL}, &text));
  fprintf(out, "  %s: %s\n", name, text);
  memory_free(text);
  return LOLIGO_OK;
}

/* Where a file comes from, for a result without a report. */
static loligo_status print_origin(const h5_reader *reader, FILE *out)
{
  static const char *const names[] = {"version", "revision", "mpi",     "mpi_io",
                                      "hdf5",    "host",     "started", "command_line"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) LOLIGO_TRY(print_text(reader, names[i], out));
  return LOLIGO_OK;
}

static loligo_status is_complete(const h5_reader *reader, bool *complete)
{
  static const char path[] = "/provenance/complete";
  uint64_t mark = 0;
  bool found;
  LOLIGO_TRY(h5_find(reader, path, &found));
  if (found) LOLIGO_TRY(h5_read(reader, (h5_place){path, NULL}, H5T_NATIVE_UINT64, 1, &mark));
  *complete = mark == 1;
  return LOLIGO_OK;
}

static loligo_status print_contents(description *d, const h5_reader *reader, bool with_origin)
{
  bool complete;
  LOLIGO_TRY(is_complete(reader, &complete));
  fprintf(d->out, "%s: %s\n", d->file->name, complete ? "complete" : "not complete");
  LOLIGO_TRY(print_groups(d, reader));
  return with_origin ? print_origin(reader, d->out) : LOLIGO_OK;
}

static loligo_status print_file(const result_file *file, bool with_origin, FILE *out)
{
  description d = {out, file};
  h5_reader reader;
  loligo_status status = h5_reader_open(&reader, file->paths[0]);
  if (status == LOLIGO_OK) status = print_contents(&d, &reader, with_origin);
  if (status != LOLIGO_OK) fprintf(out, "%s: cannot be read\n", file->name);
  h5_reader_close(&reader);
  return status;
}

/* One file of all segments together. */
static loligo_status print_segmented(const result_file *file, FILE *out)
{
  description d = {out, file};
  h5_reader reader = {NULL, H5I_INVALID_HID};
  fprintf(out, "%s: in %zu segments\n", file->name, file->n);
  if (file->n == 0) return LOLIGO_OK;
  loligo_status status = h5_reader_open(&reader, file->paths[0]);
  if (status == LOLIGO_OK) status = print_groups(&d, &reader);
  h5_reader_close(&reader);
  return status;
}

static void keep_first(loligo_status *status, loligo_status next)
{
  if (*status == LOLIGO_OK) *status = next;
}

/* -- the result -- */

/* Copies report.yml but for the block of phases. */
static bool print_report(const char *directory, FILE *out)
{
  char line[4096];
  bool in_phases = false;
  char *path = output_path(directory, "report.yml");
  const char *why;
  FILE *report = path ? file_stream(path, &why) : NULL;
  memory_free(path);
  if (!report) return false;
  while (fgets(line, sizeof line, report)) {
    if (*line != ' ') in_phases = text_begins(line, "phases:");
    if (!in_phases) fputs(line, out);
  }
  fclose(report);
  return true;
}

static loligo_status print_files(const result_files *files, bool has_report, FILE *out)
{
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < files->n; i++) {
    const result_file *file = &files->items[i];
    if (file->in_segments && (i == 0 || !files->items[i - 1].in_segments))
      fprintf(out, "the run is not finished: " SEGMENTS_FOLDER "/ holds what it has recorded\n");
    keep_first(&status, file->in_segments ? print_segmented(file, out) : print_file(file, !has_report && i == 0, out));
  }
  return status;
}

loligo_status result_info_print(const char *directory, FILE *out)
{
  result_files files;
  loligo_status status = result_files_find(directory, &files);
  if (status == LOLIGO_OK) {
    const bool has_report = print_report(directory, out);
    if (!has_report && files.n > 0 && !files.items[0].in_segments)
      fprintf(out, "no report.yml: the run goes on or was killed\n");
    status = print_files(&files, has_report, out);
    if (!has_report && files.n == 0)
      status = loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no result of loligo", directory);
  }
  result_files_free(&files);
  return status;
}

/*
 * Purpose: tell what a result holds, from its files alone.
 *
 * The report is printed without its phases; then each HDF5 file in the order of names, by the groups that SONATA
 * prescribes. The segments of an unfinished run are described together, file by file.
 */
#include "io/results/result_info.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_read.h"
#include "io/results/output.h"
#include "io/results/segments.h"

/* Files that follow one another, or one. There may be more than a process can open at once. */
typedef struct description {
  FILE *out;
  char *const *paths; /* [n_files] at least one */
  int n_files;
} description;

static loligo_status extent_in(const description *d, int i, const char *dataset, hid_t type, int n_axes,
                               uint64_t extent[2])
{
  h5_reader reader;
  LOLIGO_TRY(h5_reader_open(&reader, d->paths[i]));
  loligo_status status = h5_read_extent(&reader, dataset, type, n_axes, extent);
  h5_reader_close(&reader);
  return status;
}

/* The number in one row. */
static loligo_status number_in(const description *d, int i, const char *dataset, uint64_t row, double *number)
{
  h5_reader reader;
  LOLIGO_TRY(h5_reader_open(&reader, d->paths[i]));
  loligo_status status = h5_read_row(&reader, dataset, H5T_NATIVE_DOUBLE, row, number);
  h5_reader_close(&reader);
  return status;
}

/* Rows of a dataset in all files, and where they begin and end. */
typedef struct extent {
  uint64_t rows, columns; /* columns of the last file */
  int first, last;        /* files that have any rows */
  uint64_t last_rows;     /* of the last one */
} extent;

static loligo_status read_extent(const description *d, const char *dataset, hid_t type, int n_axes, extent *total)
{
  *total = (extent){0};
  for (int i = 0; i < d->n_files; i++) {
    uint64_t found[2];
    LOLIGO_TRY(extent_in(d, i, dataset, type, n_axes, found));
    total->columns = found[1];
    if (found[0] == 0) continue;
    if (total->rows == 0) total->first = i;
    total->last = i;
    total->last_rows = found[0];
    total->rows += found[0];
  }
  return LOLIGO_OK;
}

static loligo_status print_spikes(void *self, const char *name)
{
  const description *d = self;
  char path[H5_PATH_SIZE];
  extent extent;
  double from = 0, to = 0;
  h5_path(path, "/spikes/%s/timestamps", name);
  LOLIGO_TRY(read_extent(d, path, H5T_NATIVE_DOUBLE, 1, &extent));
  if (extent.rows > 0) {
    LOLIGO_TRY(number_in(d, extent.first, path, 0, &from));
    LOLIGO_TRY(number_in(d, extent.last, path, extent.last_rows - 1, &to));
  }
  fprintf(d->out, "  %s: %" PRIu64 " spikes", name, extent.rows);
  if (extent.rows > 0) fprintf(d->out, " from %.10g to %.10g ms", from, to);
  fputc('\n', d->out);
  return LOLIGO_OK;
}

static loligo_status print_frames(void *self, const char *name)
{
  const description *d = self;
  char path[H5_PATH_SIZE];
  extent extent;
  double start, interval;
  h5_path(path, "/report/%s/data", name);
  LOLIGO_TRY(read_extent(d, path, H5T_NATIVE_DOUBLE, 2, &extent));
  h5_path(path, "/report/%s/mapping/time", name);
  LOLIGO_TRY(number_in(d, extent.first, path, 0, &start));
  LOLIGO_TRY(number_in(d, extent.first, path, 2, &interval));
  fprintf(d->out, "  %s: %" PRIu64 " frames of %" PRIu64 " cells, every %.10g ms from %.10g ms\n", name, extent.rows,
          extent.columns, interval, start);
  return LOLIGO_OK;
}

static loligo_status print_edges(void *self, const char *name)
{
  const description *d = self;
  char path[H5_PATH_SIZE];
  extent extent;
  h5_path(path, "/edges/%s/source_node_id", name);
  LOLIGO_TRY(read_extent(d, path, H5T_NATIVE_UINT64, 1, &extent));
  fprintf(d->out, "  %s: %" PRIu64 " synapses\n", name, extent.rows);
  return LOLIGO_OK;
}

/* The roots that SONATA knows, and how one of their children is described. */
static const struct kind {
  const char *group;
  loligo_status (*print)(void *self, const char *name);
} KINDS[] = {{"/spikes", print_spikes}, {"/report", print_frames}, {"/edges", print_edges}};

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

static loligo_status print_contents(description *d, const h5_reader *reader, const char *name, bool with_origin)
{
  bool complete;
  LOLIGO_TRY(is_complete(reader, &complete));
  fprintf(d->out, "%s: %s\n", name, complete ? "complete" : "not complete");
  LOLIGO_TRY(print_groups(d, reader));
  return with_origin ? print_origin(reader, d->out) : LOLIGO_OK;
}

static loligo_status print_file(const char *directory, const char *name, bool with_origin, FILE *out)
{
  char *path = output_path(directory, name);
  if (!path) return LOLIGO_MACHINE_ERROR;
  description d = {out, &path, 1};
  h5_reader reader;
  loligo_status status = h5_reader_open(&reader, path);
  if (status == LOLIGO_OK) status = print_contents(&d, &reader, name, with_origin);
  if (status != LOLIGO_OK) fprintf(out, "%s: cannot be read\n", name);
  h5_reader_close(&reader);
  memory_free(path);
  return status;
}

static void keep_first(loligo_status *status, loligo_status next)
{
  if (*status == LOLIGO_OK) *status = next;
}

/* -- segments -- */

static int is_h5(const struct dirent *entry)
{
  return output_is_h5(entry->d_name);
}

static int is_segment(const struct dirent *entry)
{
  return segments_is_good(entry->d_name);
}

/* Entries of a folder in the order of names; 0 if it cannot be read. */
static int list(const char *folder, int (*is_wanted)(const struct dirent *), struct dirent ***entries)
{
  int n = folder ? scandir(folder, entries, is_wanted, alphasort) : -1;
  if (n < 0) *entries = NULL;
  return n < 0 ? 0 : n;
}

static void free_list(struct dirent **entries, int n)
{
  for (int i = 0; i < n; i++) free(entries[i]);
  free(entries);
}

/* Paths of a file in the segments that hold it, to paths[n]; returns how many. */
static int list_parts(const char *folder, struct dirent **segments, int n, const char *name, char **paths)
{
  int found = 0;
  for (int i = 0; i < n; i++) {
    char *segment = output_path(folder, segments[i]->d_name);
    paths[found] = segment ? output_path(segment, name) : NULL;
    memory_free(segment);
    if (paths[found] && access(paths[found], F_OK) == 0)
      found++;
    else
      memory_free(paths[found]);
  }
  return found;
}

/* One file of all segments together. */
static loligo_status print_segmented(const char *folder, struct dirent **segments, int n, const char *name, FILE *out)
{
  char **paths = memory_allocate((size_t)n, sizeof *paths, "paths of segments");
  if (!paths) return LOLIGO_MACHINE_ERROR;
  description d = {out, paths, list_parts(folder, segments, n, name, paths)};
  h5_reader reader = {NULL, H5I_INVALID_HID};
  fprintf(out, "%s: in %d segments\n", name, d.n_files);
  loligo_status status = d.n_files > 0 ? h5_reader_open(&reader, paths[0]) : LOLIGO_OK;
  if (status == LOLIGO_OK && d.n_files > 0) status = print_groups(&d, &reader);
  h5_reader_close(&reader);
  for (int i = 0; i < d.n_files; i++) memory_free(paths[i]);
  memory_free(paths);
  return status;
}

/* Keeps *status if it is an error already. */
static void print_segments(const char *directory, FILE *out, int *n, loligo_status *status)
{
  struct dirent **segments, **files;
  char *folder = output_path(directory, SEGMENTS_FOLDER);
  *n = list(folder, is_segment, &segments);
  if (*n > 0) {
    fprintf(out, "the run is not finished: " SEGMENTS_FOLDER "/ holds what it has recorded\n");
    char *last = output_path(folder, segments[*n - 1]->d_name);
    int n_files = list(last, is_h5, &files);
    for (int i = 0; i < n_files; i++) keep_first(status, print_segmented(folder, segments, *n, files[i]->d_name, out));
    free_list(files, n_files);
    memory_free(last);
  }
  free_list(segments, *n);
  memory_free(folder);
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
    if (*line != ' ') in_phases = strncmp(line, "phases:", 7) == 0;
    if (!in_phases) fputs(line, out);
  }
  fclose(report);
  return true;
}

loligo_status result_info_print(const char *directory, FILE *out)
{
  struct dirent **entries;
  int n_segments, n = scandir(directory, &entries, is_h5, alphasort);
  if (n < 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot be read: %s", directory, strerror(errno));
  loligo_status status = LOLIGO_OK;
  bool has_report = print_report(directory, out);
  if (!has_report && n > 0) fprintf(out, "no report.yml: the run goes on or was killed\n");
  for (int i = 0; i < n; i++)
    keep_first(&status, print_file(directory, entries[i]->d_name, !has_report && i == 0, out));
  free_list(entries, n);
  print_segments(directory, out, &n_segments, &status);
  if (!has_report && n_segments == 0 && n == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no result of loligo", directory);
  return status;
}

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

#include <hdf5.h>

#include "base/memory.h"
#include "io/results/output.h"
#include "io/results/segments.h"
#include "io/results/sonata.h"

/* Files that follow one another, or one. There may be more than a process can open at once. */
typedef struct description {
  FILE *out;
  hid_t file;         /* the first one, open */
  char *const *paths; /* [n_files] */
  int n_files;
} description;

static hid_t open_part(const description *d, int i)
{
  return i == 0 ? d->file : H5Fopen(d->paths[i], H5F_ACC_RDONLY, H5P_DEFAULT);
}

static void close_part(int i, hid_t file)
{
  if (i > 0 && file >= 0) H5Fclose(file);
}

/* Rows and columns of a dataset; 0 x 1 if there is none. */
static void extent_of(hid_t file, const char *path, hsize_t extent[2])
{
  extent[0] = 0;
  extent[1] = 1;
  hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
  if (dataset < 0) return;
  hid_t space = H5Dget_space(dataset);
  if (H5Sget_simple_extent_ndims(space) <= 2) H5Sget_simple_extent_dims(space, extent, NULL);
  H5Sclose(space);
  H5Dclose(dataset);
}

/* Number at `row` of a one-dimensional dataset, or the scalar that it is. */
static double number_at(hid_t file, const char *path, hsize_t row)
{
  double value = 0;
  hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT), one = H5Screate_simple(1, (hsize_t[]){1}, NULL);
  if (dataset >= 0) {
    hid_t space = H5Dget_space(dataset);
    if (H5Sget_simple_extent_ndims(space) == 1) {
      H5Sselect_hyperslab(space, H5S_SELECT_SET, &row, NULL, (hsize_t[]){1}, NULL);
    }
    H5Dread(dataset, H5T_NATIVE_DOUBLE, one, space, H5P_DEFAULT, &value);
    H5Sclose(space);
    H5Dclose(dataset);
  }
  H5Sclose(one);
  return value;
}

static void extent_in(const description *d, int i, const char *path, hsize_t extent[2])
{
  hid_t file = open_part(d, i);
  extent_of(file, path, extent);
  close_part(i, file);
}

static double number_in(const description *d, int i, const char *path, hsize_t row)
{
  hid_t file = open_part(d, i);
  double value = number_at(file, path, row);
  close_part(i, file);
  return value;
}

/* Rows of a dataset in all files, and the first and the last file that has any. */
static uint64_t rows_of(const description *d, const char *path, int *first, int *last)
{
  uint64_t rows = 0;
  *first = *last = 0;
  for (int i = 0; i < d->n_files; i++) {
    hsize_t extent[2];
    extent_in(d, i, path, extent);
    if (extent[0] == 0) continue;
    if (rows == 0) *first = i;
    *last = i;
    rows += extent[0];
  }
  return rows;
}

static void print_spikes(const description *d, const char *name)
{
  char path[SONATA_PATH_SIZE];
  hsize_t extent[2];
  int first, last;
  sonata_path(path, "/spikes/%s/timestamps", name);
  uint64_t rows = rows_of(d, path, &first, &last);
  fprintf(d->out, "  %s: %" PRIu64 " spikes", name, rows);
  if (rows > 0) {
    extent_in(d, last, path, extent);
    fprintf(d->out, " from %.10g to %.10g ms", number_in(d, first, path, 0), number_in(d, last, path, extent[0] - 1));
  }
  fputc('\n', d->out);
}

static void print_frames(const description *d, const char *name)
{
  char path[SONATA_PATH_SIZE];
  hsize_t extent[2];
  int first, last;
  sonata_path(path, "/report/%s/data", name);
  uint64_t rows = rows_of(d, path, &first, &last);
  extent_in(d, first, path, extent);
  fprintf(d->out, "  %s: %" PRIu64 " frames of %" PRIu64 " cells", name, rows, (uint64_t)extent[1]);
  sonata_path(path, "/report/%s/mapping/time", name);
  fprintf(d->out, ", every %.10g ms from %.10g ms\n", number_in(d, first, path, 2), number_in(d, first, path, 0));
}

static void print_edges(const description *d, const char *name)
{
  char path[SONATA_PATH_SIZE];
  int first, last;
  sonata_path(path, "/edges/%s/source_node_id", name);
  fprintf(d->out, "  %s: %" PRIu64 " synapses\n", name, rows_of(d, path, &first, &last));
}

/* The roots that SONATA knows, and how one of their children is described. */
static const struct kind {
  const char *group;
  void (*print)(const description *d, const char *name);
} KINDS[] = {{"/spikes", print_spikes}, {"/report", print_frames}, {"/edges", print_edges}};

static herr_t visit(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
  const void **arguments = data;
  const struct kind *kind = arguments[1];
  (void)group;
  (void)info;
  kind->print(arguments[0], name);
  return 0;
}

static void print_groups(const description *d)
{
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
    if (H5Lexists(d->file, KINDS[i].group, H5P_DEFAULT) <= 0) continue;
    hid_t group = H5Gopen2(d->file, KINDS[i].group, H5P_DEFAULT);
    H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, visit, (const void *[]){d, &KINDS[i]});
    H5Gclose(group);
  }
}

static void print_text(const description *d, const char *name)
{
  char path[SONATA_PATH_SIZE], *text = NULL;
  sonata_path(path, "/provenance/%s", name);
  hid_t dataset = H5Dopen2(d->file, path, H5P_DEFAULT);
  if (dataset < 0) return;
  hid_t type = H5Dget_type(dataset);
  if (H5Tis_variable_str(type) > 0 && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text) >= 0) {
    fprintf(d->out, "  %s: %s\n", name, text);
    H5free_memory(text);
  }
  H5Tclose(type);
  H5Dclose(dataset);
}

/* Where a file comes from, for a result without a report. */
static void print_origin(const description *d)
{
  static const char *const names[] = {"version", "revision", "mpi",     "mpi_io",
                                      "hdf5",    "host",     "started", "command_line"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) print_text(d, names[i]);
}

static hid_t open_file(const char *directory, const char *name)
{
  char *path = output_path(directory, name);
  hid_t file = path ? H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT) : H5I_INVALID_HID;
  memory_free(path);
  return file;
}

static void print_file(const char *directory, const char *name, bool with_origin, FILE *out)
{
  hid_t file = open_file(directory, name);
  description d = {out, file, NULL, 1};
  if (file < 0) {
    fprintf(out, "%s: cannot be read\n", name);
    return;
  }
  bool complete = H5Lexists(file, "provenance", H5P_DEFAULT) > 0 && number_at(file, "/provenance/complete", 0) == 1;
  fprintf(out, "%s: %s\n", name, complete ? "complete" : "not complete");
  print_groups(&d);
  if (with_origin) print_origin(&d);
  H5Fclose(file);
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
    if (paths[found] && H5Fis_hdf5(paths[found]) > 0)
      found++;
    else
      memory_free(paths[found]);
  }
  return found;
}

/* One file of all segments together. */
static void print_segmented(const char *folder, struct dirent **segments, int n, const char *name, FILE *out)
{
  char **paths = memory_allocate((size_t)n, sizeof *paths, "paths of segments");
  if (!paths) return;
  description d = {out, H5I_INVALID_HID, paths, list_parts(folder, segments, n, name, paths)};
  fprintf(out, "%s: in %d segments\n", name, d.n_files);
  if (d.n_files > 0) d.file = H5Fopen(paths[0], H5F_ACC_RDONLY, H5P_DEFAULT);
  if (d.file >= 0) {
    print_groups(&d);
    H5Fclose(d.file);
  }
  for (int i = 0; i < d.n_files; i++) memory_free(paths[i]);
  memory_free(paths);
}

/* False if there are none. */
static bool print_segments(const char *directory, FILE *out)
{
  struct dirent **segments, **files;
  char *folder = output_path(directory, SEGMENTS_FOLDER);
  int n = list(folder, is_segment, &segments);
  if (n > 0) {
    fprintf(out, "the run is not finished: " SEGMENTS_FOLDER "/ holds what it has recorded\n");
    char *last = output_path(folder, segments[n - 1]->d_name);
    int n_files = list(last, is_h5, &files);
    for (int i = 0; i < n_files; i++) print_segmented(folder, segments, n, files[i]->d_name, out);
    free_list(files, n_files);
    memory_free(last);
  }
  free_list(segments, n);
  memory_free(folder);
  return n > 0;
}

/* -- the result -- */

/* Copies report.yml but for the block of phases. */
static bool print_report(const char *directory, FILE *out)
{
  char line[4096];
  bool in_phases = false;
  char *path = output_path(directory, "report.yml");
  FILE *report = path ? fopen(path, "r") : NULL;
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
  int n = scandir(directory, &entries, is_h5, alphasort);
  if (n < 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot be read: %s", directory, strerror(errno));
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  bool has_report = print_report(directory, out);
  if (!has_report && n > 0) fprintf(out, "no report.yml: the run goes on or was killed\n");
  for (int i = 0; i < n; i++) print_file(directory, entries[i]->d_name, !has_report && i == 0, out);
  free_list(entries, n);
  bool has_segments = print_segments(directory, out);
  if (!has_report && !has_segments && n == 0) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no result of loligo", directory);
  }
  return LOLIGO_OK;
}

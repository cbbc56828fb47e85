/*
 * Purpose: tell what a result holds, from its files alone.
 *
 * The report is printed without its phases; then each HDF5 file in the order of names, by the groups that SONATA
 * prescribes.
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
#include "io/results/sonata.h"

/* Where the description of one file goes to, and the group that is being described. */
typedef struct description {
  FILE *out;
  hid_t file;
} description;

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

static void print_spikes(const description *d, const char *name)
{
  char path[SONATA_PATH_SIZE];
  hsize_t extent[2];
  sonata_path(path, "/spikes/%s/timestamps", name);
  extent_of(d->file, path, extent);
  fprintf(d->out, "  %s: %" PRIu64 " spikes", name, (uint64_t)extent[0]);
  if (extent[0]) {
    fprintf(d->out, " from %.10g to %.10g ms", number_at(d->file, path, 0), number_at(d->file, path, extent[0] - 1));
  }
  fputc('\n', d->out);
}

static void print_frames(const description *d, const char *name)
{
  char path[SONATA_PATH_SIZE];
  hsize_t extent[2];
  sonata_path(path, "/report/%s/data", name);
  extent_of(d->file, path, extent);
  fprintf(d->out, "  %s: %" PRIu64 " frames of %" PRIu64 " cells", name, (uint64_t)extent[0], (uint64_t)extent[1]);
  sonata_path(path, "/report/%s/mapping/time", name);
  fprintf(d->out, ", every %.10g ms from %.10g ms\n", number_at(d->file, path, 2), number_at(d->file, path, 0));
}

static void print_edges(const description *d, const char *name)
{
  char path[SONATA_PATH_SIZE];
  hsize_t extent[2];
  sonata_path(path, "/edges/%s/source_node_id", name);
  extent_of(d->file, path, extent);
  fprintf(d->out, "  %s: %" PRIu64 " synapses\n", name, (uint64_t)extent[0]);
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

static void print_file(const char *directory, const char *name, bool with_origin, FILE *out)
{
  char *path = output_path(directory, name);
  description d = {out, path ? H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT) : H5I_INVALID_HID};
  memory_free(path);
  if (d.file < 0) {
    fprintf(out, "%s: cannot be read\n", name);
    return;
  }
  bool complete = H5Lexists(d.file, "provenance", H5P_DEFAULT) > 0 && number_at(d.file, "/provenance/complete", 0) == 1;
  fprintf(out, "%s: %s\n", name, complete ? "complete" : "not complete");
  print_groups(&d);
  if (with_origin) print_origin(&d);
  H5Fclose(d.file);
}

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

static int is_h5(const struct dirent *entry)
{
  return output_is_h5(entry->d_name);
}

loligo_status result_info_print(const char *directory, FILE *out)
{
  struct dirent **entries;
  int n = scandir(directory, &entries, is_h5, alphasort);
  if (n < 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot be read: %s", directory, strerror(errno));
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  bool has_report = print_report(directory, out);
  if (!has_report && n > 0) fprintf(out, "no report.yml: the run goes on or was killed\n");
  for (int i = 0; i < n; i++) {
    print_file(directory, entries[i]->d_name, !has_report && i == 0, out);
    free(entries[i]);
  }
  free(entries);
  if (!has_report && n == 0) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: holds no result of loligo", directory);
  return LOLIGO_OK;
}

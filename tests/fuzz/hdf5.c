/*
 * Target: HDF5 files that are read. Files of a small run are forged as the input says, through HDF5 itself: what is
 * tried is Loligo's reading, not HDF5's. Then they are described, and gone on from.
 *
 * Input: records of RECORD bytes, each of which changes one thing in one file.
 */
#include <ftw.h>
#include <hdf5.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "fuzz.h"
#include "io/checkpoint/checkpoint.h"
#include "io/checkpoint/header.h"
#include "io/hdf5/seal.h"
#include "io/model_file/compare.h"
#include "io/results/recorders.h"
#include "io/results/result_compare.h"
#include "io/results/result_info.h"
#include "loligo/partition.h"

enum { RECORD = 8, MOST_RECORDS = 3, MOST_OBJECTS = 64, HALF = 50 };
enum { SPIKES, STATES, EDGES, CHECKPOINT, N_FILES };

#define FOLDER "out"

static const char MODEL[] = "simulation: {dt: 0.1, duration: 10, seed: 3}\n"
                            "populations:\n"
                            "  A: {model: iaf_psc_exp, size: 5, params: {I_e: 1500}}\n"
                            "  B: {model: hh_cond_exp_traub, size: 3}\n"
                            "projections:\n"
                            "  - {name: p, source: A, target: A, rule: {fixed_indegree: 3}, weight: 9, delay: 4}\n"
                            "record:\n"
                            "  state: {v: {target: A, variables: [V_m], interval: 1}}\n"
                            "  connectivity: [p]\n"
                            "checkpoint: {}\n";

static const char *const FILES[N_FILES] = {[SPIKES] = "segments/000001/spikes.h5",
                                           [STATES] = "segments/000001/v.V_m.h5",
                                           [EDGES] = "edges.h5",
                                           [CHECKPOINT] = "checkpoints/step-000000000050.h5"};

/** A thing in a file that can be forged. */
typedef struct object {
  char path[256];
} object;

static struct {
  object objects[MOST_OBJECTS];
  size_t n;
  uint8_t bytes[1 << 18]; /* [size] of the good file */
  size_t size;
} contents[N_FILES];

static model_file model;
static loligo_decomposition *decomposition;
static provenance origin;

/* -- a run that was stopped halfway -- */

static void require(loligo_status status)
{
  fuzz_expect(status == LOLIGO_OK, "the run that is forged is good");
}

static loligo_simulation *build(void)
{
  loligo_simulation *simulation;
  require(loligo_simulation_create(&fuzz_context, model.network, decomposition, "auto", NULL, &simulation));
  return simulation;
}

static void save(loligo_simulation *simulation, const char *segments)
{
  const checkpoint_note notes[] = {{"segments", segments}};
  const checkpoint_plan plan = {FOLDER "/checkpoints", 1, model.network, simulation, &origin, notes, 1};
  checkpoint_info info;
  require(checkpoint_write(&fuzz_context, &plan, &info));
}

static void run_half(void)
{
  const char *mark;
  recorders *recorders;
  output_lock lock = {0};
  loligo_simulation *simulation = build();
  require(output_prepare(&fuzz_context, &(output_plan){FOLDER, OUTPUT_NEW, &model, NULL}, &lock));
  require(recorders_open(&fuzz_context, &model, &origin, simulation, &(recorders_mode){true, NULL}, &recorders));
  require(loligo_simulation_run(simulation, HALF));
  require(recorders_cut(recorders, &mark));
  save(simulation, mark);
  require(recorders_close(recorders, false));
  loligo_simulation_destroy(simulation);
  output_lock_release(&lock);
}

static herr_t note_object(hid_t file, const char *name, const H5O_info_t *info, void *data)
{
  const size_t i = *(size_t *)data;
  (void)file, (void)info;
  if (contents[i].n < MOST_OBJECTS) snprintf(contents[i].objects[contents[i].n++].path, 256, "%s", name);
  return 0;
}

static void path_of(size_t i, char path[256])
{
  snprintf(path, 256, FOLDER "/%s", FILES[i]);
}

static void keep_bytes(size_t i)
{
  char path[256];
  path_of(i, path);
  FILE *file = fopen(path, "rb");
  fuzz_expect(file != NULL, "a file of the good run can be read");
  contents[i].size = fread(contents[i].bytes, 1, sizeof contents[i].bytes, file);
  fuzz_expect(contents[i].size < sizeof contents[i].bytes, "a good file is small");
  fclose(file);
}

static void list_contents(void)
{
  for (size_t i = 0; i < N_FILES; i++) {
    char path[256];
    path_of(i, path);
    keep_bytes(i);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, note_object, &i, H5O_INFO_BASIC);
    fuzz_expect(contents[i].n > 1, "a good file holds something");
    H5Fclose(file);
  }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  fuzz_write_text("model.yaml", MODEL);
  require(model_file_read(&fuzz_context, "model.yaml", (const char *[]){"output.directory=" FOLDER}, 1, &model));
  require(provenance_init(&origin, 1, (char *[]){"fuzz"}, &fuzz_context));
  origin.given = model.given.text;
  origin.used = model.used.text;
  require(loligo_decomposition_create(model.network, "block", 1, &decomposition));
  run_half();
  list_contents();
  return 0;
}

/* -- forging -- */

static hid_t type_of(uint8_t choice)
{
  static const size_t sizes[] = {1, 8, 100000};
  hid_t type = -1;
  switch (choice % 10) {
  case 0:
    return H5Tcopy(H5T_NATIVE_UINT64);
  case 1:
    return H5Tcopy(H5T_NATIVE_INT64);
  case 2:
    return H5Tcopy(H5T_NATIVE_INT8);
  case 3:
    return H5Tcopy(H5T_NATIVE_DOUBLE);
  case 4:
    return H5Tcopy(H5T_NATIVE_FLOAT);
  case 5:
    return H5Tcopy(H5T_STD_I32BE);
  case 6:
    type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    return type;
  case 7:
    type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, sizes[choice / 10 % 3]);
    return type;
  case 8:
    return H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, (hsize_t[]){1000});
  default:
    return H5Tvlen_create(H5T_NATIVE_DOUBLE);
  }
}

static hid_t space_of(uint8_t n_axes, uint8_t length)
{
  static const hsize_t lengths[] = {0, 1, 2, 3, 5, 8, 1000, (hsize_t)1 << 31, (hsize_t)1 << 62};
  hsize_t extent[4];
  for (int i = 0; i < 4; i++) extent[i] = lengths[(length + (unsigned)i * (length >> 4)) % 9];
  if (n_axes % 6 == 0) return H5Screate(H5S_SCALAR);
  if (n_axes % 6 == 5) return H5Screate(H5S_NULL);
  return H5Screate_simple(n_axes % 6, extent, NULL);
}

/* Values that fit into some KiB are written: numbers around one that the input says, or texts. */
static void fill(hid_t id, bool is_attribute, hid_t type, hid_t space, int8_t value)
{
  static double room[1 << 16];
  static const char *texts[1024];
  const hssize_t n = H5Sget_simple_extent_npoints(space);
  if (n < 0 || (size_t)n * H5Tget_size(type) > sizeof room || H5Tget_class(type) == H5T_VLEN) return;
  const int64_t base = value % 2 ? value * ((int64_t)1 << 50) : value;
  for (size_t i = 0; i < sizeof room / sizeof *room; i++) memcpy(&room[i], &(int64_t){base + (int64_t)i % 4}, 8);
  if (H5Tget_class(type) == H5T_FLOAT)
    for (size_t i = 0; i < sizeof room / sizeof *room; i++) room[i] = (double)base;
  for (size_t i = 0; i < 1024; i++) texts[i] = value % 3 ? "simulation: {}" : "";
  const bool is_text = H5Tis_variable_str(type) > 0;
  if (is_text && n > 1024) return;
  const void *values = is_text ? (const void *)texts : room;
  is_attribute ? H5Awrite(id, type, values) : H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
}

static hid_t creation_of(uint8_t choice, hid_t space)
{
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  const int n = H5Sget_simple_extent_ndims(space);
  const hsize_t large = (hsize_t)1 << (choice / 8 % 28), chunk[4] = {large, 1, 1, 1};
  if (choice % 8 < 3 && n > 0) H5Pset_chunk(creation, n, chunk);
  if (choice % 8 == 1 && n > 0) H5Pset_deflate(creation, 1);
  if (choice % 8 == 3) H5Pset_external(creation, "model.yaml", 0, H5F_UNLIMITED);
  return creation;
}

static void put_dataset(hid_t file, const char *path, const uint8_t *record)
{
  hid_t type = type_of(record[3]), space = space_of(record[4], record[5]), creation = creation_of(record[6], space);
  hid_t id = H5Dcreate2(file, path, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  if (id >= 0) {
    fill(id, false, type, space, (int8_t)record[7]);
    H5Dclose(id);
  }
  H5Pclose(creation);
  H5Sclose(space);
  H5Tclose(type);
}

static void put_attribute(hid_t object, const uint8_t *record)
{
  static const char *const names[] = {"step", "dt", "format", "version", "number", "cells", "model", "units"};
  const char *name = names[record[6] % 8];
  hid_t type = type_of(record[3]), space = space_of(record[4], record[5]);
  H5Adelete(object, name);
  hid_t id = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  if (id >= 0) {
    fill(id, true, type, space, (int8_t)record[7]);
    H5Aclose(id);
  }
  H5Sclose(space);
  H5Tclose(type);
}

/* Overwrites one number of a dataset that stays as it is. */
static void change_number(hid_t dataset, const uint8_t *record)
{
  hid_t there = H5Dget_space(dataset), here = H5Screate(H5S_SCALAR);
  const int64_t value = (int64_t)((uint64_t)(int8_t)record[7] << (record[6] % 64));
  hsize_t row = record[5];
  if (H5Sget_simple_extent_ndims(there) == 1)
    H5Sselect_hyperslab(there, H5S_SELECT_SET, &row, NULL, (hsize_t[]){1}, NULL);
  H5Dwrite(dataset, H5T_NATIVE_INT64, here, there, H5P_DEFAULT, &value);
  H5Sclose(here);
  H5Sclose(there);
}

static void put_link(hid_t file, const char *path, const uint8_t *record)
{
  char name[2048];
  const char *target = contents[0].objects[record[3] % contents[0].n].path;
  memset(name, 'n', sizeof name);
  name[record[4] * 8] = '\0';
  switch (record[5] % 4) {
  case 0:
    H5Lcreate_soft(path, file, path, H5P_DEFAULT, H5P_DEFAULT);
    break;
  case 1:
    H5Lcreate_soft(target, file, path, H5P_DEFAULT, H5P_DEFAULT);
    break;
  case 2:
    H5Lcreate_external("/dev/zero", "/", file, path, H5P_DEFAULT, H5P_DEFAULT);
    break;
  default:
    H5Gclose(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(group, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Gclose(group);
  }
}

static void forge(const uint8_t *record)
{
  char path[256];
  const size_t i = record[0] % N_FILES;
  const char *object = contents[i].objects[record[1] % contents[i].n].path;
  path_of(i, path);
  hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
  if (file < 0) return;
  hid_t id = H5Oopen(file, object, H5P_DEFAULT);
  if (record[2] % 4 == 0 && id >= 0) put_attribute(id, record);
  if (record[2] % 4 == 1 && id >= 0 && H5Iget_type(id) == H5I_DATASET) change_number(id, record);
  if (id >= 0) H5Oclose(id);
  if (record[2] % 4 >= 2) H5Ldelete(file, object, H5P_DEFAULT);
  if (record[2] % 4 == 2) put_dataset(file, object, record);
  if (record[2] % 4 == 3) put_link(file, object, record);
  H5Fclose(file);
}

/* -- reading -- */

static void go_on(const char *path)
{
  loligo_simulation *simulation = build();
  if (fuzz_ended(checkpoint_read(&fuzz_context, path, model.network, CHECKPOINT_COUNTS_ON, simulation)))
    fuzz_ended(loligo_simulation_run(simulation, HALF));
  loligo_simulation_destroy(simulation);
}

/* The checkpoint is used although its seal is broken, as if it had been sealed after it was forged. */
static void use_checkpoint(void)
{
  char path[256];
  header_texts texts;
  path_of(CHECKPOINT, path);
  if (fuzz_ended(header_read(path, &texts))) {
    fuzz_ended(model_file_compare(texts.bytes, model.used.text));
    fuzz_ended(model_file_compare_state(texts.bytes, model.used.text, stderr));
  }
  memory_free(texts.bytes);
  go_on(path);
}

/* Seals both files of the segment again, and tells in the mark of a checkpoint what their seals say. */
static void seal_segment(char mark[256])
{
  seal spikes, states;
  char path[256];
  path_of(SPIKES, path);
  require(seal_write(&fuzz_context, path, 0, &spikes));
  path_of(STATES, path);
  require(seal_write(&fuzz_context, path, 0, &states));
  snprintf(mark, 256, "1\n%016" PRIx64 " spikes.h5\n%016" PRIx64 " v.V_m.h5\n", spikes.digest, states.digest);
}

static void use_segments(void)
{
  char mark[256];
  recorders *recorders = NULL;
  loligo_simulation *simulation = build();
  loligo_simulation_run(simulation, HALF);
  seal_segment(mark);
  if (fuzz_ended(recorders_open(&fuzz_context, &model, &origin, simulation, &(recorders_mode){true, mark}, &recorders)))
    fuzz_ended(recorders_close(recorders, true));
  loligo_simulation_destroy(simulation);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
  (void)status, (void)type, (void)place;
  return remove(path);
}

/* Makes the folder as the run left it. */
static void restore_files(void)
{
  nftw(FOLDER, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  mkdir(FOLDER, 0700);
  mkdir(FOLDER "/segments", 0700);
  mkdir(FOLDER "/segments/000001", 0700);
  mkdir(FOLDER "/checkpoints", 0700);
  for (size_t i = 0; i < N_FILES; i++) {
    char path[256];
    path_of(i, path);
    fuzz_write(path, contents[i].bytes, contents[i].size);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static FILE *nowhere;
  if (!nowhere) nowhere = fopen("/dev/null", "w");
  restore_files();
  bool is_forged[N_FILES] = {false};
  for (size_t i = 0; i < MOST_RECORDS && (i + 1) * RECORD <= size; i++) {
    forge(data + i * RECORD);
    is_forged[data[i * RECORD] % N_FILES] = true;
  }
  if (is_forged[CHECKPOINT]) use_checkpoint();
  fuzz_ended(result_info_print(FOLDER, nowhere));
  bool same;
  fuzz_ended(result_compare_print((const char *const[]){FOLDER, FOLDER}, nowhere, &same));
  if (is_forged[SPIKES] || is_forged[STATES]) use_segments();
  return 0;
}

/*
 * What is read from an HDF5 file is what was asked for, or one line that says what is there instead: files are forged
 * in every way that HDF5 itself would read over the memory of the caller, out of another file, or for ever.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_read.h"
#include "io/hdf5/mpi_io.h"

static const uint64_t GUARD = 0x5afe5afe5afe5afe;

static char folder[] = "/tmp/loligo_test.XXXXXX", path[64];

static hid_t text_type(void)
{
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  return type;
}

static void add(hid_t file, const char *name, hid_t type, int n_axes, const hsize_t *extent, hid_t creation,
                const void *values)
{
  hid_t space = n_axes ? H5Screate_simple(n_axes, extent, NULL) : H5Screate(H5S_SCALAR);
  hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  assert_true(dataset >= 0);
  if (values) assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Dclose(dataset);
  H5Sclose(space);
}

/* A dataset of `rows` numbers in chunks, none of which is there. */
static void add_empty_chunks(hid_t file, const char *name, hsize_t rows, hsize_t chunk, bool is_packed)
{
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, 1, &chunk);
  if (is_packed) H5Pset_deflate(creation, 9);
  add(file, name, H5T_NATIVE_DOUBLE, 1, &rows, creation, NULL);
  H5Pclose(creation);
}

static void add_outside(hid_t file)
{
  hid_t outside = H5Pcreate(H5P_DATASET_CREATE), mapped = H5Pcreate(H5P_DATASET_CREATE);
  hsize_t extent = 4;
  hid_t space = H5Screate_simple(1, &extent, NULL);
  H5Pset_external(outside, "/etc/passwd", 0, 4 * sizeof(double));
  add(file, "outside", H5T_NATIVE_DOUBLE, 1, &extent, outside, NULL);
  H5Pset_virtual(mapped, space, "other.h5", "/four", space);
  add(file, "mapped", H5T_NATIVE_DOUBLE, 1, &extent, mapped, NULL);
  H5Sclose(space);
  H5Pclose(mapped);
  H5Pclose(outside);
}

static void add_links(hid_t file)
{
  char other[128];
  snprintf(other, sizeof other, "%s/other.h5", folder);
  hid_t second = H5Fcreate(other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  add(second, "four", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){4}, H5P_DEFAULT, (double[]){1, 2, 3, 4});
  H5Fclose(second);
  H5Lcreate_external(other, "/four", file, "linked", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_external(other, "/", file, "folder", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/four", file, "alias", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/round", file, "loop", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/loop", file, "round", H5P_DEFAULT, H5P_DEFAULT);
}

static void add_group(hid_t file, const char *group, size_t name_length)
{
  char name[1024];
  memset(name, 'a', sizeof name);
  name[name_length] = '\0';
  hid_t id = H5Gcreate2(file, group, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Gclose(H5Gcreate2(id, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Gclose(H5Gcreate2(id, "b", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Gclose(id);
}

static int forge(void **state)
{
  (void)state;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/forged.h5", folder);
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), text = text_type();
  const char *texts[] = {"hello", "world"};
  uint64_t numbers[12] = {7};
  hid_t record = H5Tcreate(H5T_COMPOUND, 16);
  H5Tinsert(record, "a", 0, H5T_NATIVE_DOUBLE);
  add(file, "four", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){4}, H5P_DEFAULT, (double[]){1, 2, 3, 4});
  add(file, "scalar", H5T_NATIVE_UINT64, 0, NULL, H5P_DEFAULT, numbers);
  add(file, "negative", H5T_NATIVE_INT8, 0, NULL, H5P_DEFAULT, &(int8_t){-1});
  add(file, "table", H5T_NATIVE_UINT64, 2, (hsize_t[]){3, 4}, H5P_DEFAULT, numbers);
  add(file, "cube", H5T_NATIVE_UINT64, 3, (hsize_t[]){2, 2, 3}, H5P_DEFAULT, numbers);
  add(file, "text", text, 0, NULL, H5P_DEFAULT, texts);
  add(file, "texts", text, 1, (hsize_t[]){2}, H5P_DEFAULT, texts);
  add(file, "record", record, 0, NULL, H5P_DEFAULT, numbers);
  add_empty_chunks(file, "huge", (hsize_t)1 << 62, 1 << 10, false);
  add_empty_chunks(file, "bomb", 1 << 30, 1 << 28, true);
  add_empty_chunks(file, "packed", 1 << 30, 1 << 10, true);
  add_outside(file);
  add_links(file);
  add_group(file, "group", H5_NAME_BYTES);
  add_group(file, "long", H5_NAME_BYTES + 1);
  H5Tclose(record);
  H5Tclose(text);
  return H5Fclose(file);
}

static int clean(void **state)
{
  char command[64];
  (void)state;
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

/* Expects "PATH: words" of a failed call. */
static void assert_fault(loligo_status status, const char *words)
{
  char message[256];
  snprintf(message, sizeof message, "%s: %s", path, words);
  assert_int_equal(status, LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

static h5_reader opened(void)
{
  h5_reader reader;
  assert_int_equal(h5_reader_open(&reader, path), LOLIGO_OK);
  return reader;
}

static void what_was_asked_for_is_read(void **state)
{
  (void)state;
  h5_reader reader = opened();
  double numbers[4], row = 0;
  uint64_t number = 0, extent[2];
  char *text;
  assert_int_equal(h5_read(&reader, (h5_place){"/alias", NULL}, H5T_NATIVE_DOUBLE, 4, numbers), LOLIGO_OK);
  assert_true(numbers[0] == 1 && numbers[3] == 4);
  assert_int_equal(h5_read(&reader, (h5_place){"/scalar", NULL}, H5T_NATIVE_UINT64, 1, &number), LOLIGO_OK);
  assert_int_equal(number, 7);
  assert_int_equal(h5_read_row(&reader, "/four", H5T_NATIVE_DOUBLE, 2, &row), LOLIGO_OK);
  assert_true(row == 3);
  assert_int_equal(h5_read_extent(&reader, "/table", H5T_NATIVE_UINT64, 2, extent), LOLIGO_OK);
  assert_true(extent[0] == 3 && extent[1] == 4);
  assert_int_equal(h5_read_text(&reader, (h5_place){"/text", NULL}, &text), LOLIGO_OK);
  assert_string_equal(text, "hello");
  memory_free(text);
  h5_reader_close(&reader);
}

static void whatever_else_is_there_is_told(void **state)
{
  static const struct {
    const char *dataset;
    bool is_float;
    const char *fault;
  } cases[] = {{"/nothing", true, "is missing, elsewhere, or no dataset"},
               {"/", true, "is missing, elsewhere, or no dataset"},
               {"/four", false, "does not hold unsigned integers"},
               {"/four", true, "holds not just one value"},
               {"/scalar", true, "does not hold floating-point numbers"},
               {"/negative", false, "does not hold unsigned integers"},
               {"/table", false, "holds not just one value"},
               {"/cube", false, "holds not just one value"},
               {"/text", false, "does not hold unsigned integers"},
               {"/texts", false, "does not hold unsigned integers"},
               {"/record", true, "does not hold floating-point numbers"},
               {"/huge", true, "claims more than it holds"},
               {"/bomb", true, "is packed in too large chunks"},
               {"/outside", true, "lies in another file"},
               {"/mapped", true, "lies in another file"},
               {"/linked", true, "is missing, elsewhere, or no dataset"},
               {"/folder/four", true, "is missing, elsewhere, or no dataset"},
               {"/loop", true, "is missing, elsewhere, or no dataset"}};
  (void)state;
  h5_reader reader = opened();
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint64_t value[2] = {0, GUARD};
    char words[128];
    hid_t type = cases[i].is_float ? H5T_NATIVE_DOUBLE : H5T_NATIVE_UINT64;
    snprintf(words, sizeof words, "%s %s", cases[i].dataset, cases[i].fault);
    assert_fault(h5_read(&reader, (h5_place){cases[i].dataset, NULL}, type, 1, value), words);
    assert_int_equal(value[1], GUARD);
  }
  h5_reader_close(&reader);
}

static void texts_and_axes_are_looked_at(void **state)
{
  (void)state;
  h5_reader reader = opened();
  char *text;
  double row;
  uint64_t extent[2];
  assert_fault(h5_read_text(&reader, (h5_place){"/texts", NULL}, &text), "/texts holds not just one value");
  assert_fault(h5_read_text(&reader, (h5_place){"/scalar", NULL}, &text), "/scalar is no text");
  assert_fault(h5_read_text(&reader, (h5_place){"/", "name"}, &text), "/@name is missing");
  assert_fault(h5_read_row(&reader, "/four", H5T_NATIVE_DOUBLE, 4, &row), "/four is too short");
  assert_fault(h5_read_extent(&reader, "/four", H5T_NATIVE_DOUBLE, 2, extent), "/four is no table");
  assert_fault(h5_read_extent(&reader, "/table", H5T_NATIVE_UINT64, 1, extent), "/table is no list");
  assert_fault(h5_read_extent(&reader, "/cube", H5T_NATIVE_UINT64, 2, extent), "/cube has neither one axis nor two");
  h5_reader_close(&reader);
}

static void integers_must_fit(void **state)
{
  (void)state;
  h5_reader reader = opened();
  int64_t number = 0;
  const h5_place scalar = {"/scalar", NULL}, negative = {"/negative", NULL};
  assert_fault(h5_read(&reader, scalar, H5T_NATIVE_INT64, 1, &number), "/scalar does not hold integers");
  assert_fault(h5_read(&reader, scalar, H5T_NATIVE_UINT32, 1, &number), "/scalar does not hold unsigned integers");
  assert_int_equal(h5_read(&reader, negative, H5T_NATIVE_INT64, 1, &number), LOLIGO_OK);
  assert_int_equal(number, -1);
  h5_reader_close(&reader);
}

static void bulk_is_not_larger_than_its_file(void **state)
{
  (void)state;
  h5_reader reader = opened();
  static const struct {
    const char *dataset, *fault;
  } cases[] = {{"/four", NULL},
               {"/huge", "claims more than it holds"},
               {"/bomb", "is packed in too large chunks"},
               {"/packed", "is packed, which nothing from loligo is"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int n_axes;
    hsize_t extent[2];
    hid_t dataset = h5_open_dataset(reader.file, cases[i].dataset);
    const char *fault = h5_bulk_fault(dataset, H5T_NATIVE_DOUBLE, &n_axes, extent);
    if (!fault) fault = h5_storage_fault(dataset);
    if (cases[i].fault) assert_string_equal(fault, cases[i].fault);
    if (!cases[i].fault) assert_null(fault);
    H5Dclose(dataset);
  }
  h5_reader_close(&reader);
}

static loligo_status count(void *n, const char *name)
{
  (void)name;
  ++*(int *)n;
  return LOLIGO_OK;
}

static void objects_are_found_on_the_way_or_not(void **state)
{
  (void)state;
  h5_reader reader = opened();
  bool found;
  assert_int_equal(h5_find(&reader, "/four", &found), LOLIGO_OK);
  assert_true(found);
  assert_int_equal(h5_find(&reader, "/group/b", &found), LOLIGO_OK);
  assert_true(found);
  assert_int_equal(h5_find(&reader, "/nothing/b", &found), LOLIGO_OK);
  assert_false(found);
  assert_fault(h5_find(&reader, "/folder/four", &found), "/folder/four cannot be looked for");
  assert_fault(h5_find(&reader, "/loop/four", &found), "/loop/four cannot be looked for");
  h5_reader_close(&reader);
}

static void names_are_bounded(void **state)
{
  (void)state;
  int n = 0;
  h5_reader reader = opened();
  assert_int_equal(h5_read_children(&reader, "/group", count, &n), LOLIGO_OK);
  assert_int_equal(n, 2);
  assert_fault(h5_read_children(&reader, "/long", count, &n), "/long holds a too long name");
  assert_fault(h5_read_children(&reader, "/four", count, &n), "/four is no group");
  assert_fault(h5_read_children(&reader, "/folder", count, &n), "/folder is missing or elsewhere");
  h5_reader_close(&reader);
}

static void only_regular_files_are_opened(void **state)
{
  (void)state;
  char pipe[64], message[128];
  h5_reader reader;
  snprintf(pipe, sizeof pipe, "%s/pipe", folder);
  assert_int_equal(mkfifo(pipe, 0600), 0);
  assert_int_equal(h5_reader_open(&reader, pipe), LOLIGO_MACHINE_ERROR);
  snprintf(message, sizeof message, "cannot open %s: it is no regular file", pipe);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  assert_false(h5_reader_try(&reader, pipe));
  h5_reader_close(&reader);
}

int main(void)
{
  mpi_io_prepare();
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_asked_for_is_read),          cmocka_unit_test(whatever_else_is_there_is_told),
      cmocka_unit_test(texts_and_axes_are_looked_at),        cmocka_unit_test(integers_must_fit),
      cmocka_unit_test(bulk_is_not_larger_than_its_file),    cmocka_unit_test(names_are_bounded),
      cmocka_unit_test(objects_are_found_on_the_way_or_not), cmocka_unit_test(only_regular_files_are_opened),
  };
  return cmocka_run_group_tests(tests, forge, clean);
}

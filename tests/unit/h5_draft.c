/* Drafts: what rank 0 writes by itself is what a reader finds, whatever its length. */
#include <sys/stat.h>

#include "base/memory.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_read.h"
#include "scratch.h"

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static const char file[] = "draft.h5";

static void draft_with(void (*fill)(h5_draft *draft))
{
  h5_draft draft;
  h5_draft_create(&draft, file);
  fill(&draft);
  OK(h5_draft_close(&draft));
}

enum { LONG = 100000, FIRST = 7 };

static void fill_counts(h5_draft *draft)
{
  h5_draft_count(draft, "/count/long", FIRST, LONG);
  h5_draft_count(draft, "/count/none", FIRST, 0);
}

static void counts_go_on_from_piece_to_piece(void **state)
{
  (void)state;
  static uint64_t found[LONG];
  h5_reader reader;
  draft_with(fill_counts);
  OK(h5_reader_open(&reader, file));
  OK(h5_read(&reader, (h5_place){"/count/long", NULL}, H5T_NATIVE_UINT64, LONG, found));
  for (uint64_t i = 0; i < LONG; i++) assert_int_equal(found[i], FIRST + i);
  OK(h5_read(&reader, (h5_place){"/count/none", NULL}, H5T_NATIVE_UINT64, 0, found));
  h5_reader_close(&reader);
}

static void fill_zeros(h5_draft *draft)
{
  h5_draft_zeros(draft, "/zeros", H5T_NATIVE_FLOAT, LONG);
}

/* As any reader of HDF5 sees them. */
static void zeros_take_no_room(void **state)
{
  (void)state;
  static float found[LONG];
  struct stat status;
  memset(found, 1, sizeof found);
  draft_with(fill_zeros);
  assert_int_equal(stat(file, &status), 0);
  assert_true((size_t)status.st_size < sizeof found / 10);
  hid_t id = H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT), dataset = H5Dopen2(id, "/zeros", H5P_DEFAULT);
  assert_true(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
  for (size_t i = 0; i < LONG; i++) assert_true(found[i] == 0);
  H5Dclose(dataset);
  H5Fclose(id);
}

static const char *const texts[] = {"E", "", "Körnerzellen", "a somewhat longer name"};
enum { N_TEXTS = sizeof texts / sizeof texts[0] };

static void fill_texts(h5_draft *draft)
{
  h5_draft_texts(draft, "/texts", N_TEXTS, texts);
  h5_draft_texts(draft, "/none", 0, texts);
  h5_draft_text(draft, "/text", "one");
  h5_draft_count(draft, "/numbers", 0, 3);
}

static void texts_are_read_back(void **state)
{
  (void)state;
  h5_reader reader;
  h5_texts found;
  draft_with(fill_texts);
  OK(h5_reader_open(&reader, file));
  OK(h5_read_texts(&reader, "/texts", &found));
  assert_int_equal(found.n, N_TEXTS);
  for (size_t i = 0; i < N_TEXTS; i++) assert_string_equal(found.bytes + i * found.size, texts[i]);
  memory_free(found.bytes);
  OK(h5_read_texts(&reader, "/none", &found));
  assert_int_equal(found.n, 0);
  memory_free(found.bytes);
  for (size_t i = 0; i < 3; i++) {
    const char *const others[] = {"/text", "/numbers", "/missing"};
    assert_int_equal(h5_read_texts(&reader, others[i], &found), LOLIGO_MACHINE_ERROR);
    assert_null(found.bytes);
    assert_non_null(strstr(loligo_error_message(), others[i]));
    loligo_error_clear();
  }
  h5_reader_close(&reader);
}

/* A forger leaves no room for the 0 behind the last letter. */
static void texts_without_an_end_are_given_one(void **state)
{
  (void)state;
  h5_reader reader;
  h5_texts found;
  hid_t id = H5Fcreate(file, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 3);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  hid_t space = H5Screate_simple(1, (hsize_t[]){2}, NULL);
  hid_t dataset = H5Dcreate2(id, "/texts", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  assert_true(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, "abcdef") >= 0);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Tclose(type);
  H5Fclose(id);
  OK(h5_reader_open(&reader, file));
  OK(h5_read_texts(&reader, "/texts", &found));
  assert_string_equal(found.bytes, "abc");
  assert_string_equal(found.bytes + found.size, "def");
  memory_free(found.bytes);
  h5_reader_close(&reader);
}

int main(void)
{
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_go_on_from_piece_to_piece),
      cmocka_unit_test(zeros_take_no_room),
      cmocka_unit_test(texts_are_read_back),
      cmocka_unit_test(texts_without_an_end_are_given_one),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}

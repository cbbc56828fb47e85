/*
 * Appending from all ranks: what is written is what a serial reader finds, in any division of rows and columns, and a
 * full disk ends all ranks with one message and leaves the file as it was after the last good write.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"

static io_fixture fixture;

/* What the file system answers when disk space is to be reserved. */
static enum { RESERVES, UNABLE_TO_RESERVE, LIES } file_system;
static uint64_t room = UINT64_MAX; /* bytes that it says are free */
static uint64_t bytes_written;     /* by this rank, whoever wrote them */

/* These stand before those of the C library. */
int fallocate(int descriptor, int mode, off_t offset, off_t length)
{
  if (file_system == LIES) return 0;
  if (file_system == RESERVES) return (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
  errno = EOPNOTSUPP;
  return -1;
}

int fstatvfs(int descriptor, struct statvfs *found)
{
  (void)descriptor;
  *found = (struct statvfs){.f_frsize = 512, .f_bavail = room / 512};
  return 0;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t n, off_t at)
{
  bytes_written += n;
  return syscall(SYS_pwrite64, descriptor, bytes, n, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t n, off_t at)
{
  return pwrite(descriptor, bytes, n, at);
}

static void draft(const char *name, hid_t type, h5_shape shape)
{
  if (fixture.context.rank != 0) return;
  h5_draft draft;
  h5_draft_create(&draft, io_fixture_path(&fixture, name));
  h5_draft_series(&draft, "/group/series", type, shape);
  provenance_write(&fixture.provenance, &draft);
  assert_int_equal(h5_draft_close(&draft), LOLIGO_OK);
}

/* Makes and opens a file with one series. */
static void open_series(h5_file *file, h5_series *series, const char *name, hid_t type, h5_shape shape)
{
  draft(name, type, shape);
  MPI_Barrier(fixture.context.comm);
  assert_int_equal(h5_file_open(file, &fixture.context, io_fixture_path(&fixture, name)), LOLIGO_OK);
  assert_int_equal(h5_series_open(series, file, "/group/series", type), LOLIGO_OK);
}

static void close_series(h5_file *file, h5_series *series)
{
  h5_series_close(series);
  assert_int_equal(h5_file_close(file), LOLIGO_OK);
  MPI_Barrier(fixture.context.comm);
}

/* Appends n values of each rank. */
static loligo_status append(h5_series *series, uint64_t n, const void *values)
{
  uint64_t total;
  h5_block block = h5_block_of_rank(&fixture.context, series->rows, n, &total);
  LOLIGO_TRY(h5_series_extend(series, 1, total));
  return h5_series_write(series, block, values);
}

/* Round `round` appends numbers that count on, of which rank r gives (r + round) % 3 * 700. */
static uint64_t append_round(h5_series *series, int round, uint64_t counted)
{
  uint64_t before = 0, total = 0, values[1400];
  for (int r = 0; r < fixture.context.size; r++) {
    uint64_t n = (uint64_t)((r + round) % 3 * 700);
    if (r < fixture.context.rank) before += n;
    total += n;
  }
  uint64_t n = (uint64_t)((fixture.context.rank + round) % 3 * 700);
  for (uint64_t i = 0; i < n; i++) values[i] = counted + before + i;
  assert_int_equal(append(series, n, values), LOLIGO_OK);
  return counted + total;
}

static void appends_follow_each_other(void **state)
{
  (void)state;
  h5_file file;
  h5_series series;
  open_series(&file, &series, "append.h5", H5T_NATIVE_UINT64, (h5_shape){1, 0, 1});
  series.piece_bytes = 1000;
  uint64_t counted = 0;
  for (int round = 0; round < 7; round++) counted = append_round(&series, round, counted);
  assert_int_equal(series.rows, counted);
  close_series(&file, &series);
  uint64_t *found = malloc((counted + 1) * sizeof *found);
  io_fixture_read(io_fixture_path(&fixture, "append.h5"), "/group/series", H5T_NATIVE_UINT64, counted, found);
  for (uint64_t i = 0; i < counted; i++) assert_int_equal(found[i], i);
  free(found);
}

static void rows_are_read_back_by_any_rank(void **state)
{
  (void)state;
  h5_file file;
  h5_series series;
  open_series(&file, &series, "read.h5", H5T_NATIVE_UINT64, (h5_shape){1, 0, 1});
  uint64_t counted = append_round(&series, 1, 0), found[4200];
  close_series(&file, &series);
  assert_int_equal(h5_file_open_to_read(&file, &fixture.context, io_fixture_path(&fixture, "read.h5")), LOLIGO_OK);
  assert_int_equal(h5_series_open(&series, &file, "/group/series", H5T_NATIVE_UINT64), LOLIGO_OK);
  assert_int_equal(series.rows, counted);
  series.piece_bytes = 1000;
  uint64_t first = fixture.context.rank % 2 ? counted / 3 : 0, n = fixture.context.rank == 2 ? 0 : counted - first;
  assert_int_equal(h5_series_read(&series, (h5_block){first, n, 0, 1}, n ? found : NULL), LOLIGO_OK);
  for (uint64_t i = 0; i < n; i++) assert_int_equal(found[i], first + i);
  close_series(&file, &series);
}

static void nothing_can_be_appended(void **state)
{
  (void)state;
  h5_file file;
  h5_series series;
  open_series(&file, &series, "nothing.h5", H5T_NATIVE_DOUBLE, (h5_shape){1, 1000, 1});
  assert_int_equal(append(&series, 0, NULL), LOLIGO_OK);
  assert_int_equal(h5_file_flush(&file), LOLIGO_OK);
  close_series(&file, &series);
  io_fixture_read(io_fixture_path(&fixture, "nothing.h5"), "/group/series", H5T_NATIVE_DOUBLE, 0, NULL);
}

static void flushed_rows_can_be_read_while_the_file_is_open(void **state)
{
  (void)state;
  h5_file file;
  h5_series series;
  double value = fixture.context.rank;
  open_series(&file, &series, "flush.h5", H5T_NATIVE_DOUBLE, (h5_shape){1, 0, 1});
  assert_int_equal(append(&series, 1, &value), LOLIGO_OK);
  assert_int_equal(h5_file_flush(&file), LOLIGO_OK);
  double found[64] = {-1};
  MPI_Barrier(fixture.context.comm);
  io_fixture_read(io_fixture_path(&fixture, "flush.h5"), "/group/series", H5T_NATIVE_DOUBLE,
                  (uint64_t)fixture.context.size, found);
  for (int r = 0; r < fixture.context.size; r++) assert_true(found[r] == r);
  MPI_Barrier(fixture.context.comm);
  close_series(&file, &series);
}

enum { HOLE_ROWS = 200, HOLE_WIDTH = 4 };

/*
 * Each rank writes columns 4r ... 4r + 3 of every row, round by round: each leaves holes in the last axis for the
 * others. OMPIO's default got this wrong without an error (open-mpi/ompi#12718).
 */
static void holes_in_the_last_axis_are_kept(void **state)
{
  (void)state;
  const uint64_t columns = (uint64_t)(HOLE_WIDTH * fixture.context.size);
  h5_file file;
  h5_series series;
  open_series(&file, &series, "holes.h5", H5T_NATIVE_FLOAT, (h5_shape){2, 3 * HOLE_ROWS, columns});
  for (int round = 0; round < 3; round++) {
    float values[HOLE_ROWS][HOLE_WIDTH];
    uint64_t first = series.rows, mine = (uint64_t)(HOLE_WIDTH * fixture.context.rank);
    for (uint64_t row = 0; row < HOLE_ROWS; row++) {
      for (uint64_t c = 0; c < HOLE_WIDTH; c++) values[row][c] = (float)((first + row) * columns + mine + c);
    }
    assert_int_equal(h5_series_extend(&series, 1, HOLE_ROWS), LOLIGO_OK);
    assert_int_equal(h5_series_write(&series, (h5_block){first, HOLE_ROWS, mine, HOLE_WIDTH}, values), LOLIGO_OK);
  }
  close_series(&file, &series);
  const uint64_t n = 3 * HOLE_ROWS * columns;
  float *found = malloc(n * sizeof *found);
  io_fixture_read(io_fixture_path(&fixture, "holes.h5"), "/group/series", H5T_NATIVE_FLOAT, n, found);
  for (uint64_t i = 0; i < n; i++) assert_true(found[i] == (float)i);
  free(found);
}

static void limit_file_size(rlim_t bytes)
{
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

enum { FULL_N = 20000, FULL_LIMIT = 1 << 20, FULL_ROUNDS = 100 };

/* Appends until something fails; *good receives the numbers written and flushed by then. */
static loligo_status append_until_full(h5_file *file, h5_series *series, uint64_t *good)
{
  static double values[FULL_N];
  for (int i = 0; i < FULL_N; i++) values[i] = i;
  *good = 0;
  for (int round = 0; round < FULL_ROUNDS; round++) {
    LOLIGO_TRY(append(series, FULL_N, values));
    LOLIGO_TRY(h5_file_flush(file));
    *good += (uint64_t)FULL_N * (uint64_t)fixture.context.size;
  }
  return LOLIGO_OK;
}

static void full_disk_spares_the_file(const char *name)
{
  h5_file file;
  h5_series series;
  uint64_t good;
  char message[2048];
  open_series(&file, &series, name, H5T_NATIVE_DOUBLE, (h5_shape){1, 0, 1});
  limit_file_size(FULL_LIMIT);
  assert_int_equal(append_until_full(&file, &series, &good), LOLIGO_MACHINE_ERROR);
  snprintf(message, sizeof message, "cannot write %s: File too large", io_fixture_path(&fixture, name));
  assert_string_equal(loligo_error_message(), message);
  close_series(&file, &series);
  limit_file_size(RLIM_INFINITY);
  double *found = malloc((good + 1) * sizeof *found);
  io_fixture_read(io_fixture_path(&fixture, name), "/group/series", H5T_NATIVE_DOUBLE, good, found);
  for (uint64_t i = 0; i < good; i++) assert_true(found[i] == (double)(i % FULL_N));
  assert_int_equal(io_fixture_complete(io_fixture_path(&fixture, name)), 0);
  free(found);
  loligo_error_clear();
}

static void a_full_disk_ends_all_ranks_and_spares_the_file(void **state)
{
  (void)state;
  full_disk_spares_the_file("full.h5");
}

static void so_it_does_where_space_cannot_be_reserved(void **state)
{
  (void)state;
  file_system = UNABLE_TO_RESERVE;
  full_disk_spares_the_file("unable.h5");
  file_system = RESERVES;
}

static void no_room_is_found_where_space_cannot_be_reserved(void **state)
{
  static const double values[FULL_N];
  (void)state;
  h5_file file;
  h5_series series;
  open_series(&file, &series, "room.h5", H5T_NATIVE_DOUBLE, (h5_shape){1, 0, 1});
  file_system = UNABLE_TO_RESERVE;
  assert_int_equal(append(&series, FULL_N, values), LOLIGO_OK);
  room = FULL_N * sizeof *values;
  assert_int_equal(append(&series, FULL_N, values), LOLIGO_MACHINE_ERROR);
  assert_non_null(strstr(loligo_error_message(), "room.h5: No space left on device"));
  loligo_error_clear();
  room = UINT64_MAX;
  file_system = RESERVES;
  assert_int_equal(series.rows, (uint64_t)FULL_N * (uint64_t)fixture.context.size);
  close_series(&file, &series);
}

/* Also where space cannot be reserved. */
static void bytes_are_written_once(void **state)
{
  static const double values[FULL_N];
  (void)state;
  h5_file file;
  h5_series series;
  bytes_written = 0;
  open_series(&file, &series, "once.h5", H5T_NATIVE_DOUBLE, (h5_shape){1, 0, 1});
  file_system = UNABLE_TO_RESERVE;
  for (int round = 0; round < 5; round++) assert_int_equal(append(&series, FULL_N, values), LOLIGO_OK);
  file_system = RESERVES;
  close_series(&file, &series);
  MPI_Allreduce(MPI_IN_PLACE, &bytes_written, 1, MPI_UINT64_T, MPI_SUM, fixture.context.comm);
  const uint64_t bytes = sizeof values * 5 * (uint64_t)fixture.context.size;
  assert_in_range(bytes_written, bytes, bytes + bytes / 2);
}

static void a_write_that_fails_all_the_same_ends_all_ranks(void **state)
{
  (void)state;
  h5_file file;
  h5_series series;
  uint64_t good;
  open_series(&file, &series, "lies.h5", H5T_NATIVE_DOUBLE, (h5_shape){1, 0, 1});
  limit_file_size(FULL_LIMIT);
  file_system = LIES;
  assert_int_equal(append_until_full(&file, &series, &good), LOLIGO_MACHINE_ERROR);
  assert_non_null(strstr(loligo_error_message(), "lies.h5: MPI_File_write_at failed"));
  h5_series_close(&series);
  assert_int_equal(h5_file_close(&file), LOLIGO_MACHINE_ERROR);
  file_system = RESERVES;
  limit_file_size(RLIM_INFINITY);
  loligo_error_clear();
}

/* As arithmetic: no file has that many rows. */
static void rows_are_counted_beyond_32_bits(void **state)
{
  (void)state;
  const uint64_t size = (uint64_t)fixture.context.size, rank = (uint64_t)fixture.context.rank, many = (uint64_t)3 << 40;
  uint64_t total;
  h5_block block = h5_block_of_rank(&fixture.context, many, many + rank, &total);
  assert_int_equal(block.rows, many + rank);
  assert_int_equal(block.row, many + many * rank + rank * (rank - 1) / 2);
  assert_int_equal(total, many * size + size * (size - 1) / 2);
}

static void a_missing_file_fails_on_all_ranks(void **state)
{
  (void)state;
  h5_file file;
  assert_int_equal(h5_file_open(&file, &fixture.context, io_fixture_path(&fixture, "missing.h5")),
                   LOLIGO_MACHINE_ERROR);
  assert_non_null(strstr(loligo_error_message(), "missing.h5"));
  assert_int_equal(h5_file_close(&file), LOLIGO_OK);
  loligo_error_clear();
}

static void draft_forged(const char *path, hid_t type, int n_axes, bool is_packed)
{
  const hsize_t extent[3] = {1 << 20, 1 << 20, 1 << 20}, chunk[3] = {16, 16, 16};
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), space = H5Screate_simple(n_axes, extent, NULL);
  hid_t group = H5Gcreate2(file, "group", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, n_axes, chunk);
  if (is_packed) H5Pset_deflate(creation, 1);
  assert_true(H5Dclose(H5Dcreate2(group, "series", type, space, H5P_DEFAULT, creation, H5P_DEFAULT)) >= 0);
  H5Pclose(creation);
  H5Gclose(group);
  H5Sclose(space);
  H5Fclose(file);
}

static void assert_not_a_series(hid_t type, int n_axes, bool is_packed, const char *fault)
{
  const char *path = io_fixture_path(&fixture, "forged.h5");
  h5_file file;
  h5_series series;
  char message[2048];
  MPI_Barrier(fixture.context.comm);
  if (fixture.context.rank == 0) draft_forged(path, type, n_axes, is_packed);
  MPI_Barrier(fixture.context.comm);
  snprintf(message, sizeof message, "%s: /group/series %s", path, fault);
  assert_int_equal(h5_file_open_to_read(&file, &fixture.context, path), LOLIGO_OK);
  assert_int_equal(h5_series_open(&series, &file, "/group/series", H5T_NATIVE_UINT64), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  h5_series_close(&series);
  assert_int_equal(h5_file_close(&file), LOLIGO_MACHINE_ERROR);
  loligo_error_clear();
}

static void what_is_no_series_is_refused_on_all_ranks(void **state)
{
  (void)state;
  assert_not_a_series(H5T_NATIVE_DOUBLE, 1, false, "does not hold unsigned integers");
  assert_not_a_series(H5T_C_S1, 1, false, "does not hold unsigned integers");
  assert_not_a_series(H5T_NATIVE_UINT64, 3, false, "has neither one axis nor two");
  assert_not_a_series(H5T_NATIVE_UINT64, 2, false, "claims more than it holds");
  assert_not_a_series(H5T_NATIVE_UINT64, 1, true, "is packed, which nothing from loligo is");
}

static void a_draft_in_no_directory_fails_with_the_reason(void **state)
{
  (void)state;
  h5_draft draft;
  h5_draft_create(&draft, "/nowhere/file.h5");
  h5_draft_group(&draft, "/group");
  assert_int_equal(h5_draft_close(&draft), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "cannot write /nowhere/file.h5: No such file or directory");
  loligo_error_clear();
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(appends_follow_each_other),
      cmocka_unit_test(rows_are_read_back_by_any_rank),
      cmocka_unit_test(nothing_can_be_appended),
      cmocka_unit_test(flushed_rows_can_be_read_while_the_file_is_open),
      cmocka_unit_test(holes_in_the_last_axis_are_kept),
      cmocka_unit_test(a_full_disk_ends_all_ranks_and_spares_the_file),
      cmocka_unit_test(so_it_does_where_space_cannot_be_reserved),
      cmocka_unit_test(no_room_is_found_where_space_cannot_be_reserved),
      cmocka_unit_test(bytes_are_written_once),
      cmocka_unit_test(a_write_that_fails_all_the_same_ends_all_ranks),
      cmocka_unit_test(rows_are_counted_beyond_32_bits),
      cmocka_unit_test(a_missing_file_fails_on_all_ranks),
      cmocka_unit_test(what_is_no_series_is_refused_on_all_ranks),
      cmocka_unit_test(a_draft_in_no_directory_fails_with_the_reason),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}

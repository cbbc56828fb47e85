/*
 * spikes.h5 holds the recorded spikes sorted by time and then by cell, whichever rank emitted them and however often is
 * flushed.
 */
#include <sys/resource.h>

#include "base/text.h"
#include "io/hdf5/mpi_io.h"
#include "io/results/spike_recorder.h"
#include "io_fixture.h"
#include "network/description.h"

static io_fixture fixture;
static loligo_population populations[] = {
    {.name = "E", .size = 40}, {.name = "silent", .size = 3}, {.name = "I", .size = 10}};
static loligo_network network = {.dt = 0.1, .populations = populations, .n_populations = 3};

/* All of E but cells 10 ... 19, all of `silent`, the first 4 cells of I. */
static const loligo_stretch parts[] = {{.first = 0, .last = 10, .every = 1, .before = 0, .reach = 10},
                                       {.first = 20, .last = 40, .every = 1, .before = 10, .reach = 40}};
static loligo_selection recorded[] = {{.population = 0, .last = 40, .stretches = parts, .n_stretches = 2},
                                      {.population = 1, .last = 3},
                                      {.population = 2, .last = 4}};
static const spike_recording recording = {.cells = {recorded, 3}, .duration = 10000};

enum { STEPS = 300, MOST = 8192 };

static bool fires(uint32_t population, uint64_t cell, int64_t step)
{
  return hash_mix((uint64_t)step * 100003 + cell * 17 + population) % 8 == 0;
}

/* Rank that owns a cell: in turn, or all on the last where `lumped`. */
static bool is_local(uint64_t cell, bool lumped)
{
  const int size = fixture.context.size;
  return (lumped ? size - 1 : (int)(cell % (uint64_t)size)) == fixture.context.rank;
}

static void add_step(spike_recorder *recorder, int64_t step, bool lumped)
{
  for (uint32_t p = 0; p < 3; p += 2) {
    for (uint64_t cell = 0; cell < populations[p].size; cell++) {
      loligo_spike spike = {step, p, cell};
      if (is_local(cell, lumped) && fires(p, cell, step))
        assert_int_equal(spike_recorder_add(recorder, &spike, 1), LOLIGO_OK);
    }
  }
}

static spike_recorder *open_recorder(void)
{
  spike_recorder *recorder;
  assert_int_equal(
      spike_recorder_open(&fixture.context, fixture.directory, &network, &recording, &fixture.provenance, &recorder),
      LOLIGO_OK);
  return recorder;
}

/* Asserts that a population's datasets hold what fires() says of the selected cells, in order. */
static void check_population(uint32_t p, bool (*selected)(uint64_t cell))
{
  static double times[MOST], found_times[MOST];
  static uint64_t cells[MOST], found_cells[MOST];
  char path[64];
  size_t n = 0;
  for (int64_t step = 1; step <= STEPS; step++) {
    for (uint64_t cell = 0; cell < populations[p].size; cell++) {
      if (!selected(cell) || !fires(p, cell, step)) continue;
      times[n] = (double)step / 10;
      cells[n++] = cell;
    }
  }
  const char *file = io_fixture_path(&fixture, "spikes.h5");
  snprintf(path, sizeof path, "/spikes/%s/timestamps", populations[p].name);
  io_fixture_read(file, path, H5T_NATIVE_DOUBLE, n, found_times);
  snprintf(path, sizeof path, "/spikes/%s/node_ids", populations[p].name);
  io_fixture_read(file, path, H5T_NATIVE_UINT64, n, found_cells);
  assert_memory_equal(times, found_times, n * sizeof *times);
  assert_memory_equal(cells, found_cells, n * sizeof *cells);
}

static bool selected_of_e(uint64_t cell)
{
  return cell < 10 || cell >= 20;
}

static bool selected_of_i(uint64_t cell)
{
  return cell < 4;
}

static void record(bool lumped, int64_t flush_every)
{
  spike_recorder *recorder = open_recorder();
  for (int64_t step = 1; step <= STEPS; step++) {
    add_step(recorder, step, lumped);
    if (step % flush_every == 0 || step == STEPS) {
      assert_int_equal(spike_recorder_flush(recorder, true), LOLIGO_OK);
      assert_int_equal(spike_recorder_waiting(recorder), 0);
    }
  }
  assert_int_equal(spike_recorder_close(recorder, true), LOLIGO_OK);
  check_population(0, selected_of_e);
  check_population(2, selected_of_i);
  io_fixture_read(io_fixture_path(&fixture, "spikes.h5"), "/spikes/silent/timestamps", H5T_NATIVE_DOUBLE, 0, NULL);
  assert_int_equal(io_fixture_complete(io_fixture_path(&fixture, "spikes.h5")), 1);
  MPI_Barrier(fixture.context.comm);
}

static void spikes_are_sorted_whoever_emits_them(void **state)
{
  (void)state;
  const int64_t every[] = {1, 7, 100, STEPS + 1};
  for (size_t i = 0; i < 4; i++) {
    record(false, every[i]);
    record(true, every[i]);
  }
}

static void a_run_that_stopped_is_not_complete(void **state)
{
  (void)state;
  spike_recorder *recorder = open_recorder();
  assert_int_equal(spike_recorder_flush(recorder, true), LOLIGO_OK);
  assert_int_equal(spike_recorder_close(recorder, false), LOLIGO_OK);
  assert_int_equal(io_fixture_complete(io_fixture_path(&fixture, "spikes.h5")), 0);
  MPI_Barrier(fixture.context.comm);
}

static void limit_file_size(rlim_t bytes)
{
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Number of elements of a dataset of E. */
static hsize_t length_of(const char *name)
{
  char path[64];
  hsize_t length;
  snprintf(path, sizeof path, "/spikes/E/%s", name);
  hid_t file = H5Fopen(io_fixture_path(&fixture, "spikes.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
  hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT), space = H5Dget_space(dataset);
  H5Sget_simple_extent_dims(space, &length, NULL);
  H5Sclose(space);
  H5Dclose(dataset);
  H5Fclose(file);
  return length;
}

static void a_full_disk_leaves_columns_of_equal_length(void **state)
{
  (void)state;
  loligo_status status = LOLIGO_OK;
  spike_recorder *recorder = open_recorder();
  limit_file_size(300000);
  for (int64_t step = 1; step <= 100000 && status == LOLIGO_OK; step++) {
    add_step(recorder, step, false);
    if (step % 500 == 0) status = spike_recorder_flush(recorder, true);
  }
  assert_int_equal(status, LOLIGO_MACHINE_ERROR);
  assert_non_null(strstr(loligo_error_message(), "spikes.h5: File too large"));
  assert_int_equal(spike_recorder_close(recorder, false), LOLIGO_OK);
  limit_file_size(RLIM_INFINITY);
  MPI_Barrier(fixture.context.comm);
  assert_true(length_of("timestamps") > 0);
  assert_int_equal(length_of("timestamps"), length_of("node_ids"));
  MPI_Barrier(fixture.context.comm);
  loligo_error_clear();
}

static void a_missing_directory_is_the_machines_trouble(void **state)
{
  (void)state;
  spike_recorder *recorder;
  assert_int_equal(
      spike_recorder_open(&fixture.context, "/nowhere", &network, &recording, &fixture.provenance, &recorder),
      LOLIGO_MACHINE_ERROR);
  assert_null(recorder);
  assert_string_equal(loligo_error_message(), "cannot write /nowhere/spikes.h5: No such file or directory");
  loligo_error_clear();
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spikes_are_sorted_whoever_emits_them),
      cmocka_unit_test(a_run_that_stopped_is_not_complete),
      cmocka_unit_test(a_full_disk_leaves_columns_of_equal_length),
      cmocka_unit_test(a_missing_directory_is_the_machines_trouble),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}

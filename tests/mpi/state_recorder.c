/*
 * NAME.VARIABLE.h5 holds frames by cells in the order of cells, in either precision, with times that a reader can
 * rebuild.
 */
#include "io/results/state_recorder.h"
#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"
#include "model/neuron/model.h"
#include "network/description.h"

static io_fixture fixture;
static const loligo_variable variables[] = {{"V_m", "mV", "membrane potential"}, {"m", "", "gate"}};
static const loligo_model model = {.name = "fake", .variables = variables, .n_variables = 2};
static loligo_population population = {.name = "E", .model = &model, .size = 100};
static loligo_network network = {.dt = 0.1, .populations = &population, .n_populations = 1};

enum { FIRST = 7, LAST = 60, CELLS = LAST - FIRST, FRAMES = 40, START = 20, EVERY = 5 };

static state_recording recording_of(bool float64)
{
  static loligo_selection cells = {.first = FIRST, .last = LAST};
  static size_t numbers[] = {0, 1};
  static state_columns columns[] = {{.variables = &numbers[0], .n = 1}, {.variables = &numbers[1], .n = 1}};
  return (state_recording){.name = "somas",
                           .targets = {&cells, 1},
                           .columns = columns,
                           .n_variables = 2,
                           .clock = {{START, START + EVERY * FRAMES, EVERY}, time_grid_of(network.dt)},
                           .float64 = float64};
}

static double value_at(uint64_t frame, uint64_t cell)
{
  return -65 + 0.1 * (double)frame + 1e-4 * (double)cell;
}

/* Cells of this rank, in turn or, where `lumped`, all on the last. */
static uint64_t local_cells(bool lumped, uint64_t *index)
{
  uint64_t n = 0;
  for (uint64_t cell = FIRST; cell < LAST; cell++) {
    int owner = lumped ? fixture.context.size - 1 : (int)(cell % (uint64_t)fixture.context.size);
    if (owner == fixture.context.rank) index[n++] = cell;
  }
  return n;
}

static void write_frames(state_recorder *recorder, const uint64_t *index, uint64_t n_cells, uint64_t first, uint64_t n)
{
  double *values = malloc((n * n_cells + 1) * sizeof *values);
  for (uint64_t frame = 0; frame < n; frame++) {
    for (uint64_t i = 0; i < n_cells; i++) values[frame * n_cells + i] = value_at(first + frame, index[i]);
  }
  loligo_samples samples = {
      .first_frame = (int64_t)first, .n_frames = n, .n_cells = n_cells, .index = index, .values = values};
  assert_int_equal(state_recorder_write(recorder, &samples, true), LOLIGO_OK);
  free(values);
}

/* Writes FRAMES frames in flushes of `at_once`. */
static void record(const state_recording *recording, size_t variable, bool lumped, uint64_t at_once)
{
  uint64_t index[CELLS], n_cells = local_cells(lumped, index);
  const loligo_samples cells = {.n_cells = n_cells, .index = index};
  const state_recorder_spec spec = {
      .recording = recording, .variable = variable, .cells = &cells, .n_parts = 1, .number = 1};
  state_recorder *recorder;
  assert_int_equal(
      state_recorder_open(&fixture.context, fixture.directory, &network, &spec, &fixture.provenance, &recorder),
      LOLIGO_OK);
  for (uint64_t first = 0; first < FRAMES; first += at_once) {
    write_frames(recorder, index, n_cells, first, first + at_once < FRAMES ? at_once : FRAMES - first);
  }
  assert_int_equal(state_recorder_close(recorder, true), LOLIGO_OK);
  MPI_Barrier(fixture.context.comm);
}

static void frames_are_in_order_of_cells(void **state)
{
  (void)state;
  static float found[FRAMES * CELLS];
  const state_recording recording = recording_of(false);
  const uint64_t at_once[] = {1, 7, FRAMES};
  for (size_t i = 0; i < 6; i++) {
    record(&recording, 0, i % 2, at_once[i / 2]);
    io_fixture_read(io_fixture_path(&fixture, "somas.V_m.h5"), "/report/E/data", H5T_NATIVE_FLOAT, FRAMES * CELLS,
                    found);
    for (uint64_t k = 0; k < FRAMES * CELLS; k++)
      assert_true(found[k] == (float)value_at(k / CELLS, FIRST + k % CELLS));
    assert_int_equal(io_fixture_complete(io_fixture_path(&fixture, "somas.V_m.h5")), 1);
    MPI_Barrier(fixture.context.comm);
  }
}

static void double_precision_keeps_every_bit(void **state)
{
  (void)state;
  static double found[FRAMES * CELLS];
  const state_recording recording = recording_of(true);
  record(&recording, 1, false, 9);
  io_fixture_read(io_fixture_path(&fixture, "somas.m.h5"), "/report/E/data", H5T_NATIVE_DOUBLE, FRAMES * CELLS, found);
  for (uint64_t k = 0; k < FRAMES * CELLS; k++) assert_true(found[k] == value_at(k / CELLS, FIRST + k % CELLS));
  MPI_Barrier(fixture.context.comm);
}

static void mapping_names_cells_and_times(void **state)
{
  (void)state;
  const state_recording recording = recording_of(false);
  record(&recording, 0, false, 16);
  const char *file = io_fixture_path(&fixture, "somas.V_m.h5");
  uint64_t ids[CELLS], pointers[CELLS + 1];
  double times[3];
  io_fixture_read(file, "/report/E/mapping/node_ids", H5T_NATIVE_UINT64, CELLS, ids);
  io_fixture_read(file, "/report/E/mapping/index_pointer", H5T_NATIVE_UINT64, CELLS + 1, pointers);
  io_fixture_read(file, "/report/E/mapping/time", H5T_NATIVE_DOUBLE, 3, times);
  for (uint64_t i = 0; i <= CELLS; i++) {
    assert_int_equal(pointers[i], i);
    if (i < CELLS) assert_int_equal(ids[i], FIRST + i);
  }
  assert_true(times[0] == 2.0 && times[1] == 2.0 + FRAMES * 0.5 && times[2] == 0.5);
  MPI_Barrier(fixture.context.comm);
}

static void no_cells_and_no_frames_make_a_file(void **state)
{
  (void)state;
  state_recording recording = recording_of(false);
  loligo_selection nothing = {.first = FIRST, .last = FIRST};
  recording.targets.items = &nothing;
  const loligo_samples cells = {.n_cells = 0};
  const state_recorder_spec spec = {.recording = &recording, .cells = &cells, .n_parts = 1};
  state_recorder *recorder;
  assert_int_equal(
      state_recorder_open(&fixture.context, fixture.directory, &network, &spec, &fixture.provenance, &recorder),
      LOLIGO_OK);
  write_frames(recorder, NULL, 0, 0, 0);
  write_frames(recorder, NULL, 0, 0, 3);
  assert_int_equal(state_recorder_close(recorder, true), LOLIGO_OK);
  io_fixture_read(io_fixture_path(&fixture, "somas.V_m.h5"), "/report/E/data", H5T_NATIVE_FLOAT, 0, NULL);
  MPI_Barrier(fixture.context.comm);
}

/* Steps of 0.1 ms add up to one frame too many after 312 s. */
static void drifting_times_are_warned_of(void **state)
{
  (void)state;
  assert_false(state_recorder_times_drift(0, 0.1, 3000000));
  assert_true(state_recorder_times_drift(0, 0.1, 3200000));
  assert_false(state_recorder_times_drift(0, 0.125, 100000000));
  assert_false(state_recorder_times_drift(0, 1, 100000000));
  for (int long_run = 0; long_run < 2; long_run++) {
    state_recording recording = recording_of(false);
    recording.clock.steps.every = 1;
    recording.clock.steps.start = 0;
    recording.clock.steps.stop = long_run ? 3200000 : 1000;
    const loligo_samples cells = {.n_cells = 0};
    const state_recorder_spec spec = {.recording = &recording, .cells = &cells, .n_parts = 1};
    state_recorder *recorder;
    assert_int_equal(
        state_recorder_open(&fixture.context, fixture.directory, &network, &spec, &fixture.provenance, &recorder),
        LOLIGO_OK);
    const char *warning = state_recorder_warning(recorder);
    assert_int_equal(warning != NULL, long_run);
    if (warning) assert_non_null(strstr(warning, "somas.V_m.h5: readers that add up the step of 0.1 ms miscount"));
    assert_int_equal(state_recorder_close(recorder, false), LOLIGO_OK);
    MPI_Barrier(fixture.context.comm);
  }
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(frames_are_in_order_of_cells),  cmocka_unit_test(double_precision_keeps_every_bit),
      cmocka_unit_test(mapping_names_cells_and_times), cmocka_unit_test(no_cells_and_no_frames_make_a_file),
      cmocka_unit_test(drifting_times_are_warned_of),
  };
  int failures = cmocka_run_group_tests_name("a rank for each file", tests, NULL, NULL);
  state_recorder_few_cells = 0;
  failures += cmocka_run_group_tests_name("all ranks for all files", tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}

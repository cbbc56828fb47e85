/*
 * Cells of several populations that are parts of one whole: a report of states holds them by the numbers that they have
 * there, whoever writes it.
 */
#include "io/results/state_recorder.h"

#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"
#include "model/neuron/model.h"
#include "network/description.h"

static io_fixture fixture;
static const loligo_variable variables[] = {{"V_m", "mV", "membrane potential"}, {"V_m[1]", "mV", "of a compartment"}};
static const loligo_model model = {.name = "fake", .variables = variables, .n_variables = 2};

enum { A_CELLS = 20, B_CELLS = 30, FIRST_B = 3, ROWS = A_CELLS + B_CELLS - FIRST_B, FRAMES = 12 };
enum { COLUMNS = A_CELLS + 2 * (B_CELLS - FIRST_B) };

/* Those of A are 1, 4, 7, ...; those of B lie between, and have two compartments. */
static uint64_t a_ids[A_CELLS], b_ids[B_CELLS];
static loligo_population populations[] = {
    {.name = "W.1", .whole = "W", .node_ids = a_ids, .model = &model, .size = A_CELLS},
    {.name = "W.2", .whole = "W", .node_ids = b_ids, .model = &model, .size = B_CELLS}};
static loligo_network network = {.dt = 0.1, .populations = populations, .n_populations = 2};

static size_t numbers[] = {0, 1}, soma[] = {0}, both[] = {0, 1};
static state_columns columns[] = {{.variables = numbers, .elements = soma, .n = 1},
                                  {.variables = numbers, .elements = both, .n = 2}};
static loligo_selection targets[] = {{.population = 0, .last = A_CELLS},
                                     {.population = 1, .first = FIRST_B, .last = B_CELLS}};
static const state_recording recording = {.name = "v",
                                          .targets = {targets, 2},
                                          .columns = columns,
                                          .n_variables = 1,
                                          .clock = {{0, FRAMES, 1}, {1, 10}},
                                          .float64 = true};

static double value_at(uint64_t frame, uint64_t node, uint64_t compartment)
{
  return (double)(frame * 10000 + node * 10 + compartment);
}

/* Cells of this rank, and their values. */
typedef struct local_part {
  uint64_t index[B_CELLS];
  double values[FRAMES * B_CELLS * 2];
  loligo_samples samples;
} local_part;

static void fill(local_part *part, int target)
{
  const uint64_t *ids = target ? b_ids : a_ids, n_each = columns[target].n;
  const uint64_t size = (uint64_t)fixture.context.size, rank = (uint64_t)fixture.context.rank;
  uint64_t n = 0;
  for (uint64_t cell = targets[target].first; cell < targets[target].last; cell++)
    if ((cell / 2) % size == rank) part->index[n++] = cell;
  for (uint64_t frame = 0; frame < FRAMES; frame++)
    for (uint64_t i = 0; i < n; i++)
      for (uint64_t k = 0; k < n_each; k++)
        part->values[(frame * n + i) * n_each + k] = value_at(frame, ids[part->index[i]], k);
  part->samples = (loligo_samples){.n_cells = n, .index = part->index, .n_more = n_each - 1};
}

static void write_all(local_part *parts)
{
  state_recorder *recorder;
  loligo_samples samples[] = {parts[0].samples, parts[1].samples};
  const state_recorder_spec spec = {.recording = &recording, .cells = samples, .n_parts = 1, .number = 1};
  assert_int_equal(
      state_recorder_open(&fixture.context, fixture.directory, &network, &spec, &fixture.provenance, &recorder),
      LOLIGO_OK);
  for (uint64_t first = 0; first < FRAMES; first += 5) {
    for (int p = 0; p < 2; p++) {
      samples[p].first_frame = (int64_t)first;
      samples[p].n_frames = first + 5 < FRAMES ? 5 : FRAMES - first;
      samples[p].values = parts[p].values + first * samples[p].n_cells * columns[p].n;
    }
    assert_int_equal(state_recorder_write(recorder, samples, true), LOLIGO_OK);
  }
  assert_int_equal(state_recorder_close(recorder, true), LOLIGO_OK);
  MPI_Barrier(fixture.context.comm);
}

static void parts_stand_in_one_report(void **state)
{
  (void)state;
  static local_part parts[2];
  static double found[FRAMES * COLUMNS];
  uint64_t ids[ROWS], pointers[ROWS + 1];
  uint32_t elements[COLUMNS];
  for (int p = 0; p < 2; p++) fill(&parts[p], p);
  write_all(parts);
  const char *file = io_fixture_path(&fixture, "v.V_m.h5");
  io_fixture_read(file, "/report/W/mapping/node_ids", H5T_NATIVE_UINT64, ROWS, ids);
  io_fixture_read(file, "/report/W/mapping/index_pointers", H5T_NATIVE_UINT64, ROWS + 1, pointers);
  io_fixture_read(file, "/report/W/mapping/element_ids", H5T_NATIVE_UINT32, COLUMNS, elements);
  io_fixture_read(file, "/report/W/data", H5T_NATIVE_DOUBLE, FRAMES * COLUMNS, found);
  assert_int_equal(pointers[ROWS], COLUMNS);
  for (uint64_t row = 0; row < ROWS; row++) {
    const uint64_t n = pointers[row + 1] - pointers[row];
    assert_int_equal(n, ids[row] % 3 == 1 && ids[row] <= a_ids[A_CELLS - 1] ? 1 : 2);
    if (row > 0) assert_true(ids[row] > ids[row - 1]);
    for (uint64_t k = 0; k < n; k++) {
      assert_int_equal(elements[pointers[row] + k], k);
      for (uint64_t frame = 0; frame < FRAMES; frame++)
        assert_true(found[frame * COLUMNS + pointers[row] + k] == value_at(frame, ids[row], k));
    }
  }
  MPI_Barrier(fixture.context.comm);
}

static void all_ranks_may_write_it(void **state)
{
  state_recorder_few_cells = 0;
  parts_stand_in_one_report(state);
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  for (uint64_t i = 0; i < A_CELLS; i++) a_ids[i] = 1 + 3 * i;
  for (uint64_t i = 0, node = 0; i < B_CELLS; node++)
    if (node % 3 != 1) b_ids[i++] = node;
  const struct CMUnitTest tests[] = {cmocka_unit_test(parts_stand_in_one_report),
                                     cmocka_unit_test(all_ranks_may_write_it)};
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failed;
}

/*
 * edges.h5 holds every synapse once, in an order that the owner of a synapse does not change.
 */
#include "io/results/edge_recorder.h"
#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"
#include "loligo/network.h"

static io_fixture fixture;

enum { SOURCES = 30, TARGETS = 20, SYNAPSES = 500 };

/* Two projections of iaf_psc_exp; the second has no synapse. */
static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  const loligo_model *model = loligo_model_find("iaf_psc_exp");
  size_t e, i;
  assert_int_equal(loligo_network_add_population(network, "E", model, SOURCES, &e), LOLIGO_OK);
  assert_int_equal(loligo_network_add_population(network, "I", model, TARGETS, &i), LOLIGO_OK);
  loligo_projection_spec spec = {.name = "fast",
                                 .source = e,
                                 .target = i,
                                 .rule = "fixed_total_number",
                                 .argument = SYNAPSES,
                                 .weight = loligo_constant(1),
                                 .delay = loligo_constant(0.1)};
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_OK);
  spec.name = "none";
  spec.argument = 0;
  assert_int_equal(loligo_network_add_projection(network, &spec), LOLIGO_OK);
  return network;
}

/* Synapse k; several join the same pair. */
static loligo_synapse synapse_of(uint64_t k)
{
  uint64_t h = hash_mix(k);
  return (loligo_synapse){.projection = 0,
                          .source = h % SOURCES,
                          .target = (h >> 16) % TARGETS,
                          .weight = (double)((h >> 32) % 7) - 3.5,
                          .delay = (int64_t)((h >> 40) % 5) + 1};
}

static int compare(const void *left, const void *right)
{
  const loligo_synapse *a = left, *b = right;
  const double keys[][2] = {{(double)a->target, (double)b->target},
                            {(double)a->source, (double)b->source},
                            {(double)a->delay, (double)b->delay},
                            {a->weight, b->weight}};
  for (size_t i = 0; i < 4; i++) {
    if (keys[i][0] != keys[i][1]) return keys[i][0] < keys[i][1] ? -1 : 1;
  }
  return 0;
}

static void write_file(const loligo_network *network)
{
  edge_recorder *recorder;
  assert_int_equal(edge_recorder_open(&fixture.context, fixture.directory, network, (size_t[]){0, 1}, 2,
                                      &fixture.provenance, &recorder),
                   LOLIGO_OK);
  loligo_synapse *synapses = memory_allocate(SYNAPSES, sizeof *synapses, "synapses");
  size_t n = 0;
  for (uint64_t k = 0; k < SYNAPSES; k++) {
    loligo_synapse synapse = synapse_of(k);
    if (synapse.target % (uint64_t)fixture.context.size == (uint64_t)fixture.context.rank) synapses[n++] = synapse;
  }
  const uint64_t beats = heartbeat_now().count;
  assert_int_equal(edge_recorder_write(recorder, 0, synapses, n), LOLIGO_OK);
  assert_true(heartbeat_now().count > beats + n); /* so that a watchdog sees that a large export gets on */
  assert_int_equal(edge_recorder_write(recorder, 1, NULL, 0), LOLIGO_OK);
  assert_int_equal(edge_recorder_close(recorder, true), LOLIGO_OK);
  MPI_Barrier(fixture.context.comm);
}

static void every_synapse_is_there_in_order(void **state)
{
  (void)state;
  static loligo_synapse expected[SYNAPSES];
  static uint64_t source[SYNAPSES], target[SYNAPSES], index[SYNAPSES];
  static double weight[SYNAPSES], delay[SYNAPSES];
  loligo_network *network = make_network();
  write_file(network);
  loligo_network_destroy(network);
  for (uint64_t k = 0; k < SYNAPSES; k++) expected[k] = synapse_of(k);
  qsort(expected, SYNAPSES, sizeof *expected, compare);
  const char *file = io_fixture_path(&fixture, "edges.h5");
  io_fixture_read(file, "/edges/E_to_I_fast/source_node_id", H5T_NATIVE_UINT64, SYNAPSES, source);
  io_fixture_read(file, "/edges/E_to_I_fast/target_node_id", H5T_NATIVE_UINT64, SYNAPSES, target);
  io_fixture_read(file, "/edges/E_to_I_fast/edge_group_index", H5T_NATIVE_UINT64, SYNAPSES, index);
  io_fixture_read(file, "/edges/E_to_I_fast/0/syn_weight", H5T_NATIVE_DOUBLE, SYNAPSES, weight);
  io_fixture_read(file, "/edges/E_to_I_fast/0/delay", H5T_NATIVE_DOUBLE, SYNAPSES, delay);
  for (uint64_t k = 0; k < SYNAPSES; k++) {
    assert_int_equal(source[k], expected[k].source);
    assert_int_equal(target[k], expected[k].target);
    assert_int_equal(index[k], k);
    assert_true(weight[k] == expected[k].weight);
    assert_true(delay[k] == (double)expected[k].delay / 10);
  }
  io_fixture_read(file, "/edges/E_to_I_none/source_node_id", H5T_NATIVE_UINT64, 0, NULL);
  assert_int_equal(io_fixture_complete(file), 1);
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_synapse_is_there_in_order)};
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}

/*
 * Model files in parallel: rank 0 alone reads files, all ranks hold the same network, and a fault is the same on all.
 */
#include <mpi.h>
#include <string.h>

#include "base/text.h"
#include "io/model_file/model_file.h"
#include "network/description.h"
#include "scratch.h"
#include "wanted.h"

static loligo_context context;

/* A path that exists on rank 0 alone. */
static const char *path_here(const char *name)
{
  return context.rank == 0 ? name : "/nowhere/at/all.yaml";
}

static int write_model(void **state)
{
  loligo_context_init(&context, MPI_COMM_WORLD);
  if (context.rank != 0) return 0;
  if (scratch_enter(state) != 0) return -1;
  FILE *edges = fopen("edges.csv", "w");
  fprintf(edges, "source,target,weight,delay\n");
  for (int i = 0; i < 5000; i++) fprintf(edges, "%d,%d,%.17g,%g\n", i % 70, i % 31, 1.0 / (i + 3), 0.1 * (1 + i % 9));
  fclose(edges);
  scratch_write("trains.csv", "cell,time\n1,2.5\n0,1\n");
  scratch_write("model.yaml",
                "simulation: {dt: 0.1 ms, duration: 100 ms, seed: 7}\n"
                "populations:\n"
                "  E: {model: iaf_psc_exp, size: 70, params: {C_m: {normal: {mean: 250, std: 1}}}}\n"
                "  S: {model: spike_source, size: 2, params: {file: trains.csv}}\n"
                "projections:\n"
                "  - {source: E, target: E, rule: {explicit: edges.csv}}\n"
                "  - {source: S, target: E, rule: {pairwise_bernoulli: 0.3}, weight: 0.1 nA, delay: 700 us}\n"
                "inputs: {x: {model: poisson, target: 'E[3:9]', rate: 8 Hz, weight: 3}}\n");
  return 0;
}

static int remove_model(void **state)
{
  const int status = context.rank == 0 ? scratch_leave(state) : 0;
  loligo_context_free(&context);
  return status;
}

static void assert_same_on_all_ranks(uint64_t hash)
{
  uint64_t first = hash;
  MPI_Bcast(&first, 1, MPI_UINT64_T, 0, context.comm);
  assert_true(hash == first);
}

static uint64_t hash_bytes(const void *bytes, size_t n)
{
  uint64_t hash = n;
  for (size_t i = 0; i < n; i++) hash = hash_mix(hash ^ ((const unsigned char *)bytes)[i]);
  return hash;
}

static void all_ranks_hold_the_same(void **state)
{
  (void)state;
  model_file file;
  static const char *const overrides[] = {"simulation.seed=9"};
  const loligo_status status = model_file_read(&context, path_here("model.yaml"), overrides, 1, &file);
  if (status != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  assert_same_on_all_ranks(text_hash(file.given));
  assert_same_on_all_ranks(text_hash(file.used));
  const loligo_network *network = file.network;
  assert_int_equal(network->seed, 9);
  assert_int_equal(network->n_cells, 72);
  assert_int_equal(network->projections[0].n_edges, 5000);
  assert_same_on_all_ranks(hash_bytes(network->projections[0].edges, 5000 * sizeof(loligo_edge)));
  assert_int_equal(network->populations[1].n_times, 2);
  assert_true(network->populations[1].times[0] == 1 && network->populations[1].owners[0] == 0);
  assert_true(network->projections[1].weight.mean == 100 && network->projections[1].delay.mean == 0.7);
  assert_int_equal(network->inputs[0].target.last, 9);
  assert_int_equal(((const spike_recording *)wanted(&file.settings, "spikes"))->n, 2);
  model_file_free(&file);
}

static void alone_is_the_same(void **state)
{
  (void)state;
  model_file together, alone;
  assert_int_equal(model_file_read(&context, path_here("model.yaml"), NULL, 0, &together), LOLIGO_OK);
  if (context.rank == 0) {
    assert_int_equal(model_file_read_alone("model.yaml", NULL, 0, &alone), LOLIGO_OK);
    assert_string_equal(alone.used, together.used);
    assert_memory_equal(alone.network->projections[0].edges, together.network->projections[0].edges,
                        5000 * sizeof(loligo_edge));
    model_file_free(&alone);
  }
  model_file_free(&together);
}

static void assert_refused(const char *path, const char *override, const char *message)
{
  model_file file;
  assert_int_equal(model_file_read(&context, path, &override, 1, &file), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  assert_null(file.network);
  loligo_error_clear();
}

static void a_fault_is_the_same_on_all_ranks(void **state)
{
  (void)state;
  assert_refused(path_here("model.yaml"), "projections.1.wieght=3",
                 "--set projections.1.wieght=3: unknown key 'wieght' in projection; did you mean 'weight'?");
  assert_refused(path_here("model.yaml"), "simulation.dt=0.3",
                 "model.yaml:1:36: duration 100 ms is not a multiple of dt 0.3 ms");
  assert_refused(path_here("none.yaml"), "a=1", "none.yaml: cannot open: No such file or directory");
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_ranks_hold_the_same),
      cmocka_unit_test(alone_is_the_same),
      cmocka_unit_test(a_fault_is_the_same_on_all_ranks),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, write_model, remove_model);
  MPI_Finalize();
  return failed;
}

/*
 * A run that is cut anywhere, taken apart and put together by another partitioner and another exchange, ends as one
 * that was never cut: the same spikes, events and states, bit for bit. In memory; files are tested with the checkpoint.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "network/description.h"
#include "stage.h"

static loligo_context context;

/* A snapshot of the whole, the same on all ranks. */
typedef struct kept {
  char *values; /* of the fields one after the other, each [population's size] */
  size_t n_fields;
  loligo_flight *flights; /* [n_flights] ascending by step */
  size_t n_flights;
  loligo_snapshot snapshot;
  uint64_t *population_spikes;
} kept;

static size_t type_size(loligo_field_type type)
{
  return type == LOLIGO_FLOAT64 ? sizeof(double) : sizeof(int64_t);
}

static size_t whole_size(const stage *stage, const loligo_field *field)
{
  return type_size(field->type) * stage->network->populations[field->population].size;
}

/* Each rank fills the bytes of its cells in zeros; bytewise OR puts them together. */
static void gather_fields(const stage *stage, kept *kept)
{
  kept->n_fields = loligo_simulation_field_count(stage->simulation);
  size_t n_bytes = 0;
  for (size_t i = 0; i < kept->n_fields; i++) {
    const loligo_field field = loligo_simulation_field(stage->simulation, i);
    n_bytes += whole_size(stage, &field);
  }
  char *at = kept->values = calloc(n_bytes + 1, 1);
  for (size_t i = 0; i < kept->n_fields; i++) {
    const loligo_field field = loligo_simulation_field(stage->simulation, i);
    const size_t size = type_size(field.type);
    for (uint64_t c = 0; c < field.n_cells; c++)
      memcpy(at + field.index[c] * size, (char *)field.values + c * size, size);
    at += whole_size(stage, &field);
  }
  MPI_Allreduce(MPI_IN_PLACE, kept->values, (int)n_bytes, MPI_BYTE, MPI_BOR, context.comm);
}

static int by_step(const void *a, const void *b)
{
  const loligo_flight *x = a, *y = b;
  return (x->step > y->step) - (x->step < y->step);
}

static void gather_flights(const stage *stage, kept *kept)
{
  int n = (int)(loligo_simulation_flight_count(stage->simulation) * sizeof(loligo_flight)), *counts, *starts;
  counts = calloc((size_t)context.size, sizeof *counts);
  starts = calloc((size_t)context.size + 1, sizeof *starts);
  loligo_flight *own = malloc((size_t)n + 1);
  loligo_simulation_flights(stage->simulation, own);
  MPI_Allgather(&n, 1, MPI_INT, counts, 1, MPI_INT, context.comm);
  for (int r = 0; r < context.size; r++) starts[r + 1] = starts[r] + counts[r];
  kept->flights = malloc((size_t)starts[context.size] + 1);
  kept->n_flights = (size_t)starts[context.size] / sizeof(loligo_flight);
  MPI_Allgatherv(own, n, MPI_BYTE, kept->flights, counts, starts, MPI_BYTE, context.comm);
  qsort(kept->flights, kept->n_flights, sizeof(loligo_flight), by_step);
  free(counts);
  free(starts);
  free(own);
}

static void take(const stage *stage, kept *kept)
{
  loligo_statistics statistics;
  OK(loligo_simulation_statistics(stage->simulation, &statistics));
  kept->population_spikes = statistics.population_spikes;
  kept->snapshot = (loligo_snapshot){loligo_simulation_step(stage->simulation),
                                     statistics.population_spikes,
                                     statistics.spikes_checksum,
                                     statistics.synaptic_events,
                                     statistics.plastic_events,
                                     statistics.weight_updates,
                                     statistics.network_bytes};
  gather_fields(stage, kept);
  gather_flights(stage, kept);
}

/* Each rank gives a share of the flights, some none. */
static void put_flights(stage *stage, const loligo_flight *flights, size_t n)
{
  const size_t size = (size_t)context.size, rank = (size_t)context.rank;
  const size_t first = n * rank / size, last = n * (rank + 1) / size;
  OK(loligo_simulation_restore_flights(stage->simulation, flights + first, last - first));
}

/* Hands the flights over in two pieces, as one may. */
static void put(stage *stage, const kept *kept)
{
  assert_int_equal(loligo_simulation_field_count(stage->simulation), kept->n_fields);
  const char *at = kept->values;
  for (size_t i = 0; i < kept->n_fields; i++) {
    const loligo_field field = loligo_simulation_field(stage->simulation, i);
    const size_t size = type_size(field.type);
    for (uint64_t c = 0; c < field.n_cells; c++)
      memcpy((char *)field.values + c * size, at + field.index[c] * size, size);
    at += whole_size(stage, &field);
  }
  size_t half = kept->n_flights / 2;
  loligo_simulation_restore(stage->simulation, &kept->snapshot);
  put_flights(stage, kept->flights, half);
  put_flights(stage, kept->flights + half, kept->n_flights - half);
}

static void drop(kept *kept)
{
  free(kept->values);
  free(kept->flights);
  free(kept->population_spikes);
}

/* Runs to the end, cut at each of the given steps. */
static outcome run_cut(const loligo_network *network, const int64_t *cuts, size_t n)
{
  stage stage = {0};
  stage_set(&stage, &context, network, 0);
  for (size_t i = 0; i < n; i++) {
    kept kept;
    OK(loligo_simulation_run(stage.simulation, cuts[i] - loligo_simulation_step(stage.simulation)));
    take(&stage, &kept);
    stage_clear(&stage);
    stage_set(&stage, &context, network, i + 1);
    put(&stage, &kept);
    drop(&kept);
  }
  OK(loligo_simulation_run(stage.simulation, STAGE_STEPS - loligo_simulation_step(stage.simulation)));
  return stage_outcome(&stage);
}

static const outcome *uncut(const loligo_network *network)
{
  static outcome outcome;
  if (!outcome.spikes) outcome = run_cut(network, NULL, 0);
  assert_true(outcome.spikes > 500 && outcome.events > 1000);
  return &outcome;
}

static void a_cut_run_ends_like_one_that_was_never_cut(void **state)
{
  (void)state;
  static const struct {
    size_t n;
    int64_t at[3];
  } cuts[] = {{1, {0}}, {1, {5}}, {1, {333}}, {1, {STAGE_STEPS}}, {3, {150, 151, 158}}, {3, {301, 400, 777}}};
  loligo_network *network = full_network();
  const outcome *expected = uncut(network);
  for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
    outcome got = run_cut(network, cuts[i].at, cuts[i].n);
    assert_int_equal(got.spikes, expected->spikes);
    assert_true(got.checksum == expected->checksum);
    assert_true(got.events == expected->events);
    assert_true(got.population_spikes == expected->population_spikes);
    assert_true(got.frames == expected->frames);
  }
  loligo_network_destroy(network);
}

/* Only the last rank asks. */
static void ask(stage *stage, void (*request)(loligo_simulation *))
{
  if (context.rank == context.size - 1) request(stage->simulation);
}

static void a_pause_returns_on_all_ranks_once(void **state)
{
  (void)state;
  loligo_network *network = full_network();
  stage stage = {0};
  stage_set(&stage, &context, network, 0);
  int64_t interval = loligo_simulation_interval(stage.simulation);
  ask(&stage, loligo_simulation_pause);
  OK(loligo_simulation_run(stage.simulation, STAGE_STEPS));
  assert_int_equal(loligo_simulation_step(stage.simulation), interval);
  OK(loligo_simulation_run(stage.simulation, 3 * interval));
  assert_int_equal(loligo_simulation_step(stage.simulation), 4 * interval);
  stage_clear(&stage);
  loligo_network_destroy(network);
}

static void a_stopped_run_can_be_restored(void **state)
{
  (void)state;
  loligo_network *network = full_network();
  stage stage = {0};
  kept kept;
  stage_set(&stage, &context, network, 0);
  OK(loligo_simulation_run(stage.simulation, 401));
  ask(&stage, loligo_simulation_stop);
  assert_int_equal(loligo_simulation_run(stage.simulation, STAGE_STEPS), LOLIGO_INTERRUPTED);
  take(&stage, &kept);
  stage_clear(&stage);
  stage_set(&stage, &context, network, 1);
  put(&stage, &kept);
  drop(&kept);
  OK(loligo_simulation_run(stage.simulation, STAGE_STEPS - loligo_simulation_step(stage.simulation)));
  outcome got = stage_outcome(&stage);
  assert_memory_equal(&got, uncut(network), sizeof got);
  loligo_network_destroy(network);
}

static loligo_status fail_late(void *self, const loligo_interval *interval)
{
  (void)self;
  if (context.rank != 0 || interval->last_step < 100) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "an observer failed");
}

/* An error of the last interval is told even where the run was to stop there. */
static void a_stop_does_not_hide_an_error(void **state)
{
  (void)state;
  loligo_network *network = full_network();
  stage stage = {0};
  stage_set(&stage, &context, network, 0);
  OK(loligo_simulation_observe(stage.simulation, (loligo_observer){NULL, fail_late}));
  OK(loligo_simulation_run(stage.simulation, 99));
  ask(&stage, loligo_simulation_stop);
  assert_int_equal(loligo_simulation_run(stage.simulation, STAGE_STEPS), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "an observer failed");
  loligo_error_clear();
  stage_clear(&stage);
  loligo_network_destroy(network);
}

int main(int argc, char **argv)
{
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_cut_run_ends_like_one_that_was_never_cut),
      cmocka_unit_test(a_pause_returns_on_all_ranks_once),
      cmocka_unit_test(a_stopped_run_can_be_restored),
      cmocka_unit_test(a_stop_does_not_hide_an_error),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

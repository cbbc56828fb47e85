/*
 * A small simulation of which everything is known: its intervals, spikes, events and checksum, how it stops, pauses and
 * fails, and what it tells. The same on any number of ranks.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loligo/loligo.h"
#include "scarce.h"
#include "sim/spikes/spikes.h"

enum { SOURCES = 3, CELLS = 10, TRAIN = 3, DELAY = 15, STEPS = 200 };

static const double dt = 0.1;
static const double times[TRAIN] = {5, 1, 12.5};    /* ms */
static const int64_t stamps[TRAIN] = {10, 50, 125}; /* the same, ascending */

static loligo_context context;

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    loligo_status ok_ = (call);                                                                                        \
    if (ok_ != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                      \
  } while (0)

/* Spike sources onto cells that stay silent. */
static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(dt, 1);
  OK(loligo_network_add_population(network, "S", loligo_model_find("spike_source"), SOURCES, NULL));
  OK(loligo_network_set_trains(network, 0, times, NULL, TRAIN));
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  const loligo_projection_spec spec = {
      .target = 1, .rule = "all_to_all", .weight = loligo_constant(1.5), .delay = loligo_constant(DELAY * dt)};
  OK(loligo_network_add_projection(network, &spec));
  return network;
}

/** A simulation with what it rests on. */
typedef struct subject {
  loligo_network *network;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
} subject;

static void subject_open(subject *s, loligo_network *network)
{
  s->network = network;
  OK(loligo_decomposition_create(s->network, "round_robin", context.size, &s->decomposition));
  OK(loligo_simulation_create(&context, s->network, s->decomposition, "auto", NULL, &s->simulation));
}

static void subject_close(subject *s)
{
  loligo_simulation_destroy(s->simulation);
  loligo_decomposition_destroy(s->decomposition);
  loligo_network_destroy(s->network);
}

static uint64_t checksum_until(int64_t step)
{
  uint64_t sum = 0;
  for (int k = 0; k < TRAIN && stamps[k] <= step; k++)
    for (uint64_t i = 0; i < SOURCES; i++) sum += spike_hash(&(loligo_spike){stamps[k], 0, i});
  return sum;
}

static void check_statistics(const subject *s, int64_t step)
{
  loligo_statistics told;
  uint64_t spikes = 0, events = 0;
  for (int k = 0; k < TRAIN; k++) {
    spikes += stamps[k] <= step ? SOURCES : 0;
    events += stamps[k] + DELAY <= step ? SOURCES * CELLS : 0;
  }
  OK(loligo_simulation_statistics(s->simulation, &told));
  assert_int_equal(told.synapses, SOURCES * CELLS);
  assert_int_equal(told.spikes, spikes);
  assert_int_equal(told.population_spikes[0], spikes);
  assert_int_equal(told.population_spikes[1], 0);
  assert_int_equal(told.synaptic_events, events);
  assert_true(told.spikes_checksum == checksum_until(step));
  assert_true(told.max_weight_error == 0 && told.weight_error_bound == 0);
  assert_string_equal(told.exchange, "allgather");
  assert_true(strlen(told.exchange_reason) > 0);
  free(told.population_spikes);
}

static void spikes_and_events_are_counted(void **state)
{
  (void)state;
  subject s;
  subject_open(&s, make_network());
  assert_int_equal(loligo_simulation_interval(s.simulation), DELAY);
  check_statistics(&s, 0);
  const int64_t pieces[] = {1, 9, 54, 1, 0, 60, STEPS - 125};
  int64_t step = 0;
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
    OK(loligo_simulation_run(s.simulation, pieces[i]));
    step += pieces[i];
    assert_int_equal(loligo_simulation_step(s.simulation), step);
    check_statistics(&s, step);
  }
  subject_close(&s);
}

/** What an observer saw, and what it does about it. */
typedef struct watcher {
  loligo_simulation *simulation;
  int64_t step;
  uint64_t spikes, checksum;
  int64_t pause_at, stop_at, fail_at; /* 0: never */
} watcher;

static loligo_status watch(void *self, const loligo_interval *interval)
{
  watcher *w = self;
  assert_int_equal(interval->first_step, w->step);
  assert_in_range(interval->last_step - interval->first_step, 1, DELAY);
  for (size_t i = 0; i < interval->n_spikes; i++) {
    const loligo_spike *spike = &interval->spikes[i];
    assert_in_range(spike->step, interval->first_step + 1, interval->last_step);
    w->checksum += spike_hash(spike);
  }
  w->spikes += interval->n_spikes;
  w->step = interval->last_step;
  if (w->pause_at && w->step >= w->pause_at) loligo_simulation_pause(w->simulation);
  if (w->stop_at && w->step >= w->stop_at) loligo_simulation_stop(w->simulation);
  if (w->fail_at && w->step >= w->fail_at)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "the disk of rank %d", context.rank);
  return LOLIGO_OK;
}

static void subject_watch(subject *s, watcher *w)
{
  w->simulation = s->simulation;
  OK(loligo_simulation_observe(s->simulation, (loligo_observer){w, watch}));
}

/* Whether this rank is the one that acts. */
static int64_t if_last(int64_t step)
{
  return context.rank == context.size - 1 ? step : 0;
}

static void observers_see_every_interval_and_spike(void **state)
{
  (void)state;
  subject s;
  watcher first = {0}, second = {0};
  subject_open(&s, make_network());
  subject_watch(&s, &first);
  subject_watch(&s, &second);
  OK(loligo_simulation_run(s.simulation, 20));
  OK(loligo_simulation_run(s.simulation, STEPS - 20));
  assert_int_equal(first.step, STEPS);
  assert_memory_equal(&first, &second, sizeof first);
  uint64_t sums[2] = {first.spikes, first.checksum};
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, context.comm);
  assert_int_equal(sums[0], TRAIN * SOURCES);
  assert_true(sums[1] == checksum_until(STEPS));
  subject_close(&s);
}

/* One rank asks, all return at the end of the interval behind; the run goes on as if nothing had been. */
static void a_pause_is_granted_once(void **state)
{
  (void)state;
  subject s;
  watcher w = {.pause_at = if_last(2 * DELAY)};
  subject_open(&s, make_network());
  subject_watch(&s, &w);
  OK(loligo_simulation_run(s.simulation, STEPS));
  assert_int_equal(loligo_simulation_step(s.simulation), 3 * DELAY);
  check_statistics(&s, 3 * DELAY);
  w.pause_at = 0;
  OK(loligo_simulation_run(s.simulation, DELAY)); /* asked for in the interval before */
  OK(loligo_simulation_run(s.simulation, STEPS - 4 * DELAY));
  assert_int_equal(loligo_simulation_step(s.simulation), STEPS);
  check_statistics(&s, STEPS);
  subject_close(&s);
}

static void a_stop_ends_all_ranks(void **state)
{
  (void)state;
  subject s;
  watcher w = {.stop_at = if_last(DELAY)};
  subject_open(&s, make_network());
  subject_watch(&s, &w);
  assert_int_equal(loligo_simulation_run(s.simulation, STEPS), LOLIGO_INTERRUPTED);
  assert_int_equal(loligo_simulation_step(s.simulation), 2 * DELAY);
  check_statistics(&s, 2 * DELAY);
  subject_close(&s);
}

static void the_error_of_one_observer_ends_all_ranks(void **state)
{
  (void)state;
  subject s;
  watcher w = {.fail_at = if_last(DELAY)};
  char words[64];
  subject_open(&s, make_network());
  subject_watch(&s, &w);
  loligo_error_clear();
  assert_int_equal(loligo_simulation_run(s.simulation, STEPS), LOLIGO_MACHINE_ERROR);
  snprintf(words, sizeof words, "the disk of rank %d", context.size - 1);
  assert_string_equal(loligo_error_message(), words);
  assert_int_equal(loligo_simulation_step(s.simulation), DELAY);
  loligo_error_clear();
  subject_close(&s);
}

/* Also where it is the last interval, behind which no exchange comes. */
static void an_error_in_the_last_interval_is_told(void **state)
{
  (void)state;
  subject s;
  watcher w = {.fail_at = if_last(DELAY)};
  subject_open(&s, make_network());
  subject_watch(&s, &w);
  loligo_error_clear();
  assert_int_equal(loligo_simulation_run(s.simulation, DELAY), LOLIGO_MACHINE_ERROR);
  loligo_error_clear();
  subject_close(&s);
}

static void a_state_that_bursts_is_told_with_its_cell(void **state)
{
  (void)state;
  subject s;
  loligo_network *network = make_network();
  double currents[CELLS] = {[7] = -1e308};
  const loligo_distribution list = {.kind = LOLIGO_LIST, .values = currents, .n_values = CELLS};
  OK(loligo_network_set_param(network, 1, "C_m", loligo_constant(1e-9)));
  OK(loligo_network_set_param(network, 1, "I_e", list));
  subject_open(&s, network);
  loligo_error_clear();
  assert_int_equal(loligo_simulation_run(s.simulation, STEPS), LOLIGO_NUMERICS_ERROR);
  assert_non_null(strstr(loligo_error_message(), "population A, cell 7: V_m is no longer finite"));
  loligo_error_clear();
  subject_close(&s);
}

/* Where nothing is connected, an interval is as long as it can be; where delays are long, no longer. */
static void intervals_have_a_limit(void **state)
{
  (void)state;
  for (int connected = 0; connected < 2; connected++) {
    subject s;
    loligo_network *network = loligo_network_create(dt, 1);
    OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
    const loligo_projection_spec spec = {
        .rule = "one_to_one", .weight = loligo_constant(1), .delay = loligo_constant(50)};
    if (connected) OK(loligo_network_add_projection(network, &spec));
    subject_open(&s, network);
    assert_int_equal(loligo_simulation_interval(s.simulation), 64);
    OK(loligo_simulation_run(s.simulation, 1000));
    subject_close(&s);
  }
}

static void a_network_at_work_cannot_be_changed(void **state)
{
  (void)state;
  subject s;
  const loligo_model *model = loligo_model_find("iaf_psc_exp");
  subject_open(&s, make_network());
  assert_int_equal(loligo_network_add_population(s.network, "B", model, 1, NULL), LOLIGO_INPUT_ERROR);
  loligo_error_clear();
  loligo_simulation_destroy(s.simulation);
  s.simulation = NULL;
  OK(loligo_network_add_population(s.network, "B", model, 1, NULL));
  subject_close(&s);
}

/* Signals younger than the longest delay, each on the rank of its cell. */
static void flights_are_what_has_not_arrived(void **state)
{
  (void)state;
  subject s;
  subject_open(&s, make_network());
  for (int64_t step = 1; step <= STEPS; step++) {
    OK(loligo_simulation_run(s.simulation, 1));
    const size_t n = loligo_simulation_flight_count(s.simulation);
    uint64_t sums[2] = {n, 0}, expected = 0;
    loligo_flight *flights = calloc(n + 1, sizeof *flights);
    loligo_simulation_flights(s.simulation, flights);
    for (size_t i = 0; i < n; i++) {
      assert_int_equal(loligo_decomposition_rank(s.decomposition, 0, flights[i].index), context.rank);
      assert_true(flights[i].population == 0 && flights[i].signal == 0 && !flights[i].negative);
      sums[1] += spike_hash(&(loligo_spike){flights[i].step, 0, flights[i].index});
    }
    free(flights);
    MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, context.comm);
    for (int k = 0; k < TRAIN; k++) expected += stamps[k] <= step && step < stamps[k] + DELAY ? SOURCES : 0;
    assert_int_equal(sums[0], expected);
    assert_true(sums[1] == (expected ? checksum_until(step) - checksum_until(step - DELAY) : 0));
  }
  subject_close(&s);
}

/* Sources that fire all the time onto cells that stay silent. */
static loligo_network *make_steady_network(void)
{
  loligo_network *network = loligo_network_create(dt, 1);
  OK(loligo_network_add_population(network, "P", loligo_model_find("poisson_source"), 1000, NULL));
  OK(loligo_network_set_param(network, 0, "rate", loligo_constant(300)));
  OK(loligo_network_add_population(network, "A", loligo_model_find("iaf_psc_exp"), 20, NULL));
  const loligo_projection_spec spec = {
      .target = 1, .rule = "all_to_all", .weight = loligo_constant(0), .delay = loligo_constant(DELAY * dt)};
  OK(loligo_network_add_projection(network, &spec));
  return network;
}

/* About 450 spikes of all ranks in an interval: blocks follow, and a second round is the exception. */
static void blocks_follow_what_is_sent(void **state)
{
  (void)state;
  const char *const methods[] = {"allgather", "alltoall", "neighbor"};
  enum { INTERVALS = 600 };
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
    subject s;
    loligo_statistics told;
    s.network = make_steady_network();
    OK(loligo_decomposition_create(s.network, "round_robin", context.size, &s.decomposition));
    OK(loligo_simulation_create(&context, s.network, s.decomposition, methods[m], NULL, &s.simulation));
    OK(loligo_simulation_run(s.simulation, INTERVALS * DELAY));
    OK(loligo_simulation_statistics(s.simulation, &told));
    assert_true(told.spikes > INTERVALS * 100 * (uint64_t)context.size);
    assert_int_equal(told.exchanges, INTERVALS);
    assert_true(told.second_rounds > 0);
    assert_true(100 * told.second_rounds < told.exchanges);
    free(told.population_spikes);
    subject_close(&s);
  }
}

static loligo_status count_synapse(void *self, const loligo_synapse *synapse)
{
  assert_true(synapse->projection == 0 && synapse->weight == 1.5 && synapse->delay == DELAY);
  assert_in_range(synapse->source, 0, SOURCES - 1);
  *(uint64_t *)self += UINT64_C(1) << 4 * synapse->target;
  return LOLIGO_OK;
}

static loligo_status refuse_synapse(void *self, const loligo_synapse *synapse)
{
  (void)self;
  (void)synapse;
  return LOLIGO_INTERRUPTED;
}

/* Every synapse on the rank of its target, once; an error of the sink ends the list. */
static void synapses_are_listed_where_they_are(void **state)
{
  (void)state;
  subject s;
  uint64_t counts = 0, expected = 0;
  subject_open(&s, make_network());
  OK(loligo_simulation_synapses(s.simulation, 0, count_synapse, &counts));
  for (uint64_t t = 0; t < CELLS; t++)
    if (loligo_decomposition_rank(s.decomposition, 1, t) == context.rank) expected += (uint64_t)SOURCES << 4 * t;
  assert_true(counts == expected);
  if (expected) assert_int_equal(loligo_simulation_synapses(s.simulation, 0, refuse_synapse, NULL), LOLIGO_INTERRUPTED);
  subject_close(&s);
}

static void phases_have_names_and_seconds(void **state)
{
  (void)state;
  subject s;
  double seconds[64];
  subject_open(&s, make_network());
  OK(loligo_simulation_run(s.simulation, STEPS));
  loligo_simulation_phases(s.simulation, seconds);
  assert_in_range(loligo_phase_count(), 1, 64);
  double all = 0;
  for (size_t i = 0; i < loligo_phase_count(); i++) {
    assert_true(seconds[i] >= 0);
    all += seconds[i];
    for (size_t j = 0; j < i; j++) assert_string_not_equal(loligo_phase_name(i), loligo_phase_name(j));
  }
  assert_true(all > 0);
  subject_close(&s);
}

/* Builds and runs; every rank must be told the same. */
static loligo_status live(loligo_network *network, const loligo_decomposition *decomposition)
{
  loligo_simulation *simulation;
  loligo_sampler *sampler;
  loligo_statistics statistics;
  watcher w = {0};
  const loligo_sampler_spec spec = {.target = {.population = 1, .last = CELLS}, .stop = STEPS, .every = 1};
  LOLIGO_TRY(loligo_simulation_create(&context, network, decomposition, "allgather", NULL, &simulation));
  loligo_status status = loligo_simulation_observe(simulation, (loligo_observer){&w, watch});
  w.simulation = simulation;
  if (status == LOLIGO_OK) status = loligo_simulation_sample(simulation, &spec, &sampler);
  status = loligo_agree(&context, status);
  if (status == LOLIGO_OK) status = loligo_simulation_run(simulation, STEPS);
  if (status == LOLIGO_OK) status = loligo_simulation_statistics(simulation, &statistics);
  if (status == LOLIGO_OK) free(statistics.population_spikes);
  loligo_simulation_destroy(simulation);
  return status;
}

/* One rank after the other lacks memory, at every place in turn. */
static void lack_of_memory_reaches_all(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  loligo_decomposition *decomposition;
  OK(loligo_decomposition_create(network, "round_robin", context.size, &decomposition));
  OK(live(network, decomposition));
  for (int victim = 0; victim < context.size; victim++) {
    int spent = 1;
    for (unsigned long n = 1; spent; n++) {
      const unsigned long held = inject_blocks_held();
      loligo_error_clear();
      if (context.rank == victim) inject_allocation_fault(n);
      const loligo_status status = live(network, decomposition);
      spent = inject_is_spent();
      inject_allocation_fault(0);
      MPI_Bcast(&spent, 1, MPI_INT, victim, context.comm);
      assert_int_equal(status, spent ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
      assert_int_equal(inject_blocks_held(), held);
    }
  }
  loligo_error_clear();
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spikes_and_events_are_counted),
      cmocka_unit_test(observers_see_every_interval_and_spike),
      cmocka_unit_test(a_pause_is_granted_once),
      cmocka_unit_test(a_stop_ends_all_ranks),
      cmocka_unit_test(the_error_of_one_observer_ends_all_ranks),
      cmocka_unit_test(an_error_in_the_last_interval_is_told),
      cmocka_unit_test(a_state_that_bursts_is_told_with_its_cell),
      cmocka_unit_test(intervals_have_a_limit),
      cmocka_unit_test(a_network_at_work_cannot_be_changed),
      cmocka_unit_test(flights_are_what_has_not_arrived),
      cmocka_unit_test(blocks_follow_what_is_sent),
      cmocka_unit_test(synapses_are_listed_where_they_are),
      cmocka_unit_test(phases_have_names_and_seconds),
      cmocka_unit_test(lack_of_memory_reaches_all),
  };
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

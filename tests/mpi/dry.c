/*
 * Dry ranks against real ones: the same tables bit for bit, and with what a real run fired the same spikes and events,
 * rank by rank, however many there would be.
 */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "full_network.h"
#include "loligo/partition.h"
#include "partition/partitioner.h"
#include "sim/parts.h"
#include "sim/simulation.h"
#include "sim/synapses/synapse_word.h"

enum { STEPS = 250 };

static loligo_context context, alone;

/* -- what a rank holds -- */

static uint64_t row_digest(uint64_t digest, const uint32_t *row)
{
  for (const uint32_t *at = row;;) {
    const delay_run run = delay_run_read(at);
    for (; at < run.end; at++) digest = hash_mix(digest ^ *at);
    if (run.last) return digest;
  }
}

static uint64_t packed_digest(uint64_t digest, const packed_rows *packed)
{
  for (uint64_t b = 0; b <= packed->index.n_buckets; b++)
    digest = hash_mix(digest ^ packed_index_begin(&packed->index, b));
  for (size_t i = 0; i < packed->shape.halves * packed->n; i++) digest = hash_mix(digest ^ packed->halves[i]);
  return digest;
}

static uint64_t tables_digest(const loligo_simulation *sim)
{
  uint64_t digest = 0;
  for (size_t p = 0; p < sim->network->n_populations; p++)
    for (int signal = 0; signal < synapses_signals(&sim->synapses, p); signal++) {
      const packed_rows *packed = row_table_packed(synapses_table(&sim->synapses, p, signal));
      if (packed) digest = packed_digest(digest, packed);
      for (uint64_t i = 0; i < sim->network->populations[p].size; i++) {
        const uint32_t *row = row_table_find(synapses_table(&sim->synapses, p, signal), i);
        if (row) digest = row_digest(hash_mix(digest ^ i), row);
      }
    }
  return digest;
}

/** What runs must agree in. */
typedef struct totals {
  uint64_t synapses, spikes, checksum, events;
} totals;

static totals totals_of(loligo_simulation *sim)
{
  loligo_statistics s;
  OK(loligo_simulation_statistics(sim, &s));
  free(s.population_spikes);
  return (totals){s.synapses, s.spikes, s.spikes_checksum, s.synaptic_events};
}

/* -- what a real run fired -- */

typedef struct recording {
  loligo_flight *items;
  int n;
} recording;

static void record_interval(recording *recording, loligo_simulation *sim, int64_t n_steps)
{
  const int64_t first = loligo_simulation_step(sim);
  OK(loligo_simulation_run(sim, n_steps));
  const size_t n = loligo_simulation_flight_count(sim);
  loligo_flight *flights = calloc(n + 1, sizeof *flights);
  loligo_simulation_flights(sim, flights);
  recording->items = realloc(recording->items, ((size_t)recording->n + n + 1) * sizeof *flights);
  for (size_t i = 0; i < n; i++)
    if (flights[i].step > first) recording->items[recording->n++] = flights[i];
  free(flights);
}

static int compare(const void *a, const void *b)
{
  const loligo_flight *x = a, *y = b;
  if (x->step != y->step) return x->step < y->step ? -1 : 1;
  if (x->population != y->population) return x->population < y->population ? -1 : 1;
  if (x->index != y->index) return x->index < y->index ? -1 : 1;
  return x->signal - y->signal;
}

static void gather(recording *recording)
{
  const int size = (int)sizeof *recording->items, mine = recording->n * size;
  int *bytes = calloc((size_t)context.size, sizeof *bytes), *from = calloc((size_t)context.size, sizeof *from);
  MPI_Allgather(&mine, 1, MPI_INT, bytes, 1, MPI_INT, context.comm);
  int sum = bytes[0];
  for (int r = 1; r < context.size; r++) {
    from[r] = sum;
    sum += bytes[r];
  }
  loligo_flight *all = malloc((size_t)sum + 1);
  MPI_Allgatherv(recording->items, mine, MPI_BYTE, all, bytes, from, MPI_BYTE, context.comm);
  free(recording->items);
  free(bytes);
  free(from);
  *recording = (struct recording){all, sum / size};
  qsort(all, (size_t)recording->n, sizeof *all, compare);
}

static loligo_simulation *create_real(const loligo_network *network, const loligo_decomposition *decomposition)
{
  loligo_simulation *sim;
  OK(loligo_simulation_create(&context, network, decomposition, "allgather", NULL, &sim));
  return sim;
}

static totals run_real(loligo_simulation *sim, recording *recording)
{
  while (loligo_simulation_step(sim) < STEPS) {
    const int64_t left = STEPS - loligo_simulation_step(sim), interval = loligo_simulation_interval(sim);
    record_interval(recording, sim, left < interval ? left : interval);
  }
  gather(recording);
  return totals_of(sim);
}

/* -- and dry ranks with that -- */

static loligo_simulation *create_dry(const loligo_network *network, const loligo_decomposition *decomposition,
                                     const dry_rank *dry)
{
  loligo_simulation *sim;
  OK(simulation_create_dry(&alone, network, decomposition, dry, NULL, &sim));
  return sim;
}

static totals run_dry(const loligo_network *network, const loligo_decomposition *decomposition, const dry_rank *dry)
{
  loligo_simulation *sim = create_dry(network, decomposition, dry);
  OK(loligo_simulation_run(sim, STEPS));
  const totals totals = totals_of(sim);
  loligo_simulation_destroy(sim);
  return totals;
}

static void add(totals *sum, totals one)
{
  sum->synapses += one.synapses;
  sum->spikes += one.spikes;
  sum->checksum += one.checksum;
  sum->events += one.events;
}

/* All ranks of a decomposition, dealt out to those that are here. */
static void check_sum(const loligo_network *network, const char *partitioner, int ranks, const recording *recording,
                      const totals *real)
{
  loligo_decomposition *decomposition;
  totals sum = {0};
  if (loligo_decomposition_create(network, partitioner, ranks, &decomposition) != LOLIGO_OK) {
    loligo_error_clear(); /* one that this build lacks */
    return;
  }
  for (int r = context.rank; r < ranks; r += context.size) {
    const dry_rank dry = {r, ranks, NULL, recording->items, (size_t)recording->n};
    add(&sum, run_dry(network, decomposition, &dry));
  }
  MPI_Allreduce(MPI_IN_PLACE, &sum, 4, MPI_UINT64_T, MPI_SUM, context.comm);
  assert_memory_equal(&sum, real, sizeof sum);
  loligo_decomposition_destroy(decomposition);
}

static void dry_ranks_add_up_to_a_real_run(void **state)
{
  (void)state;
  loligo_network *network = full_network();
  loligo_decomposition *decomposition;
  recording recording = {0};
  OK(loligo_decomposition_create(network, "block", context.size, &decomposition));
  loligo_simulation *real = create_real(network, decomposition);
  const totals totals = run_real(real, &recording);
  assert_true(totals.spikes > 100 && totals.events > 1000);
  for (size_t i = 0; partitioner_at(i); i++)
    for (int ranks = 4; ranks <= 16; ranks *= 2)
      check_sum(network, partitioner_at(i)->name, ranks, &recording, &totals);
  free(recording.items);
  loligo_simulation_destroy(real);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
}

/* This rank as it is, and as a dry one beside it. */
static void a_dry_rank_is_the_real_one(void **state)
{
  (void)state;
  loligo_network *network = full_network();
  for (size_t i = 0; partitioner_at(i); i++) {
    loligo_decomposition *decomposition;
    recording recording = {0};
    if (loligo_decomposition_create(network, partitioner_at(i)->name, context.size, &decomposition) != LOLIGO_OK) {
      loligo_error_clear();
      continue;
    }
    loligo_simulation *real = create_real(network, decomposition);
    run_real(real, &recording);
    const dry_rank rank = {context.rank, context.size, NULL, recording.items, (size_t)recording.n};
    loligo_simulation *dry = create_dry(network, decomposition, &rank);
    assert_true(tables_digest(dry) == tables_digest(real));
    OK(loligo_simulation_run(dry, STEPS));
    assert_true(dry->checksum == real->checksum);
    assert_int_equal(dry->calendar.n_deliveries, real->calendar.n_deliveries);
    assert_memory_equal(dry->population_spikes, real->population_spikes,
                        network->n_populations * sizeof *real->population_spikes);
    loligo_simulation_destroy(dry);
    loligo_simulation_destroy(real);
    loligo_decomposition_destroy(decomposition);
    free(recording.items);
  }
  loligo_network_destroy(network);
}

/* By rates: whatever the pieces are in which the intervals of a run are asked for, and from the beginning again. */
static void drawn_spikes_are_the_same_in_a_new_trial(void **state)
{
  (void)state;
  loligo_network *network = full_network();
  loligo_decomposition *decomposition;
  double *rates = calloc(network->n_populations, sizeof *rates);
  OK(loligo_decomposition_create(network, "round_robin", 5, &decomposition));
  for (size_t p = 0; p < network->n_populations; p++) rates[p] = 100.0 * (double)p;
  loligo_simulation *sim = create_dry(network, decomposition, &(dry_rank){.rank = 3, .ranks = 5, .rates = rates});
  OK(loligo_simulation_run(sim, STEPS));
  const totals first = totals_of(sim);
  const dry_account account = *simulation_dry_account(sim);
  assert_true(account.received > 0 && account.sent > 0 && account.seconds > 0);
  OK(loligo_simulation_reset(sim, 0, network->seed));
  sim->calendar.n_deliveries = 0;
  OK(loligo_simulation_run(sim, STEPS));
  const totals second = totals_of(sim);
  assert_memory_equal(&first, &second, sizeof first);
  assert_int_equal(simulation_dry_account(sim)->received, 2 * account.received);
  assert_int_equal(simulation_dry_account(sim)->sent, 2 * account.sent);
  loligo_simulation_destroy(sim);
  loligo_decomposition_destroy(decomposition);
  loligo_network_destroy(network);
  free(rates);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dry_ranks_add_up_to_a_real_run),
      cmocka_unit_test(a_dry_rank_is_the_real_one),
      cmocka_unit_test(drawn_spikes_are_the_same_in_a_new_trial),
  };
  MPI_Init(NULL, NULL);
  loligo_context_init(&context, MPI_COMM_WORLD);
  loligo_context_init(&alone, MPI_COMM_SELF);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&alone);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

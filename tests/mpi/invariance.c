/*
 * The promise: the same spikes and the same states, bit for bit, for any number of ranks, any partitioner, any
 * exchange. One network that holds every model, rule and kind of input is run by one rank alone and then by all of them
 * in every combination.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "full_network.h"
#include "loligo/loligo.h"
#include "model/neuron/model.h"
#include "sim/exchange/exchange.h"

enum { STEPS = 1200, FRAME_EVERY = 7, MOST_POPULATIONS = 64 };

/** What two runs must agree in. */
typedef struct outcome {
  uint64_t spikes, spikes_checksum, synapses, states, observed, weights, plastic_events, weight_updates;
} outcome;

typedef struct listener {
  uint64_t sum;
} listener;

static loligo_status listen(void *self, const loligo_interval *interval)
{
  listener *listener = self;
  for (size_t i = 0; i < interval->n_spikes; i++) {
    const loligo_spike *s = &interval->spikes[i];
    assert_true(s->step > interval->first_step && s->step <= interval->last_step);
    if (i > 0) {
      const loligo_spike *b = s - 1;
      assert_true(b->step < s->step ||
                  (b->step == s->step &&
                   (b->population < s->population || (b->population == s->population && b->index <= s->index))));
    }
    listener->sum += hash_mix((uint64_t)s->step * 1000003 + s->population * 1009 + s->index);
  }
  return LOLIGO_OK;
}

static uint64_t hash_frames(const loligo_sampler *sampler, size_t population)
{
  loligo_samples samples = loligo_sampler_frames(sampler);
  assert_int_equal(samples.n_frames, (STEPS - 1) / FRAME_EVERY + 1);
  uint64_t sum = 0;
  for (size_t f = 0; f < samples.n_frames; f++) {
    for (size_t c = 0; c < samples.n_cells; c++) {
      uint64_t bits;
      double value = samples.values[f * samples.n_cells + c];
      assert_true(isfinite(value));
      memcpy(&bits, &value, sizeof bits);
      sum += hash_mix(bits ^ hash_mix(f ^ hash_mix(population ^ hash_mix(samples.index[c]))));
    }
  }
  return sum;
}

static loligo_status add_weight(void *sum, const loligo_synapse *s)
{
  uint64_t bits;
  memcpy(&bits, &s->weight_now, sizeof bits);
  *(uint64_t *)sum += hash_mix(bits ^ hash_mix(s->source ^ hash_mix(s->target ^ hash_mix((uint64_t)s->delay))));
  return LOLIGO_OK;
}

static uint64_t hash_weights(const loligo_network *network, const loligo_simulation *simulation)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < network->n_projections; i++)
    if (network->projections[i].plasticity) OK(loligo_simulation_synapses(simulation, i, add_weight, &sum));
  return sum;
}

static outcome run(MPI_Comm comm, const loligo_network *network, const char *partitioner, const char *exchange)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_sampler *samplers[MOST_POPULATIONS];
  listener listener = {0};
  assert_in_range(network->n_populations, 1, MOST_POPULATIONS);
  loligo_context_init(&context, comm);
  OK(loligo_decomposition_create(network, partitioner, context.size, &decomposition));
  OK(loligo_simulation_create(&context, network, decomposition, exchange, NULL, &simulation));
  OK(loligo_simulation_observe(simulation, (loligo_observer){&listener, listen}));
  for (size_t p = 0; p < network->n_populations; p++) {
    size_t variable = network->populations[p].model->n_variables > 1 ? p % 2 : 0;
    loligo_sampler_spec spec = {.target = {.population = p, .last = network->populations[p].size},
                                .variable = variable,
                                .stop = STEPS,
                                .every = FRAME_EVERY};
    if (p % 2 && network->populations[p].size > 0) spec.target = some_cells(network, p, false);
    samplers[p] = NULL;
    if (network->populations[p].model->n_variables) OK(loligo_simulation_sample(simulation, &spec, &samplers[p]));
  }
  OK(loligo_simulation_run(simulation, 333));
  OK(loligo_simulation_run(simulation, STEPS - 333));
  loligo_statistics statistics;
  OK(loligo_simulation_statistics(simulation, &statistics));
  uint64_t sums[3] = {listener.sum, 0, hash_weights(network, simulation)};
  for (size_t p = 0; p < network->n_populations; p++)
    if (samplers[p]) sums[1] += hash_frames(samplers[p], p);
  MPI_Allreduce(MPI_IN_PLACE, sums, 3, MPI_UINT64_T, MPI_SUM, comm);
  outcome outcome = {statistics.spikes, statistics.spikes_checksum, statistics.synapses,      sums[1], sums[0],
                     sums[2],           statistics.plastic_events,  statistics.weight_updates};
  for (size_t p = 0; comm == MPI_COMM_SELF && p + 1 < network->n_populations; p++)
    if (statistics.population_spikes[p] == 0 && !is_read_out(network->populations[p].model))
      fail_msg("no spikes in %s", network->populations[p].name);
  free(statistics.population_spikes);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  return outcome;
}

/* On rank 0 by itself, told to all. */
static outcome run_alone(const loligo_network *network)
{
  outcome outcome = {0};
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0) outcome = run(MPI_COMM_SELF, network, "block", "allgather");
  MPI_Bcast(&outcome, sizeof outcome, MPI_BYTE, 0, MPI_COMM_WORLD);
  return outcome;
}

static void every_combination_gives_the_same(void **state)
{
  (void)state;
  loligo_network *network = full_network();
  add_plastic_projections(network);
  const outcome expected = run_alone(network);
  assert_true(expected.spikes > 1000 && expected.plastic_events > 1000);
  for (size_t i = 0; loligo_partitioner_name(i); i++) {
    loligo_decomposition *probe;
    if (loligo_decomposition_create(network, loligo_partitioner_name(i), 2, &probe) != LOLIGO_OK) {
      loligo_error_clear();
      continue;
    }
    loligo_decomposition_destroy(probe);
    for (size_t j = 0; exchange_method_at(j); j++) {
      outcome got = run(MPI_COMM_WORLD, network, loligo_partitioner_name(i), exchange_method_at(j)->name);
      if (memcmp(&got, &expected, sizeof got) != 0)
        fail_msg("%s, %s: %llu spikes, checksum %llx, %llu synapses, states %llx; one rank: %llu, %llx, %llu, %llx",
                 loligo_partitioner_name(i), exchange_method_at(j)->name, (unsigned long long)got.spikes,
                 (unsigned long long)got.spikes_checksum, (unsigned long long)got.synapses,
                 (unsigned long long)got.states, (unsigned long long)expected.spikes,
                 (unsigned long long)expected.spikes_checksum, (unsigned long long)expected.synapses,
                 (unsigned long long)expected.states);
    }
  }
  loligo_network_destroy(network);
}

/* Two cells, more ranks than cells, delays of one step and of many intervals. */
static void few_cells_on_many_ranks(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 3);
  OK(loligo_network_add_population(network, "pair", loligo_model_find("iaf_psc_exp"), 2, NULL));
  OK(loligo_network_set_param(network, 0, "I_e", loligo_constant(500)));
  for (int i = 0; i < 2; i++) {
    loligo_projection_spec spec = {
        .rule = "all_to_all", .weight = loligo_constant(100), .delay = loligo_constant(i ? 150 : 0.1)};
    OK(loligo_network_add_projection(network, &spec));
  }
  for (size_t p = 0; p < network->n_populations; p++) assert_int_equal(network->populations[p].size, 2);
  loligo_context context;
  loligo_context_init(&context, MPI_COMM_WORLD);
  uint64_t checksum = 0;
  for (size_t j = 0; exchange_method_at(j); j++) {
    loligo_decomposition *decomposition;
    loligo_simulation *simulation;
    loligo_statistics statistics;
    OK(loligo_decomposition_create(network, "balanced", context.size, &decomposition));
    OK(loligo_simulation_create(&context, network, decomposition, exchange_method_at(j)->name, NULL, &simulation));
    assert_int_equal(loligo_simulation_interval(simulation), 1);
    OK(loligo_simulation_run(simulation, 5000));
    OK(loligo_simulation_statistics(simulation, &statistics));
    assert_int_equal(statistics.synapses, 8);
    assert_true(statistics.spikes > 20);
    if (j == 0) checksum = statistics.spikes_checksum;
    assert_true(statistics.spikes_checksum == checksum);
    free(statistics.population_spikes);
    loligo_simulation_destroy(simulation);
    loligo_decomposition_destroy(decomposition);
  }
  loligo_context_free(&context);
  loligo_network_destroy(network);
}

enum { FEW = 20, MANY_EACH = 50000 };

/* Cells with so many synapses that their weights, counted twice, would sum beyond fixed point, and delays so long that
 * their rows make several bundles. */
static void add_crowd(loligo_network *network, const char *name, const char *rule, bool no_autapses, unsigned each)
{
  size_t id;
  OK(loligo_network_add_population(network, name, loligo_model_find("iaf_psc_exp"), FEW, &id));
  OK(loligo_network_set_param(network, id, "I_e", loligo_constant(500)));
  OK(loligo_network_set_init(network, id, "V_m", normal(-60, 5, -90)));
  loligo_projection_spec spec = {.source = id,
                                 .target = id,
                                 .rule = rule,
                                 .argument = each,
                                 .no_autapses = no_autapses,
                                 .weight = {.kind = LOLIGO_UNIFORM, .low = 0.019, .high = 0.02},
                                 .delay = {.kind = LOLIGO_UNIFORM, .low = 0.1, .high = 300}};
  OK(loligo_network_add_projection(network, &spec));
}

/* Hash of the states of population 0; checks the number of synapses. */
static uint64_t run_crowd(const loligo_network *network, uint64_t n_synapses)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_sampler *sampler;
  loligo_statistics statistics;
  const loligo_sampler_spec spec = {.target = {.last = FEW}, .stop = STEPS, .every = FRAME_EVERY};
  loligo_context_init(&context, MPI_COMM_WORLD);
  OK(loligo_decomposition_create(network, "balanced", context.size, &decomposition));
  OK(loligo_simulation_create(&context, network, decomposition, "allgather", NULL, &simulation));
  OK(loligo_simulation_sample(simulation, &spec, &sampler));
  OK(loligo_simulation_run(simulation, STEPS));
  OK(loligo_simulation_statistics(simulation, &statistics));
  assert_int_equal(statistics.synapses, n_synapses);
  assert_true(statistics.population_spikes[0] > FEW && statistics.synaptic_events > FEW * MANY_EACH);
  uint64_t hash = hash_frames(sampler, 0);
  MPI_Allreduce(MPI_IN_PLACE, &hash, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  free(statistics.population_spikes);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  return hash;
}

/* Alone, a population's rows are built in turns, to save memory; with a larger one beside it, at once. */
static void check_turns(const char *rule, bool no_autapses)
{
  loligo_network *alone = loligo_network_create(0.1, 4), *beside = loligo_network_create(0.1, 4);
  add_crowd(alone, "crowd", rule, no_autapses, MANY_EACH);
  add_crowd(beside, "crowd", rule, no_autapses, MANY_EACH);
  add_crowd(beside, "others", rule, no_autapses, MANY_EACH + 1000);
  const uint64_t in_turns = run_crowd(alone, FEW * MANY_EACH);
  assert_true(in_turns == run_crowd(beside, FEW * (2 * MANY_EACH + 1000)));
  loligo_network_destroy(alone);
  loligo_network_destroy(beside);
}

static void synapses_built_in_turns_are_the_same(void **state)
{
  (void)state;
  check_turns("fixed_indegree", false); /* batches of many sources */
  check_turns("fixed_outdegree", true); /* of one */
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_combination_gives_the_same),
      cmocka_unit_test(few_cells_on_many_ranks),
      cmocka_unit_test(synapses_built_in_turns_are_the_same),
  };
  MPI_Init(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

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
#include "loligo/loligo.h"
#include "model/drive.h"
#include "model/model.h"
#include "network/rule.h"
#include "sim/exchange.h"

static const double DT = 0.02, SHORTEST_DELAY = 0.1;
enum { STEPS = 1500, FRAME_EVERY = 7 };

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    loligo_status ok_ = (call);                                                                                        \
    if (ok_ != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                      \
  } while (0)

static loligo_distribution normal(double mean, double std, double low)
{
  return (loligo_distribution){.kind = LOLIGO_NORMAL_CLIPPED, .mean = mean, .std = std, .low = low, .high = INFINITY};
}

/* One population per model, of different sizes, and an empty one; some parameters differ from cell to cell. */
static void add_populations(loligo_network *network)
{
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    size_t id;
    OK(loligo_network_add_population(network, model->name, model, 11 + 6 * i, &id));
    if (model_param_index(model, "C_m") >= 0 && i % 2 == 0)
      OK(loligo_network_set_param(network, id, "C_m",
                                  normal(strcmp(model->name, "hh_cond_exp_traub") ? 120 : 200, 5, 50)));
    if (model_variable_index(model, "V_m") >= 0) OK(loligo_network_set_init(network, id, "V_m", normal(-66, 3, -90)));
    bool is_map = model->n_receptors && model->receptors[0].kind == RECEPTOR_NUMBER;
    if (is_map) OK(loligo_network_set_param(network, id, "I_e", loligo_constant(3000)));
    if (strncmp(model->name, "iaf", 3) == 0) OK(loligo_network_set_param(network, id, "I_e", loligo_constant(800)));
    if (model_param_index(model, "rate") >= 0) OK(loligo_network_set_param(network, id, "rate", loligo_constant(300)));
    if (model->takes_trains) OK(loligo_network_set_trains(network, id, (double[]){5, 1, 12.5}, NULL, 3));
  }
  OK(loligo_network_add_population(network, "empty", loligo_model_find("iaf_psc_exp"), 0, NULL));
}

static double weight_scale(receptor_kind kind)
{
  static const double scales[] = {[RECEPTOR_CURRENT] = 40,
                                  [RECEPTOR_CONDUCTANCE] = 2,
                                  [RECEPTOR_POTENTIAL] = 1,
                                  [RECEPTOR_LEVEL] = 60,
                                  [RECEPTOR_NUMBER] = 10};
  return scales[kind];
}

/* The first population from `start` on that tells what a receptor listens to. */
static size_t find_source(const loligo_network *network, size_t start, size_t n, receptor_kind kind)
{
  const char *signal = kind == RECEPTOR_LEVEL ? "level" : "spike";
  while (model_signal_number(network->populations[start % n].model, signal) < 0) start++;
  return start % n;
}

static const loligo_edge edges[] = {
    {0, 3, 1, 0.1}, {4, 0, 1.5, 0.14}, {2, 3, 0.25, 3}, {0, 3, 1, 0.1}, {10, 10, 7, 0.2}};

static double rule_argument(const char *rule)
{
  return strcmp(rule, "pairwise_bernoulli") == 0 ? 0.3 : strcmp(rule, "fixed_total_number") == 0 ? 97 : 5;
}

/* Every population gets synapses from others by every rule, in turns with both receptors and four kinds of weights and
 * delays. */
static void add_projections(loligo_network *network)
{
  size_t n = network->n_populations - 1, turn = 0;
  for (size_t target = 0; target < n; target++) {
    const loligo_model *model = network->populations[target].model;
    for (size_t r = 0; model->n_receptors && rule_at(r); r++, turn++) {
      const char *rule = rule_at(r)->name;
      size_t receptor = turn % model->n_receptors;
      double scale = weight_scale(model->receptors[receptor].kind);
      loligo_projection_spec spec = {.source = (target + 1 + turn % (n - 1)) % n,
                                     .target = target,
                                     .rule = rule,
                                     .argument = rule_argument(rule),
                                     .no_autapses = turn % 3 == 0,
                                     .no_multapses = turn % 5 == 0,
                                     .receptor = model->receptors[receptor].name};
      receptor_kind kind = model->receptors[receptor].kind;
      spec.source = find_source(network, spec.source, n, kind);
      bool own_synapses = kind == RECEPTOR_NUMBER && turn % 2 == 0;
      if (own_synapses) spec.synapse = model->name;
      if (strcmp(rule, "one_to_one") == 0 || own_synapses) spec.source = target;
      spec.weight = turn % 4 ? normal(scale, scale / 4, 0) : loligo_constant(scale);
      if (turn % 7 == 0)
        spec.weight = (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = scale / 1000, .high = scale};
      spec.delay =
          turn % 3 ? normal(1, 0.5, SHORTEST_DELAY) : loligo_constant(SHORTEST_DELAY * (double)(1 + turn % 40));
      if (strcmp(rule, "explicit") == 0) {
        spec.no_autapses = spec.no_multapses = false;
        spec.edges = edges;
        spec.n_edges = sizeof edges / sizeof edges[0];
      }
      OK(loligo_network_add_projection(network, &spec));
    }
  }
}

/* Every drive onto every neuron: defaults of the table where it has some, else small numbers. */
static void add_inputs(loligo_network *network)
{
  static const double times[] = {2, 3.3, 20};
  static double list_values[2] = {5, 9};
  for (size_t d = 0; drive_at(d); d++) {
    const drive *drive = drive_at(d);
    for (size_t p = d % 2; p + 1 < network->n_populations; p += 2) {
      const loligo_population *population = &network->populations[p];
      if (population->model->is_source) continue;
      double params[16];
      real_list lists[16];
      for (size_t i = 0; i < drive->params.n; i++) {
        const char *name = drive->params.rows[i].name;
        params[i] = strcmp(name, "amplitude") == 0 ? 150 : strcmp(name, "rate") == 0 ? 900 : NAN;
        if (isnan(params[i]) && isnan(param_default(&drive->params.rows[i]))) params[i] = 10;
        lists[i] = (real_list){list_values, 2};
      }
      char name[64];
      snprintf(name, sizeof name, "%s to %s", drive->name, population->name);
      loligo_input_spec spec = {.name = name,
                                .drive = drive->name,
                                .target = {p, 1, population->size - p % 3},
                                .params = params,
                                .lists = lists,
                                .start = 1,
                                .stop = d % 3 ? 0 : 22};
      if (!drive->is_current) {
        spec.receptor = population->model->receptors[0].name;
        spec.weight = weight_scale(population->model->receptors[0].kind);
      }
      if (drive->takes_trains) {
        spec.times = times;
        spec.n_times = 3;
      }
      OK(loligo_network_add_input(network, &spec));
    }
  }
}

static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(DT, 20241101);
  assert_non_null(network);
  add_populations(network);
  add_projections(network);
  add_inputs(network);
  return network;
}

/** What two runs must agree in. */
typedef struct outcome {
  uint64_t spikes, spikes_checksum, synapses, states, observed;
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

static outcome run(MPI_Comm comm, const loligo_network *network, const char *partitioner, const char *exchange)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_sampler *samplers[64];
  listener listener = {0};
  loligo_context_init(&context, comm);
  OK(loligo_decomposition_create(network, partitioner, context.size, &decomposition));
  OK(loligo_simulation_create(&context, network, decomposition, exchange, &simulation));
  OK(loligo_simulation_observe(simulation, (loligo_observer){&listener, listen}));
  for (size_t p = 0; p < network->n_populations; p++) {
    size_t variable = network->populations[p].model->n_variables > 1 ? p % 2 : 0;
    loligo_sampler_spec spec = {{p, 0, network->populations[p].size}, variable, 0, STEPS, FRAME_EVERY};
    samplers[p] = NULL;
    if (network->populations[p].model->n_variables) OK(loligo_simulation_sample(simulation, &spec, &samplers[p]));
  }
  OK(loligo_simulation_run(simulation, 333));
  OK(loligo_simulation_run(simulation, STEPS - 333));
  loligo_statistics statistics;
  OK(loligo_simulation_statistics(simulation, &statistics));
  uint64_t sums[2] = {listener.sum, 0};
  for (size_t p = 0; p < network->n_populations; p++)
    if (samplers[p]) sums[1] += hash_frames(samplers[p], p);
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, comm);
  outcome outcome = {statistics.spikes, statistics.spikes_checksum, statistics.synapses, sums[1], sums[0]};
  for (size_t p = 0; comm == MPI_COMM_SELF && p + 1 < network->n_populations; p++)
    if (statistics.population_spikes[p] == 0) fail_msg("no spikes in %s", network->populations[p].name);
  free(statistics.population_spikes);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  return outcome;
}

static void every_combination_gives_the_same(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  outcome expected = run(MPI_COMM_SELF, network, "block", "allgather");
  assert_true(expected.spikes > 1000);
  for (size_t i = 0; loligo_partitioner_name(i); i++) {
    loligo_decomposition *probe;
    if (loligo_decomposition_create(network, loligo_partitioner_name(i), 2, &probe) != LOLIGO_OK) {
      loligo_error_clear();
      continue;
    }
    loligo_decomposition_destroy(probe);
    for (size_t j = 0; exchange_method_name(j); j++) {
      outcome got = run(MPI_COMM_WORLD, network, loligo_partitioner_name(i), exchange_method_name(j));
      if (memcmp(&got, &expected, sizeof got) != 0)
        fail_msg("%s, %s: %llu spikes, checksum %llx, %llu synapses, states %llx; one rank: %llu, %llx, %llu, %llx",
                 loligo_partitioner_name(i), exchange_method_name(j), (unsigned long long)got.spikes,
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
  uint64_t checksum[3];
  for (size_t j = 0; exchange_method_name(j); j++) {
    loligo_decomposition *decomposition;
    loligo_simulation *simulation;
    loligo_statistics statistics;
    OK(loligo_decomposition_create(network, "balanced", context.size, &decomposition));
    OK(loligo_simulation_create(&context, network, decomposition, exchange_method_name(j), &simulation));
    assert_int_equal(loligo_simulation_interval(simulation), 1);
    OK(loligo_simulation_run(simulation, 5000));
    OK(loligo_simulation_statistics(simulation, &statistics));
    assert_int_equal(statistics.synapses, 8);
    assert_true(statistics.spikes > 20);
    checksum[j] = statistics.spikes_checksum;
    free(statistics.population_spikes);
    loligo_simulation_destroy(simulation);
    loligo_decomposition_destroy(decomposition);
  }
  assert_true(checksum[0] == checksum[1] && checksum[0] == checksum[2]);
  loligo_context_free(&context);
  loligo_network_destroy(network);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_combination_gives_the_same),
      cmocka_unit_test(few_cells_on_many_ranks),
  };
  MPI_Init(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

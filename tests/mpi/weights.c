/*
 * What arrives at a cell is what was written: sums of many spikes, of listed and drawn weights, of both signs, against
 * sums of doubles, on any number of ranks.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "loligo/loligo.h"
#include "model/neuron/model.h"
#include "network/description.h"
#include "sim/exchange/exchange.h"

enum { STEPS = 40, CELLS = 6 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

/** A network under construction, and what its population `cells` recorded. */
typedef struct trial {
  loligo_network *network;
  size_t cells;
  const char *variable;
  double seen[STEPS][CELLS];
} trial;

static size_t add_population(trial *t, const char *name, const char *model, uint64_t n)
{
  size_t id;
  OK(loligo_network_add_population(t->network, name, loligo_model_find(model), n, &id));
  return id;
}

static void set(trial *t, size_t population, const char *name, double value)
{
  OK(loligo_network_set_param(t->network, population, name, loligo_constant(value)));
}

/* Cells that never fire and in which what arrives stays: V_m of delta cells, else the sum of a receptor. */
static trial begin(const char *model, const char *variable)
{
  trial t = {.network = loligo_network_create(0.1, 5), .variable = variable};
  t.cells = add_population(&t, "cells", model, CELLS);
  if (strcmp(model, "iaf_psc_delta") == 0) {
    set(&t, t.cells, "E_L", 0);
    set(&t, t.cells, "V_reset", 0);
    set(&t, t.cells, "tau_m", 1e15);
  } else {
    set(&t, t.cells, "tau_syn_ex", 1e15);
    set(&t, t.cells, "tau_syn_in", 1e15);
  }
  set(&t, t.cells, "V_th", 1e15);
  return t;
}

static void collect(trial *t, const loligo_sampler *sampler)
{
  memset(t->seen, 0, sizeof t->seen);
  const loligo_samples samples = loligo_sampler_frames(sampler);
  for (size_t f = 0; f < samples.n_frames; f++)
    for (size_t c = 0; c < samples.n_cells; c++) t->seen[f][samples.index[c]] = samples.values[f * samples.n_cells + c];
  MPI_Allreduce(MPI_IN_PLACE, t->seen, STEPS * CELLS, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static loligo_statistics run(trial *t, const char *exchange)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_sampler *sampler;
  loligo_statistics statistics;
  const loligo_model *model = t->network->populations[t->cells].model;
  const size_t variable = (size_t)model_variable_index(model, t->variable);
  const loligo_sampler_spec spec = {
      .target = {.population = t->cells, .last = CELLS}, .variable = variable, .stop = STEPS, .every = 1};
  loligo_context_init(&context, MPI_COMM_WORLD);
  OK(loligo_decomposition_create(t->network, "round_robin", context.size, &decomposition));
  OK(loligo_simulation_create(&context, t->network, decomposition, exchange, NULL, &simulation));
  OK(loligo_simulation_sample(simulation, &spec, &sampler));
  OK(loligo_simulation_run(simulation, STEPS));
  OK(loligo_simulation_statistics(simulation, &statistics));
  collect(t, sampler);
  free(statistics.population_spikes);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  return statistics;
}

static void connect(trial *t, size_t source, const char *rule, loligo_distribution weight)
{
  loligo_projection_spec spec = {
      .source = source, .target = t->cells, .rule = rule, .weight = weight, .delay = loligo_constant(1)};
  OK(loligo_network_add_projection(t->network, &spec));
}

static void add_train(trial *t, size_t source, size_t times)
{
  double *train = malloc(times * sizeof *train);
  for (size_t i = 0; i < times; i++) train[i] = 1;
  OK(loligo_network_set_trains(t->network, source, train, NULL, times));
  free(train);
}

/* The step in which spikes of 1 ms arrive after 1 ms. */
enum { ARRIVAL = 20 };

static void assert_arrives(const trial *t, size_t cell, double want)
{
  const double got = t->seen[ARRIVAL][cell], before = t->seen[ARRIVAL - 1][cell];
  if (before != 0 || fabs(got - want) > 1e-12 * fabs(want)) fail_msg("cell %zu: %.17g, not %.17g", cell, got, want);
}

/* Many spikes of one source in one step, beside a weight that makes the quantum small. */
static void many_spikes_in_a_step(void **state)
{
  (void)state;
  const size_t times[] = {62, 63, 4000, 70000};
  for (size_t i = 0; i < 4; i++) {
    for (size_t x = 0; exchange_method_at(x); x++) {
      trial t = begin("iaf_psc_exp", "I_syn_ex");
      const size_t source = add_population(&t, "source", "spike_source", 2);
      add_train(&t, source, times[i]);
      connect(&t, source, "all_to_all", (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 99.9999999, .high = 100});
      connect(&t, t.cells, "all_to_all", loligo_constant(0.0137));
      run(&t, exchange_method_at(x)->name);
      for (size_t c = 0; c < CELLS; c++)
        if (fabs(t.seen[ARRIVAL][c] - 200.0 * (double)times[i]) > 1e-4 * 200 * (double)times[i])
          fail_msg("%zu spikes: %g", times[i], t.seen[ARRIVAL][c]);
      loligo_network_destroy(t.network);
    }
  }
}

static void conductances_do_not_wrap_either(void **state)
{
  (void)state;
  trial t = begin("iaf_cond_exp", "g_in");
  const size_t source = add_population(&t, "source", "spike_source", 1);
  add_train(&t, source, 70000);
  loligo_projection_spec spec = {.source = source,
                                 .target = t.cells,
                                 .rule = "all_to_all",
                                 .receptor = "inh",
                                 .weight = {.kind = LOLIGO_UNIFORM, .low = 66.9999999, .high = 67},
                                 .delay = loligo_constant(1)};
  OK(loligo_network_add_projection(t.network, &spec));
  run(&t, "auto");
  for (size_t c = 0; c < CELLS; c++) assert_true(fabs(t.seen[ARRIVAL][c] - 67 * 70000.0) < 67 * 70000.0 * 1e-4);
  loligo_network_destroy(t.network);
}

static void list(trial *t, size_t source, const loligo_edge *edges, size_t n)
{
  loligo_projection_spec spec = {
      .source = source, .target = t->cells, .rule = "explicit", .edges = edges, .n_edges = n};
  OK(loligo_network_add_projection(t->network, &spec));
}

/* Whatever else is listed, or drawn elsewhere. */
static void listed_weights_arrive_as_written(void **state)
{
  (void)state;
  static const loligo_edge edges[] = {{0, 0, 5, 1},   {1, 0, 5, 1},   {2, 0, 5, 1},    {3, 1, 7.3, 1},     {0, 2, 1, 1},
                                      {0, 3, 2.5, 1}, {0, 4, 100, 1}, {0, 5, 1e-7, 1}, {1, 4, -99.9999, 1}};
  trial t = begin("iaf_psc_delta", "V_m");
  const size_t source = add_population(&t, "source", "spike_source", 4);
  add_train(&t, source, 1);
  list(&t, source, edges, sizeof edges / sizeof edges[0]);
  connect(&t, t.cells, "all_to_all", (loligo_distribution){.kind = LOLIGO_NORMAL, .mean = 1, .std = 3});
  connect(&t, t.cells, "all_to_all", (loligo_distribution){.kind = LOLIGO_LOGNORMAL, .mean = 1, .std = 30});
  const loligo_statistics statistics = run(&t, "auto");
  static const double want[CELLS] = {15, 7.3, 1, 2.5, 100 - 99.9999, 1e-7};
  for (size_t c = 0; c < CELLS; c++) assert_arrives(&t, c, want[c]);
  assert_true(t.seen[ARRIVAL][0] == 15 && t.seen[ARRIVAL][1] == 7.3 && t.seen[ARRIVAL][5] == 1e-7);
  assert_true(statistics.weight_error_bound < 3.1e-5);
  loligo_network_destroy(t.network);
}

/* Adds up, cell by cell, the weights of one sign that were built, and looks at each. */
typedef struct adder {
  double sum[CELLS];
  double least;
  int sign;
} adder;

static loligo_status add_weight(void *self, const loligo_synapse *synapse)
{
  adder *adder = self;
  adder->least = fmin(adder->least, fabs(synapse->weight));
  if (synapse->weight * adder->sign > 0) adder->sum[synapse->target] += synapse->weight;
  return LOLIGO_OK;
}

static adder add_weights(const trial *t, size_t projection, int sign)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  adder adder = {.sign = sign, .least = INFINITY};
  loligo_context_init(&context, MPI_COMM_WORLD);
  OK(loligo_decomposition_create(t->network, "block", context.size, &decomposition));
  OK(loligo_simulation_create(&context, t->network, decomposition, "auto", NULL, &simulation));
  OK(loligo_simulation_synapses(simulation, projection, add_weight, &adder));
  MPI_Allreduce(MPI_IN_PLACE, adder.sum, CELLS, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, &adder.least, 1, MPI_DOUBLE, MPI_MIN, MPI_COMM_WORLD);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  return adder;
}

static void check_drawn(const char *variable, loligo_distribution weight, int sign, size_t n_sources)
{
  trial t = begin("iaf_psc_exp", variable);
  const size_t source = add_population(&t, "source", "spike_source", n_sources);
  add_train(&t, source, 1);
  connect(&t, source, "all_to_all", weight);
  run(&t, "auto");
  const adder built = add_weights(&t, 0, sign);
  assert_true(built.least > 0);
  for (size_t c = 0; c < CELLS; c++) {
    assert_true(built.sum[c] * sign > 0);
    assert_arrives(&t, c, built.sum[c]);
  }
  loligo_network_destroy(t.network);
}

static void each_synapse_goes_by_its_own_sign(void **state)
{
  (void)state;
  const loligo_distribution weight = {.kind = LOLIGO_NORMAL, .mean = 1, .std = 2};
  check_drawn("I_syn_ex", weight, 1, 200);
  check_drawn("I_syn_in", weight, -1, 200);
}

static void skewed_laws_keep_their_small_weights(void **state)
{
  (void)state;
  check_drawn("I_syn_ex", (loligo_distribution){.kind = LOLIGO_LOGNORMAL, .mean = 50, .std = 150}, 1, 5000);
  check_drawn("I_syn_in", (loligo_distribution){.kind = LOLIGO_LOGNORMAL, .mean = -1, .std = 30}, -1, 5000);
}

/* A Purkinje cell: so many narrow weights that their sum needs more than 32 bits. */
static void a_hundred_thousand_inputs(void **state)
{
  (void)state;
  check_drawn("I_syn_ex", (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 1, .high = 2}, 1, 100000);
}

/* -- a network of listed weights, beside the same in doubles -- */

enum { NEURONS = 120, SYNAPSES = 2000, DURATION = 6000, T_REF = 20, LONGEST = 40 };

static uint64_t pick(uint64_t what, uint64_t n)
{
  return hash_mix(what * 2654435761u + 17) % n;
}

/* Weights of two decimals; a fifth of the sources inhibits. */
static void list_network(loligo_edge *edges)
{
  for (uint64_t i = 0; i < SYNAPSES; i++) {
    const uint64_t source = pick(4 * i, NEURONS);
    const double hundredths =
        source % 5 == 0 ? -20000 - (double)pick(4 * i + 1, 10000) : 3000 + (double)pick(4 * i + 1, 9000);
    edges[i] =
        (loligo_edge){source, pick(4 * i + 2, NEURONS), hundredths / 100, (double)(5 + pick(4 * i + 3, 30)) / 10};
  }
}

/** Cells as NEST integrates iaf_psc_exp (Rotter and Diesmann 1999, 10.1007/s004220050570), in doubles. */
typedef struct reference {
  double V[NEURONS], exc[NEURONS], inh[NEURONS]; /* mV from rest, pA, pA */
  int refractory[NEURONS];
  double arriving[LONGEST][NEURONS][2]; /* pA, by step modulo LONGEST and sign */
  uint64_t spikes;
} reference;

static double decay_into(double tau_syn, double tau_m, double C_m, double h)
{
  const double beta = tau_syn * tau_m / (tau_m - tau_syn);
  return beta / C_m * exp(-h / tau_m) * -expm1(h / tau_m - h / tau_syn);
}

static void send(reference *r, const loligo_edge *edges, uint64_t source, int64_t step)
{
  for (int i = 0; i < SYNAPSES; i++) {
    if (edges[i].source != source) continue;
    const int64_t arrival = step + 1 + llround(edges[i].delay * 10);
    r->arriving[arrival % LONGEST][edges[i].target][edges[i].weight < 0] += edges[i].weight;
  }
}

static void advance(reference *r, const loligo_edge *edges, int64_t step)
{
  const double h = 0.1, tau_m = 10, C_m = 250, tau_ex = 2, tau_in = 3, I_e = 420;
  const double keep = exp(-h / tau_m), into_ex = decay_into(tau_ex, tau_m, C_m, h);
  const double into_in = decay_into(tau_in, tau_m, C_m, h), push = tau_m / C_m * (1 - keep);
  for (uint64_t i = 0; i < NEURONS; i++) {
    if (r->refractory[i] > 0)
      r->refractory[i]--;
    else
      r->V[i] = keep * r->V[i] + into_ex * r->exc[i] + into_in * r->inh[i] + push * I_e;
    double *in = r->arriving[(step + 1) % LONGEST][i];
    r->exc[i] = r->exc[i] * exp(-h / tau_ex) + in[0];
    r->inh[i] = r->inh[i] * exp(-h / tau_in) + in[1];
    in[0] = in[1] = 0;
    if (r->V[i] < 15) continue;
    r->V[i] = 0;
    r->refractory[i] = T_REF;
    r->spikes += hash_mix((uint64_t)step + 1) * (i + 1);
    send(r, edges, i, step);
  }
}

static loligo_status count_spikes(void *self, const loligo_interval *interval)
{
  for (size_t i = 0; i < interval->n_spikes; i++)
    *(uint64_t *)self += hash_mix((uint64_t)interval->spikes[i].step) * (interval->spikes[i].index + 1);
  return LOLIGO_OK;
}

static uint64_t simulate(const loligo_network *network, uint64_t *n_spikes)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_statistics statistics;
  uint64_t spikes = 0;
  loligo_context_init(&context, MPI_COMM_WORLD);
  OK(loligo_decomposition_create(network, "round_robin", context.size, &decomposition));
  OK(loligo_simulation_create(&context, network, decomposition, "auto", NULL, &simulation));
  OK(loligo_simulation_observe(simulation, (loligo_observer){&spikes, count_spikes}));
  OK(loligo_simulation_run(simulation, DURATION));
  OK(loligo_simulation_statistics(simulation, &statistics));
  MPI_Allreduce(MPI_IN_PLACE, &spikes, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  *n_spikes = statistics.spikes;
  free(statistics.population_spikes);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  return spikes;
}

static void a_listed_network_fires_as_in_doubles(void **state)
{
  (void)state;
  static loligo_edge edges[SYNAPSES];
  list_network(edges);
  trial t = {.network = loligo_network_create(0.1, 1)};
  const size_t cells = add_population(&t, "cells", "iaf_psc_exp", NEURONS);
  static const struct {
    const char *name;
    double value;
  } params[] = {{"E_L", 0},     {"V_reset", 0},    {"V_th", 15},      {"tau_m", 10}, {"C_m", 250},
                {"t_ref", 2.0}, {"tau_syn_ex", 2}, {"tau_syn_in", 3}, {"I_e", 420}};
  for (size_t i = 0; i < sizeof params / sizeof params[0]; i++) set(&t, cells, params[i].name, params[i].value);
  OK(loligo_network_set_init(t.network, cells, "V_m", loligo_constant(0)));
  list(&t, cells, edges, SYNAPSES);
  uint64_t n_spikes;
  const uint64_t got = simulate(t.network, &n_spikes);
  static reference reference;
  memset(&reference, 0, sizeof reference);
  for (int64_t step = 0; step < DURATION; step++) advance(&reference, edges, step);
  assert_true(n_spikes > 1000);
  assert_true(got == reference.spikes);
  loligo_network_destroy(t.network);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(many_spikes_in_a_step),
      cmocka_unit_test(conductances_do_not_wrap_either),
      cmocka_unit_test(listed_weights_arrive_as_written),
      cmocka_unit_test(each_synapse_goes_by_its_own_sign),
      cmocka_unit_test(skewed_laws_keep_their_small_weights),
      cmocka_unit_test(a_hundred_thousand_inputs),
      cmocka_unit_test(a_listed_network_fires_as_in_doubles),
  };
  MPI_Init(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

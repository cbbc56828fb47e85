/* Weights do not depend on when synapses are swept, nor on how many steps are delivered before the cells are updated.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "faults/inject.h"
#include "loligo/loligo.h"
#include "model/synapse/synapse_model.h"
#include "sim/parts.h"

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    if ((call) != LOLIGO_OK) fail_msg("%s: %s", #call, loligo_error_message());                                        \
  } while (0)

enum { CELLS = 20, STEPS = 4000 };

static void set(loligo_network *network, const char *name, double value)
{
  OK(loligo_network_set_param(network, 0, name, loligo_constant(value)));
}

/* Onto the first population, which is the modulator, where there is one. */
static void add_projection(loligo_network *network, size_t source, const synapse_model *synapse,
                           synapse_pairing pairing, double dendritic, double probability)
{
  const loligo_named_value params[] = {{SYNAPSE_WMAX, loligo_constant(400)},
                                       {SYNAPSE_PAIRING, loligo_constant(pairing)},
                                       {SYNAPSE_MODULATOR, loligo_constant(0)}};
  const loligo_projection_spec spec = {.source = source,
                                       .rule = "pairwise_bernoulli",
                                       .argument = probability,
                                       .synapse = synapse->name,
                                       .synapse_params = params,
                                       .n_synapse_params = synapse->modulator_trace ? 3 : 2,
                                       .weight = {.kind = LOLIGO_UNIFORM, .low = 50, .high = 350},
                                       .delay = {.kind = LOLIGO_UNIFORM, .low = 1.5, .high = 6},
                                       .dendritic_delay = loligo_constant(dendritic)};
  OK(loligo_network_add_projection(network, &spec));
}

/* Cells that a current lets spike and burst; some hardly spike, so that sweeps visit their synapses. */
static loligo_network *make_network(const synapse_model *synapse, synapse_pairing pairing, double dendritic)
{
  loligo_network *network = loligo_network_create(0.1, 5);
  OK(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  OK(loligo_network_set_param(network, 0, "I_e",
                              (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = 850, .high = 3000}));
  set(network, "t_ref", 0.3);
  set(network, "tau_m", 5);
  add_projection(network, 0, synapse, pairing, dendritic, 0.5);
  return network;
}

static loligo_status add_weight(void *sum, const loligo_synapse *s)
{
  uint64_t bits;
  assert_true(s->weight_now >= 0 && s->weight_now <= 400);
  memcpy(&bits, &s->weight_now, sizeof bits);
  *(uint64_t *)sum += hash_mix(bits ^ hash_mix(s->source ^ hash_mix(s->target)));
  return LOLIGO_OK;
}

typedef struct outcome {
  uint64_t weights, checksum, spikes;
} outcome;

/** A simulation with what it rests on but the network. */
typedef struct subject {
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *sim;
} subject;

static void subject_open(subject *s, const loligo_network *network)
{
  loligo_context_init(&s->context, MPI_COMM_SELF);
  OK(loligo_decomposition_create(network, "block", 1, &s->decomposition));
  OK(loligo_simulation_create(&s->context, network, s->decomposition, "allgather", NULL, &s->sim));
}

static void subject_close(subject *s)
{
  loligo_simulation_destroy(s->sim);
  loligo_decomposition_destroy(s->decomposition);
  loligo_context_free(&s->context);
}

/* Runs a trial with at most so many rows of sums, and a sweep whenever `sweep_every` steps were made. */
static outcome run_trial(loligo_simulation *sim, size_t rows, int64_t sweep_every)
{
  loligo_statistics statistics;
  outcome outcome = {0};
  assert_true(sim->sums.n_rows >= rows);
  sim->sums.n_rows = rows;
  while (loligo_simulation_step(sim) < STEPS) {
    OK(loligo_simulation_run(sim, sweep_every));
    plasticity_sweep(&sim->plasticity, sim->step);
  }
  OK(loligo_simulation_synapses(sim, 0, add_weight, &outcome.weights));
  OK(loligo_simulation_statistics(sim, &statistics));
  assert_true(sim->plasticity.archives[0].n_log < sim->plasticity.archives[0].capacity);
  outcome.checksum = statistics.spikes_checksum;
  outcome.spikes = statistics.spikes;
  free(statistics.population_spikes);
  return outcome;
}

static outcome run(const loligo_network *network, size_t rows, int64_t sweep_every)
{
  subject s;
  subject_open(&s, network);
  const outcome outcome = run_trial(s.sim, rows, sweep_every);
  subject_close(&s);
  return outcome;
}

static void check(const synapse_model *synapse, synapse_pairing pairing, double dendritic, size_t most_rows)
{
  loligo_network *network = make_network(synapse, pairing, dendritic);
  const outcome never = run(network, 1, STEPS);
  assert_true(never.spikes > 400);
  const outcome others[] = {run(network, 1, 1), run(network, most_rows, STEPS), run(network, most_rows, 8),
                            run(network, most_rows, 1000)};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_memory_equal(&others[i], &never, sizeof never);
  loligo_network_destroy(network);
}

static void sweeps_change_nothing(void **state)
{
  (void)state;
  for (size_t s = 0; synapse_model_at(s); s++) {
    const synapse_model *synapse = synapse_model_at(s);
    const bool is_modulated = synapse->modulator_trace;
    if (synapse->kind != SYNAPSE_PLASTIC) continue;
    if (!is_modulated) check(synapse, SYNAPSE_PAIRS_ALL, 0, 1);
    check(synapse, SYNAPSE_PAIRS_NEAREST, 0.2, is_modulated ? 2 : 4);
    check(synapse, SYNAPSE_PAIRS_ALL, 1.5, 15);
    check(synapse, SYNAPSE_PAIRS_NEAREST, 1.5, 15);
  }
}

/* One that spikes some 200 times between two spikes of its sources: far more than are found together. */
static loligo_network *make_busy_target(const synapse_model *synapse, double dendritic)
{
  static const double times[] = {10, 20, 390};
  loligo_network *network = loligo_network_create(0.1, 5);
  OK(loligo_network_add_population(network, "target", loligo_model_find("iaf_psc_exp"), 1, NULL));
  OK(loligo_network_add_population(network, "sources", loligo_model_find("spike_source"), CELLS, NULL));
  OK(loligo_network_set_trains(network, 1, times, NULL, sizeof times / sizeof *times));
  set(network, "I_e", 3000);
  set(network, "t_ref", 0.3);
  set(network, "tau_m", 5);
  add_projection(network, 1, synapse, SYNAPSE_PAIRS_ALL, dendritic, 1);
  return network;
}

static void spikes_that_nobody_looked_at_act_all(void **state)
{
  (void)state;
  for (size_t s = 0; synapse_model_at(s); s++) {
    const synapse_model *synapse = synapse_model_at(s);
    if (synapse->kind != SYNAPSE_PLASTIC) continue;
    loligo_network *network = make_busy_target(synapse, 1.5);
    const outcome never = run(network, 1, STEPS), always = run(network, 1, 1);
    assert_true(never.spikes > CELLS * 3 + 200);
    assert_memory_equal(&never, &always, sizeof never);
    loligo_network_destroy(network);
  }
}

static void another_trial_is_swept_anew(void **state)
{
  (void)state;
  loligo_network *network = make_network(synapse_model_find("stdp"), SYNAPSE_PAIRS_ALL, 1.5);
  subject s;
  subject_open(&s, network);
  const outcome first = run_trial(s.sim, 1, STEPS);
  OK(loligo_simulation_reset(s.sim, 0, 5));
  const outcome second = run_trial(s.sim, 1, STEPS);
  assert_memory_equal(&second, &first, sizeof first);
  subject_close(&s);
  loligo_network_destroy(network);
}

static const loligo_weight_sampler_spec all_weights = {
    .targets = {.last = CELLS}, .sources = {.last = CELLS}, .stop = STEPS, .every = 1};

/* One that could not be made is none: the simulation runs on without it. */
static void a_sampler_of_weights_is_made_or_not(void **state)
{
  (void)state;
  enum { SOME_STEPS = 20 };
  loligo_network *network = make_network(synapse_model_find("stdp"), SYNAPSE_PAIRS_ALL, 1.5);
  subject s;
  subject_open(&s, network);
  bool spent = true;
  for (unsigned long n = 1; spent; n++) {
    loligo_weight_sampler *sampler = NULL;
    inject_allocation_fault(n);
    const loligo_status status = loligo_simulation_sample_weights(s.sim, &all_weights, &sampler);
    spent = inject_is_spent();
    inject_allocation_fault(0);
    assert_int_equal(status, spent ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
    loligo_error_clear();
    OK(loligo_simulation_run(s.sim, SOME_STEPS));
    assert_int_equal(sampler ? loligo_weight_sampler_frames(sampler).n_frames : 0, spent ? 0 : SOME_STEPS);
    OK(loligo_simulation_reset(s.sim, 0, 5));
  }
  subject_close(&s);
  loligo_network_destroy(network);
}

/* Puts back a list whose first number is another; it must be refused, and then the right one taken. */
static void refuse(loligo_simulation *sim, size_t i, loligo_cell_list *list, double wrong)
{
  double *first = list->values, right = *first;
  *first = wrong;
  assert_int_equal(loligo_simulation_put_list(sim, i, list), LOLIGO_MACHINE_ERROR);
  loligo_error_clear();
  *first = right;
  OK(loligo_simulation_put_list(sim, i, list));
}

static void lists_of_what_cannot_be_are_refused(void **state)
{
  (void)state;
  loligo_network *network = make_network(synapse_model_find("stdp_dopamine"), SYNAPSE_PAIRS_ALL, 1.5);
  size_t n_refused = 0;
  subject s;
  subject_open(&s, network);
  OK(loligo_simulation_run(s.sim, STEPS / 2));
  for (size_t i = 0; i < loligo_simulation_list_count(s.sim); i++) {
    loligo_cell_list list;
    OK(loligo_simulation_take_list(s.sim, i, &list));
    const bool is_modulator = strcmp(list.name, "modulator") == 0;
    if (is_modulator || strcmp(list.name, "eligibility") == 0) {
      const double wrong[] = {INFINITY, NAN, is_modulator ? STEPS : 1e300, is_modulator ? 0.5 : -1e39};
      for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++, n_refused++) refuse(s.sim, i, &list, wrong[k]);
    }
    loligo_cell_list_free(&list);
  }
  assert_int_equal(n_refused, 8);
  subject_close(&s);
  loligo_network_destroy(network);
}

/* At every step; no synapse looks back at them, and no delay tells how often ranks meet. */
static void spikes_of_a_modulator_without_synapses_take_no_room(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 5);
  OK(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), 1, NULL));
  set(network, "I_e", 1e6);
  set(network, "t_ref", 0);
  add_projection(network, 0, synapse_model_find("stdp_dopamine"), SYNAPSE_PAIRS_ALL, 1.5, 0);
  subject s;
  subject_open(&s, network);
  while (loligo_simulation_step(s.sim) < STEPS / 4) {
    OK(loligo_simulation_run(s.sim, loligo_simulation_interval(s.sim)));
    for (size_t i = 0; i < s.sim->plasticity.n_modulators; i++)
      assert_true(s.sim->plasticity.modulators[i].n <= s.sim->plasticity.modulators[i].capacity);
  }
  assert_true(s.sim->population_spikes[0] > STEPS / 5);
  subject_close(&s);
  loligo_network_destroy(network);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(sweeps_change_nothing),
                                     cmocka_unit_test(spikes_that_nobody_looked_at_act_all),
                                     cmocka_unit_test(another_trial_is_swept_anew),
                                     cmocka_unit_test(a_sampler_of_weights_is_made_or_not),
                                     cmocka_unit_test(lists_of_what_cannot_be_are_refused),
                                     cmocka_unit_test(spikes_of_a_modulator_without_synapses_take_no_room)};
  MPI_Init(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

/*
 * Model files in parallel: rank 0 alone reads files, all ranks hold the same network, and a fault is the same on all.
 */
#include <mpi.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "io/model_file/model_file.h"
#include "loligo/partition.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/cell_values.h"
#include "network/description.h"
#include "network/edge_list.h"
#include "network/input.h"
#include "network/population.h"
#include "network/rule/rule.h"
#include "network/selection.h"
#include "partition/edges.h"
#include "partition/values.h"
#include "scratch.h"
#include "wanted.h"

enum { MANY = 200, CELLS = 70 };

static loligo_context context;

/* A path that exists on rank 0 alone. */
static const char *path_here(const char *name)
{
  return context.rank == 0 ? name : "/nowhere/at/all.yaml";
}

/* n populations, all to all, from a table. */
static void write_many(const char *name, int n)
{
  char path[32];
  snprintf(path, sizeof path, "%s.yaml", name);
  FILE *model = fopen(path, "w");
  fprintf(model, "simulation: {duration: 1 ms}\nprojections: {table: %s.csv}\npopulations:\n", name);
  for (int i = 0; i < n; i++) fprintf(model, "  P%d: {model: iaf_psc_exp, size: 1}\n", i);
  fclose(model);
  snprintf(path, sizeof path, "%s.csv", name);
  FILE *table = fopen(path, "w");
  fprintf(table, "name,source,target,rule,weight,delay\n");
  for (int i = 0; i < n * n; i++)
    fprintf(table, "from P%d,P%d,P%d,all_to_all,%d pA,%g ms\n", i / n, i / n, i % n, 1 + i % 9, 1 + 0.1 * (i % 20));
  fclose(table);
}

static void write_numbers(void)
{
  FILE *edges = fopen("edges.csv", "w");
  fprintf(edges, "source,target,weight,delay\n");
  for (int i = 0; i < 5000; i++) fprintf(edges, "%d,%d,%.17g,%g\n", i % 70, i % 31, 1.0 / (i + 3), 0.1 * (1 + i % 9));
  fclose(edges);
  FILE *values = fopen("values.csv", "w");
  fprintf(values, "I,V\n");
  for (int i = 0; i < CELLS; i++) fprintf(values, "%.17g,%.17g\n", 1.0 / (i + 3), -70 + 0.1 * i);
  fclose(values);
}

static void write_values(void)
{
  scratch_write("values.yaml",
                "simulation: {dt: 0.1 ms, duration: 100 ms}\n"
                "populations:\n"
                "  E: {model: iaf_psc_exp, size: 70, params: {I_e: {file: values.csv, dataset: I}},\n"
                "      init: {V_m: {file: values.csv, dataset: V}}}\n"
                "inputs:\n"
                "  all: {model: dc, target: E, amplitude: {file: values.csv, dataset: I}}\n"
                "  some: {model: dc, target: 'E[3:60:9]', amplitude: [30, 120, 210, 300, 390, 480, 570]}\n"
                "schedule: [{at: 5 ms, set: {'populations.E[2,3,5,60].params.C_m': [102, 103, 105, 160]}}]\n");
}

static int write_model(void **state)
{
  loligo_context_init(&context, MPI_COMM_WORLD);
  if (context.rank != 0) return 0;
  if (scratch_enter(state) != 0) return -1;
  write_numbers();
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
  scratch_write(
      "full.yaml",
      "simulation: {dt: 0.1 ms, duration: 100 ms, seed: 7, watchdog: 30 s}\n"
      "populations:\n"
      "  E: {model: iaf_psc_exp, size: 3, params: {C_m: [240, 250, 260 pF]},\n"
      "      init: {V_m: {normal_clipped: {mean: -65 mV, std: 2 mV, high: -60}}}}\n"
      "  H: {model: hh_cond_exp_traub, size: 4}\n"
      "  S: {model: spike_source, size: 2, params: {times: [3, 1, 2]}}\n"
      "  T: {model: hh_cond_exp_tree, size: 2, init: {'V_m[2]': -60 mV}, branches: {b: {parent: soma,\n"
      "      compartments: 2, C_m: 3, g_axial: 20, g_parent: 30, params: {g_L: 1, E_L: -65}, nmda: {tau: 80}}}}\n"
      "projections:\n"
      "  - {name: loop, source: E, target: E, rule: {fixed_indegree: 2}, weight: -3,\n"
      "     delay: {uniform: {low: 1 ms, high: 2 ms}}, autapses: no}\n"
      "  - {source: S, target: ['H[0,2,3]', E], rule: all_to_all, weight: {lognormal: {mean: 2, std: 1}},\n"
      "     delay: 1 ms, multapses: no}\n"
      "  - {source: S, target: T, rule: all_to_all, weight: 2, delay: 1, compartment: 'b[0]', receptor: nmda}\n"
      "inputs:\n"
      "  noise: {model: poisson, target: 'E[1:3]', rate: 8 Hz, weight: 3, start: 5 ms}\n"
      "  stairs: {model: steps, target: E, times: [1, 2, 5 ms], amplitudes: [10, 20, 0 pA]}\n"
      "  tip: {model: dc, target: T, amplitude: 3, compartment: 'b[1]'}\n"
      "  some: {model: spikes, target: H, times: [4, 2 ms], weight: 1 nS, stop: 50 ms}\n"
      "record:\n"
      "  spikes: [E, 'H[1,3]']\n"
      "  state:\n"
      "    one: {target: E, variables: [V_m], stop: 50 ms, precision: float64}\n"
      "    two: {target: 'H[2]', variables: [V_m, m], start: 7 ms, interval: 2 ms}\n"
      "    all: {target: T, variables: [V_m], compartments: all}\n"
      "  connectivity: [loop]\n"
      "partition: {method: block}\n"
      "checkpoint: {every: 20 ms, keep: 3}\n");
  write_values();
  scratch_write("data.yaml", "simulation: {dt: 0.1 ms, duration: 100 ms, seed: 7}\n"
                             "populations: {}\n"
                             "data:\n"
                             "  points: {format: gaussian_mixture, samples: 30, dimension: 5, noise: {std: 2}}\n"
                             "  pulses: {format: delayed_xor, samples: 20}\n");
  write_many("few", 1);
  write_many("many", MANY);
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
  assert_same_on_all_ranks(file.lists_digest);
  assert_int_equal(!file.given.text || !file.used.text, context.rank != 0);
  const loligo_network *network = file.network;
  assert_int_equal(network->seed, 9);
  assert_int_equal(network->n_cells, 72);
  const edge_list *list = network->projections[0].list;
  assert_int_equal(list->n, 5000);
  assert_int_equal(list->n_here, 0);
  assert_same_on_all_ranks(list->digest);
  assert_same_on_all_ranks(hash_bytes(list->in_degree, list->n_targets * sizeof *list->in_degree));
  assert_int_equal(network->populations[1].n_times, 2);
  assert_true(network->populations[1].times[0] == 1 && network->populations[1].owners[0] == 0);
  assert_true(network->projections[1].weight->mean == 100 && network->projections[1].delay->mean == 0.7);
  assert_int_equal(network->inputs[0].target.last, 9);
  assert_int_equal(((const spike_recording *)wanted(&file.settings, "spikes"))->cells.n, 2);
  model_file_free(&file);
}

/* Of the list of the model file, by the partitioner of that name. */
static void spread_by(const char *partitioner)
{
  model_file file;
  loligo_decomposition *decomposition;
  assert_int_equal(model_file_read(&context, path_here("model.yaml"), NULL, 0, &file), LOLIGO_OK);
  assert_int_equal(edges_gather_for(&context, file.network, partitioner), LOLIGO_OK);
  if (loligo_decomposition_create(file.network, partitioner, context.size, &decomposition) != LOLIGO_OK) {
    loligo_error_clear(); /* graph, in a build without METIS */
    model_file_free(&file);
    return;
  }
  assert_int_equal(edges_spread(&context, file.network, decomposition, context.rank), LOLIGO_OK);
  const edge_list *list = file.network->projections[0].list;
  uint64_t n = list->n_here, sums[2] = {0, 0};
  for (uint64_t e = 0; e < list->n_here; e++) {
    const loligo_edge *edge = &list->here[e];
    assert_int_equal(loligo_decomposition_rank(decomposition, 0, edge->target), context.rank);
    if (e > 0) assert_true(edge[-1].target < edge->target || edge[-1].source <= edge->source);
    sums[0] += hash_bytes(edge, sizeof *edge);
  }
  for (int i = 0; context.rank == 0 && i < 5000; i++) {
    const loligo_edge edge = {(uint64_t)i % 70, (uint64_t)i % 31, 1.0 / (i + 3), (1 + i % 9) / 10.0};
    sums[1] += hash_bytes(&edge, sizeof edge);
  }
  MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_UINT64_T, MPI_SUM, context.comm);
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, context.comm);
  assert_int_equal(n, 5000);
  assert_true(sums[0] == sums[1]);
  assert_null(list->in_degree);
  loligo_decomposition_destroy(decomposition);
  model_file_free(&file);
}

static void edges_go_to_the_ranks_of_their_targets(void **state)
{
  (void)state;
  for (size_t i = 0; loligo_partitioner_name(i); i++) spread_by(loligo_partitioner_name(i));
}

/* What lists say of a cell: a column, what is written in the model, for some cells, and for some later. */
static void assert_values_of(const loligo_network *network, uint64_t cell)
{
  const loligo_population *e = &network->populations[0];
  const loligo_input *some = &network->inputs[1];
  const double current = population_value(network, e, (size_t)model_param_index(e->model, "I_e"), cell);
  assert_true(current == 1.0 / (double)(cell + 3));
  assert_true(cell_values_at(&e->init[0], cell) == -70 + 0.1 * (double)cell);
  if (selection_holds(&some->target, cell)) {
    double value;
    assert_int_equal(input_value(network, some, 0, cell, selection_before(&some->target, cell), &value), LOLIGO_OK);
    assert_true(value == 10 * (double)cell);
  }
  const scheduled_change *change = &network->changes[0];
  if (selection_holds(&change->cells, cell))
    assert_true(cell_values_at(&change->value, selection_before(&change->cells, cell)) == 100.0 + (double)cell);
}

static uint64_t count_here(const loligo_distribution *list)
{
  return selection_count(&list->listed->here);
}

static void spread_values_by(const char *partitioner)
{
  model_file file;
  loligo_decomposition *decomposition;
  assert_int_equal(model_file_read(&context, path_here("values.yaml"), NULL, 0, &file), LOLIGO_OK);
  if (loligo_decomposition_create(file.network, partitioner, context.size, &decomposition) != LOLIGO_OK) {
    loligo_error_clear(); /* graph, in a build without METIS */
    model_file_free(&file);
    return;
  }
  assert_int_equal(values_spread(&context, file.network, decomposition, context.rank), LOLIGO_OK);
  const uint64_t n = loligo_decomposition_count(decomposition, 0, context.rank);
  uint64_t cells[CELLS],
      sums[] = {count_here(&file.network->inputs[1].each[0]), count_here(&file.network->changes[0].value)};
  loligo_decomposition_cells(decomposition, 0, context.rank, cells);
  for (uint64_t i = 0; i < n; i++) assert_values_of(file.network, cells[i]);
  assert_int_equal(count_here(&file.network->populations[0].init[0]), n);
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, context.comm);
  assert_int_equal(sums[0], 7);
  assert_int_equal(sums[1], 4);
  loligo_decomposition_destroy(decomposition);
  model_file_free(&file);
}

static void values_go_to_the_ranks_of_their_cells(void **state)
{
  (void)state;
  for (size_t i = 0; loligo_partitioner_name(i); i++) spread_values_by(loligo_partitioner_name(i));
}

static void values_can_go_to_all_ranks(void **state)
{
  (void)state;
  model_file file;
  assert_int_equal(model_file_read(&context, path_here("values.yaml"), NULL, 0, &file), LOLIGO_OK);
  assert_int_equal(values_gather(&context, file.network), LOLIGO_OK);
  for (uint64_t cell = 0; cell < CELLS; cell++) assert_values_of(file.network, cell);
  model_file_free(&file);
}

/* To `text`, and back. */
static void assert_change_is_told(const char *text, const char *message)
{
  model_file file;
  loligo_decomposition *decomposition;
  assert_int_equal(model_file_read(&context, path_here("values.yaml"), NULL, 0, &file), LOLIGO_OK);
  assert_int_equal(loligo_decomposition_create(file.network, "block", context.size, &decomposition), LOLIGO_OK);
  if (context.rank == 0) assert_int_equal(rename("values.csv", "kept.csv"), 0);
  if (context.rank == 0) scratch_write("values.csv", text);
  assert_int_equal(values_spread(&context, file.network, decomposition, context.rank), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  if (context.rank == 0) assert_int_equal(rename("kept.csv", "values.csv"), 0);
  loligo_decomposition_destroy(decomposition);
  model_file_free(&file);
}

static void values_that_change_are_told(void **state)
{
  char more[4 * (CELLS + 2) + 1] = "I,V\n";
  (void)state;
  for (int i = 0; i <= CELLS; i++) strcat(more, "1,1\n");
  assert_change_is_told("I,V\n1,1\n", "values.csv: changed while it was read");
  assert_change_is_told(more, "values.csv: changed while it was read");
  assert_change_is_told("I,V\n1,1\nx,1\n", "values.csv:3: I: 'x' is not a finite number");
}

static void a_list_that_changes_is_told(void **state)
{
  (void)state;
  model_file file;
  loligo_decomposition *decomposition;
  assert_int_equal(model_file_read(&context, path_here("model.yaml"), NULL, 0, &file), LOLIGO_OK);
  assert_int_equal(loligo_decomposition_create(file.network, "block", context.size, &decomposition), LOLIGO_OK);
  if (context.rank == 0) assert_int_equal(rename("edges.csv", "kept.csv"), 0);
  if (context.rank == 0) scratch_write("edges.csv", "source,target,weight,delay\n0,0,1,1\n");
  assert_int_equal(edges_spread(&context, file.network, decomposition, context.rank), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "edges.csv: changed while it was read");
  loligo_error_clear();
  if (context.rank == 0) assert_int_equal(rename("kept.csv", "edges.csv"), 0);
  loligo_decomposition_destroy(decomposition);
  model_file_free(&file);
}

static uint64_t hash_law(uint64_t hash, const loligo_distribution *law)
{
  if (law->kind == LOLIGO_LIST) { /* whose values are nowhere yet but on rank 0 */
    const distribution_range range = distribution_range_of(law);
    return hash_mix(hash ^ law->n_values ^ hash_bytes(&range, sizeof range));
  }
  const double numbers[] = {law->mean, law->std, law->low, law->high};
  return hash_mix(hash ^ law->kind ^ hash_bytes(numbers, sizeof numbers));
}

static uint64_t hash_place(fault_place place)
{
  char text[FAULT_PLACE_BYTES];
  fault_place_print(place, text);
  return text_hash(text);
}

static uint64_t hash_population(const loligo_population *p)
{
  uint64_t hash = text_hash(p->name) ^ text_hash(p->model->name) ^ hash_place(p->place) ^ p->size ^ p->first_gid;
  for (size_t i = 0; i < p->model->params.n; i++) hash = hash_law(hash, &p->params[i]);
  for (size_t i = 0; i < p->model->n_variables; i++) hash = hash_law(hash, &p->init[i]);
  hash = hash_mix(hash ^ hash_bytes(p->times, p->n_times * sizeof *p->times));
  return p->owners ? hash_mix(hash ^ hash_bytes(p->owners, p->n_times * sizeof *p->owners)) : hash;
}

static uint64_t hash_selection(const loligo_selection *cells)
{
  if (!cells) return 0;
  const uint64_t numbers[] = {cells->population, cells->first, cells->last, cells->n_stretches};
  const uint64_t hash = hash_bytes(numbers, sizeof numbers);
  return hash_mix(hash ^ hash_bytes(cells->stretches, cells->n_stretches * sizeof *cells->stretches));
}

static uint64_t hash_selections(const selections *selections)
{
  uint64_t hash = 0;
  for (size_t i = 0; i < selections->n; i++) hash = hash_mix(hash ^ hash_selection(&selections->items[i]));
  return hash;
}

static uint64_t hash_projection(const loligo_projection *p)
{
  uint64_t hash = text_hash(p->name) ^ hash_place(p->place) ^ text_hash(p->rule->name) ^ text_hash(p->synapse->name);
  const uint64_t numbers[] = {
      p->source, p->target, p->autapses, p->multapses, (uint64_t)p->receptor[0], (uint64_t)p->receptor[1]};
  hash = hash_mix(hash ^ hash_bytes(numbers, sizeof numbers));
  hash = hash_mix(hash ^ hash_bytes(&p->rule_argument, sizeof p->rule_argument));
  hash = hash_mix(hash ^ hash_bytes(p->pathways, p->synapse->n_pathways * sizeof *p->pathways));
  if (p->list) hash = hash_mix(hash ^ p->list->digest);
  hash = hash_mix(hash_mix(hash ^ hash_selection(p->sources)) ^ hash_selection(p->targets));
  return hash_law(hash_law(hash, p->weight), p->delay);
}

static uint64_t hash_input(const loligo_input *input)
{
  uint64_t hash = text_hash(input->name) ^ text_hash(input->model->name);
  hash = hash_mix(hash ^ hash_selection(&input->target) ^ (uint64_t)input->receptor);
  const double numbers[] = {input->weight, (double)input->start, (double)input->stop, (double)input->site};
  hash = hash_mix(hash ^ hash_bytes(numbers, sizeof numbers));
  for (size_t i = 0; i < input->model->params.n; i++) {
    const real_list *list = &input->lists[i];
    hash = hash_mix(hash ^ hash_bytes(&input->params[i], sizeof(double)));
    hash = hash_mix(hash ^ hash_bytes(list->values, list->n * sizeof *list->values));
  }
  return hash_mix(hash ^ hash_bytes(input->times, input->n_times * sizeof *input->times));
}

static uint64_t hash_columns(const state_columns *columns)
{
  const uint64_t hash = hash_bytes(columns->variables, columns->n * sizeof *columns->variables);
  return columns->elements ? hash_mix(hash ^ hash_bytes(columns->elements, columns->n * sizeof *columns->elements))
                           : hash;
}

static uint64_t hash_settings(const settings *s)
{
  const spike_recording *spikes = wanted(s, "spikes");
  const projection_selection *connectivity = wanted(s, "connectivity");
  const state_recordings *states = wanted(s, "state");
  uint64_t hash = hash_selections(&spikes->cells);
  hash = hash_mix(hash ^ hash_bytes(connectivity->projections, connectivity->n * sizeof *connectivity->projections));
  for (size_t i = 0; i < states->n; i++) {
    const state_recording *state = &states->items[i];
    const int64_t numbers[] = {state->clock.steps.start, state->clock.steps.stop, state->clock.steps.every,
                               state->float64};
    hash = hash_mix(hash ^ text_hash(state->name) ^ hash_bytes(numbers, sizeof numbers));
    for (size_t c = 0; c < state->n_variables * state->targets.n; c++)
      hash = hash_mix(hash ^ hash_columns(&state->columns[c]));
    hash = hash_mix(hash ^ hash_selections(&state->targets));
  }
  const double numbers[] = {(double)s->duration,        s->watchdog_seconds,         (double)s->checkpoint.enabled,
                            s->checkpoint.wall_seconds, (double)s->checkpoint.steps, (double)s->checkpoint.keep};
  hash = hash_mix(hash ^ hash_bytes(numbers, sizeof numbers) ^ text_hash(s->partition) ^ text_hash(s->exchange));
  return hash_mix(hash ^ text_hash(s->output) ^ (s->warnings ? text_hash(s->warnings) : 0));
}

/* Rank 0 has read the samples; the others have them when these are shared. */
static void samples_arrive_when_they_are_shared(void **state)
{
  (void)state;
  model_file file;
  static const char *const names[] = {"points", "pulses"};
  assert_int_equal(model_file_read(&context, path_here("data.yaml"), NULL, 0, &file), LOLIGO_OK);
  assert_int_equal(file.settings.n_data, 2);
  assert_same_on_all_ranks(file.lists_digest);
  for (size_t i = 0; i < 2; i++) {
    dataset *set = &file.settings.data[i];
    assert_int_equal(set->n > 0, context.rank == 0);
    assert_int_equal(dataset_share(&context, set), LOLIGO_OK);
    assert_string_equal(set->name, names[i]);
    assert_same_on_all_ranks(set->digest);
    const void *answers = set->labels ? (const void *)set->labels : set->targets;
    assert_same_on_all_ranks(hash_bytes(answers, set->n * sizeof(int32_t)));
  }
  assert_int_equal(file.settings.data[0].n, 30);
  assert_int_equal(file.settings.data[1].n, 20);
  double shown[5];
  dataset_show(&file.settings.data[0], 29, 3, LOLIGO_DOUBLE, shown);
  assert_same_on_all_ranks(hash_bytes(shown, sizeof shown));
  model_file_free(&file);
}

static void everything_arrives(void **state)
{
  (void)state;
  static const char *const overrides[] = {"projections.1.synapse.model=static", "output.directory=there"};
  model_file file;
  assert_int_equal(model_file_read(&context, path_here("full.yaml"), overrides, 2, &file), LOLIGO_OK);
  const loligo_network *network = file.network;
  assert_int_equal(network->n_populations, 4);
  assert_int_equal(network->n_projections, 4);
  assert_int_equal(network->n_inputs, 4);
  for (size_t i = 0; i < 4; i++) assert_same_on_all_ranks(hash_population(&network->populations[i]));
  for (size_t i = 0; i < 4; i++) assert_same_on_all_ranks(hash_projection(&network->projections[i]));
  for (size_t i = 0; i < 4; i++) assert_same_on_all_ranks(hash_input(&network->inputs[i]));
  assert_int_equal(((const state_recordings *)wanted(&file.settings, "state"))->n, 3);
  assert_same_on_all_ranks(hash_settings(&file.settings));
  assert_int_equal(loligo_network_find(network, "S"), 2);
  model_file_free(&file);
}

/* A copy can be added to like any network: names that exist are known. */
static void a_copy_may_grow(void **state)
{
  (void)state;
  model_file file;
  assert_int_equal(model_file_read(&context, path_here("full.yaml"), NULL, 0, &file), LOLIGO_OK);
  loligo_projection_spec spec = {
      .name = "loop", .rule = "all_to_all", .weight = loligo_constant(1), .delay = loligo_constant(1)};
  assert_int_equal(loligo_network_add_projection(file.network, &spec), LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "name 'loop' belongs to another projection"));
  loligo_error_clear();
  spec.name = "another";
  assert_int_equal(loligo_network_add_projection(file.network, &spec), LOLIGO_OK);
  assert_int_equal(loligo_network_add_population(file.network, "S", file.network->populations[0].model, 1, NULL),
                   LOLIGO_INPUT_ERROR);
  loligo_error_clear();
  model_file_free(&file);
}

#ifdef __SANITIZE_ADDRESS__ /* which keeps what was freed */
static const bool memory_tells = false;
#else
static const bool memory_tells = true;
#endif

/* What the description takes where it was not read, peak included. */
static void others_hold_little(void **state)
{
  (void)state;
  enum { BYTES = 200, SLACK = 2 << 20 };
  model_file file;
  assert_int_equal(model_file_read(&context, path_here("few.yaml"), NULL, 0, &file), LOLIGO_OK);
  model_file_free(&file);
  const uint64_t before = memory_usage_now().resident_bytes;
  assert_int_equal(model_file_read(&context, path_here("many.yaml"), NULL, 0, &file), LOLIGO_OK);
  const uint64_t peak = memory_usage_now().peak_bytes;
  assert_int_equal(file.network->n_projections, MANY * MANY);
  if (memory_tells && context.rank != 0) assert_true(peak < before + (uint64_t)BYTES * MANY * MANY + SLACK);
  model_file_free(&file);
}

static void alone_is_the_same(void **state)
{
  (void)state;
  model_file together, alone;
  assert_int_equal(model_file_read(&context, path_here("model.yaml"), NULL, 0, &together), LOLIGO_OK);
  if (context.rank == 0) {
    assert_int_equal(model_file_read_alone("model.yaml", NULL, 0, &alone), LOLIGO_OK);
    assert_string_equal(alone.used.text, together.used.text);
    assert_int_equal(alone.network->projections[0].list->n_here, 5000);
    assert_true(alone.network->projections[0].list->digest == together.network->projections[0].list->digest);
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
      cmocka_unit_test(others_hold_little),
      cmocka_unit_test(all_ranks_hold_the_same),
      cmocka_unit_test(everything_arrives),
      cmocka_unit_test(edges_go_to_the_ranks_of_their_targets),
      cmocka_unit_test(a_list_that_changes_is_told),
      cmocka_unit_test(values_go_to_the_ranks_of_their_cells),
      cmocka_unit_test(values_can_go_to_all_ranks),
      cmocka_unit_test(values_that_change_are_told),
      cmocka_unit_test(a_copy_may_grow),
      cmocka_unit_test(samples_arrive_when_they_are_shared),
      cmocka_unit_test(alone_is_the_same),
      cmocka_unit_test(a_fault_is_the_same_on_all_ranks),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, write_model, remove_model);
  MPI_Finalize();
  return failed;
}

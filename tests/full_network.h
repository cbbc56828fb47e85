/** A network that holds every model, rule, input, kind of weight and signal, and an empty population, in which values
 * change within the run: for promises that concern all of them.
 */
#ifndef LOLIGO_TESTS_FULL_NETWORK_H
#define LOLIGO_TESTS_FULL_NETWORK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "model/neuron/taught.h"
#include "model/neuron/tree.h"
#include "model/synapse/synapse_model.h"
#include "network/compartments.h"
#include "network/description.h"
#include "network/rule/rule.h"

static const double DT = 0.02, SHORTEST_DELAY = 0.1, TRIAL = 4.06;
#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    loligo_status ok_ = (call);                                                                                        \
    if (ok_ != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                      \
  } while (0)

static inline loligo_distribution normal(double mean, double std, double low)
{
  return (loligo_distribution){.kind = LOLIGO_NORMAL_CLIPPED, .mean = mean, .std = std, .low = low, .high = INFINITY};
}

/* Maps that learn fire in nearly each step as they are, and would drown out all others. */
static inline void calm(loligo_network *network, size_t id, const loligo_model *model)
{
  static const struct {
    const char *name;
    double value;
  } reset[] = {{"decay", 0.99}, {"threshold", 20000}, {"I_e", 220}, {"a1", 0}, {"a2", 0}, {"a3", 0}, {"b", 220}},
    other[] = {{"g_L", 5}, {"E_L", 0}, {"threshold", 220}, {"I_e", 900}};
  const bool has_reset = model_param_index(model, "decay") >= 0;
  if (!has_reset && model_param_index(model, "threshold") < 0) return;
  for (size_t i = 0; has_reset && i < sizeof reset / sizeof reset[0]; i++)
    if (model_param_index(model, reset[i].name) >= 0)
      OK(loligo_network_set_param(network, id, reset[i].name, loligo_constant(reset[i].value)));
  for (size_t i = 0; !has_reset && i < sizeof other / sizeof other[0]; i++)
    OK(loligo_network_set_param(network, id, other[i].name, loligo_constant(other[i].value)));
}

/* Registers of channels in the order of their places in a list, and their parameters. */
typedef struct channel_lists {
  double at[64], number[64], params[256];
  size_t n, n_params;
} channel_lists;

static inline void add_channel(channel_lists *lists, double compartment, size_t number, const double *params)
{
  const loligo_param_table *table = &channel_at(number)->params;
  lists->at[lists->n] = compartment;
  lists->number[lists->n++] = (double)number;
  for (size_t i = 0; i < table->n; i++) {
    const double fallback = param_default(&table->rows[i]);
    lists->params[lists->n_params++] = params ? params[i] : isnan(fallback) ? 40 : fallback;
  }
}

/* Dendrites of four compartments, of which each has one channel, and a soma that has all others, where it has any. */
static inline void add_dendrites(loligo_network *network, size_t id, bool soma_has_channels)
{
  static const double parent[] = {0, 1, 1, 0}, g[] = {20, 15, 10, 30}, c_m[] = {5, 6, 7, 8};
  static const double params[4][7] = {
      {0.5, -65}, {700, 200, 2, 50, -77, -54}, {400, 100, 1, 50, -90, -60, -63}, {1, -70}};
  static const size_t number[] = {0, 1, 2, 0};
  static const double tau[] = {0, 0, 50, 0}, mg[] = {0, 0, 1, 0}, e[] = {0, 0, 0, 0};
  channel_lists channels = {.n = 0};
  for (size_t k = 0; soma_has_channels && channel_at(k); k++) add_channel(&channels, 0, k, k < 3 ? params[k] : NULL);
  for (size_t c = 0; c < 4; c++) add_channel(&channels, (double)c + 1, number[c], params[c]);
  const loligo_named_value lists[] = {{tree_list_names[TREE_PARENT], loligo_list(parent, 4)},
                                      {tree_list_names[TREE_G], loligo_list(g, 4)},
                                      {tree_list_names[TREE_C_M], loligo_list(c_m, 4)},
                                      {tree_list_names[TREE_CHANNEL_AT], loligo_list(channels.at, channels.n)},
                                      {tree_list_names[TREE_CHANNEL], loligo_list(channels.number, channels.n)},
                                      {tree_list_names[TREE_PARAMS], loligo_list(channels.params, channels.n_params)},
                                      {tree_list_names[TREE_NMDA_TAU], loligo_list(tau, 4)},
                                      {tree_list_names[TREE_NMDA_MG], loligo_list(mg, 4)},
                                      {tree_list_names[TREE_NMDA_E], loligo_list(e, 4)}};
  for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
    OK(loligo_network_set_param(network, id, lists[l].name, lists[l].value));
}

/* One population per model, of different sizes, and an empty one; some parameters differ from cell to cell. */
static inline void add_populations(loligo_network *network)
{
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_model *model = loligo_model_at(i);
    if (model_is_for_trials(model)) continue;
    size_t id;
    OK(loligo_network_add_population(network, model->name, model, 11 + 3 * (i % 9), &id));
    static const char *const lists[] = {"tau_sfa",           "q_sfa",      "tau_stc",    "q_stc", "receptor_tau",
                                        "receptor_tau_rise", "receptor_E", "receptor_Mg"};
    static const double elements[] = {0.3, 90};
    for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++)
      if (param_find(model->params, lists[k]) && param_find(model->params, lists[k])->type == LOLIGO_PARAM_LIST)
        OK(loligo_network_set_param(network, id, lists[k], loligo_list(elements, 2)));
    if (param_find(model->params, tree_list_names[TREE_PARENT]))
      add_dendrites(network, id, tree_soma_has_channels(model));
    const loligo_param *c_m = param_find(model->params, "C_m");
    if (c_m && i % 2 == 0) OK(loligo_network_set_param(network, id, "C_m", normal(0.6 * param_default(c_m), 5, 50)));
    if (model_variable_index(model, "V_m") >= 0) OK(loligo_network_set_init(network, id, "V_m", normal(-66, 3, -90)));
    bool is_map = model->n_receptors && model->receptors[0].kind == LOLIGO_RECEPTOR_NUMBER;
    const bool has_scale = model_param_index(model, "scale") >= 0;
    if (is_map && has_scale) OK(loligo_network_set_param(network, id, "I_e", loligo_constant(3000)));
    if (is_map && model->adjoint) calm(network, id, model);
    if (model_param_index(model, "V_reset") >= 0)
      OK(loligo_network_set_param(network, id, "I_e", loligo_constant(2500)));
    if (model_param_index(model, "rate") >= 0) OK(loligo_network_set_param(network, id, "rate", loligo_constant(300)));
    if (model->takes_trains) OK(loligo_network_set_trains(network, id, (double[]){5, 1, 12.5}, NULL, 3));
    if (model->is_source && model->n_variables == 0 && i % 2) OK(loligo_network_set_repeat(network, id, 12.7 + DT));
    if (model_param_index(model, TAUGHT_TRIAL) >= 0)
      OK(loligo_network_set_param(network, id, TAUGHT_TRIAL, loligo_constant(TRIAL)));
    if (model_variable_index(model, TAUGHT_SURROGATE) >= 0)
      OK(loligo_network_set_param(network, id, "V_th", loligo_constant(15)));
    const loligo_positions scattered = {.kind = LOLIGO_SCATTERED, .n_axes = 2, .extent = {300, 200}, .periodic = true};
    OK(loligo_network_set_positions(network, id, &scattered));
  }
  OK(loligo_network_add_population(network, "empty", loligo_model_find("iaf_psc_exp"), 0, NULL));
}

/* Emits what it receives: what it gets from itself would go round for ever, and what comes with more than 1, multiply.
 */
static inline bool is_relay(const loligo_model *model)
{
  return model->n_variables == 0 && model->n_receptors > 0;
}

static inline double weight_scale(const loligo_model *model, size_t receptor)
{
  static const double scales[] = {[LOLIGO_RECEPTOR_CURRENT] = 40,
                                  [LOLIGO_RECEPTOR_CONDUCTANCE] = 2,
                                  [LOLIGO_RECEPTOR_POTENTIAL] = 1,
                                  [LOLIGO_RECEPTOR_LEVEL] = 60,
                                  [LOLIGO_RECEPTOR_NUMBER] = 10};
  return model->takes_no_current ? 0.75 : scales[model->receptors[receptor].kind];
}

/* Its cells never spike. */
static inline bool is_read_out(const loligo_model *model)
{
  bool is_so;
  return taught_variable(model, &is_so) >= 0 && is_so;
}

/* The first population from `start` on that tells what a receptor listens to. */
static inline size_t find_source(const loligo_network *network, size_t start, size_t n, loligo_receptor_kind kind)
{
  const char *signal = kind == LOLIGO_RECEPTOR_LEVEL ? "level" : "spike";
  while (model_signal_number(network->populations[start % n].model, signal) < 0 ||
         is_read_out(network->populations[start % n].model))
    start++;
  return start % n;
}

static const loligo_edge edges[] = {
    {0, 3, 1, 0.1}, {4, 0, 1.5, 0.14}, {2, 3, 0.25, 3}, {0, 3, 1, 0.1}, {10, 10, 7, 0.2}};

/* A degree K, a number N of synapses or a probability p. */
static inline double argument_of(const rule *rule)
{
  const char letter = rule->argument ? *rule->argument : 'K';
  return letter == 'p' ? 0.3 : letter == 'N' ? 97 : 5;
}

static const loligo_named_value rule_params[] = {{"neighbors", {.kind = LOLIGO_CONSTANT, .mean = 4}},
                                                 {"rewire", {.kind = LOLIGO_CONSTANT, .mean = 0.3}}};

/* What a rule wants besides its argument, and what can go by the distance. */
static inline void add_distances(loligo_projection_spec *spec, const rule *rule, size_t turn, double scale)
{
  if (rule->params.n) {
    spec->rule_params = rule_params;
    spec->n_rule_params = 2;
  }
  if (rule->takes_kernel) spec->probability = (loligo_kernel){"gaussian", 0.8, 60};
  if (rule->takes_mask && turn % 2) spec->mask = (loligo_mask){.kind = LOLIGO_MASK_RADIUS, .outer = 150};
  if (rule->lists_edges || turn % 3 == 0) return;
  if (turn % 3 == 1) spec->weight_by_distance = (loligo_kernel){"exponential", scale, 90};
  spec->delay_by_distance = (loligo_conduction){SHORTEST_DELAY, 0.1};
}

/* Two of three cells of a population, and those of a range. */
static inline loligo_selection some_cells(const loligo_network *network, size_t population, bool range)
{
  static loligo_stretch stretches[64][2];
  const uint64_t size = network->populations[population].size;
  if (range) return (loligo_selection){.population = population, .first = 2, .last = size - 1};
  assert_in_range(population, 0, 63);
  stretches[population][0] = (loligo_stretch){.first = 1, .last = size, .every = 3};
  stretches[population][1] = (loligo_stretch){.first = 0, .last = size, .every = 3};
  return (loligo_selection){.population = population, .stretches = stretches[population], .n_stretches = 2};
}

/* Without gap junctions, which make all cells go step by step (tests/program/gap_junctions).
 *
 * Every population gets synapses from others by every rule, in turns with both receptors, or by sign, and several kinds
 * of weights and delays, some of them from and onto some cells alone. */
static inline void add_projections(loligo_network *network)
{
  size_t n = network->n_populations - 1, turn = 0;
  for (size_t target = 0; target < n; target++) {
    for (size_t r = 0; network->populations[target].model->n_receptors && rule_at(r); r++, turn++) {
      const loligo_model *model = network->populations[target].model; /* dendrites get more receptors on the way */
      const rule *rule = rule_at(r);
      size_t receptor = turn % model->n_receptors;
      if (model->receptors[receptor].kind == LOLIGO_RECEPTOR_GAP) receptor = turn % 2;
      double scale = weight_scale(model, receptor);
      loligo_projection_spec spec = {.source = (target + 1 + turn % (n - 1)) % n,
                                     .target = target,
                                     .rule = rule->name,
                                     .argument = argument_of(rule),
                                     .no_autapses = turn % 3 == 0,
                                     .no_multapses = turn % 5 == 0,
                                     .receptor = model->receptors[receptor].name,
                                     .any_sign = true};
      loligo_receptor_kind kind = model->receptors[receptor].kind;
      if (receptor < 2 && turn % 3) spec.compartment = turn % compartments_count(&network->populations[target]);
      if (spec.compartment == 3) spec.receptor = tree_receptor_names[TREE_NMDA];
      spec.source = find_source(network, spec.source, n, kind);
      bool own_synapses = synapse_model_find(model->name) && turn % 2 == 0;
      if (own_synapses) spec.synapse = model->name;
      if (rule->diagonal || rule->is_recurrent || own_synapses) spec.source = target;
      if (spec.source == target && is_relay(model)) continue;
      if (is_relay(network->populations[spec.source].model)) scale /= 20; /* they are loud */
      spec.weight = turn % 4 ? normal(scale, scale / 4, 0) : loligo_constant(scale);
      if (turn % 7 == 0)
        spec.weight = (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = scale / 1000, .high = scale};
      spec.delay =
          turn % 3 ? normal(1, 0.5, SHORTEST_DELAY) : loligo_constant(SHORTEST_DELAY * (double)(1 + turn % 40));
      if (rule->lists_edges) {
        spec.no_autapses = spec.no_multapses = false;
        spec.edges = edges;
        spec.n_edges = sizeof edges / sizeof edges[0];
      }
      if (turn % 4 == 1 && (kind == LOLIGO_RECEPTOR_CURRENT || kind == LOLIGO_RECEPTOR_POTENTIAL)) {
        spec.receptor = NULL;
        spec.weight = (loligo_distribution){.kind = LOLIGO_NORMAL, .mean = scale / 2, .std = scale / 2};
      }
      if (turn % 6 == 4)
        spec.weight = (loligo_distribution){.kind = LOLIGO_LOGNORMAL, .mean = scale / 2, .std = 3 * scale / 2};
      add_distances(&spec, rule, turn, scale);
      const bool same_cells = rule->diagonal || rule->is_recurrent || spec.no_autapses;
      const loligo_selection sources = some_cells(network, spec.source, false);
      const loligo_selection targets = some_cells(network, target, turn % 4 == 3 && !same_cells);
      if (turn % 2 && !rule->lists_edges && !spec.no_multapses) {
        spec.targets = &targets;
        if (turn % 4 == 3 || same_cells) spec.sources = &sources;
      }
      OK(loligo_network_add_projection(network, &spec));
    }
  }
}

/* Defaults of the table where it has some, else small numbers, the first of which may differ from cell to cell; returns
 * how many values are given. */
static inline size_t input_values(const input_model *model, bool differs, loligo_named_value *params)
{
  static const double list_values[2] = {5, 9};
  size_t n = 0;
  for (size_t i = 0; i < model->params.n; i++) {
    const loligo_param *row = &model->params.rows[i];
    double value = NAN;
    if (strcmp(row->name, "amplitude") == 0) value = 150;
    if (strcmp(row->name, "mean") == 0 && !row->fallback) value = 500;
    if (strcmp(row->name, "rate") == 0) value = 900;
    if (isnan(value) && (isnan(param_default(row)) || strcmp(row->name, "tau") == 0)) value = 10;
    if (row->type == LOLIGO_PARAM_LIST)
      params[n++] = (loligo_named_value){row->name, loligo_list(list_values, 2)};
    else if (!isnan(value) && differs && n == 0)
      params[n++] = (loligo_named_value){row->name, {.kind = LOLIGO_UNIFORM, .low = value / 2, .high = 3 * value / 2}};
    else if (!isnan(value))
      params[n++] = (loligo_named_value){row->name, loligo_constant(value)};
  }
  return n;
}

/* Every input onto every neuron. */
static inline void add_inputs(loligo_network *network)
{
  static const double times[] = {2, 3.3, 20};
  for (size_t d = 0; input_model_at(d); d++) {
    const input_model *model = input_model_at(d);
    for (size_t p = d % 2; p + 1 < network->n_populations; p += 2) {
      const loligo_population *population = &network->populations[p];
      if (population->model->is_source) continue;
      if (population->model->takes_no_current && input_model_is_current(model)) continue;
      loligo_named_value params[16];
      const size_t n_params = input_values(model, p % 5 > 2, params);
      char name[64];
      snprintf(name, sizeof name, "%s to %s", model->name, population->name);
      loligo_input_spec spec = {.name = name,
                                .model = model->name,
                                .target = {.population = p, .first = 1, .last = population->size - p % 3},
                                .params = params,
                                .n_params = n_params,
                                .start = 1,
                                .stop = d % 3 ? 0 : 22};
      if (p % 3 == 1) spec.target = some_cells(network, p, false);
      spec.compartment = d % compartments_count(population);
      if (!input_model_is_current(model)) {
        spec.receptor = population->model->receptors[0].name;
        spec.weight = weight_scale(population->model, 0);
        if (p % 4 == 1) spec.weights = (loligo_distribution){.kind = LOLIGO_UNIFORM, .high = 2 * spec.weight};
      }
      if (model->takes_trains) {
        spec.times = times;
        spec.n_times = 3;
      }
      OK(loligo_network_add_input(network, &spec));
    }
  }
}

/* A population that receives spikes, from `start` on. */
static inline size_t find_target(const loligo_network *network, size_t start, size_t n, size_t receptor)
{
  for (;; start++) {
    const loligo_model *model = network->populations[start % n].model;
    if (model->n_receptors > receptor && model->receptors[receptor].kind != LOLIGO_RECEPTOR_LEVEL && !is_relay(model))
      return start % n;
  }
}

/* Synapses of a descent model onto all cells that can be taught, from the population before and from those that spike
 * among them; with what each parameter can choose in turns. */
static inline void teach(loligo_network *network, const synapse_model *model, size_t source, size_t target, size_t turn)
{
  loligo_named_value params[16] = {{SYNAPSE_WMAX, loligo_constant(40)}};
  size_t n = 1;
  for (size_t i = 0; i < model->params.n; i++)
    if (model->params.rows[i].type == LOLIGO_PARAM_CHOICE)
      params[n++] = (loligo_named_value){model->params.rows[i].name, loligo_constant((double)((turn + i) % 2))};
  loligo_projection_spec spec = {.source = source,
                                 .target = target,
                                 .rule = turn % 2 ? "pairwise_bernoulli" : "fixed_indegree",
                                 .argument = turn % 2 ? 0.6 : 5,
                                 .synapse = model->name,
                                 .synapse_params = params,
                                 .n_synapse_params = n,
                                 .weight = {.kind = LOLIGO_NORMAL, .mean = 0.1, .std = 0.5}};
  spec.delay = turn % 3 ? normal(1, 0.5, SHORTEST_DELAY) : loligo_constant(0.3);
  OK(loligo_network_add_projection(network, &spec));
}

static inline void add_descent_projections(loligo_network *network)
{
  const size_t n = network->n_populations - 1;
  size_t turn = 0;
  for (size_t s = 0; synapse_model_at(s); s++)
    for (size_t target = 1; target < n && synapse_model_at(s)->kind == SYNAPSE_DESCENT; target++) {
      bool is_read_out;
      if (taught_variable(network->populations[target].model, &is_read_out) < 0) continue;
      for (size_t source = 0; source < n; source++) {
        const int variable = taught_variable(network->populations[source].model, &is_read_out);
        if (source + 1 == target || (variable >= 0 && !is_read_out))
          teach(network, synapse_model_at(s), source, target, turn++);
      }
    }
}

/* Every synapse model that is not static, twice: with all of the delay behind the synapse, a part of it, or none.
 * Modulators are what comes behind their targets. */
static inline void add_plastic_projections(loligo_network *network)
{
  size_t n = network->n_populations - 1, turn = 0;
  for (size_t s = 0; synapse_model_at(s / 2); s++) {
    const synapse_model *model = synapse_model_at(s / 2);
    if (model->kind == SYNAPSE_STATIC || model->kind == SYNAPSE_DESCENT || synapse_model_is_prompt(model)) continue;
    const bool is_plastic = model->kind == SYNAPSE_PLASTIC, is_modulated = model->modulator_trace;
    const size_t receptor = turn % 2, target = find_target(network, turn, n, receptor);
    const double scale = weight_scale(network->populations[target].model, receptor);
    const loligo_named_value params[] = {{SYNAPSE_WMAX, loligo_constant(3 * scale)},
                                         {SYNAPSE_PAIRING, loligo_constant(s % 2)},
                                         {SYNAPSE_MODULATOR, loligo_constant((target + 1) % n)}};
    loligo_projection_spec spec = {.source = turn % 4 ? (target + turn) % n : target,
                                   .target = target,
                                   .rule = turn % 3 ? "fixed_indegree" : "pairwise_bernoulli",
                                   .argument = turn % 3 ? 4 : 0.4,
                                   .receptor = network->populations[target].model->receptors[receptor].name,
                                   .any_sign = true,
                                   .synapse = model->name,
                                   .synapse_params = params,
                                   .n_synapse_params = is_modulated ? 3
                                                       : is_plastic ? 2
                                                                    : 0,
                                   .weight = normal(scale, scale / 4, 0)};
    spec.weight.high = 2 * scale;
    spec.delay = turn % 5 ? normal(1, 0.5, SHORTEST_DELAY) : loligo_constant(3);
    if (is_plastic && turn % 3)
      spec.dendritic_delay = loligo_constant(turn % 3 == 1 || is_modulated ? SHORTEST_DELAY : 0);
    OK(loligo_network_add_projection(network, &spec));
    turn++;
  }
  add_descent_projections(network);
}

/* A parameter of each population that has one, from 2 ms on, in half of them for some cells by a law from 3.14 ms on.
 */
static inline void change_populations(loligo_network *network)
{
  for (size_t p = 0; p + 1 < network->n_populations; p++) {
    const loligo_population *population = &network->populations[p];
    const char *name = model_param_index(population->model, "rate") >= 0 ? "rate" : "I_e";
    if (model_param_index(population->model, name) < 0) continue;
    const loligo_selection all = {.population = p, .last = population->size}, some = some_cells(network, p, p % 4 > 1);
    OK(loligo_network_change_param(network, 2, &all, name, loligo_constant(850)));
    if (p % 2) OK(loligo_network_change_param(network, 3.14, &some, name, normal(600, 100, 0)));
    if (p % 3 == 0 && model_param_index(population->model, "C_m") >= 0)
      OK(loligo_network_change_param(network, 3.14, &all, "C_m", loligo_constant(120)));
  }
}

/* The first parameter of each input, the weight of some, the windows of others. */
static inline void change_inputs(loligo_network *network)
{
  const loligo_distribution law = {.kind = LOLIGO_UNIFORM, .low = 160, .high = 400};
  for (size_t i = 0; i < network->n_inputs; i++) {
    const loligo_input *input = &network->inputs[i];
    const loligo_param_table *table = &input->model->params;
    if (table->n > 0 && table->rows[0].type == LOLIGO_PARAM_REAL)
      OK(loligo_network_change_input(network, 2.52, i, table->rows[0].name, i % 3 ? loligo_constant(200) : law));
    if (input->receptor >= 0 && i % 2) OK(loligo_network_change_input(network, 0, i, "weight", loligo_constant(3)));
    if (i % 4 == 3) OK(loligo_network_change_input(network, 3.14, i, "stop", loligo_constant(4)));
  }
}

static inline loligo_network *full_network(void)
{
  loligo_network *network = loligo_network_create(DT, 20241101);
  assert_non_null(network);
  add_populations(network);
  add_projections(network);
  add_inputs(network);
  change_populations(network);
  change_inputs(network);
  return network;
}

#endif

/*
 * The assumed values, the tables of the sections, and what lies between measured points.
 *
 * Assumed values were measured on 2 cores of an AMD EPYC, but for what only a network of nodes shows: a collective and
 * a message between nodes take what vendors state, 1 us, and the share of a rank in an adapter that takes some 100
 * million messages a second for a node of 48 ranks; 25 GB/s of such a node would be 2 ns for a byte, within a node 0.1.
 * The memory of a process is that of Open MPI 4.1 with 1 to 64 ranks on a node.
 */
#include "network/machine.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/neuron/model.h"

#define SECOND(key, a, ...) a,
#define THIRD(key, a, b, ...) b,

/* ns of an update of the model whose relative cost is 1. */
#define ASSUMED_UPDATE 1.0

/* ns of a step of an input, of a current and of spikes. */
#define ASSUMED_CURRENT 0.1
#define ASSUMED_SPIKES 0.9

/* ns of an event of a synapse whose weight changes, or what it brings. */
#define ASSUMED_LEARN 8.0
#define ASSUMED_TIRE 1.3

const machine machine_assumed = {.deliver = {MACHINE_ROWS(SECOND)},
                                 .enter = {MACHINE_ROWS(THIRD)},
                                 .build = {MACHINE_BUILD(THIRD)},
                                 .cells = {MACHINE_CELLS(THIRD)},
                                 .exchange = {MACHINE_EXCHANGE(THIRD)},
                                 .process = {MACHINE_PROCESS(THIRD)},
                                 .disk = {MACHINE_DISK(THIRD)},
                                 .node = {MACHINE_NODE(THIRD)},
                                 .network = {MACHINE_NETWORK(THIRD)}};

/* -- the tables -- */

#define ROW(name, unit, fallback, range, help, offset)                                                                 \
  {                                                                                                                    \
    name, LOLIGO_PARAM_REAL, unit, fallback, range, NULL, help, offset                                                 \
  }
#define ROW_OF(array, key, fallback, help)                                                                             \
  ROW(#key, "ns", fallback, LOLIGO_RANGE_POSITIVE, help, offsetof(machine, array) + MACHINE_ROW_##key * sizeof(double)),
#define DELIVER_ROW(key, a, b, help) ROW_OF(deliver, key, #a, help)
#define ENTER_ROW(key, a, b, help) ROW_OF(enter, key, #b, help)
#define SECTION_ROW(section, key, unit, assumed, help)                                                                 \
  ROW(#key, unit, #assumed, LOLIGO_RANGE_NON_NEGATIVE, help, offsetof(machine, section.key)),
#define BUILD_ROW(...) SECTION_ROW(build, __VA_ARGS__)
#define CELLS_ROW(...) SECTION_ROW(cells, __VA_ARGS__)
#define EXCHANGE_ROW(...) SECTION_ROW(exchange, __VA_ARGS__)
#define PROCESS_ROW(...) SECTION_ROW(process, __VA_ARGS__)
#define NETWORK_ROW(...) SECTION_ROW(network, __VA_ARGS__)

static const loligo_param deliver[] = {MACHINE_ROWS(DELIVER_ROW)};
static const loligo_param enter[] = {MACHINE_ROWS(ENTER_ROW)};
static const loligo_param build[] = {MACHINE_BUILD(BUILD_ROW)};
static const loligo_param cells[] = {MACHINE_CELLS(CELLS_ROW)};
static const loligo_param exchange[] = {MACHINE_EXCHANGE(EXCHANGE_ROW)};
static const loligo_param process[] = {MACHINE_PROCESS(PROCESS_ROW)};
#define POSITIVE_ROW(section, key, unit, assumed, help)                                                                \
  ROW(#key, unit, #assumed, LOLIGO_RANGE_POSITIVE, help, offsetof(machine, section.key)),
#define DISK_ROW(...) POSITIVE_ROW(disk, __VA_ARGS__)
static const loligo_param disk[] = {MACHINE_DISK(DISK_ROW)};
#define NODE_ROW(...) SECTION_ROW(node, __VA_ARGS__)
static const loligo_param node[] = {MACHINE_NODE(NODE_ROW)};
static const loligo_param network[] = {MACHINE_NETWORK(NETWORK_ROW)};

static loligo_param_table list_models(loligo_param *rows)
{
  const size_t n = loligo_model_registry.n;
  assert(n <= MACHINE_MODELS);
  for (size_t i = 0; i < n; i++) {
    const loligo_model *model = loligo_model_at(i);
    rows[i] = (loligo_param)ROW(model->name, "ns", "", LOLIGO_RANGE_NON_NEGATIVE, "",
                                offsetof(machine, update) + i * sizeof(double));
  }
  return (loligo_param_table){rows, n};
}

static loligo_param_table list_inputs(loligo_param *rows)
{
  const size_t n = input_model_registry.n;
  assert(n <= MACHINE_MODELS);
  for (size_t i = 0; i < n; i++)
    rows[i] = (loligo_param)ROW(input_model_at(i)->name, "ns", "", LOLIGO_RANGE_NON_NEGATIVE, "",
                                offsetof(machine, input) + i * sizeof(double));
  return (loligo_param_table){rows, n};
}

static loligo_param_table list_synapses(loligo_param *rows)
{
  size_t n = 0;
  assert(synapse_model_registry.n <= MACHINE_MODELS);
  for (size_t i = 0; i < synapse_model_registry.n; i++)
    if (synapse_model_has_time(synapse_model_at(i)))
      rows[n++] = (loligo_param)ROW(synapse_model_at(i)->name, "ns", "", LOLIGO_RANGE_NON_NEGATIVE, "",
                                    offsetof(machine, learn) + i * sizeof(double));
  return (loligo_param_table){rows, n};
}

bool machine_section_at(size_t i, machine_section *section)
{
  static const struct {
    const char *name, *help;
    loligo_param_table table;
    loligo_param_table (*list)(loligo_param *rows); /* in place of a table */
  } sections[] = {
      {"update", "a cell of each model, each step", {0}, list_models},
      {"input", "a target cell of each input, each step", {0}, list_inputs},
      {"learn", "an event of each synapse model whose weights, or what they bring, change", {0}, list_synapses},
      {"deliver", "a synaptic event, by the synapses of its row on the rank", {deliver, MACHINE_ROW_COUNT}, NULL},
      {"enter", "a spike that arrives at a row", {enter, MACHINE_ROW_COUNT}, NULL},
      {"build", "what is built once", LOLIGO_PARAM_TABLE(build), NULL},
      {"cells", "cells of a rank that are too many for its caches", LOLIGO_PARAM_TABLE(cells), NULL},
      {"exchange", "spikes between ranks", LOLIGO_PARAM_TABLE(exchange), NULL},
      {"process", "memory of a rank without its part of the network", LOLIGO_PARAM_TABLE(process), NULL},
      {"disk", "where results go", LOLIGO_PARAM_TABLE(disk), NULL},
      {"node", "what a node has", LOLIGO_PARAM_TABLE(node), NULL},
      {"network", "between nodes", LOLIGO_PARAM_TABLE(network), NULL},
  };
  if (i >= sizeof sections / sizeof *sections) return false;
  section->name = sections[i].name;
  section->help = sections[i].help;
  section->table = sections[i].list ? sections[i].list(section->rows) : sections[i].table;
  return true;
}

/* -- models -- */

/* Position in a registry of models, or MACHINE_MODELS for one from outside. */
static size_t number_in(const registry *registry, const char *name)
{
  for (size_t i = 0; i < registry->n; i++)
    if (strcmp(((const registry_entry *)registry_at(registry, i))->name, name) == 0) return i;
  return MACHINE_MODELS;
}

/* A model that was not measured, against one that was. */
static double update_ns_of_cost(const machine *machine, double cost)
{
  const size_t unit = number_in(&loligo_model_registry, "iaf_psc_exp");
  return cost * (machine->update[unit] > 0 ? machine->update[unit] : ASSUMED_UPDATE);
}

double machine_update_ns(const machine *machine, const loligo_model *model)
{
  const size_t i = number_in(&loligo_model_registry, model->name);
  if (i >= MACHINE_MODELS || !(machine->update[i] > 0)) return update_ns_of_cost(machine, model->cost);
  const loligo_model *measured = registry_at(&loligo_model_registry, i);
  return machine->update[i] + update_ns_of_cost(machine, model->cost - measured->cost); /* that had no lists */
}

/* Cells are gone through in the same order in each step: where they are somewhat too many none is there any longer. */
double machine_cells_in_memory(const machine *machine, double bytes)
{
  const double cache = 1e3 * machine->cells.cache;
  return cache > 0 ? fmin(fmax(bytes / cache - 1, 0), 1) : 1;
}

double machine_cells_ns(const machine *machine, double bytes)
{
  return machine_cells_in_memory(machine, bytes) * bytes * machine->cells.byte;
}

double machine_input_ns(const machine *machine, const input_model *model)
{
  const size_t i = number_in(&input_model_registry, model->name);
  const double ns = i < MACHINE_MODELS ? machine->input[i] : 0;
  return ns > 0 ? ns : input_model_is_current(model) ? ASSUMED_CURRENT : ASSUMED_SPIKES;
}

double machine_learn_ns(const machine *machine, const synapse_model *model)
{
  const size_t i = number_in(&synapse_model_registry, model->name);
  const double ns = i < MACHINE_MODELS ? machine->learn[i] : 0;
  return ns > 0 ? ns : model->kind == SYNAPSE_PLASTIC ? ASSUMED_LEARN : ASSUMED_TIRE;
}

/* -- rows -- */

#define MOST_DELAYS 100.0
#define ROUNDING 1e-9

/* Bytes of the rows that are measured. */
static const double NEAR_BYTES = 0x1p20, FAR_BYTES = 0x1p28;

/* Expected number of different delays of that many synapses, which are drawn from MOST_DELAYS alike. */
static double runs_of(double synapses)
{
  return MOST_DELAYS * (1 - pow(1 - 1 / MOST_DELAYS, synapses));
}

machine_rows machine_rows_at(int row)
{
  const double synapses = pow(10, row % MACHINE_LENGTHS);
  return (machine_rows){.synapses = synapses,
                        .runs = machine_row_is_spread(row) ? runs_of(synapses) : 1,
                        .bytes = row / MACHINE_LENGTHS / MACHINE_FORMS ? FAR_BYTES : NEAR_BYTES};
}

static double clamp(double x, double low, double high)
{
  return fmin(fmax(x, low), high);
}

static double mix(double a, double b, double share)
{
  return a + share * (b - a);
}

/* Logarithm of the ns of rows with one delay, or many, near or far; `length` is that of their synapses to base 10. */
static double along(const double *ns, double length)
{
  const int i = (int)fmin(length, MACHINE_LENGTHS - 2);
  return mix(log(ns[i]), log(ns[i + 1]), length - i);
}

/* What a further delay takes is shared by the synapses of a row: 0 of one delay, 1 of as many for each synapse as rows
 * of MOST_DELAYS have, that were measured up to `length`. */
static double spread_of(const machine_rows *rows, double length)
{
  const double most = (runs_of(pow(10, length)) - 1) / pow(10, length);
  return most > ROUNDING ? clamp((rows->runs - 1) / fmax(rows->synapses, 1) / most, 0, 1) : 0;
}

double machine_rows_in_memory(double bytes)
{
  return clamp(log(fmax(bytes, 1) / NEAR_BYTES) / log(FAR_BYTES / NEAR_BYTES), 0, 1);
}

double machine_interval_ns(const machine *machine, double bytes)
{
  return machine_rows_in_memory(bytes) * machine->exchange.interval;
}

double machine_synapse_ns(const machine *machine, double bytes)
{
  return mix(machine->build.synapse, machine->build.synapse_far, machine_rows_in_memory(bytes));
}

double machine_rows_ns(const double ns[MACHINE_ROW_COUNT], const machine_rows *rows)
{
  const double length = clamp(log10(fmax(rows->synapses, 1)), 0, MACHINE_LENGTHS - 1);
  const double spread = spread_of(rows, length);
  const double far = machine_rows_in_memory(rows->bytes);
  double at[2];
  for (int f = 0; f < 2; f++) {
    const double *here = ns + (size_t)f * MACHINE_FORMS * MACHINE_LENGTHS;
    at[f] = mix(along(here, length), along(here + MACHINE_LENGTHS, length), spread);
  }
  return exp(mix(at[0], at[1], far));
}

/* Packed are, of the rows that are measured, those of up to so many synapses with many delays. */
#define LONGEST_PACKED 100.0

static machine_rows as_packed(const machine_rows *rows)
{
  const double synapses = fmin(rows->synapses, LONGEST_PACKED);
  return (machine_rows){.synapses = synapses, .runs = runs_of(synapses), .bytes = rows->bytes};
}

double machine_deliver_ns(const machine *machine, const machine_rows *rows)
{
  const machine_rows packed = as_packed(rows);
  return mix(machine_rows_ns(machine->deliver, rows), machine_rows_ns(machine->deliver, &packed), rows->packed);
}

/* A spike enters each packed synapse, but each delay of other rows. */
double machine_enter_ns(const machine *machine, const machine_rows *rows)
{
  const machine_rows packed = as_packed(rows);
  const double times = fmax(rows->synapses / LONGEST_PACKED, 1);
  return mix(machine_rows_ns(machine->enter, rows), times * machine_rows_ns(machine->enter, &packed), rows->packed);
}

int machine_node_ranks(const machine *machine, int ranks)
{
  return (int)fmin(ranks, fmax(machine->node.cores, 1));
}

double machine_process_bytes(const machine *machine, int ranks)
{
  const double peers = machine_node_ranks(machine, ranks) - 1;
  return 0x1p20 * (machine->process.memory + machine->process.peer * peers);
}

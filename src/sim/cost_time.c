/*
 * Numbers of everything that happens on a rank, times the ns of each.
 */
#include "sim/cost_time.h"

#include <math.h>

#include "base/memory.h"
#include "network/edge_list.h"
#include "network/rule/rule.h"
#include "network/selection.h"
#include "sim/cells/cells.h"
#include "sim/layout/sums.h"

static const double NS = 1e-9;

const char *cost_phase_name(cost_phase phase)
{
  static const char *const names[] = {
#define COST_NAME(NAME, name) name,
      COST_PHASES(COST_NAME)
#undef COST_NAME
  };
  return names[phase];
}

double cost_time_sum(const cost_time *time)
{
  double sum = 0;
  for (int i = 0; i < COST_PHASE_COUNT; i++) sum += time->seconds[i];
  return sum;
}

/* -- tables -- */

/* A level begins and ends: two signals for each spike. */
static double signals_per_spike(const cost_tables *t, size_t population, size_t table)
{
  return table == t->tables.first[population] ? 1 : 2;
}

static double rows_bytes_of(const cost_need *need)
{
  return need->kept[COST_SYNAPSES] + need->kept[COST_PACKED] + need->kept[COST_DELAY_RUNS] + need->kept[COST_ROWS] +
         need->kept[COST_INDEX];
}

static machine_rows rows_of(const cost_table *load, const cost_need *need)
{
  return (machine_rows){.synapses = load->synapses / load->heard,
                        .runs = load->runs / load->heard,
                        .bytes = rows_bytes_of(need),
                        .packed = load->packed / load->synapses};
}

/* -- a rank -- */

/* ns of an input in a step, for each cell of its population, whether it is reached or not. */
static double input_ns(const cost_tables *t, const loligo_input *input)
{
  const double size = (double)t->network->populations[input->target.population].size;
  const double reached = (double)selection_count(&input->target);
  return size > 0 ? reached / size * machine_input_ns(t->setting.machine, input->model) : 0;
}

static double update_ns(const cost_tables *t, size_t population)
{
  return machine_update_ns(t->setting.machine, t->network->populations[population].model);
}

/* Of so many ns in each step. */
static double seconds_of_steps(const cost_tables *t, double ns)
{
  return NS * ns * 1000 / t->network->dt;
}

static double update_seconds(const cost_tables *t, const double *cells)
{
  double ns = 0, bytes = 0;
  for (size_t p = 0; p < t->network->n_populations; p++) {
    ns += cells[p] * update_ns(t, p);
    bytes += cells[p] * cells_bytes_each(&t->network->populations[p], false);
  }
  ns += machine_cells_ns(t->setting.machine, bytes);
  for (size_t i = 0; i < t->network->n_inputs; i++) {
    const loligo_input *input = &t->network->inputs[i];
    ns += cells[input->target.population] * input_ns(t, input);
  }
  return seconds_of_steps(t, ns);
}

static void add_table(const cost_tables *t, const cost_need *need, size_t population, size_t table, cost_time *time)
{
  const machine *machine = t->setting.machine;
  const cost_table *load = &t->loads[table];
  if (load->synapses <= 0) return;
  const machine_rows rows = rows_of(load, need);
  const double rate = cost_rate(&t->setting, population) * signals_per_spike(t, population, table);
  const double events = load->synapses * rate, arrivals = load->heard * rate;
  const double in_rows = load->synapses - load->packed;
  time->events += events;
  time->arrivals += arrivals;
  time->seconds[COST_IN_DELIVER] += NS * events * machine_deliver_ns(machine, &rows);
  time->seconds[COST_IN_EXCHANGE] += NS * arrivals * machine_enter_ns(machine, &rows);
  time->build_seconds +=
      NS * (in_rows * machine_synapse_ns(machine, rows.bytes) + load->packed * machine->build.packed);
  time->build_seconds += NS * (load->drawn * machine->build.draw + load->distinct * machine->build.distinct);
  if (in_rows > 0) time->build_seconds += NS * load->heard * load->slots * machine->build.slot;
}

static void add_tables(const cost_tables *t, const cost_need *need, cost_time *time)
{
  for (size_t p = 0; p < t->network->n_populations; p++)
    for (size_t table = t->tables.first[p]; table < t->tables.first[p + 1]; table++) add_table(t, need, p, table, time);
}

/* Synapses whose weights, or what they bring, change: an event costs what it does with their model. */
static void add_learning_way(const cost_tables *t, const cost_need *need, const pathway *way, const double *cells,
                             cost_time *time)
{
  const machine *machine = t->setting.machine;
  const double each = cost_per_source(t, way, cells[way->target]), heard = -expm1(-each);
  const double sources = (double)t->network->populations[way->source].size, rate = cost_rate(&t->setting, way->source);
  if (each <= 0) return;
  const machine_rows rows = {.synapses = each / heard, .runs = 1, .bytes = need->kept[COST_PLASTIC]};
  const double ns = machine_learn_ns(machine, t->network->projections[way->projection].synapse);
  time->events += sources * each * rate;
  time->arrivals += sources * heard * rate;
  time->seconds[COST_IN_DELIVER] += NS * sources * each * rate * ns;
  time->seconds[COST_IN_EXCHANGE] += NS * sources * heard * rate * machine_enter_ns(machine, &rows);
  time->build_seconds += NS * sources * each * machine_synapse_ns(machine, rows.bytes);
}

static void add_learning(const cost_tables *t, const cost_need *need, const double *cells, cost_time *time)
{
  const size_t last = t->tables.first[t->network->n_populations];
  for (size_t i = t->ways.first[last]; i < t->ways.first[last + 1]; i++)
    add_learning_way(t, need, &t->format->pathways[t->ways.item[i]], cells, time);
}

static double heard_by(const cost_tables *t)
{
  double heard = 0;
  for (size_t table = 0; table < t->tables.first[t->network->n_populations]; table++) heard += t->loads[table].heard;
  return heard;
}

static void add_exchange(const cost_tables *t, const cost_need *need, int ranks, cost_time *time)
{
  const exchange_method *method = cost_exchange_method(t, ranks);
  const exchange_load load = cost_exchange_load(t, ranks);
  const double interval_ns = machine_interval_ns(t->setting.machine, rows_bytes_of(need));
  time->seconds[COST_IN_EXCHANGE] += NS * exchange_intervals_per_second(&load) * interval_ns;
  if (ranks == 1) return;
  if (method->seconds) time->seconds[COST_IN_EXCHANGE] += method->seconds(&load, t->setting.machine);
  if (method->needs_routes) time->build_seconds += NS * heard_by(t) * t->setting.machine->build.route;
}

/* ns of drawing how many sources the targets of a rank have. */
static double degrees_ns(const cost_tables *t, const double *cells)
{
  double drawn = 0;
  for (size_t i = 0; i < t->network->n_projections; i++) {
    const loligo_projection *projection = &t->network->projections[i];
    const double size = (double)t->network->populations[projection->target].size;
    const rule_context context = rule_context_of(t->network, projection);
    if (projection->rule->draws_degrees && size > 0)
      drawn += cells[projection->target] * (double)context.n_targets / size;
  }
  return drawn * t->setting.machine->build.degree;
}

static bool is_drawn(const loligo_distribution *law)
{
  return law->kind != LOLIGO_UNSET && law->kind != LOLIGO_CONSTANT && law->kind != LOLIGO_LIST;
}

/* ns of placing a cell of a population, with what it draws. */
static double cell_ns(const cost_tables *t, const loligo_population *population)
{
  size_t drawn = 0;
  for (size_t i = 0; i < population->model->params.n; i++) drawn += is_drawn(&population->params[i]);
  for (size_t v = 0; v < population->model->n_variables; v++) drawn += is_drawn(&population->init[v]);
  return t->setting.machine->build.cell + (double)drawn * t->setting.machine->build.value;
}

cost_time cost_time_of_rank(const cost_tables *t, const cost_need *need, int ranks, const double *cells)
{
  cost_time time = {0};
  time.seconds[COST_IN_UPDATE] = update_seconds(t, cells);
  for (size_t p = 0; p < t->network->n_populations; p++) {
    time.spikes += cells[p] * cost_rate(&t->setting, p);
    time.build_seconds += NS * cells[p] * cell_ns(t, &t->network->populations[p]);
  }
  time.build_seconds += NS * degrees_ns(t, cells);
  add_tables(t, need, &time);
  add_learning(t, need, cells, &time);
  add_exchange(t, need, ranks, &time);
  return time;
}

/* -- a cell -- */

/** What a synapse of a table costs. */
typedef struct synapse_cost {
  double seconds, bytes; /* seconds per model second */
} synapse_cost;

static synapse_cost cost_of_synapse(const cost_tables *t, const cost_need *need, size_t population, size_t table)
{
  const cost_table *load = &t->loads[table];
  const machine_rows rows = rows_of(load, need);
  const double rate = cost_rate(&t->setting, population) * signals_per_spike(t, population, table);
  const double ns = machine_deliver_ns(t->setting.machine, &rows) +
                    machine_enter_ns(t->setting.machine, &rows) * load->heard / load->synapses;
  return (synapse_cost){NS * rate * ns, rows.bytes / need->synapses};
}

/** Sums over the listed synapses of a population, of which one costs their mean. */
typedef struct listed_sums {
  double n, seconds, bytes;
} listed_sums;

/* A second pathway of a projection is of the same synapses. */
static void add_way(const cost_tables *t, const pathway *way, synapse_cost each, partition_cost *cost,
                    listed_sums *listed)
{
  const loligo_projection *projection = &t->network->projections[way->projection];
  const double sources = (double)t->network->populations[way->source].size;
  if (projection->list) {
    const double n = way->number == 0 ? (double)projection->list->n : 0;
    listed->n += n;
    listed->seconds += (double)projection->list->n * each.seconds;
    listed->bytes += (double)projection->list->n * each.bytes;
    return;
  }
  const double n = cost_per_source(t, way, 1) * sources;
  cost->cell.seconds += n * each.seconds;
  cost->cell.bytes += n * each.bytes;
}

static void add_ways(const cost_tables *t, const cost_need *need, partition_cost *costs, listed_sums *listed)
{
  for (size_t p = 0; p < t->network->n_populations; p++) {
    for (size_t table = t->tables.first[p]; table < t->tables.first[p + 1]; table++) {
      if (t->loads[table].synapses <= 0) continue;
      const synapse_cost each = cost_of_synapse(t, need, p, table);
      for (size_t i = t->ways.first[table]; i < t->ways.first[table + 1]; i++) {
        const pathway *way = &t->format->pathways[t->ways.item[i]];
        add_way(t, way, each, &costs[way->target], &listed[way->target]);
      }
    }
  }
}

static void add_cells(const cost_tables *t, const cost_need *need, partition_cost *costs)
{
  for (size_t p = 0; p < t->network->n_populations; p++) {
    costs[p].cell.seconds += seconds_of_steps(t, update_ns(t, p));
    costs[p].cell.bytes += cells_bytes_each(&t->network->populations[p], false);
    costs[p].cell.bytes += sums_bytes_of_cell(t->format, p, need->all_wide);
  }
  for (size_t i = 0; i < t->network->n_inputs; i++) {
    const loligo_input *input = &t->network->inputs[i];
    costs[input->target.population].cell.seconds += seconds_of_steps(t, input_ns(t, input));
  }
}

static void take_means(const listed_sums *listed, size_t n, partition_cost *costs)
{
  for (size_t p = 0; p < n; p++)
    if (listed[p].n > 0)
      costs[p].synapse = (partition_share){listed[p].seconds / listed[p].n, listed[p].bytes / listed[p].n};
}

static loligo_status fill_costs(cost_tables *t, int ranks, partition_costs *costs)
{
  const loligo_network *network = t->network;
  const size_t n = network->n_populations;
  double *cells = memory_allocate(n, sizeof *cells, "decomposition");
  listed_sums *listed = memory_allocate(n, sizeof *listed, "decomposition");
  if (cells && listed) {
    for (size_t p = 0; p < n; p++) cells[p] = (double)network->populations[p].size / ranks;
    const cost_need need = cost_of_rank(t, ranks, cells);
    add_cells(t, &need, costs->of);
    add_ways(t, &need, costs->of, listed);
    take_means(listed, n, costs->of);
  }
  const loligo_status status = cells && listed ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  memory_free(cells);
  memory_free(listed);
  return status;
}

loligo_status cost_of_cells(const loligo_network *network, const cost_setting *setting, int ranks,
                            partition_costs *costs)
{
  fixed_point format = {0};
  cost_tables tables = {0};
  LOLIGO_TRY(partition_costs_init(costs, network));
  loligo_status status = fixed_point_init(&format, network);
  if (status == LOLIGO_OK) status = cost_tables_init(&tables, network, &format, setting);
  if (status == LOLIGO_OK) status = fill_costs(&tables, ranks, costs);
  cost_tables_free(&tables);
  fixed_point_free(&format);
  return status;
}

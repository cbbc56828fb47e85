/*
 * Numbers of everything on a rank, times the bytes of each.
 */
#include "sim/cost_model.h"

#include <math.h>

#include "base/memory.h"
#include "base/random/distribution.h"
#include "loligo/network.h"
#include "model/input/input_model.h"
#include "model/trains.h"
#include "network/edge_list.h"
#include "network/plasticity.h"
#include "network/positions.h"
#include "network/projection.h"
#include "network/rule/rule.h"
#include "network/trials.h"
#include "sim/cells/cells.h"
#include "sim/cells/inputs.h"
#include "sim/layout/ports.h"
#include "sim/layout/sums.h"
#include "sim/plasticity/plastic_table.h"
#include "sim/plasticity/teaching.h"
#include "sim/synapses/calendar.h"
#include "sim/synapses/row_draft.h"
#include "sim/synapses/synapse_word.h"

const cost_setting cost_setting_assumed = {.machine = &machine_assumed};

const char *cost_structure_name(cost_structure structure)
{
  static const char *const names[] = {
#define COST_NAME(NAME, name) name,
      COST_STRUCTURES(COST_NAME)
#undef COST_NAME
  };
  return names[structure];
}

double cost_kept(const cost_need *need)
{
  double sum = 0;
  for (int i = 0; i < COST_COUNT; i++) sum += need->kept[i];
  return sum;
}

double cost_peak(const cost_need *need)
{
  const double kept = cost_kept(need);
  const double later = need->kept[COST_CALENDAR] + need->kept[COST_EXCHANGE] + need->kept[COST_RECORDING];
  const double drafting = kept - later - need->kept[COST_ROUTES] + need->draft_bytes;
  const double asking = kept - later + need->asking_bytes;
  const double writing = kept - need->kept[COST_CALENDAR] + need->writing_bytes;
  return fmax(fmax(kept, writing), fmax(drafting, asking));
}

/* -- what does not depend on the rank -- */

static size_t narrow_count(const fixed_point *format, size_t population)
{
  size_t n = 0;
  for (size_t i = format->first[population]; i < format->first[population + 1]; i++) n += !format->accumulators[i].wide;
  return n;
}

static size_t count_sections(const loligo_network *network, const fixed_point *format)
{
  size_t most = 0;
  for (size_t p = 0; p < network->n_populations; p++)
    if (narrow_count(format, p) > most) most = narrow_count(format, p);
  return most;
}

static size_t n_tables_of(const cost_tables *t)
{
  return t->tables.first[t->network->n_populations];
}

static size_t count_modulated(const loligo_network *network)
{
  size_t n = 0;
  for (size_t i = 0; i < network->n_projections; i++) n += network->projections[i].synapse->modulator_trace != NULL;
  return n;
}

static loligo_status allocate_scratch(cost_tables *t)
{
  t->density = memory_allocate((size_t)t->max_delay + 1, sizeof *t->density, "delays");
  t->mass = memory_allocate((size_t)t->max_delay + 1, sizeof *t->mass, "delays");
  t->words = memory_allocate(n_tables_of(t), sizeof *t->words, "synapse tables");
  t->loads = memory_allocate(n_tables_of(t), sizeof *t->loads, "synapse tables");
  t->blocks = memory_allocate(t->n_sections, sizeof *t->blocks, "blocks of ports");
  t->sent = memory_allocate(t->network->n_populations, sizeof *t->sent, "spike exchange");
  t->modulated = memory_allocate(count_modulated(t->network), sizeof *t->modulated, "synapse tables");
  return t->modulated && t->density && t->mass && t->words && t->loads && t->blocks && t->sent ? LOLIGO_OK
                                                                                               : LOLIGO_MACHINE_ERROR;
}

loligo_status cost_tables_init(cost_tables *t, const loligo_network *network, const fixed_point *format,
                               const cost_setting *setting)
{
  int64_t min_delay;
  *t = (cost_tables){.network = network, .format = format, .setting = *setting};
  t->n_sections = count_sections(network, format);
  loligo_network_delay_range(network, &min_delay, &t->max_delay);
  LOLIGO_TRY(synapses_init(&t->tables, network));
  LOLIGO_TRY(allocate_scratch(t));
  exchange_count_sent(network, t->sent);
  return synapses_group_ways(&t->tables, format, &t->ways);
}

void cost_tables_free(cost_tables *t)
{
  if (t->tables.first) synapses_free(&t->tables);
  grouping_free(&t->ways);
  memory_free(t->density);
  memory_free(t->mass);
  memory_free(t->words);
  memory_free(t->loads);
  memory_free(t->blocks);
  memory_free(t->sent);
  memory_free(t->modulated);
  *t = (cost_tables){0};
}

double cost_rate(const cost_setting *setting, size_t population)
{
  return setting->rates ? setting->rates[population] : MACHINE_RATE;
}

exchange_load cost_exchange_load(const cost_tables *t, int ranks)
{
  const double interval = (double)exchange_interval(t->network) * t->network->dt;
  return exchange_expected(t->network, ranks, t->sent, interval, t->setting.rates);
}

const exchange_method *cost_exchange_method(const cost_tables *t, int ranks)
{
  const char *name = t->setting.exchange;
  const exchange_method *named = name ? exchange_method_find(name) : NULL;
  if (named) return named;
  exchange_load load = cost_exchange_load(t, ranks);
  load.rate = MACHINE_RATE;
  return exchange_cheapest(&load, t->setting.machine);
}

double cost_per_source(const cost_tables *t, const pathway *way, double targets)
{
  return rule_synapses_per_pair(t->network, &t->network->projections[way->projection]) * targets;
}

/* -- blocks of ports -- */

/** A rank whose need is being worked out. */
typedef struct reckoning {
  cost_tables *tables;
  int ranks;
  const double *cells; /* [populations] */
  cost_need need;
  double events;     /* per ms */
  double under_way;  /* events, on average */
  double rows;       /* of all tables */
  double heard;      /* sources with a synapse here, in rows or packed */
  double delay_runs; /* of all tables */
  double words;
  size_t n_modulators;
} reckoning;

/* The k-th narrow accumulators of all populations, which are numbered one behind the other, are a section. */
static bool needs_too_many_blocks(const reckoning *r)
{
  const cost_tables *t = r->tables;
  double sum = 0;
  for (size_t k = 0; k < t->n_sections; k++) t->blocks[k] = 0;
  for (size_t p = 0; p < t->network->n_populations; p++)
    for (size_t k = 0; k < narrow_count(t->format, p); k++) t->blocks[k] += r->cells[p];
  for (size_t k = 0; k < t->n_sections; k++) sum += t->blocks[k] = ceil(t->blocks[k] / BLOCK_PORTS);
  return sum > PORT_BLOCKS;
}

/* Place of an accumulator among the narrow ones of its population. */
static size_t section_of(const fixed_point *format, size_t accumulator)
{
  size_t k = 0;
  for (size_t i = format->first[format->accumulators[accumulator].population]; i < accumulator; i++)
    k += !format->accumulators[i].wide;
  return k;
}

/* -- rows and delay runs -- */

static double per_source(const reckoning *r, const pathway *way)
{
  return cost_per_source(r->tables, way, r->cells[way->target]);
}

static int64_t to_step(const cost_tables *t, double ms)
{
  const double step = ms / t->network->dt + 0.5;
  return step < 1 ? 1 : step < (double)t->max_delay ? (int64_t)step : t->max_delay;
}

static bool is_same(const loligo_distribution *a, const loligo_distribution *b)
{
  return a->kind == b->kind && a->mean == b->mean && a->std == b->std && a->low == b->low && a->high == b->high;
}

/* Projections often follow one another that have the same delays. */
static void find_mass(cost_tables *t, const loligo_distribution *delay, int64_t first, int64_t last)
{
  double before = 0;
  if (t->mass_of && is_same(delay, t->mass_of)) return;
  for (int64_t step = first; step <= last; step++) {
    const double below = step == last ? 1 : distribution_below(delay, ((double)step + 0.5) * t->network->dt);
    t->mass[step] = below - before;
    before = below;
  }
  t->mass_of = delay;
}

/* Adds synapses of a pathway, that many per row, to the density; listed ones as if they had one delay. */
static void add_density(cost_tables *t, const pathway *way, double each)
{
  const loligo_projection *projection = &t->network->projections[way->projection];
  const distribution_range range = distribution_range_of(projection->delay);
  const int64_t first = to_step(t, range.low), last = to_step(t, range.high);
  if (projection->rule->lists_edges || first == last) {
    t->density[first] += each;
    return;
  }
  find_mass(t, projection->delay, first, last);
  for (int64_t step = first; step <= last; step++) t->density[step] += each * t->mass[step];
}

/* Expected delay runs per row of what the density says, spread over some blocks; leaves it empty. */
static double take_runs(const cost_tables *t, double blocks)
{
  double runs = 0;
  for (int64_t step = 0; step <= t->max_delay; step++) {
    if (t->density[step] > 0) runs -= blocks * expm1(-t->density[step] / blocks);
    t->density[step] = 0;
  }
  return runs;
}

static bool goes_to_section(const reckoning *r, const pathway *way, size_t section)
{
  const accumulator_range *some = &way->sums[way->sums[POSITIVE].n ? POSITIVE : NEGATIVE];
  return !way->wide && section_of(r->tables->format, some->first) == section;
}

static const pathway *way_of_table(const reckoning *r, size_t i)
{
  return &r->tables->format->pathways[r->tables->ways.item[i]];
}

static double narrow_runs(const reckoning *r, size_t first, size_t end)
{
  double runs = 0;
  for (size_t k = 0; k < r->tables->n_sections; k++) {
    for (size_t i = first; i < end; i++)
      if (goes_to_section(r, way_of_table(r, i), k))
        add_density(r->tables, way_of_table(r, i), per_source(r, way_of_table(r, i)));
    runs += take_runs(r->tables, r->tables->blocks[k]);
  }
  return runs;
}

static double wide_runs(const reckoning *r, size_t first, size_t end)
{
  for (size_t i = first; i < end; i++)
    if (way_of_table(r, i)->wide || r->need.all_wide)
      add_density(r->tables, way_of_table(r, i), per_source(r, way_of_table(r, i)));
  return take_runs(r->tables, 1);
}

/* Adds the synapses of one pathway; returns their words per row. */
static double add_way(reckoning *r, const pathway *way)
{
  const loligo_projection *projection = &r->tables->network->projections[way->projection];
  const double n_sources = (double)r->tables->network->populations[way->source].size;
  const double each = per_source(r, way), rate = cost_rate(&r->tables->setting, way->source);
  const double events = each * n_sources * rate / 1000;
  const double delay = projection->rule->lists_edges ? 0 : distribution_range_of(projection->delay).mean;
  if (way->number == 0) r->need.synapses += each * n_sources;
  r->events += events;
  r->under_way += events * delay;
  return each * synapse_words(way->wide || r->need.all_wide);
}

/** What is to be in a table on this rank, as `synapses` chooses by it how to store them. */
typedef struct expected_table {
  table_load load;
  double low, high;    /* ms, delays of narrow synapses */
  double narrow_cells; /* that these reach */
} expected_table;

static void expect_way(const reckoning *r, const pathway *way, expected_table *table)
{
  const double n = per_source(r, way) * (double)table->load.n_sources;
  if (way->wide || r->need.all_wide) {
    table->load.wide += n;
    return;
  }
  const distribution_range delays = projection_delays(&r->tables->network->projections[way->projection]);
  const bool first = table->load.narrow == 0;
  table->low = first ? delays.low : fmin(delays.low, table->low);
  table->high = first ? delays.high : fmax(delays.high, table->high);
  table->load.narrow += n;
  table->narrow_cells += r->cells[way->target];
}

static expected_table expect_table(const reckoning *r, size_t first, size_t end, uint64_t n_sources)
{
  expected_table table = {.load = {.n_sources = n_sources}};
  for (size_t i = first; i < end; i++) expect_way(r, way_of_table(r, i), &table);
  table.load.n_delays = (uint64_t)((table.high - table.low) / r->tables->network->dt + 1.5);
  table.load.n_blocks = (uint64_t)ceil(table.narrow_cells / BLOCK_PORTS);
  return table;
}

/* Rows of the synapses of a table, of which the narrow ones are packed or not; returns how many delays a source has. */
static double add_rows(reckoning *r, size_t first, size_t end, double n_sources, bool packs)
{
  const double wide = wide_runs(r, first, end), narrow = r->need.all_wide ? 0 : narrow_runs(r, first, end);
  double each = 0;
  for (size_t i = first; i < end; i++) {
    const pathway *way = way_of_table(r, i);
    if (!packs || way->wide || r->need.all_wide) each += per_source(r, way);
  }
  r->rows -= n_sources * expm1(-each);
  r->delay_runs += n_sources * (packs ? wide : wide + narrow);
  if (each > 0) r->need.kept[COST_INDEX] += row_index_bytes(n_sources);
  return wide + narrow;
}

/* Numbers that each synapse of a pathway draws; further pathways are of the same synapses. */
static double draws_of(const reckoning *r, const pathway *way)
{
  const loligo_projection *projection = &r->tables->network->projections[way->projection];
  if (way->number > 0 || projection->rule->lists_edges) return 0;
  return (projection->weight->kind != LOLIGO_CONSTANT) + (projection->delay->kind != LOLIGO_CONSTANT);
}

static bool is_distinct(const reckoning *r, const pathway *way)
{
  return way->number == 0 && rule_draws_distinct(&r->tables->network->projections[way->projection]);
}

static void add_table(reckoning *r, size_t table, size_t population)
{
  const size_t first = r->tables->ways.first[table], end = r->tables->ways.first[table + 1];
  const uint64_t n_sources = r->tables->network->populations[population].size;
  double words = 0, each = 0, drawn = 0, distinct = 0;
  for (size_t i = first; i < end; i++) {
    const pathway *way = way_of_table(r, i);
    words += add_way(r, way) * (double)n_sources;
    each += per_source(r, way);
    drawn += per_source(r, way) * draws_of(r, way) * (double)n_sources;
    distinct += per_source(r, way) * is_distinct(r, way) * (double)n_sources;
  }
  cost_table *load = &r->tables->loads[table];
  *load = (cost_table){
      .sources = (double)n_sources, .synapses = each * (double)n_sources, .drawn = drawn, .distinct = distinct};
  load->heard = -(double)n_sources * expm1(-each);
  r->heard += load->heard;
  r->tables->words[table] = 0;
  if (words == 0) return;
  const expected_table expected = expect_table(r, first, end, n_sources);
  const packed_shape shape = synapses_best_shape(&expected.load);
  if (shape.halves) {
    words = expected.load.wide * synapse_words(true);
    load->packed = expected.load.narrow;
    r->need.kept[COST_PACKED] += packed_bytes(&shape, n_sources, load->packed);
  }
  load->runs = (double)n_sources * add_rows(r, first, end, (double)n_sources, shape.halves > 0);
  load->slots = (double)expected.load.n_delays;
  r->tables->words[table] = words;
  r->words += words;
}

static void add_tables(reckoning *r)
{
  const synapses *tables = &r->tables->tables;
  for (size_t p = 0; p < r->tables->network->n_populations; p++)
    for (size_t table = tables->first[p]; table < tables->first[p + 1]; table++) add_table(r, table, p);
  r->need.kept[COST_SYNAPSES] = rows_bytes(r->words, 0, 0);
  r->need.kept[COST_DELAY_RUNS] = rows_bytes(0, r->delay_runs, 0);
  r->need.kept[COST_ROWS] = rows_bytes(0, 0, r->rows);
  r->need.draft_bytes = row_draft_bytes_beyond(r->tables->words, n_tables_of(r->tables));
  const double short_part = calendar_short_part(r->words / fmax(r->delay_runs, 1));
  r->need.kept[COST_CALENDAR] = calendar_bytes((double)r->tables->max_delay, r->under_way * short_part,
                                               r->under_way * (1 - short_part) * r->rows / fmax(r->words, 1));
}

static double modulator_tau(const loligo_projection *projection)
{
  return plasticity_param(projection, projection->synapse->modulator_trace->tau);
}

/* Whether what is kept of the modulator of one will do for another. */
static bool share_modulator(const loligo_projection *a, const loligo_projection *b)
{
  return plasticity_modulator(a) == plasticity_modulator(b) && modulator_tau(a) == modulator_tau(b);
}

/* All of a modulator's cells are heard, and its spikes kept, once for all projections of which it is that alike. */
static void add_modulator(reckoning *r, const loligo_projection *projection)
{
  for (size_t i = 0; i < r->n_modulators; i++)
    if (share_modulator(r->tables->modulated[i], projection)) return;
  r->tables->modulated[r->n_modulators++] = projection;
  const double cells = (double)r->tables->network->populations[plasticity_modulator(projection)].size;
  r->heard += cells;
  r->need.kept[COST_INDEX] += row_index_bytes(cells);
  r->need.kept[COST_PLASTIC] += modulator_bytes(r->tables->max_delay);
}

/* Synapses of a plastic pathway, with what is remembered of their targets. */
static void add_plastic_way(reckoning *r, const pathway *way)
{
  const loligo_projection *projection = &r->tables->network->projections[way->projection];
  const synapse_model *model = projection->synapse;
  const double n_sources = (double)r->tables->network->populations[way->source].size, cells = r->cells[way->target];
  const double each = per_source(r, way), rows = n_sources * -expm1(-each);
  if (each == 0) return;
  add_way(r, way);
  add_density(r->tables, way, each);
  const double segments = n_sources * take_runs(r->tables, ceil(cells / (1 << TARGET_BLOCK_BITS)));
  r->heard += rows;
  r->need.kept[COST_INDEX] += 2 * row_index_bytes(n_sources);
  r->need.kept[COST_PLASTIC] += plastic_table_bytes(r->tables->network, projection, each * n_sources, segments, rows);
  if (model->kind == SYNAPSE_PLASTIC)
    r->need.kept[COST_PLASTIC] += cells * spike_archive_bytes_each(model->n_target_traces == SYNAPSE_MAX_TRACES);
  if (model->modulator_trace) add_modulator(r, projection);
}

/* What is kept of cells that are taught. */
static void add_taught(reckoning *r)
{
  const loligo_network *network = r->tables->network;
  if (trials_steps(network) == 0) return;
  for (size_t p = 0; p < network->n_populations; p++)
    if (trials_teach_population(network, p)) r->need.kept[COST_PLASTIC] += teaching_bytes(network, p, r->cells[p]);
}

static void add_plastic(reckoning *r)
{
  const grouping *ways = &r->tables->ways;
  const size_t table = n_tables_of(r->tables);
  for (size_t i = ways->first[table]; i < ways->first[table + 1]; i++) add_plastic_way(r, way_of_table(r, i));
  add_taught(r);
}

/* -- cells, and who listens -- */

static void add_cells(reckoning *r)
{
  const loligo_network *network = r->tables->network;
  for (size_t p = 0; p < network->n_populations; p++) {
    r->need.kept[COST_CELLS] += r->cells[p] * cells_bytes_each(&network->populations[p], false);
    r->need.kept[COST_SUMS] += r->cells[p] * sums_bytes_of_cell(r->tables->format, p, r->need.all_wide);
  }
  for (size_t i = 0; i < network->n_inputs; i++)
    r->need.kept[COST_CELLS] +=
        r->cells[network->inputs[i].target.population] * inputs_bytes_each(network, &network->inputs[i]);
}

/* Expected synapses from a cell onto each rank, of some pathways from its population. */
static double synapses_per_rank(const reckoning *r, size_t population, size_t table)
{
  double synapses = 0;
  for (size_t i = r->tables->ways.first[table]; i < r->tables->ways.first[table + 1]; i++) {
    const pathway *way = way_of_table(r, i);
    const double share = r->cells[way->target] / fmax(1, (double)r->tables->network->populations[way->target].size);
    if (share > 0 && way->source == population) synapses += per_source(r, way) / share / r->ranks;
  }
  return synapses;
}

/* Expected ranks that listen to a cell of each population, if targets are spread evenly; times its cells here. */
static double count_listeners(const reckoning *r)
{
  double sum = 0;
  const synapses *tables = &r->tables->tables;
  for (size_t p = 0; p < r->tables->network->n_populations; p++) {
    double synapses = synapses_per_rank(r, p, n_tables_of(r->tables));
    for (size_t table = tables->first[p]; table < tables->first[p + 1]; table++)
      synapses += synapses_per_rank(r, p, table);
    sum -= r->cells[p] * r->ranks * expm1(-synapses);
  }
  return sum;
}

static void add_exchange(reckoning *r, double n_cells)
{
  r->need.kept[COST_PROCESS] = machine_process_bytes(r->tables->setting.machine, r->ranks);
  r->need.kept[COST_EXCHANGE] = exchange_bytes(r->ranks);
  if (!cost_exchange_method(r->tables, r->ranks)->needs_routes) return;
  const double listeners = count_listeners(r);
  r->need.kept[COST_ROUTES] = routes_bytes(n_cells, listeners, r->ranks);
  r->need.asking_bytes = routes_asking_bytes(r->heard, listeners);
}

/* -- lists -- */

static double bytes_of_list(const loligo_distribution *values)
{
  return (double)values->n_values * sizeof *values->values;
}

/* The part of a population's cells that a rank holds. */
static double share_of(const reckoning *r, size_t population)
{
  return r->cells[population] / fmax(1, (double)r->tables->network->populations[population].size);
}

/* As they were given, and as they are looked up: a rank has those of its cells, or the one of all cells. */
static double bytes_of_trains(const reckoning *r, size_t population, size_t n_times, const uint64_t *owners)
{
  const double n = (double)n_times * (owners ? share_of(r, population) : 1);
  return n * (sizeof(double) + (owners ? sizeof *owners : 0)) + trains_bytes(n);
}

/* Values of the rank's own cells; positions and what a model lists are on every rank. */
static double lists_of_population(const reckoning *r, size_t population)
{
  const loligo_population *p = &r->tables->network->populations[population];
  const loligo_param_table *table = &p->model->params;
  const double share = share_of(r, population);
  double bytes = (double)positions_bytes(p) + bytes_of_trains(r, population, p->n_times, p->owners);
  for (size_t i = 0; i < table->n; i++)
    bytes += bytes_of_list(&p->params[i]) * (table->rows[i].type == LOLIGO_PARAM_LIST ? 1 : share);
  for (size_t v = 0; v < p->model->n_variables; v++) bytes += share * bytes_of_list(&p->init[v]);
  return bytes;
}

static double lists_of_input(const reckoning *r, const loligo_input *input)
{
  double bytes = bytes_of_trains(r, input->target.population, input->n_times, input->owners);
  for (size_t i = 0; i <= input->model->params.n; i++)
    bytes += share_of(r, input->target.population) * bytes_of_list(&input->each[i]);
  return bytes;
}

static double edges_of(const reckoning *r, const loligo_projection *projection)
{
  return projection->list ? share_of(r, projection->target) * (double)projection->list->n * sizeof(loligo_edge) : 0;
}

static void add_lists(reckoning *r)
{
  const loligo_network *network = r->tables->network;
  double bytes = 0;
  for (size_t p = 0; p < network->n_populations; p++) bytes += lists_of_population(r, p);
  for (size_t i = 0; i < network->n_inputs; i++) bytes += lists_of_input(r, &network->inputs[i]);
  for (size_t i = 0; i < network->n_changes; i++)
    bytes += share_of(r, network->changes[i].cells.population) * bytes_of_list(&network->changes[i].value);
  for (size_t i = 0; i < network->n_projections; i++) bytes += edges_of(r, &network->projections[i]);
  r->need.kept[COST_LISTS] = bytes;
}

static void add_recording(reckoning *r)
{
  const cost_setting *setting = &r->tables->setting;
  const cost_recording *recording = &setting->recording;
  if (!recording->records) return;
  const cost_records records = recording->records(recording->self, setting->rates, r->ranks, r->cells);
  r->need.kept[COST_RECORDING] = records.kept;
  r->need.writing_bytes = records.passing;
}

cost_need cost_of_rank(cost_tables *tables, int ranks, const double *cells)
{
  reckoning r = {.tables = tables, .ranks = ranks, .cells = cells};
  double n_cells = 0;
  for (size_t p = 0; p < tables->network->n_populations; p++) n_cells += cells[p];
  r.need.all_wide = needs_too_many_blocks(&r);
  add_cells(&r);
  add_tables(&r);
  add_plastic(&r);
  add_exchange(&r, n_cells);
  add_lists(&r);
  add_recording(&r);
  return r.need;
}

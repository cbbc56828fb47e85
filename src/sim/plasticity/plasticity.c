/*
 * A spike waits as one entry, the segment that it reaches next; delivering that moves it on to the row's next one.
 */
#include "sim/plasticity/plasticity.h"

#include <math.h>

#include "base/memory.h"
#include "network/plasticity.h"
#include "network/projection.h"
#include "network/rule/rule.h"
#include "network/trials.h"
#include "sim/plasticity/descent.h"
#include "sim/plasticity/online.h"
#include "sim/plasticity/plastic_build.h"
#include "sim/plasticity/release.h"
#include "sim/plasticity/visit.h"

enum { INITIAL_ENTRIES = 16, FEW_BUCKETS = 64, STEPS_WITHOUT_LIMIT = 1 << 30 };

/* Whether a projection has synapses whose weights change. */
static bool is_plastic(const loligo_network *network, const loligo_projection *projection)
{
  const rule_context context = rule_context_of(network, projection);
  return projection->synapse->kind == SYNAPSE_PLASTIC && projection->rule->expected(&context) > 0;
}

/* Whether it has a modulator. */
static bool is_modulated(const loligo_network *network, const loligo_projection *projection)
{
  return projection->synapse->modulator_trace && is_plastic(network, projection);
}

/* The least dendritic delay of the projections that are meant. */
static int64_t least_dendritic(const loligo_network *network,
                               bool (*is_meant)(const loligo_network *network, const loligo_projection *projection))
{
  int64_t least = STEPS_WITHOUT_LIMIT;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (!is_meant(network, projection)) continue;
    const int64_t steps = plasticity_least_dendritic(network, projection, projection_delays(projection));
    least = steps < least ? steps : least;
  }
  return least;
}

int64_t plasticity_max_rows(const loligo_network *network)
{
  const int64_t least = least_dendritic(network, is_plastic);
  return least > 0 ? 2 * least : 1;
}

int64_t plasticity_max_interval(const loligo_network *network)
{
  return least_dendritic(network, is_modulated);
}

/* -- building -- */

static void find_rates(const loligo_network *network, const loligo_projection *projection, const synapse_trace *traces,
                       size_t n, double *rate)
{
  for (size_t k = 0; k < n; k++) rate[k] = network->dt / plasticity_param(projection, traces[k].tau);
}

static synapse_pairing pairing_of(const loligo_projection *projection)
{
  return (synapse_pairing)plasticity_param(projection, SYNAPSE_PAIRING);
}

static bool keeps(const spike_archive *archive, size_t population, synapse_pairing pairing, const double *rate)
{
  return archive->population == population && archive->pairing == pairing && archive->rate[0] == rate[0] &&
         archive->rate[1] == rate[1];
}

static spike_archive *find_archive(const plasticity *plasticity, size_t population, synapse_pairing pairing,
                                   const double *rate)
{
  for (size_t i = 0; i < plasticity->n_archives; i++)
    if (keeps(&plasticity->archives[i], population, pairing, rate)) return &plasticity->archives[i];
  return NULL;
}

static loligo_status share_archive(plasticity *plasticity, const loligo_projection *projection, plastic_table *table)
{
  const synapse_model *model = projection->synapse;
  const size_t target = projection->target;
  double rate[SYNAPSE_MAX_TRACES] = {0};
  table->pairing = pairing_of(projection);
  find_rates(plasticity->network, projection, model->target_traces, model->n_target_traces, rate);
  table->archive = find_archive(plasticity, target, table->pairing, rate);
  if (table->archive) return LOLIGO_OK;
  table->archive = &plasticity->archives[plasticity->n_archives++];
  return spike_archive_init(table->archive, target, table->pairing, rate, plasticity->cells->groups[target].n);
}

/* All spikes of the modulator are heard here. */
static loligo_status listen_to_modulator(const loligo_network *network, size_t population, synapses *synapses)
{
  row_index *listened = &synapses->plastic[population];
  if (!listened->present) LOLIGO_TRY(row_index_init(listened, network->populations[population].size));
  for (uint64_t i = 0; i < listened->n; i++) row_index_mark(listened, i);
  row_index_seal(listened);
  return LOLIGO_OK;
}

static loligo_status share_modulator(plasticity *plasticity, const loligo_projection *projection, plastic_table *table,
                                     synapses *synapses)
{
  const loligo_network *network = plasticity->network;
  const size_t population = plasticity_modulator(projection);
  double rate;
  find_rates(network, projection, table->model->modulator_trace, 1, &rate);
  for (size_t i = 0; i < plasticity->n_modulators && !table->modulator; i++) {
    const modulator *known = &plasticity->modulators[i];
    if (known->population == population && known->rate == rate) table->modulator = known;
  }
  if (table->modulator) return LOLIGO_OK;
  modulator *made = &plasticity->modulators[plasticity->n_modulators++];
  table->modulator = made;
  LOLIGO_TRY(modulator_init(made, population, rate, plasticity->max_delay));
  return listen_to_modulator(network, population, synapses);
}

static uint64_t first_port_of(const port_layout *ports, const pathway *way)
{
  const accumulator_range *sums = &way->sums[way->sums[POSITIVE].n ? POSITIVE : NEGATIVE];
  return sums->n ? ports->ranges[sums->first].first : 0;
}

static loligo_status build_table(plasticity *plasticity, const connect_plan *plan, size_t way, synapses *synapses)
{
  const pathway *from = &plan->ports->format->pathways[way];
  const loligo_projection *projection = &plan->network->projections[from->projection];
  plastic_table *table = &plasticity->tables[plasticity->n_tables++];
  *table = (plastic_table){.way = way,
                           .projection = from->projection,
                           .source = from->source,
                           .model = projection->synapse,
                           .dt = plan->network->dt,
                           .dendritic = -1,
                           .sign = projection->plasticity->wmax < 0 ? -1 : 1,
                           .bounds = plastic_bounds(projection),
                           .store = plastic_store(plan->network, projection),
                           .learns_at_spikes = trials_teach_at_spikes(projection),
                           .first_port = first_port_of(plan->ports, from)};
  if (!isnan(projection->plasticity->dendritic_delay))
    table->dendritic = plasticity_dendritic(plan->network, projection, 0);
  LOLIGO_TRY(table->model->derive(projection->plasticity->params, table->constant));
  find_rates(plan->network, projection, table->model->source_traces, table->model->n_source_traces, table->rate);
  if (table->model->kind == SYNAPSE_PLASTIC) LOLIGO_TRY(share_archive(plasticity, projection, table));
  if (is_modulated(plan->network, projection)) LOLIGO_TRY(share_modulator(plasticity, projection, table, synapses));
  return plastic_table_build(plan, table);
}

static size_t count_tables(const loligo_network *network)
{
  size_t n = 0;
  for (size_t i = 0; i < network->n_projections; i++) n += network->projections[i].plasticity != NULL;
  return n;
}

static void mark_listeners(const plastic_table *table, row_index *listened)
{
  for (uint64_t source = 0; source < table->index.n; source++)
    if (row_index_has(&table->index, source)) row_index_mark(listened, source);
}

static loligo_status build_of_source(plasticity *plasticity, const connect_plan *plan, size_t source,
                                     synapses *synapses)
{
  const fixed_point *format = plan->ports->format;
  plasticity->first[source] = plasticity->n_tables;
  for (size_t way = 0; way < format->n_pathways; way++) {
    const pathway *from = &format->pathways[way];
    if (from->source != source || !plan->network->projections[from->projection].plasticity) continue;
    LOLIGO_TRY(build_table(plasticity, plan, way, synapses));
    const plastic_table *table = &plasticity->tables[plasticity->n_tables - 1];
    plasticity->n_synapses += table->n_synapses;
    row_index *listened = &synapses->plastic[source];
    if (!listened->present) LOLIGO_TRY(row_index_init(listened, plan->network->populations[source].size));
    mark_listeners(table, listened);
    row_index_seal(listened);
  }
  return LOLIGO_OK;
}

static loligo_status build_tables(plasticity *plasticity, const connect_plan *plan, synapses *synapses)
{
  const size_t n = count_tables(plan->network), n_populations = plan->network->n_populations;
  plasticity->tables = memory_allocate(n, sizeof *plasticity->tables, "plastic synapses");
  plasticity->archives = memory_allocate(n, sizeof *plasticity->archives, "plastic synapses");
  plasticity->modulators = memory_allocate(n, sizeof *plasticity->modulators, "plastic synapses");
  plasticity->first = memory_allocate(n_populations + 1, sizeof *plasticity->first, "plastic synapses");
  if (!plasticity->tables || !plasticity->archives || !plasticity->modulators || !plasticity->first)
    return LOLIGO_MACHINE_ERROR;
  for (size_t p = 0; p < n_populations; p++) LOLIGO_TRY(build_of_source(plasticity, plan, p, synapses));
  plasticity->first[n_populations] = plasticity->n_tables;
  synapses->n_synapses += plasticity->n_synapses;
  return LOLIGO_OK;
}

loligo_status plasticity_init(plasticity *plasticity, const connect_plan *plan, int64_t max_delay, synapses *synapses)
{
  *plasticity = (struct plasticity){
      .network = plan->network, .cells = plan->cells, .max_delay = max_delay, .n_buckets = FEW_BUCKETS};
  if (count_tables(plan->network) == 0) return LOLIGO_OK;
  while (plasticity->n_buckets <= max_delay) plasticity->n_buckets *= 2;
  plasticity->buckets =
      memory_allocate((size_t)plasticity->n_buckets, sizeof *plasticity->buckets, "spikes to plastic synapses");
  return plasticity->buckets ? build_tables(plasticity, plan, synapses) : LOLIGO_MACHINE_ERROR;
}

static void destroy_sampler(loligo_weight_sampler *sampler)
{
  weight_sampler_free(sampler);
  memory_free(sampler);
}

void plasticity_free(plasticity *plasticity)
{
  for (size_t t = 0; t < plasticity->n_tables; t++) plastic_table_free(&plasticity->tables[t]);
  for (size_t i = 0; i < plasticity->n_archives; i++) spike_archive_free(&plasticity->archives[i]);
  for (size_t i = 0; i < plasticity->n_modulators; i++) modulator_free(&plasticity->modulators[i]);
  for (int64_t i = 0; plasticity->buckets && i < plasticity->n_buckets; i++)
    memory_free(plasticity->buckets[i].entries);
  for (size_t i = 0; i < plasticity->n_samplers; i++) destroy_sampler(plasticity->samplers[i]);
  memory_free(plasticity->samplers);
  memory_free(plasticity->tables);
  memory_free(plasticity->archives);
  memory_free(plasticity->modulators);
  memory_free(plasticity->first);
  memory_free(plasticity->buckets);
  *plasticity = (struct plasticity){0};
}

loligo_status plasticity_begin(plasticity *plasticity, const connect_plan *plan, int64_t step)
{
  plasticity->n_events = plasticity->n_changes_before = 0;
  for (size_t i = 0; i < plasticity->n_samplers; i++) loligo_weight_sampler_clear(plasticity->samplers[i]);
  for (int64_t i = 0; plasticity->buckets && i < plasticity->n_buckets; i++) plasticity->buckets[i].n = 0;
  for (size_t i = 0; i < plasticity->n_archives; i++) spike_archive_clear(&plasticity->archives[i]);
  for (size_t i = 0; i < plasticity->n_modulators; i++) plasticity->modulators[i].n = 0;
  for (size_t t = 0; t < plasticity->n_tables; t++) {
    plasticity->tables[t].n_changes = 0;
    plastic_table_begin(&plasticity->tables[t], step);
    LOLIGO_TRY(plastic_table_reset_weights(plan, &plasticity->tables[t]));
  }
  return LOLIGO_OK;
}

static plastic_table *find_table(const plasticity *plasticity, size_t projection)
{
  for (size_t t = 0; t < plasticity->n_tables; t++)
    if (plasticity->tables[t].projection == projection) return &plasticity->tables[t];
  return NULL;
}

const plastic_table *plasticity_table(const plasticity *plasticity, size_t projection)
{
  return find_table(plasticity, projection);
}

loligo_status plasticity_sample(plasticity *plasticity, const loligo_weight_sampler_spec *spec,
                                loligo_weight_sampler **sampler)
{
  const loligo_projection *projection = &plasticity->network->projections[spec->projection];
  LOLIGO_TRY(memory_grow((void **)&plasticity->samplers, &plasticity->samplers_capacity, plasticity->n_samplers + 1,
                         sizeof *plasticity->samplers, "samplers"));
  loligo_weight_sampler *made = memory_allocate(1, sizeof *made, "samplers");
  if (!made) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = weight_sampler_init(made, spec, find_table(plasticity, spec->projection),
                                                   &plasticity->cells->groups[projection->target]);
  if (status != LOLIGO_OK) {
    destroy_sampler(made);
    return status;
  }
  *sampler = plasticity->samplers[plasticity->n_samplers++] = made;
  return LOLIGO_OK;
}

/* -- spikes of sources -- */

static loligo_status push(plasticity *plasticity, int64_t step, plastic_entry entry)
{
  plastic_bucket *bucket = &plasticity->buckets[step & (plasticity->n_buckets - 1)];
  if (bucket->n == bucket->capacity)
    LOLIGO_TRY(memory_grow((void **)&bucket->entries, &bucket->capacity, bucket->n + INITIAL_ENTRIES,
                           sizeof *bucket->entries, "spikes to plastic synapses"));
  bucket->entries[bucket->n++] = entry;
  return LOLIGO_OK;
}

/* A spike of a checkpoint had reached a segment, whose state may be behind it already. */
static void catch_up(const plastic_table *table, plastic_segment *segment, int64_t stamp)
{
  const int64_t now = segment_act(table, segment, stamp);
  if (table->model->kind == SYNAPSE_DESCENT || (segment->is_saved && now <= segment->last)) return;
  segment->is_saved = false;
  if (table->archive)
    visit_count(table, segment, now);
  else
    release_count(table, segment, now);
}

/* Enters the first segment of a row that a spike reaches after a step. */
static loligo_status add_to(plasticity *plasticity, uint32_t t, uint64_t source, int64_t stamp, int64_t step)
{
  plastic_table *table = &plasticity->tables[t];
  if (!row_index_has(&table->index, source)) return LOLIGO_OK;
  const int64_t row = row_index_find(&table->index, source);
  if (table->model->kind == SYNAPSE_DESCENT) LOLIGO_TRY(spike_log_add(&table->log, (uint32_t)row, stamp));
  for (uint32_t s = table->row[row]; s < table->row[row + 1]; s++) {
    plastic_segment *segment = &table->segments[s];
    if (stamp + segment->delay > step) return push(plasticity, stamp + segment->delay, (plastic_entry){t, s});
    catch_up(table, segment, stamp);
  }
  return LOLIGO_OK;
}

loligo_status plasticity_add(plasticity *plasticity, size_t population, uint64_t source, int64_t stamp, int64_t step)
{
  for (size_t t = plasticity->first[population]; t < plasticity->first[population + 1]; t++)
    LOLIGO_TRY(add_to(plasticity, (uint32_t)t, source, stamp, step));
  for (size_t i = 0; i < plasticity->n_modulators; i++)
    if (plasticity->modulators[i].population == population && stamp > step)
      modulator_add(&plasticity->modulators[i], stamp);
  return LOLIGO_OK;
}

static void deliver(plastic_table *table, plastic_segment *segment, int64_t step, int64_t *sums)
{
  if (table->archive)
    visit_deliver(table, segment, step, sums);
  else if (table->learns_at_spikes)
    online_deliver(table, segment, step, sums);
  else if (table->model->kind == SYNAPSE_DESCENT)
    descent_deliver(table, segment, sums);
  else
    release_deliver(table, segment, step, sums);
}

loligo_status plasticity_deliver(plasticity *plasticity, int64_t step, sum_row *row)
{
  plastic_bucket *bucket = &plasticity->buckets[step & (plasticity->n_buckets - 1)];
  for (size_t i = 0; i < plasticity->n_samplers; i++)
    LOLIGO_TRY(weight_sampler_take(plasticity->samplers[i], step - 1));
  for (size_t i = 0; i < bucket->n; i++) {
    const plastic_entry entry = bucket->entries[i];
    plastic_table *table = &plasticity->tables[entry.table];
    plastic_segment *segment = &table->segments[entry.segment];
    deliver(table, segment, step, row->wide);
    plasticity->n_events += segment->count;
    if (segment->is_last) continue;
    LOLIGO_TRY(
        push(plasticity, step + segment[1].delay - segment->delay, (plastic_entry){entry.table, entry.segment + 1}));
  }
  bucket->n = 0;
  return LOLIGO_OK;
}

/* -- spikes of targets -- */

static void sweep(plastic_table *table, int64_t known)
{
  if (!table->archive || known <= table->swept) return;
  for (uint32_t s = 0; s < table->n_segments; s++) visit_sweep(table, &table->segments[s], known);
  table->swept = known;
}

void plasticity_sweep(const plasticity *plasticity, int64_t known)
{
  for (size_t t = 0; t < plasticity->n_tables; t++) sweep(&plasticity->tables[t], known);
}

uint64_t plasticity_changes(const plasticity *plasticity)
{
  uint64_t sum = plasticity->n_changes_before;
  for (size_t t = 0; t < plasticity->n_tables; t++) sum += plasticity->tables[t].n_changes;
  return sum;
}

static size_t count_spikes(const spike_archive *archive, const cell_signal *found, size_t n)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += found[i].at.population == archive->population && found[i].signal == 0;
  return count;
}

/* Whether no archive has room for what was found, or no modulator for another interval. */
static bool is_full(const plasticity *plasticity, const cell_signal *found, size_t n)
{
  bool has_room = true;
  for (size_t i = 0; i < plasticity->n_archives; i++) {
    const spike_archive *archive = &plasticity->archives[i];
    has_room &= spike_archive_has_room(archive, count_spikes(archive, found, n));
  }
  for (size_t i = 0; i < plasticity->n_modulators; i++)
    has_room &= modulator_has_room(&plasticity->modulators[i], plasticity->max_delay);
  return !has_room;
}

static loligo_status make_room(plasticity *plasticity, const cell_signal *found, size_t n, int64_t known)
{
  if (!is_full(plasticity, found, n)) return LOLIGO_OK;
  const double needed = (double)(known - 2 * plasticity->max_delay);
  plasticity_sweep(plasticity, known);
  for (size_t i = 0; i < plasticity->n_archives; i++)
    LOLIGO_TRY(
        spike_archive_drop_old(&plasticity->archives[i], needed, count_spikes(&plasticity->archives[i], found, n)));
  for (size_t i = 0; i < plasticity->n_modulators; i++)
    modulator_drop_old(&plasticity->modulators[i], known - plasticity->max_delay);
  return LOLIGO_OK;
}

static void look_back(const plasticity *plasticity, const cell_signal *found)
{
  const cell_group *group = &plasticity->cells->groups[found->at.population];
  for (size_t i = 0; i < plasticity->n_archives; i++)
    if (plasticity->archives[i].population == found->at.population)
      spike_archive_add(&plasticity->archives[i], found->lid - group->first_lid, found->at.step);
}

loligo_status plasticity_look_back(plasticity *plasticity, const cell_signal *found, size_t n, int64_t known)
{
  LOLIGO_TRY(make_room(plasticity, found, n, known));
  for (size_t i = 0; i < n; i++)
    if (found[i].signal == 0) look_back(plasticity, &found[i]);
  return LOLIGO_OK;
}

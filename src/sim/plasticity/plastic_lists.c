/*
 * Weights go by target, then source, delay and the order of the rule: an order that no rank enters, in which each
 * cell's lie side by side. The rows of a table are by source, so walking them hands each target its weights in that
 * order.
 */
#include "sim/plasticity/plastic_lists.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "sim/plasticity/source_states.h"

static const char WHAT[] = "lists of plastic synapses";

/** What a list is about. */
typedef enum list_subject {
  OF_WEIGHTS,
  OF_ELIGIBILITIES,
  OF_MOMENTS,
  OF_FILTERED,
  OF_BEGUN,
  OF_SOURCES,
  OF_SPIKES,
  OF_MODULATOR
} list_subject;

typedef struct list_place {
  list_subject subject;
  const plastic_table *table;
  size_t moment; /* number */
  spike_archive *archive;
  modulator *modulator;
} list_place;

/** What is done with the numbers of a list. */
typedef struct list_work {
  list_place place;
  const lists_owner *owner;
  const cell_group *group; /* whose cells it is of */
} list_work;

static size_t lists_of_table(const plastic_table *table)
{
  const synapse_store *store = &table->store;
  if (table->model->kind == SYNAPSE_DESCENT) return 1 + store->n_moments + store->has_filtered + store->has_begun;
  return table->archive ? (table->modulator ? 3 : 2) : 1;
}

size_t plastic_lists_count(const plasticity *plasticity)
{
  size_t n = plasticity->n_archives + plasticity->n_modulators;
  for (size_t t = 0; t < plasticity->n_tables; t++) n += lists_of_table(&plasticity->tables[t]);
  return n;
}

/* Of the i-th list of a table. */
static list_place place_of_table(const plastic_table *table, size_t i)
{
  static const list_subject subjects[] = {OF_SOURCES, OF_WEIGHTS, OF_ELIGIBILITIES};
  if (table->model->kind != SYNAPSE_DESCENT) return (list_place){.subject = subjects[i], .table = table};
  const size_t n_moments = table->store.n_moments;
  if (i == 0) return (list_place){.subject = OF_WEIGHTS, .table = table};
  if (i <= n_moments) return (list_place){.subject = OF_MOMENTS, .table = table, .moment = i - 1};
  return (list_place){.subject = i == n_moments + 1 && table->store.has_filtered ? OF_FILTERED : OF_BEGUN,
                      .table = table};
}

static list_place find_place(const plasticity *plasticity, size_t i)
{
  size_t t = 0;
  for (; t < plasticity->n_tables && i >= lists_of_table(&plasticity->tables[t]); t++)
    i -= lists_of_table(&plasticity->tables[t]);
  if (t < plasticity->n_tables) return place_of_table(&plasticity->tables[t], i);
  if (i < plasticity->n_archives) return (list_place){.subject = OF_SPIKES, .archive = &plasticity->archives[i]};
  return (list_place){.subject = OF_MODULATOR, .modulator = &plasticity->modulators[i - plasticity->n_archives]};
}

static size_t population_of(const plasticity *plasticity, const list_place *place)
{
  switch (place->subject) {
  case OF_WEIGHTS:
  case OF_ELIGIBILITIES:
  case OF_MOMENTS:
  case OF_FILTERED:
  case OF_BEGUN:
    return plasticity->network->projections[place->table->projection].target;
  case OF_SOURCES:
    return place->table->source;
  case OF_MODULATOR:
    return place->modulator->population;
  default:
    return place->archive->population;
  }
}

/* Quanta; else it is of numbers. */
static bool is_of_weights(const list_place *place)
{
  return place->subject == OF_WEIGHTS || place->subject == OF_BEGUN;
}

loligo_cell_list plastic_lists_at(const plasticity *plasticity, size_t i)
{
  static const char *const names[] = {[OF_WEIGHTS] = "weight",       [OF_ELIGIBILITIES] = "eligibility",
                                      [OF_FILTERED] = "eligibility", [OF_BEGUN] = "begun",
                                      [OF_SOURCES] = "source",       [OF_SPIKES] = "spikes",
                                      [OF_MODULATOR] = "modulator"};
  static const char *const moments[SYNAPSE_MAX_MOMENTS] = {"moment_1", "moment_2"};
  static const char *const helps[] = {
      [OF_WEIGHTS] = "weights in quanta of |Wmax| 2^-31, or from -Wmax on of Wmax 2^-30, by target, source, delay and "
                     "the order of the rule",
      [OF_ELIGIBILITIES] = "eligibilities in units of |Wmax|, like the weights",
      [OF_MOMENTS] = "what each synapse remembers from trial to trial, like the weights",
      [OF_FILTERED] = "eligibilities in the trial so far, filtered as errors, like the weights",
      [OF_BEGUN] = "weights at the begin of the trial, by which errors come back, like the weights",
      [OF_SOURCES] = "of cells that spiked: stamp of the last spike that is nowhere on its way (steps), how many there "
                     "were, and the traces just before it, or the states of short-term plasticity behind it",
      [OF_SPIKES] = "spikes that synapses onto the cell still look back at: stamp (steps), trace behind it, and the "
                    "slow trace before it where there is one",
      [OF_MODULATOR] = "of the first cell for all: steps with spikes that synapses still look back at, how many there "
                       "were, and the trace behind them"};
  const list_place place = find_place(plasticity, i);
  const cell_group *group = &plasticity->cells->groups[population_of(plasticity, &place)];
  return (loligo_cell_list){.population = group->population,
                            .projection =
                                place.table ? plasticity->network->projections[place.table->projection].name : "",
                            .name = place.subject == OF_MOMENTS ? moments[place.moment] : names[place.subject],
                            .help = helps[place.subject],
                            .type = is_of_weights(&place) ? LOLIGO_LIST_UINT32 : LOLIGO_LIST_FLOAT64,
                            .n_cells = group->n,
                            .index = group->index};
}

static uint64_t count_numbers(const loligo_cell_list *list)
{
  uint64_t n = 0;
  for (uint64_t c = 0; c < list->n_cells; c++) n += list->n[c];
  return n;
}

static loligo_status make_numbers(loligo_cell_list *list)
{
  const size_t bytes = list->type == LOLIGO_LIST_UINT32 ? sizeof(uint32_t) : sizeof(double);
  list->values = memory_allocate(count_numbers(list), bytes, WHAT);
  return list->values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* -- weights and eligibilities -- */

static const uint16_t *targets_of(const plastic_table *table, const plastic_segment *segment)
{
  return table->target + segment->first;
}

static void count_synapses(const plastic_table *table, uint64_t *n)
{
  for (uint32_t s = 0; s < table->n_segments; s++) {
    const plastic_segment *segment = &table->segments[s];
    uint64_t *of_block = n + ((size_t)segment->block << TARGET_BLOCK_BITS);
    for (uint32_t k = 0; k < segment->count; k++) of_block[targets_of(table, segment)[k]]++;
  }
}

static void copy_weight(uint32_t *weight, void *values, uint64_t at, bool back)
{
  uint32_t *listed = (uint32_t *)values + at;
  *(back ? weight : listed) = back ? *listed : *weight;
}

static void copy_eligibility(const plastic_table *table, uint64_t synapse, void *values, uint64_t at, bool back)
{
  double *listed = (double *)values + at;
  if (back)
    table->eligibility[synapse] = (float)*listed;
  else
    *listed = (double)table->eligibility[synapse];
}

static void copy_double(double *number, void *values, uint64_t at, bool back)
{
  double *listed = (double *)values + at;
  *(back ? number : listed) = back ? *listed : *number;
}

static void copy_number(const list_place *place, uint64_t synapse, void *values, uint64_t at, bool back)
{
  const plastic_table *table = place->table;
  if (is_of_weights(place))
    copy_weight(&(place->subject == OF_WEIGHTS ? table->weight : table->begun)[synapse], values, at, back);
  else if (place->subject == OF_ELIGIBILITIES)
    copy_eligibility(table, synapse, values, at, back);
  else
    copy_double(&(place->subject == OF_MOMENTS ? table->moment[place->moment] : table->filtered)[synapse], values, at,
                back);
}

/* Copies what a list keeps of the synapses of a table to it, or back. */
static void copy_numbers(const list_place *place, uint64_t *next, void *values, bool back)
{
  const plastic_table *table = place->table;
  for (uint32_t s = 0; s < table->n_segments; s++) {
    const plastic_segment *segment = &table->segments[s];
    uint64_t *of_block = next + ((size_t)segment->block << TARGET_BLOCK_BITS);
    for (uint32_t k = 0; k < segment->count; k++)
      copy_number(place, segment->first + k, values, of_block[targets_of(table, segment)[k]]++, back);
  }
}

static loligo_status move_numbers(const list_place *place, const loligo_cell_list *list, bool back)
{
  uint64_t *next = memory_allocate(list->n_cells + 1, sizeof *next, WHAT);
  if (!next) return LOLIGO_MACHINE_ERROR;
  for (uint64_t c = 0; c < list->n_cells; c++) next[c + 1] = next[c] + list->n[c];
  copy_numbers(place, next, list->values, back);
  memory_free(next);
  return LOLIGO_OK;
}

static loligo_status take_numbers(const list_work *work, loligo_cell_list *list)
{
  count_synapses(work->place.table, list->n);
  LOLIGO_TRY(make_numbers(list));
  return move_numbers(&work->place, list, false);
}

static loligo_status check_degrees(const list_work *work, const loligo_cell_list *list, const uint64_t *n)
{
  for (uint64_t c = 0; c < list->n_cells; c++)
    if (n[c] != list->n[c])
      return loligo_fail(LOLIGO_INPUT_ERROR,
                         "projection %s: cell %" PRIu64 " of %s has %" PRIu64 " synapses in the checkpoint, %" PRIu64
                         " in the model",
                         list->projection, list->index[c],
                         work->owner->plasticity->network->populations[list->population].name, list->n[c], n[c]);
  return LOLIGO_OK;
}

static loligo_status check_weights(const loligo_cell_list *list)
{
  const uint32_t *weight = list->values;
  const uint64_t n = count_numbers(list);
  for (uint64_t i = 0; i < n; i++)
    if (weight[i] > UINT32_C(1) << WEIGHT_BITS)
      return loligo_fail(LOLIGO_MACHINE_ERROR, "projection %s: a weight of the checkpoint is above Wmax",
                         list->projection);
  return LOLIGO_OK;
}

static loligo_status check_numbers(const loligo_cell_list *list, double most, const char *what)
{
  const double *number = list->values;
  const uint64_t n = count_numbers(list);
  for (uint64_t i = 0; i < n; i++)
    if (!(fabs(number[i]) <= most))
      return loligo_fail(LOLIGO_MACHINE_ERROR, "projection %s: the checkpoint tells of an %s that cannot be",
                         list->projection, what);
  return LOLIGO_OK;
}

static loligo_status check_values(const list_place *place, const loligo_cell_list *list)
{
  if (is_of_weights(place)) return check_weights(list);
  if (place->subject == OF_MOMENTS) return check_numbers(list, DBL_MAX, "optimiser");
  return check_numbers(list, place->subject == OF_ELIGIBILITIES ? FLT_MAX : DBL_MAX, "eligibility");
}

static loligo_status put_numbers(const list_work *work, const loligo_cell_list *list)
{
  uint64_t *n = memory_allocate(list->n_cells, sizeof *n, WHAT);
  if (!n) return LOLIGO_MACHINE_ERROR;
  count_synapses(work->place.table, n);
  loligo_status status = check_degrees(work, list, n);
  memory_free(n);
  if (status == LOLIGO_OK) status = check_values(&work->place, list);
  return status == LOLIGO_OK ? move_numbers(&work->place, list, true) : status;
}

/* -- sources -- */

enum { SOURCE_STAMP, SOURCE_COUNT, SOURCE_VALUES };
enum { EVENT_STEP, EVENT_COUNT, EVENT_TRACE, EVENT_NUMBERS };

static source_owners owners_of(const list_work *work)
{
  return (source_owners){work->owner->context, work->owner->decomposition, work->group};
}

static void write_states(const list_work *work, const source_state *states, loligo_cell_list *list)
{
  const size_t width = SOURCE_VALUES + plastic_table_values(work->place.table);
  double *at = list->values;
  for (uint64_t c = 0; c < list->n_cells; c++) {
    if (!list->n[c]) continue;
    at[SOURCE_STAMP] = (double)states[c].stamp;
    at[SOURCE_COUNT] = (double)states[c].n;
    memcpy(at + SOURCE_VALUES, states[c].value, (width - SOURCE_VALUES) * sizeof *at);
    at += width;
  }
}

/* Collective. */
static loligo_status take_sources(const list_work *work, loligo_cell_list *list)
{
  const source_owners owners = owners_of(work);
  source_state *states = memory_allocate(list->n_cells, sizeof *states, WHAT);
  loligo_status status = loligo_agree(owners.context, states ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = source_states_gather(work->place.table, &owners, states);
  if (status == LOLIGO_OK) {
    const size_t width = SOURCE_VALUES + plastic_table_values(work->place.table);
    for (uint64_t c = 0; c < list->n_cells; c++) list->n[c] = states[c].n ? width : 0;
    status = make_numbers(list);
    if (status == LOLIGO_OK) write_states(work, states, list);
  }
  memory_free(states);
  return status;
}

static bool is_whole(double number, double low, double high)
{
  return number >= low && number <= high && number == floor(number);
}

static loligo_status read_states(const list_work *work, const loligo_cell_list *list, source_state *states)
{
  const size_t n_values = plastic_table_values(work->place.table);
  const double *at = list->values;
  for (uint64_t c = 0; c < list->n_cells; c++) {
    if (!list->n[c]) continue;
    if (list->n[c] != SOURCE_VALUES + n_values || !is_whole(at[SOURCE_STAMP], -0x1p53, (double)work->owner->step) ||
        !is_whole(at[SOURCE_COUNT], 1, UINT32_MAX))
      return loligo_fail(LOLIGO_MACHINE_ERROR, "projection %s: the checkpoint tells of a source what cannot be",
                         list->projection);
    states[c].stamp = (int64_t)at[SOURCE_STAMP];
    states[c].n = (uint64_t)at[SOURCE_COUNT];
    memcpy(states[c].value, at + SOURCE_VALUES, n_values * sizeof *at);
    at += list->n[c];
  }
  return LOLIGO_OK;
}

/* Up to where the spikes of targets have acted: as a sweep leaves it. */
static void set_done(const list_work *work)
{
  const plastic_table *table = work->place.table;
  for (uint32_t s = 0; table->archive && s < table->n_segments; s++)
    table->segments[s].done = work->owner->step - segment_dendritic(table, &table->segments[s]);
}

/* Collective. */
static loligo_status put_sources(const list_work *work, const loligo_cell_list *list)
{
  const source_owners owners = owners_of(work);
  source_state *states = memory_allocate(list->n_cells, sizeof *states, WHAT);
  loligo_status status = states ? read_states(work, list, states) : LOLIGO_MACHINE_ERROR;
  status = loligo_agree(owners.context, status);
  if (status == LOLIGO_OK) status = source_states_spread(work->place.table, &owners, states);
  memory_free(states);
  set_done(work);
  return status;
}

/* -- spikes of targets -- */

static double needed_of(const list_work *work)
{
  return (double)(work->owner->step - 2 * work->owner->plasticity->max_delay);
}

static loligo_status take_spikes(const list_work *work, loligo_cell_list *list)
{
  const spike_archive *archive = work->place.archive;
  const size_t width = spike_archive_width(archive);
  const double needed = needed_of(work);
  for (uint64_t c = 0; c < list->n_cells; c++) list->n[c] = spike_archive_count(archive, c, needed) * width;
  LOLIGO_TRY(make_numbers(list));
  double *at = list->values;
  for (uint64_t c = 0; c < list->n_cells; c++) {
    spike_archive_list(archive, c, needed, at);
    at += list->n[c];
  }
  return LOLIGO_OK;
}

static loligo_status check_spikes(const list_work *work, const loligo_cell_list *list)
{
  const size_t width = spike_archive_width(work->place.archive);
  const double *at = list->values;
  for (uint64_t c = 0; c < list->n_cells; c++) {
    double before = -0x1p53;
    bool is_good = list->n[c] % width == 0;
    for (uint64_t k = 0; is_good && k < list->n[c]; k += width, before = at[k - width])
      is_good = is_whole(at[k], before, (double)work->owner->step);
    if (!is_good)
      return loligo_fail(LOLIGO_MACHINE_ERROR, "population %s: the checkpoint tells of spikes that cannot be",
                         work->owner->plasticity->network->populations[list->population].name);
    at += list->n[c];
  }
  return LOLIGO_OK;
}

static loligo_status put_spikes(const list_work *work, const loligo_cell_list *list)
{
  spike_archive *archive = work->place.archive;
  const size_t width = spike_archive_width(archive);
  LOLIGO_TRY(check_spikes(work, list));
  spike_archive_clear(archive);
  LOLIGO_TRY(spike_archive_drop_old(archive, needed_of(work), count_numbers(list) / width));
  const double *at = list->values;
  for (uint64_t c = 0; c < list->n_cells; c++)
    for (const double *end = at + list->n[c]; at < end; at += width) spike_archive_put(archive, c, at);
  return LOLIGO_OK;
}

/* -- modulators -- */

/* The rank that has a population's first cell tells what all of them know. */
static bool has_first(const cell_group *group)
{
  return group->n > 0 && group->index[0] == 0;
}

static loligo_status take_events(const list_work *work, loligo_cell_list *list)
{
  const modulator *modulator = work->place.modulator;
  const size_t old = modulator_count(modulator, work->owner->step - work->owner->plasticity->max_delay);
  const size_t first = old > 0 ? old - 1 : 0;
  if (has_first(work->group)) list->n[0] = (modulator->n - first) * EVENT_NUMBERS;
  LOLIGO_TRY(make_numbers(list));
  double *at = list->values;
  for (size_t i = first; has_first(work->group) && i < modulator->n; i++, at += EVENT_NUMBERS) {
    at[EVENT_STEP] = (double)modulator->events[i].step;
    at[EVENT_COUNT] = modulator->events[i].count;
    at[EVENT_TRACE] = modulator->events[i].trace;
  }
  return LOLIGO_OK;
}

static bool can_be_event(const list_work *work, const double *at, double before)
{
  return is_whole(at[EVENT_STEP], before + 1, (double)work->owner->step) && is_whole(at[EVENT_COUNT], 1, 0x1p53) &&
         at[EVENT_TRACE] >= at[EVENT_COUNT] && isfinite(at[EVENT_TRACE]);
}

/* On the rank that has the first cell. */
static loligo_status read_events(const list_work *work, const loligo_cell_list *list)
{
  modulator *modulator = work->place.modulator;
  const uint64_t n = has_first(work->group) ? list->n[0] : 0;
  const double *at = list->values;
  double before = -0x1p53;
  bool is_good = n % EVENT_NUMBERS == 0 && n / EVENT_NUMBERS <= modulator->capacity && n == count_numbers(list);
  modulator->n = 0;
  for (uint64_t k = 0; is_good && k < n; k += EVENT_NUMBERS, at += EVENT_NUMBERS) {
    is_good = can_be_event(work, at, before);
    if (!is_good) break;
    before = at[EVENT_STEP];
    modulator->events[modulator->n++] = (modulator_event){(int64_t)before, at[EVENT_COUNT], at[EVENT_TRACE]};
  }
  if (is_good) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "population %s: the checkpoint tells of a modulator what cannot be",
                     work->owner->plasticity->network->populations[list->population].name);
}

/* Collective. */
static loligo_status put_events(const list_work *work, const loligo_cell_list *list)
{
  const loligo_context *context = work->owner->context;
  modulator *modulator = work->place.modulator;
  LOLIGO_TRY(loligo_agree(context, read_events(work, list)));
  if (work->owner->plasticity->network->populations[list->population].size == 0) return LOLIGO_OK;
  const int root = loligo_decomposition_rank(work->owner->decomposition, list->population, 0);
  uint64_t n = modulator->n;
  MPI_Bcast(&n, 1, MPI_UINT64_T, root, context->comm);
  MPI_Bcast(modulator->events, (int)(n * sizeof *modulator->events), MPI_BYTE, root, context->comm);
  modulator->n = n;
  return LOLIGO_OK;
}

/* -- all of them -- */

static list_work work_on(const lists_owner *owner, size_t i)
{
  const list_place place = find_place(owner->plasticity, i);
  const size_t population = population_of(owner->plasticity, &place);
  return (list_work){place, owner, &owner->plasticity->cells->groups[population]};
}

static loligo_status take(const list_work *work, loligo_cell_list *list)
{
  switch (work->place.subject) {
  case OF_SOURCES:
    return take_sources(work, list);
  case OF_MODULATOR:
    return take_events(work, list);
  case OF_SPIKES:
    return take_spikes(work, list);
  default:
    return take_numbers(work, list);
  }
}

loligo_status plastic_lists_take(const lists_owner *owner, size_t i, loligo_cell_list *list)
{
  const list_work work = work_on(owner, i);
  *list = plastic_lists_at(owner->plasticity, i);
  list->n = memory_allocate(list->n_cells, sizeof *list->n, WHAT);
  LOLIGO_TRY(loligo_agree(owner->context, list->n ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  plasticity_sweep(owner->plasticity, owner->step);
  return loligo_agree(owner->context, take(&work, list));
}

loligo_status plastic_lists_put(const lists_owner *owner, size_t i, const loligo_cell_list *list)
{
  const list_work work = work_on(owner, i);
  switch (work.place.subject) {
  case OF_SOURCES:
    return put_sources(&work, list);
  case OF_MODULATOR:
    return put_events(&work, list);
  case OF_SPIKES:
    return loligo_agree(owner->context, put_spikes(&work, list));
  default:
    return loligo_agree(owner->context, put_numbers(&work, list));
  }
}

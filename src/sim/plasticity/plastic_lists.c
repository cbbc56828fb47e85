/*
 * Weights go by target, then source, delay and the order of the rule: an order that no rank enters, in which each
 * cell's lie side by side. The rows of a table are by source, so walking them hands each target its weights in that
 * order.
 */
#include "sim/plasticity/plastic_lists.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "sim/plasticity/source_states.h"

static const char WHAT[] = "lists of plastic synapses";

/** What a list is about. */
typedef enum list_subject { OF_WEIGHTS, OF_SOURCES, OF_SPIKES } list_subject;

typedef struct list_place {
  list_subject subject;
  const plastic_table *table;
  spike_archive *archive;
} list_place;

/** What is done with the numbers of a list. */
typedef struct list_work {
  list_place place;
  const lists_owner *owner;
  const cell_group *group; /* whose cells it is of */
} list_work;

static size_t lists_of_table(const plastic_table *table)
{
  return table->archive ? 2 : 1;
}

size_t plastic_lists_count(const plasticity *plasticity)
{
  size_t n = plasticity->n_archives;
  for (size_t t = 0; t < plasticity->n_tables; t++) n += lists_of_table(&plasticity->tables[t]);
  return n;
}

static list_place find_place(const plasticity *plasticity, size_t i)
{
  size_t t = 0;
  for (; t < plasticity->n_tables && i >= lists_of_table(&plasticity->tables[t]); t++)
    i -= lists_of_table(&plasticity->tables[t]);
  if (t == plasticity->n_tables) return (list_place){OF_SPIKES, NULL, &plasticity->archives[i]};
  const plastic_table *table = &plasticity->tables[t];
  return (list_place){i == 0 ? OF_SOURCES : OF_WEIGHTS, table, table->archive};
}

static size_t population_of(const plasticity *plasticity, const list_place *place)
{
  switch (place->subject) {
  case OF_WEIGHTS:
    return plasticity->network->projections[place->table->projection].target;
  case OF_SOURCES:
    return place->table->source;
  default:
    return place->archive->population;
  }
}

loligo_cell_list plastic_lists_at(const plasticity *plasticity, size_t i)
{
  static const char *const names[] = {[OF_WEIGHTS] = "weight", [OF_SOURCES] = "source", [OF_SPIKES] = "spikes"};
  static const char *const helps[] = {
      [OF_WEIGHTS] = "weights in quanta of |Wmax| 2^-31, by target, source, delay and the order of the rule",
      [OF_SOURCES] = "of cells that spiked: stamp of the last spike that is nowhere on its way (steps), how many there "
                     "were, and the traces just before it, or the states of short-term plasticity behind it",
      [OF_SPIKES] = "spikes that synapses onto the cell still look back at: stamp (steps), trace behind it, and the "
                    "slow trace before it where there is one"};
  const list_place place = find_place(plasticity, i);
  const cell_group *group = &plasticity->cells->groups[population_of(plasticity, &place)];
  return (loligo_cell_list){.population = group->population,
                            .projection =
                                place.table ? plasticity->network->projections[place.table->projection].name : "",
                            .name = names[place.subject],
                            .help = helps[place.subject],
                            .type = place.subject == OF_WEIGHTS ? LOLIGO_LIST_UINT32 : LOLIGO_LIST_FLOAT64,
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

/* -- weights -- */

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

/* Copies the weights of a table to a list, or back. */
static void copy_weights(const plastic_table *table, uint64_t *next, uint32_t *listed, bool back)
{
  for (uint32_t s = 0; s < table->n_segments; s++) {
    const plastic_segment *segment = &table->segments[s];
    uint64_t *of_block = next + ((size_t)segment->block << TARGET_BLOCK_BITS);
    uint32_t *weight = table->weight + segment->first;
    for (uint32_t k = 0; k < segment->count; k++) {
      uint32_t *at = &listed[of_block[targets_of(table, segment)[k]]++];
      *(back ? &weight[k] : at) = back ? *at : weight[k];
    }
  }
}

static loligo_status move_weights(const plastic_table *table, const loligo_cell_list *list, bool back)
{
  uint64_t *next = memory_allocate(list->n_cells + 1, sizeof *next, WHAT);
  if (!next) return LOLIGO_MACHINE_ERROR;
  for (uint64_t c = 0; c < list->n_cells; c++) next[c + 1] = next[c] + list->n[c];
  copy_weights(table, next, list->values, back);
  memory_free(next);
  return LOLIGO_OK;
}

static loligo_status take_weights(const list_work *work, loligo_cell_list *list)
{
  count_synapses(work->place.table, list->n);
  LOLIGO_TRY(make_numbers(list));
  return move_weights(work->place.table, list, false);
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

static loligo_status put_weights(const list_work *work, const loligo_cell_list *list)
{
  uint64_t *n = memory_allocate(list->n_cells, sizeof *n, WHAT);
  if (!n) return LOLIGO_MACHINE_ERROR;
  count_synapses(work->place.table, n);
  loligo_status status = check_degrees(work, list, n);
  memory_free(n);
  if (status == LOLIGO_OK) status = check_weights(list);
  return status == LOLIGO_OK ? move_weights(work->place.table, list, true) : status;
}

/* -- sources -- */

enum { SOURCE_STAMP, SOURCE_COUNT, SOURCE_VALUES };

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

/* -- all of them -- */

static list_work work_on(const lists_owner *owner, size_t i)
{
  const list_place place = find_place(owner->plasticity, i);
  const size_t population = population_of(owner->plasticity, &place);
  return (list_work){place, owner, &owner->plasticity->cells->groups[population]};
}

loligo_status plastic_lists_take(const lists_owner *owner, size_t i, loligo_cell_list *list)
{
  const list_work work = work_on(owner, i);
  *list = plastic_lists_at(owner->plasticity, i);
  list->n = memory_allocate(list->n_cells, sizeof *list->n, WHAT);
  LOLIGO_TRY(loligo_agree(owner->context, list->n ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  plasticity_sweep(owner->plasticity, owner->step);
  if (work.place.subject == OF_SOURCES) return loligo_agree(owner->context, take_sources(&work, list));
  return loligo_agree(owner->context,
                      work.place.subject == OF_WEIGHTS ? take_weights(&work, list) : take_spikes(&work, list));
}

loligo_status plastic_lists_put(const lists_owner *owner, size_t i, const loligo_cell_list *list)
{
  const list_work work = work_on(owner, i);
  if (work.place.subject == OF_SOURCES) return put_sources(&work, list);
  return loligo_agree(owner->context,
                      work.place.subject == OF_WEIGHTS ? put_weights(&work, list) : put_spikes(&work, list));
}

/*
 * Before weights are copied their segments are swept: spikes of targets act as far as they can have by then. That is
 * what a visit would do, so it changes no bit.
 */
#include "sim/plasticity/weight_sampler.h"

#include "base/memory.h"
#include "network/selection.h"
#include "sim/plasticity/visit.h"

static const char WHAT[] = "recorded weights";

/** Walks over the selected synapses of a table. */
typedef struct search {
  const loligo_weight_sampler_spec *spec;
  const cell_group *group;
  uint64_t *next; /* [group->n] number of the next synapse of each cell; cells that are not selected: NOT_SELECTED */
  loligo_weight_sampler *sampler;
  bool places; /* else they are counted */
} search;

static const uint64_t NOT_SELECTED = UINT64_MAX;

static void place(const search *s, uint64_t cell, uint64_t source, uint32_t number, uint32_t k)
{
  loligo_weight_sampler *sampler = s->sampler;
  const plastic_segment *segment = &sampler->table->segments[number];
  const uint64_t i = s->next[cell]++;
  if (!s->places) return;
  sampler->at[i] = segment->first + k;
  sampler->target[i] = s->group->index[cell];
  sampler->source[i] = source;
  sampler->delay[i] = segment->delay;
  sampler->segment[i] = number;
}

static void search_segment(const search *s, uint64_t source, uint32_t number)
{
  loligo_weight_sampler *sampler = s->sampler;
  const plastic_segment *segment = &sampler->table->segments[number];
  const uint16_t *target = sampler->table->target + segment->first;
  bool any = false;
  for (uint32_t k = 0; k < segment->count; k++) {
    const uint64_t cell = ((uint64_t)segment->block << TARGET_BLOCK_BITS) + target[k];
    if (s->next[cell] == NOT_SELECTED) continue;
    place(s, cell, source, number, k);
    any = true;
  }
  if (any && s->places) sampler->segments[sampler->n_segments] = number;
  sampler->n_segments += any;
}

static void search_all(const search *s)
{
  const plastic_table *table = s->sampler->table;
  s->sampler->n_segments = 0;
  for (uint64_t source = 0; source < table->index.n; source++) {
    if (!row_index_has(&table->index, source) || !selection_holds(&s->spec->sources, source)) continue;
    const int64_t row = row_index_find(&table->index, source);
    for (uint32_t number = table->row[row]; number < table->row[row + 1]; number++) search_segment(s, source, number);
  }
}

/* Makes of the numbers of synapses of each cell those of its first one. */
static void add_up(const search *s)
{
  for (uint64_t cell = 0; cell < s->group->n; cell++) {
    if (s->next[cell] == NOT_SELECTED) continue;
    const uint64_t n = s->next[cell];
    s->next[cell] = s->sampler->n;
    s->sampler->n += n;
  }
}

static loligo_status make_room(loligo_weight_sampler *sampler)
{
  sampler->at = memory_allocate(sampler->n, sizeof *sampler->at, WHAT);
  sampler->target = memory_allocate(sampler->n, sizeof *sampler->target, WHAT);
  sampler->source = memory_allocate(sampler->n, sizeof *sampler->source, WHAT);
  sampler->delay = memory_allocate(sampler->n, sizeof *sampler->delay, WHAT);
  sampler->segment = memory_allocate(sampler->n, sizeof *sampler->segment, WHAT);
  sampler->segments = memory_allocate(sampler->n_segments, sizeof *sampler->segments, WHAT);
  const bool has_synapses = sampler->at && sampler->target && sampler->source && sampler->delay;
  return has_synapses && sampler->segment && sampler->segments ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

loligo_status weight_sampler_init(loligo_weight_sampler *sampler, const loligo_weight_sampler_spec *spec,
                                  plastic_table *table, const cell_group *group)
{
  *sampler = (loligo_weight_sampler){.grid = {spec->start, spec->stop, spec->every}, .table = table};
  search s = {.spec = spec, .group = group, .sampler = sampler};
  s.next = memory_allocate(group->n, sizeof *s.next, WHAT);
  if (!s.next) return LOLIGO_MACHINE_ERROR;
  for (uint64_t cell = 0; cell < group->n; cell++)
    if (!selection_holds(&spec->targets, group->index[cell])) s.next[cell] = NOT_SELECTED;
  search_all(&s);
  add_up(&s);
  s.places = true;
  const loligo_status status = make_room(sampler);
  if (status == LOLIGO_OK) search_all(&s);
  memory_free(s.next);
  return status;
}

double weight_sampler_bytes(double synapses, double frames)
{
  const loligo_weight_sampler *s = NULL;
  const size_t each = sizeof *s->at + sizeof *s->target + sizeof *s->source + sizeof *s->delay + sizeof *s->segment;
  return synapses * ((double)each + frames * sizeof *s->values);
}

void weight_sampler_free(loligo_weight_sampler *sampler)
{
  memory_free(sampler->at);
  memory_free(sampler->target);
  memory_free(sampler->source);
  memory_free(sampler->delay);
  memory_free(sampler->segment);
  memory_free(sampler->segments);
  memory_free(sampler->values);
}

loligo_status weight_sampler_take(loligo_weight_sampler *sampler, int64_t step)
{
  if (!frame_grid_has(&sampler->grid, step)) return LOLIGO_OK;
  if (sampler->n_frames == 0) sampler->first_frame = frame_grid_before(&sampler->grid, step);
  const size_t before = sampler->n_frames * sampler->n;
  LOLIGO_TRY(memory_grow((void **)&sampler->values, &sampler->capacity, before + sampler->n + 1,
                         sizeof *sampler->values, WHAT));
  plastic_table *table = sampler->table;
  for (size_t i = 0; table->archive && i < sampler->n_segments; i++)
    visit_sweep(table, &table->segments[sampler->segments[i]], step);
  for (size_t i = 0; i < sampler->n; i++) {
    const plastic_segment *segment = &table->segments[sampler->segment[i]];
    const uint32_t weight = visit_weight(table, segment, (uint32_t)(sampler->at[i] - segment->first), step);
    sampler->values[before + i] = weight_of_quanta(weight, table->bounds);
  }
  sampler->n_frames++;
  return LOLIGO_OK;
}

void weight_sampler_cut(loligo_weight_sampler *sampler, int64_t step)
{
  const int64_t kept = frame_grid_before(&sampler->grid, step) - sampler->first_frame;
  if (kept < (int64_t)sampler->n_frames) sampler->n_frames = kept > 0 ? (size_t)kept : 0;
}

loligo_sampled_synapses loligo_weight_sampler_synapses(const loligo_weight_sampler *sampler)
{
  return (loligo_sampled_synapses){sampler->n, sampler->target, sampler->source, sampler->delay};
}

loligo_samples loligo_weight_sampler_frames(const loligo_weight_sampler *sampler)
{
  return (loligo_samples){.first_frame = sampler->first_frame,
                          .n_frames = sampler->n_frames,
                          .n_cells = sampler->n,
                          .values = sampler->values};
}

void loligo_weight_sampler_clear(loligo_weight_sampler *sampler)
{
  sampler->n_frames = 0;
}

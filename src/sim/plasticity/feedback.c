/*
 * Synapses lie with their targets, so each goes to the rank of its source, and is forgotten there when the trial's
 * gradient is found: nothing has to be kept in step with the weights.
 */
#include "sim/plasticity/feedback.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random/random.h"
#include "base/ranked_items.h"

static const char WHAT[] = "feedback to cells";

static const loligo_projection *projection_of(const feedback_way *way)
{
  return &way->network->projections[way->table->projection];
}

/* Where an item goes; -1: to a rank that is not there. */
static int owner_of(const feedback_way *way, uint64_t source)
{
  const int rank = loligo_decomposition_rank(way->owners.decomposition, way->table->source, source);
  if (way->owners.ranks == way->owners.context->size) return rank;
  return rank == way->owners.rank ? 0 : -1;
}

static double drawn_factor(random_key key, double std, uint64_t source, uint64_t target)
{
  random_stream stream;
  random_stream_init(&stream, key, source, target);
  return std * random_stream_normal(&stream);
}

/** A walk over the synapses of a table, which counts them by rank, or places them. */
typedef struct walk {
  const feedback_way *way;
  ranked_items *sent;
  random_key key;
  double std; /* NAN: weights are handed back */
  const uint64_t *target_index;
  bool places;
} walk;

static void place_segment(const walk *w, const plastic_segment *segment, uint64_t source, int rank)
{
  const plastic_table *table = w->way->table;
  for (uint64_t i = segment->first; i < segment->first + segment->count; i++) {
    const uint64_t target = w->target_index[((size_t)segment->block << TARGET_BLOCK_BITS) + table->target[i]];
    *(feedback_item *)ranked_items_place(w->sent, rank) = (feedback_item){
        .source = source,
        .target = target,
        .factor = isnan(w->std) ? weight_of_quanta((table->begun ? table->begun : table->weight)[i], table->bounds)
                                : drawn_factor(w->key, w->std, source, target),
        .delay = segment->delay,
        .order = i};
  }
}

static void walk_all(const walk *w)
{
  const plastic_table *table = w->way->table;
  for (uint64_t source = 0; source < table->index.n; source++) {
    if (!row_index_has(&table->index, source)) continue;
    const int64_t row = row_index_find(&table->index, source);
    const int rank = owner_of(w->way, source);
    for (uint32_t s = table->row[row]; rank >= 0 && s < table->row[row + 1]; s++)
      if (w->places)
        place_segment(w, &table->segments[s], source, rank);
      else
        w->sent->n[rank] += table->segments[s].count;
  }
}

static loligo_status pack(const feedback_way *way, ranked_items *sent)
{
  const loligo_projection *projection = projection_of(way);
  const char *target = way->network->populations[projection->target].name;
  walk w = {.way = way,
            .sent = sent,
            .key = random_key_make(way->network->seed, RANDOM_FEEDBACK, projection->name, target),
            .std = way->table->model->drawn_feedback(way->table->constant),
            .target_index = way->cells->groups[projection->target].index};
  walk_all(&w);
  LOLIGO_TRY(ranked_items_make_room(sent));
  w.places = true;
  walk_all(&w);
  return LOLIGO_OK;
}

static int compare(const void *a, const void *b)
{
  const feedback_item *x = a, *y = b;
  if (x->source != y->source) return x->source < y->source ? -1 : 1;
  if (x->target != y->target) return x->target < y->target ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

/* Takes over what was received; those of a source and target come from one rank, so their orders can be compared. */
static void take(const feedback_way *way, ranked_items *received, feedback *feedback)
{
  const cell_group *group = &way->cells->groups[way->table->source];
  feedback->items = received->items;
  feedback->n = ranked_items_count(received);
  received->items = NULL;
  for (uint64_t i = 0; i < feedback->n; i++)
    feedback->items[i].source = cell_group_lower_bound(group, feedback->items[i].source);
  qsort(feedback->items, feedback->n, sizeof *feedback->items, compare);
}

static loligo_status begin(const feedback_way *way, ranked_items *sent, ranked_items *received)
{
  const int ranks = way->owners.context->size;
  const loligo_status status = ranked_items_init(sent, ranks, sizeof(feedback_item), WHAT);
  LOLIGO_TRY(ranked_items_init(received, ranks, sizeof(feedback_item), WHAT));
  return status == LOLIGO_OK ? pack(way, sent) : status;
}

loligo_status feedback_gather(const feedback_way *way, feedback *feedback)
{
  ranked_items sent, received;
  *feedback = (struct feedback){0};
  loligo_status status = loligo_agree(way->owners.context, begin(way, &sent, &received));
  if (status == LOLIGO_OK) status = ranked_items_hand_over(way->owners.context, &sent, &received);
  if (status == LOLIGO_OK) take(way, &received, feedback);
  ranked_items_free(&sent);
  ranked_items_free(&received);
  return status;
}

void feedback_free(feedback *feedback)
{
  memory_free(feedback->items);
  *feedback = (struct feedback){0};
}

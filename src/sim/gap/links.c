/*
 * A rule is asked for the synapses onto local cells. One that is symmetric brings both ends of a junction to their
 * ranks; of any other, the end at the source is handed over to its rank.
 */
#include "sim/gap/links.h"

#include <stdlib.h>

#include "base/memory.h"
#include "model/synapse/synapse_model.h"
#include "network/rule/rule.h"
#include "partition/deal.h"

static const char WHAT[] = "gap junctions";

/** The links of one projection. */
typedef struct finder {
  gap_links *links;   /* of this rank */
  gap_links mirrored; /* of the ranks of the sources */
  uint32_t projection;
  bool mirrors;
  double conductance;
  uint64_t first_source, first_target; /* global ids */
  const cell_group *targets;
} finder;

static loligo_status add(gap_links *links, const gap_link *items, size_t n)
{
  LOLIGO_TRY(memory_grow((void **)&links->items, &links->capacity, links->n + n, sizeof *items, WHAT));
  for (size_t i = 0; i < n; i++) links->items[links->n++] = items[i];
  return LOLIGO_OK;
}

static gap_link mirror(const gap_link *link)
{
  gap_link there = *link;
  there.own = link->other;
  there.other = link->own;
  there.is_mirrored = 1;
  return there;
}

static loligo_status take_batch(void *self, const rule_batch *batch)
{
  finder *f = self;
  for (size_t k = 0; k < batch->n; k++) {
    const uint64_t target = batch->target ? batch->target[k] : batch->one_target;
    const uint64_t source = batch->source ? batch->source[k] : batch->one_source;
    if (target == RULE_ELSEWHERE) continue;
    const gap_link here = {.own = f->first_target + f->targets->index[target],
                           .other = f->first_source + source,
                           .projection = f->projection,
                           .conductance = batch->edges ? batch->edges[k].weight : f->conductance};
    const gap_link there = mirror(&here);
    LOLIGO_TRY(add(f->links, &here, 1));
    if (f->mirrors) LOLIGO_TRY(add(&f->mirrored, &there, 1));
  }
  return LOLIGO_OK;
}

static uint64_t source_of(void *self, const void *items, size_t i)
{
  const finder *f = self;
  return ((const gap_link *)items)[i].own - f->first_source;
}

static loligo_status keep(void *self, const void *items, uint64_t n)
{
  const finder *f = self;
  return add(f->links, items, (size_t)n);
}

static loligo_status send_mirrored(deal *deal)
{
  const finder *f = deal->self;
  return deal_round(deal, f->mirrored.items, f->mirrored.n);
}

static loligo_status find(const deal_way *way, const loligo_network *network, const loligo_projection *projection,
                          finder *f)
{
  const rule_targets targets = {f->targets->index, f->targets->n};
  const loligo_status found = rule_generate(network, projection, targets, take_batch, f);
  if (!f->mirrors) return loligo_agree(way->context, found);
  deal deal = {.way = *way,
               .item_size = sizeof(gap_link),
               .piece = f->mirrored.n,
               .self = f,
               .all_read = true,
               .read = send_mirrored,
               .cell = source_of,
               .keep = keep};
  return deal_out(&deal, found);
}

static loligo_status find_all(gap_links *links, const loligo_context *context, const loligo_network *network,
                              const loligo_decomposition *decomposition, const cells *cells)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (projection->synapse->kind != SYNAPSE_GAP) continue;
    const deal_way way = {context, decomposition, projection->source, context->rank};
    finder f = {.links = links,
                .projection = (uint32_t)i,
                .mirrors = !projection->rule->is_symmetric,
                .conductance = projection->weight->mean,
                .first_source = network->populations[projection->source].first_gid,
                .first_target = network->populations[projection->target].first_gid,
                .targets = &cells->groups[projection->target]};
    const loligo_status status = find(&way, network, projection, &f);
    gap_links_free(&f.mirrored);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

static int by_own(const void *a, const void *b)
{
  const gap_link *x = a, *y = b;
  if (x->own != y->own) return x->own < y->own ? -1 : 1;
  if (x->projection != y->projection) return x->projection < y->projection ? -1 : 1;
  if (x->other != y->other) return x->other < y->other ? -1 : 1;
  if (x->is_mirrored != y->is_mirrored) return x->is_mirrored < y->is_mirrored ? -1 : 1;
  return (x->conductance > y->conductance) - (x->conductance < y->conductance);
}

loligo_status gap_links_init(gap_links *links, const loligo_context *context, const loligo_network *network,
                             const loligo_decomposition *decomposition, const cells *cells)
{
  *links = (gap_links){0};
  LOLIGO_TRY(find_all(links, context, network, decomposition, cells));
  if (links->n > 0) qsort(links->items, links->n, sizeof *links->items, by_own);
  return LOLIGO_OK;
}

void gap_links_free(gap_links *links)
{
  memory_free(links->items);
  *links = (gap_links){0};
}

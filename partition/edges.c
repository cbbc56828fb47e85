/*
 * Edges are dealt out by their targets; where they go is known from how many there are onto each cell.
 */
#include "partition/edges.h"

#include "base/memory.h"
#include "network/edge_list.h"
#include "partition/deal.h"
#include "partition/partitioner.h"

enum { PIECE = 1 << 15 };

/** One list on its way. */
typedef struct spreading {
  edge_list *list;
  uint64_t *cells; /* of this rank */
  edge_places places;
} spreading;

static loligo_status open(spreading *s, const deal_way *way)
{
  if (!way->decomposition) return edge_places_open(&s->places, s->list, NULL, s->list->n_targets);
  const uint64_t n = loligo_decomposition_count(way->decomposition, way->population, way->rank);
  s->cells = memory_allocate(n, sizeof *s->cells, "edges on their way");
  if (!s->cells) return LOLIGO_MACHINE_ERROR;
  loligo_decomposition_cells(way->decomposition, way->population, way->rank, s->cells);
  return edge_places_open(&s->places, s->list, s->cells, n);
}

static loligo_status send_piece(void *deal, loligo_edge *edges, size_t n)
{
  return deal_piece(deal, edges, n);
}

static loligo_status read_all(deal *deal)
{
  const spreading *s = deal->self;
  return edge_list_read(s->list, PIECE, send_piece, deal);
}

static uint64_t target_of(void *self, const void *edges, size_t i)
{
  (void)self;
  return ((const loligo_edge *)edges)[i].target;
}

static loligo_status keep(void *self, const void *edges, uint64_t n)
{
  spreading *s = self;
  return edge_places_take(&s->places, edges, n);
}

static loligo_status spread(edge_list *list, const deal_way *way)
{
  spreading s = {.list = list};
  deal deal = {.way = *way,
               .item_size = sizeof(loligo_edge),
               .piece = PIECE,
               .self = &s,
               .read = read_all,
               .cell = target_of,
               .keep = keep};
  const loligo_status status = deal_out(&deal, open(&s, way));
  memory_free(s.cells);
  return edge_places_close(&s.places, status);
}

/* Gives up the edges onto cells of other ranks. */
static void keep_own(edge_list *list, const deal_way *way)
{
  const uint64_t before = list->n_here;
  list->n_here = 0;
  for (uint64_t e = 0; e < before; e++)
    if (loligo_decomposition_rank(way->decomposition, way->population, list->here[e].target) == way->rank)
      list->here[list->n_here++] = list->here[e];
  if (list->n_here < before)
    memory_give_back(list->here, list->n_here * sizeof *list->here, before * sizeof *list->here);
}

loligo_status edges_gather_for(const loligo_context *context, loligo_network *network, const char *name)
{
  const partitioner *partitioner = partitioner_find(name);
  if (!partitioner || !partitioner->looks_at_edges) return LOLIGO_OK;
  for (size_t i = 0; i < network->n_projections; i++) {
    edge_list *list = network->projections[i].list;
    if (list && !list->is_here) LOLIGO_TRY(spread(list, &(deal_way){.context = context}));
  }
  return LOLIGO_OK;
}

loligo_status edges_spread(const loligo_context *context, loligo_network *network,
                           const loligo_decomposition *decomposition, int rank)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    const deal_way way = {context, decomposition, projection->target, rank};
    if (!projection->list) continue;
    if (projection->list->is_here)
      keep_own(projection->list, &way);
    else
      LOLIGO_TRY(spread(projection->list, &way));
    edge_list_settle(projection->list);
  }
  return LOLIGO_OK;
}

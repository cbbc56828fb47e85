/*
 * Edges are dealt out by their targets; where they go is known from how many there are onto each cell. Rank 0 reads
 * them; or, where any rank can read rows, each reads its own share, or by an index just the rows of its cells.
 */
#include "partition/edges.h"

#include "base/least.h"
#include "base/memory.h"
#include "network/edge_list.h"
#include "partition/deal.h"
#include "partition/partitioner.h"

enum { PIECE = 1 << 15 };

/* Rows that a rank reads at once where all read: together so many, unless that were too few to read at once. */
enum { ROWS_OF_ALL = 1 << 20, LEAST_ROWS = 1 << 10 };

/* Rows that a rank reads for one edge of its own, at most, rather than have them passed on. */
enum { MOST_ROWS_OF_EDGE = 4 };

static const char WHAT[] = "edges on their way";

/** One list on its way. */
typedef struct spreading {
  edge_list *list;
  uint64_t *cells; /* of this rank */
  edge_places places;
  loligo_edge *piece; /* [PIECE] that this rank has read, where all read */
  uint64_t digest;    /* of the edges of this rank, where it finds them by an index */
} spreading;

static loligo_status open(spreading *s, const deal_way *way)
{
  if (!way->decomposition) return edge_places_open(&s->places, s->list, NULL, s->list->n_targets);
  const uint64_t n = loligo_decomposition_count(way->decomposition, way->population, way->rank);
  s->cells = memory_allocate(n, sizeof *s->cells, WHAT);
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

/* -- where all ranks read -- */

/* The next rows of this rank, at most `room`, into its piece; after a failure none. */
static size_t read_rows(deal *deal, edge_rows *rows, size_t room, uint64_t *digest)
{
  const spreading *s = deal->self;
  const edge_source *source = &s->list->source;
  const size_t n_rows = least(room, rows->end - rows->first);
  size_t n = 0;
  if (deal->status == LOLIGO_OK && n_rows > 0)
    deal->status = source->read(source->self, rows->first, n_rows, s->piece, &n);
  if (deal->status != LOLIGO_OK) n = 0;
  rows->first += n_rows;
  *digest += edge_list_digest(s->piece, n);
  return n;
}

static loligo_status pass_on_rows(deal *deal)
{
  const spreading *s = deal->self;
  const int ranks = deal->way.context->size;
  const edge_rows longest = edge_list_rows(s->list, 0, ranks);
  const size_t room = least(PIECE, largest(LEAST_ROWS, ROWS_OF_ALL / (uint64_t)ranks));
  edge_rows rows = edge_list_rows(s->list, deal->way.context->rank, ranks);
  uint64_t digest = 0;
  for (uint64_t row = 0; row < longest.end; row += room) {
    const size_t n = read_rows(deal, &rows, room, &digest);
    LOLIGO_TRY(deal_round(deal, s->piece, n));
  }
  if (deal->status == LOLIGO_OK && digest != s->list->digest_of_rows) deal->status = edge_list_fail_changed(s->list);
  return LOLIGO_OK;
}

/* -- where an index tells each rank its rows -- */

/* The rows of this rank, if reading them takes less than passing on edges; false where it would read too many. */
static loligo_status find_rows(const spreading *s, edge_rows **rows, size_t *n, bool *is_worth)
{
  const edge_source *source = &s->list->source;
  uint64_t n_rows = 0;
  *rows = NULL;
  *n = 0;
  *is_worth = false;
  if (!source->find) return LOLIGO_OK;
  LOLIGO_TRY(source->find(source->self, s->cells, s->places.n_cells, rows, n, is_worth));
  for (size_t i = 0; i < *n; i++) n_rows += (*rows)[i].end - (*rows)[i].first;
  *is_worth = *is_worth && n_rows <= MOST_ROWS_OF_EDGE * s->list->n_here + PIECE;
  return LOLIGO_OK;
}

/* Of edges that are read, those of this rank go to their places. */
static void keep_own_of(deal *deal, size_t n)
{
  spreading *s = deal->self;
  const deal_way *way = &deal->way;
  size_t n_own = 0;
  for (size_t e = 0; e < n; e++)
    if (loligo_decomposition_rank(way->decomposition, way->population, s->piece[e].target) == way->rank)
      s->piece[n_own++] = s->piece[e];
  s->digest += edge_list_digest(s->piece, n_own);
  deal_own(deal, s->piece, n_own);
}

static void read_own(deal *deal, const edge_rows *rows, size_t n)
{
  const spreading *s = deal->self;
  const edge_source *source = &s->list->source;
  size_t n_read;
  for (size_t i = 0; i < n; i++) {
    for (uint64_t row = rows[i].first; deal->status == LOLIGO_OK && row < rows[i].end; row += PIECE) {
      deal->status = source->read(source->self, row, least(PIECE, rows[i].end - row), s->piece, &n_read);
      if (deal->status == LOLIGO_OK) keep_own_of(deal, n_read);
    }
  }
  if (deal->status == LOLIGO_OK) deal->status = edge_places_check(&s->places);
}

/* Whether all of the edges, if all are somewhere, are what they were. Collective. */
static void check_own(deal *deal)
{
  const spreading *s = deal->self;
  const loligo_context *context = deal->way.context;
  uint64_t sums[] = {s->list->n_here, s->digest};
  deal->status = loligo_agree(context, deal->status);
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, context->comm);
  if (deal->status == LOLIGO_OK && sums[0] == s->list->n && sums[1] != s->list->digest)
    deal->status = edge_list_fail_changed(s->list);
}

/* By an index, where all ranks have one that is worth it, or all together. */
static loligo_status read_shared(deal *deal)
{
  const loligo_context *context = deal->way.context;
  edge_rows *rows;
  size_t n;
  bool is_worth;
  loligo_status status = loligo_agree(context, find_rows(deal->self, &rows, &n, &is_worth));
  int all = is_worth;
  if (status == LOLIGO_OK) MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_MIN, context->comm);
  if (status == LOLIGO_OK && all) {
    read_own(deal, rows, n);
    check_own(deal);
  } else if (status == LOLIGO_OK) {
    status = pass_on_rows(deal);
  }
  memory_free(rows);
  return status;
}

static loligo_status share(deal *deal)
{
  spreading *s = deal->self;
  s->piece = memory_allocate(PIECE, sizeof *s->piece, WHAT);
  loligo_status status = loligo_agree(deal->way.context, s->piece ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = read_shared(deal);
  edge_source_rest(&s->list->source);
  memory_free(s->piece);
  return status;
}

static loligo_status spread(edge_list *list, const deal_way *way)
{
  spreading s = {.list = list};
  const bool all_read = list->source.read && way->decomposition;
  deal deal = {.way = *way,
               .item_size = sizeof(loligo_edge),
               .piece = PIECE,
               .self = &s,
               .all_read = all_read,
               .read = all_read ? share : read_all,
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

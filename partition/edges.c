/*
 * Who reads, rank 0 alone or all ranks their shares, reads a piece, sorts it by the ranks of its targets, and all swap;
 * so nobody holds more than pieces beside what it keeps. Whoever fails goes on swapping until the list is at its end.
 */
#include "partition/edges.h"

#include <string.h>

#include "base/comm.h"
#include "base/least.h"
#include "base/memory.h"
#include "network/edge_list.h"
#include "partition/partitioner.h"

enum { PIECE = 1 << 15 };

/* Rows that a rank reads at once where all read: together so many, unless that were too few to read at once. */
enum { ROWS_OF_ALL = 1 << 20, LEAST_ROWS = 1 << 10 };

/* Rows that a rank reads for one edge of its own, at most, rather than have them passed on. */
enum { MOST_ROWS_OF_EDGE = 4 };

static const char WHAT[] = "edges on their way";

/** One list on its way. */
typedef struct spreading {
  const loligo_context *context;
  edge_list *list;
  const loligo_decomposition *decomposition; /* NULL: every rank takes all edges */
  size_t population;                         /* of the targets */
  int rank;
  uint64_t *cells; /* of this rank */
  edge_places places;
  loligo_status status;  /* of what this rank reads and keeps */
  loligo_edge *sorted;   /* [PIECE] where it reads; of a round */
  loligo_edge *received; /* [room] of a round */
  size_t room;
  uint64_t *n_sent, *n_received; /* [ranks] */
  uint64_t *next;                /* [ranks] */
  bool is_cut;                   /* a round failed, on all ranks */
  uint64_t digest;               /* of the edges of this rank, where it finds them by an index */
} spreading;

static bool is_root(const spreading *s)
{
  return s->context->rank == 0;
}

/* Whether all ranks read. */
static bool is_shared(const spreading *s)
{
  return s->list->source.read && s->decomposition;
}

static loligo_status allocate(spreading *s)
{
  const size_t ranks = (size_t)s->context->size;
  s->sorted = memory_allocate(is_root(s) || is_shared(s) ? PIECE : 0, sizeof *s->sorted, WHAT);
  LOLIGO_TRY(memory_grow((void **)&s->received, &s->room, PIECE, sizeof *s->received, WHAT));
  s->n_sent = memory_allocate(ranks, sizeof *s->n_sent, WHAT);
  s->n_received = memory_allocate(ranks, sizeof *s->n_received, WHAT);
  s->next = memory_allocate(ranks, sizeof *s->next, WHAT);
  const bool all = s->sorted && s->received && s->n_sent && s->n_received && s->next;
  return all ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status open(spreading *s)
{
  LOLIGO_TRY(allocate(s));
  if (!s->decomposition) return edge_places_open(&s->places, s->list, NULL, s->list->n_targets);
  const uint64_t n = loligo_decomposition_count(s->decomposition, s->population, s->rank);
  s->cells = memory_allocate(n, sizeof *s->cells, WHAT);
  if (!s->cells) return LOLIGO_MACHINE_ERROR;
  loligo_decomposition_cells(s->decomposition, s->population, s->rank, s->cells);
  return edge_places_open(&s->places, s->list, s->cells, n);
}

static void close(spreading *s)
{
  memory_free(s->cells);
  memory_free(s->sorted);
  memory_free(s->received);
  memory_free(s->n_sent);
  memory_free(s->n_received);
  memory_free(s->next);
}

static void keep(spreading *s, const loligo_edge *edges, uint64_t n)
{
  if (s->status == LOLIGO_OK) s->status = edge_places_take(&s->places, edges, n);
}

/* Rank of the context that takes an edge; that of a dry run is alone and takes its own. */
static int taker(const spreading *s, const loligo_edge *edge)
{
  const int owner = loligo_decomposition_rank(s->decomposition, s->population, edge->target);
  if (s->context->size > 1) return owner;
  return owner == s->rank ? 0 : -1;
}

static void sort_piece(spreading *s, const loligo_edge *edges, size_t n)
{
  const int ranks = s->context->size;
  uint64_t before = 0;
  memset(s->n_sent, 0, (size_t)ranks * sizeof *s->n_sent);
  for (size_t e = 0; e < n; e++) {
    const int to = taker(s, &edges[e]);
    if (to >= 0) s->n_sent[to]++;
  }
  for (int r = 0; r < ranks; r++) {
    s->next[r] = before;
    before += s->n_sent[r];
  }
  for (size_t e = 0; e < n; e++) {
    const int to = taker(s, &edges[e]);
    if (to >= 0) s->sorted[s->next[to]++] = edges[e];
  }
}

static loligo_status swap(spreading *s)
{
  uint64_t n = 0;
  comm_swap_counts(s->context, s->n_sent, s->n_received);
  for (int r = 0; r < s->context->size; r++) n += s->n_received[r];
  loligo_status status = memory_grow((void **)&s->received, &s->room, n, sizeof *s->received, WHAT);
  if (is_shared(s)) status = loligo_agree(s->context, status);
  if (status == LOLIGO_OK)
    status = comm_swap(s->context, sizeof *s->sorted, (comm_items){s->sorted, s->n_sent},
                       (comm_items){s->received, s->n_received});
  s->is_cut = status != LOLIGO_OK;
  LOLIGO_TRY(status);
  keep(s, s->received, n);
  return LOLIGO_OK;
}

/* A round of all ranks; `n` of rank 0, 0 at the end. */
static loligo_status pass_on(spreading *s, loligo_edge *edges, uint64_t *n)
{
  comm_broadcast(s->context, n, sizeof *n);
  if (*n == 0) return LOLIGO_OK;
  if (!s->decomposition) {
    comm_broadcast(s->context, edges, *n * sizeof *edges);
    keep(s, edges, *n);
    return LOLIGO_OK;
  }
  if (is_root(s)) sort_piece(s, edges, *n);
  return swap(s);
}

static loligo_status send_piece(void *self, loligo_edge *edges, size_t n)
{
  spreading *s = self;
  uint64_t count = n;
  if (s->context->size > 1 || s->decomposition) return pass_on(s, edges, &count);
  keep(s, edges, n);
  return LOLIGO_OK;
}

static loligo_status read_and_send(spreading *s)
{
  uint64_t n = 0;
  const loligo_status status = edge_list_read(s->list, PIECE, send_piece, s);
  if (!s->is_cut) pass_on(s, s->sorted, &n);
  return status;
}

static loligo_status receive(spreading *s)
{
  uint64_t n;
  do LOLIGO_TRY(pass_on(s, s->received, &n));
  while (n > 0);
  return LOLIGO_OK;
}

/* -- where all ranks read -- */

/* The next rows of this rank, at most `room`, sorted; after a failure none. */
static void read_rows(spreading *s, loligo_edge *edges, edge_rows *rows, size_t room, uint64_t *digest)
{
  const edge_source *source = &s->list->source;
  const size_t n_rows = least(room, rows->end - rows->first);
  size_t n = 0;
  if (s->status == LOLIGO_OK && n_rows > 0) s->status = source->read(source->self, rows->first, n_rows, edges, &n);
  if (s->status != LOLIGO_OK) n = 0;
  rows->first += n_rows;
  *digest += edge_list_digest(edges, n);
  sort_piece(s, edges, n);
}

static loligo_status pass_on_rows(spreading *s, loligo_edge *edges)
{
  const int ranks = s->context->size;
  const edge_rows longest = edge_list_rows(s->list, 0, ranks);
  const size_t room = least(PIECE, largest(LEAST_ROWS, ROWS_OF_ALL / (uint64_t)ranks));
  edge_rows rows = edge_list_rows(s->list, s->context->rank, ranks);
  uint64_t digest = 0;
  for (uint64_t row = 0; row < longest.end; row += room) {
    read_rows(s, edges, &rows, room, &digest);
    LOLIGO_TRY(swap(s));
  }
  if (s->status == LOLIGO_OK && digest != s->list->digest_of_rows) s->status = edge_list_fail_changed(s->list);
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
static void keep_own_of(spreading *s, loligo_edge *edges, size_t n)
{
  size_t n_own = 0;
  for (size_t e = 0; e < n; e++)
    if (loligo_decomposition_rank(s->decomposition, s->population, edges[e].target) == s->rank)
      edges[n_own++] = edges[e];
  s->digest += edge_list_digest(edges, n_own);
  keep(s, edges, n_own);
}

static void read_own(spreading *s, loligo_edge *edges, const edge_rows *rows, size_t n)
{
  const edge_source *source = &s->list->source;
  size_t n_read;
  for (size_t i = 0; i < n; i++) {
    for (uint64_t row = rows[i].first; s->status == LOLIGO_OK && row < rows[i].end; row += PIECE) {
      s->status = source->read(source->self, row, least(PIECE, rows[i].end - row), edges, &n_read);
      if (s->status == LOLIGO_OK) keep_own_of(s, edges, n_read);
    }
  }
  if (s->status == LOLIGO_OK) s->status = edge_places_check(&s->places);
}

/* Whether all of the edges, if all are somewhere, are what they were. Collective. */
static void check_own(spreading *s)
{
  uint64_t sums[] = {s->list->n_here, s->digest};
  s->status = loligo_agree(s->context, s->status);
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, s->context->comm);
  if (s->status == LOLIGO_OK && sums[0] == s->list->n && sums[1] != s->list->digest)
    s->status = edge_list_fail_changed(s->list);
}

/* By an index, where all ranks have one that is worth it, or all together. */
static loligo_status read_shared(spreading *s, loligo_edge *edges)
{
  edge_rows *rows;
  size_t n;
  bool is_worth;
  loligo_status status = loligo_agree(s->context, find_rows(s, &rows, &n, &is_worth));
  int all = is_worth;
  if (status == LOLIGO_OK) MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_MIN, s->context->comm);
  if (status == LOLIGO_OK && all) {
    read_own(s, edges, rows, n);
    check_own(s);
  } else if (status == LOLIGO_OK) {
    status = pass_on_rows(s, edges);
  }
  memory_free(rows);
  return status;
}

static loligo_status share(spreading *s)
{
  loligo_edge *edges = memory_allocate(PIECE, sizeof *edges, WHAT);
  loligo_status status = loligo_agree(s->context, edges ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = read_shared(s, edges);
  edge_source_rest(&s->list->source);
  memory_free(edges);
  return status;
}

static loligo_status move_edges(spreading *s)
{
  if (is_shared(s)) return share(s);
  return is_root(s) ? read_and_send(s) : receive(s);
}

static loligo_status spread(spreading *s)
{
  loligo_status status = loligo_agree(s->context, open(s));
  if (status == LOLIGO_OK) status = move_edges(s);
  if (status == LOLIGO_OK) status = s->status;
  status = edge_places_close(&s->places, loligo_agree(s->context, status));
  close(s);
  return status;
}

/* Gives up the edges onto cells of other ranks. */
static void keep_own(spreading *s)
{
  edge_list *list = s->list;
  const uint64_t before = list->n_here;
  list->n_here = 0;
  for (uint64_t e = 0; e < before; e++)
    if (loligo_decomposition_rank(s->decomposition, s->population, list->here[e].target) == s->rank)
      list->here[list->n_here++] = list->here[e];
  if (list->n_here < before)
    memory_give_back(list->here, list->n_here * sizeof *list->here, before * sizeof *list->here);
}

loligo_status edges_gather_for(const loligo_context *context, loligo_network *network, const char *name)
{
  const partitioner *partitioner = partitioner_find(name);
  if (!partitioner || !partitioner->looks_at_edges) return LOLIGO_OK;
  for (size_t i = 0; i < network->n_projections; i++) {
    spreading s = {.context = context, .list = network->projections[i].list};
    if (s.list && !s.list->is_here) LOLIGO_TRY(spread(&s));
  }
  return LOLIGO_OK;
}

loligo_status edges_spread(const loligo_context *context, loligo_network *network,
                           const loligo_decomposition *decomposition, int rank)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    loligo_projection *projection = &network->projections[i];
    spreading s = {.context = context,
                   .list = projection->list,
                   .decomposition = decomposition,
                   .population = projection->target,
                   .rank = rank};
    if (!s.list) continue;
    if (s.list->is_here)
      keep_own(&s);
    else
      LOLIGO_TRY(spread(&s));
    edge_list_settle(s.list);
  }
  return LOLIGO_OK;
}

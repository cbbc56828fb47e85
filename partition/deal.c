/*
 * Who reads a piece, rank 0 or all ranks, sorts it by the ranks that keep it, and all swap. Whoever fails goes on
 * swapping until the items are at an end.
 */
#include "partition/deal.h"

#include <string.h>

#include "base/comm.h"
#include "base/memory.h"

static const char WHAT[] = "items on their way";

static bool is_root(const deal *d)
{
  return d->way.context->rank == 0;
}

static loligo_status allocate(deal *d)
{
  const size_t ranks = (size_t)d->way.context->size;
  d->sorted = memory_allocate(is_root(d) || d->all_read ? d->piece : 0, d->item_size, WHAT);
  LOLIGO_TRY(memory_grow((void **)&d->received, &d->room, d->piece, d->item_size, WHAT));
  d->n_sent = memory_allocate(ranks, sizeof *d->n_sent, WHAT);
  d->n_received = memory_allocate(ranks, sizeof *d->n_received, WHAT);
  d->next = memory_allocate(ranks, sizeof *d->next, WHAT);
  const bool all = d->sorted && d->n_sent && d->n_received && d->next;
  return all ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void release(deal *d)
{
  memory_free(d->sorted);
  memory_free(d->received);
  memory_free(d->n_sent);
  memory_free(d->n_received);
  memory_free(d->next);
}

void deal_own(deal *d, const void *items, size_t n)
{
  if (d->status == LOLIGO_OK) d->status = d->keep(d->self, items, n);
}

/* Rank of the context that takes an item; that of a dry run is alone and takes its own. */
static int taker(const deal *d, const void *items, size_t i)
{
  const deal_way *way = &d->way;
  const int owner = loligo_decomposition_rank(way->decomposition, way->population, d->cell(d->self, items, i));
  if (way->context->size > 1) return owner;
  return owner == way->rank ? 0 : -1;
}

static void sort_piece(deal *d, const char *items, size_t n)
{
  const int ranks = d->way.context->size;
  uint64_t before = 0;
  memset(d->n_sent, 0, (size_t)ranks * sizeof *d->n_sent);
  for (size_t i = 0; i < n; i++) {
    const int to = taker(d, items, i);
    if (to >= 0) d->n_sent[to]++;
  }
  for (int r = 0; r < ranks; r++) {
    d->next[r] = before;
    before += d->n_sent[r];
  }
  for (size_t i = 0; i < n; i++) {
    const int to = taker(d, items, i);
    if (to >= 0) memcpy(d->sorted + d->next[to]++ * d->item_size, items + i * d->item_size, d->item_size);
  }
}

static loligo_status swap(deal *d)
{
  const loligo_context *context = d->way.context;
  uint64_t n = 0;
  comm_swap_counts(context, d->n_sent, d->n_received);
  for (int r = 0; r < context->size; r++) n += d->n_received[r];
  loligo_status status = LOLIGO_OK;
  if (d->all_read) status = loligo_agree(context, memory_grow((void **)&d->received, &d->room, n, d->item_size, WHAT));
  if (status == LOLIGO_OK)
    status =
        comm_swap(context, d->item_size, (comm_items){d->sorted, d->n_sent}, (comm_items){d->received, d->n_received});
  d->is_cut = status != LOLIGO_OK;
  LOLIGO_TRY(status);
  deal_own(d, d->received, n);
  return LOLIGO_OK;
}

/* A round of all ranks; `n` of rank 0, 0 at the end. */
static loligo_status pass_on(deal *d, void *items, uint64_t *n)
{
  comm_broadcast(d->way.context, n, sizeof *n);
  if (*n == 0) return LOLIGO_OK;
  if (!d->way.decomposition) {
    comm_broadcast(d->way.context, items, *n * d->item_size);
    deal_own(d, items, *n);
    return LOLIGO_OK;
  }
  if (is_root(d)) sort_piece(d, items, *n);
  return swap(d);
}

loligo_status deal_piece(deal *d, void *items, size_t n)
{
  uint64_t count = n;
  if (d->way.context->size > 1 || d->way.decomposition) return pass_on(d, items, &count);
  deal_own(d, items, n);
  return LOLIGO_OK;
}

loligo_status deal_round(deal *d, const void *items, size_t n)
{
  sort_piece(d, items, d->status == LOLIGO_OK ? n : 0);
  return swap(d);
}

static loligo_status read_and_send(deal *d)
{
  uint64_t n = 0;
  const loligo_status status = d->read(d);
  if (!d->is_cut) pass_on(d, d->sorted, &n);
  return status;
}

static loligo_status receive(deal *d)
{
  uint64_t n;
  do LOLIGO_TRY(pass_on(d, d->received, &n));
  while (n > 0);
  return LOLIGO_OK;
}

static loligo_status move(deal *d)
{
  if (d->all_read) return d->read(d);
  return is_root(d) ? read_and_send(d) : receive(d);
}

loligo_status deal_out(deal *d, loligo_status ready)
{
  d->status = LOLIGO_OK;
  d->is_cut = false;
  const loligo_status allocated = allocate(d);
  loligo_status status = loligo_agree(d->way.context, ready == LOLIGO_OK ? allocated : ready);
  if (status == LOLIGO_OK) status = move(d);
  if (status == LOLIGO_OK) status = d->status;
  release(d);
  return loligo_agree(d->way.context, status);
}

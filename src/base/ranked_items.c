/*
 * Counting comes first, so that each item is placed where it is sent from.
 */
#include "base/ranked_items.h"

#include "base/comm.h"
#include "base/memory.h"

loligo_status ranked_items_init(ranked_items *ranked, int ranks, size_t size, const char *what)
{
  *ranked = (ranked_items){.size = size, .ranks = ranks, .what = what};
  ranked->n = memory_allocate((size_t)ranks, sizeof *ranked->n, what);
  ranked->next = memory_allocate((size_t)ranks, sizeof *ranked->next, what);
  return ranked->n && ranked->next ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void ranked_items_free(ranked_items *ranked)
{
  memory_free(ranked->items);
  memory_free(ranked->n);
  memory_free(ranked->next);
  *ranked = (ranked_items){0};
}

uint64_t ranked_items_count(const ranked_items *ranked)
{
  uint64_t sum = 0;
  for (int r = 0; r < ranked->ranks; r++) sum += ranked->n[r];
  return sum;
}

void ranked_items_drop(ranked_items *ranked)
{
  memory_free(ranked->items);
  ranked->items = NULL;
}

loligo_status ranked_items_make_room(ranked_items *ranked)
{
  uint64_t before = 0;
  for (int r = 0; r < ranked->ranks; before += ranked->n[r++]) ranked->next[r] = before;
  ranked_items_drop(ranked);
  ranked->items = memory_allocate(before, ranked->size, ranked->what);
  return ranked->items ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status move(const loligo_context *context, const ranked_items *from, ranked_items *to)
{
  return comm_swap(context, from->size, (comm_items){from->items, from->n}, (comm_items){to->items, to->n});
}

loligo_status ranked_items_swap(const loligo_context *context, const ranked_items *sent, ranked_items *received)
{
  LOLIGO_TRY(loligo_agree(context, ranked_items_make_room(received)));
  return move(context, sent, received);
}

loligo_status ranked_items_hand_over(const loligo_context *context, const ranked_items *sent, ranked_items *received)
{
  comm_swap_counts(context, sent->n, received->n);
  return ranked_items_swap(context, sent, received);
}

loligo_status ranked_items_give_back(const loligo_context *context, const ranked_items *received, ranked_items *sent)
{
  return move(context, received, sent);
}

/** Items that go to ranks, or have come from them: counted, then placed, then handed over. */
#ifndef LOLIGO_BASE_RANKED_ITEMS_H
#define LOLIGO_BASE_RANKED_ITEMS_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

typedef struct ranked_items {
  void *items;    /* [sum of n] those of rank 0 first, then those of rank 1, ...; NULL before there is room; owned */
  uint64_t *n;    /* [ranks] */
  uint64_t *next; /* [ranks] where the next one of each is placed */
  size_t size;    /* bytes of an item */
  int ranks;
  const char *what; /* they are, in messages */
} ranked_items;

/** Without items. Not collective. MACHINE without memory; ranked_items_free() also then. */
loligo_status ranked_items_init(ranked_items *ranked, int ranks, size_t size, const char *what);
void ranked_items_free(ranked_items *ranked);

/** Items of all ranks. Not collective. */
uint64_t ranked_items_count(const ranked_items *ranked);

/** Makes room for as many as n tells, in place of any before. Not collective. MACHINE without memory. */
loligo_status ranked_items_make_room(ranked_items *ranked);

/** Gives the room back; n stays. Not collective. */
void ranked_items_drop(ranked_items *ranked);

/** Takes the place of the next item of a rank, of which there are no more than were counted. Not collective. */
static inline void *ranked_items_place(ranked_items *ranked, int rank)
{
  return (char *)ranked->items + ranked->size * ranked->next[rank]++;
}

/** Sends items to their ranks; `received` is there without items. Collective. MACHINE on all ranks. */
loligo_status ranked_items_hand_over(const loligo_context *context, const ranked_items *sent, ranked_items *received);

/** The same where received->n is known. */
loligo_status ranked_items_swap(const loligo_context *context, const ranked_items *sent, ranked_items *received);

/** Sends items that were received back into the places that they came from. Collective. MACHINE on all ranks. */
loligo_status ranked_items_give_back(const loligo_context *context, const ranked_items *received, ranked_items *sent);

#endif

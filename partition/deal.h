/**
 * Items that rank 0 reads in pieces, or all ranks read, on their way to the ranks that keep them: nobody holds more
 * than a piece, or what it gets of a round, beside what it keeps.
 */
#ifndef LOLIGO_PARTITION_DEAL_H
#define LOLIGO_PARTITION_DEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "loligo/status.h"

/** To which ranks of which cells. */
typedef struct deal_way {
  const loligo_context *context;
  const loligo_decomposition *decomposition; /* NULL: every rank keeps all */
  size_t population;                         /* of the cells that items belong to */
  int rank;                                  /* of the decomposition that this one stands for */
} deal_way;

typedef struct deal {
  deal_way way;
  size_t item_size;
  size_t piece;  /* items of one, at most */
  void *self;    /* of the functions below */
  bool all_read; /* not rank 0 alone; there must be a decomposition */

  /** On rank 0: hands all items to deal_piece(), in pieces, until one fails. Where all read, on all ranks: collective,
   * with equally many calls of deal_round(), or items of this rank alone to deal_own(). */
  loligo_status (*read)(struct deal *deal);

  /** The cell that item i of the piece in hand belongs to. */
  uint64_t (*cell)(void *self, const void *items, size_t i);

  /** Takes items that this rank keeps, in the order in which they were read. */
  loligo_status (*keep)(void *self, const void *items, uint64_t n);

  loligo_status status;    /* of what this rank reads, where all do, and keeps */
  char *sorted, *received; /* [piece], [room]; private, as all below */
  size_t room;
  uint64_t *n_sent, *n_received, *next; /* [ranks] */
  bool is_cut;                          /* a round failed, on all ranks */
} deal;

/**
 * Deals out all items.
 *
 * Collective; members from `status` on are set here.
 *
 * @param ready  of this rank: where it is a failure anywhere nothing is read
 * @return       the same on all ranks: that of the lowest rank that failed
 */
loligo_status deal_out(deal *deal, loligo_status ready);

/** Deals out n items. Not collective: for `read` alone. */
loligo_status deal_piece(deal *deal, void *items, size_t n);

/** Deals out n items of each rank, none where it has failed. Collective: for `read` alone, where all read. MACHINE on
 * all ranks. */
loligo_status deal_round(deal *deal, const void *items, size_t n);

/** Keeps n items of this rank that it has read itself, unless it has failed. Not collective. */
void deal_own(deal *deal, const void *items, size_t n);

#endif

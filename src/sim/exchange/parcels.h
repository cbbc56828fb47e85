/** Records sorted by destination, as the directed exchange methods send and receive them. */
#ifndef LOLIGO_SIM_EXCHANGE_PARCELS_H
#define LOLIGO_SIM_EXCHANGE_PARCELS_H

#include <stddef.h>
#include <stdint.h>

#include "sim/exchange/exchange.h"

/** One block per partner, all of one size, and what does not fit. */
typedef struct parcels {
  int n;            /* partners */
  int level;        /* of the blocks (block_size.h) */
  uint64_t *blocks; /* [n][block_words(level)] header, then records */
  size_t capacity;  /* words of all blocks */
  record_list rest; /* beyond the blocks, grouped by partner */
  int *count;       /* [n] of rest */
  int *from;        /* [n] first in rest */
} parcels;

loligo_status parcels_init(parcels *parcels, int n);
void parcels_free(parcels *parcels);

/** Makes room for blocks of a higher level; what is in them stays as it is. */
loligo_status parcels_reserve(parcels *parcels, int level);

/**
 * Packs what is to be sent. Not collective.
 *
 * @param partner_of_rank  [ranks] number of the partner that is that rank
 * @param flags            EXCHANGE_OVERFLOW is added where a block does not hold everything, or after a failure; all
 *                         headers carry the result
 * @param wanted           set to the level of blocks that this rank wishes for; all headers carry it
 */
loligo_status parcels_pack(parcels *parcels, const routes *routes, const int *partner_of_rank, const outbox *sent,
                           unsigned *flags, int *wanted);

/** Union of the flags in the headers of received blocks. */
unsigned parcels_flags(const parcels *parcels);

/** Highest level wished for in the headers of received blocks. */
int parcels_wanted(const parcels *parcels);

/** Makes room in received->rest and sets count and from according to the headers. */
loligo_status parcels_expect_rest(parcels *received);

/** Puts all received records, blocks and rest, into one list. */
loligo_status parcels_unpack(const parcels *received, record_list *records);

/** What a rank sends and gets in an exchange; all ranks agree on the size of the blocks. */
typedef struct mail {
  parcels sent, received;
  block_size size;
  int self;            /* number of the partner that is this rank, to which nothing is sent; -1: none is */
  uint64_t sent_words; /* to others so far */
} mail;

/** Between so many partners. mail_free() also after a failure (MACHINE). */
loligo_status mail_init(mail *mail, int n_destinations, int n_sources, int self);
void mail_free(mail *mail);

/**
 * Prepares the second round, and the blocks of the next exchange, which may be larger.
 *
 * Collective, where any rank has EXCHANGE_OVERFLOW.
 *
 * @param status  of this rank so far
 * @param wanted  highest level wished for by any rank
 * @return        of the lowest rank that failed, on all
 */
loligo_status mail_prepare_rest(mail *mail, const loligo_context *context, loligo_status status, int wanted);

/** Counts what is sent in the first round, or the second one. Not collective. */
void mail_count_blocks(mail *mail);
void mail_count_rest(mail *mail);

/** Unpacks what was received and sizes the blocks of the next exchange. Not collective. */
loligo_status mail_take(mail *mail, int wanted, record_list *records);

#endif

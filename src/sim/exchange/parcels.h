/** Records sorted by destination, as the directed exchange methods send and receive them. */
#ifndef LOLIGO_SIM_EXCHANGE_PARCELS_H
#define LOLIGO_SIM_EXCHANGE_PARCELS_H

#include <stddef.h>
#include <stdint.h>

#include "sim/exchange/exchange.h"

enum { PARCEL_WORDS = 8, PARCEL_RECORDS = PARCEL_WORDS - 1 };

/** One fixed block per partner, and what does not fit. */
typedef struct parcels {
  int n;            /* partners */
  uint64_t *blocks; /* [n][PARCEL_WORDS] header, then records */
  record_list rest; /* beyond the blocks, grouped by partner */
  int *count;       /* [n] of rest */
  int *from;        /* [n] first in rest */
} parcels;

loligo_status parcels_init(parcels *parcels, int n);
void parcels_free(parcels *parcels);

/**
 * Packs what is to be sent. Not collective.
 *
 * @param partner_of_rank  [ranks] number of the partner that is that rank
 * @param flags            EXCHANGE_OVERFLOW is added where a block does not hold everything; all headers carry the
 * result
 */
loligo_status parcels_pack(parcels *parcels, const routes *routes, const int *partner_of_rank, const outbox *sent,
                           unsigned *flags);

/** Union of the flags in the headers of received blocks. */
unsigned parcels_flags(const parcels *parcels);

/** Makes room in received->rest and sets count and from according to the headers. */
loligo_status parcels_expect_rest(parcels *received);

/** Puts all received records, blocks and rest, into one list. */
loligo_status parcels_unpack(const parcels *received, record_list *records);

#endif

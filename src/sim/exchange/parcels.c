/*
 * Packing of records by destination: count, then place. The first of each partner go into its fixed block.
 */
#include "sim/exchange/parcels.h"

#include <string.h>

#include "base/memory.h"

loligo_status parcels_init(parcels *parcels, int n)
{
  *parcels = (struct parcels){.n = n};
  parcels->blocks = memory_allocate((size_t)n * PARCEL_WORDS, sizeof *parcels->blocks, "spike exchange");
  parcels->count = memory_allocate((size_t)n, sizeof *parcels->count, "spike exchange");
  parcels->from = memory_allocate((size_t)n, sizeof *parcels->from, "spike exchange");
  return parcels->blocks && parcels->count && parcels->from ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void parcels_free(parcels *parcels)
{
  memory_free(parcels->blocks);
  memory_free(parcels->count);
  memory_free(parcels->from);
  record_list_free(&parcels->rest);
}

static size_t in_block(size_t n)
{
  return n < PARCEL_RECORDS ? n : PARCEL_RECORDS;
}

static uint64_t *block_of(const parcels *parcels, int partner)
{
  return parcels->blocks + (size_t)partner * PARCEL_WORDS;
}

/* From the totals in count: what remains beyond the blocks, and where it lies. Returns the sum of the rest. */
static size_t place_rest(parcels *parcels)
{
  size_t sum = 0;
  for (int p = 0; p < parcels->n; p++) {
    size_t n = (size_t)parcels->count[p];
    parcels->count[p] = (int)(n - in_block(n));
    parcels->from[p] = (int)sum;
    sum += n - in_block(n);
  }
  return sum;
}

static void put(parcels *parcels, int partner, spike_record record)
{
  uint64_t *block = block_of(parcels, partner);
  size_t n = (size_t)block[0]++;
  if (n < PARCEL_RECORDS)
    block[1 + n] = record;
  else
    parcels->rest.items[(size_t)parcels->from[partner] + n - PARCEL_RECORDS] = record;
}

loligo_status parcels_pack(parcels *parcels, const routes *routes, const int *partner_of_rank, const outbox *sent,
                           unsigned *flags)
{
  memset(parcels->count, 0, (size_t)parcels->n * sizeof *parcels->count);
  for (size_t i = 0; i < sent->n; i++)
    for (uint64_t k = routes->first[sent->lids[i]]; k < routes->first[sent->lids[i] + 1]; k++)
      parcels->count[partner_of_rank[routes->rank[k]]]++;
  size_t n_rest = place_rest(parcels);
  loligo_status status = record_list_resize(&parcels->rest, n_rest);
  if (n_rest > 0) *flags |= EXCHANGE_OVERFLOW;
  for (int p = 0; p < parcels->n; p++) block_of(parcels, p)[0] = 0;
  if (status == LOLIGO_OK)
    for (size_t i = 0; i < sent->n; i++)
      for (uint64_t k = routes->first[sent->lids[i]]; k < routes->first[sent->lids[i] + 1]; k++)
        put(parcels, partner_of_rank[routes->rank[k]], sent->records[i]);
  for (int p = 0; p < parcels->n; p++) block_of(parcels, p)[0] = block_header(*flags, block_of(parcels, p)[0]);
  return status;
}

unsigned parcels_flags(const parcels *parcels)
{
  unsigned flags = 0;
  for (int p = 0; p < parcels->n; p++) flags |= block_flags(block_of(parcels, p)[0]);
  return flags;
}

loligo_status parcels_expect_rest(parcels *received)
{
  for (int p = 0; p < received->n; p++) received->count[p] = (int)block_count(block_of(received, p)[0]);
  return record_list_resize(&received->rest, place_rest(received));
}

loligo_status parcels_unpack(const parcels *received, record_list *records)
{
  size_t n = received->rest.n, at = 0;
  for (int p = 0; p < received->n; p++) n += in_block(block_count(block_of(received, p)[0]));
  LOLIGO_TRY(record_list_resize(records, n));
  for (int p = 0; p < received->n; p++) {
    const uint64_t *block = block_of(received, p);
    size_t here = in_block(block_count(block[0]));
    if (here) memcpy(records->items + at, block + 1, here * sizeof *block);
    at += here;
  }
  if (received->rest.n) memcpy(records->items + at, received->rest.items, received->rest.n * sizeof *records->items);
  return LOLIGO_OK;
}

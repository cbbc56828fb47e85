/*
 * Packing of records by destination: count, then place. The first of each partner go into its fixed block.
 */
#include "sim/exchange/parcels.h"

#include <string.h>

#include "base/memory.h"

loligo_status parcels_init(parcels *parcels, int n)
{
  *parcels = (struct parcels){.n = n};
  parcels->count = memory_allocate((size_t)n, sizeof *parcels->count, "spike exchange");
  parcels->from = memory_allocate((size_t)n, sizeof *parcels->from, "spike exchange");
  LOLIGO_TRY(parcels_reserve(parcels, parcels->level));
  return parcels->count && parcels->from ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void parcels_free(parcels *parcels)
{
  memory_free(parcels->blocks);
  memory_free(parcels->count);
  memory_free(parcels->from);
  record_list_free(&parcels->rest);
}

loligo_status parcels_reserve(parcels *parcels, int level)
{
  const size_t words = (size_t)parcels->n * block_words(level);
  if (words <= parcels->capacity) return LOLIGO_OK;
  return memory_grow((void **)&parcels->blocks, &parcels->capacity, words, sizeof *parcels->blocks, "spike exchange");
}

static uint64_t *block_of(const parcels *parcels, int partner)
{
  return parcels->blocks + (size_t)partner * block_words(parcels->level);
}

/* From the totals in count: what remains beyond the blocks, and where it lies. Returns the sum of the rest. */
static size_t place_rest(parcels *parcels)
{
  size_t sum = 0;
  for (int p = 0; p < parcels->n; p++) {
    const size_t n = (size_t)parcels->count[p], rest = n - block_holds(parcels->level, n);
    parcels->count[p] = (int)rest;
    parcels->from[p] = (int)sum;
    sum += rest;
  }
  return sum;
}

static void put(parcels *parcels, int partner, spike_record record)
{
  uint64_t *block = block_of(parcels, partner);
  const size_t n = (size_t)block[0]++, room = block_room(parcels->level);
  if (n < room)
    block[1 + n] = record;
  else
    parcels->rest.items[(size_t)parcels->from[partner] + n - room] = record;
}

/* Counts the records for each partner, unless they are too many, and returns the level that would hold all. */
static loligo_status count_records(parcels *parcels, const routes *routes, const int *partner_of_rank,
                                   const outbox *sent, int *wanted)
{
  uint64_t total = 0, most = 0;
  *wanted = 0;
  memset(parcels->count, 0, (size_t)parcels->n * sizeof *parcels->count);
  for (size_t i = 0; i < sent->n; i++) total += routes_count(routes, sent->lids[i]);
  LOLIGO_TRY(exchange_admit(total));
  for (size_t i = 0; i < sent->n; i++)
    for (listeners l = routes_listeners(routes, sent->lids[i]); listeners_next(&l);)
      parcels->count[partner_of_rank[l.rank]]++;
  for (int p = 0; p < parcels->n; p++)
    if ((uint64_t)parcels->count[p] > most) most = (uint64_t)parcels->count[p];
  *wanted = block_level_wanted(most, total, (uint64_t)parcels->n);
  return LOLIGO_OK;
}

static void put_all(parcels *parcels, const routes *routes, const int *partner_of_rank, const outbox *sent)
{
  for (size_t i = 0; i < sent->n; i++)
    for (listeners l = routes_listeners(routes, sent->lids[i]); listeners_next(&l);)
      put(parcels, partner_of_rank[l.rank], sent->records[i]);
}

loligo_status parcels_pack(parcels *parcels, const routes *routes, const int *partner_of_rank, const outbox *sent,
                           unsigned *flags, int *wanted)
{
  loligo_status status = count_records(parcels, routes, partner_of_rank, sent, wanted);
  const size_t n_rest = status == LOLIGO_OK ? place_rest(parcels) : 0;
  if (status == LOLIGO_OK) status = record_list_resize(&parcels->rest, n_rest);
  if (n_rest > 0 || status != LOLIGO_OK) *flags |= EXCHANGE_OVERFLOW;
  for (int p = 0; p < parcels->n; p++) block_of(parcels, p)[0] = 0;
  if (status == LOLIGO_OK) put_all(parcels, routes, partner_of_rank, sent);
  for (int p = 0; p < parcels->n; p++) block_of(parcels, p)[0] = block_header(*flags, *wanted, block_of(parcels, p)[0]);
  return status;
}

unsigned parcels_flags(const parcels *parcels)
{
  unsigned flags = 0;
  for (int p = 0; p < parcels->n; p++) flags |= block_flags(block_of(parcels, p)[0]);
  return flags;
}

int parcels_wanted(const parcels *parcels)
{
  int wanted = 0;
  for (int p = 0; p < parcels->n; p++) {
    const int here = block_wanted(block_of(parcels, p)[0]);
    if (here > wanted) wanted = here;
  }
  return wanted;
}

loligo_status parcels_expect_rest(parcels *received)
{
  uint64_t total = 0;
  for (int p = 0; p < received->n; p++) total += block_count(block_of(received, p)[0]);
  LOLIGO_TRY(exchange_admit(total));
  for (int p = 0; p < received->n; p++) received->count[p] = (int)block_count(block_of(received, p)[0]);
  return record_list_resize(&received->rest, place_rest(received));
}

loligo_status parcels_unpack(const parcels *received, record_list *records)
{
  size_t n = received->rest.n, at = 0;
  for (int p = 0; p < received->n; p++) n += block_holds(received->level, block_count(block_of(received, p)[0]));
  LOLIGO_TRY(record_list_resize(records, n));
  for (int p = 0; p < received->n; p++) {
    const uint64_t *block = block_of(received, p);
    const size_t here = block_holds(received->level, block_count(block[0]));
    if (here) memcpy(records->items + at, block + 1, here * sizeof *block);
    at += here;
  }
  if (received->rest.n) memcpy(records->items + at, received->rest.items, received->rest.n * sizeof *records->items);
  return LOLIGO_OK;
}

loligo_status mail_init(mail *mail, int n_destinations, int n_sources, int self)
{
  *mail = (struct mail){.self = self};
  LOLIGO_TRY(parcels_init(&mail->sent, n_destinations));
  return parcels_init(&mail->received, n_sources);
}

void mail_free(mail *mail)
{
  parcels_free(&mail->sent);
  parcels_free(&mail->received);
}

loligo_status mail_prepare_rest(mail *mail, const loligo_context *context, loligo_status status, int wanted)
{
  block_size next = mail->size;
  block_size_follow(&next, wanted);
  if (status == LOLIGO_OK) status = parcels_expect_rest(&mail->received);
  if (status == LOLIGO_OK) status = parcels_reserve(&mail->sent, next.level);
  if (status == LOLIGO_OK) status = parcels_reserve(&mail->received, next.level);
  return loligo_agree(context, status);
}

void mail_count_blocks(mail *mail)
{
  const int others = mail->sent.n - (mail->self >= 0);
  mail->sent_words += (uint64_t)others * block_words(mail->size.level);
}

void mail_count_rest(mail *mail)
{
  const int own = mail->self >= 0 ? mail->sent.count[mail->self] : 0;
  mail->sent_words += mail->sent.rest.n - (uint64_t)own;
}

loligo_status mail_take(mail *mail, int wanted, record_list *records)
{
  const loligo_status status = parcels_unpack(&mail->received, records);
  mail->received.rest.n = 0;
  block_size_follow(&mail->size, wanted);
  mail->sent.level = mail->received.level = mail->size.level;
  return status;
}

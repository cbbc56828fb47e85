/* Parcels: what is packed for several partners and unpacked by each is what the routes say, in blocks and beyond. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scarce.h"
#include "sim/exchange/parcels.h"

enum { CELLS = 5, RANKS = 4, PARTNERS = 3 };

/* Cell 0 is heard by nobody, cell 1 by all; rank 2 is no partner. */
static uint64_t first[CELLS + 1] = {0, 0, 3, 4, 5, 7};
static int listeners[] = {0, 1, 3, 0, 3, 0, 1};
static const routes ways = {.first = first, .rank = listeners};
static const int partner_of_rank[RANKS] = {2, 0, -1, 1};

/** Records of some cells, and how many each partner must get. */
typedef struct traffic {
  spike_record *records;
  uint64_t *lids;
  size_t n, n_for[PARTNERS];
} traffic;

static bool is_for(uint64_t lid, int partner)
{
  for (uint64_t k = first[lid]; k < first[lid + 1]; k++)
    if (partner_of_rank[listeners[k]] == partner) return true;
  return false;
}

static traffic draw(size_t n)
{
  traffic traffic = {malloc((n + 1) * sizeof(spike_record)), malloc((n + 1) * sizeof(uint64_t)), n, {0}};
  for (size_t i = 0; i < n; i++) {
    traffic.lids[i] = hash_mix(i) % CELLS;
    traffic.records[i] = spike_record_make(traffic.lids[i], 0, false, (int64_t)(i % 256)) | (uint64_t)i << 32;
    for (int p = 0; p < PARTNERS; p++) traffic.n_for[p] += is_for(traffic.lids[i], p);
  }
  return traffic;
}

static void traffic_free(traffic *traffic)
{
  free(traffic->records);
  free(traffic->lids);
}

/* What partner `p` finds in what was sent: as a collective would bring it. */
static loligo_status receive(const parcels *sent, int p, parcels *received, record_list *records)
{
  LOLIGO_TRY(parcels_init(received, 1));
  memcpy(received->blocks, sent->blocks + p * PARCEL_WORDS, PARCEL_WORDS * sizeof *sent->blocks);
  LOLIGO_TRY(parcels_expect_rest(received));
  assert_int_equal(received->count[0], sent->count[p]);
  if (received->rest.n)
    memcpy(received->rest.items, sent->rest.items + sent->from[p], received->rest.n * sizeof *sent->rest.items);
  return parcels_unpack(received, records);
}

static int ascending(const void *a, const void *b)
{
  const spike_record x = *(const spike_record *)a, y = *(const spike_record *)b;
  return (x > y) - (x < y);
}

static void check_partner(const parcels *sent, int p, const traffic *traffic, unsigned flags)
{
  parcels received;
  record_list records = {0};
  assert_int_equal(receive(sent, p, &received, &records), LOLIGO_OK);
  assert_int_equal(parcels_flags(&received), flags);
  assert_int_equal(records.n, traffic->n_for[p]);
  spike_record *expected = malloc((traffic->n + 1) * sizeof *expected);
  size_t n = 0;
  for (size_t i = 0; i < traffic->n; i++)
    if (is_for(traffic->lids[i], p)) expected[n++] = traffic->records[i];
  if (n) {
    qsort(expected, n, sizeof *expected, ascending);
    qsort(records.items, n, sizeof *records.items, ascending);
    assert_memory_equal(records.items, expected, n * sizeof *expected);
  }
  free(expected);
  record_list_free(&records);
  parcels_free(&received);
}

/* Few and many in turns, through the same parcels. */
static void each_partner_gets_its_records(void **state)
{
  (void)state;
  const size_t sizes[] = {0, 1, PARCEL_RECORDS, 3000, 3, 40};
  parcels sent;
  assert_int_equal(parcels_init(&sent, PARTNERS), LOLIGO_OK);
  for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
    traffic traffic = draw(sizes[c]);
    unsigned flags = EXCHANGE_STOP;
    const outbox outbox = {.records = traffic.records, .lids = traffic.lids, .n = traffic.n};
    assert_int_equal(parcels_pack(&sent, &ways, partner_of_rank, &outbox, &flags), LOLIGO_OK);
    bool overflows = false;
    for (int p = 0; p < PARTNERS; p++) overflows |= traffic.n_for[p] > PARCEL_RECORDS;
    assert_int_equal(flags, EXCHANGE_STOP | (overflows ? EXCHANGE_OVERFLOW : 0));
    for (int p = 0; p < PARTNERS; p++) check_partner(&sent, p, &traffic, flags);
    traffic_free(&traffic);
  }
  parcels_free(&sent);
}

/* A block that is exactly full does not overflow, one record more does. */
static void a_full_block_holds_all(void **state)
{
  (void)state;
  spike_record records[PARCEL_RECORDS + 1] = {0};
  uint64_t lids[PARCEL_RECORDS + 1];
  for (size_t i = 0; i <= PARCEL_RECORDS; i++) lids[i] = 2;
  parcels sent;
  assert_int_equal(parcels_init(&sent, PARTNERS), LOLIGO_OK);
  for (size_t more = 0; more < 2; more++) {
    unsigned flags = 0;
    const outbox outbox = {.records = records, .lids = lids, .n = PARCEL_RECORDS + more};
    assert_int_equal(parcels_pack(&sent, &ways, partner_of_rank, &outbox, &flags), LOLIGO_OK);
    assert_int_equal(flags, more ? EXCHANGE_OVERFLOW : 0);
    assert_int_equal(sent.rest.n, more);
  }
  parcels_free(&sent);
}

static void flags_of_all_blocks_are_united(void **state)
{
  (void)state;
  parcels received;
  assert_int_equal(parcels_init(&received, 2), LOLIGO_OK);
  received.blocks[0] = block_header(EXCHANGE_STOP, 3);
  received.blocks[PARCEL_WORDS] = block_header(EXCHANGE_FAILED | EXCHANGE_PAUSE, 0);
  assert_int_equal(parcels_flags(&received), EXCHANGE_STOP | EXCHANGE_FAILED | EXCHANGE_PAUSE);
  parcels_free(&received);
  assert_int_equal(parcels_init(&received, 0), LOLIGO_OK);
  assert_int_equal(parcels_flags(&received), 0);
  parcels_free(&received);
}

static void headers_hold_flags_and_count(void **state)
{
  (void)state;
  const size_t counts[] = {0, 1, INT32_MAX};
  for (size_t c = 0; c < 3; c++) {
    for (unsigned flags = 0; flags < 16; flags++) {
      assert_int_equal(block_flags(block_header(flags, counts[c])), flags);
      assert_int_equal(block_count(block_header(flags, counts[c])), counts[c]);
    }
  }
}

static loligo_status send_and_receive(void *self)
{
  traffic *traffic = self;
  parcels sent = {0}, received = {0};
  record_list records = {0};
  unsigned flags = 0;
  const outbox outbox = {.records = traffic->records, .lids = traffic->lids, .n = traffic->n};
  loligo_status status = parcels_init(&sent, PARTNERS);
  if (status == LOLIGO_OK) status = parcels_pack(&sent, &ways, partner_of_rank, &outbox, &flags);
  if (status == LOLIGO_OK) status = receive(&sent, 0, &received, &records);
  parcels_free(&sent);
  parcels_free(&received);
  record_list_free(&records);
  return status;
}

static void parcels_tell_that_there_is_no_memory(void **state)
{
  (void)state;
  traffic traffic = draw(500);
  fails_without_memory(send_and_receive, &traffic);
  traffic_free(&traffic);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_partner_gets_its_records),        cmocka_unit_test(a_full_block_holds_all),
      cmocka_unit_test(flags_of_all_blocks_are_united),       cmocka_unit_test(headers_hold_flags_and_count),
      cmocka_unit_test(parcels_tell_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

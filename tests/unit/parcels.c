/* Parcels: what is packed for several partners and unpacked by each is what the routes say, in blocks and beyond. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scarce.h"
#include "sim/exchange/parcels.h"

enum { CELLS = 5, RANKS = 4, PARTNERS = 3 };

/* Cell 0 is heard by nobody, cell 1 by all; rank 2 is no partner. */
static uint64_t first[CELLS + 1] = {0, 0, 3, 4, 5, 7};
static const int listening[] = {0, 1, 3, 0, 3, 0, 1};
static uint8_t gaps[] = {0, 0, 1, 0, 3, 0, 0};
static const routes ways = {.first = first, .end = first + 1, .gaps = gaps};
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
    if (partner_of_rank[listening[k]] == partner) return true;
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
  const size_t words = block_words(sent->level);
  LOLIGO_TRY(parcels_init(received, 1));
  LOLIGO_TRY(parcels_reserve(received, sent->level));
  received->level = sent->level;
  memcpy(received->blocks, sent->blocks + (size_t)p * words, words * sizeof *sent->blocks);
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

static void check_partner(const parcels *sent, int p, const traffic *traffic, unsigned flags, int wanted)
{
  parcels received;
  record_list records = {0};
  assert_int_equal(receive(sent, p, &received, &records), LOLIGO_OK);
  assert_int_equal(parcels_flags(&received), flags);
  assert_int_equal(parcels_wanted(&received), wanted);
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

/* The parcels of some traffic; then the same traffic in blocks of the level that they wished for. */
static void check_traffic(parcels *sent, const traffic *traffic)
{
  for (int turn = 0; turn < 2; turn++) {
    unsigned flags = EXCHANGE_STOP;
    int wanted;
    const outbox outbox = {.records = traffic->records, .lids = traffic->lids, .n = traffic->n};
    assert_int_equal(parcels_pack(sent, &ways, partner_of_rank, &outbox, &flags, &wanted), LOLIGO_OK);
    bool overflows = false;
    for (int p = 0; p < PARTNERS; p++) overflows |= traffic->n_for[p] > block_room(sent->level);
    assert_int_equal(flags, EXCHANGE_STOP | (overflows ? EXCHANGE_OVERFLOW : 0));
    assert_false(turn && overflows);
    for (int p = 0; p < PARTNERS; p++) check_partner(sent, p, traffic, flags, wanted);
    assert_int_equal(parcels_reserve(sent, wanted), LOLIGO_OK);
    sent->level = wanted;
  }
}

/* Few and many in turns, through the same parcels. */
static void each_partner_gets_its_records(void **state)
{
  (void)state;
  const size_t sizes[] = {0, 1, 7, 3000, 3, 40};
  parcels sent;
  assert_int_equal(parcels_init(&sent, PARTNERS), LOLIGO_OK);
  for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
    traffic traffic = draw(sizes[c]);
    check_traffic(&sent, &traffic);
    traffic_free(&traffic);
  }
  parcels_free(&sent);
}

/* A block that is exactly full does not overflow, one record more does. */
static void a_full_block_holds_all(void **state)
{
  (void)state;
  enum { ROOM = 7 };
  spike_record records[ROOM + 1] = {0};
  uint64_t lids[ROOM + 1];
  for (size_t i = 0; i <= ROOM; i++) lids[i] = 2;
  parcels sent;
  assert_int_equal(parcels_init(&sent, PARTNERS), LOLIGO_OK);
  for (size_t more = 0; more < 2; more++) {
    unsigned flags = 0;
    int wanted;
    const outbox outbox = {.records = records, .lids = lids, .n = ROOM + more};
    assert_int_equal(parcels_pack(&sent, &ways, partner_of_rank, &outbox, &flags, &wanted), LOLIGO_OK);
    assert_int_equal(flags, more ? EXCHANGE_OVERFLOW : 0);
    assert_int_equal(wanted, more);
    assert_int_equal(sent.rest.n, more);
  }
  parcels_free(&sent);
}

static void flags_of_all_blocks_are_united(void **state)
{
  (void)state;
  parcels received;
  assert_int_equal(parcels_init(&received, 2), LOLIGO_OK);
  received.blocks[0] = block_header(EXCHANGE_STOP, 5, 3);
  received.blocks[block_words(0)] = block_header(EXCHANGE_FAILED | EXCHANGE_PAUSE, 2, 0);
  assert_int_equal(parcels_flags(&received), EXCHANGE_STOP | EXCHANGE_FAILED | EXCHANGE_PAUSE);
  assert_int_equal(parcels_wanted(&received), 5);
  parcels_free(&received);
  assert_int_equal(parcels_init(&received, 0), LOLIGO_OK);
  assert_int_equal(parcels_flags(&received), 0);
  parcels_free(&received);
}

static void headers_hold_flags_level_and_count(void **state)
{
  (void)state;
  const uint64_t counts[] = {0, 1, INT32_MAX, UINT64_C(1) << 40};
  for (size_t c = 0; c < 4; c++) {
    for (unsigned flags = 0; flags < 16; flags++) {
      const uint64_t header = block_header(flags, BLOCK_TOP_LEVEL - (int)c, counts[c]);
      assert_int_equal(block_flags(header), flags);
      assert_int_equal(block_wanted(header), BLOCK_TOP_LEVEL - (int)c);
      assert_int_equal(block_count(header), counts[c]);
    }
  }
}

/* What MPI cannot count is refused by who sends it, and by who gets it. */
static void too_many_records_are_refused(void **state)
{
  (void)state;
  const uint64_t limit = exchange_most_records;
  traffic traffic = draw(100);
  uint64_t total = 0;
  for (size_t i = 0; i < traffic.n; i++) total += first[traffic.lids[i] + 1] - first[traffic.lids[i]];
  const outbox outbox = {.records = traffic.records, .lids = traffic.lids, .n = traffic.n};
  parcels parcels;
  assert_int_equal(parcels_init(&parcels, PARTNERS), LOLIGO_OK);
  for (uint64_t missing = 0; missing < 2; missing++) {
    unsigned flags = 0;
    int wanted;
    exchange_most_records = total - missing;
    assert_int_equal(parcels_pack(&parcels, &ways, partner_of_rank, &outbox, &flags, &wanted),
                     missing ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
    assert_int_equal(flags, EXCHANGE_OVERFLOW);
    if (missing) assert_non_null(strstr(loligo_error_message(), "use more ranks"));
    loligo_error_clear();
    for (int p = 0; p < PARTNERS; p++) parcels.blocks[(size_t)p * block_words(0)] = block_header(0, 0, 20);
    exchange_most_records = PARTNERS * 20 - missing;
    assert_int_equal(parcels_expect_rest(&parcels), missing ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
    loligo_error_clear();
  }
  exchange_most_records = limit;
  assert_int_equal(limit, INT32_MAX);
  parcels_free(&parcels);
  traffic_free(&traffic);
}

static loligo_status send_and_receive(void *self)
{
  traffic *traffic = self;
  parcels sent = {0}, received = {0};
  record_list records = {0};
  unsigned flags = 0;
  int wanted;
  const outbox outbox = {.records = traffic->records, .lids = traffic->lids, .n = traffic->n};
  loligo_status status = parcels_init(&sent, PARTNERS);
  if (status == LOLIGO_OK) status = parcels_pack(&sent, &ways, partner_of_rank, &outbox, &flags, &wanted);
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
      cmocka_unit_test(each_partner_gets_its_records),  cmocka_unit_test(a_full_block_holds_all),
      cmocka_unit_test(flags_of_all_blocks_are_united), cmocka_unit_test(headers_hold_flags_level_and_count),
      cmocka_unit_test(too_many_records_are_refused),   cmocka_unit_test(parcels_tell_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

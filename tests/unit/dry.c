/*
 * What stands for other ranks: drawn spikes have their rates and do not depend on who asks, recorded ones arrive at
 * their step, and drawn routes have the listeners that can be expected.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"
#include "loligo/loligo.h"
#include "sim/exchange/drawn_routes.h"
#include "sim/exchange/dry.h"

enum { SOURCES = 400, TARGETS = 240, DEGREE = 12, RANKS = 6, INTERVAL = 10, INTERVALS = 500 };

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    loligo_status ok_ = (call);                                                                                        \
    if (ok_ != LOLIGO_OK) fail_msg("%s", loligo_error_message());                                                      \
  } while (0)

/* S projects onto T by a rule. */
static loligo_network *make_network(const char *rule, double argument)
{
  loligo_network *network = loligo_network_create(0.1, 5);
  OK(loligo_network_add_population(network, "S", loligo_model_find("iaf_psc_exp"), SOURCES, NULL));
  OK(loligo_network_add_population(network, "T", loligo_model_find("iaf_psc_exp"), TARGETS, NULL));
  const loligo_projection_spec spec = {.target = 1,
                                       .rule = rule,
                                       .argument = argument,
                                       .weight = loligo_constant(1),
                                       .delay = loligo_constant(INTERVAL * 0.1)};
  OK(loligo_network_add_projection(network, &spec));
  return network;
}

/** A dry exchange with what it rests on. */
typedef struct subject {
  loligo_network *network;
  loligo_decomposition *decomposition;
  built built;
  exchange exchange;
  record_list received;
} subject;

static void subject_open(subject *s, loligo_network *network, const char *partitioner, const dry_rank *rank)
{
  *s = (subject){.network = network};
  OK(loligo_decomposition_create(network, partitioner, rank->ranks, &s->decomposition));
  OK(built_init(&s->built, network, s->decomposition, rank->rank));
  OK(dry_init(&s->exchange, rank, s->decomposition, &s->built.cells, &s->built.synapses));
}

static void subject_close(subject *s)
{
  exchange_free(&s->exchange);
  record_list_free(&s->received);
  built_free(&s->built);
  loligo_decomposition_destroy(s->decomposition);
  loligo_network_destroy(s->network);
}

static void receive(subject *s, int64_t first_step, int64_t last_step)
{
  unsigned flags = EXCHANGE_PAUSE;
  const outbox sent = {.first_step = first_step, .last_step = last_step};
  OK(exchange_run(&s->exchange, &sent, &flags, &s->received));
  assert_int_equal(flags, EXCHANGE_PAUSE);
}

static bool has_synapse(const subject *s, uint64_t source)
{
  return synapses_listen(&s->built.synapses, 0, 0, source);
}

/* -- drawn spikes -- */

static const double rates[] = {40, 900};

/* Whether each source fires at each step, by what one rank receives. */
static unsigned char *listen(int rank, const char *partitioner, uint64_t *n_wanted)
{
  subject s;
  const dry_rank dry = {.rank = rank, .ranks = RANKS, .rates = rates};
  unsigned char *fires = calloc(SOURCES, INTERVALS * INTERVAL);
  subject_open(&s, make_network("fixed_indegree", DEGREE), partitioner, &dry);
  for (int64_t first = 0; first < INTERVALS * INTERVAL; first += INTERVAL) {
    receive(&s, first, first + INTERVAL);
    for (size_t i = 0; i < s.received.n; i++) {
      const uint64_t source = spike_record_gid(s.received.items[i]);
      const int64_t offset = spike_record_offset(s.received.items[i]);
      assert_true(source < SOURCES && has_synapse(&s, source) && !cell_group_holds(&s.built.cells.groups[0], source));
      assert_in_range(offset, 1, INTERVAL);
      assert_int_equal(spike_record_signal(s.received.items[i]), 0);
      unsigned char *fired = &fires[source * INTERVALS * INTERVAL + (uint64_t)(first + offset - 1)];
      assert_false(*fired);
      *fired = 1;
    }
  }
  *n_wanted = 0;
  for (uint64_t i = 0; i < SOURCES; i++)
    *n_wanted += has_synapse(&s, i) && !cell_group_holds(&s.built.cells.groups[0], i);
  subject_close(&s);
  return fires;
}

static void drawn_spikes_have_their_rate(void **state)
{
  (void)state;
  uint64_t n_wanted, n = 0, by_offset[INTERVAL] = {0};
  unsigned char *fires = listen(2, "round_robin", &n_wanted);
  for (size_t i = 0; i < SOURCES * INTERVALS * INTERVAL; i++) {
    n += fires[i];
    by_offset[i % INTERVAL] += fires[i];
  }
  const double chance = rates[0] * 1e-4, expected = chance * (double)n_wanted * INTERVALS * INTERVAL;
  assert_in_range(n_wanted, SOURCES / 2, SOURCES);
  assert_true(fabs((double)n - expected) < 5 * sqrt(expected));
  for (int o = 0; o < INTERVAL; o++)
    assert_true(fabs((double)by_offset[o] - expected / INTERVAL) < 5 * sqrt(expected / INTERVAL));
  free(fires);
}

/* Where two ranks both hear of a cell, they hear the same. */
static void a_cell_fires_whoever_listens(void **state)
{
  (void)state;
  uint64_t n_wanted, n_both = 0;
  unsigned char *a = listen(0, "round_robin", &n_wanted), *b = listen(3, "block", &n_wanted);
  for (size_t i = 0; i < SOURCES; i++) {
    unsigned char *x = a + i * INTERVALS * INTERVAL, *y = b + i * INTERVALS * INTERVAL;
    if (!memchr(x, 1, INTERVALS * INTERVAL) || !memchr(y, 1, INTERVALS * INTERVAL)) continue;
    assert_memory_equal(x, y, INTERVALS * INTERVAL);
    n_both++;
  }
  assert_true(n_both > SOURCES / 4);
  free(a);
  free(b);
}

static void rates_have_two_ends(void **state)
{
  (void)state;
  for (int fires = 0; fires < 2; fires++) {
    subject s;
    const double ends[] = {fires ? 10000 : 0, 0};
    subject_open(&s, make_network("all_to_all", 0), "block", &(dry_rank){.rank = 5, .ranks = RANKS, .rates = ends});
    receive(&s, 0, INTERVAL);
    assert_int_equal(s.received.n, fires ? SOURCES * INTERVAL : 0);
    subject_close(&s);
  }
}

/* -- recorded spikes -- */

static void recorded_spikes_arrive_in_their_interval(void **state)
{
  (void)state;
  static const loligo_flight flights[] = {{.step = 1, .index = 7},
                                          {.step = 10, .index = 3},
                                          {.step = 10, .index = 3},
                                          {.step = 10, .index = 399},
                                          {.step = 10, .population = 1, .index = 7},
                                          {.step = 11, .index = 8},
                                          {.step = 35, .index = 9}};
  subject s;
  const dry_rank rank = {.rank = 5, .ranks = RANKS, .recorded = flights, .n_recorded = 7};
  subject_open(&s, make_network("all_to_all", 0), "balanced", &rank);
  receive(&s, 0, 10);
  assert_int_equal(s.received.n, 3); /* cell 399 is one of its own, T projects nowhere */
  assert_true(s.received.items[0] == spike_record_make(7, 0, false, 1));
  assert_true(s.received.items[1] == spike_record_make(3, 0, false, 10));
  assert_true(s.received.items[2] == s.received.items[1]);
  receive(&s, 10, 20);
  assert_int_equal(s.received.n, 1);
  assert_true(s.received.items[0] == spike_record_make(8, 0, false, 1));
  receive(&s, 20, 30);
  assert_int_equal(s.received.n, 0);
  receive(&s, 30, 35);
  assert_int_equal(s.received.n, 1);
  assert_true(s.received.items[0] == spike_record_make(9, 0, false, 5));
  assert_int_equal(dry_account_of(&s.exchange)->received, 5);
  subject_close(&s);
}

/* -- routes -- */

static uint64_t count_listeners(const routes *routes, uint64_t first_lid, uint64_t n)
{
  uint64_t sum = 0;
  for (uint64_t l = first_lid; l < first_lid + n; l++) {
    for (listeners heard = routes_listeners(routes, l); listeners_next(&heard); sum++)
      assert_in_range(heard.rank, 0, RANKS - 1);
  }
  return sum;
}

static void a_cell_has_the_listeners_that_can_be_expected(void **state)
{
  (void)state;
  subject s;
  const double each = (double)DEGREE * TARGETS / SOURCES / RANKS, heard = 1 - exp(-each);
  subject_open(&s, make_network("fixed_indegree", DEGREE), "round_robin",
               &(dry_rank){.rank = 1, .ranks = RANKS, .rates = rates});
  const cell_group *sources = &s.built.cells.groups[0], *targets = &s.built.cells.groups[1];
  const double expected = heard * (double)sources->n * RANKS, spread = sqrt(expected * (1 - heard));
  const uint64_t n = count_listeners(&s.exchange.routes, sources->first_lid, sources->n);
  assert_true(fabs((double)n - expected) < 5 * spread);
  assert_int_equal(count_listeners(&s.exchange.routes, targets->first_lid, targets->n), 0);
  assert_int_equal(s.exchange.routes.n_destinations, RANKS);
  subject_close(&s);
}

/* In blocks of the line S, T the first three ranks hold no target. */
static void all_reach_all_that_there_are(void **state)
{
  (void)state;
  subject s;
  subject_open(&s, make_network("all_to_all", 0), "block", &(dry_rank){.rank = 0, .ranks = RANKS, .rates = rates});
  const cell_group *sources = &s.built.cells.groups[0];
  assert_int_equal(count_listeners(&s.exchange.routes, sources->first_lid, sources->n), 3 * sources->n);
  assert_int_equal(s.exchange.routes.n_destinations, 3);
  for (int i = 0; i < 3; i++) assert_int_equal(s.exchange.routes.destinations[i], 3 + i);
  subject_close(&s);
}

/* What is sent is counted once for each listener. */
static void what_is_sent_is_counted(void **state)
{
  (void)state;
  subject s;
  unsigned flags = EXCHANGE_STOP;
  const spike_record records[] = {spike_record_make(3, 0, false, 2), spike_record_make(5, 0, false, 4)};
  const uint64_t lids[] = {3, 5};
  const outbox sent = {records, lids, 2, 0, INTERVAL};
  const double silent[] = {0, 0};
  subject_open(&s, make_network("all_to_all", 0), "block", &(dry_rank){.rank = 0, .ranks = RANKS, .rates = silent});
  OK(exchange_run(&s.exchange, &sent, &flags, &s.received));
  assert_int_equal(flags, EXCHANGE_STOP);
  assert_int_equal(dry_account_of(&s.exchange)->sent, 2 * 3);
  assert_int_equal(s.received.n, 2);
  assert_memory_equal(s.received.items, records, sizeof records);
  subject_close(&s);
}

/* -- memory -- */

static loligo_status attempt(void *self)
{
  const subject *s = self;
  const dry_rank rank = {.rank = 1, .ranks = RANKS, .rates = rates};
  const outbox sent = {.first_step = 0, .last_step = 200};
  exchange exchange;
  record_list received = {0};
  unsigned flags = 0;
  loligo_status status = dry_init(&exchange, &rank, s->decomposition, &s->built.cells, &s->built.synapses);
  if (status == LOLIGO_OK) status = exchange_run(&exchange, &sent, &flags, &received);
  exchange_free(&exchange);
  record_list_free(&received);
  return status;
}

static void without_memory_it_fails(void **state)
{
  (void)state;
  subject s;
  subject_open(&s, make_network("fixed_indegree", DEGREE), "block", &(dry_rank){.ranks = RANKS, .rates = rates});
  fails_without_memory(attempt, &s);
  subject_close(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(drawn_spikes_have_their_rate),
      cmocka_unit_test(a_cell_fires_whoever_listens),
      cmocka_unit_test(rates_have_two_ends),
      cmocka_unit_test(recorded_spikes_arrive_in_their_interval),
      cmocka_unit_test(a_cell_has_the_listeners_that_can_be_expected),
      cmocka_unit_test(all_reach_all_that_there_are),
      cmocka_unit_test(what_is_sent_is_counted),
      cmocka_unit_test(without_memory_it_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

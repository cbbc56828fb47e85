/*
 * Routes against the rows that every rank builds, and exchange methods against the routes: who holds a target of a
 * spike gets it, once, from few spikes to many, with the flags of all.
 */
#include <mpi.h>

#include "base/text.h"
#include "built.h"
#include "loligo/network.h"
#include "loligo/partition.h"
#include "network/description.h"
#include "sim/exchange/exchange.h"

enum { CELLS = 40, MOST = 4 };

#define OK(call) assert_int_equal((call), LOLIGO_OK)

static loligo_context context;

/** A network, what every rank builds of it, and the routes of this rank. */
typedef struct subject {
  loligo_network *network;
  loligo_decomposition *decomposition;
  built all[MOST]; /* [context.size] */
  routes routes;
} subject;

static const built *own(const subject *s)
{
  return &s->all[context.rank];
}

static void project(loligo_network *network, size_t source, size_t target, const char *rule, double argument)
{
  const loligo_projection_spec spec = {.source = source,
                                       .target = target,
                                       .rule = rule,
                                       .argument = argument,
                                       .weight = loligo_constant(1),
                                       .delay = loligo_constant(1)};
  OK(loligo_network_add_projection(network, &spec));
}

/* Cells that all, some and no ranks listen to; an empty population; level signals beside spikes. */
static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(0.1, 3);
  const loligo_model *plain = loligo_model_find("iaf_psc_exp"), *levels = loligo_model_find("hh_psc_exp");
  OK(loligo_network_add_population(network, "A", plain, CELLS, NULL));
  OK(loligo_network_add_population(network, "empty", plain, 0, NULL));
  OK(loligo_network_add_population(network, "B", levels, CELLS, NULL));
  OK(loligo_network_add_population(network, "nobody listens", plain, CELLS, NULL));
  project(network, 0, 2, "fixed_total_number", 60);
  project(network, 0, 3, "one_to_one", 0);
  const loligo_projection_spec standing = {.source = 2,
                                           .target = 2,
                                           .rule = "pairwise_bernoulli",
                                           .argument = 0.02,
                                           .receptor = "level",
                                           .weight = loligo_constant(1),
                                           .delay = loligo_constant(1)};
  OK(loligo_network_add_projection(network, &standing));
  return network;
}

static void subject_build(subject *s, const char *partitioner)
{
  OK(loligo_decomposition_create(s->network, partitioner, context.size, &s->decomposition));
  for (int r = 0; r < context.size; r++) OK(built_init(&s->all[r], s->network, s->decomposition, r));
  OK(routes_init(&s->routes, &context, s->decomposition, &own(s)->cells, &own(s)->synapses));
}

static void subject_open(subject *s)
{
  s->network = make_network();
  subject_build(s, "round_robin");
}

static void subject_close(subject *s)
{
  routes_free(&s->routes);
  for (int r = 0; r < context.size; r++) built_free(&s->all[r]);
  loligo_decomposition_destroy(s->decomposition);
  loligo_network_destroy(s->network);
}

/* Whether a rank has a row for any signal of a cell. */
static bool listens(const subject *s, int rank, size_t population, uint64_t index)
{
  const synapses *synapses = &s->all[rank].synapses;
  for (int signal = 0; signal < synapses_signals(synapses, population); signal++)
    if (synapses_listen(synapses, population, signal, index)) return true;
  return false;
}

static void routes_name_all_ranks_with_a_row(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  uint64_t at = 0;
  for (size_t p = 0; p < s.network->n_populations; p++) {
    const cell_group *group = &own(&s)->cells.groups[p];
    for (uint64_t l = 0; l < group->n; l++) {
      const uint64_t lid = group->first_lid + l;
      listeners heard = routes_listeners(&s.routes, lid);
      uint64_t n = 0;
      for (int r = 0; r < context.size; r++) {
        if (!listens(&s, r, p, group->index[l])) continue;
        assert_true(listeners_next(&heard));
        assert_int_equal(heard.rank, r);
        n++;
      }
      assert_false(listeners_next(&heard));
      assert_int_equal(routes_count(&s.routes, lid), n);
      at += n;
    }
  }
  assert_true(at > 0);
  subject_close(&s);
}

static void check_same_listeners(const routes *routes, const struct routes *expected, uint64_t n_cells)
{
  for (uint64_t lid = 0; lid < n_cells; lid++) {
    listeners heard = routes_listeners(routes, lid), all = routes_listeners(expected, lid);
    while (listeners_next(&all)) {
      assert_true(listeners_next(&heard));
      assert_int_equal(heard.rank, all.rank);
    }
    assert_false(listeners_next(&heard));
  }
}

/* In one slice, in two or three, in more than there are sources. */
static void routes_do_not_depend_on_slices(void **state)
{
  (void)state;
  const uint64_t bytes = routes_slice_bytes, few[] = {400, 150, 40, 1};
  const char *const partitioners[] = {"round_robin", "block"};
  for (size_t p = 0; p < 2; p++) {
    subject s = {.network = make_network()};
    subject_build(&s, partitioners[p]);
    for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
      routes sliced;
      routes_slice_bytes = few[i];
      OK(routes_init(&sliced, &context, s.decomposition, &own(&s)->cells, &own(&s)->synapses));
      check_same_listeners(&sliced, &s.routes, own(&s)->cells.n);
      assert_int_equal(sliced.n_sources, s.routes.n_sources);
      assert_int_equal(sliced.n_destinations, s.routes.n_destinations);
      routes_free(&sliced);
    }
    routes_slice_bytes = bytes;
    subject_close(&s);
  }
}

/* Whether rank `to` has a row of any cell of rank `from`. */
static bool sends(const subject *s, int from, int to)
{
  for (size_t p = 0; p < s->network->n_populations; p++) {
    const cell_group *group = &s->all[from].cells.groups[p];
    for (uint64_t l = 0; l < group->n; l++)
      if (listens(s, to, p, group->index[l])) return true;
  }
  return false;
}

static void partners_are_those_that_send_or_get(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  int n_sources = 0, n_destinations = 0;
  for (int r = 0; r < context.size; r++) {
    if (sends(&s, r, context.rank)) assert_int_equal(s.routes.sources[n_sources++], r);
    if (sends(&s, context.rank, r)) assert_int_equal(s.routes.destinations[n_destinations++], r);
  }
  assert_int_equal(s.routes.n_sources, n_sources);
  assert_int_equal(s.routes.n_destinations, n_destinations);
  subject_close(&s);
}

/* `times` spikes of every cell of a rank, told apart by their offset. */
static size_t spikes_of(const subject *s, int rank, size_t times, spike_record *records, uint64_t *lids)
{
  size_t n = 0;
  const cells *cells = &s->all[rank].cells;
  for (size_t k = 0; k < times; k++) {
    for (size_t g = 0; g < cells->n_groups; g++) {
      for (uint64_t l = 0; l < cells->groups[g].n; l++, n++) {
        const uint64_t gid = s->network->populations[g].first_gid + cells->groups[g].index[l];
        records[n] = spike_record_make(gid, 0, false, (int64_t)k);
        lids[n] = cells->groups[g].first_lid + l;
      }
    }
  }
  return n;
}

static int ascending(const void *a, const void *b)
{
  const spike_record x = *(const spike_record *)a, y = *(const spike_record *)b;
  return (x > y) - (x < y);
}

/* Those with a target here each once; none that was not sent, none twice. */
static void check_received(const subject *s, const record_list *received, size_t (*times)(int rank))
{
  if (received->n) qsort(received->items, received->n, sizeof *received->items, ascending);
  size_t useful = 0, expected = 0;
  for (size_t i = 0; i < received->n; i++) {
    const uint64_t gid = spike_record_gid(received->items[i]);
    const size_t p = loligo_network_population_of(s->network, gid);
    const uint64_t index = gid - s->network->populations[p].first_gid;
    const int owner = loligo_decomposition_rank(s->decomposition, p, index);
    assert_true(i == 0 || received->items[i] != received->items[i - 1]);
    assert_in_range(spike_record_offset(received->items[i]), 0, times(owner) - 1);
    useful += listens(s, context.rank, p, index);
  }
  for (size_t p = 0; p < s->network->n_populations; p++)
    for (uint64_t index = 0; index < s->network->populations[p].size; index++)
      if (listens(s, context.rank, p, index)) expected += times(loligo_decomposition_rank(s->decomposition, p, index));
  assert_int_equal(useful, expected);
}

static size_t none(int rank)
{
  (void)rank;
  return 0;
}
static size_t once(int rank)
{
  (void)rank;
  return 1;
}
static size_t many_from_the_last(int rank)
{
  return rank == context.size - 1 ? 200 : 0;
}
static size_t some(int rank)
{
  return (size_t)(3 * rank + 2);
}

static void exchange_round(const subject *s, exchange *exchange, size_t (*times)(int rank), record_list *received)
{
  static spike_record records[200 * 3 * CELLS];
  static uint64_t lids[200 * 3 * CELLS];
  const outbox sent = {
      .records = records, .lids = lids, .n = spikes_of(s, context.rank, times(context.rank), records, lids)};
  unsigned flags = context.rank == 0 ? EXCHANGE_PAUSE : context.rank == context.size - 1 ? EXCHANGE_STOP : 0;
  const unsigned all = EXCHANGE_PAUSE | (context.size > 1 ? EXCHANGE_STOP : 0u);
  OK(exchange_run(exchange, &sent, &flags, received));
  assert_int_equal(flags & ~(unsigned)EXCHANGE_OVERFLOW, all);
  check_received(s, received, times);
}

static void every_method_delivers(void **state)
{
  (void)state;
  size_t (*const rounds[])(int) = {none, once, many_from_the_last, some, none, many_from_the_last};
  subject s;
  subject_open(&s);
  for (size_t m = 0; exchange_method_at(m); m++) {
    exchange exchange;
    record_list received = {0};
    const char *name = exchange_method_at(m)->name;
    OK(exchange_init(&exchange, name, &machine_assumed, 1, &context, s.decomposition, &own(&s)->cells,
                     &own(&s)->synapses));
    assert_string_equal(exchange.method->name, name);
    assert_true(strlen(exchange.reason) > 0);
    for (size_t r = 0; r < sizeof rounds / sizeof *rounds; r++) exchange_round(&s, &exchange, rounds[r], &received);
    assert_int_equal(exchange_sent_bytes(&exchange) > 0, context.size > 1);
    exchange_count_bytes_from(&exchange, 5);
    assert_int_equal(exchange_sent_bytes(&exchange), 5);
    record_list_free(&received);
    exchange_free(&exchange);
  }
  subject_close(&s);
}

static void unknown_methods_are_refused(void **state)
{
  (void)state;
  subject s;
  exchange exchange;
  subject_open(&s);
  loligo_error_clear();
  assert_int_equal(exchange_init(&exchange, "allgathers", &machine_assumed, 1, &context, s.decomposition,
                                 &own(&s)->cells, &own(&s)->synapses),
                   LOLIGO_INPUT_ERROR);
  assert_non_null(strstr(loligo_error_message(), "did you mean 'allgather'"));
  exchange_free(&exchange);
  loligo_error_clear();
  subject_close(&s);
}

/* More than one block holds, about the same in each interval: after the first few, one round does. */
static void second_rounds_are_rare(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  for (size_t m = 0; exchange_method_at(m); m++) {
    exchange exchange;
    record_list received = {0};
    OK(exchange_init(&exchange, exchange_method_at(m)->name, &machine_assumed, 1, &context, s.decomposition,
                     &own(&s)->cells, &own(&s)->synapses));
    enum { ROUNDS = 400 };
    for (int r = 0; r < ROUNDS; r++) exchange_round(&s, &exchange, r % 7 ? some : many_from_the_last, &received);
    assert_int_equal(exchange.n_exchanges, ROUNDS);
    assert_true(exchange.n_second_rounds > 0);
    assert_true(100 * exchange.n_second_rounds < exchange.n_exchanges);
    record_list_free(&received);
    exchange_free(&exchange);
  }
  subject_close(&s);
}

static loligo_status set_up_and_send(const subject *s, const char *method)
{
  exchange exchange;
  record_list received = {0};
  static spike_record records[200 * 3 * CELLS];
  static uint64_t lids[200 * 3 * CELLS];
  const outbox sent = {.records = records, .lids = lids, .n = spikes_of(s, context.rank, 200, records, lids)};
  unsigned flags = 0;
  loligo_status status = exchange_init(&exchange, method, &machine_assumed, 1, &context, s->decomposition,
                                       &own(s)->cells, &own(s)->synapses);
  if (status == LOLIGO_OK) status = loligo_agree(&context, exchange_run(&exchange, &sent, &flags, &received));
  record_list_free(&received);
  exchange_free(&exchange);
  return status;
}

/* What no call of MPI can count ends all ranks with one message, where the limit is met. */
static void too_many_records_are_refused_on_all_ranks(void **state)
{
  (void)state;
  const uint64_t limit = exchange_most_records;
  subject s;
  subject_open(&s);
  for (size_t m = 0; exchange_method_at(m); m++) {
    exchange_most_records = 50;
    loligo_error_clear();
    assert_int_equal(set_up_and_send(&s, exchange_method_at(m)->name), LOLIGO_MACHINE_ERROR);
    assert_non_null(strstr(loligo_error_message(), "MPI counts to 50; use more ranks"));
    exchange_most_records = limit;
    OK(set_up_and_send(&s, exchange_method_at(m)->name));
  }
  loligo_error_clear();
  subject_close(&s);
}

/* On few ranks everybody's spikes are few: no routes. Where exchanges are so rare that only records count, those with
 * few listeners are sent to those, after routes have told. */
static void auto_chooses_and_says_why(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  for (int rare = 0; rare < 2; rare++) {
    exchange exchange;
    record_list received = {0};
    OK(exchange_init(&exchange, "auto", &machine_assumed, rare ? 1e6 : 1, &context, s.decomposition, &own(&s)->cells,
                     &own(&s)->synapses));
    const bool directed = rare && context.size > 1;
    assert_true(exchange.method->needs_routes == directed);
    assert_true((exchange.routes.first != NULL) == directed);
    const char *const listeners = directed ? "has targets on 0." : "has targets on about 0.";
    assert_non_null(strstr(exchange.reason, context.size > 1 ? listeners : "one rank"));
    if (context.size > 1) assert_non_null(strstr(exchange.reason, "alltoall "));
    exchange_round(&s, &exchange, some, &received);
    record_list_free(&received);
    exchange_free(&exchange);
  }
  subject_close(&s);
}

/* Targets that are drawn from cells on all ranks: what is expected is believed. Where a rank has none, it is not. */
static void auto_builds_routes_where_they_tell_more(void **state)
{
  (void)state;
  const char *const partitioners[] = {"round_robin", "block"};
  for (int blocks = 0; blocks < 2; blocks++) {
    subject s = {.network = loligo_network_create(0.1, 3)};
    exchange exchange;
    const loligo_model *plain = loligo_model_find("iaf_psc_exp");
    OK(loligo_network_add_population(s.network, "A", plain, 3 * CELLS, NULL));
    OK(loligo_network_add_population(s.network, "B", plain, CELLS, NULL));
    project(s.network, 0, 1, "fixed_outdegree", 50);
    project(s.network, 1, 1, "fixed_outdegree", 50);
    subject_build(&s, partitioners[blocks]);
    OK(exchange_init(&exchange, "auto", &machine_assumed, 1e6, &context, s.decomposition, &own(&s)->cells,
                     &own(&s)->synapses));
    const bool is_measured = blocks && context.size > 1;
    assert_true((strstr(exchange.reason, "about") == NULL) == (is_measured || context.size == 1));
    if (!blocks) assert_string_equal(exchange.method->name, "allgather");
    if (blocks && context.size == 4) assert_true(exchange.method->needs_routes);
    exchange_free(&exchange);
    subject_close(&s);
  }
}

/* One rank after the other lacks memory, at every place in turn: all end, with one status. */
static void lack_of_memory_reaches_all(void **state)
{
  (void)state;
  subject s;
  subject_open(&s);
  for (size_t m = 0; exchange_method_at(m); m++) {
    for (int victim = 0; victim < context.size; victim++) {
      int spent = 1;
      for (unsigned long n = 1; spent; n++) {
        const unsigned long held = inject_blocks_held();
        loligo_error_clear();
        if (context.rank == victim) inject_allocation_fault(n);
        const loligo_status status = set_up_and_send(&s, exchange_method_at(m)->name);
        spent = inject_is_spent();
        inject_allocation_fault(0);
        assert_int_equal(inject_blocks_held(), held);
        MPI_Bcast(&spent, 1, MPI_INT, victim, context.comm);
        assert_int_equal(status, spent ? LOLIGO_MACHINE_ERROR : LOLIGO_OK);
        if (spent) assert_non_null(strstr(loligo_error_message(), "out of memory"));
      }
    }
  }
  loligo_error_clear();
  subject_close(&s);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(routes_name_all_ranks_with_a_row),
      cmocka_unit_test(routes_do_not_depend_on_slices),
      cmocka_unit_test(partners_are_those_that_send_or_get),
      cmocka_unit_test(every_method_delivers),
      cmocka_unit_test(second_rounds_are_rare),
      cmocka_unit_test(too_many_records_are_refused_on_all_ranks),
      cmocka_unit_test(unknown_methods_are_refused),
      cmocka_unit_test(auto_chooses_and_says_why),
      cmocka_unit_test(auto_builds_routes_where_they_tell_more),
      cmocka_unit_test(lack_of_memory_reaches_all),
  };
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  int failed = context.size > MOST ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

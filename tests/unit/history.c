/*
 * The history holds exactly the records that may still arrive somewhere, in memory that does not grow with time.
 */
#include <stdlib.h>

#include "loligo/loligo.h"
#include "scarce.h"
#include "sim/spikes/history.h"

enum { MAX_DELAY = 30, INTERVAL = 5, N_INTERVALS = 1000, MOST = 7 };

static loligo_network *make_network(void)
{
  loligo_network *network = loligo_network_create(0.1, 1);
  const loligo_model *model = loligo_model_at(0);
  assert_int_equal(loligo_network_add_population(network, "cells", model, N_INTERVALS, NULL), LOLIGO_OK);
  assert_int_equal(loligo_network_add_population(network, "empty", model, 0, NULL), LOLIGO_OK);
  assert_int_equal(loligo_network_add_population(network, "others", model, 10, NULL), LOLIGO_OK);
  return network;
}

/* Interval k sends k % MOST records, all from cell k at its last step. */
static loligo_status add_interval(history *history, int64_t k)
{
  spike_record records[MOST];
  size_t n = (size_t)(k % MOST);
  for (size_t i = 0; i < n; i++) records[i] = spike_record_make((uint64_t)k, 0, i % 2, INTERVAL);
  return history_add(history, &(history_batch){k * INTERVAL, (k + 1) * INTERVAL, n}, records);
}

static void keeps_what_has_not_arrived(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  history history;
  history_init(&history, MAX_DELAY);
  for (int64_t k = 0; k < N_INTERVALS; k++) {
    assert_int_equal(add_interval(&history, k), LOLIGO_OK);
    size_t expected = 0;
    int64_t oldest = k + 1 - MAX_DELAY / INTERVAL;
    for (int64_t j = oldest < 0 ? 0 : oldest; j <= k; j++) expected += (size_t)(j % MOST);
    assert_int_equal(history_count(&history), expected);
    loligo_flight flights[MAX_DELAY / INTERVAL * MOST];
    history_list(&history, network, flights);
    for (size_t i = 0; i < expected; i++) {
      assert_in_range(flights[i].index, oldest < 0 ? 0 : oldest, k);
      assert_int_equal(flights[i].step, ((int64_t)flights[i].index + 1) * INTERVAL);
    }
  }
  assert_true(history.records_capacity < 200);
  assert_true(history.batches_capacity < 200);
  history_free(&history);
  loligo_network_destroy(network);
}

/* In the order of their adding, each with the cell, step and sign that it was sent with. */
static void lists_what_was_added(void **state)
{
  (void)state;
  loligo_network *network = make_network();
  const spike_record records[] = {spike_record_make(N_INTERVALS + 9, 2, true, 3), spike_record_make(0, 0, false, 0),
                                  spike_record_make(N_INTERVALS, 1, false, 1)};
  const loligo_flight expected[] = {{103, 2, 2, 9, true}, {100, 0, 0, 0, false}, {111, 2, 1, 0, false}};
  history history;
  loligo_flight flights[3];
  history_init(&history, MAX_DELAY);
  assert_int_equal(history_count(&history), 0);
  history_list(&history, network, flights);
  assert_int_equal(history_add(&history, &(history_batch){100, 105, 2}, records), LOLIGO_OK);
  assert_int_equal(history_add(&history, &(history_batch){110, 115, 1}, records + 2), LOLIGO_OK);
  assert_int_equal(history_count(&history), 3);
  history_list(&history, network, flights);
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(flights[i].step, expected[i].step);
    assert_int_equal(flights[i].population, expected[i].population);
    assert_int_equal(flights[i].signal, expected[i].signal);
    assert_int_equal(flights[i].index, expected[i].index);
    assert_int_equal(flights[i].negative, expected[i].negative);
  }
  history_free(&history);
  assert_int_equal(history_count(&history), 0);
  loligo_network_destroy(network);
}

/* Also a batch without records lets time pass; what is stamped `step` has arrived by step + max_delay, not before. */
static void drops_what_has_arrived(void **state)
{
  (void)state;
  const spike_record record = spike_record_make(0, 0, false, 5);
  history history;
  history_init(&history, MAX_DELAY);
  assert_int_equal(history_add(&history, &(history_batch){0, 5, 1}, &record), LOLIGO_OK);
  assert_int_equal(history_add(&history, &(history_batch){5, 5 + MAX_DELAY - 1, 0}, NULL), LOLIGO_OK);
  assert_int_equal(history_count(&history), 1);
  assert_int_equal(history_add(&history, &(history_batch){5, 5 + MAX_DELAY, 0}, NULL), LOLIGO_OK);
  assert_int_equal(history_count(&history), 0);
  history_free(&history);
}

static loligo_status keep(void *self)
{
  (void)self;
  history history;
  loligo_status status = LOLIGO_OK;
  history_init(&history, MAX_DELAY);
  for (int64_t k = 0; k < 20 && status == LOLIGO_OK; k++) status = add_interval(&history, k);
  history_free(&history);
  return status;
}

static void tells_that_there_is_no_memory(void **state)
{
  (void)state;
  fails_without_memory(keep, NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_what_has_not_arrived),
      cmocka_unit_test(lists_what_was_added),
      cmocka_unit_test(drops_what_has_arrived),
      cmocka_unit_test(tells_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The history holds exactly the records that may still arrive somewhere, in memory that does not grow with time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "sim/spikes/history.h"

enum { MAX_DELAY = 30, INTERVAL = 5, N_INTERVALS = 1000, MOST = 7 };

/* Interval k sends k % MOST records, all from cell k at its last step. */
static void add_interval(history *history, int64_t k)
{
  spike_record records[MOST];
  size_t n = (size_t)(k % MOST);
  for (size_t i = 0; i < n; i++) records[i] = spike_record_make((uint64_t)k, 0, i % 2, INTERVAL);
  assert_int_equal(history_add(history, &(history_batch){k * INTERVAL, (k + 1) * INTERVAL, n}, records), LOLIGO_OK);
}

static void keeps_what_has_not_arrived(void **state)
{
  (void)state;
  loligo_network *network = loligo_network_create(0.1, 1);
  assert_int_equal(loligo_network_add_population(network, "cells", loligo_model_find("iaf_psc_exp"), N_INTERVALS, NULL),
                   LOLIGO_OK);
  history history;
  history_init(&history, MAX_DELAY);
  for (int64_t k = 0; k < N_INTERVALS; k++) {
    add_interval(&history, k);
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

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_what_has_not_arrived)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Signals are sorted by step and by nothing else, records give back what was packed, and a hash tells spikes apart. */
#include <stdlib.h>

#include "base/text.h"
#include "scarce.h"
#include "sim/spikes/spikes.h"

static cell_signal signal_at(int64_t step, uint64_t lid)
{
  return (cell_signal){.at = {.step = step, .population = 1, .index = lid}, .lid = lid, .signal = (int)(lid % 3)};
}

/* Steps at random; lid counts the order in which they were added. */
static void fill(signal_list *list, uint64_t n, int64_t first, int64_t n_steps)
{
  for (uint64_t i = 0; i < n; i++)
    assert_int_equal(signal_list_add(list, signal_at(first + (int64_t)(hash_mix(i) % (uint64_t)n_steps), i)),
                     LOLIGO_OK);
}

static void check_sorted(const signal_list *list, uint64_t n)
{
  bool *seen = calloc(n + 1, sizeof *seen);
  assert_int_equal(list->n, n);
  for (uint64_t i = 0; i < n; i++) {
    const cell_signal *s = &list->sorted[i];
    assert_in_range(s->lid, 0, n - 1);
    assert_false(seen[s->lid]);
    seen[s->lid] = true;
    assert_memory_equal(s, &list->items[s->lid], sizeof *s);
    if (i == 0) continue;
    assert_true(s[-1].at.step <= s->at.step);
    if (s[-1].at.step == s->at.step) assert_true(s[-1].lid < s->lid);
  }
  free(seen);
}

static void signals_are_sorted_by_step_in_the_order_of_their_finding(void **state)
{
  (void)state;
  const struct {
    uint64_t n;
    int64_t first, n_steps;
  } cases[] = {{0, 0, 5}, {1, 7, 1}, {100, 3, 1}, {1000, INT64_C(1) << 40, 64}, {5000, 0, 256}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    signal_list list = {0};
    fill(&list, cases[c].n, cases[c].first, cases[c].n_steps);
    assert_int_equal(signal_list_sort(&list, cases[c].first, cases[c].n_steps), LOLIGO_OK);
    check_sorted(&list, cases[c].n);
    signal_list_free(&list);
    assert_null(list.items);
    assert_int_equal(list.n, 0);
  }
}

static void a_list_serves_again(void **state)
{
  (void)state;
  signal_list list = {0};
  const uint64_t sizes[] = {300, 0, 7, 600};
  for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
    list.n = 0;
    fill(&list, sizes[c], 10, 5);
    assert_int_equal(signal_list_sort(&list, 10, 5), LOLIGO_OK);
    check_sorted(&list, sizes[c]);
  }
  signal_list_free(&list);
}

static void records_give_back_what_was_packed(void **state)
{
  (void)state;
  const uint64_t gids[] = {0, 1, 0x8000, (UINT64_C(1) << 48) - 1};
  const int64_t offsets[] = {0, 1, 64, 255};
  for (size_t g = 0; g < 4; g++)
    for (int signal = 0; signal < 128; signal += 127)
      for (int negative = 0; negative < 2; negative++)
        for (size_t o = 0; o < 4; o++) {
          const spike_record record = spike_record_make(gids[g], signal, negative, offsets[o]);
          assert_true(spike_record_gid(record) == gids[g]);
          assert_int_equal(spike_record_signal(record), signal);
          assert_int_equal(spike_record_is_negative(record), negative);
          assert_int_equal(spike_record_offset(record), offsets[o]);
        }
}

static void resized_lists_keep_their_contents(void **state)
{
  (void)state;
  record_list list = {0};
  size_t filled = 0;
  const size_t sizes[] = {0, 1, 5, 1000, 3, 1000};
  for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
    assert_int_equal(record_list_resize(&list, sizes[c]), LOLIGO_OK);
    assert_int_equal(list.n, sizes[c]);
    assert_true(list.capacity >= sizes[c]);
    for (; filled < sizes[c]; filled++) list.items[filled] = hash_mix(filled);
    for (size_t i = 0; i < sizes[c]; i++) assert_true(list.items[i] == hash_mix(i));
  }
  record_list_free(&list);
  assert_null(list.items);
}

/* All members count, also where they could be taken for one another. */
static void hashes_tell_spikes_apart(void **state)
{
  (void)state;
  enum { SIDE = 8, N = SIDE * SIDE * SIDE };
  uint64_t hash[N];
  for (int i = 0; i < N; i++) {
    const loligo_spike spike = {i % SIDE, (uint32_t)(i / SIDE % SIDE), (uint64_t)(i / SIDE / SIDE)};
    hash[i] = spike_hash(&spike);
    assert_true(hash[i] == spike_hash(&spike));
    for (int j = 0; j < i; j++) assert_true(hash[i] != hash[j]);
  }
}

static loligo_status use_lists(void *self)
{
  (void)self;
  signal_list signals = {0};
  record_list records = {0};
  loligo_status status = LOLIGO_OK;
  for (uint64_t i = 0; i < 1000 && status == LOLIGO_OK; i++) status = signal_list_add(&signals, signal_at(3, i));
  if (status == LOLIGO_OK) status = signal_list_sort(&signals, 3, 1);
  if (status == LOLIGO_OK) status = record_list_resize(&records, 10);
  signal_list_free(&signals);
  record_list_free(&records);
  return status;
}

static void lists_tell_that_there_is_no_memory(void **state)
{
  (void)state;
  fails_without_memory(use_lists, NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signals_are_sorted_by_step_in_the_order_of_their_finding),
      cmocka_unit_test(a_list_serves_again),
      cmocka_unit_test(records_give_back_what_was_packed),
      cmocka_unit_test(resized_lists_keep_their_contents),
      cmocka_unit_test(hashes_tell_spikes_apart),
      cmocka_unit_test(lists_tell_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Nearest names as a reader expects them, hashes that must never change, amounts of memory in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const char *const keys[] = {"weight", "delay", "rule", "source", "target", "receptor", "E", "fixed_indegree"};
enum { N_KEYS = sizeof keys / sizeof keys[0] };

static const char *nearest(const char *word)
{
  return text_nearest(word, keys, N_KEYS);
}

static void slips_are_mended(void **state)
{
  (void)state;
  assert_string_equal(nearest("wieght"), "weight");
  assert_string_equal(nearest("wight"), "weight");
  assert_string_equal(nearest("Delay"), "delay");
  assert_string_equal(nearest("sourcee"), "source");
  assert_string_equal(nearest("rul"), "rule");
  assert_string_equal(nearest("fixd_indegre"), "fixed_indegree");
  assert_string_equal(nearest("e"), "E");
}

static void far_words_have_no_neighbour(void **state)
{
  (void)state;
  assert_null(nearest("colour"));
  assert_null(nearest("I"));
  assert_null(nearest(""));
  assert_null(nearest("w"));
  assert_null(text_nearest("weight", keys, 0));
}

static void nearer_candidate_wins(void **state)
{
  (void)state;
  const char *const names[] = {"tau_syn_ex", "tau_syn_in", "tau_m"};
  assert_string_equal(text_nearest("tau_sin_in", names, 3), "tau_syn_in");
  assert_string_equal(text_nearest("tau_syn_xe", names, 3), "tau_syn_ex");
}

static void overlong_words_are_harmless(void **state)
{
  (void)state;
  char longest[300];
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  assert_null(nearest(longest));
  const char *const candidates[] = {longest, "weight"};
  assert_string_equal(text_nearest("weigth", candidates, 2), "weight");
}

/* Golden values: FNV-1a by hand ("" is the offset basis) through the published finaliser. */
static void hashes_are_stable(void **state)
{
  (void)state;
  assert_true(hash_mix(0) == UINT64_C(0xe220a8397b1dcdaf));
  assert_true(hash_mix(UINT64_C(0x9e3779b97f4a7c15)) == UINT64_C(0x6e789e6aa1b965f4));
  assert_true(text_hash("") == hash_mix(UINT64_C(0xcbf29ce484222325)));
  assert_true(text_hash("a") == hash_mix(UINT64_C(0xaf63dc4c8601ec8c)));
  assert_true(text_hash("foobar") == hash_mix(UINT64_C(0x85944171f73967e8)));
}

static void memory_reads_well(void **state)
{
  (void)state;
  char text[TEXT_BYTES_SIZE];
  text_bytes(0, text);
  assert_string_equal(text, "0 B");
  text_bytes(1023, text);
  assert_string_equal(text, "1023 B");
  text_bytes(1536, text);
  assert_string_equal(text, "1.5 KiB");
  text_bytes(UINT64_C(13207024435), text);
  assert_string_equal(text, "12.3 GiB");
  text_bytes(UINT64_MAX, text);
  assert_string_equal(text, "16.0 EiB");
}

static void beginnings_and_ends(void **state)
{
  (void)state;
  assert_true(text_begins("step-1", "step-") && text_begins("a", "") && !text_begins("ste", "step-"));
  assert_string_equal(text_behind_mark("\xEF\xBB\xBF"
                                       "a"),
                      "a");
  assert_string_equal(text_behind_mark("\xEF\xBB"
                                       "a"),
                      "\xEF\xBB"
                      "a");
  assert_true(text_ends("a.h5", ".h5") && !text_ends(".h5", ".h5") && !text_ends("5", ".h5"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slips_are_mended),      cmocka_unit_test(far_words_have_no_neighbour),
      cmocka_unit_test(nearer_candidate_wins), cmocka_unit_test(overlong_words_are_harmless),
      cmocka_unit_test(hashes_are_stable),     cmocka_unit_test(memory_reads_well),
      cmocka_unit_test(beginnings_and_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

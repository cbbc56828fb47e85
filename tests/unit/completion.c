/*
 * The mark of a complete run counts for one checkpoint, and nothing else is taken for it.
 */
#include <sys/stat.h>

#include "io/checkpoint/completion.h"
#include "scratch.h"

static const uint64_t DIGEST = 0xabcdef0123456789;

static void a_mark_counts_for_one_digest(void **state)
{
  (void)state;
  assert_false(completion_is_marked(".", DIGEST));
  assert_int_equal(completion_mark(".", DIGEST), LOLIGO_OK);
  assert_true(completion_is_marked(".", DIGEST));
  assert_false(completion_is_marked(".", DIGEST + 1));
  assert_int_equal(completion_mark(".", 7), LOLIGO_OK);
  assert_true(completion_is_marked(".", 7));
  assert_false(completion_is_marked(".", DIGEST));
  assert_int_equal(access("complete.part", F_OK), -1);
}

static void nothing_else_is_a_mark(void **state)
{
  (void)state;
  const char *const texts[] = {"", "\n", "abcdef0123456789", "abcdef012345678\n", "ABCDEF0123456789\n", "complete\n"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    scratch_write("complete", texts[i]);
    assert_false(completion_is_marked(".", DIGEST));
  }
  assert_int_equal(unlink("complete"), 0);
  assert_int_equal(mkfifo("complete", 0666), 0);
  assert_false(completion_is_marked(".", DIGEST));
  assert_int_equal(completion_mark(".", DIGEST), LOLIGO_OK);
  assert_true(completion_is_marked(".", DIGEST));
}

static void no_link_is_followed(void **state)
{
  (void)state;
  scratch_write("victim", "as it was");
  assert_int_equal(unlink("complete"), 0);
  assert_int_equal(symlink("victim", "complete"), 0);
  assert_int_equal(symlink("victim", "complete.part"), 0);
  assert_int_equal(completion_mark(".", DIGEST), LOLIGO_OK);
  struct stat victim, mark;
  assert_int_equal(stat("victim", &victim), 0);
  assert_int_equal(victim.st_size, strlen("as it was"));
  assert_int_equal(lstat("complete", &mark), 0);
  assert_true(S_ISREG(mark.st_mode));
}

static void what_cannot_be_written_is_told(void **state)
{
  (void)state;
  assert_int_equal(completion_mark("nowhere", DIGEST), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "cannot write nowhere/complete: No such file or directory");
  loligo_error_clear();
  assert_int_equal(mkdir("full", 0777), 0);
  assert_int_equal(mkdir("full/complete", 0777), 0);
  assert_int_equal(completion_mark("full", DIGEST), LOLIGO_MACHINE_ERROR);
  loligo_error_clear();
  assert_int_equal(access("full/complete.part", F_OK), -1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_mark_counts_for_one_digest),
      cmocka_unit_test(nothing_else_is_a_mark),
      cmocka_unit_test(no_link_is_followed),
      cmocka_unit_test(what_cannot_be_written_is_told),
  };
  return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}

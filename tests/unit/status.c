/*
 * The first message of a failure is kept, whatever fails because of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/status.h"

static int clear(void **state)
{
  (void)state;
  loligo_error_clear();
  return 0;
}

static void codes_are_exit_statuses(void **state)
{
  (void)state;
  assert_int_equal(LOLIGO_OK, 0);
  assert_int_equal(LOLIGO_INPUT_ERROR, 2);
  assert_int_equal(LOLIGO_MACHINE_ERROR, 3);
  assert_int_equal(LOLIGO_NUMERICS_ERROR, 4);
  assert_int_equal(LOLIGO_CHECKPOINTED, 75);
  assert_int_equal(LOLIGO_INTERRUPTED, 130);
  assert_string_equal(loligo_status_text(LOLIGO_OK), "done");
  assert_string_equal(loligo_status_text(LOLIGO_MACHINE_ERROR), "memory, disk or file trouble");
  assert_string_equal(loligo_status_text((loligo_status)99), "unknown status");
}

static void there_is_no_message_at_first(void **state)
{
  (void)state;
  assert_string_equal(loligo_error_message(), "");
}

static void failure_returns_its_code_and_keeps_its_message(void **state)
{
  (void)state;
  assert_int_equal(loligo_fail(LOLIGO_INPUT_ERROR, "size is %d, must be %s", -3, ">= 0"), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "size is -3, must be >= 0");
}

static void first_message_stays_until_cleared(void **state)
{
  (void)state;
  loligo_fail(LOLIGO_INPUT_ERROR, "cause");
  assert_int_equal(loligo_fail(LOLIGO_MACHINE_ERROR, "consequence"), LOLIGO_MACHINE_ERROR);
  assert_string_equal(loligo_error_message(), "cause");
  loligo_error_clear();
  loligo_fail(LOLIGO_MACHINE_ERROR, "another");
  assert_string_equal(loligo_error_message(), "another");
}

static void long_message_is_cut(void **state)
{
  (void)state;
  loligo_fail(LOLIGO_INPUT_ERROR, "%5000d|", 1);
  assert_int_equal(strlen(loligo_error_message()), 1023);
}

static void what_a_message_quotes_cannot_end_its_line(void **state)
{
  (void)state;
  loligo_fail(LOLIGO_INPUT_ERROR, "unknown key '%s'", "a\nb\r\x1b[2J\x7f\xc3\xa9");
  assert_string_equal(loligo_error_message(), "unknown key 'a?b??[2J?\xc3\xa9'");
}

static loligo_status pass_up(loligo_status status, int *reached)
{
  LOLIGO_TRY(status);
  *reached += 1;
  return LOLIGO_OK;
}

static void try_returns_only_failures(void **state)
{
  (void)state;
  int reached = 0;
  assert_int_equal(pass_up(LOLIGO_NUMERICS_ERROR, &reached), LOLIGO_NUMERICS_ERROR);
  assert_int_equal(reached, 0);
  assert_int_equal(pass_up(LOLIGO_OK, &reached), LOLIGO_OK);
  assert_int_equal(reached, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(codes_are_exit_statuses),
      cmocka_unit_test_setup(there_is_no_message_at_first, clear),
      cmocka_unit_test_setup(failure_returns_its_code_and_keeps_its_message, clear),
      cmocka_unit_test_setup(first_message_stays_until_cleared, clear),
      cmocka_unit_test_setup(long_message_is_cut, clear),
      cmocka_unit_test_setup(what_a_message_quotes_cannot_end_its_line, clear),
      cmocka_unit_test(try_returns_only_failures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

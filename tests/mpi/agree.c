/*
 * All ranks hold the same outcome of work that each did alone, whichever of them failed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <mpi.h>

#include "loligo/context.h"

static loligo_context context;

static int clear(void **state)
{
  (void)state;
  loligo_error_clear();
  return 0;
}

static loligo_status fail_here(loligo_status status)
{
  return loligo_fail(status, "trouble %d on rank %d", (int)status, context.rank);
}

static void assert_trouble(loligo_status status, int rank)
{
  char expected[64];
  snprintf(expected, sizeof expected, "trouble %d on rank %d", (int)status, rank);
  assert_string_equal(loligo_error_message(), expected);
}

static void context_is_a_duplicate(void **state)
{
  (void)state;
  int rank, size, relation;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Comm_compare(MPI_COMM_WORLD, context.comm, &relation);
  assert_int_equal(context.rank, rank);
  assert_int_equal(context.size, size);
  assert_int_equal(relation, MPI_CONGRUENT);
}

static void success_of_all_is_success(void **state)
{
  (void)state;
  assert_int_equal(loligo_agree(&context, LOLIGO_OK), LOLIGO_OK);
  assert_string_equal(loligo_error_message(), "");
}

static void one_failure_is_everyones(void **state)
{
  (void)state;
  for (int failing = 0; failing < context.size; failing++) {
    loligo_error_clear();
    const loligo_status mine = context.rank == failing ? fail_here(LOLIGO_MACHINE_ERROR) : LOLIGO_OK;
    assert_int_equal(loligo_agree(&context, mine), LOLIGO_MACHINE_ERROR);
    assert_trouble(LOLIGO_MACHINE_ERROR, failing);
  }
}

static void lowest_failing_rank_speaks(void **state)
{
  (void)state;
  const int first = context.size > 1 ? 1 : 0;
  loligo_status mine = LOLIGO_OK;
  if (context.rank == first) mine = fail_here(LOLIGO_NUMERICS_ERROR);
  if (context.rank > first) mine = fail_here(LOLIGO_INPUT_ERROR);
  assert_int_equal(loligo_agree(&context, mine), LOLIGO_NUMERICS_ERROR);
  assert_trouble(LOLIGO_NUMERICS_ERROR, first);
}

static void percent_signs_survive(void **state)
{
  (void)state;
  const loligo_status mine = context.rank == 0 ? loligo_fail(LOLIGO_INPUT_ERROR, "100%% of %s", "%d %n") : LOLIGO_OK;
  assert_int_equal(loligo_agree(&context, mine), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), "100% of %d %n");
}

int main(int argc, char **argv)
{
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(context_is_a_duplicate),
      cmocka_unit_test_setup(success_of_all_is_success, clear),
      cmocka_unit_test_setup(one_failure_is_everyones, clear),
      cmocka_unit_test_setup(lowest_failing_rank_speaks, clear),
      cmocka_unit_test_setup(percent_signs_survive, clear),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failures;
}

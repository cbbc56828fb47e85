/*
 * One simulation, many trials: each begins as if the simulation were new, and its bits follow from step and seed alone,
 * whatever was on its way before and on any number of ranks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "network/description.h"
#include "stage.h"

enum { TRIAL_STEPS = 400 };

static outcome trial(stage *stage)
{
  stage->frames = 0;
  OK(loligo_simulation_run(stage->simulation, TRIAL_STEPS));
  return stage_outcome_now(stage);
}

static outcome trial_from(stage *stage, int64_t step, uint64_t seed)
{
  OK(loligo_simulation_reset(stage->simulation, step, seed));
  assert_int_equal(loligo_simulation_step(stage->simulation), step);
  return trial(stage);
}

static bool are_equal(outcome a, outcome b)
{
  return memcmp(&a, &b, sizeof a) == 0;
}

/** What five trials gave. */
typedef struct series {
  outcome fresh, again, other, later;
} series;

static series run_series(MPI_Comm comm, size_t turn)
{
  loligo_context context;
  loligo_context_init(&context, comm);
  loligo_network *network = full_network();
  add_plastic_projections(network);
  stage stage = {0};
  stage_set(&stage, &context, network, turn);
  series made = {.fresh = trial(&stage)};
  made.other = trial_from(&stage, 0, network->seed + 1);
  made.again = trial_from(&stage, 0, network->seed);
  OK(loligo_simulation_run(stage.simulation, 37));
  assert_true(are_equal(trial_from(&stage, 0, network->seed), made.fresh));
  made.later = trial_from(&stage, 211, network->seed);
  OK(loligo_simulation_run(stage.simulation, 5));
  assert_true(are_equal(trial_from(&stage, 211, network->seed), made.later));
  stage_clear(&stage);
  loligo_network_destroy(network);
  loligo_context_free(&context);
  return made;
}

/* On rank 0 by itself, told to all. */
static series run_alone(void)
{
  series made = {0};
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0) made = run_series(MPI_COMM_SELF, 0);
  MPI_Bcast(&made, sizeof made, MPI_BYTE, 0, MPI_COMM_WORLD);
  return made;
}

static void a_trial_follows_from_step_and_seed(void **state)
{
  (void)state;
  const series alone = run_alone(), together = run_series(MPI_COMM_WORLD, 1);
  assert_true(alone.fresh.spikes > 100 && alone.fresh.frames != 0);
  assert_true(are_equal(alone.again, alone.fresh));
  assert_false(alone.other.checksum == alone.fresh.checksum);
  assert_false(alone.later.checksum == alone.fresh.checksum);
  assert_memory_equal(&together, &alone, sizeof alone);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_trial_follows_from_step_and_seed)};
  MPI_Init(&argc, &argv);
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failures;
}

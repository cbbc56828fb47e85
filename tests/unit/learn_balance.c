/*
 * A spiking network learns by evolution to balance a pole: within 40 generations on each of three seeds it stands for
 * at least 475 of 500 steps, in the mean of ten episodes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lesson.h"

static loligo_context context;

static int generations(uint64_t seed)
{
  training_score score;
  lesson lesson = lesson_balance(seed);
  training *training = lesson_train(&context, &lesson);
  int n = 0;
  do {
    lesson_batches(training, 1);
    OK(training_evaluate(training, 0, &score));
    n++;
  } while (score.reward < 475 && !training_is_done(training));
  if (score.reward < 475) fail_msg("seed %d: %g steps after %d generations", (int)seed, score.reward, n);
  training_destroy(training);
  lesson_end(&lesson);
  return n;
}

static void stands_within_40_generations(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) print_message("seed %d: %d generations\n", (int)seed, generations(seed));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(stands_within_40_generations)};
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

/*
 * Training gives the same bits on any number of ranks: each rank also trains alone, and all weights must agree. So must
 * a training that goes on from its fields; and a bad batch leaves the weights as they were, on all ranks.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/heartbeat.h"
#include "learn/training_state.h"
#include "lesson.h"

enum { PIXELS = 20, CLASSES = 3, SAMPLES = 29, BATCH = 13 };

static loligo_context all, alone;

/* Pixels that stay, one layer, classes. */
static lesson still(void)
{
  lesson lesson = lesson_begin(1, 15, lesson_images(SAMPLES, PIXELS, CLASSES));
  const size_t hidden = lesson_add(&lesson, "hidden", lesson_unit(), 35);
  const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
  lesson_link(&lesson, "W1", lesson.pixels, hidden, 0.25, 1);
  lesson_link(&lesson, "W2", hidden, classes, 0.2, 1);
  lesson_task(&lesson, classes, "cross_entropy");
  lesson.settings.precision = LOLIGO_SINGLE;
  lesson.settings.batch = BATCH;
  lesson.settings.epochs = 10;
  lesson.settings.optimiser_params[0] = 0.01;
  return lesson;
}

/* Events, layers that hear one another, and a readout of one number. */
static lesson moving(void)
{
  dataset set = lesson_images(SAMPLES, PIXELS, CLASSES);
  lesson_make_events(&set, 12, 3);
  lesson lesson = lesson_begin(1, 12, set);
  const size_t first = lesson_add(&lesson, "first", lesson_unit(), 18),
               second = lesson_add(&lesson, "second", lesson_unit(), 7);
  const size_t third = lesson_add(&lesson, "third", lesson_unit(), 17);
  const size_t shared = lesson_add(&lesson, "shared", lesson_model(LOLIGO_TRIAL_READOUT), 5);
  const size_t number = lesson_add(&lesson, "number", lesson_model(LOLIGO_TRIAL_READOUT), 1);
  lesson_link(&lesson, "W1", lesson.pixels, first, 0.4, 1);
  lesson_link(&lesson, "there", first, second, 0.3, 1);
  lesson_link(&lesson, "back", second, first, 0.3, 0.7);
  lesson_link(&lesson, "W2", second, third, 0.4, 1);
  lesson_link(&lesson, "W3", third, shared, 0.4, 1);
  lesson_link(&lesson, "W4", shared, number, 0.4, 1);
  lesson_task(&lesson, number, "mean_square");
  lesson.settings.precision = LOLIGO_SINGLE;
  lesson.settings.batch = BATCH;
  lesson.settings.epochs = 10;
  lesson.settings.clip = 0.05;
  return lesson;
}

/* The same, but that two numbers are answered in each step. */
static lesson taught(void)
{
  lesson lesson = moving();
  const size_t numbers = lesson_add(&lesson, "numbers", loligo_model_find("eprop_readout"), 2);
  lesson_make_steps(&lesson.sets[0], 12);
  lesson_link(&lesson, "W5", 2, numbers, 0.4, 1);
  lesson.settings.tasks[0].population = numbers;
  return lesson;
}

/* A code, whose noise is a sample's own. */
static lesson coded(void)
{
  lesson lesson = lesson_begin(1, 15, lesson_images(SAMPLES, PIXELS, CLASSES));
  const size_t hidden = lesson_add(&lesson, "hidden", lesson_unit(), 35);
  const size_t code = lesson_add(&lesson, "code", lesson_model(LOLIGO_TRIAL_CODE), 21);
  const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
  lesson_link(&lesson, "W1", lesson.pixels, hidden, 0.25, 1);
  lesson_link(&lesson, "W2", hidden, code, 0.5, 1);
  lesson_link(&lesson, "W3", code, classes, 0.2, 1);
  lesson_task(&lesson, classes, "cross_entropy");
  lesson_task(&lesson, code, "information");
  lesson.settings.tasks[1].weight = 1e-2;
  lesson.settings.precision = LOLIGO_SINGLE;
  lesson.settings.batch = BATCH;
  lesson.settings.epochs = 10;
  lesson.settings.optimiser_params[0] = 0.01;
  return lesson;
}

/* Trains, a few samples at a time if `capacity` is not 0; what came out. */
typedef struct outcome {
  uint64_t weights;
  double loss, score, told;
  uint64_t correct, spikes, events;
} outcome;

static outcome train(const loligo_context *context, const lesson *lesson, size_t capacity)
{
  training_score score;
  training *training = lesson_train(context, lesson);
  if (capacity > 0) {
    training->trials.capacity = capacity;
    gradient_free(&training->gradient);
    OK(gradient_init(context, &training->weights, training->settings, capacity, &training->gradient));
  }
  lesson_batches(training, 5);
  const training_position at = training_where(training);
  OK(training_evaluate(training, 0, &score));
  const outcome o = {.weights = training_checksum(training),
                     .loss = at.loss,
                     .score = score.loss,
                     .told = at.information + 1000 * score.information,
                     .correct = at.correct + 1000 * score.correct,
                     .spikes = at.spikes,
                     .events = at.synaptic_events + score.synaptic_events};
  training_destroy(training);
  return o;
}

static void assert_same(outcome a, outcome b)
{
  assert_true(a.weights == b.weights);
  assert_true(a.loss == b.loss && a.score == b.score && a.told == b.told);
  assert_true(a.correct == b.correct && a.spikes == b.spikes && a.events == b.events);
}

static void any_number_of_ranks(lesson (*make)(void))
{
  lesson lesson = make();
  const outcome one = train(&alone, &lesson, 0);
  assert_same(train(&alone, &lesson, 4), one);
  assert_same(train(&all, &lesson, 0), one);
  assert_same(train(&all, &lesson, 4), one);
  lesson.settings.leaf = 4;
  const outcome leaves = train(&alone, &lesson, 0);
  assert_same(train(&all, &lesson, 0), leaves);
  assert_same(train(&all, &lesson, 4), leaves);
  assert_true(fabs(leaves.loss - one.loss) < 1e-3 * one.loss);
  lesson.settings.leaf = BATCH;
  const outcome leaf = train(&all, &lesson, 0);
  lesson.settings.leaf = UINT64_MAX;
  assert_same(train(&all, &lesson, 0), leaf);
  lesson.settings.leaf = 0;
  lesson.settings.batch = 2;
  assert_same(train(&all, &lesson, 0), train(&alone, &lesson, 0));
  lesson_end(&lesson);
}

static void same_bits_where_inputs_stay(void **state)
{
  (void)state;
  any_number_of_ranks(still);
}

static void same_bits_where_they_change(void **state)
{
  (void)state;
  any_number_of_ranks(moving);
}

static void same_bits_where_each_step_is_answered(void **state)
{
  (void)state;
  any_number_of_ranks(taught);
}

static void same_bits_where_noise_is_drawn(void **state)
{
  (void)state;
  any_number_of_ranks(coded);
}

/* Copies what all ranks have of a field, whole, into what `to` has of it. */
static void copy_field(const training_field *from, const training_field *to)
{
  const size_t size = sizeof(float), n = from->rows * from->columns;
  float *whole = calloc(n, size);
  memcpy(whole + from->first_row * from->columns, from->values, from->n_rows * from->columns * size);
  MPI_Allreduce(MPI_IN_PLACE, whole, (int)n, MPI_FLOAT, MPI_SUM, all.comm);
  memcpy(to->values, whole + to->first_row * to->columns, to->n_rows * to->columns * size);
  free(whole);
}

/* Goes on in the middle of an epoch on another number of ranks. */
static void goes_on_elsewhere(void **state)
{
  (void)state;
  lesson lesson = moving();
  training *here = lesson_train(&all, &lesson), *there = lesson_train(&alone, &lesson);
  size_t n, n_there;
  lesson_batches(here, 3);
  const training_position at = training_where(here);
  assert_int_equal(at.samples, BATCH);
  const training_field *from = training_fields(here, &n), *to = training_fields(there, &n_there);
  assert_int_equal(n, n_there);
  for (size_t i = 0; i < n; i++) copy_field(&from[i], &to[i]);
  OK(training_restore(there, &at));
  assert_true(training_checksum(here) == training_checksum(there));
  lesson_batches(here, 4);
  lesson_batches(there, 4);
  assert_true(training_checksum(here) == training_checksum(there));
  assert_true(training_where(here).loss == training_where(there).loss);
  training_destroy(here);
  training_destroy(there);
  lesson_end(&lesson);
}

/* Loss falls, epochs end where they should, and the end is the end. */
static void learns(void **state)
{
  (void)state;
  lesson lesson = still();
  training_score before, after;
  bool ends;
  training *training = lesson_train(&all, &lesson);
  OK(training_evaluate(training, 0, &before));
  const double first = before.loss;
  assert_true(fabs(first - log(CLASSES)) < 0.3);
  assert_int_equal(training_epoch_samples(training), 2 * BATCH);
  for (int i = 0; i < 20; i++) {
    assert_false(training_is_done(training));
    OK(training_batch(training, &ends));
    assert_int_equal(ends, i % 2);
    assert_int_equal(training_where(training).epoch, i / 2);
  }
  assert_true(training_is_done(training));
  OK(training_evaluate(training, 0, &after));
  assert_true(after.loss < 0.5 * first);
  assert_int_equal(after.correct, SAMPLES);
  assert_int_equal(after.confusion[0] + after.confusion[4] + after.confusion[8], SAMPLES);
  assert_true(after.spikes > 0 && after.synaptic_events > 0);
  training_destroy(training);
  lesson_end(&lesson);
}

/* What is not finite is told of, and leaves everything as it was. */
static void refuses_what_is_not_finite(void **state)
{
  (void)state;
  lesson lesson = still();
  bool ends;
  lesson.settings.optimiser_params[0] = 3e38;
  for (int leaf = 0; leaf < 2; leaf++) {
    loligo_status status = LOLIGO_OK;
    uint64_t before = 0;
    lesson.settings.leaf = (uint64_t)leaf * 5;
    training *training = lesson_train(&all, &lesson);
    for (int i = 0; status == LOLIGO_OK && i < 20; i++) {
      before = training_checksum(training);
      status = training_batch(training, &ends);
    }
    assert_int_equal(status, LOLIGO_NUMERICS_ERROR);
    assert_non_null(strstr(loligo_error_message(), "epoch 1, batch 2"));
    assert_true(training_checksum(training) == before);
    assert_int_equal(training_where(training).updates, 1);
    loligo_error_clear();
    training_destroy(training);
  }
  lesson_end(&lesson);
}

/* A watchdog sees that a batch, or a score, gets on: with each sample where its cells are at work. */
static void gets_on_within_a_batch(void **state)
{
  (void)state;
  lesson (*const makers[])(void) = {still, moving};
  for (size_t i = 0; i < 2; i++) {
    training_score score;
    lesson lesson = makers[i]();
    training *training = lesson_train(&alone, &lesson);
    uint64_t before = heartbeat_now().count;
    lesson_batches(training, 1);
    assert_true(heartbeat_now().count - before >= 2 * BATCH);
    before = heartbeat_now().count;
    OK(training_evaluate(training, 0, &score));
    assert_true(heartbeat_now().count - before >= SAMPLES);
    training_destroy(training);
    lesson_end(&lesson);
  }
}

/* Generations of evolution on some ranks. */
static outcome evolve(const loligo_context *context, const lesson *lesson)
{
  training_score score;
  training *training = lesson_train(context, lesson);
  lesson_batches(training, 3);
  OK(training_evaluate(training, 0, &score));
  assert_int_equal(training_where(training).epoch, 2);
  const outcome o = {.weights = training_checksum(training), .score = score.reward};
  training_destroy(training);
  return o;
}

static void evolution_has_the_same_bits(void **state)
{
  (void)state;
  lesson lesson = lesson_balance(2);
  lesson.settings.method_params[0] = 5; /* pairs */
  const outcome one = evolve(&alone, &lesson);
  assert_true(one.score >= 5);
  assert_same(evolve(&all, &lesson), one);
  lesson_end(&lesson);
}

static void assert_refused(const lesson *lesson, const char *words)
{
  training *training = NULL;
  const loligo_status status =
      training_create(&all, lesson->network, &lesson->settings, lesson->sets, lesson->n_sets, &training);
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  if (!strstr(loligo_error_message(), words)) fail_msg("'%s' does not say '%s'", loligo_error_message(), words);
  loligo_error_clear();
}

/* Networks that cannot learn so. */
static void refuses_what_does_not_fit(void **state)
{
  (void)state;
  lesson lesson = still();
  lesson.settings.batch = SAMPLES + 1;
  assert_refused(&lesson, "is more than an epoch");
  lesson.settings.batch = BATCH;
  lesson.sets[0].n_values--;
  assert_refused(&lesson, "have 19 values");
  lesson.sets[0].n_values++;
  lesson.sets[0].n_classes = CLASSES + 1;
  assert_refused(&lesson, "beyond its cells");
  lesson.sets[0].n_classes = CLASSES;
  lesson.settings.surrogate = NULL;
  assert_refused(&lesson, "population hidden: its cells have a threshold");
  lesson.settings.surrogate = surrogate_find("rectangle");
  lesson_link(&lesson, "wrong", 2, 1, 1, 1);
  assert_refused(&lesson, "can only be a readout");
  lesson_end(&lesson);
  lesson = still();
  lesson_link(&lesson, "round", 2, 2, 1, 1);
  assert_refused(&lesson, "closes a loop of readouts");
  lesson_end(&lesson);
  lesson = still();
  lesson.settings.method = learn_method_find("evolution");
  assert_refused(&lesson, "name one");
  lesson_end(&lesson);
  lesson = lesson_balance(1);
  lesson_add(&lesson, "other", lesson_model(LOLIGO_TRIAL_READOUT), 1);
  assert_refused(&lesson, "one readout");
  lesson_end(&lesson);
  lesson = moving();
  lesson.settings.n_steps = INT64_C(1) << 28;
  assert_refused(&lesson, "population pixels: 20 numbers in each of 268435456 steps are more than ranks can hand");
  lesson_end(&lesson);
  lesson = still();
  lesson_add(&lesson, "more", lesson_model(LOLIGO_TRIAL_DATA), 3);
  assert_refused(&lesson, "only one population");
  lesson_end(&lesson);
}

static void refuses_codes_that_do_not_fit(void **state)
{
  (void)state;
  lesson lesson = coded();
  lesson.settings.tasks[1].population = 3;
  assert_refused(&lesson, "its model is no code");
  lesson.settings.tasks[1].population = lesson.settings.tasks[0].population = 2;
  assert_refused(&lesson, "its cells have no single output");
  lesson_link(&lesson, "back", 2, 1, 1, 1);
  assert_refused(&lesson, "can only be a readout or a code");
  lesson_end(&lesson);
  lesson = lesson_balance(1);
  lesson_add(&lesson, "code", lesson_model(LOLIGO_TRIAL_CODE), 2);
  assert_refused(&lesson, "an environment has none");
  lesson_end(&lesson);
}

static void refuses_targets_of_steps_that_do_not_fit(void **state)
{
  (void)state;
  lesson lesson = taught();
  lesson.sets[0].target_steps = 11;
  assert_refused(&lesson, "targets of 11 steps, but a trial has 12");
  lesson.settings.tasks[0].population = 5;
  assert_refused(&lesson, "answers once in a trial");
  lesson_end(&lesson);
  lesson = taught();
  lesson.sets[1] = lesson_images(SAMPLES, PIXELS, CLASSES);
  lesson_make_events(&lesson.sets[1], 12, 3);
  lesson.n_sets = 2;
  lesson.settings.evaluation_data = 1;
  assert_refused(&lesson, "have no target for each step");
  lesson_end(&lesson);
  lesson = taught();
  OK(loligo_network_set_param(lesson.network, 6, "trial", loligo_constant(12)));
  assert_refused(&lesson, "population numbers: trial must be 0");
  lesson_end(&lesson);
}

static int begin(void **state)
{
  (void)state;
  loligo_context_init(&all, MPI_COMM_WORLD);
  loligo_context_init(&alone, MPI_COMM_SELF);
  return 0;
}

static int end(void **state)
{
  (void)state;
  loligo_context_free(&all);
  loligo_context_free(&alone);
  return 0;
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(same_bits_where_inputs_stay),
      cmocka_unit_test(same_bits_where_they_change),
      cmocka_unit_test(same_bits_where_each_step_is_answered),
      cmocka_unit_test(same_bits_where_noise_is_drawn),
      cmocka_unit_test(evolution_has_the_same_bits),
      cmocka_unit_test(goes_on_elsewhere),
      cmocka_unit_test(learns),
      cmocka_unit_test(refuses_what_is_not_finite),
      cmocka_unit_test(gets_on_within_a_batch),
      cmocka_unit_test(refuses_what_does_not_fit),
      cmocka_unit_test(refuses_codes_that_do_not_fit),
      cmocka_unit_test(refuses_targets_of_steps_that_do_not_fit),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, begin, end);
  MPI_Finalize();
  return failed;
}

/*
 * Synaptic events of trials, as learn/tally.h says what they are, against what samples show and cells put out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "learn/training_state.h"
#include "lesson.h"

enum { PIXELS = 20, CLASSES = 3, SAMPLES = 9, STEPS = 12, FIRST = 18, SECOND = 5, INPUTS = 3 };

static loligo_context context;

/* The first of several inputs to a cell, and outputs of it. */
static const loligo_model *several(void)
{
  for (size_t i = 0; loligo_model_at(i); i++)
    if (loligo_model_at(i)->adjoint && loligo_model_at(i)->adjoint->n_inputs == INPUTS) return loligo_model_at(i);
  fail_msg("no model with %d inputs", INPUTS);
  return NULL;
}

/* Events onto two layers, of which one hears itself, and one is of cells with several inputs. */
static lesson network_of(dataset set)
{
  lesson lesson = lesson_begin(1, STEPS, set);
  const size_t first = lesson_add(&lesson, "first", lesson_unit(), FIRST);
  const size_t second = lesson_add(&lesson, "second", several(), SECOND);
  const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
  lesson_link(&lesson, "W1", lesson.pixels, first, 0.4, 1);
  lesson_link(&lesson, "around", first, first, 0.3, 1);
  lesson_link(&lesson, "W2", first, second, 0.4, 1);
  lesson_link(&lesson, "direct", lesson.pixels, second, 0.4, 1);
  lesson_link(&lesson, "W3", second, classes, 0.4, 1);
  lesson_task(&lesson, classes, "cross_entropy");
  return lesson;
}

/* What the cells of a layer put out in all samples at work: 1 for a spike. */
static double spikes_of(const training *training, size_t population)
{
  const layer *layer = &training->layers.layers[population];
  const double *value = training->trials.of_layer[population].value;
  double sum = 0;
  for (size_t i = 0; i < training->trials.n * layer->columns; i++) sum += value[i] / layer->value;
  return round(sum);
}

/* What all samples show as events, each of which is 1. */
static double shown_by(const dataset *set)
{
  double shown[STEPS * PIXELS], n = 0;
  for (uint64_t i = 0; set->first_event && i < set->n; i++) {
    dataset_show_events(set, i, 1, STEPS, LOLIGO_DOUBLE, shown);
    for (size_t k = 0; k < STEPS * PIXELS; k++) n += shown[k];
  }
  return n;
}

static void are_spikes_times_the_inputs_they_meet(dataset set)
{
  training_score score;
  lesson lesson = network_of(set);
  training *training = lesson_train(&context, &lesson);
  OK(training_evaluate(training, 0, &score));
  const double first = spikes_of(training, 1), second = spikes_of(training, 2), shown = shown_by(&lesson.sets[0]);
  assert_true(first > 0 && second > 0);
  const double wanted = shown * (FIRST + INPUTS * SECOND) + first * (FIRST + INPUTS * SECOND) + second * CLASSES;
  assert_float_equal((double)score.synaptic_events, wanted, 0);
  assert_float_equal((double)training_totals(training)[TALLY_SYNAPTIC_EVENTS], wanted, 0);
  training_destroy(training);
  lesson_end(&lesson);
}

/* Some fall behind the end of a trial, and some so little before it that they act behind it. */
static void of_samples_that_are_events(void **state)
{
  (void)state;
  dataset set = lesson_images(SAMPLES, PIXELS, CLASSES);
  lesson_make_events(&set, 1.5 * STEPS, 3);
  const float end = nextafterf(STEPS, 0);
  const uint64_t all = set.first_event[1], before = dataset_count_events(&set, 0, 1, STEPS);
  assert_true(before < all);
  for (uint64_t e = before; e < all; e++) set.event_time[e] = end;
  assert_int_equal(dataset_count_events(&set, 0, 1, STEPS), before);
  are_spikes_times_the_inputs_they_meet(set);
}

static void of_samples_that_stay(void **state)
{
  (void)state;
  are_spikes_times_the_inputs_they_meet(lesson_images(SAMPLES, PIXELS, CLASSES));
}

/* What a rate of an epoch is made from, beside cells that spike but hand on a rate. */
static void spikes_are_those_that_are_handed_on(void **state)
{
  (void)state;
  const loligo_model *smooth = loligo_model_find("hh_psc_exp");
  lesson lesson = lesson_begin(0.05, 200, lesson_images(SAMPLES, PIXELS, CLASSES));
  const size_t first = lesson_add(&lesson, "first", lesson_unit(), FIRST);
  const size_t second = lesson_add(&lesson, "second", smooth, SECOND);
  const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
  OK(loligo_network_set_param(lesson.network, second, "integrator", loligo_constant(0)));
  lesson_link(&lesson, "W1", lesson.pixels, first, 0.4, 1);
  lesson_link(&lesson, "W2", lesson.pixels, second, 0.4, 1500);
  lesson_link(&lesson, "W3", first, classes, 0.4, 1);
  lesson_link(&lesson, "W4", second, classes, 0.4, 1);
  lesson_task(&lesson, classes, "cross_entropy");
  training *training = lesson_train(&context, &lesson);
  lesson_batches(training, 1);
  uint64_t of_second = 0;
  for (size_t i = 0; i < training->trials.n_mine; i++)
    of_second += training->trials.spikes[i * training->layers.n + second];
  assert_true(of_second > 0);
  assert_float_equal((double)training_where(training).spikes, spikes_of(training, first), 0);
  training_destroy(training);
  lesson_end(&lesson);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(of_samples_that_are_events),
                                     cmocka_unit_test(of_samples_that_stay),
                                     cmocka_unit_test(spikes_are_those_that_are_handed_on)};
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

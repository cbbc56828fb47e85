/*
 * The gradient of whole networks in double precision against central differences of the loss, with thresholds replaced
 * by the primitive of their surrogate, so that it is exact. All models that learn in trials are found in the registry.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "learn/training_state.h"
#include "lesson.h"

enum { PIXELS = 20, HIDDEN = 32, CLASSES = 3, SAMPLES = 8, WEIGHTS = 25 };

static loligo_context context;

static double *number_of(weight_array *array, size_t i)
{
  return (double *)array->values + i;
}

/* The mean loss of a batch of all samples, in the same epoch, so that codes have the same noise; may add up their
 * gradients. */
static double work(training *training, bool learns)
{
  training_position sums = training->position;
  for (uint64_t at = 0; at < SAMPLES; at += training->trials.capacity) {
    const uint64_t rest = SAMPLES - at, most = training->trials.capacity;
    training_work(training, at, rest < most ? rest : most, learns);
    training_sum(training, &sums);
    if (learns) gradient_add(&training->sharing, &training->gradient, &training->trials, &training->weights);
  }
  return sums.loss / SAMPLES;
}

/* Asks for the gradient of a batch, without moving the weights. */
static void take_gradient(training *training)
{
  gradient_begin(&training->gradient);
  work(training, true);
  assert_true(gradient_end(&training->sharing, &training->gradient, &training->weights, SAMPLES));
}

/* Squares of the errors and of the differences themselves over some weights of an array. */
static void compare(training *training, weight_array *array, double *errors, double *squares)
{
  const size_t n = array->rows * array->columns, every = n > WEIGHTS ? n / WEIGHTS : 1;
  for (size_t i = 0; i < n; i += every) {
    double *w = number_of(array, i);
    const double before = *w, h = 1e-6 * fmax(fabs(before), 1e-2), got = ((double *)array->gradient)[i];
    *w = before + h;
    const double above = work(training, false);
    *w = before - h;
    const double below = work(training, false);
    *w = before;
    const double want = (above - below) / (2 * h);
    *errors += (got - want) * (got - want);
    *squares += want * want;
  }
}

static void check_gradient(lesson *lesson, double bound)
{
  lesson->settings.ramp = true;
  lesson->settings.batch = SAMPLES;
  training *training = lesson_train(&context, lesson);
  take_gradient(training);
  for (size_t i = 0; i < training->weights.n; i++) {
    weight_array *array = &training->weights.arrays[i];
    double errors = 0, squares = 0;
    if (!array->learns) continue;
    compare(training, array, &errors, &squares);
    const double error = sqrt(errors / squares);
    if (!(error <= bound))
      fail_msg("%s: %s of %s: relative error %g", lesson->network->populations[1].model->name, array->name, array->of,
               error);
  }
  training_destroy(training);
}

/* What a link must bring so that cells of a model come near their threshold. */
static double gain_of(const loligo_model *model)
{
  return strcmp(loligo_model_receptor_unit(model, 0), "pA") == 0 ? 1500 : 1;
}

static lesson begin(const loligo_model *model)
{
  const bool integrates = model->adjoint->integrates;
  return lesson_begin(integrates ? 0.05 : 1, integrates ? 200 : 15, lesson_images(SAMPLES, PIXELS, CLASSES));
}

static const loligo_model *next_model(loligo_trial_part part, size_t *i)
{
  for (; loligo_model_at(*i); ++*i) {
    const loligo_model *model = loligo_model_at(*i);
    if (model->adjoint && model->adjoint->part == part) return loligo_model_at((*i)++);
  }
  return NULL;
}

/* Pixels that stay, one layer, classes. */
static void one_layer(void **state)
{
  const loligo_model *model;
  (void)state;
  for (size_t i = 0; (model = next_model(LOLIGO_TRIAL_UNIT, &i));) {
    lesson lesson = begin(model);
    const size_t hidden = lesson_add(&lesson, "hidden", model, HIDDEN);
    if (model_integrator(model)) OK(loligo_network_set_param(lesson.network, hidden, "integrator", loligo_constant(0)));
    const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
    lesson_link(&lesson, "W1", lesson.pixels, hidden, 0.25, gain_of(model));
    lesson_link(&lesson, "W2", hidden, classes, 0.2, 1);
    lesson_task(&lesson, classes, "cross_entropy");
    check_gradient(&lesson, 1e-5);
    lesson_end(&lesson);
  }
}

/* Two readouts behind a third one; a link that brings all at once and one that brings steps; two layers. */
static void readouts_and_layers(void **state)
{
  (void)state;
  const loligo_model *model = lesson_unit(), *readout = lesson_model(LOLIGO_TRIAL_READOUT);
  lesson lesson = begin(model);
  const size_t first = lesson_add(&lesson, "first", model, HIDDEN), second = lesson_add(&lesson, "second", model, 21);
  const size_t shared = lesson_add(&lesson, "shared", readout, 5);
  const size_t classes = lesson_add(&lesson, "classes", readout, CLASSES);
  const size_t numbers = lesson_add(&lesson, "numbers", readout, 2);
  lesson_link(&lesson, "W1", lesson.pixels, first, 0.25, 1);
  lesson_link(&lesson, "W2", first, second, 0.3, 1);
  lesson_link(&lesson, "skip", lesson.pixels, second, 0.2, 0.5);
  lesson_link(&lesson, "W3", second, shared, 0.3, 1);
  lesson_link(&lesson, "direct", first, shared, 0.3, 2);
  lesson_link(&lesson, "W4", shared, classes, 0.4, 1);
  lesson_link(&lesson, "W5", shared, numbers, 0.4, 1);
  lesson_task(&lesson, classes, "cross_entropy");
  lesson_task(&lesson, numbers, "mean_square");
  check_gradient(&lesson, 1e-5);
  lesson_end(&lesson);
}

/* Two codes behind one another, one of which also hears the pixels; both have their price. */
static void codes(void **state)
{
  const loligo_model *model;
  (void)state;
  for (size_t i = 0; (model = next_model(LOLIGO_TRIAL_CODE, &i));) {
    lesson lesson = begin(lesson_unit());
    const size_t hidden = lesson_add(&lesson, "hidden", lesson_unit(), HIDDEN);
    const size_t first = lesson_add(&lesson, "first", model, 19), second = lesson_add(&lesson, "second", model, 3);
    const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
    lesson_link(&lesson, "W1", lesson.pixels, hidden, 0.25, 1);
    lesson_link(&lesson, "W2", hidden, first, 0.5, 2);
    lesson_link(&lesson, "seen", lesson.pixels, first, 0.2, 1);
    lesson_link(&lesson, "W3", first, second, 0.5, 1);
    lesson_link(&lesson, "W4", first, classes, 0.4, 1);
    lesson_link(&lesson, "W5", second, classes, 0.4, 1);
    lesson_task(&lesson, classes, "cross_entropy");
    lesson_task(&lesson, first, "information");
    lesson_task(&lesson, second, "information");
    lesson.settings.tasks[1].weight = 0.03;
    lesson.settings.tasks[2].weight = 0.2;
    check_gradient(&lesson, 1e-5);
    lesson.settings.leaf = 3;
    check_gradient(&lesson, 1e-5);
    lesson_end(&lesson);
  }
}

/* Events, a layer that hears itself, and two that hear one another. */
static void events_and_loops(void **state)
{
  (void)state;
  const loligo_model *model = lesson_unit();
  dataset set = lesson_images(SAMPLES, PIXELS, CLASSES);
  lesson_make_events(&set, 23, 4);
  lesson lesson = lesson_begin(1, 23, set);
  const size_t first = lesson_add(&lesson, "first", model, 18), second = lesson_add(&lesson, "second", model, 7);
  const size_t third = lesson_add(&lesson, "third", model, 17);
  const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
  lesson_link(&lesson, "W1", lesson.pixels, first, 0.4, 1);
  lesson_link(&lesson, "own", first, first, 0.2, 1);
  lesson_link(&lesson, "there", first, second, 0.3, 1);
  lesson_link(&lesson, "back", second, first, 0.3, 0.7);
  lesson_link(&lesson, "W2", second, third, 0.4, 1);
  lesson_link(&lesson, "W3", third, classes, 0.4, 1);
  lesson_link(&lesson, "seen", lesson.pixels, classes, 0.2, 1);
  lesson_task(&lesson, classes, "cross_entropy");
  check_gradient(&lesson, 1e-5);
  lesson.settings.leaf = 3;
  check_gradient(&lesson, 1e-5);
  lesson_end(&lesson);
}

/* Numbers that are answered in each step, by what decays and by a sum without state, beside classes. */
static void answers_in_steps(void **state)
{
  (void)state;
  enum { STEPS = 23 };
  const loligo_model *iaf = loligo_model_find("eprop_iaf"), *leaky = loligo_model_find("eprop_readout");
  dataset set = lesson_images(SAMPLES, PIXELS, CLASSES);
  lesson_make_events(&set, STEPS, 4);
  lesson_make_steps(&set, STEPS);
  lesson lesson = lesson_begin(1, STEPS, set);
  const size_t first = lesson_add(&lesson, "first", iaf, 18), second = lesson_add(&lesson, "second", lesson_unit(), 7);
  const size_t slow = lesson_add(&lesson, "slow", leaky, 1), fast = lesson_add(&lesson, "fast", leaky, 1);
  const size_t classes = lesson_add(&lesson, "classes", leaky, CLASSES);
  OK(loligo_network_set_param(lesson.network, fast, "tau_m", loligo_constant(1)));
  lesson_link(&lesson, "W1", lesson.pixels, first, 0.4, 1);
  lesson_link(&lesson, "own", first, first, 0.2, 4);
  lesson_link(&lesson, "W2", first, second, 0.3, 4);
  lesson_link(&lesson, "W3", second, slow, 0.4, 1);
  lesson_link(&lesson, "skip", first, slow, 0.4, 4);
  lesson_link(&lesson, "back", slow, first, 0.1, 1);
  lesson_link(&lesson, "W4", second, fast, 0.4, 0.5);
  lesson_link(&lesson, "W5", second, classes, 0.4, 1);
  lesson_task(&lesson, slow, "mean_square");
  lesson_task(&lesson, classes, "cross_entropy");
  lesson_task(&lesson, fast, "mean_square");
  lesson.settings.tasks[2].weight = 3;
  check_gradient(&lesson, 1e-5);
  lesson_end(&lesson);
}

/* Trials so long that their tapes are cut into parts. */
static void long_trials(void **state)
{
  (void)state;
  enum { STEPS = 900 };
  const loligo_model *model = lesson_unit();
  for (int changes = 0; changes < 2; changes++) {
    dataset set = lesson_images(SAMPLES, 4, 2);
    if (changes) lesson_make_events(&set, STEPS, 200);
    lesson lesson = lesson_begin(1, STEPS, set);
    const size_t hidden = lesson_add(&lesson, "hidden", model, 3);
    const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), 2);
    lesson_link(&lesson, "W1", lesson.pixels, hidden, 0.5, 1);
    lesson_link(&lesson, "W2", hidden, classes, 0.5, 1);
    lesson_task(&lesson, classes, "cross_entropy");
    check_gradient(&lesson, 1e-5);
    lesson_end(&lesson);
  }
}

static int begin_context(void **state)
{
  (void)state;
  loligo_context_init(&context, MPI_COMM_WORLD);
  return 0;
}

static int end_context(void **state)
{
  (void)state;
  loligo_context_free(&context);
  return 0;
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_layer),        cmocka_unit_test(readouts_and_layers), cmocka_unit_test(codes),
      cmocka_unit_test(events_and_loops), cmocka_unit_test(answers_in_steps),    cmocka_unit_test(long_trials),
  };
  MPI_Init(&argc, &argv);
  const int failed = cmocka_run_group_tests(tests, begin_context, end_context);
  MPI_Finalize();
  return failed;
}

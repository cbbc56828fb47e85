/*
 * The losses of batches on the way of a small training, in double precision, against what PyTorch 1.13 gives from the
 * same first weights and the same samples (tests/program/pytorch, for which this prints them if a model is named).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "learn/training_state.h"
#include "lesson.h"

enum { PIXELS = 20, HIDDEN = 24, CLASSES = 3, SAMPLES = 48, BATCH = 16, STEPS = 15, BATCHES = 3 };

static loligo_context context;

static lesson make(const loligo_model *model)
{
  lesson lesson = lesson_begin(1, STEPS, lesson_images(SAMPLES, PIXELS, CLASSES));
  const size_t hidden = lesson_add(&lesson, "hidden", model, HIDDEN);
  const size_t classes = lesson_add(&lesson, "classes", lesson_model(LOLIGO_TRIAL_READOUT), CLASSES);
  lesson_link(&lesson, "W1", lesson.pixels, hidden, 0.25, 1);
  lesson_link(&lesson, "W2", hidden, classes, 0.2, 1);
  lesson_task(&lesson, classes, "cross_entropy");
  lesson.settings.batch = BATCH;
  lesson.settings.optimiser_params[0] = 0.01;
  for (size_t i = 0; i < lesson.settings.optimiser->params.n; i++)
    if (strcmp(lesson.settings.optimiser->params.rows[i].name, "weight_decay") == 0)
      lesson.settings.optimiser_params[i] = 1e-2;
  return lesson;
}

/* The mean loss of the next batch. */
static double next_loss(training *training)
{
  const double before = training_where(training).loss;
  lesson_batches(training, 1);
  return (training_where(training).loss - before) / BATCH;
}

/* -- printing, as JSON -- */

static void print_numbers(const char *name, size_t n, const double *x)
{
  printf("\"%s\": [", name);
  for (size_t i = 0; i < n; i++) printf("%s%.17g", i ? ", " : "", x[i]);
  printf("],\n");
}

static void print_weights(const training *training)
{
  for (size_t i = 0; i < training->weights.n; i++) {
    const weight_array *array = &training->weights.arrays[i];
    char name[64];
    snprintf(name, sizeof name, "%s/%s", array->of, array->name);
    print_numbers(name, array->rows * array->columns, array->values);
  }
}

static void print_samples(const training *training)
{
  double numbers[SAMPLES], labels[SAMPLES], values[SAMPLES * PIXELS];
  uint64_t order[SAMPLES];
  random_permutation_part(&training->order, 0, SAMPLES, order);
  for (size_t i = 0; i < SAMPLES; i++) {
    numbers[i] = (double)order[i];
    labels[i] = training->sets[0].labels[i];
    dataset_show(&training->sets[0], i, 0, LOLIGO_DOUBLE, values + i * PIXELS);
  }
  print_numbers("order", SAMPLES, numbers);
  print_numbers("labels", SAMPLES, labels);
  print_numbers("values", SAMPLES * PIXELS, values);
}

static void print(const char *name)
{
  double losses[BATCHES];
  lesson lesson = make(loligo_model_find(name));
  training *training = lesson_train(&context, &lesson);
  printf("{\"sizes\": [%d, %d, %d, %d, %d],\n", PIXELS, HIDDEN, CLASSES, BATCH, STEPS);
  print_weights(training);
  print_samples(training);
  for (int i = 0; i < BATCHES; i++) losses[i] = next_loss(training);
  print_numbers("losses", BATCHES, losses);
  printf("\"model\": \"%s\"}\n", name);
  training_destroy(training);
  lesson_end(&lesson);
}

/* -- golden values -- */

static void losses_are(const char *name, const double want[BATCHES])
{
  lesson lesson = make(loligo_model_find(name));
  training *training = lesson_train(&context, &lesson);
  for (int i = 0; i < BATCHES; i++) {
    const double got = next_loss(training);
    if (fabs(got - want[i]) > 1e-10) fail_msg("%s, batch %d: %.12f, not %.12f", name, i, got, want[i]);
  }
  training_destroy(training);
  lesson_end(&lesson);
}

static void as_pytorch(void **state)
{
  (void)state;
  losses_are("lif_step", (const double[BATCHES]){0.955198185741, 1.023769185130, 1.097745706750});
  losses_are("s_lif2hh_layer", (const double[BATCHES]){1.053582331419, 1.115895830382, 0.999415240118});
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_pytorch)};
  int failed = 0;
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  if (argc > 1)
    print(argv[1]);
  else
    failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

/*
 * The bounds on what a code tells, on a Gaussian channel: a number x of variance S goes through a code of one cell, z =
 * a x + s noise, and a readout answers c z. The channel has 1/2 log2(1 + signal / noise) bit, signal / noise = a^2 S /
 * s^2, whatever the bounds say: from above the mean information of the code, from below 1/2 log2(S / D) with the mean
 * square D of the answer.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "learn/training_state.h"
#include "lesson.h"

enum { SAMPLES = 8192, BATCH = 256 };

/* What sampled noise leaves of a mean square: six times the root of 2 / SAMPLES, in bit. */
static const double CHANCE = 0.07;

static loligo_context context;

/* Normal numbers of variance 1 which are to be answered: that is what their own variance is then, but for rounding. */
static dataset normal_numbers(void)
{
  dataset set = {
      .name = memory_string("x"), .n = SAMPLES, .n_values = 1, .n_targets = 1, .target_steps = 1, .scale = 1};
  double x[SAMPLES], sum = 0, squares = 0;
  random_normals((random_key){{5, 6}}, 0, SAMPLES, x);
  for (size_t i = 0; i < SAMPLES; i++) sum += x[i];
  for (size_t i = 0; i < SAMPLES; i++) squares += (x[i] - sum / SAMPLES) * (x[i] - sum / SAMPLES);
  set.values = memory_allocate(SAMPLES, sizeof *set.values, "samples");
  set.targets = memory_allocate(SAMPLES, sizeof *set.targets, "targets");
  for (size_t i = 0; i < SAMPLES; i++)
    set.values[i] = set.targets[i] = (float)((x[i] - sum / SAMPLES) / sqrt(squares / SAMPLES));
  return set;
}

/* A channel whose code costs `price` for each nat. */
static lesson channel(double price)
{
  lesson lesson = lesson_begin(1, 1, normal_numbers());
  const size_t code = lesson_add(&lesson, "code", loligo_model_find("gaussian_code"), 1);
  const size_t answer = lesson_add(&lesson, "answer", lesson_model(LOLIGO_TRIAL_READOUT), 1);
  OK(loligo_network_set_param(lesson.network, code, "shift", loligo_constant(0)));
  lesson_link(&lesson, "encoder", lesson.pixels, code, 0.3, 1);
  lesson_link(&lesson, "decoder", code, answer, 0.3, 1);
  lesson_task(&lesson, answer, "mean_square");
  lesson_task(&lesson, code, "information");
  lesson.settings.tasks[1].weight = price;
  lesson.settings.batch = BATCH;
  return lesson;
}

static double *weight(training *training, const char *of, const char *name, size_t row)
{
  for (size_t i = 0; i < training->weights.n; i++) {
    const weight_array *array = &training->weights.arrays[i];
    if (strcmp(array->of, of) == 0 && strcmp(array->name, name) == 0) return (double *)array->values + row;
  }
  fail_msg("there are no %s of %s", name, of);
  return NULL;
}

typedef struct bounds {
  double lower, upper; /* bit */
} bounds;

static bounds measure(training *training)
{
  training_score score;
  OK(training_evaluate(training, 0, &score));
  const double price = training->settings->tasks[1].weight;
  const double distortion = 2 * (score.loss - price * score.information);
  return (bounds){0.5 * log2(1 / distortion), score.information / M_LN2};
}

/* Sets z = a x + s noise, and its answer c z. */
static void set_channel(training *training, double a, double s, double c)
{
  *weight(training, "encoder", "weight", 0) = a;
  *weight(training, "encoder", "weight", 1) = 0;
  *weight(training, "encoder", "bias", 0) = 0;
  *weight(training, "encoder", "bias", 1) = log(expm1(s));
  *weight(training, "decoder", "weight", 0) = c;
  *weight(training, "decoder", "bias", 0) = 0;
}

/* The bounds meet at the channel's bits where its output has variance 1 and the answer is the best one; elsewhere they
 * part by what can be told in closed form. */
static void bounds_enclose_the_channel(void **state)
{
  (void)state;
  lesson lesson = channel(0.1);
  training *training = lesson_train(&context, &lesson);
  for (double signal_to_noise = 0.25; signal_to_noise <= 64; signal_to_noise *= 4)
    for (double size = 0.5; size <= 2; size *= 2)
      for (double off = 1; off <= 1.5; off += 0.5) {
        const double s = size / sqrt(1 + signal_to_noise), a = s * sqrt(signal_to_noise), best = a / (size * size);
        set_channel(training, a, s, off * best);
        const bounds found = measure(training);
        const double bits = 0.5 * log2(1 + signal_to_noise);
        const double loose = ((size * size - 1) / 2 - log(size)) / M_LN2;
        const double lost = 0.5 * log2(1 + (off - 1) * (off - 1) * signal_to_noise);
        assert_true(found.lower <= bits + CHANCE && found.upper >= bits - 1e-6);
        if (fabs(found.upper - (bits + loose)) > 1e-6 || fabs(found.lower - (bits - lost)) > CHANCE)
          fail_msg("signal / noise %g, size %g, answer %g: %g to %g bit for %g", signal_to_noise, size, off,
                   found.lower, found.upper, bits);
      }
  training_destroy(training);
  lesson_end(&lesson);
}

/* At a price of beta for a nat it is best to leave a mean square of beta, at 1/2 log2(1 / beta) bit; nothing is told
 * where a nat costs more than all that can be gained. */
static void learns_what_is_worth_its_price(void **state)
{
  (void)state;
  for (double price = 0.0625; price <= 4; price *= 8) {
    lesson lesson = channel(price);
    lesson.settings.epochs = 40;
    lesson.settings.optimiser_params[0] = 0.02;
    double falls[] = {20, 30};
    lesson.settings.rate_epochs = memory_allocate(2, sizeof falls[0], "epochs");
    memcpy(lesson.settings.rate_epochs, falls, sizeof falls);
    lesson.settings.n_rate_epochs = 2;
    lesson.settings.rate_factor = 0.1;
    training *training = lesson_train(&context, &lesson);
    lesson_batches(training, 40 * (SAMPLES / BATCH));
    const bounds found = measure(training);
    const double bits = price < 1 ? 0.5 * log2(1 / price) : 0;
    const double a = *weight(training, "encoder", "weight", 0);
    const double s = log1p(exp(*weight(training, "encoder", "bias", 1))), has = 0.5 * log2(1 + a * a / (s * s));
    print_message("  a nat for %g: %.3f to %.3f bit, the channel %.3f, in theory %.3f\n", price, found.lower,
                  found.upper, has, bits);
    assert_true(found.lower <= has + CHANCE && found.upper >= has - 0.01);
    assert_true(fabs(has - bits) < 0.03 && fabs(found.upper - bits) < 0.03 && fabs(found.lower - bits) < CHANCE);
    training_destroy(training);
    lesson_end(&lesson);
  }
}

/* Of an epoch no sample has the noise of another one, nor of another epoch; evaluations have theirs, each time. */
static void noise_is_a_samples_own(void **state)
{
  (void)state;
  enum { FEW = 64 };
  double first[FEW], again[FEW], sum = 0, squares = 0;
  lesson lesson = channel(1);
  training *training = lesson_train(&context, &lesson);
  const double *noise = training->trials.of_layer[1].noise;
  training_work(training, 0, FEW, false);
  memcpy(first, noise, sizeof first);
  training->position.epoch = 1;
  training_work(training, 0, FEW, false);
  memcpy(again, noise, sizeof again);
  for (size_t i = 0; i < FEW; i++) {
    assert_true(first[i] != again[i]);
    for (size_t k = 0; k < i; k++) assert_true(first[i] != first[k]);
    sum += first[i];
    squares += first[i] * first[i];
  }
  assert_true(fabs(sum / FEW) < 0.5 && fabs(squares / FEW - 1) < 0.7);
  const bounds once = measure(training), twice = measure(training);
  assert_true(once.lower == twice.lower && once.upper == twice.upper);
  training_destroy(training);
  lesson_end(&lesson);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bounds_enclose_the_channel),
      cmocka_unit_test(learns_what_is_worth_its_price),
      cmocka_unit_test(noise_is_a_samples_own),
  };
  MPI_Init(&argc, &argv);
  loligo_context_init(&context, MPI_COMM_WORLD);
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  loligo_context_free(&context);
  MPI_Finalize();
  return failed;
}

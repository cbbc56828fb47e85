/** Small networks that learn in trials, with samples that are made up: for the tests of the engine. */
#ifndef LOLIGO_TESTS_LESSON_H
#define LOLIGO_TESTS_LESSON_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random/random.h"
#include "learn/training.h"
#include "loligo/loligo.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"

#define OK(call) assert_int_equal((call), LOLIGO_OK)

enum { LESSON_MAX_LINKS = 8, LESSON_MAX_TASKS = 3 };

/** A network, what it learns from, and how. */
typedef struct lesson {
  loligo_network *network;
  size_t pixels; /* the population that shows samples */
  learn_settings settings;
  dataset sets[2];
  size_t n_sets;
} lesson;

/** The first model of the registry that is such a part of a trial. */
static inline const loligo_model *lesson_model(loligo_trial_part part)
{
  for (size_t i = 0; loligo_model_at(i); i++)
    if (loligo_model_at(i)->adjoint && loligo_model_at(i)->adjoint->part == part) return loligo_model_at(i);
  fail_msg("no model for a part of trials");
  return NULL;
}

/** The first one of cells with a threshold, and one input each. */
static inline const loligo_model *lesson_unit(void)
{
  for (size_t i = 0; loligo_model_at(i); i++) {
    const loligo_adjoint *adjoint = loligo_model_at(i)->adjoint;
    if (adjoint && adjoint->part == LOLIGO_TRIAL_UNIT && adjoint->has_threshold && !adjoint->has_surrogate &&
        adjoint->n_inputs == 1)
      return loligo_model_at(i);
  }
  fail_msg("no model of cells with a threshold");
  return NULL;
}

static inline size_t lesson_add(lesson *lesson, const char *name, const loligo_model *model, uint64_t size)
{
  size_t id;
  OK(loligo_network_add_population(lesson->network, name, model, size, &id));
  return id;
}

/** A link, whose weights are drawn by a law. */
static inline void lesson_link_by(lesson *lesson, const char *name, size_t source, size_t target,
                                  loligo_distribution law, double gain, bool bias)
{
  const synapse_model *dense = NULL;
  for (size_t i = 0; i < synapse_model_registry.n; i++)
    if (synapse_model_at(i)->kind == SYNAPSE_DENSE) dense = synapse_model_at(i);
  assert_non_null(dense);
  const loligo_named_value params[] = {{"bias", loligo_constant(bias)}, {"gain", loligo_constant(gain)}};
  const loligo_projection_spec spec = {.name = name,
                                       .source = source,
                                       .target = target,
                                       .rule = "all_to_all",
                                       .synapse = dense->name,
                                       .synapse_params = params,
                                       .n_synapse_params = 2,
                                       .weight = law};
  if (loligo_network_add_projection(lesson->network, &spec) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
}

/** The same with weights that are uniform within +-bound, and with biases. */
static inline void lesson_link(lesson *lesson, const char *name, size_t source, size_t target, double bound,
                               double gain)
{
  lesson_link_by(lesson, name, source, target,
                 (loligo_distribution){.kind = LOLIGO_UNIFORM, .low = -bound, .high = bound}, gain, true);
}

/** Adds the task of a population of readouts. */
static inline void lesson_task(lesson *lesson, size_t population, const char *name)
{
  lesson->settings.tasks[lesson->settings.n_tasks++] = (learn_task){loss_find(name), population, 1};
}

/** n samples of `values` bytes, of `classes` patterns with noise; their classes, or two numbers, are to be answered. */
static inline dataset lesson_images(uint64_t n, uint64_t values, int32_t classes)
{
  dataset set = {.name = memory_string("made up"), .n = n, .n_values = values, .scale = 1 / 255.0};
  set.n_labels = 1;
  set.n_classes = (uint64_t)classes;
  set.n_targets = 2;
  set.target_steps = 1;
  set.bytes = memory_allocate(n * values, 1, "samples");
  set.labels = memory_allocate(n, sizeof *set.labels, "labels");
  set.targets = memory_allocate(n * 2, sizeof *set.targets, "targets");
  for (uint64_t i = 0; i < n; i++) {
    random_stream pattern, own;
    set.labels[i] = (int32_t)(i % (uint64_t)classes);
    random_stream_init(&pattern, (random_key){{1, 2}}, (uint64_t)set.labels[i], 0);
    random_stream_init(&own, (random_key){{3, 4}}, i, 0);
    for (uint64_t k = 0; k < values; k++)
      set.bytes[i * values + k] = (uint8_t)(180 * random_stream_uniform(&pattern) + 70 * random_stream_uniform(&own));
    for (int k = 0; k < 2; k++) set.targets[2 * i + (uint64_t)k] = (float)random_stream_uniform(&own);
  }
  return set;
}

/** The same as events: each cell has `each` of them at random times of a trial of `duration` ms, more for larger
 * values. */
static inline void lesson_make_events(dataset *set, double duration, uint64_t each)
{
  uint64_t n = 0;
  const uint64_t most = set->n * set->n_values * each;
  set->first_event = memory_allocate(set->n + 1, sizeof *set->first_event, "events");
  set->event_time = memory_allocate(most, sizeof *set->event_time, "events");
  set->event_cell = memory_allocate(most, sizeof *set->event_cell, "events");
  set->scale = 1;
  for (uint64_t i = 0; i < set->n; i++) {
    set->first_event[i] = n;
    for (uint64_t e = 0; e < each; e++)
      for (uint64_t k = 0; k < set->n_values; k++) {
        if (set->bytes[i * set->n_values + k] < 60 * (e + 1)) continue;
        set->event_time[n] = (float)(((double)e + 0.9 * (double)k / (double)set->n_values) * duration / (double)each);
        set->event_cell[n++] = (uint32_t)k;
      }
  }
  set->first_event[set->n] = n;
  memory_free(set->bytes);
  set->bytes = NULL;
}

/** The same with two numbers to be answered in each step: sines that differ by sample. */
static inline void lesson_make_steps(dataset *set, uint64_t steps)
{
  memory_free(set->targets);
  set->target_steps = steps;
  set->targets = memory_allocate(set->n * steps * 2, sizeof *set->targets, "targets");
  for (uint64_t i = 0; i < set->n * steps * 2; i++)
    set->targets[i] = (float)sin(0.4 * (double)(i / 2 % steps) + (double)(i / (2 * steps) + i % 2));
}

/** A network that learns to balance a pole: 32 units, and a readout whose sign is the action. */
static inline lesson lesson_balance(uint64_t seed)
{
  const learn_method *method = learn_method_find("evolution");
  lesson lesson = {.network = loligo_network_create(1, seed)};
  const loligo_distribution law = {.kind = LOLIGO_NORMAL, .std = 0.5, .low = -INFINITY, .high = INFINITY};
  const size_t seen = lesson_add(&lesson, "seen", lesson_model(LOLIGO_TRIAL_DATA), 4);
  const size_t hidden = lesson_add(&lesson, "hidden", loligo_model_find("lif_step"), 32);
  const size_t push = lesson_add(&lesson, "push", lesson_model(LOLIGO_TRIAL_READOUT), 1);
  OK(loligo_network_set_param(lesson.network, hidden, "decay", loligo_constant(0.5)));
  OK(loligo_network_set_param(lesson.network, hidden, "threshold", loligo_constant(0.5)));
  lesson_link_by(&lesson, "W1", seen, hidden, law, 1, true);
  lesson_link_by(&lesson, "W2", hidden, push, law, 1, false);
  lesson.settings = (learn_settings){.method = method,
                                     .environment = environment_find("cart_pole"),
                                     .precision = LOLIGO_SINGLE,
                                     .batch = 1,
                                     .epochs = 40,
                                     .n_steps = 15};
  for (size_t i = 0; i < method->params.n; i++)
    lesson.settings.method_params[i] = param_default(&method->params.rows[i]);
  return lesson;
}

/** A network without links so far, that learns from one set by Adam in double precision. */
static inline lesson lesson_begin(double dt, int64_t steps, dataset set)
{
  lesson lesson = {.network = loligo_network_create(dt, 7), .n_sets = 1};
  lesson.sets[0] = set;
  lesson.pixels = lesson_add(&lesson, "pixels", lesson_model(LOLIGO_TRIAL_DATA), set.n_values);
  learn_settings *s = &lesson.settings;
  *s = (learn_settings){.method = learn_method_find("adjoint"),
                        .precision = LOLIGO_DOUBLE,
                        .surrogate = surrogate_find("rectangle"),
                        .width = 0.5,
                        .through_reset = true,
                        .optimiser = optimiser_find("adam"),
                        .rate_factor = 1,
                        .batch = 8,
                        .epochs = 1,
                        .n_stages = 1,
                        .evaluates = true,
                        .evaluation_every = 1,
                        .n_steps = steps};
  s->tasks = memory_allocate(LESSON_MAX_TASKS, sizeof *s->tasks, "tasks");
  s->stages = memory_allocate(1, sizeof *s->stages, "stages");
  s->stages[0] = (learn_stage){0, 1};
  for (size_t i = 0; i < s->optimiser->params.n; i++)
    s->optimiser_params[i] = param_default(&s->optimiser->params.rows[i]);
  return lesson;
}

static inline void lesson_end(lesson *lesson)
{
  learn_settings_free(&lesson->settings);
  for (size_t i = 0; i < lesson->n_sets; i++) dataset_free(&lesson->sets[i]);
  loligo_network_destroy(lesson->network);
}

/** Collective. */
static inline training *lesson_train(const loligo_context *context, const lesson *lesson)
{
  training *training = NULL;
  if (training_create(context, lesson->network, &lesson->settings, lesson->sets, lesson->n_sets, &training) !=
      LOLIGO_OK)
    fail_msg("%s", loligo_error_message());
  return training;
}

/** So many batches. Collective. */
static inline void lesson_batches(training *training, int n)
{
  bool ends;
  for (int i = 0; i < n; i++) OK(training_batch(training, &ends));
}

#endif

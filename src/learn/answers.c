/*
 * Answers against labels and targets.
 */
#include "learn/answers.h"

#include <string.h>

#include "base/memory.h"
#include "network/population.h"

static loligo_status refuse(const layers *layers, const learn_task *task, const dataset *set, const char *why)
{
  return population_refuse(layers->layers[task->population].population, "cannot answer to data %s: %s", set->name, why);
}

/* Targets of each step want an answer in each step. */
static loligo_status check_steps(const layers *layers, const learn_settings *settings, const learn_task *task,
                                 const dataset *set)
{
  if (set->target_steps <= 1) return LOLIGO_OK;
  if (layers->layers[task->population].part == LOLIGO_TRIAL_READOUT)
    return refuse(layers, task, set,
                  "it answers once in a trial, they have a target for each step; model eprop_readout answers in each");
  if (set->target_steps == (uint64_t)settings->n_steps) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "learning: data %s have targets of %llu steps, but a trial has %lld",
                     set->name, (unsigned long long)set->target_steps, (long long)settings->n_steps);
}

loligo_status answers_check(const layers *layers, const learn_settings *settings, const dataset *set)
{
  size_t labels = 0, targets = 0;
  for (size_t i = 0; i < settings->n_tasks; i++) {
    const learn_task *task = &settings->tasks[i];
    const layer *layer = &layers->layers[task->population];
    if (task->loss->of_codes) {
      if (layer->part != LOLIGO_TRIAL_CODE) return refuse(layers, task, set, "its model is no code");
      continue;
    }
    const bool answers = layer->part == LOLIGO_TRIAL_READOUT || layer->part == LOLIGO_TRIAL_UNIT;
    if (!answers || layer->columns != layer->cells) return refuse(layers, task, set, "its cells have no single output");
    if (!task->loss->takes_labels) {
      targets += layer->cells;
      if (targets > set->n_targets || !set->targets)
        return refuse(layers, task, set, "there are fewer targets than cells of all tasks");
      LOLIGO_TRY(check_steps(layers, settings, task, set));
      continue;
    }
    if (++labels > set->n_labels || !set->labels)
      return refuse(layers, task, set, "there are fewer labels in a sample than tasks");
    if (set->n_classes > layer->cells)
      return refuse(layers, task, set, "labels, which count from 0 on, go beyond its cells");
  }
  return LOLIGO_OK;
}

/* Whether an answer is right or wrong: one of several classes, or the sign of one number for all of a trial. */
static bool is_judged(const learn_task *task, const layer *layer, bool in_steps)
{
  return task->loss->takes_labels || (layer->cells == 1 && !in_steps && !task->loss->of_codes);
}

loligo_status answers_init(const layers *layers, const learn_settings *settings, bool in_steps, size_t capacity,
                           answers *made)
{
  size_t most = 0;
  *made = (answers){.of = memory_allocate(capacity, sizeof *made->of, "answers"), .in_steps = in_steps};
  for (size_t i = 0; i < settings->n_tasks; i++) {
    const layer *layer = &layers->layers[settings->tasks[i].population];
    if (layer->cells > most) most = layer->cells;
    if (settings->tasks[i].loss->takes_labels && layer->cells > made->classes) made->classes = layer->cells;
    made->n_judged += is_judged(&settings->tasks[i], layer, in_steps);
  }
  made->value = memory_allocate(most, sizeof *made->value, "answers");
  made->gradient = memory_allocate(most, sizeof *made->gradient, "answers");
  made->target = memory_allocate(most, sizeof *made->target, "answers");
  if (made->classes > 0)
    made->confusion = memory_allocate(made->classes * made->classes, sizeof *made->confusion, "answers");
  if (!made->of || !made->value || !made->gradient || !made->target || (made->classes > 0 && !made->confusion))
    return LOLIGO_MACHINE_ERROR;
  return LOLIGO_OK;
}

void answers_free(answers *answers)
{
  memory_free(answers->of);
  memory_free(answers->value);
  memory_free(answers->gradient);
  memory_free(answers->target);
  memory_free(answers->confusion);
}

/* The first of the largest. */
static size_t largest(size_t n, const double *x)
{
  size_t best = 0;
  for (size_t i = 1; i < n; i++)
    if (x[i] > x[best]) best = i;
  return best;
}

/* Where the next task's label and targets lie. */
typedef struct wanted {
  const int32_t *label;
  const float *target; /* of the first step */
  size_t stride;       /* from a step to the next one */
} wanted;

static wanted wanted_of(const dataset *set, uint64_t number)
{
  return (wanted){.label = set->labels ? set->labels + number * set->n_labels : NULL,
                  .target = set->targets ? set->targets + number * set->target_steps * set->n_targets : NULL,
                  .stride = set->n_targets};
}

/* How wrong an answer of n numbers is whose target is there; leaves the derivative in `gradient`. */
static double compare(answers *answers, const learn_task *task, size_t n, const float *target)
{
  for (size_t k = 0; k < n; k++) answers->target[k] = (double)target[k];
  return task->loss->of(n, answers->value, 0, answers->target, answers->gradient);
}

/* What was answered for all of a trial; returns whether it is right. */
static bool judge_task(answers *answers, const learn_task *task, size_t n, wanted *next, double *loss)
{
  if (task->loss->takes_labels) {
    const size_t label = (size_t)*next->label++, said = largest(n, answers->value);
    *loss = task->loss->of(n, answers->value, label, NULL, answers->gradient);
    answers->confusion[label * answers->classes + said]++;
    return label == said;
  }
  if (task->loss->of_codes) {
    *loss = task->loss->of(n, answers->value, 0, NULL, answers->gradient);
    return false;
  }
  *loss = compare(answers, task, n, next->target);
  next->target += n;
  return n == 1 && answers->value[0] * answers->target[0] > 0;
}

/* Adds `factor` times the gradient to n numbers of an array. */
static void add_gradient(answers *answers, const arithmetic *a, size_t n, double factor, void *to)
{
  a->to_double(n, to, answers->value);
  for (size_t k = 0; k < n; k++) answers->value[k] += factor * answers->gradient[k];
  a->of_double(n, answers->value, to);
}

/* What sample i of this rank answers in each step; returns the mean loss of a step. */
static double judge_steps(answers *answers, const trials *trials, const learn_task *task, size_t i, wanted *next,
                          bool learns)
{
  const layer_arrays *arrays = &trials->of_layer[task->population];
  const size_t n = trials->layers->layers[task->population].cells, steps = trials->n_steps;
  const arithmetic *a = trials->arithmetic;
  double sum = 0;
  for (size_t t = 0; t < steps; t++) {
    a->to_double(n, arithmetic_at(a, arrays->output, ((trials->first + i) * steps + t) * n), answers->value);
    sum += compare(answers, task, n, next->target + t * next->stride);
    if (learns && arrays->d_output)
      add_gradient(answers, a, n, task->weight / (double)steps,
                   arithmetic_at(a, arrays->d_output, (i * steps + t) * n));
  }
  next->target += n;
  return sum / (double)steps;
}

/* What a task judges of sample i of this rank, and where the gradient of it goes, or NULL: numbers of each cell. */
typedef struct judged {
  const void *value;
  void *gradient;
} judged;

static judged judged_of(const trials *trials, const learn_task *task, size_t i)
{
  const arithmetic *a = trials->arithmetic;
  const layer_arrays *arrays = &trials->of_layer[task->population];
  const size_t n = trials->layers->layers[task->population].cells;
  const void *value = task->loss->of_codes ? arithmetic_at(a, arrays->information, i * n)
                                           : arithmetic_at(a, arrays->value, (trials->first + i) * n);
  void *gradient = task->loss->of_codes ? arrays->d_information : arrays->d_value;
  return (judged){value, gradient ? arithmetic_at(a, gradient, i * n) : NULL};
}

static void judge_sample(answers *answers, const trials *trials, size_t i, wanted next, bool learns, answer *answer)
{
  const learn_settings *settings = trials->settings;
  const arithmetic *a = trials->arithmetic;
  for (size_t k = 0; k < settings->n_tasks; k++) {
    const learn_task *task = &settings->tasks[k];
    const size_t n = trials->layers->layers[task->population].cells;
    double loss;
    if (answers->in_steps && !task->loss->takes_labels && !task->loss->of_codes) {
      answer->loss += task->weight * judge_steps(answers, trials, task, i, &next, learns);
      continue;
    }
    const judged judged = judged_of(trials, task, i);
    a->to_double(n, judged.value, answers->value);
    answer->correct += judge_task(answers, task, n, &next, &loss);
    answer->loss += task->weight * loss;
    answer->information += task->loss->of_codes ? loss : 0;
    if (learns && judged.gradient) add_gradient(answers, a, n, task->weight, judged.gradient);
  }
}

void answers_judge(answers *answers, const trials *trials, const dataset *set, const uint64_t *number, bool learns)
{
  for (size_t i = 0; i < trials->n_mine; i++) {
    const size_t sample = trials->first + i;
    answer *answer = &answers->of[sample];
    memset(answer, 0, sizeof *answer);
    judge_sample(answers, trials, i, wanted_of(set, number[sample]), learns, answer);
    answer->spikes = (double)trials_spikes(trials, i);
    answer->events = (double)trials_count_events(trials, i, set, number[sample]);
  }
}

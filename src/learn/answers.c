/*
 * Answers of readouts against labels and targets.
 */
#include "learn/answers.h"

#include <string.h>

#include "base/memory.h"

static loligo_status refuse(const layers *layers, const learn_task *task, const dataset *set, const char *why)
{
  const loligo_population *population = layers->layers[task->population].population;
  char place[FAULT_PLACE_BYTES];
  fault_place_print(population->place, place);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%slearning: population %s cannot answer to data %s: %s", place,
                     population->name, set->name, why);
}

loligo_status answers_check(const layers *layers, const learn_settings *settings, const dataset *set)
{
  size_t labels = 0, targets = 0;
  for (size_t i = 0; i < settings->n_tasks; i++) {
    const learn_task *task = &settings->tasks[i];
    const layer *layer = &layers->layers[task->population];
    const loligo_trial_part part = task->loss->of_codes ? LOLIGO_TRIAL_CODE : LOLIGO_TRIAL_READOUT;
    if (layer->part != part)
      return refuse(layers, task, set, task->loss->of_codes ? "its model is no code" : "its model is not readout");
    if (task->loss->of_codes) continue;
    if (!task->loss->takes_labels) {
      targets += layer->cells;
      if (targets > set->n_targets || !set->targets)
        return refuse(layers, task, set, "there are fewer targets than cells of all tasks");
      continue;
    }
    if (++labels > set->n_labels || !set->labels)
      return refuse(layers, task, set, "there are fewer labels in a sample than tasks");
    if (set->n_classes > layer->cells)
      return refuse(layers, task, set, "labels, which count from 0 on, go beyond its cells");
  }
  if (targets > 0 && set->target_steps > 1)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "learning: data %s have a target for each step, which methods of trials do not learn; "
                       "use method e_prop",
                       set->name);
  return LOLIGO_OK;
}

/* Whether an answer is right or wrong: one of several classes, or the sign of one number. */
static bool is_judged(const learn_task *task, const layer *layer)
{
  return task->loss->takes_labels || (layer->cells == 1 && !task->loss->of_codes);
}

loligo_status answers_init(const layers *layers, const learn_settings *settings, size_t capacity, answers *made)
{
  size_t most = 0;
  *made = (answers){.of = memory_allocate(capacity, sizeof *made->of, "answers")};
  for (size_t i = 0; i < settings->n_tasks; i++) {
    const layer *layer = &layers->layers[settings->tasks[i].population];
    if (layer->cells > most) most = layer->cells;
    if (settings->tasks[i].loss->takes_labels && layer->cells > made->classes) made->classes = layer->cells;
    made->n_judged += is_judged(&settings->tasks[i], layer);
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
  const float *target;
} wanted;

static wanted wanted_of(const dataset *set, uint64_t number)
{
  return (wanted){.label = set->labels ? set->labels + number * set->n_labels : NULL,
                  .target = set->targets ? set->targets + number * set->target_steps * set->n_targets : NULL};
}

/* One task; returns whether the answer is right. */
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
  for (size_t k = 0; k < n; k++) answers->target[k] = (double)next->target[k];
  next->target += n;
  *loss = task->loss->of(n, answers->value, 0, answers->target, answers->gradient);
  return n == 1 && answers->value[0] * answers->target[0] > 0;
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
    const judged judged = judged_of(trials, task, i);
    const size_t n = trials->layers->layers[task->population].cells;
    double loss;
    a->to_double(n, judged.value, answers->value);
    answer->correct += judge_task(answers, task, n, &next, &loss);
    answer->loss += task->weight * loss;
    answer->information += task->loss->of_codes ? loss : 0;
    if (!learns || !judged.gradient) continue;
    a->to_double(n, judged.gradient, answers->value);
    for (size_t c = 0; c < n; c++) answers->value[c] += task->weight * answers->gradient[c];
    a->of_double(n, answers->value, judged.gradient);
  }
}

/* Events of the data that fall into the trial. */
static uint64_t shown_events(const trials *trials, const dataset *set, uint64_t number)
{
  uint64_t n = 0;
  if (!dataset_has_events(set)) return 0;
  for (uint64_t e = set->first_event[number]; e < set->first_event[number + 1]; e++)
    n += (double)set->event_time[e] < trials->layers->dt * (double)trials->n_steps;
  return n;
}

static void count_events(const trials *trials, size_t i, uint64_t shown, answer *answer)
{
  const layers *layers = trials->layers;
  const uint64_t events = shown * layers->layers[layers->data].events + trials_events(trials, i);
  uint64_t spikes = 0;
  for (size_t k = 0; k < layers->n; k++) spikes += trials->spikes[i * layers->n + k];
  answer->spikes = (double)spikes;
  answer->events = (double)events;
}

void answers_judge(answers *answers, const trials *trials, const dataset *set, const uint64_t *number, bool learns)
{
  for (size_t i = 0; i < trials->n_mine; i++) {
    const size_t sample = trials->first + i;
    answer *answer = &answers->of[sample];
    memset(answer, 0, sizeof *answer);
    judge_sample(answers, trials, i, wanted_of(set, number[sample]), learns, answer);
    count_events(trials, i, shown_events(trials, set, number[sample]), answer);
  }
}

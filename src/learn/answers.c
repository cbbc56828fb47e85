/*
 * Answers of readouts against labels and targets.
 */
#include "learn/answers.h"

#include <string.h>

#include "base/memory.h"
#include "network/population.h"

static loligo_status refuse(const layers *layers, const learn_task *task, const dataset *set, const char *why)
{
  return population_refuse(layers->layers[task->population].population, "cannot answer to data %s: %s", set->name, why);
}

loligo_status answers_check(const layers *layers, const learn_settings *settings, const dataset *set)
{
  size_t labels = 0, targets = 0;
  for (size_t i = 0; i < settings->n_tasks; i++) {
    const learn_task *task = &settings->tasks[i];
    const layer *layer = &layers->layers[task->population];
    if (layer->part != LOLIGO_TRIAL_READOUT) return refuse(layers, task, set, "its model is not readout");
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
  return task->loss->takes_labels || layer->cells == 1;
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
  for (size_t k = 0; k < n; k++) answers->target[k] = (double)next->target[k];
  next->target += n;
  *loss = task->loss->of(n, answers->value, 0, answers->target, answers->gradient);
  return n == 1 && answers->value[0] * answers->target[0] > 0;
}

static void judge_sample(answers *answers, const trials *trials, size_t i, wanted next, bool learns, answer *answer)
{
  const learn_settings *settings = trials->settings;
  const arithmetic *a = trials->arithmetic;
  for (size_t k = 0; k < settings->n_tasks; k++) {
    const learn_task *task = &settings->tasks[k];
    const layer_arrays *arrays = &trials->of_layer[task->population];
    const size_t n = trials->layers->layers[task->population].cells;
    double loss;
    a->to_double(n, arithmetic_at(a, arrays->value, (trials->first + i) * n), answers->value);
    answer->correct += judge_task(answers, task, n, &next, &loss);
    answer->loss += task->weight * loss;
    if (!learns || !arrays->d_value) continue;
    a->to_double(n, arithmetic_at(a, arrays->d_value, i * n), answers->value);
    for (size_t c = 0; c < n; c++) answers->value[c] += task->weight * answers->gradient[c];
    a->of_double(n, answers->value, arithmetic_at(a, arrays->d_value, i * n));
  }
}

/* Of cells that hand on spikes, not a rate. */
static uint64_t count_spikes(const trials *trials, size_t i)
{
  const layers *layers = trials->layers;
  uint64_t spikes = 0;
  for (size_t k = 0; k < layers->n; k++)
    if (layers->layers[k].adjoint->has_threshold) spikes += trials->spikes[i * layers->n + k];
  return spikes;
}

void answers_judge(answers *answers, const trials *trials, const dataset *set, const uint64_t *number, bool learns)
{
  for (size_t i = 0; i < trials->n_mine; i++) {
    const size_t sample = trials->first + i;
    answer *answer = &answers->of[sample];
    memset(answer, 0, sizeof *answer);
    judge_sample(answers, trials, i, wanted_of(set, number[sample]), learns, answer);
    answer->spikes = (double)count_spikes(trials, i);
    answer->events = (double)trials_count_events(trials, i, set, number[sample]);
  }
}

/** How wrong and how right the answers to samples are, task by task, in the order of the samples. */
#ifndef LOLIGO_LEARN_ANSWERS_H
#define LOLIGO_LEARN_ANSWERS_H

#include "learn/dataset.h"
#include "learn/trials.h"

/** Of one sample; whole numbers but for the first two. */
typedef struct answer {
  double loss;        /* sum over tasks, by their weights */
  double information; /* of codes that a task names, nat */
  double correct, spikes, events;
} answer;

enum { ANSWER_NUMBERS = sizeof(answer) / sizeof(double) };

typedef struct answers {
  answer *of;                        /* [samples at work] */
  double *value, *gradient, *target; /* [cells of any that answers] of the sample, or the step, at work */
  uint64_t *confusion;               /* [classes][classes] label, answer; of this rank; NULL without labels */
  size_t classes;
  size_t n_judged; /* tasks whose answers are right or wrong */
  bool in_steps;   /* targets are those of each step, and so are answers to them */
} answers;

/** INPUT where tasks do not fit a dataset or the network. Not collective. */
loligo_status answers_check(const layers *layers, const learn_settings *settings, const dataset *set);

/** Not collective; MACHINE without memory; answers_free() also then. */
loligo_status answers_init(const layers *layers, const learn_settings *settings, bool in_steps, size_t capacity,
                           answers *made);
void answers_free(answers *answers);

/** Judges the samples of this rank, number[] within the set, which went forward, and counts confusions and events;
 * `learns`: fills d_value, or d_output, of the populations that answer too, which are clear. Not collective. */
void answers_judge(answers *answers, const trials *trials, const dataset *set, const uint64_t *number, bool learns);

#endif

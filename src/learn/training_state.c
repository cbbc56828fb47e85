/*
 * Samples at work, from their numbers to the sums over their answers.
 */
#include "learn/training_state.h"

#include "learn/pass.h"

void training_show(training *training, const dataset *set, size_t n, uint64_t epoch, bool all)
{
  trials_show(training->context, &training->trials, set, n, training->number, epoch, all);
  pass_forward(&training->trials);
}

void training_work(training *training, uint64_t first, size_t n, bool learns)
{
  const dataset *set = &training->sets[training->epoch.data];
  random_permutation_part(&training->order, first, n, training->number);
  training_show(training, set, n, training->position.epoch, learns && training->settings->leaf == 0);
  if (learns) pass_clear(&training->trials);
  answers_judge(&training->answers, &training->trials, set, training->number, learns);
  if (learns) pass_backward(&training->trials);
}

void training_sum(training *training, training_position *sums)
{
  const trials *trials = &training->trials;
  share_rows(&training->sharing, trials->n, trials->grain, ANSWER_NUMBERS, MPI_DOUBLE, training->answers.of);
  for (size_t i = 0; i < trials->n; i++) {
    const answer *answer = &training->answers.of[i];
    sums->loss += answer->loss;
    sums->information += answer->information;
    sums->correct += (uint64_t)answer->correct;
    sums->spikes += (uint64_t)answer->spikes;
    sums->synaptic_events += (uint64_t)answer->events;
  }
}

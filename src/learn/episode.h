/** Episodes of a network in its environment. Not collective, where nothing else is said. */
#ifndef LOLIGO_LEARN_EPISODE_H
#define LOLIGO_LEARN_EPISODE_H

#include "learn/training_state.h"

/** The layer whose answer is the action: the one readout that nobody hears; SIZE_MAX where there is none or several. */
size_t episode_actor(const layers *layers);

/** What episodes have done. */
typedef struct episode_counts {
  uint64_t trials; /* each step is one */
  uint64_t spikes, synaptic_events;
} episode_counts;

/** The reward of an episode with the weights as they are; adds to *counts. Episodes of one generation and number are
 * alike. */
double episode_play(training *training, uint64_t generation, uint64_t number, episode_counts *counts);

/** Adds up what ranks have counted. Collective. */
void episode_share_counts(const training *training, episode_counts *counts);

#endif

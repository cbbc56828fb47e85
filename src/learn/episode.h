/** Episodes of a network in its environment. Not collective. */
#ifndef LOLIGO_LEARN_EPISODE_H
#define LOLIGO_LEARN_EPISODE_H

#include "learn/training_state.h"

/** The layer whose answer is the action: the one readout that nobody hears; SIZE_MAX where there is none or several. */
size_t episode_actor(const layers *layers);

/** The reward of an episode with the weights as they are. Episodes of one generation and number are alike. */
double episode_play(training *training, uint64_t generation, uint64_t number);

#endif

/** The trials of the samples at work, forward and backward. Not collective, all of it. */
#ifndef LOLIGO_LEARN_PASS_H
#define LOLIGO_LEARN_PASS_H

#include "learn/trials.h"

/** What the network answers: `value` of all layers. */
void pass_forward(trials *trials);

/** Forgets all gradients: before d_value of the readouts is filled. */
void pass_clear(trials *trials);

/** From d_value of the readouts to the delta of all links. */
void pass_backward(trials *trials);

#endif

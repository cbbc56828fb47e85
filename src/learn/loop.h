/**
 * Layers that are joined in a loop: all samples of this rank go through each step together, since what a step puts out
 * arrives in the next one. States are kept every sqrt(steps) steps, and what lies between them is computed again for
 * the way back. Not collective.
 */
#ifndef LOLIGO_LEARN_LOOP_H
#define LOLIGO_LEARN_LOOP_H

#include "learn/trials.h"

/** Layers order[place], ..., order[place + n - 1], whose currents from outside the loop are there. */
void loop_forward(trials *trials, size_t place, size_t n);

/** Their d_current and d_shared, and the delta of the links among them. */
void loop_backward(trials *trials, size_t place, size_t n);

#endif

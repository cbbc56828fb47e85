/** Inputs of the description. */
#ifndef LOLIGO_NETWORK_INPUT_H
#define LOLIGO_NETWORK_INPUT_H

#include "loligo/network.h"

/** Frees what an input owns. Not collective. */
void input_free(loligo_input *input);

#endif

/** Inputs of the description. */
#ifndef LOLIGO_NETWORK_INPUT_H
#define LOLIGO_NETWORK_INPUT_H

#include "loligo/network.h"
#include "model/drive.h"

/** Frees what an input owns. Not collective. */
void input_free(loligo_input *input);

/** What the drive of an input is made from; points into the input. Not collective. */
drive_setup input_drive_setup(const loligo_network *network, const loligo_input *input);

#endif

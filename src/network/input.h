/** Inputs of the description. */
#ifndef LOLIGO_NETWORK_INPUT_H
#define LOLIGO_NETWORK_INPUT_H

#include "model/input/input_model.h"
#include "network/description.h"

/** Frees what an input owns. Not collective. */
void input_free(loligo_input *input);

/** Enters the name of an input into the network's index. MACHINE without memory. Not collective. */
loligo_status input_index_name(const loligo_network *network, const loligo_input *input, size_t number);

/** INPUT where the model can do nothing with the parameters that all cells share; MACHINE without memory. Not
 * collective. */
loligo_status input_check(const loligo_network *network, const loligo_input *input);

/** Whether cells may differ in the parameter of row i, or with i = the number of rows in the weight. Not collective. */
bool input_is_distributed(const loligo_input *input, size_t i);

/** The value of that of a cell, which is number `position` of the target. INPUT where one is drawn that cannot be. Not
 * collective. */
loligo_status input_value(const loligo_network *network, const loligo_input *input, size_t i, uint64_t index,
                          uint64_t position, double *value);

/** What the model of an input is made from; points into the input. Random numbers follow from `seed`. Not collective.
 */
input_setup input_setup_of(const loligo_network *network, const loligo_input *input, uint64_t seed);

#endif

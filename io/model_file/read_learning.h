/** How a network learns, as a model file says it. Not collective, all of it. */
#ifndef LOLIGO_IO_READ_LEARNING_H
#define LOLIGO_IO_READ_LEARNING_H

#include <stdbool.h>

#include "io/model_file/read.h"

/**
 * Reads the section into reader->settings->learning, after populations, projections and data; without it, refuses what
 * can only be trained.
 *
 * @return  INPUT, told, for what is wrong in it, and for sections, models and synapses that have no meaning then
 */
loligo_status read_learning(model_reader *reader, const model_section *model);

/** Whether a text is a number > 0 and one of two words, as "5 epochs". */
bool read_counted(const char *text, const char *word, const char *words, double *count);

#endif

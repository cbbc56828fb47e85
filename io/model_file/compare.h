/** How the used parameters of two runs differ. Not collective. */
#ifndef LOLIGO_IO_COMPARE_H
#define LOLIGO_IO_COMPARE_H

#include <stdio.h>

#include "loligo/status.h"

/**
 * Compares the used parameters of two runs in all that shapes their state and their files.
 *
 * A key that is missing has its default (defaults.h). What may differ: the duration (and what ends with it), partition,
 * exchange, output, checkpoint, watchdog, where the listed files lie, and how samples are read (the contents of both
 * are compared by model_file.lists_digest).
 *
 * @param then  used parameters of the run that stopped
 * @param now   used parameters of the run that is to go on
 * @return      INPUT error "KEY was VALUE and is VALUE now" for the first key that differs
 */
loligo_status model_file_compare(const char *then, const char *now);

/**
 * Compares them in all that shapes the state alone, for a run that begins from the state of another: step, seed,
 * populations with their models and sizes, and projections must agree, the rest may differ.
 *
 * @param differences  receives "KEY was VALUE and is VALUE now", a line for each key that may differ and does, behind
 *                     what is in there; of those that may differ in a run that goes on, none
 * @return             INPUT error for the first key that must not differ and does
 */
loligo_status model_file_compare_state(const char *then, const char *now, FILE *differences);

/** Takes a key that differs, with both values in words; a failure ends the comparison. */
typedef loligo_status (*model_difference_teller)(void *self, const char *key, const char *first, const char *second);

/**
 * Tells every key that differs between the used parameters of two runs, but for those that cannot change any number of
 * a result: partition, exchange, output, checkpoint, watchdog.
 *
 * Takes some thirty times the memory of the texts, unless these are equal.
 *
 * @param origin  names of the two, for messages
 * @return        what the last call of `tell` returned; INPUT error if a text is no YAML
 */
loligo_status model_file_differences(const char *const origin[2], const char *const text[2],
                                     model_difference_teller tell, void *self);

#endif

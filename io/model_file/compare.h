/** Whether a run can go on where another stopped. Not collective. */
#ifndef LOLIGO_IO_COMPARE_H
#define LOLIGO_IO_COMPARE_H

#include <stdio.h>

#include "loligo/status.h"

/**
 * Compares the used parameters of two runs in all that shapes their state and their files.
 *
 * What may differ: the duration (and what ends with it), partition, exchange, output, checkpoint, watchdog, and where
 * the listed files lie (their contents are compared by model_file.lists_digest).
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

#endif

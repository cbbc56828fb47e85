/** Whether a run can go on where another stopped. Not collective. */
#ifndef LOLIGO_IO_COMPARE_H
#define LOLIGO_IO_COMPARE_H

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

#endif

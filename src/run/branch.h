/** A run that begins from the state of another: at its model time, with the same cells and synapses, and else with a
 * model of its own. */
#ifndef LOLIGO_RUN_BRANCH_H
#define LOLIGO_RUN_BRANCH_H

#include "io/checkpoint/checkpoint.h"
#include "io/model_file/model_file.h"
#include "io/results/report.h"

/** Where a run began. */
typedef struct branch {
  report_origin origin;
  char *texts; /* that it points into; rank 0 alone has the differences */
} branch;

/**
 * Finds the state to begin from.
 *
 * Collective.
 *
 * @param from    output directory of a run, of whose checkpoints it is the newest good one, or the path of a checkpoint
 * @param found   filled; free with checkpoint_header_free(), also after an error
 * @param branch  filled; free with branch_free(), also after an error
 * @return        INPUT error where there is none, it is one of other cells or synapses, stands at the end of the run or
 *                later, or lies in the run's own output; MACHINE error
 */
loligo_status branch_find(const loligo_context *context, const char *from, const model_file *model,
                          checkpoint_header *found, branch *branch);

/** What a checkpoint of a run noted, which is NULL if it began at 0. Not collective. MACHINE error. */
loligo_status branch_recall(const char *note, branch *branch);

/** The note of a run that began so, to be freed by memory_free(). Not collective. NULL without memory. */
char *branch_note(const branch *branch);

void branch_free(branch *branch);

#endif

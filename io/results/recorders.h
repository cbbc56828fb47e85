/** Everything that a run writes into its output directory, behind one handle. */
#ifndef LOLIGO_IO_RECORDERS_H
#define LOLIGO_IO_RECORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/model_file/model_file.h"
#include "io/results/output.h"
#include "io/results/provenance.h"
#include "loligo/context.h"
#include "loligo/simulation.h"
#include "sim/cost_model.h"

typedef struct recorders recorders;

/** Whether a run of the model writes a file of this name. Not collective. */
bool recorders_write(const model_file *file, const char *name);

/** What recorders of a model, which must outlive it, are expected to take. Not collective. */
cost_recording recorders_cost(const model_file *file);

/** How the files come about. */
typedef struct recorders_mode {
  bool segmented;   /* in segments (segments.h) that are merged at the end, else each file grows */
  const char *mark; /* of the segments that are gone on with, by recorders_cut(); NULL in a new run */
} recorders_mode;

/**
 * Creates spikes.h5, one NAME.VARIABLE.h5 per recorded variable and edges.h5, each where something is to be recorded,
 * or their first or next segments; writes the synapses unless they are there; attaches an observer and samplers.
 *
 * Segments newer than the checkpoint are removed. Final files of a finished run become its first segment if steps
 * remain, and the interrupted merge of one is finished.
 *
 * Collective. Before the first step, but after a simulation was restored; nothing is recorded beyond the duration. The
 * context, the file, the provenance and the simulation must outlive the recorders.
 *
 * @return  MACHINE error if a file cannot be written or read, INPUT error if a segment that the checkpoint knows is
 *          missing; *out is then NULL and the simulation must not be run
 */
loligo_status recorders_open(const loligo_context *context, const model_file *file, const provenance *provenance,
                             loligo_simulation *simulation, const recorders_mode *mode, recorders **out);

/**
 * Whether what a checkpoint knows of the recordings is there and good, before anything is built: each final file, or
 * all of its segments. Changes nothing.
 *
 * Collective. Reads all of it unless the run is complete.
 *
 * @param mark         of the segments that the checkpoint knows; NULL without one
 * @param is_complete  given whether no step is left to do; receives whether all recordings have their final files too
 * @return             INPUT error if a file is missing or of a run without checkpoints; MACHINE error if one is damaged
 *                     or of another run, also if final files hold more than the checkpoint knows
 */
loligo_status recorders_check(const loligo_context *context, const model_file *file, const char *mark,
                              bool *is_complete);

/**
 * Ends a segment, if anything was recorded since the last one, with all that waits: it is then good, and the next one
 * begins. Collective, between two runs of the simulation or from an observer behind the recorders' own.
 *
 * @param mark  receives what the checkpoint has to know of the segments; valid until the next cut
 * @return      MACHINE error; nothing more is written then
 */
loligo_status recorders_cut(recorders *recorders, const char **mark);

/**
 * Writes what waits and closes the files, marked complete if `complete`; after a failed write it only closes. Segments
 * are merged into the final files if `complete`, else they stay. To be able to go on with a complete run, cut before.
 * Collective; before the simulation is destroyed. NULL is allowed.
 */
loligo_status recorders_close(recorders *recorders, bool complete);

/** The i-th warning for the user, one line; NULL behind the last. Not collective, the same on all ranks. */
const char *recorders_warning(const recorders *recorders, size_t i);

#endif

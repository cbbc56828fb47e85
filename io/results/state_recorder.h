/** NAME.VARIABLE.h5: one variable of selected cells over time (SONATA report). */
#ifndef LOLIGO_IO_STATE_RECORDER_H
#define LOLIGO_IO_STATE_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/hdf5/h5.h"
#include "io/results/provenance.h"
#include "io/results/result_need.h"
#include "io/results/state_recording.h"
#include "loligo/context.h"
#include "loligo/network.h"
#include "loligo/simulation.h"

/** Numbers of a frame of one variable. */
double state_recording_numbers(const state_recording *recording, size_t variable);

/** What recording one variable takes on a rank, samplers included. */
result_need state_recording_need(const state_recording *recording, size_t variable, const result_rank *rank);

typedef struct state_recorder state_recorder;

/** What goes into one file. */
typedef struct state_recorder_spec {
  const state_recording *recording;
  size_t variable;             /* which of the recording's */
  const loligo_samples *cells; /* [targets.n] whose cells are selected on this rank; frames do not matter */
  unsigned n_parts;            /* files that the recording is divided into, about; 0: one */
  size_t number;               /* of the file; files of few cells are written by one rank each, in turn */
} state_recorder_spec;

/** Of so many cells, one rank writes the file alone. Tests lower it. */
extern uint64_t state_recorder_few_cells;

/** Prints the name of a file, NAME.VARIABLE.h5, into name[H5_PATH_SIZE]. Not collective. */
void state_recorder_name(char *name, const loligo_network *network, const state_recording *recording, size_t variable);

/**
 * Creates DIRECTORY/NAME.VARIABLE.h5 with all but its frames.
 *
 * Collective over the context, which must outlive the recorder.
 *
 * @return  MACHINE error if the file cannot be written; *out is then NULL
 */
loligo_status state_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                  const state_recorder_spec *spec, const provenance *provenance, state_recorder **out);

/** Appends frames that follow those before, as many of each target: samples[targets.n], whose cells are those of the
 * spec, and publishes them (io/hdf5/h5_file.h) where the file stays open. Collective. MACHINE error. */
loligo_status state_recorder_write(state_recorder *recorder, const loligo_samples *samples, bool stays_open);

/**
 * Appends the frames of another file of a recorder of the same cells; the first appended is the first of the recording,
 * and those behind its last are left out. Collective. MACHINE error.
 */
loligo_status state_recorder_append(state_recorder *recorder, const char *path);

/** Frames in the file. Not collective, the same on all ranks. */
uint64_t state_recorder_written(const state_recorder *recorder);

/** Counts the frames of that population in a closed file. Not collective. MACHINE error. */
loligo_status state_recorder_count(const char *path, const char *population, uint64_t *n);

/** Closes the file, marked complete if `complete`. Collective, also after an error. NULL is allowed. */
loligo_status state_recorder_close(state_recorder *recorder, bool complete);

/** A warning about the file for the user, one line; NULL if there is none. Not collective, the same on all ranks. */
const char *state_recorder_warning(const state_recorder *recorder);

/**
 * Whether a reader that finds the times of frames by adding up the step, as libsonata does, arrives at another number
 * of frames. Not collective.
 */
bool state_recorder_times_drift(double start_ms, double step_ms, uint64_t n_frames);

#endif

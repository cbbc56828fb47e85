/**
 * NAME.weight.h5: weights of selected plastic synapses over time.
 *
 *     /report/PROJECTION/data          float32 [frame, synapse] in the unit of the receptor
 *     /report/PROJECTION/mapping/time  ms: start, stop, step of the frames
 *                 .../target_ids, source_ids, delay (ms)  [synapse], in the order of target, source, delay and rule
 */
#ifndef LOLIGO_IO_WEIGHT_RECORDER_H
#define LOLIGO_IO_WEIGHT_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/hdf5/h5.h"
#include "io/results/frames.h"
#include "io/results/provenance.h"
#include "io/results/result_need.h"
#include "loligo/context.h"
#include "loligo/network.h"
#include "loligo/simulation.h"

/** One entry of record.weights. */
typedef struct weight_recording {
  char *name;
  size_t projection;                 /* number; it is plastic */
  loligo_selection targets, sources; /* owned */
  frame_clock clock;                 /* its stop is cut to the duration */
  double synapses;                   /* as many as are expected to be recorded */
} weight_recording;

typedef struct weight_recordings {
  weight_recording *items; /* [n] owned, with names and selections */
  size_t n;
} weight_recordings;

/** What a recording takes on a rank, its sampler included. */
result_need weight_recording_need(const weight_recording *recording, const result_rank *rank);

typedef struct weight_recorder weight_recorder;

/** Prints the name of a file, NAME.weight.h5, into name[H5_PATH_SIZE]. Not collective. */
void weight_recorder_name(char *name, const weight_recording *recording);

/** What goes into one file. */
typedef struct weight_recorder_spec {
  const weight_recording *recording;
  loligo_sampled_synapses synapses; /* of this rank */
  unsigned n_parts;                 /* files that the recording is divided into, about; 0: one */
} weight_recorder_spec;

/**
 * Creates DIRECTORY/NAME.weight.h5 with all but its frames.
 *
 * Collective over the context, which must outlive the recorder.
 *
 * @return  MACHINE error if the file cannot be written; *out is then NULL
 */
loligo_status weight_recorder_open(const loligo_context *context, const char *directory, const loligo_network *network,
                                   const weight_recorder_spec *spec, const provenance *provenance,
                                   weight_recorder **out);

/** Appends frames that follow those before, of the synapses of the spec, and publishes them (io/hdf5/h5_file.h) where
 * the file stays open. Collective. MACHINE error. */
loligo_status weight_recorder_write(weight_recorder *recorder, const loligo_samples *samples, bool stays_open);

/** Appends the frames of another file of a recorder of the same synapses. Collective. MACHINE error. */
loligo_status weight_recorder_append(weight_recorder *recorder, const char *path);

/** Frames in the file. Not collective, the same on all ranks. */
uint64_t weight_recorder_written(const weight_recorder *recorder);

/** Closes the file, marked complete if `complete`. Collective, also after an error. NULL is allowed. */
loligo_status weight_recorder_close(weight_recorder *recorder, bool complete);

#endif

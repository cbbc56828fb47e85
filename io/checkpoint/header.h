/** The small part of a checkpoint, which rank 0 writes and reads with the serial driver. Not collective, all of it. */
#ifndef LOLIGO_IO_HEADER_H
#define LOLIGO_IO_HEADER_H

#include <stdint.h>

#include "io/checkpoint/catalog.h"
#include "io/checkpoint/plan.h"
#include "loligo/status.h"

/** Where a run stood and what it had counted; `spikes` is owned by whoever filled it. */
typedef struct header_state {
  int64_t step;
  uint64_t *spikes; /* [populations] */
  uint64_t checksum, synaptic_events, plastic_events, weight_updates, network_bytes;
} header_state;

/** Creates the file with everything but values and signals, whose datasets are empty. MACHINE error. */
loligo_status header_draft(const char *path, const checkpoint_plan *plan, const catalog *catalog,
                           const header_state *state);

enum { HEADER_OF_TRAINING = 5 }; /* version of a checkpoint of a training (io/training/state.h) */

/** Creates the file with what all checkpoints have: format, version, step and dt, provenance, notes, a digest of 0. */
void header_draft_begin(h5_draft *draft, const char *path, const checkpoint_plan *plan, uint32_t version, int64_t step);

/** Stores the digest of fields and signals, and marks the file complete. MACHINE error. */
loligo_status header_complete(const char *path, uint64_t digest);

/** What a header says, as texts that end in 0 one behind the other: used parameters, then name and value of each note.
 */
typedef struct header_texts {
  int64_t step;
  double dt;
  uint64_t n_notes, size; /* bytes */
  char *bytes;            /* [size] memory_free() */
} header_texts;

/** MACHINE error if it is no checkpoint, or one of a version that this program does not read. */
loligo_status header_read(const char *path, header_texts *texts);

/** The digest of the contents, as stored. MACHINE error. */
loligo_status header_digest(const h5_reader *reader, uint64_t *digest);

/** INPUT where it is a checkpoint of a simulation. */
loligo_status header_is_of_training(const h5_reader *reader);

/**
 * Compares a checkpoint with a network and its fields, and reads its totals.
 *
 * @param state   state->spikes has room for all populations
 * @param digest  of fields and signals, as stored
 * @return        INPUT error with the name of what does not fit; MACHINE error if it cannot be read
 */
loligo_status header_match(const char *path, const catalog *catalog, header_state *state, uint64_t *digest);

#endif

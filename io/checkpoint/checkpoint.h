/**
 * Checkpoints: a run as it stood at the end of an interval, in one HDF5 file that any number of ranks writes and any
 * other number reads.
 *
 *     /                                    attributes format, version; step, dt (ms)
 *     /populations/COLUMN        [populations] name, model, cells
 *     /fields/COLUMN             [fields] population (row of the table above), name, units, description; dataset and
 *                                first: where its values begin, which follow in the order of the cells' index
 *     /values/float64, int64     [values] of all fields
 *     /lists/COLUMN              [lists] population, projection, name, description, dataset; where some synapses are
 *                                plastic: these, as they are built again, and what they remember
 *     /lists/lengths             [cells of each list] numbers of each cell
 *     /lists/float64, uint32     [numbers] of all lists
 *     /spikes_in_flight/COLUMN   [signals] step, population, index, signal, negative; sorted by them
 *     /totals/...                          population_spikes, spikes_checksum, synaptic_events, plastic_events
 *     /notes/NAME                          texts of the caller
 *     /provenance/...                      as in results; used_parameters among it
 *     /digest                              of fields, lists and signals, for any number of ranks the same
 *
 * Behind the HDF5 file stands a seal (io/hdf5/seal.h). A checkpoint is written under another name, sent to disk,
 * read again, compared, sealed and renamed: whatever has the name of a checkpoint was good once, and its seal tells
 * whether it still is.
 */
#ifndef LOLIGO_IO_CHECKPOINT_H
#define LOLIGO_IO_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "io/checkpoint/folder.h"
#include "io/checkpoint/plan.h"
#include "loligo/context.h"
#include "loligo/status.h"

typedef struct checkpoint_info {
  char path[FOLDER_PATH_SIZE];
  int64_t step;
  uint64_t bytes;
  uint64_t digest; /* of its seal */
  double seconds;  /* that it took */
} checkpoint_info;

/**
 * Writes DIRECTORY/step-NNNNNNNNNNNN.h5 and removes those beyond `keep`.
 *
 * Collective, after loligo_simulation_run() returned LOLIGO_OK or LOLIGO_INTERRUPTED. The simulation can go on, also
 * after a failure.
 *
 * @param info  filled on all ranks
 * @return      MACHINE error (disk full, ...): nothing of it is left, and earlier checkpoints are as they were
 */
loligo_status checkpoint_write(const loligo_context *context, const checkpoint_plan *plan, checkpoint_info *info);

struct h5_file;

/** Moves numbers between what `self` stands for and an open file. Collective. MACHINE error. @param digest  receives
 * that of all of them, the same on all ranks and for any number of ranks */
typedef loligo_status (*checkpoint_reading)(const void *self, struct h5_file *file, uint64_t *digest);

/** What else than a simulation may be kept in a checkpoint: hooks in the order of their calls. */
typedef struct checkpoint_contents {
  const void *self;

  /** 1. Creates the file: header_draft_begin(), with datasets that are empty or small. On rank 0. MACHINE error. */
  loligo_status (*draft)(const void *self, const checkpoint_plan *plan, const char *part);

  /** 2. Fills the datasets. */
  checkpoint_reading write;

  /** 3. Reads them again for their digest. */
  checkpoint_reading verify;
} checkpoint_contents;

/** checkpoint_write() of these contents. Collective. @param step  that names the file */
loligo_status checkpoint_write_contents(const loligo_context *context, const checkpoint_plan *plan,
                                        const checkpoint_contents *contents, int64_t step, checkpoint_info *info);

/** Reads contents, whose digest the header tells. Collective. MACHINE error, also where what was read is not what was
 * written. */
loligo_status checkpoint_read_contents(const loligo_context *context, const char *path, checkpoint_reading read,
                                       const void *self, uint64_t expected);

/** What a checkpoint says before its contents are read. The same on all ranks. */
typedef struct checkpoint_header {
  char path[FOLDER_PATH_SIZE]; /* "" where there is no good checkpoint */
  int64_t step;
  uint64_t digest;             /* of its seal */
  double dt;                   /* ms */
  const char *used_parameters; /* of the run that wrote it */
  checkpoint_note *notes;      /* [n_notes] by name */
  size_t n_notes;
  char *refused; /* a line for each newer checkpoint that is not good: path and what is wrong; NULL: there is none */
  char *texts;   /* what the texts lie in */
} checkpoint_header;

/**
 * Finds the newest good checkpoint in a directory: seals and headers are checked, newest first.
 *
 * Collective. A directory that is not there holds none.
 *
 * @param header  filled; free with checkpoint_header_free(), also after an error
 * @return        MACHINE error if the directory cannot be read, or without memory
 */
loligo_status checkpoint_newest(const loligo_context *context, const char *directory, checkpoint_header *header);
void checkpoint_header_free(checkpoint_header *header);

/**
 * The same for one file: nothing else is looked at. Collective.
 *
 * @return  MACHINE error where it is not good
 */
loligo_status checkpoint_open(const loligo_context *context, const char *path, checkpoint_header *header);

/** Value of a note, NULL without it. Not collective. */
const char *checkpoint_note_value(const checkpoint_header *header, const char *name);

typedef enum checkpoint_counts { CHECKPOINT_COUNTS_ON, CHECKPOINT_COUNTS_ANEW } checkpoint_counts;

/**
 * Makes a new simulation stand where the checkpoint stood.
 *
 * Collective. After samplers were added, before the first step. The simulation may have any number of ranks, any
 * partitioner and any exchange; after a failure it must not be run.
 *
 * @param path    of a checkpoint that checkpoint_newest() or checkpoint_open() found good
 * @param counts  what becomes of what the run before had counted
 * @return      INPUT error if a population, a field or a number of cells does not fit the network, with its name;
 *              MACHINE error if the file cannot be read, or what was read is not what was written
 */
loligo_status checkpoint_read(const loligo_context *context, const char *path, const loligo_network *network,
                              checkpoint_counts counts, loligo_simulation *simulation);

#endif

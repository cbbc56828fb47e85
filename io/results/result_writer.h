/**
 * How a kind of recording is written. It makes any number of results, a file each: either once, before the first step
 * (and anew at the end, if it has changed), or growing with the run, in segments where there are checkpoints.
 */
#ifndef LOLIGO_IO_RESULT_WRITER_H
#define LOLIGO_IO_RESULT_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/frame_grid.h"
#include "io/hdf5/h5.h"
#include "io/model_file/model_file.h"
#include "io/results/provenance.h"
#include "io/results/result_need.h"
#include "loligo/context.h"
#include "loligo/simulation.h"

/** What all results of a run are written with; it outlives them. */
typedef struct result_place {
  const loligo_context *context;
  const model_file *file;
  const provenance *provenance;
} result_place;

/** Frames that a result takes; those of a step wait on each rank until they are written. */
typedef struct result_frames {
  frame_grid steps;
  double bytes; /* of one, on all ranks */
} result_frames;

/** Hooks, in the order of their calls. `i` is the number of a result, `wanted` what the kind read. */
typedef struct result_writer {
  /** 1. Number of results. Not collective. */
  size_t (*count)(const void *wanted);

  /** 2. Prints the name of the i-th file into name[H5_PATH_SIZE]. Not collective. */
  void (*print_name)(const loligo_network *network, const void *wanted, size_t i, char *name);

  /** When the i-th takes frames; NULL: never. Not collective. */
  result_frames (*frames)(const void *wanted, size_t i);

  /** What the i-th needs on a rank; NULL: next to nothing. Not collective. */
  result_need (*need)(const void *wanted, size_t i, const result_rank *rank);

  /**
   * 3. Of results that do not grow: writes the file into a folder, complete and closed.
   * Collective. MACHINE error.
   */
  loligo_status (*write)(const result_place *place, const void *wanted, const char *folder,
                         const loligo_simulation *simulation);

  /** Of such results: whether the run changes what is written, so that the file is written once more at its end. NULL:
   * it does not. Not collective, the same on all ranks. */
  bool (*changes)(const loligo_network *network, const void *wanted);

  /**
   * 3. Counts what attach() wants to know of a closed file of the i-th result; NULL: nothing. Not collective. MACHINE
   * error.
   */
  loligo_status (*count_records)(const loligo_network *network, const void *wanted, size_t i, const char *path,
                                 uint64_t *n);

  /**
   * 4. Makes the i-th result: from now on what is to be recorded is kept, until a flush. Collective. MACHINE error.
   *
   * @param recorded  records that are in its files from a run before; NULL where there are none such
   * @param result    freed by detach(), also after an error
   */
  loligo_status (*attach)(const result_place *place, const void *wanted, size_t i, loligo_simulation *simulation,
                          const uint64_t *recorded, void **result);

  /**
   * 5. Creates its file in a folder, which will hold about one of n parts of the recording. Collective. MACHINE error;
   * no file is open then.
   */
  loligo_status (*open)(void *result, const char *folder, unsigned n_parts);

  /** 6. Keeps what an interval brought; NULL: a sampler does. Not collective. MACHINE error. */
  loligo_status (*add)(void *result, const loligo_interval *interval);

  /** 7. Bytes that wait on this rank. Not collective. */
  uint64_t (*waiting)(const void *result);

  /** 8. Appends what waits on all ranks to the open file, which can be read soon where it stays open; else it is closed
   * next. Collective. MACHINE error. */
  loligo_status (*flush)(void *result, bool stays_open);

  /** 9. Appends another file of this result, whose records follow those of the open one. Collective. MACHINE error. */
  loligo_status (*append)(void *result, const char *path);

  /** 10. Records in the open file. Not collective, the same on all ranks. */
  uint64_t (*written)(const void *result);

  /** 11. A warning about the open file for the user, one line, or NULL; the hook may be NULL. Not collective. */
  const char *(*warning)(const void *result);

  /** 12. Closes the file, if one is open, marked complete if so. Collective, also after an error. */
  loligo_status (*close)(void *result, bool complete);

  /** 13. Frees the result; its file is closed. NULL is allowed. Not collective. */
  void (*detach)(void *result);
} result_writer;

#endif

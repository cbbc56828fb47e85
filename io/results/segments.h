/**
 * The folder OUTPUT/segments of a run with checkpoints: what was recorded from one to the next, closed and safe.
 *
 * NNNNNN/ holds segment number N, every recorded file as a valid file of its own; NNNNNN.part/ the one under work;
 * 000001-NNNNNN/ the files of a finished run that goes on, in place of the segments that they were made of; final.part/
 * a file that is to replace all of its segments, until it is whole. A folder gets its name when its files are closed
 * and on disk, so that a crash costs no segment. Rank 0 alone touches names; one rank of each node syncs.
 *
 * Every file bears a seal (io/hdf5/seal.h) that follows the seal of the file of that name in the segment before; that
 * of a final file follows the last of those that it was made of. A checkpoint keeps the newest digest of each name, and
 * from there back every file is known, at a cost that does not grow with their number.
 */
#ifndef LOLIGO_IO_SEGMENTS_H
#define LOLIGO_IO_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

#define SEGMENTS_FOLDER "segments"
enum { SEGMENTS_PATH_SIZE = 4096 };

typedef struct segments {
  const loligo_context *context;
  const char *directory;    /* output; not owned */
  const char *const *names; /* [n_names] of the files of a segment; not owned */
  size_t n_names;
  uint64_t n;        /* good ones, numbered from 1 */
  uint64_t n_joined; /* segments 1 to n_joined stand in one folder */
  uint64_t n_final;  /* of the named files, those that have replaced their segments */
  uint64_t *digests; /* [n_names] of the seal of the newest segment; 0 without one */
  char *mark;        /* all that a checkpoint has to know: segments and digests, as text; owned */
  bool syncs;        /* this rank, for its node */
} segments;

/**
 * Finds the segments that a checkpoint knows, or the files that have replaced them. Changes nothing on disk.
 *
 * Collective. The directory, the names and the context must outlive the segments.
 *
 * @param segments  filled; segments_close() it, but not after an error
 * @param names     [n_names] of the files that each segment holds
 * @param mark      that of the segments, as a checkpoint kept it; NULL in a new run
 * @return          INPUT error if one of their files is missing; MACHINE error, also if final files hold more segments,
 *                  whose checkpoint is lost
 */
loligo_status segments_open(segments *segments, const loligo_context *context, const char *directory,
                            const char *const *names, size_t n_names, const char *mark);

/** Frees what was allocated; zero segments are allowed. Not collective. */
void segments_close(segments *segments);

/**
 * Reads all good segments of a file, or the final file, and compares them with their seals and with what the checkpoint
 * knows. Collective; ranks read shares of each.
 *
 * @param name  number of the name
 * @return      MACHINE error naming the first one that is damaged, was cut short, or is of another run
 */
loligo_status segments_verify(const segments *segments, size_t name);

/** Removes what is newer, what was under work, and segments that final files have replaced. Collective. MACHINE error.
 */
loligo_status segments_tidy(segments *segments);

/** Whether all files have replaced their segments. Not collective, the same on all ranks. */
bool segments_are_merged(const segments *segments);

/**
 * Begins a segment; where all files are final they become the first segments again. Collective. MACHINE error.
 *
 * @param folder  [SEGMENTS_PATH_SIZE] receives where the files are to be created
 */
loligo_status segments_begin(segments *segments, char *folder);

/** The segment under work is good from now on: its files are closed and complete. Collective. MACHINE error. */
loligo_status segments_end(segments *segments);

/**
 * Prepares a final file. Collective. MACHINE error.
 *
 * @param folder  [SEGMENTS_PATH_SIZE] receives where it is to be created
 */
loligo_status segments_draft(segments *segments, char *folder);

/**
 * Gives a drafted file, which is closed and complete, its name in the output directory and removes that of the
 * segments. Collective. MACHINE error.
 */
loligo_status segments_publish(segments *segments, const char *name);

/** Removes what is under work, after its files were closed. Collective. */
void segments_discard(segments *segments);

/** Removes the folder, after all files were published. Collective. */
void segments_clear(segments *segments);

/** Whether a file of that name stands in the output directory. Collective. */
bool segments_is_final(const segments *segments, const char *name);

/** Writes the path of a final file to path[SEGMENTS_PATH_SIZE]. Not collective. */
void segments_final_path(const segments *segments, const char *name, char *path);

/** Number of the first segment that stands in a folder of its own or, joined, ends one. Not collective. */
uint64_t segments_first(const segments *segments);

/** Writes the path of a file in segment i >= segments_first() to path[SEGMENTS_PATH_SIZE]. Not collective. */
void segments_path(const segments *segments, uint64_t i, const char *name, char *path);

/** Whether a text can be the mark of segments. Not collective. */
bool segments_is_mark(const char *text);

/** Whether a folder of this name in OUTPUT/segments is a good segment. Not collective. */
bool segments_is_good(const char *folder);

/**
 * Whether segments_remove() can be expected to succeed and to leave no folder of a segment. Not collective. MACHINE
 * error without the permission, INPUT error for a file that is of no segment.
 */
loligo_status segments_check_removal(const char *directory);

/**
 * Removes all that Loligo makes in DIRECTORY/segments and, if that was all, the folder. Not collective. MACHINE error.
 */
loligo_status segments_remove(const char *directory);

#endif

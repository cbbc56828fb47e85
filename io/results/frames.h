/**
 * The frames of a SONATA report as they grow: GROUP/data [frame, column] and GROUP/mapping/time, of which start, stop
 * and step tell when the frames are.
 */
#ifndef LOLIGO_IO_FRAMES_H
#define LOLIGO_IO_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/frame_grid.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/hdf5/tiles.h"
#include "io/results/time_grid.h"
#include "loligo/sampler.h"

/** When frames are. */
typedef struct frame_clock {
  frame_grid steps;
  time_grid grid; /* of their times */
} frame_clock;

/** Frames of a whole recording. Not collective. */
uint64_t frame_clock_count(const frame_clock *clock);

/** Leaves out the frames before a step. Not collective. */
void frame_clock_begin_at(frame_clock *clock, int64_t step);

/** (start, stop, step) in ms of n frames from frame `first` on. Not collective. */
void frame_clock_times(const frame_clock *clock, uint64_t first, uint64_t n, double times[3]);

enum { FRAMES_SHARED = -1 };

/** Whether this rank has the file. Not collective. */
bool frames_has_file(int writer, const loligo_context *context);

/** One report of an open file. */
typedef struct frames {
  frame_clock clock;
  bool float64; /* else float32 */
  int writer;   /* the rank that has the file, to which the others send theirs; FRAMES_SHARED: all have it */
  h5_series data, time;
  tiles tiles;
  uint64_t first_frame; /* of the recording, in row 0 */
} frames;

/** Room for what a rank writes at a time: frames_most_numbers() of all reports that share it. */
typedef struct frame_room {
  double *wide;
  float *narrow;
} frame_room;

/** Adds data and time, still empty, to a draft. @param n_parts  files that the frames are divided into, about */
void frames_draft(h5_draft *draft, const char *group, const frame_clock *clock, bool float64, const char *unit,
                  uint64_t columns, unsigned n_parts);

/** Opens what frames go to, with the file, collectively among the ranks that have it: clock, float64 and writer are
 * set, the rest is zero. frames_open_columns() is next, frames_close() follows a failure too. MACHINE error. */
loligo_status frames_open_data(frames *frames, h5_file *file, const char *group);

/**
 * Finds out which rank writes which columns. Collective. MACHINE error.
 *
 * @param columns  of all ranks
 * @param column   [n_local] those of this rank, ascending, counted from `first`
 */
loligo_status frames_open_columns(frames *frames, const loligo_context *context, uint64_t columns, uint64_t n_local,
                                  const uint64_t *column, uint64_t first);
void frames_close(frames *frames);

/** Numbers that a room needs. Not collective. */
uint64_t frames_most_numbers(const frames *frames);

/** Bytes that it takes to write so many numbers at a time. Not collective. */
double frame_room_bytes(uint64_t most);

/** Makes room for so many numbers; frame_room_free() also after a failure. Not collective. MACHINE. */
loligo_status frame_room_init(frame_room *room, uint64_t most);
void frame_room_free(frame_room *room);

/** Appends frames that follow those before, of this rank's columns. Collective; where one rank has the file its outcome
 * is that rank's alone, and it goes on with the next report whatever it was. MACHINE error. */
loligo_status frames_write(frames *frames, const frame_room *room, const loligo_samples *samples);

/** Appends those of another file; the first appended is the first of the recording, and those behind its last are left
 * out. Collective among the ranks that have the file; frames_share_count() follows. MACHINE error. */
loligo_status frames_append(frames *frames, const char *path);

/** Tells all ranks how many frames there are. Collective. */
void frames_share_count(frames *frames);

#endif

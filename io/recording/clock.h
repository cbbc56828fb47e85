/** When the frames of a recording are, as a model file tells. Not collective. */
#ifndef LOLIGO_IO_RECORDING_CLOCK_H
#define LOLIGO_IO_RECORDING_CLOCK_H

#include "io/model_file/read.h"
#include "io/results/frames.h"

/** From times in ms, start <= stop, which is cut to the duration. INPUT error where the interval is off the grid. */
loligo_status read_clock(const model_reader *reader, double interval, double start, double stop, frame_clock *clock);

#endif

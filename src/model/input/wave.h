/** Currents of one period and two extremes, offset - amplitude and offset + amplitude, that differ only in shape. */
#ifndef LOLIGO_MODEL_INPUT_WAVE_H
#define LOLIGO_MODEL_INPUT_WAVE_H

#include <math.h>

#include "model/input/current.h"

static const loligo_param wave_params[] = {
    LOLIGO_REAL_ROW("amplitude", "pA", NULL, LOLIGO_RANGE_ANY, "half of the difference of the extremes"),
    LOLIGO_REAL_ROW("offset", "pA", "0", LOLIGO_RANGE_ANY, "middle between the extremes"),
    {"period", LOLIGO_PARAM_REAL, "ms", NULL, LOLIGO_RANGE_POSITIVE, NULL,
     "period, the first from time 0 whenever the input starts", 0},
};

enum { WAVE_AMPLITUDE, WAVE_OFFSET, WAVE_PERIOD };

typedef struct wave {
  double amplitude, offset; /* pA */
  double period;            /* steps */
} wave;

static inline loligo_status wave_prepare(const input_setup *setup, void **shared)
{
  const double *p = setup->param;
  const wave made = {p[WAVE_AMPLITUDE], p[WAVE_OFFSET], p[WAVE_PERIOD] / setup->dt};
  return current_keep(&made, sizeof made, shared);
}

/** Part of its period, in [0, 1), that a wave has gone through at the middle of a step. */
static inline double wave_phase(const wave *wave, int64_t step)
{
  const double periods = ((double)step + 0.5) / wave->period;
  return periods - floor(periods);
}

/** pA; `shape` is the wave's value between -1 and 1. */
static inline double wave_current(const wave *wave, double shape)
{
  return wave->offset + wave->amplitude * shape;
}

#endif

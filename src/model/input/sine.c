/*
 * Sinusoidal current: offset + amplitude sin(2 pi frequency t + phase), with its value at the middle of the step.
 */
#include "base/vector.h"
#include "model/input/current.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("amplitude", "pA", NULL, LOLIGO_RANGE_ANY, "half of the difference of the extremes"),
    LOLIGO_REAL_ROW("offset", "pA", "0", LOLIGO_RANGE_ANY, "mean current"),
    LOLIGO_REAL_ROW("frequency", "Hz", NULL, LOLIGO_RANGE_NON_NEGATIVE, "periods per second"),
    LOLIGO_REAL_ROW("phase", "rad", "0", LOLIGO_RANGE_ANY, "angle at time 0, whenever the input starts"),
};

enum { AMPLITUDE, OFFSET, FREQUENCY, PHASE };

typedef struct sine {
  double amplitude, offset; /* pA */
  double per_step, phase;   /* turns */
} sine;

static loligo_status prepare(const input_setup *setup, void **shared)
{
  const double radians_per_turn = 6.283185307179586;
  const double *p = setup->param;
  const sine made = {p[AMPLITUDE], p[OFFSET], p[FREQUENCY] * setup->dt * 1e-3, p[PHASE] / radians_per_turn};
  return current_keep(&made, sizeof made, shared);
}

static double current(const void *shared, int64_t step)
{
  const sine *s = shared;
  const double turns = ((double)step + 0.5) * s->per_step + s->phase;
  return s->offset + s->amplitude * vector_sin2pi(turns);
}

const input_model input_model_sine = {
    .name = "sine",
    .summary = "sinusoidal current",
    .params = LOLIGO_PARAM_TABLE(params),
    .prepare = prepare,
    .release = memory_free,
    .current = current,
};

/**
 * The two synapses of a point neuron over one step: currents or conductances, of exponential or rising time course, act
 * on the membrane by their exact means over the step.
 *
 * A model gives a constant synapses_kind to synapses_act(), and keeps their constants behind its own.
 */
#ifndef LOLIGO_MODEL_NEURON_SYNAPSES_H
#define LOLIGO_MODEL_NEURON_SYNAPSES_H

#include <string.h>

#include "model/neuron/time_course.h"

/* State variables behind V_m. */
enum { SYNAPSES_EX = 1, SYNAPSES_IN };

typedef struct synapses_kind {
  bool conductance; /* not a current */
  size_t slope;     /* state variable: slope of the excitatory one, before that of the inhibitory; 0 if exponential */
  size_t first;     /* derived constant with which theirs begin */
} synapses_kind;

/** Constants of one cell. */
typedef struct synapses_constants {
  double e_ex, e_in; /* mV, of conductances */
  time_course_decay ex, in;
  time_course_rise ex_rise, in_rise; /* not there where both are exponential */
} synapses_constants;

enum {
  SYNAPSES_RISING = DERIVED_COUNT(synapses_constants),
  SYNAPSES_EXPONENTIAL = DERIVED_INDEX(synapses_constants, ex_rise)
};

/** Parameters of these synapses. */
typedef struct synapses_params {
  double e_ex, e_in;     /* mV */
  double tau_ex, tau_in; /* ms */
} synapses_params;

/** Writes their constants: SYNAPSES_EXPONENTIAL, or SYNAPSES_RISING of alpha functions. */
static inline void synapses_derive(synapses_params p, bool rising, double dt, double *derived)
{
  synapses_constants c = {
      .e_ex = p.e_ex,
      .e_in = p.e_in,
      .ex = time_course_decay_of(p.tau_ex, dt),
      .in = time_course_decay_of(p.tau_in, dt),
  };
  if (rising) {
    c.ex_rise = time_course_rise_of(p.tau_ex, p.tau_ex, dt);
    c.in_rise = time_course_rise_of(p.tau_in, p.tau_in, dt);
  }
  memcpy(derived, &c, (rising ? SYNAPSES_RISING : SYNAPSES_EXPONENTIAL) * sizeof *derived);
}

/** What acts on the membranes of a block over a step, current - conductance * V. */
typedef struct synapses_pull {
  double current[LOLIGO_BLOCK_CELLS];     /* pA */
  double conductance[LOLIGO_BLOCK_CELLS]; /* nS; of conductances only */
} synapses_pull;

VECTOR_INLINE void synapses_constants_of(const loligo_block *block, synapses_kind kind, size_t i, synapses_constants *c)
{
  block_constants_from(block, kind.first, i, kind.slope ? SYNAPSES_RISING : SYNAPSES_EXPONENTIAL, (double *)c);
}

/* Mean over the step of receptor r of cell i, which is moved to the end of the step. */
VECTOR_INLINE double synapses_move(const loligo_block *block, synapses_kind kind, size_t i, size_t r,
                                   time_course_decay decay, time_course_rise rise)
{
  double *x = &block->state[SYNAPSES_EX + r][i];
  const double arriving = block->input[r][i], direct = decay.mean * *x;
  if (!kind.slope) {
    *x = __builtin_fma(decay.left, *x, arriving);
    return direct;
  }
  double *slope = &block->state[kind.slope + r][i];
  const double mean = __builtin_fma(rise.mean, *slope, direct);
  time_course_move(decay.left, &rise, arriving, x, slope);
  return mean;
}

VECTOR_INLINE void synapses_act_by(const loligo_block *block, synapses_kind kind, bool uniform, synapses_pull *pull)
{
  const size_t n = block->n;
  synapses_constants c;
  synapses_constants_of(block, kind, 0, &c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) synapses_constants_of(block, kind, i, &c);
    const double ex = synapses_move(block, kind, i, 0, c.ex, c.ex_rise);
    const double in = synapses_move(block, kind, i, 1, c.in, c.in_rise);
    if (kind.conductance) {
      pull->conductance[i] = ex + in;
      pull->current[i] = __builtin_fma(ex, c.e_ex, __builtin_fma(in, c.e_in, block->current[i]));
    } else {
      pull->current[i] = ex + in + block->current[i];
    }
  }
}

/** Moves the synapses of a block over the step, and says what they and the block's currents do meanwhile. */
VECTOR_INLINE void synapses_act(const loligo_block *block, synapses_kind kind, synapses_pull *pull)
{
  if (block->uniform)
    synapses_act_by(block, kind, true, pull);
  else
    synapses_act_by(block, kind, false, pull);
}

#endif

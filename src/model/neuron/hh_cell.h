/** What all integrators of Hodgkin-Huxley neurons share: the membrane under what acts on it, synapses and spikes. */
#ifndef LOLIGO_MODEL_NEURON_HH_CELL_H
#define LOLIGO_MODEL_NEURON_HH_CELL_H

#include "model/neuron/block.h"
#include "model/neuron/gate.h"
#include "model/neuron/hh_tables.h"
#include "model/neuron/time_course.h"

/* Channels that a membrane may have. */
enum { CHANNEL_NA, CHANNEL_K, CHANNEL_L, CHANNEL_EX, CHANNEL_IN, CHANNELS };

/** Constants of one cell; conductances in units of C_m/dt, currents in mV per step. */
typedef struct hh_constants {
  double g[CHANNELS]; /* 1; of synapses per nS or pA: what acts over the step */
  double e[CHANNELS]; /* mV */
  double decay_ex, decay_in;
  double per_c; /* mV/pA */
  double i_e;   /* pA */
  double dt;    /* ms */
  double v_t;   /* mV: where the kinetics have their zero */
  double v_th;  /* mV */
  double t_ref; /* steps */
  double method;
  double v_level; /* mV */
} hh_constants;

/** One rising synapse over a step; what it is driven by decays with the constants above. */
typedef struct hh_rise {
  time_course_rise course;
  double passed_half; /* ms: what the slope has added after half a step */
  double lead;        /* ms: by so much of the slope what acts over the step is ahead of what begins it */
} hh_rise;

/** Derived constants of rising synapses, behind all others. */
typedef struct hh_rises {
  hh_rise ex, in;
} hh_rises;

/** What acts on a membrane over one step. */
typedef struct hh_drive {
  size_t n;           /* channels */
  double g[CHANNELS]; /* C_m/dt */
  double e[CHANNELS]; /* mV */
  double i;           /* mV */
  bool is_coupled;    /* by gap junctions, whose other ends are taken to stand over the step: */
  double coupling;    /* C_m/dt, of all of them; what it lets flow in at V_m = 0 is part of i */
} hh_drive;

/** A family of models; its functions are inline, its value a constant. */
typedef struct hh_kind {
  gate_rates (*rates)(double v, double root); /* at v (mV), with rate_root(v, middle) */
  double middle;                              /* mV */
  bool conductance;                           /* synapses are conductances, not currents */

  /** V_m of cell i, whose constants are in column position j, at the end of the step. */
  double (*potential)(const loligo_block *block, size_t i, size_t j, const hh_drive *drive, integrator method);

  bool rises; /* synapses rise before they decay (HH_SLOPE_EX, hh_rises) */
} hh_kind;

VECTOR_INLINE gate_rates hh_rates(hh_kind kind, double v)
{
  return kind.rates(v, rate_root(v, kind.middle));
}

/** What acts under these gates, synapses (nS or pA) and current (pA). */
VECTOR_INLINE hh_drive hh_drive_of(const hh_constants *c, gates x, double ex, double in, double current,
                                   bool conductance)
{
  const double outside = c->per_c * (current + c->i_e);
  const double synaptic = __builtin_fma(c->g[CHANNEL_EX], ex, __builtin_fma(c->g[CHANNEL_IN], in, outside));
  return (hh_drive){
      .n = conductance ? CHANNELS : CHANNEL_EX,
      .g = {c->g[CHANNEL_NA] * (x.m * x.m * x.m * x.h), c->g[CHANNEL_K] * (x.n * x.n * (x.n * x.n)), c->g[CHANNEL_L],
            c->g[CHANNEL_EX] * ex, c->g[CHANNEL_IN] * in},
      .e = {c->e[CHANNEL_NA], c->e[CHANNEL_K], c->e[CHANNEL_L], c->e[CHANNEL_EX], c->e[CHANNEL_IN]},
      .i = conductance ? outside : synaptic,
  };
}

/** Adds the gap junctions of cell i, if its block is coupled. */
VECTOR_INLINE void hh_couple(hh_drive *drive, const loligo_block *block, size_t i, double per_c, bool coupled)
{
  drive->is_coupled = coupled;
  if (!coupled) return;
  drive->coupling = per_c * block->coupling[i];
  drive->i = __builtin_fma(per_c, block->input[HH_RECEPTOR_GAP][i], drive->i);
}

/** V' per step, as a linear function of V. */
VECTOR_INLINE relaxation hh_relaxation(const hh_drive *drive)
{
  relaxation r = {__builtin_fma(drive->g[0], drive->e[0], drive->i), drive->g[0], 1};
#pragma GCC unroll 8
  for (size_t k = 1; k < drive->n; k++) {
    r.a = __builtin_fma(drive->g[k], drive->e[k], r.a);
    r.s += drive->g[k];
  }
  if (drive->is_coupled) r.s += drive->coupling;
  return r;
}

/** All constants of a cell. */
typedef struct hh_cell {
  hh_constants c;
  hh_rises rises; /* where its kind has them */
} hh_cell;

VECTOR_INLINE void hh_cell_of(const loligo_block *block, hh_kind kind, size_t i, hh_cell *cell)
{
  block_constants(block, i, DERIVED_COUNT(hh_constants), (double *)&cell->c);
  if (kind.rises)
    block_constants_from(block, DERIVED_COUNT(hh_constants), i, DERIVED_COUNT(hh_rises), (double *)&cell->rises);
}

/** A synapse of cell i after an elapsed part of the step, which leaves `left` of it; its slope has added `passed`. */
VECTOR_INLINE double hh_synapse(const loligo_block *block, hh_kind kind, size_t i, int variable, double left,
                                double passed)
{
  const double direct = left * block->state[variable][i];
  return kind.rises ? __builtin_fma(passed, block->state[HH_SLOPE_EX + (variable - HH_EX)][i], direct) : direct;
}

/** The synapses of cell i at the end of the step: what it leaves of them, and what arrives. */
VECTOR_INLINE void hh_move_synapses(const loligo_block *block, hh_kind kind, size_t i, const hh_cell *cell)
{
  double *ex = block->state[HH_EX], *in = block->state[HH_IN];
  const double ex_arriving = block->input[HH_RECEPTOR_EX][i], in_arriving = block->input[HH_RECEPTOR_IN][i];
  const hh_constants *c = &cell->c;
  if (kind.rises) {
    time_course_move(c->decay_ex, &cell->rises.ex.course, ex_arriving, &ex[i], &block->state[HH_SLOPE_EX][i]);
    time_course_move(c->decay_in, &cell->rises.in.course, in_arriving, &in[i], &block->state[HH_SLOPE_IN][i]);
  } else {
    ex[i] = __builtin_fma(c->decay_ex, ex[i], ex_arriving);
    in[i] = __builtin_fma(c->decay_in, in[i], in_arriving);
  }
  block->state[HH_LEVEL][i] = block->input[HH_RECEPTOR_LEVEL][i];
}

/** Looks for an upward crossing of V_th by cell i. Joined without branches, so that the loop around vectorises. */
VECTOR_INLINE void hh_fire(const loligo_block *block, size_t i, double before, double after, const hh_constants *c)
{
  const double left = block->state[HH_REFRACTORY][i] - 1;
  const int64_t fired = (before < c->v_th) & (after >= c->v_th) & (left <= 0);
  const double waiting = left > 0 ? left : 0;
  block->state[HH_REFRACTORY][i] = fired ? c->t_ref : waiting;
  block->spike[i] = fired;
}

#endif

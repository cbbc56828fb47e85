/** What all integrators of Hodgkin-Huxley neurons share: the membrane under what acts on it, synapses and spikes. */
#ifndef LOLIGO_MODEL_NEURON_HH_CELL_H
#define LOLIGO_MODEL_NEURON_HH_CELL_H

#include "model/neuron/block.h"
#include "model/neuron/gate.h"
#include "model/neuron/hh_tables.h"

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

/** What acts on a membrane over one step. */
typedef struct hh_drive {
  size_t n;           /* channels */
  double g[CHANNELS]; /* C_m/dt */
  double e[CHANNELS]; /* mV */
  double i;           /* mV */
} hh_drive;

/** A family of models; its functions are inline, its value a constant. */
typedef struct hh_kind {
  gate_rates (*rates)(double v, double root); /* at v (mV), with rate_root(v, middle) */
  double middle;                              /* mV */
  bool conductance;                           /* synapses are conductances, not currents */

  /** V_m of cell i, whose constants are in column position j, at the end of the step. */
  double (*potential)(const loligo_block *block, size_t i, size_t j, const hh_drive *drive, integrator method);
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

/** V' per step, as a linear function of V. */
VECTOR_INLINE relaxation hh_relaxation(const hh_drive *drive)
{
  relaxation r = {__builtin_fma(drive->g[0], drive->e[0], drive->i), drive->g[0], 1};
#pragma GCC unroll 8
  for (size_t k = 1; k < drive->n; k++) {
    r.a = __builtin_fma(drive->g[k], drive->e[k], r.a);
    r.s += drive->g[k];
  }
  return r;
}

/** The synapses of cell i at the end of the step: what it leaves of them, and what arrives. */
VECTOR_INLINE void hh_move_synapses(const loligo_block *block, size_t i, const hh_constants *c)
{
  double *ex = block->state[HH_EX], *in = block->state[HH_IN];
  ex[i] = __builtin_fma(c->decay_ex, ex[i], block->input[HH_RECEPTOR_EX][i]);
  in[i] = __builtin_fma(c->decay_in, in[i], block->input[HH_RECEPTOR_IN][i]);
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

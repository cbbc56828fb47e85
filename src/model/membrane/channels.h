/** Membranes of a sodium and a potassium channel and a leak, as the somata of hh.h have; their rates differ. */
#ifndef LOLIGO_MODEL_MEMBRANE_CHANNELS_H
#define LOLIGO_MODEL_MEMBRANE_CHANNELS_H

#include <math.h>

#include "model/membrane/membrane.h"
#include "model/neuron/gate.h"
#include "model/neuron/param_list.h"

/* Parameters; a membrane with more puts them behind. */
enum { CHANNELS_G_NA, CHANNELS_G_K, CHANNELS_G_L, CHANNELS_E_NA, CHANNELS_E_K, CHANNELS_E_L, CHANNELS_PARAMS };

#define CHANNELS_ROWS                                                                                                  \
  LOLIGO_REAL_ROW("g_Na", "nS", NULL, LOLIGO_RANGE_NON_NEGATIVE, "largest sodium conductance"),                        \
      LOLIGO_REAL_ROW("g_K", "nS", NULL, LOLIGO_RANGE_NON_NEGATIVE, "largest potassium conductance"),                  \
      LOLIGO_REAL_ROW("g_L", "nS", NULL, LOLIGO_RANGE_NON_NEGATIVE, "leak conductance"),                               \
      LOLIGO_REAL_ROW("E_Na", "mV", NULL, LOLIGO_RANGE_ANY, "sodium reversal potential"),                              \
      LOLIGO_REAL_ROW("E_K", "mV", NULL, LOLIGO_RANGE_ANY, "potassium reversal potential"),                            \
      LOLIGO_REAL_ROW("E_L", "mV", NULL, LOLIGO_RANGE_ANY, "leak reversal potential")

enum { CHANNELS_M, CHANNELS_H, CHANNELS_N, CHANNELS_GATES };

static const loligo_variable channels_variables[CHANNELS_GATES] = {
    {"m", "", "activation of sodium channels of a compartment"},
    {"h", "", "inactivation of sodium channels of a compartment"},
    {"n", "", "activation of potassium channels of a compartment"},
};

/** A family of membranes; its function is inline, its value a constant. */
typedef struct channels_kind {
  gate_rates (*rates)(double v, double root); /* at v (mV), with rate_root(v, middle) */
  double middle;                              /* mV */
} channels_kind;

/* Behind the parameters. */
static inline double channels_derive(const double *param, double v_t, double *constants)
{
  for (int i = 0; i < CHANNELS_PARAMS; i++) constants[i] = param[i];
  constants[CHANNELS_PARAMS] = v_t;
  return param[CHANNELS_G_L];
}

enum { CHANNELS_V_T = CHANNELS_PARAMS, CHANNELS_CONSTANTS };

VECTOR_INLINE gate_rates channels_rates(channels_kind kind, double v)
{
  return kind.rates(v, rate_root(v, kind.middle));
}

static inline void channels_complete(channels_kind kind, double v, double *gates)
{
  const gate_rates r = channels_rates(kind, v);
  const relaxation each[CHANNELS_GATES] = {r.m, r.h, r.n};
  for (int x = 0; x < CHANNELS_GATES; x++)
    if (isnan(gates[x])) gates[x] = each[x].a / each[x].s;
}

VECTOR_INLINE void channels_conduct(const membrane_block *block, double *restrict g, double *restrict i)
{
  const double *c = block->constants, *v = block->v;
  const double *m = block->gates[CHANNELS_M] + block->first, *h = block->gates[CHANNELS_H] + block->first;
  const double *n = block->gates[CHANNELS_N] + block->first;
  const double g_na = c[CHANNELS_G_NA], g_k = c[CHANNELS_G_K], g_l = c[CHANNELS_G_L];
  const double e_na = c[CHANNELS_E_NA], e_k = c[CHANNELS_E_K], e_l = c[CHANNELS_E_L];
  const size_t count = block->n;
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) {
    const double na = g_na * (m[k] * m[k] * m[k] * h[k]), potassium = g_k * (n[k] * n[k] * (n[k] * n[k]));
    const double leak = __builtin_fma(g_l, e_l - v[k], i[k]);
    g[k] += na + potassium;
    i[k] = __builtin_fma(na, e_na - v[k], __builtin_fma(potassium, e_k - v[k], leak));
  }
}

/* All gates, by a share of the implicit step that is made of them: x + dt (a - s x) / (d + ahead s). */
VECTOR_INLINE void channels_relax(const membrane_block *block, channels_kind kind, double dt, double ahead)
{
  double *m = block->gates[CHANNELS_M] + block->first, *h = block->gates[CHANNELS_H] + block->first;
  double *n = block->gates[CHANNELS_N] + block->first;
  const double *v = block->v, v_t = block->constants[CHANNELS_V_T];
  const size_t count = block->n;
  double root[LOLIGO_BLOCK_CELLS];
  for (size_t k = 0; k < count; k++) root[k] = rate_root(v[k] - v_t, kind.middle);
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) {
    const gates x = {m[k], h[k], n[k]};
    const gates change = gate_changes(x, kind.rates(v[k] - v_t, root[k]), dt, ahead);
    m[k] = x.m + change.m;
    h[k] = x.h + change.h;
    n[k] = x.n + change.n;
  }
}

/** Backward Euler through half a step, of which channels_observe() is the exact inverse. */
static inline void channels_start(const membrane_block *block, channels_kind kind)
{
  channels_relax(block, kind, 0.5 * block->dt, 0.5 * block->dt);
}

/** Crank-Nicolson. */
VECTOR_INLINE void channels_move(const membrane_block *block, channels_kind kind)
{
  channels_relax(block, kind, block->dt, 0.5 * block->dt);
}

static inline void channels_observe(const membrane_block *block, channels_kind kind, size_t k, double *out)
{
  const double *x = block->gates[k] + block->first, v_t = block->constants[CHANNELS_V_T];
  for (size_t i = 0; i < block->n; i++) {
    const gate_rates r = channels_rates(kind, block->v[i] - v_t);
    const relaxation gate = k == CHANNELS_M ? r.m : k == CHANNELS_H ? r.h : r.n;
    out[i] = x[i] - 0.5 * block->dt * (gate.a - gate.s * x[i]) / gate.d;
  }
}

#endif

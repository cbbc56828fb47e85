/** Membranes of a sodium and a potassium channel and a leak, as the somata of hh.h have; their rates differ. */
#ifndef LOLIGO_MODEL_MEMBRANE_NA_K_H
#define LOLIGO_MODEL_MEMBRANE_NA_K_H

#include <math.h>

#include "model/channel/channel.h"
#include "model/neuron/gate.h"
#include "model/neuron/param_list.h"

/* Parameters; a membrane with more puts them behind. */
enum { NA_K_G_NA, NA_K_G_K, NA_K_G_L, NA_K_E_NA, NA_K_E_K, NA_K_E_L, NA_K_PARAMS };

#define NA_K_ROWS                                                                                                      \
  LOLIGO_REAL_ROW("g_Na", "nS", NULL, LOLIGO_RANGE_NON_NEGATIVE, "largest sodium conductance"),                        \
      LOLIGO_REAL_ROW("g_K", "nS", NULL, LOLIGO_RANGE_NON_NEGATIVE, "largest potassium conductance"),                  \
      LOLIGO_REAL_ROW("g_L", "nS", NULL, LOLIGO_RANGE_NON_NEGATIVE, "leak conductance"),                               \
      LOLIGO_REAL_ROW("E_Na", "mV", NULL, LOLIGO_RANGE_ANY, "sodium reversal potential"),                              \
      LOLIGO_REAL_ROW("E_K", "mV", NULL, LOLIGO_RANGE_ANY, "potassium reversal potential"),                            \
      LOLIGO_REAL_ROW("E_L", "mV", NULL, LOLIGO_RANGE_ANY, "leak reversal potential")

enum { NA_K_M, NA_K_H, NA_K_N, NA_K_GATES };

static const loligo_variable na_k_variables[NA_K_GATES] = {
    {"m", "", "activation of sodium channels of a compartment"},
    {"h", "", "inactivation of sodium channels of a compartment"},
    {"n", "", "activation of potassium channels of a compartment"},
};

/** A family of membranes; its function is inline, its value a constant. */
typedef struct na_k_kind {
  gate_rates (*rates)(double v, double root); /* at v (mV), with rate_root(v, middle) */
  double middle;                              /* mV */
} na_k_kind;

/* Behind the parameters. */
static inline double na_k_derive(const double *param, double v_t, double *constants)
{
  for (int i = 0; i < NA_K_PARAMS; i++) constants[i] = param[i];
  constants[NA_K_PARAMS] = v_t;
  return param[NA_K_G_L];
}

enum { NA_K_V_T = NA_K_PARAMS, NA_K_CONSTANTS };

VECTOR_INLINE gate_rates na_k_rates(na_k_kind kind, double v)
{
  return kind.rates(v, rate_root(v, kind.middle));
}

static inline void na_k_complete(na_k_kind kind, double v, double *gates)
{
  const gate_rates r = na_k_rates(kind, v);
  const relaxation each[NA_K_GATES] = {r.m, r.h, r.n};
  for (int x = 0; x < NA_K_GATES; x++)
    if (isnan(gates[x])) gates[x] = each[x].a / each[x].s;
}

VECTOR_INLINE void na_k_conduct(const channel_block *block, double *restrict g, double *restrict i)
{
  const double *c = block->constants, *v = block->v;
  const double *m = block->gates[NA_K_M] + block->first, *h = block->gates[NA_K_H] + block->first;
  const double *n = block->gates[NA_K_N] + block->first;
  const double g_na = c[NA_K_G_NA], g_k = c[NA_K_G_K], g_l = c[NA_K_G_L];
  const double e_na = c[NA_K_E_NA], e_k = c[NA_K_E_K], e_l = c[NA_K_E_L];
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
VECTOR_INLINE void na_k_relax(const channel_block *block, na_k_kind kind, double dt, double ahead)
{
  double *m = block->gates[NA_K_M] + block->first, *h = block->gates[NA_K_H] + block->first;
  double *n = block->gates[NA_K_N] + block->first;
  const double *v = block->v, v_t = block->constants[NA_K_V_T];
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

/** Backward Euler through half a step, of which na_k_observe() is the exact inverse. */
static inline void na_k_start(const channel_block *block, na_k_kind kind)
{
  na_k_relax(block, kind, 0.5 * block->dt, 0.5 * block->dt);
}

/** Crank-Nicolson. */
VECTOR_INLINE void na_k_move(const channel_block *block, na_k_kind kind)
{
  na_k_relax(block, kind, block->dt, 0.5 * block->dt);
}

static inline void na_k_observe(const channel_block *block, na_k_kind kind, size_t k, double *out)
{
  const double *x = block->gates[k] + block->first, v_t = block->constants[NA_K_V_T];
  for (size_t i = 0; i < block->n; i++) {
    const gate_rates r = na_k_rates(kind, block->v[i] - v_t);
    const relaxation gate = k == NA_K_M ? r.m : k == NA_K_H ? r.h : r.n;
    out[i] = x[i] - 0.5 * block->dt * (gate.a - gate.s * x[i]) / gate.d;
  }
}

/** Hooks that a constant na_k_kind makes: all but derive() and complete(), which know V_T. */
#define NA_K_HOOKS(kind)                                                                                               \
  static void start(const channel_block *block)                                                                        \
  {                                                                                                                    \
    na_k_start(block, kind);                                                                                           \
  }                                                                                                                    \
  VECTOR_CLONES static void conduct(const channel_block *block, double *restrict g, double *restrict i)                \
  {                                                                                                                    \
    na_k_conduct(block, g, i);                                                                                         \
  }                                                                                                                    \
  VECTOR_CLONES static void move(const channel_block *block)                                                           \
  {                                                                                                                    \
    na_k_move(block, kind);                                                                                            \
  }                                                                                                                    \
  static void observe(const channel_block *block, size_t which, double *out)                                           \
  {                                                                                                                    \
    na_k_observe(block, kind, which, out);                                                                             \
  }

/** Members of a channel that follow from its tables and hooks. */
#define NA_K_MEMBERS                                                                                                   \
  .params = LOLIGO_PARAM_TABLE(params), .variables = na_k_variables, .n_variables = NA_K_GATES,                        \
  .n_constants = NA_K_CONSTANTS, .derive = derive, .complete = complete, .start = start, .move = move,                 \
  .observe = observe, .conduct = conduct

#endif

/**
 * Channels that conduct one ion through gates which are independent of one another: g = g_max times powers of them.
 *
 * Under a potential and a concentration that stand, each gate goes exponentially to where it is at rest; a step makes
 * use of that as it stands. With the values at the middle of the step it is of second order. A file gives a constant
 * gated_kind, and GATED_HOOKS all hooks of it.
 */
#ifndef LOLIGO_MODEL_CHANNEL_GATED_H
#define LOLIGO_MODEL_CHANNEL_GATED_H

#include <math.h>

#include "base/vector.h"
#include "model/channel/channel.h"
#include "model/neuron/param_list.h"

enum { GATED_MAX = 3 /* gates */ };

/** Where a gate goes, and how fast. */
typedef struct approach {
  double to, rate; /* 1, 1/ms */
} approach;

/** A family of channels; its functions are inline, its value a constant. */
typedef struct gated_kind {
  int n;                /* gates */
  double t_rates;       /* degC: that of the measured rates; NAN: they are the same at any */
  bool carries_calcium; /* has the reversal potential of calcium, and none of its own */
  void (*approaches)(double v, double ca, double q, approach *gates); /* [n] at v (mV) and ca (mmol/l), rates q-fold */
  double (*open)(const double *gates);
} gated_kind;

#define GATED_ROW(name, unit, fallback, range, help) LOLIGO_REAL_ROW(name, unit, fallback, LOLIGO_RANGE_##range, help)
#define GATED_G_ROW GATED_ROW("g", "nS", NULL, NON_NEGATIVE, "conductance with all gates open")
#define GATED_E_ROW(e) GATED_ROW("E", "mV", e, ANY, "reversal potential")
#define GATED_E_NA_ROW GATED_E_ROW("53")
#define GATED_E_K_ROW GATED_E_ROW("-107")
#define GATED_T_ROW GATED_ROW("T", "degC", "34", ANY, "temperature, by which rates change")

/** Constants of such a channel; its parameters stand in the same order, those that it has. */
enum { GATED_G, GATED_E, GATED_Q, GATED_CONSTANTS };

/** By how much rates at t (degC) exceed those at t_rates: 2.3-fold for 10 K. */
static inline double gated_q(double t, double t_rates)
{
  const double log_of_2_3 = 0.83290912293510388;
  return vector_exp(log_of_2_3 * (t - t_rates) / 10);
}

static inline double gated_derive(gated_kind kind, const double *param, double *constants)
{
  const double *next = param;
  constants[GATED_G] = *next++;
  constants[GATED_E] = kind.carries_calcium ? 0 : *next++;
  constants[GATED_Q] = isnan(kind.t_rates) ? 1 : gated_q(*next, kind.t_rates);
  return 0;
}

static inline void gated_complete(gated_kind kind, double v, double ca, double *gates)
{
  approach each[GATED_MAX];
  kind.approaches(v, ca, 1, each);
  for (int j = 0; j < kind.n; j++)
    if (isnan(gates[j])) gates[j] = each[j].to;
}

/* Gates of the cells of a block, and calcium where there is some; else what is never looked at. */
#define GATED_LOOP(block, kind, each)                                                                                  \
  const double *v = (block)->v, *ca = (block)->ca ? (block)->ca : v, q = (block)->constants[GATED_Q];                  \
  const size_t count = (block)->n;                                                                                     \
  double *x[GATED_MAX];                                                                                                \
  for (int j = 0; j < (kind).n; j++) x[j] = (block)->gates[j] + (block)->first;                                        \
  BLOCK_LOOP                                                                                                           \
  for (size_t k = 0; k < count; k++) {                                                                                 \
    approach a[GATED_MAX];                                                                                             \
    (kind).approaches(v[k], ca[k], q, a);                                                                              \
    _Pragma("GCC unroll 4") for (int j = 0; j < (kind).n; j++) x[j][k] = (each);                                       \
  }

/** Backward Euler through half a step, of which gated_observe() is the exact inverse. */
VECTOR_INLINE void gated_start(const channel_block *block, gated_kind kind)
{
  const double half = 0.5 * block->dt;
  GATED_LOOP(block, kind, __builtin_fma(half * a[j].rate, a[j].to, x[j][k]) / __builtin_fma(half, a[j].rate, 1))
}

VECTOR_INLINE void gated_move(const channel_block *block, gated_kind kind)
{
  const double dt = block->dt;
  GATED_LOOP(block, kind, __builtin_fma(x[j][k] - a[j].to, vector_exp(-dt * a[j].rate), a[j].to))
}

static inline void gated_observe(const channel_block *block, gated_kind kind, size_t which, double *out)
{
  const double half = 0.5 * block->dt, *x = block->gates[which] + block->first;
  for (size_t k = 0; k < block->n; k++) {
    approach a[GATED_MAX];
    kind.approaches(block->v[k], block->ca ? block->ca[k] : 0, block->constants[GATED_Q], a);
    out[k] = x[k] - half * a[which].rate * (a[which].to - x[k]);
  }
}

VECTOR_INLINE void gated_conduct(const channel_block *block, gated_kind kind, double *restrict g, double *restrict i)
{
  const double *v = block->v, *e_ca = kind.carries_calcium ? block->e_ca : v;
  const double most = block->constants[GATED_G], e = block->constants[GATED_E];
  const size_t count = block->n;
  const double *x[GATED_MAX];
  for (int j = 0; j < kind.n; j++) x[j] = block->gates[j] + block->first;
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) {
    double at[GATED_MAX];
    _Pragma("GCC unroll 4") for (int j = 0; j < kind.n; j++) at[j] = x[j][k];
    const double open = most * kind.open(at);
    g[k] += open;
    i[k] = __builtin_fma(open, (kind.carries_calcium ? e_ca[k] : e) - v[k], i[k]);
  }
}

/** All hooks but conduct() and derive(), of a constant of that name. */
#define GATED_GATE_HOOKS(kind)                                                                                         \
  static double derive(const double *param, double *constants)                                                         \
  {                                                                                                                    \
    return gated_derive(kind, param, constants);                                                                       \
  }                                                                                                                    \
  static void complete(const double *param, double v, double ca, double *gates)                                        \
  {                                                                                                                    \
    (void)param;                                                                                                       \
    gated_complete(kind, v, ca, gates);                                                                                \
  }                                                                                                                    \
  static void start(const channel_block *block)                                                                        \
  {                                                                                                                    \
    gated_start(block, kind);                                                                                          \
  }                                                                                                                    \
  VECTOR_CLONES static void move(const channel_block *block)                                                           \
  {                                                                                                                    \
    gated_move(block, kind);                                                                                           \
  }                                                                                                                    \
  static void observe(const channel_block *block, size_t which, double *out)                                           \
  {                                                                                                                    \
    gated_observe(block, kind, which, out);                                                                            \
  }

#define GATED_HOOKS(kind)                                                                                              \
  GATED_GATE_HOOKS(kind)                                                                                               \
  VECTOR_CLONES static void conduct(const channel_block *block, double *restrict g, double *restrict i)                \
  {                                                                                                                    \
    gated_conduct(block, kind, g, i);                                                                                  \
  }

/** Members of a channel that follow from its tables and hooks. */
#define GATED_MEMBERS                                                                                                  \
  .params = LOLIGO_PARAM_TABLE(params), .variables = variables, .n_variables = sizeof variables / sizeof variables[0], \
  .n_constants = GATED_CONSTANTS, .derive = derive, .complete = complete, .start = start, .move = move,                \
  .observe = observe, .conduct = conduct

/* -- rates -- */

/** x / (exp(x/k) - 1) and the same of -x, by one exponential; a series about 0. */
typedef struct trap {
  double of, of_minus; /* of x */
} trap;

VECTOR_INLINE trap trap_of(double x, double k)
{
  const double y = x / k, square = y * y, e = vector_exp(y);
  const double series = __builtin_fma(square, __builtin_fma(square, -1.0 / 720, 1.0 / 12), __builtin_fma(y, -0.5, 1));
  const double of = k * (square < 1e-4 ? series : y / (e - 1));
  return (trap){of, of * e};
}

/** 1 / (1 + exp(x)). */
VECTOR_INLINE double sigmoid(double x)
{
  return 1 / (1 + vector_exp(x));
}

/** Of a gate that opens and closes with rates a and b (1/ms). */
VECTOR_INLINE approach approach_by(double a, double b, double q)
{
  return (approach){a / (a + b), (a + b) * q};
}

/** Of one with a time constant of tau (ms). */
VECTOR_INLINE approach approach_in(double to, double tau, double q)
{
  return (approach){to, q / tau};
}

#endif

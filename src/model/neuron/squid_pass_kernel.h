/*
 * Passes of the squid cell in one precision (model/both_precisions.h): the staggered Crank-Nicolson scheme of hh.h,
 * step by step, whose input is a current.
 *
 *   V1 = V0 + (a - s V0) / (1 + s/2),  s = sum g, a = sum g E + (I + I_e) / C   under the gates half a step before V1
 *   x1 = (x0 (1 - q) + dt alpha) / (1 + q),  q = dt (alpha + beta) / 2          of each gate, rates at V1
 *   r = 1 / (1 + exp(-(V1 - V_release) / k_release))                            the output
 *
 * Backward, exactly, with the mean x of x0 and x1: dx1/dalpha = dt (1 - x) / (1 + q), dx1/dbeta = -dt x / (1 + q); and
 * with the mean V of V0 and V1: dV1/dg = (E - V) / (1 + s/2).
 *
 * Rates stand still below -150 mV, where they would leave the range of single precision, and above +135 mV.
 */
#include "model/neuron/pass.h"

/* Up to here x / (1 - exp(-x)) is a series; chosen so that neither side loses more than a few units of the last place.
 */
#define LINOID_NEAR (sizeof(REAL) == sizeof(float) ? (REAL)1 : (REAL)0.1)

/** Exponentials in the rates at a potential. */
typedef struct NAMED(squid_roots) {
  REAL v;                  /* mV, within the bounds of the rates */
  REAL e18, e20, e80, e10; /* exp(-(v + 65) / 18), ... */
} NAMED(squid_roots);

VECTOR_INLINE NAMED(squid_roots) NAMED(squid_roots_at)(REAL v)
{
  const REAL above = v < -150 ? -150 : v, at = above > 135 ? 135 : above, w = at + 65;
  const REAL e80 = REAL_EXP(w * (REAL)(-1.0 / 80)), e40 = e80 * e80, e20 = e40 * e40;
  return (NAMED(squid_roots)){
      .v = at, .e18 = REAL_EXP(w * (REAL)(-1.0 / 18)), .e20 = e20, .e80 = e80, .e10 = e20 * e20};
}

/** y / (1 - e), e = exp(-y), as a fraction. */
typedef struct NAMED(linoid) {
  REAL y, e, over, under;
} NAMED(linoid);

VECTOR_INLINE NAMED(linoid) NAMED(linoid_of)(REAL y, REAL e)
{
  const REAL z = y * y;
  REAL series = REAL_FMA(z, (REAL)(-1.0 / 1209600), (REAL)(1.0 / 30240));
  series = REAL_FMA(z, REAL_FMA(z, series, (REAL)(-1.0 / 720)), (REAL)(1.0 / 12));
  series = REAL_FMA(z, series, REAL_FMA(y, (REAL)0.5, 1));
  const bool near = REAL_ABS(y) < LINOID_NEAR;
  return (NAMED(linoid)){.y = y, .e = e, .over = near ? series : y, .under = near ? 1 : 1 - e};
}

/** Its derivative by y; `value` is over / under. */
VECTOR_INLINE REAL NAMED(linoid_slope)(NAMED(linoid) f, REAL value, REAL per_under)
{
  const REAL z = f.y * f.y;
  REAL series = REAL_FMA(z, (REAL)(-1.0 / 151200), (REAL)(1.0 / 5040));
  series = REAL_FMA(z, REAL_FMA(z, series, (REAL)(-1.0 / 180)), (REAL)(1.0 / 6));
  series = REAL_FMA(f.y, series, (REAL)0.5);
  return REAL_ABS(f.y) < LINOID_NEAR ? series : (1 - value * f.e) * per_under;
}

VECTOR_INLINE NAMED(linoid) NAMED(squid_linoid_m)(NAMED(squid_roots) at)
{
  return NAMED(linoid_of)(REAL_FMA(at.v, (REAL)0.1, 4), at.e10 * (REAL)12.182493960703473 /* exp(2.5) */);
}

VECTOR_INLINE NAMED(linoid) NAMED(squid_linoid_n)(NAMED(squid_roots) at)
{
  return NAMED(linoid_of)(REAL_FMA(at.v, (REAL)0.1, (REAL)5.5), at.e10 * (REAL)2.718281828459045 /* exp(1) */);
}

VECTOR_INLINE REAL NAMED(squid_under_h)(NAMED(squid_roots) at)
{
  return REAL_FMA(at.e10, (REAL)20.085536923187668 /* exp(3) */, 1);
}

/** The gates, or what belongs to each. */
typedef struct NAMED(squid_gates) {
  REAL m, h, n;
} NAMED(squid_gates);

/** A step of the gates under a potential; one division serves all three, as in gate_changes(). */
VECTOR_INLINE NAMED(squid_gates) NAMED(squid_gates_after)(NAMED(squid_gates) x, REAL v, REAL dt)
{
  const NAMED(squid_roots) at = NAMED(squid_roots_at)(v);
  const NAMED(linoid) fm = NAMED(squid_linoid_m)(at), fn = NAMED(squid_linoid_n)(at);
  const REAL half = (REAL)0.5 * dt, under_h = NAMED(squid_under_h)(at);
  const REAL am = fm.over, ah = (REAL)0.07 * at.e20 * under_h, an = (REAL)0.1 * fn.over;
  const REAL sm = REAL_FMA(4 * at.e18, fm.under, am), sh = ah + 1;
  const REAL sn = REAL_FMA((REAL)0.125 * at.e80, fn.under, an);
  const REAL m = REAL_FMA(half, sm, fm.under), h = REAL_FMA(half, sh, under_h), n = REAL_FMA(half, sn, fn.under);
  const REAL m_and_h = m * h, share = dt / (m_and_h * n), of_m_and_h = share * n;
  return (NAMED(squid_gates)){.m = REAL_FMA(REAL_FMA(-sm, x.m, am), of_m_and_h * h, x.m),
                              .h = REAL_FMA(REAL_FMA(-sh, x.h, ah), of_m_and_h * m, x.h),
                              .n = REAL_FMA(REAL_FMA(-sn, x.n, an), share * m_and_h, x.n)};
}

/** What acts on the membrane over a step, in units of C_m/dt and mV. */
typedef struct NAMED(squid_pull) {
  REAL a, s;
} NAMED(squid_pull);

/** `c`: the constants of lane l, [SQUID_CONSTANTS][LANES]. */
VECTOR_INLINE NAMED(squid_pull) NAMED(squid_pull_of)(const REAL *c, size_t l, NAMED(squid_gates) x, REAL input)
{
  const REAL g_na = c[SQUID_G_NA * LANES + l] * (x.m * x.m * x.m * x.h);
  const REAL g_k = c[SQUID_G_K * LANES + l] * (x.n * x.n * (x.n * x.n));
  const REAL outside = REAL_FMA(c[SQUID_PER_C * LANES + l], input, c[SQUID_DRIVE * LANES + l]);
  return (NAMED(squid_pull)){
      .a = REAL_FMA(g_na, c[SQUID_E_NA * LANES + l], REAL_FMA(g_k, c[SQUID_E_K * LANES + l], outside)),
      .s = g_na + g_k + c[SQUID_G_L * LANES + l]};
}

VECTOR_INLINE REAL NAMED(squid_release)(const REAL *c, size_t l, REAL v)
{
  const REAL y = (c[SQUID_V_RELEASE * LANES + l] - v) * c[SQUID_PER_K_RELEASE * LANES + l];
  const REAL above = y < -60 ? -60 : y;
  return 1 / (1 + REAL_EXP(above > 60 ? 60 : above));
}

/** One step of all lanes: state[SQUID_STATES][LANES] moves on, r[LANES] is released, count[LANES] spikes are found. */
VECTOR_INLINE void NAMED(squid_step)(const REAL *c, const REAL *input, REAL *state, REAL *r, REAL *count)
{
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) {
    REAL *s = state + l;
    const NAMED(squid_gates) x = {s[SQUID_M * LANES], s[SQUID_H * LANES], s[SQUID_N * LANES]};
    const REAL before = s[SQUID_V * LANES], v_th = c[SQUID_V_TH * LANES + l];
    const NAMED(squid_pull) pull = NAMED(squid_pull_of)(c, l, x, input[l]);
    const REAL v = before + REAL_FMA(-pull.s, before, pull.a) / REAL_FMA((REAL)0.5, pull.s, 1);
    const NAMED(squid_gates) after = NAMED(squid_gates_after)(x, v, c[SQUID_DT * LANES + l]);
    s[SQUID_V * LANES] = v;
    s[SQUID_M * LANES] = after.m;
    s[SQUID_H * LANES] = after.h;
    s[SQUID_N * LANES] = after.n;
    const REAL waited = s[SQUID_REFRACTORY * LANES] - 1, waiting = waited > 0 ? waited : 0;
    const REAL crosses = before < v_th ? (v >= v_th ? 1 : (REAL)0) : (REAL)0, fired = waited > 0 ? 0 : crosses;
    s[SQUID_REFRACTORY * LANES] = fired > 0 ? c[SQUID_T_REF * LANES + l] : waiting;
    count[l] += fired;
    r[l] = NAMED(squid_release)(c, l, v);
  }
}

VECTOR_CLONES
void NAMED(squid_forward)(const loligo_pass *pass)
{
  REAL state[SQUID_STATES * LANES], r[LANES], count[LANES] = {0};
  memcpy(state, pass->state, sizeof state);
  for (size_t t = 0; t < pass->n_steps; t++) {
    NAMED(squid_step)(pass->constants, NAMED(pass_input)(pass, 1, t), state, r, count);
    NAMED(pass_hand_on)(pass, 1, t, 0, r);
    if (!pass->tape) continue;
    for (size_t k = 0; k < SQUID_TAPED; k++)
      memcpy(NAMED(pass_tape)(pass, k) + t * LANES, state + k * LANES, LANES * sizeof *state);
  }
  memcpy(pass->state, state, sizeof state);
  NAMED(pass_count)(pass, count);
}

/** dE/d(rate) = pull (dt - mean) and -pull mean, `pull` dE/dx1 over 1 + q, of one gate; *lambda, dE/dx1, becomes
 * dE/dx0; returns dE/dv by the rates' derivatives. */
VECTOR_INLINE REAL NAMED(squid_gate_back)(REAL alpha, REAL beta, REAL alpha_slope, REAL beta_slope, REAL before,
                                          REAL after, REAL dt, REAL *lambda)
{
  const REAL half = (REAL)0.5 * dt, q = half * (alpha + beta), pull = *lambda / (1 + q);
  const REAL mean = half * (before + after);
  *lambda = pull * (1 - q);
  return pull * ((dt - mean) * alpha_slope - mean * beta_slope);
}

/** The gates' part of a step backward: dE/d(gates after) become dE/d(gates before); returns dE/dv. */
VECTOR_INLINE REAL NAMED(squid_gates_back)(NAMED(squid_gates) before, NAMED(squid_gates) after, REAL v, REAL dt,
                                           NAMED(squid_gates) * lambda)
{
  const NAMED(squid_roots) at = NAMED(squid_roots_at)(v);
  const NAMED(linoid) fm = NAMED(squid_linoid_m)(at), fn = NAMED(squid_linoid_n)(at);
  const REAL under_h = NAMED(squid_under_h)(at), per = 1 / (fm.under * fn.under), bh = 1 / under_h;
  const REAL per_m = per * fn.under, per_n = per * fm.under, lm = fm.over * per_m, ln = fn.over * per_n;
  const REAL bm = 4 * at.e18, ah = (REAL)0.07 * at.e20, bn = (REAL)0.125 * at.e80;
  const REAL am_slope = (REAL)0.1 * NAMED(linoid_slope)(fm, lm, per_m);
  const REAL an_slope = (REAL)0.01 * NAMED(linoid_slope)(fn, ln, per_n);
  const REAL bh_slope = (REAL)0.1 * bh * (1 - bh);
  REAL pull = NAMED(squid_gate_back)(lm, bm, am_slope, bm * (REAL)(-1.0 / 18), before.m, after.m, dt, &lambda->m);
  pull += NAMED(squid_gate_back)(ah, bh, ah * (REAL)(-1.0 / 20), bh_slope, before.h, after.h, dt, &lambda->h);
  pull +=
      NAMED(squid_gate_back)((REAL)0.1 * ln, bn, an_slope, bn * (REAL)(-1.0 / 80), before.n, after.n, dt, &lambda->n);
  return at.v == v ? pull : 0;
}

/** The membrane's part: *lambda_v, dE/dV1, becomes dE/dV0; adds to dE/d(gates); returns dE/d(a). */
VECTOR_INLINE REAL NAMED(squid_membrane_back)(const REAL *c, size_t l, NAMED(squid_gates) x, REAL before, REAL after,
                                              REAL *lambda_v, NAMED(squid_gates) * lambda)
{
  const REAL m2 = x.m * x.m, n2 = x.n * x.n, g_na = c[SQUID_G_NA * LANES + l], g_k = c[SQUID_G_K * LANES + l];
  const REAL half = (REAL)0.5 * (g_na * (m2 * x.m * x.h) + g_k * (n2 * n2) + c[SQUID_G_L * LANES + l]);
  const REAL pull = *lambda_v / (1 + half), middle = (REAL)0.5 * (before + after);
  const REAL na = pull * g_na * (c[SQUID_E_NA * LANES + l] - middle);
  const REAL k = pull * g_k * (c[SQUID_E_K * LANES + l] - middle);
  lambda->m += na * 3 * m2 * x.h;
  lambda->h += na * m2 * x.m;
  lambda->n += k * 4 * n2 * x.n;
  *lambda_v = pull * (1 - half);
  return pull;
}

/** A gradient that nobody feels is none: what comes of it in cells far from threshold would be subnormal, on which the
 * processor spends half of the time of a training. */
VECTOR_INLINE REAL NAMED(squid_felt)(REAL lambda)
{
  const REAL least = sizeof(REAL) == sizeof(float) ? (REAL)1e-24 : (REAL)1e-200;
  return REAL_ABS(lambda) < least ? 0 : lambda;
}

/** One step of all lanes backward. `before`, `after`: [SQUID_TAPED] -> [LANES]; lambda[SQUID_TAPED][LANES] moves back;
 * g[LANES] is dE/dr on entry, dE/d(input) on return. */
VECTOR_INLINE void NAMED(squid_step_back)(const REAL *c, const REAL *const *before, const REAL *const *after,
                                          REAL *lambda, REAL *g)
{
  LANE_LOOP
  for (size_t l = 0; l < LANES; l++) {
    const NAMED(squid_gates) x0 = {before[SQUID_M][l], before[SQUID_H][l], before[SQUID_N][l]};
    const NAMED(squid_gates) x1 = {after[SQUID_M][l], after[SQUID_H][l], after[SQUID_N][l]};
    const REAL v0 = before[SQUID_V][l], v1 = after[SQUID_V][l];
    NAMED(squid_gates) pull = {lambda[SQUID_M * LANES + l], lambda[SQUID_H * LANES + l], lambda[SQUID_N * LANES + l]};
    REAL pull_v = lambda[SQUID_V * LANES + l];
    const REAL r = NAMED(squid_release)(c, l, v1);
    pull_v += g[l] * r * (1 - r) * c[SQUID_PER_K_RELEASE * LANES + l];
    pull_v += NAMED(squid_gates_back)(x0, x1, v1, c[SQUID_DT * LANES + l], &pull);
    g[l] = c[SQUID_PER_C * LANES + l] * NAMED(squid_membrane_back)(c, l, x0, v0, v1, &pull_v, &pull);
    lambda[SQUID_V * LANES + l] = NAMED(squid_felt)(pull_v);
    lambda[SQUID_M * LANES + l] = NAMED(squid_felt)(pull.m);
    lambda[SQUID_H * LANES + l] = NAMED(squid_felt)(pull.h);
    lambda[SQUID_N * LANES + l] = NAMED(squid_felt)(pull.n);
  }
}

VECTOR_CLONES
void NAMED(squid_backward)(const loligo_pass *pass, const void *state, const loligo_gradient *gradient)
{
  REAL lambda[SQUID_TAPED * LANES], g[LANES];
  const REAL *before[SQUID_TAPED], *after[SQUID_TAPED];
  memcpy(lambda, gradient->state, sizeof lambda);
  for (size_t t = pass->n_steps; t-- > 0;) {
    for (size_t k = 0; k < SQUID_TAPED; k++) {
      after[k] = NAMED(pass_tape)(pass, k) + t * LANES;
      before[k] = t ? after[k] - LANES : (const REAL *)state + k * LANES;
    }
    NAMED(pass_pull)(gradient, 1, t, 0, g);
    NAMED(squid_step_back)(pass->constants, before, after, lambda, g);
    NAMED(pass_hand_back)(pass, gradient, 1, t, 0, g);
  }
  memcpy(gradient->state, lambda, sizeof lambda);
  memset((REAL *)gradient->state + SQUID_REFRACTORY * LANES, 0, LANES * sizeof(REAL));
}

#undef LINOID_NEAR

/**
 * Elementary functions for loops that the compiler vectorises, and the attribute that makes it do so for several
 * instruction sets with a choice at run time.
 *
 * A loop over cells that calls only these functions, +, -, *, /, sqrt and ?: gives the same bits in every lane, on
 * every vector width and instruction set, because each is a fixed sequence of IEEE operations: -ffp-contract=off
 * forbids the compiler to fuse, and where fusing helps __builtin_fma says so. The C library's exp, log and cos have no
 * place in anything that reaches a state: they differ between its scalar and vector variants.
 */
#ifndef LOLIGO_BASE_VECTOR_H
#define LOLIGO_BASE_VECTOR_H

#include <math.h>
#include <stdint.h>

/* Put before the definition of a function with a hot loop. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(LOLIGO_NO_VECTOR_CLONES)
#define VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VECTOR_CLONES
#endif

#define VECTOR_INLINE static inline __attribute__((always_inline))

/* Before a loop whose turns do not depend on one another, over the cells of a block and the like. */
#ifdef __clang__
#define BLOCK_LOOP _Pragma("clang loop vectorize(assume_safety)")
#else
#define BLOCK_LOOP _Pragma("GCC ivdep")
#endif

/*
 * Polynomials: near-minimax fits (Remez) to the reduced functions. Accuracy is measured by tests/unit/vector.c against
 * long double. Integers are taken from the low bits of x + 1.5 * 2^52, which rounds x to the nearest.
 */
#define VECTOR_ROUNDER 0x1.8p52

typedef union vector_word {
  double value;
  uint64_t bits;
} vector_word;

VECTOR_INLINE double vector_from_bits(uint64_t bits)
{
  return (vector_word){.bits = bits}.value;
}

VECTOR_INLINE uint64_t vector_to_bits(double value)
{
  return (vector_word){.value = value}.bits;
}

/** exp(x) - 1 within 1 ulp for |x| <= log(2)/2 only. */
VECTOR_INLINE double vector_expm1_near(double x)
{
  double q = 0x1.af639e2be9626p-26;
  q = __builtin_fma(q, x, 0x1.2891d399570bcp-22);
  q = __builtin_fma(q, x, 0x1.71ddf676a2115p-19);
  q = __builtin_fma(q, x, 0x1.a019b8cb401eep-16);
  q = __builtin_fma(q, x, 0x1.a01a01b021e64p-13);
  q = __builtin_fma(q, x, 0x1.6c16c1789cdc1p-10);
  q = __builtin_fma(q, x, 0x1.111111110f7d6p-7);
  q = __builtin_fma(q, x, 0x1.5555555553d37p-5);
  q = __builtin_fma(q, x, 0x1.5555555555558p-3);
  q = __builtin_fma(q, x, 0x1.0000000000001p-1);
  return __builtin_fma(x * x, q, x);
}

/* exp(x) = 2^power (1 + part), |part| < 0.42; the low bits of `power` hold the integer. */
typedef struct vector_scaled {
  double part;
  uint64_t power;
} vector_scaled;

VECTOR_INLINE vector_scaled vector_exp_reduced(double x)
{
  const double rounded = __builtin_fma(x, 0x1.71547652b82fep+0, VECTOR_ROUNDER);
  const double n = rounded - VECTOR_ROUNDER;
  const double r = __builtin_fma(n, -0x1.abc9e3b39803fp-56, __builtin_fma(n, -0x1.62e42fefa39efp-1, x));
  return (vector_scaled){.part = vector_expm1_near(r), .power = vector_to_bits(rounded)};
}

/** exp(x) within 1.1 ulp for any double; 0 where the result would be subnormal, infinity above 709.78, NaN for NaN. */
VECTOR_INLINE double vector_exp(double x)
{
  const vector_scaled e = vector_exp_reduced(x);
  const double inside = vector_from_bits(vector_to_bits(1 + e.part) + (e.power << 52));
  const double bounded = x < -0x1.6232bdd7abcd2p+9 ? 0 : inside;
  return x <= 0x1.62e42fefa39efp+9 ? bounded : x + INFINITY;
}

/** exp(x) - 1 within 2.5 ulp for any double. */
VECTOR_INLINE double vector_expm1(double x)
{
  const vector_scaled e = vector_exp_reduced(x);
  const double scale = vector_from_bits(0x3ff0000000000000u + (e.power << 52));
  const double inside = __builtin_fma(scale, e.part, scale - 1);
  const double bounded = x < -40 ? -1 : inside;
  return x > 40 ? vector_exp(x) : bounded;
}

typedef union vector_single_word {
  float value;
  uint32_t bits;
} vector_single_word;

/** exp(x) in single precision, within 1.1 ulp for any float, with the limits of vector_exp(). */
VECTOR_INLINE float vector_expf(float x)
{
  const float rounder = 0x1.8p23f;
  const float rounded = __builtin_fmaf(x, 0x1.715476p+0f, rounder);
  const float n = rounded - rounder;
  const float r = __builtin_fmaf(n, 0x1.05c61p-29f, __builtin_fmaf(n, -0x1.62e43p-1f, x));
  float q = 0x1.6a2352p-10f;
  q = __builtin_fmaf(q, r, 0x1.123a6cp-7f);
  q = __builtin_fmaf(q, r, 0x1.5558f4p-5f);
  q = __builtin_fmaf(q, r, 0x1.55549p-3f);
  q = __builtin_fmaf(q, r, 0x1.fffffcp-2f);
  const float part = __builtin_fmaf(r * r, q, r);
  const vector_single_word power = {.value = rounded}, one = {.value = 1 + part};
  const float inside = (vector_single_word){.bits = one.bits + (power.bits << 23)}.value;
  const float bounded = x < -0x1.5d589ep+6f ? 0 : inside;
  return x <= 0x1.62e42ep+6f ? bounded : x + INFINITY;
}

/** x / (1 - exp(-x)), 1 at 0; within 3 ulp down to x = -700. */
VECTOR_INLINE double vector_linoid(double x)
{
  const double quotient = x / -vector_expm1(-x);
  return fabs(x) < 0x1p-30 ? 1 + 0.5 * x : quotient;
}

/** Natural logarithm of a positive normal number, within 1 ulp. Not for 0, subnormals, infinity or NaN. */
VECTOR_INLINE double vector_log(double x)
{
  const uint64_t sqrt_half = 0x3fe6a09e667f3bcdu, one = 0x3ff0000000000000u;
  const uint64_t biased = (vector_to_bits(x) + (one - sqrt_half)) >> 52;
  const double n = vector_from_bits(0x4330000000000000u | biased) - (0x1p52 + 1023);
  const double f = vector_from_bits(vector_to_bits(x) - ((biased - 1023) << 52)) - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  double q = 0x1.2f05656a0b2bap-3;
  q = __builtin_fma(q, z, 0x1.39a1ba8a0245dp-3);
  q = __builtin_fma(q, z, 0x1.74663eea11e0ap-3);
  q = __builtin_fma(q, z, 0x1.c71c520955b6bp-3);
  q = __builtin_fma(q, z, 0x1.24924941f12d3p-2);
  q = __builtin_fma(q, z, 0x1.999999997fdb7p-2);
  q = __builtin_fma(q, z, 0x1.5555555555592p-1);
  const double half_square = 0.5 * f * f;
  const double low = __builtin_fma(n, 0x1.a39ef35793c76p-33, s * __builtin_fma(q, z, half_square));
  return __builtin_fma(n, 0x1.62e42feep-1, f - (half_square - low));
}

/** log(1 + x) for finite x > -1 with 1 + x normal, within 3 ulp also near 0. */
VECTOR_INLINE double vector_log1p(double x)
{
  const double sum = 1 + x;
  const double corrected = vector_log(sum) * (x / (sum - 1));
  return sum == 1 ? x : corrected;
}

/* Sine and cosine of 2 pi (x - k / 4) with k = round(4 x), which its low bits hold. */
typedef struct vector_quadrant {
  double sine, cosine;
  uint64_t k;
} vector_quadrant;

VECTOR_INLINE vector_quadrant vector_quadrant_of(double x)
{
  const double rounded = 4 * x + VECTOR_ROUNDER;
  const double r = x - 0.25 * (rounded - VECTOR_ROUNDER);
  const double z = r * r;
  double s = 0x1.e403d08475de7p+1;
  s = __builtin_fma(s, z, -0x1.e300a65a2e2d6p+3);
  s = __builtin_fma(s, z, 0x1.5078301b6258fp+5);
  s = __builtin_fma(s, z, -0x1.32d2cce3332dep+6);
  s = __builtin_fma(s, z, 0x1.466bc67758d85p+6);
  s = __builtin_fma(s, z, -0x1.4abbce625be47p+5);
  double c = -0x1.b26fe859df516p+0;
  c = __builtin_fma(c, z, 0x1.f9cc6acfc1363p+2);
  c = __builtin_fma(c, z, -0x1.a6d1ecb740112p+4);
  c = __builtin_fma(c, z, 0x1.e1f50683b42cap+5);
  c = __builtin_fma(c, z, -0x1.55d3c7e3c95bcp+6);
  c = __builtin_fma(c, z, 0x1.03c1f081b5ab0p+6);
  c = __builtin_fma(c, z, -0x1.3bd3cc9be45dep+4);
  const double sine = __builtin_fma(r, 0x1.921fb54442d18p+2, r * __builtin_fma(s, z, 0x1.1a62633145c07p-52));
  return (vector_quadrant){.sine = sine, .cosine = __builtin_fma(c, z, 1), .k = vector_to_bits(rounded)};
}

/** cos(2 pi x) for |x| < 2^50, within 2 ulp. */
VECTOR_INLINE double vector_cos2pi(double x)
{
  const vector_quadrant q = vector_quadrant_of(x);
  const double size = q.k & 1 ? q.sine : q.cosine;
  return vector_from_bits(vector_to_bits(size) ^ ((q.k + 1) & 2) << 62);
}

/** sin(2 pi x) for |x| < 2^50, within 2 ulp. */
VECTOR_INLINE double vector_sin2pi(double x)
{
  const vector_quadrant q = vector_quadrant_of(x);
  const double size = q.k & 1 ? q.cosine : q.sine;
  return vector_from_bits(vector_to_bits(size) ^ (q.k & 2) << 62);
}

#endif

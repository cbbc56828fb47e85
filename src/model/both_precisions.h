/*
 * Includes KERNEL, a header without guard, twice: for single and for double precision. In it REAL is the type of
 * numbers, NAMED(x) the name of what it defines (x_single, x_double), REAL_FMA, REAL_EXP and REAL_ABS work on REAL,
 * PRECISION is the loligo_precision; literals need a cast. Defines BOTH_PRECISIONS(x) for tables.
 */
#include <math.h>

#include "base/vector.h"
#include "loligo/adjoint.h"

#define REAL float
#define NAMED(name) name##_single
#define REAL_FMA __builtin_fmaf
#define REAL_EXP vector_expf
#define REAL_ABS fabsf
#define PRECISION LOLIGO_SINGLE
#include KERNEL
#undef REAL
#undef NAMED
#undef REAL_FMA
#undef REAL_EXP
#undef REAL_ABS
#undef PRECISION

#define REAL double
#define NAMED(name) name##_double
#define REAL_FMA __builtin_fma
#define REAL_EXP vector_exp
#define REAL_ABS fabs
#define PRECISION LOLIGO_DOUBLE
#include KERNEL
#undef REAL
#undef NAMED
#undef REAL_FMA
#undef REAL_EXP
#undef REAL_ABS
#undef PRECISION

#define BOTH_PRECISIONS(name)                                                                                          \
  {                                                                                                                    \
    [LOLIGO_SINGLE] = name##_single, [LOLIGO_DOUBLE] = name##_double                                                   \
  }

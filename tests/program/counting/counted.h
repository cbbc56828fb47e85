/**
 * Numbers that count what is done with them, in C++: before a file of a model is included, `double` becomes such a
 * number. What is made of constants alone is a constant, and not counted.
 */
#ifndef LOLIGO_TESTS_COUNTED_H
#define LOLIGO_TESTS_COUNTED_H

/* The headers of C alone: those of C++ take most of the time to compile. */
#define _GLIBCXX_INCLUDE_NEXT_C_HEADERS

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
  uint64_t adds, muls, divisions;
};

inline tally done;

/** Constants are fixed; all others are made so. */
struct counted {
  double value;
  int64_t is_fixed;

  counted() = default;
  counted(double value, int64_t is_fixed) : value(value), is_fixed(is_fixed)
  {
  }
  template <class T> counted(T from) : value((double)from), is_fixed(1)
  {
  }
  template <class T> explicit operator T() const
  {
    return (T)value;
  }
};

#define COUNTED_OPERATOR(op, kind)                                                                                     \
  static inline counted operator op(counted a, counted b)                                                              \
  {                                                                                                                    \
    const int64_t is_fixed = a.is_fixed && b.is_fixed;                                                                 \
    done.kind += !is_fixed;                                                                                            \
    return counted(a.value op b.value, is_fixed);                                                                      \
  }                                                                                                                    \
  static inline counted &operator op##=(counted &a, counted b)                                                         \
  {                                                                                                                    \
    return a = a op b;                                                                                                 \
  }

COUNTED_OPERATOR(+, adds)
COUNTED_OPERATOR(-, adds)
COUNTED_OPERATOR(*, muls)
COUNTED_OPERATOR(/, divisions)

#define COUNTED_COMPARISON(op)                                                                                         \
  static inline bool operator op(counted a, counted b)                                                                 \
  {                                                                                                                    \
    return a.value op b.value;                                                                                         \
  }

COUNTED_COMPARISON(<)
COUNTED_COMPARISON(>)
COUNTED_COMPARISON(<=)
COUNTED_COMPARISON(>=)
COUNTED_COMPARISON(==)
COUNTED_COMPARISON(!=)

static inline counted operator-(counted a)
{
  return counted(-a.value, a.is_fixed);
}

#define COUNTED_FUNCTION(name)                                                                                         \
  static inline counted name(counted a)                                                                                \
  {                                                                                                                    \
    return counted(__builtin_##name(a.value), a.is_fixed);                                                             \
  }

COUNTED_FUNCTION(fabs)
COUNTED_FUNCTION(floor)
COUNTED_FUNCTION(round)

static inline counted sqrt(counted a)
{
  done.divisions += !a.is_fixed;
  return counted(__builtin_sqrt(a.value), a.is_fixed);
}

static inline counted fmin(counted a, counted b)
{
  return a < b ? a : b;
}

static inline counted fmax(counted a, counted b)
{
  return a > b ? a : b;
}

#undef isnan
static inline bool isnan(counted a)
{
  return a.value != a.value;
}

static inline counted counted_fma(counted a, counted b, counted c)
{
  return a * b + c;
}

#define fma counted_fma
#define __builtin_fma counted_fma
#define __builtin_fmaf counted_fma
#define fabsf fabs
#define restrict __restrict
#define _Alignas alignas
#define _Static_assert static_assert
#define LOLIGO_NO_VECTOR_CLONES
#define __attribute__(what) /* always_inline would take minutes */

#endif

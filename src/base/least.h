/** The smaller and the larger of two numbers. */
#ifndef LOLIGO_BASE_LEAST_H
#define LOLIGO_BASE_LEAST_H

#include <stdint.h>

static inline uint64_t least(uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

static inline uint64_t largest(uint64_t a, uint64_t b)
{
  return a > b ? a : b;
}

#endif

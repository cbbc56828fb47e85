/**
 * Philox4x32-10 (Salmon et al. 2011, 10.1145/2063384.2063405) for many blocks abreast, by kernels for several
 * instruction sets that give the same words. Not collective.
 */
#ifndef LOLIGO_BASE_RANDOM_PHILOX_H
#define LOLIGO_BASE_RANDOM_PHILOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random/random.h"

typedef struct philox_kernel {
  const char *name;
  bool (*runs)(void); /* whether this processor has what the kernel needs */
  void (*fill)(random_key key, uint64_t item, uint64_t first_block, size_t n, uint32_t *words); /* as random_words() */
} philox_kernel;

/** From the fastest to the portable one, which runs everywhere; its name is the last that is not NULL. */
extern const philox_kernel philox_kernels[];

#endif

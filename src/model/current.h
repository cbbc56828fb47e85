/** What the drives that are currents share: the same value for all cells, a function of time alone. */
#ifndef LOLIGO_MODEL_CURRENT_H
#define LOLIGO_MODEL_CURRENT_H

#include <string.h>

#include "base/memory.h"
#include "model/drive.h"

/** Keeps `size` bytes of prepared constants for a drive. */
static inline loligo_status current_keep(const void *constants, size_t size, void **shared)
{
  void *kept = memory_allocate(1, size, "current input");
  if (!kept) return LOLIGO_MACHINE_ERROR;
  memcpy(kept, constants, size);
  *shared = kept;
  return LOLIGO_OK;
}

/** Adds a current to all n cells. */
static inline void current_add(double current, size_t n, double *out)
{
  for (size_t i = 0; i < n; i++) out[i] += current;
}

#endif

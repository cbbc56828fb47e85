/** What the inputs that are currents share. */
#ifndef LOLIGO_MODEL_INPUT_CURRENT_H
#define LOLIGO_MODEL_INPUT_CURRENT_H

#include <string.h>

#include "base/memory.h"
#include "model/input/input_model.h"

/** Keeps `size` bytes of prepared constants for an input. */
static inline loligo_status current_keep(const void *constants, size_t size, void **shared)
{
  void *kept = memory_allocate(1, size, "current input");
  if (!kept) return LOLIGO_MACHINE_ERROR;
  memcpy(kept, constants, size);
  *shared = kept;
  return LOLIGO_OK;
}

#endif

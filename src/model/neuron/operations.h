/** Operations of models that are described: those of the registered one, and more for what a list adds. */
#ifndef LOLIGO_MODEL_NEURON_OPERATIONS_H
#define LOLIGO_MODEL_NEURON_OPERATIONS_H

#include "base/memory.h"
#include "model/neuron/model.h"

/** Gives a described model without a choice of integrators a copy of its operations, whose memory is then freed by its
 * forget(). MACHINE without memory. */
static inline loligo_status operations_own(loligo_model *described)
{
  loligo_operations *own = memory_allocate(1, sizeof *own, "operations");
  if (own) *own = *described->operations;
  described->operations = own;
  return own ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/** Adds n times some operations to those of its own. */
static inline void operations_add(loligo_model *described, loligo_operations more, double n)
{
  loligo_operations *own = (loligo_operations *)described->operations;
  own->adds += n * more.adds;
  own->muls += n * more.muls;
  own->divisions += n * more.divisions;
}

#endif

/** Neuron models from outside: shared objects, whose models stay until the program ends. Not collective, all of it. */
#ifndef LOLIGO_MODEL_NEURON_LIBRARY_H
#define LOLIGO_MODEL_NEURON_LIBRARY_H

#include <stddef.h>

#include "loligo/status.h"

/**
 * Loads a shared object; the same bytes again change nothing. loligo_model_find() then finds its models.
 *
 * @param name   of its file, for messages
 * @param bytes  [n] as read from it
 * @return       INPUT where it cannot be loaded, is made for another version of the interface, or offers a model whose
 *               tables are not complete or whose name is taken; MACHINE without memory
 */
loligo_status model_library_load(const char *name, const void *bytes, size_t n);

#endif

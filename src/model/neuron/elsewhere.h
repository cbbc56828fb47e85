/** Neuron models, inputs, synapse models and parameters of other simulators, by the names that they have there. Not
 * collective. */
#ifndef LOLIGO_MODEL_NEURON_ELSEWHERE_H
#define LOLIGO_MODEL_NEURON_ELSEWHERE_H

#include <stddef.h>

typedef struct model_elsewhere {
  const char *name, *simulator;
  const char *same;    /* model, input or synapse model of that equation here, or NULL */
  const char *nearest; /* where there is none: one that may do; or NULL */
} model_elsewhere;

/** That of a name, letters of either case; NULL where it is not known. */
const model_elsewhere *model_elsewhere_find(const char *name);

/** In the order of the list; NULL behind the last. */
const model_elsewhere *model_elsewhere_at(size_t i);

/** The same of a parameter of neurons; `same` is one here, though not of each model. */
const model_elsewhere *model_elsewhere_find_param(const char *name);
const model_elsewhere *model_elsewhere_param_at(size_t i);

enum { MODEL_ELSEWHERE_BYTES = 160 };

/** Writes what is here for it: "what PyNN calls so is iaf_cond_exp here", or "the model of NEST is not there; nearest:
 * iaf_cond_exp". */
void model_elsewhere_print(const model_elsewhere *model, char text[MODEL_ELSEWHERE_BYTES]);

#endif

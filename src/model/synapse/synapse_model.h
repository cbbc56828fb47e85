/**
 * A synapse model: what in a source sets off what in a target. A synapse has one pathway or several, each from a signal
 * of the source to a receptor of the target; all share its delay.
 *
 * A synapse model is one file, src/model/synapse/NAME.c, and one line in registry.c.
 */
#ifndef LOLIGO_MODEL_SYNAPSE_SYNAPSE_MODEL_H
#define LOLIGO_MODEL_SYNAPSE_SYNAPSE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/registry.h"

typedef struct synapse_pathway {
  const char *signal;   /* of the source's model; NULL: what the receptor listens to, "level" or "spike" */
  const char *receptor; /* of the target's model; NULL: the one that the projection names */
  double fixed;         /* weight of this pathway; 0: that of the projection */
} synapse_pathway;

typedef struct synapse_model {
  const char *name, *summary; /* summary: one line */
  const synapse_pathway *pathways;
  size_t n_pathways;
} synapse_model;

REGISTRY_OF(synapse_model);

#endif

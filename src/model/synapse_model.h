/**
 * A synapse model: what in a source sets off what in a target. A synapse has one channel or several, each from a signal
 * of the source to a receptor of the target; all share its delay.
 *
 * A synapse model is one line in synapse_model.c.
 */
#ifndef LOLIGO_MODEL_SYNAPSE_MODEL_H
#define LOLIGO_MODEL_SYNAPSE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct synapse_channel {
  const char *signal;   /* of the source's model; NULL: what the receptor listens to, "level" or "spike" */
  const char *receptor; /* of the target's model; NULL: the one that the projection names */
  double fixed;         /* weight of this channel; 0: that of the projection */
} synapse_channel;

typedef struct synapse_model {
  const char *name;    /* static, s_lif2hh, lif4 */
  const char *summary; /* one line */
  const synapse_channel *channels;
  size_t n_channels;
} synapse_model;

/** Names of all of them, NULL-terminated, in the order of synapse_model_at(). */
extern const char *const synapse_model_names[];

/** By name, or NULL; the i-th, NULL behind the last. Not collective. */
const synapse_model *synapse_model_find(const char *name);
const synapse_model *synapse_model_at(size_t i);

#endif

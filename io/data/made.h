/** What samples that are made, not read, have in common: sample i follows from a seed of its own, the name of its set,
 * and i. */
#ifndef LOLIGO_IO_MADE_H
#define LOLIGO_IO_MADE_H

#include <stdint.h>

#include "base/random/random.h"
#include "learn/dataset.h"
#include "loligo/param.h"

typedef struct made_keys {
  uint64_t samples, seed;
} made_keys;

/* Rows of tables that have these keys as `made`; `count` is what the number of samples is called. */
#define MADE_ROWS(structure, count)                                                                                    \
  {count,                                                                                                              \
   LOLIGO_PARAM_INTEGER,                                                                                               \
   NULL,                                                                                                               \
   NULL,                                                                                                               \
   LOLIGO_RANGE_POSITIVE,                                                                                              \
   NULL,                                                                                                               \
   "how many are made",                                                                                                \
   offsetof(structure, made.samples)},                                                                                 \
  {                                                                                                                    \
    "seed", LOLIGO_PARAM_INTEGER, NULL, "1", LOLIGO_RANGE_NON_NEGATIVE, NULL,                                          \
        "samples follow from it and the name NAME, not from simulation.seed", offsetof(structure, made.seed)           \
  }

/** The key of what is drawn for the samples of a set. */
static inline random_key made_key(const made_keys *made, const dataset *set, const char *what)
{
  return random_key_make(made->seed, RANDOM_SAMPLE, set->name, what);
}

/** The same of what sets of one seed have in common, whatever they are called. */
static inline random_key made_common_key(const made_keys *made, const char *what)
{
  return random_key_make(made->seed, RANDOM_SAMPLE, "", what);
}

#endif

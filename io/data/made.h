/** What samples that are made, not read, have in common: sample i follows from a seed of its own and from i. */
#ifndef LOLIGO_IO_MADE_H
#define LOLIGO_IO_MADE_H

#include <stdint.h>

#include "base/random/random.h"
#include "loligo/param.h"

typedef struct made_keys {
  uint64_t samples, first, seed;
} made_keys;

/* Rows of tables that have these keys as `made`. */
#define MADE_ROWS(structure)                                                                                           \
  {"samples",                                                                                                          \
   LOLIGO_PARAM_INTEGER,                                                                                               \
   NULL,                                                                                                               \
   NULL,                                                                                                               \
   LOLIGO_RANGE_POSITIVE,                                                                                              \
   NULL,                                                                                                               \
   "how many are made",                                                                                                \
   offsetof(structure, made.samples)},                                                                                 \
      {"first",                                                                                                        \
       LOLIGO_PARAM_INTEGER,                                                                                           \
       NULL,                                                                                                           \
       "0",                                                                                                            \
       LOLIGO_RANGE_NON_NEGATIVE,                                                                                      \
       NULL,                                                                                                           \
       "number of the first: others of the same kind for a test",                                                      \
       offsetof(structure, made.first)},                                                                               \
  {                                                                                                                    \
    "seed", LOLIGO_PARAM_INTEGER, NULL, "1", LOLIGO_RANGE_NON_NEGATIVE, NULL,                                          \
        "they follow from it, not from simulation.seed", offsetof(structure, made.seed)                                \
  }

static inline random_key made_key(const made_keys *made, const char *name, const char *part)
{
  return random_key_make(made->seed, RANDOM_SAMPLE, name, part);
}

#endif

/* What a model file wants to be recorded. */
#ifndef LOLIGO_TESTS_WANTED_H
#define LOLIGO_TESTS_WANTED_H

#include <string.h>

#include "io/model_file/recording_kind.h"
#include "io/results/edge_recorder.h"
#include "io/results/spike_recorder.h"
#include "io/results/state_recorder.h"

/* As the kind of that name read it. */
static inline const void *wanted(const settings *settings, const char *name)
{
  size_t i = 0;
  while (strcmp(recording_kind_at(i)->name, name) != 0) i++;
  return settings->recorded[i];
}

#endif

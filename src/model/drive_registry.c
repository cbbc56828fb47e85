/*
 * The inputs from outside the network: one line each.
 */
#include <string.h>

#include "model/drive.h"

#define DRIVE_LIST(X)                                                                                                  \
  X(poisson)                                                                                                           \
  X(dc)                                                                                                                \
  X(sine)                                                                                                              \
  X(square)                                                                                                            \
  X(sawtooth)                                                                                                          \
  X(triangle)                                                                                                          \
  X(steps)                                                                                                             \
  X(spikes)

#define DECLARE(name) extern const drive drive_##name;
DRIVE_LIST(DECLARE)

#define ADDRESS(name) &drive_##name,
static const drive *const drives[] = {DRIVE_LIST(ADDRESS) NULL};

const drive *drive_at(size_t i)
{
  return i < sizeof drives / sizeof drives[0] ? drives[i] : NULL;
}

const drive *drive_find(const char *name)
{
  for (const drive *const *d = drives; *d; d++) {
    if (strcmp((*d)->name, name) == 0) return *d;
  }
  return NULL;
}

/** Messages about names that do not exist. Not collective. */
#ifndef LOLIGO_BASE_FAULT_H
#define LOLIGO_BASE_FAULT_H

#include <stddef.h>

#include "loligo/status.h"

enum { FAULT_MAX_NAMES = 128 };

/** Names that would have been right. */
typedef struct fault_names {
  const char *name[FAULT_MAX_NAMES];
  size_t n;
} fault_names;

/** Adds a name; beyond FAULT_MAX_NAMES it is left out. */
void fault_names_add(fault_names *names, const char *name);

/** INPUT: "unknown WHAT 'WORD'; did you mean 'NEAREST'?", or where none is near "...; known: A, B, C". */
loligo_status fault_unknown(const char *what, const char *word, const fault_names *names);

/** The same with "unknown WHAT 'WORD' in WHERE; ...". */
loligo_status fault_unknown_in(const char *what, const char *word, const char *where, const fault_names *names);

/** The place of something described, to be put before a message about it; "" for NULL. */
static inline const char *fault_place(const char *place)
{
  return place ? place : "";
}

#endif

/** Messages about names that do not exist, and the places that messages begin with. Not collective. */
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

/** Where something is described: a place in a file, (line 0) an override of the command line, or (no origin) nowhere.
 */
typedef struct fault_place {
  const char *origin;    /* path as the user typed it, or what stood behind --set; outlives the place */
  unsigned line, column; /* from 1 */
} fault_place;

enum { FAULT_PLACE_BYTES = 512 };

/** Writes what stands before a message: "file:line:column: ", "--set a.b=value: " or "". */
void fault_place_print(fault_place place, char text[FAULT_PLACE_BYTES]);

/** Takes the message of the last failure away, so that another one can tell more with it; cut to message[size]. */
void fault_take_message(char *message, size_t size);

#endif

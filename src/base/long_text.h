/**
 * A text that may be long. What is long lies in a file without a name, in /tmp, and in memory only where it is looked
 * at; where that cannot be, in memory as a whole. Not collective, all of it.
 */
#ifndef LOLIGO_BASE_LONG_TEXT_H
#define LOLIGO_BASE_LONG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "loligo/status.h"

/** A zeroed one is empty, and can be written. */
typedef struct long_text {
  char *text;      /* ends in 0, once it is ended; NULL: there is none */
  size_t n;        /* bytes of it */
  size_t n_mapped; /* of these and the end, where they lie in the file; 0: in memory */
  char *buffer;    /* what is not in the file yet, while it is written; owned */
  size_t capacity;
  size_t n_filed; /* bytes that are in the file */
  int file;       /* descriptor, from 1 on; 0: none */
  bool stays;     /* in memory: a file could not take it */
} long_text;

/** Adds to the end. MACHINE without memory. */
loligo_status long_text_append(long_text *text, const char *bytes, size_t n);

/** From now on it can be read. MACHINE without memory. */
loligo_status long_text_end(long_text *text);

/** Prints it, so that not more than a piece is in memory. */
void long_text_print(const long_text *text, FILE *out);

/** Lets go of what was looked at. */
void long_text_rest(const long_text *text);

void long_text_free(long_text *text);

#endif

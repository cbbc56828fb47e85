/**
 * Lists with a value for each cell, of which a rank need not hold all: those of a file are read in pieces, as often as
 * they must be, and each rank keeps those of its own cells. Not collective, all of it.
 */
#ifndef LOLIGO_NETWORK_CELL_VALUES_H
#define LOLIGO_NETWORK_CELL_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"
#include "network/description.h"

/** Where values are read from, in order, from the beginning on each time. */
typedef struct value_source {
  void *self;
  const char *name; /* for messages; as long as the source */

  /** Goes to the first value. */
  loligo_status (*begin)(void *self);

  /** Fills values[*n] with the next ones, at most `room`; *n is 0 behind the last. INPUT error for what is none. */
  loligo_status (*next)(void *self, size_t room, double *values, size_t *n);

  void (*free)(void *self);
} value_source;

/** Frees what a source owns; allowed where there is none. */
void value_source_free(value_source *source);

/** Takes a piece of values; valid only during the call. */
typedef loligo_status (*value_sink)(void *self, double *values, size_t n);

enum { CELL_VALUES_PIECE = 1 << 16 };

/** Hands over all values in pieces of at most CELL_VALUES_PIECE. */
loligo_status value_source_read(value_source *source, value_sink sink, void *self);

/** Digest of n values in their order: begun, and with the next n of them. */
uint64_t cell_values_digest_begin(uint64_t n);
uint64_t cell_values_digest(uint64_t digest, const double *values, size_t n);

typedef struct loligo_cell_values {
  uint64_t n;            /* of the whole */
  uint64_t digest;       /* of what the source hands over */
  value_source source;   /* zero on ranks that do not read, and where all values are here */
  double *values;        /* [selection_count(&here)] owned */
  loligo_selection here; /* positions in the list of those that are here; owned */
  struct loligo_cell_values *next;
} cell_values;

/** A list of n values, none of them here, which belongs to the network; NULL without memory. `source` is taken over,
 * also then; zero: there is none. */
cell_values *cell_values_create(loligo_network *network, value_source source, uint64_t n, uint64_t digest);

/** Writes the range of a list into `low`, `high` and `mean`, as what is `listed` has them; leaves other laws as they
 * are. */
void cell_values_note_range(loligo_distribution *law);

/** Makes of a list whose values are all here one that need not have all, unless it is one already. MACHINE without
 * memory. */
loligo_status cell_values_adopt(loligo_network *network, loligo_distribution *list);

/** Replaces what is here, whose values and positions are taken over. */
void cell_values_replace(cell_values *list, double *values, loligo_selection here);

/** Hands over all values in pieces, from the source, or where they are all here from there. INPUT where they are no
 * longer what they were. */
loligo_status cell_values_read(cell_values *list, value_sink sink, void *self);

/** Frees all lists of a network. */
void cell_values_free(loligo_network *network);

/** Value number `position` of a LOLIGO_LIST, which must be here. */
double cell_values_at(const loligo_distribution *list, uint64_t position);

#endif

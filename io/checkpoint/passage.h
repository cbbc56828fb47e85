/**
 * Part of a dataset of a checkpoint on its way between the ranks that have its numbers and the file.
 *
 * Numbers of different ranks may interleave in any way. So a part, as long as the ranks can hold together, is divided
 * into stretches of about equal length, one for each rank (tiles). On their way all numbers take 8 bytes.
 */
#ifndef LOLIGO_IO_PASSAGE_H
#define LOLIGO_IO_PASSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/hdf5/h5_file.h"

enum { VALUES_AT_ONCE = 1 << 18 }; /* of each rank that are on their way together */

/** Rows `first` ... `end` - 1 of a dataset. */
typedef struct passage_part {
  uint64_t first, end;
} passage_part;

/** The part that begins at `first` of a dataset, or of one of its sections, that ends at `end`. Not collective. */
passage_part passage_part_of(const loligo_context *context, uint64_t first, uint64_t end);

/** What a rank has of a part. */
typedef struct passage_share {
  uint64_t n;
  void (*find)(const void *self, uint64_t *place);  /* fills place[n] with their rows of the dataset, ascending */
  void (*take)(const void *self, uint64_t *values); /* fills values[n] with their bits */
  void (*put)(void *self, const uint64_t *values);  /* sets them */
  void *self;
} passage_share;

/** A dataset, and whether numbers go to it or come from it. */
typedef struct passage {
  h5_series *series;
  bool writes;
  uint64_t key;     /* of the dataset in its digest */
  uint64_t *digest; /* this rank's share of it is added */
} passage;

/** Takes the shares of all ranks and writes them, or reads them and puts them; of 4 bytes each where the series is.
 * Collective. MACHINE. */
loligo_status passage_move(const passage *passage, passage_part part, const passage_share *share);

/** Reads a whole series for its digest alone. Collective. MACHINE. */
loligo_status passage_verify(h5_series *series, uint64_t key, uint64_t *digest);

#endif

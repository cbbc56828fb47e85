/**
 * Part of a dataset of a checkpoint on its way between the ranks that have its numbers and the file.
 *
 * Numbers of different ranks may interleave in any way. So a part, as long as the ranks can hold together, is divided
 * into stretches of about equal length, one for each rank (tiles). On their way all numbers take 8 bytes.
 */
#ifndef LOLIGO_IO_PASSAGE_H
#define LOLIGO_IO_PASSAGE_H

#include <stdint.h>

#include "io/hdf5/h5_file.h"
#include "io/hdf5/tiles.h"

enum { VALUES_AT_ONCE = 1 << 18 }; /* of each rank that are on their way together */

/** Rows `first` ... `end` - 1 of a dataset. */
typedef struct passage_part {
  uint64_t first, end;
} passage_part;

typedef struct passage {
  passage_part part;
  uint64_t n_local;
  uint64_t *place;  /* [n_local] rows of the numbers of this rank, ascending; filled between init and open */
  uint64_t *values; /* [n_local] their bits */
  tiles tiles;
  h5_block block;    /* this rank's stretch of the dataset */
  uint64_t *stretch; /* [block.rows] */
} passage;

/** The part that begins at `first` of a dataset, or of one of its sections, that ends at `end`. Not collective. */
passage_part passage_part_of(const loligo_context *context, uint64_t first, uint64_t end);

/** Makes room for what this rank has of a part; passage_free() also after a failure. Not collective. MACHINE. */
loligo_status passage_init(passage *passage, passage_part part, uint64_t n_local);
void passage_free(passage *passage);

/** Tells the ranks what comes from where; the places are forgotten. Collective, with what passage_init() returned.
 * MACHINE. */
loligo_status passage_open(passage *passage, const loligo_context *context, loligo_status status);

/** Sends passage->values to the stretches and writes these; of 4 bytes each where the series is. Collective. MACHINE.
 * @param digest  this rank's share of their digest is added */
loligo_status passage_write(passage *passage, h5_series *series, uint64_t key, uint64_t *digest);

/** Reads the stretches and sends them to passage->values. Collective. MACHINE. */
loligo_status passage_read(passage *passage, h5_series *series, uint64_t key, uint64_t *digest);

/** Reads a whole series for its digest alone. Collective. MACHINE. */
loligo_status passage_verify(h5_series *series, uint64_t key, uint64_t *digest);

#endif

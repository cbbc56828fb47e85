/**
 * Weights of a training, and what its optimiser keeps for them, in HDF5 files: a dataset [rows][columns] each, of which
 * every rank moves its own rows. A weight lies at /weights/PROJECTION/NAME, a state at /optimiser/PROJECTION/NAME.
 */
#ifndef LOLIGO_IO_TRAINING_FIELDS_H
#define LOLIGO_IO_TRAINING_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_file.h"
#include "io/hdf5/h5_read.h"
#include "learn/training.h"

#define FIELDS_WEIGHTS "/weights"

/** Fields of a training that a file has. */
typedef struct field_list {
  const training_field *fields; /* [n] not owned */
  size_t n;
  bool with_states; /* else what is a state is passed over */
  loligo_precision precision;
} field_list;

field_list field_list_of(training *training, loligo_precision precision, bool with_states);

/** Adds the datasets, still empty, to a draft. Not collective. */
void fields_draft(const field_list *list, h5_draft *draft);

/** INPUT with the name of what is missing or has another shape in a file; MACHINE where it cannot be read. Not
 * collective. */
loligo_status fields_match(const field_list *list, const h5_reader *reader);

/** Writes them; reads them back into the fields; reads them for their digest alone. Collective. MACHINE error. @param
 * digest  this rank's share of their digest is added */
loligo_status fields_write(const field_list *list, h5_file *file, uint64_t *digest);
loligo_status fields_read(const field_list *list, h5_file *file, uint64_t *digest);
loligo_status fields_verify(const field_list *list, h5_file *file, uint64_t *digest);

#endif

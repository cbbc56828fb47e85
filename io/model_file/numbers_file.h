/**
 * Numbers in files in place of values in the model file: of a dataset of HDF5, or a column of CSV. The files are not
 * trusted: what is not as it must be is told with file and dataset, at the place that names it. Not collective.
 */
#ifndef LOLIGO_IO_NUMBERS_FILE_H
#define LOLIGO_IO_NUMBERS_FILE_H

#include "io/model_file/decode.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/distribution.h"

struct model_reader;

/** Any number of values will do: what says how many cells there are is wrong, or several populations are meant, and a
 * list is refused (read_fail_several()). */
#define NUMBERS_ANY UINT64_MAX

/** Who reads values for whom. */
typedef struct numbers_wanted {
  const struct model_reader *reader;
  uint64_t cells; /* that want one each, or NUMBERS_ANY */
} numbers_wanted;

/**
 * What reads {file: ..., dataset: ...}: a value for each cell, none of which is kept (network/cell_values.h), or as
 * many as there are for a list, in the unit that the dataset names or else in the base unit; of a file NAME.csv the
 * column of that name. The path becomes absolute. INPUT error: no such dataset, numbers of another class, more axes
 * than one, another number of them, one that is not finite or out of the row's range.
 */
decode_source numbers_source(const numbers_wanted *wanted);

#endif

/** Types of nodes or edges: a table of texts, a line for each type. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_TYPES_H
#define LOLIGO_IO_SONATA_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "loligo/status.h"

/** No such row or column. */
#define TYPES_NONE SIZE_MAX

typedef struct type_id {
  uint64_t id;
  size_t row;
} type_id;

typedef struct type_table {
  const char *path;     /* of its file; in the pool, as all texts */
  const char **columns; /* [n_columns] their names; owned, as all below */
  const char **fields;  /* [n][n_columns] NULL for what is empty, NULL or NONE */
  type_id *ids;         /* [n] ascending; those of one row after the other until all are read */
  size_t *lines;        /* [n] of the file, from 1 */
  size_t n, n_columns, capacity;
  uint64_t digest; /* of its lines */
  pool pool;
} type_table;

/**
 * Reads a table with a header and fields that stand apart by blanks.
 *
 * @param path       of a CSV file
 * @param id_column  "node_type_id" or "edge_type_id"
 * @param types      filled; types_free() also after a failure
 * @return           INPUT with file and line for lines of another length, columns or ids that are there twice, ids that
 *                   are no whole numbers; MACHINE without memory
 */
loligo_status types_read(const char *path, const char *id_column, type_table *types);

void types_free(type_table *types);

/** Row of the type of that id, or TYPES_NONE. */
size_t types_find(const type_table *types, uint64_t id);

size_t types_column(const type_table *types, const char *name);

/** The text in a column of that name; NULL where there is no such column, or nothing in it. */
const char *types_text(const type_table *types, size_t row, const char *column);

/** The finite number in a column of that name; *number stays where there is none. INPUT with file and line. */
loligo_status types_number(const type_table *types, size_t row, const char *column, double *number);

/** INPUT "file:line: ...". */
loligo_status types_fail(const type_table *types, size_t row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

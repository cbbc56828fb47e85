/*
 * Two tables of pairs: of each target, where its ranges stand, and these, of rows of edges. An index only saves work:
 * one that cannot be read is none, and whether it tells all edges is seen when they are counted.
 */
#include "io/sonata/edge_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/h5.h"

static const char WHAT[] = "an index of edges";

enum { PIECE = 1 << 12 };

/* A table of pairs, which has two columns. */
typedef struct pair_table {
  char path[H5_PATH_SIZE];
  h5_numbers numbers;
} pair_table;

typedef struct edge_index {
  pair_table of_targets, of_ranges;
  uint64_t n_rows;
  edge_rows *rows; /* [n] found so far */
  size_t n, capacity;
} edge_index;

static bool open_table(const h5_reader *reader, const char *edges, const char *name, pair_table *table)
{
  h5_path(table->path, "%s/indices/target_to_source/%s", edges, name);
  const loligo_status status = h5_numbers_open(&table->numbers, reader, table->path, H5T_NATIVE_UINT64, 2);
  const bool good = status == LOLIGO_OK && table->numbers.extent[1] == 2;
  loligo_error_clear();
  return good;
}

/* Pairs from `first` on; false where there are none. */
static bool read_pairs(const pair_table *table, uint64_t first, uint64_t n, edge_rows *pairs)
{
  _Static_assert(sizeof *pairs == 2 * sizeof(uint64_t), "a pair is a row");
  const uint64_t all = table->numbers.extent[0];
  if (first > all || n > all - first) return false;
  if (n == 0) return true;
  const h5_window window = {.row = first, .n_rows = n, .n_columns = 2};
  const loligo_status status = h5_numbers_read(&table->numbers, window, pairs);
  loligo_error_clear();
  return status == LOLIGO_OK;
}

static int by_first(const void *a, const void *b)
{
  const edge_rows *x = a, *y = b;
  return (x->first > y->first) - (x->first < y->first);
}

/* Ranges [first, end) of the second table. */
static loligo_status add_ranges(edge_index *index, edge_rows ranges, bool *found)
{
  edge_rows pairs[PIECE];
  *found = *found && ranges.first <= ranges.end;
  while (*found && ranges.first < ranges.end) {
    const uint64_t n = least(PIECE, ranges.end - ranges.first);
    *found = read_pairs(&index->of_ranges, ranges.first, n, pairs);
    for (uint64_t i = 0; i < n && *found; i++) *found = pairs[i].first <= pairs[i].end && pairs[i].end <= index->n_rows;
    if (!*found) break;
    LOLIGO_TRY(memory_grow((void **)&index->rows, &index->capacity, index->n + n, sizeof *index->rows, WHAT));
    memcpy(index->rows + index->n, pairs, n * sizeof *pairs);
    index->n += n;
    ranges.first += n;
    *found = index->n <= index->n_rows; /* no row is told more than once */
  }
  return LOLIGO_OK;
}

/* Cells that follow each other, n of them. */
static loligo_status add_cells(edge_index *index, uint64_t first, uint64_t n, bool *found)
{
  edge_rows pairs[PIECE];
  *found = *found && read_pairs(&index->of_targets, first, n, pairs);
  for (uint64_t i = 0; i < n && *found; i++) LOLIGO_TRY(add_ranges(index, pairs[i], found));
  return LOLIGO_OK;
}

static loligo_status add_all(edge_index *index, const uint64_t *cells, uint64_t n_cells, bool *found)
{
  for (uint64_t i = 0, n; i < n_cells && *found; i += n) {
    for (n = 1; n < PIECE && i + n < n_cells && cells[i + n] == cells[i] + n;) n++;
    LOLIGO_TRY(add_cells(index, cells[i], n, found));
  }
  return LOLIGO_OK;
}

/* Joins what touches or nearly does. */
static size_t join(edge_rows *rows, size_t n)
{
  size_t last = 0;
  if (n == 0) return 0;
  qsort(rows, n, sizeof *rows, by_first);
  for (size_t i = 1; i < n; i++) {
    if (rows[i].first <= rows[last].end || rows[i].first - rows[last].end < EDGE_INDEX_GAP)
      rows[last].end = largest(rows[last].end, rows[i].end);
    else
      rows[++last] = rows[i];
  }
  return last + 1;
}

static loligo_status find(edge_index *index, const h5_reader *reader, const char *edges, const uint64_t *cells,
                          uint64_t n_cells, bool *found)
{
  *found = open_table(reader, edges, "node_id_to_range", &index->of_targets) &&
           open_table(reader, edges, "range_to_edge_id", &index->of_ranges);
  return add_all(index, cells, n_cells, found);
}

loligo_status edge_index_rows(const h5_reader *reader, const char *edges, const uint64_t *cells, uint64_t n_cells,
                              uint64_t n_rows, edge_rows **rows, size_t *n, bool *found)
{
  edge_index index = {
      .n_rows = n_rows, .of_targets.numbers = {.id = -1, .space = -1}, .of_ranges.numbers = {.id = -1, .space = -1}};
  const loligo_status status = find(&index, reader, edges, cells, n_cells, found);
  h5_numbers_close(&index.of_targets.numbers);
  h5_numbers_close(&index.of_ranges.numbers);
  *rows = NULL;
  *n = 0;
  if (status == LOLIGO_OK && *found) {
    *rows = index.rows;
    *n = join(index.rows, index.n);
  } else {
    memory_free(index.rows);
  }
  return status;
}

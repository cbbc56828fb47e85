/*
 * Purpose: turn columns by owner into rectangles, so that files are written in large contiguous pieces.
 *
 * Which columns come from whom never changes, so it is exchanged once; a frame then moves as bare numbers. One
 * MPI_Alltoallv moves at most some MiB per rank, so that counts stay small.
 */
#include "io/hdf5/tiles.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "base/memory.h"

enum { NUMBERS_AT_ONCE = 4 << 20 }; /* of one tile, and of what one rank sends, where a row is not longer */

static int mpi_count(uint64_t n)
{
  assert(n <= INT_MAX);
  return (int)n;
}

/* First of the columns of block b; that of block column_blocks is the end. */
static uint64_t block_start(const tiles *tiles, int b)
{
  uint64_t whole = tiles->columns / (uint64_t)tiles->column_blocks,
           rest = tiles->columns % (uint64_t)tiles->column_blocks;
  return whole * (uint64_t)b + rest * (uint64_t)b / (uint64_t)tiles->column_blocks;
}

tile tiles_of_rank(const tiles *tiles, int rank, uint64_t rows)
{
  int row_block = rank / tiles->column_blocks, column_block = rank % tiles->column_blocks;
  if (row_block >= tiles->row_blocks) return (tile){0, 0, 0, 0};
  uint64_t column = block_start(tiles, column_block), end = block_start(tiles, column_block + 1);
  uint64_t row = rows * (uint64_t)row_block / (uint64_t)tiles->row_blocks;
  uint64_t row_end = rows * (uint64_t)(row_block + 1) / (uint64_t)tiles->row_blocks;
  return (tile){row, row_end - row, column, end - column};
}

/* Local columns that lie in the tile of a rank. */
static uint64_t columns_for(const tiles *tiles, int rank)
{
  if (rank / tiles->column_blocks >= tiles->row_blocks) return 0;
  const uint64_t *bound = tiles->bound + rank % tiles->column_blocks;
  return bound[1] - bound[0];
}

static void choose_blocks(tiles *tiles, uint64_t block_columns)
{
  uint64_t blocks = tiles->columns / block_columns + (tiles->columns % block_columns != 0);
  uint64_t ranks = (uint64_t)tiles->context->size;
  tiles->column_blocks = (int)(blocks < 1 ? 1 : blocks > ranks ? ranks : blocks);
  tiles->row_blocks = tiles->context->size / tiles->column_blocks;
}

/* Rows so that neither a tile nor what a rank sends exceeds NUMBERS_AT_ONCE, but one at least; equal on all ranks. */
static void choose_rows(tiles *tiles)
{
  uint64_t longest = tiles->n_local, width = tiles->columns / (uint64_t)tiles->column_blocks + 1;
  MPI_Allreduce(MPI_IN_PLACE, &longest, 1, MPI_UINT64_T, MPI_MAX, tiles->context->comm);
  uint64_t by_tile = NUMBERS_AT_ONCE / width * (uint64_t)tiles->row_blocks;
  uint64_t by_sender = NUMBERS_AT_ONCE / (longest + 1);
  uint64_t rows = by_tile < by_sender ? by_tile : by_sender;
  tiles->rows_at_once = rows > 0 ? rows : 1;
}

static void find_bounds(tiles *tiles, const uint64_t *index, uint64_t first)
{
  uint64_t i = 0;
  for (int b = 0; b < tiles->column_blocks; b++) {
    tiles->bound[b] = i;
    uint64_t end = first + block_start(tiles, b + 1);
    while (i < tiles->n_local && index[i] < end) i++;
  }
  tiles->bound[tiles->column_blocks] = i;
}

/* Tells each rank how many columns of its tile this rank holds. */
static void exchange_counts(tiles *tiles, int *counts)
{
  int size = tiles->context->size;
  for (int r = 0; r < size; r++) counts[r] = mpi_count(columns_for(tiles, r));
  MPI_Alltoall(counts, 1, MPI_INT, tiles->from + 1, 1, MPI_INT, tiles->context->comm);
  for (int r = 0; r < size; r++)
    tiles->from[r + 1] = mpi_count((uint64_t)tiles->from[r] + (uint64_t)tiles->from[r + 1]);
}

/* Tells each rank which ones, counted from the start of its tile. */
static void exchange_columns(tiles *tiles, const uint64_t *index, uint64_t first, uint32_t *send, int *counts)
{
  int size = tiles->context->size, *sent = counts, *start = counts + size, *received = counts + 2 * size;
  for (int b = 0; b < tiles->column_blocks; b++) {
    for (uint64_t i = tiles->bound[b]; i < tiles->bound[b + 1]; i++) {
      send[i] = (uint32_t)(index[i] - first - block_start(tiles, b));
    }
  }
  for (int r = 0; r < size; r++) {
    start[r] = sent[r] ? mpi_count(tiles->bound[r % tiles->column_blocks]) : 0;
    received[r] = tiles->from[r + 1] - tiles->from[r];
  }
  MPI_Alltoallv(send, sent, start, MPI_UINT32_T, tiles->column, received, tiles->from, MPI_UINT32_T,
                tiles->context->comm);
}

static loligo_status allocate_columns(tiles *tiles, uint32_t **send)
{
  tiles->column =
      memory_allocate((size_t)tiles->from[tiles->context->size], sizeof *tiles->column, "columns of a recording");
  *send = memory_allocate(tiles->n_local, sizeof **send, "columns of a recording");
  return loligo_agree(tiles->context, tiles->column && *send ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

loligo_status tiles_init(tiles *tiles, const loligo_context *context, uint64_t columns, uint64_t n_local,
                         const uint64_t *index, uint64_t first, uint64_t block_columns)
{
  size_t size = (size_t)context->size;
  memset(tiles, 0, sizeof *tiles);
  tiles->context = context;
  tiles->columns = columns;
  tiles->n_local = n_local;
  choose_blocks(tiles, block_columns);
  tiles->bound = memory_allocate((size_t)tiles->column_blocks + 1, sizeof *tiles->bound, "columns of a recording");
  tiles->from = memory_allocate(size + 1, sizeof *tiles->from, "columns of a recording");
  int *counts = memory_allocate(3 * size, sizeof *counts, "columns of a recording");
  uint32_t *send = NULL;
  loligo_status status =
      loligo_agree(context, tiles->bound && tiles->from && counts ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    choose_rows(tiles);
    find_bounds(tiles, index, first);
    exchange_counts(tiles, counts);
    status = allocate_columns(tiles, &send);
  }
  if (status == LOLIGO_OK) exchange_columns(tiles, index, first, send, counts);
  memory_free(send);
  memory_free(counts);
  return status;
}

void tiles_free(tiles *tiles)
{
  memory_free(tiles->bound);
  memory_free(tiles->from);
  memory_free(tiles->column);
  memset(tiles, 0, sizeof *tiles);
}

/* What an exchange needs for its time. */
typedef struct transfer {
  double *send, *receive;
  int *sent, *sent_start, *received, *received_start; /* [ranks] */
} transfer;

static void transfer_free(transfer *t)
{
  memory_free(t->send);
  memory_free(t->receive);
  memory_free(t->sent);
}

static loligo_status transfer_init(transfer *t, const tiles *tiles, uint64_t rows)
{
  size_t size = (size_t)tiles->context->size;
  tile own = tiles_of_rank(tiles, tiles->context->rank, rows);
  *t = (transfer){.send = memory_allocate(rows * tiles->n_local, sizeof *t->send, "recorded states to send"),
                  .receive = memory_allocate(own.rows * own.columns, sizeof *t->receive, "recorded states to write"),
                  .sent = memory_allocate(4 * size, sizeof *t->sent, "counts of recorded states")};
  LOLIGO_TRY(loligo_agree(tiles->context, t->send && t->receive && t->sent ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  t->sent_start = t->sent + size;
  t->received = t->sent_start + size;
  t->received_start = t->received + size;
  return LOLIGO_OK;
}

/* How much goes where when `rows` rows move; `received` follows the order of tiles->column. */
static void count_parts(const tiles *tiles, transfer *t, uint64_t rows)
{
  tile own = tiles_of_rank(tiles, tiles->context->rank, rows);
  uint64_t position = 0;
  for (int r = 0; r < tiles->context->size; r++) {
    uint64_t n = columns_for(tiles, r) * tiles_of_rank(tiles, r, rows).rows;
    t->sent[r] = mpi_count(n);
    t->sent_start[r] = mpi_count(position);
    position += n;
    t->received[r] = mpi_count(own.rows * (uint64_t)(tiles->from[r + 1] - tiles->from[r]));
    t->received_start[r] = mpi_count(own.rows * (uint64_t)tiles->from[r]);
  }
}

/* Where row 0 of the part of a rank's tile lies in values[rows][n_local]. */
static uint64_t part_start(const tiles *tiles, int rank, tile target)
{
  return target.row * tiles->n_local + tiles->bound[rank % tiles->column_blocks];
}

/* Copies the parts of values[rows][n_local] for all ranks one behind the other, each row by row. */
static void pack_parts(const tiles *tiles, uint64_t rows, const double *values, double *to)
{
  for (int r = 0; r < tiles->context->size; r++) {
    uint64_t n = columns_for(tiles, r);
    tile target = tiles_of_rank(tiles, r, rows);
    for (uint64_t row = 0; n && row < target.rows; row++, to += n)
      memcpy(to, values + part_start(tiles, r, target) + row * tiles->n_local, n * sizeof *to);
  }
}

static void unpack_parts(const tiles *tiles, uint64_t rows, const double *from, double *values)
{
  for (int r = 0; r < tiles->context->size; r++) {
    uint64_t n = columns_for(tiles, r);
    tile target = tiles_of_rank(tiles, r, rows);
    for (uint64_t row = 0; n && row < target.rows; row++, from += n)
      memcpy(values + part_start(tiles, r, target) + row * tiles->n_local, from, n * sizeof *from);
  }
}

static void unpack_tile(const tiles *tiles, tile own, const double *received, double *out)
{
  for (int r = 0; r < tiles->context->size; r++) {
    const uint32_t *column = tiles->column + tiles->from[r];
    uint64_t n = (uint64_t)(tiles->from[r + 1] - tiles->from[r]);
    for (uint64_t row = 0; row < own.rows; row++) {
      for (uint64_t i = 0; i < n; i++) out[row * own.columns + column[i]] = *received++;
    }
  }
}

static void pack_tile(const tiles *tiles, tile own, const double *in, double *to)
{
  for (int r = 0; r < tiles->context->size; r++) {
    const uint32_t *column = tiles->column + tiles->from[r];
    uint64_t n = (uint64_t)(tiles->from[r + 1] - tiles->from[r]);
    for (uint64_t row = 0; row < own.rows; row++) {
      for (uint64_t i = 0; i < n; i++) *to++ = in[row * own.columns + column[i]];
    }
  }
}

loligo_status tiles_exchange(const tiles *tiles, uint64_t rows, const double *values, double *out)
{
  assert(rows <= tiles->rows_at_once);
  transfer t;
  loligo_status status = transfer_init(&t, tiles, rows);
  if (status == LOLIGO_OK) {
    count_parts(tiles, &t, rows);
    pack_parts(tiles, rows, values, t.send);
    MPI_Alltoallv(t.send, t.sent, t.sent_start, MPI_DOUBLE, t.receive, t.received, t.received_start, MPI_DOUBLE,
                  tiles->context->comm);
    unpack_tile(tiles, tiles_of_rank(tiles, tiles->context->rank, rows), t.receive, out);
  }
  transfer_free(&t);
  return status;
}

loligo_status tiles_return(const tiles *tiles, uint64_t rows, const double *in, double *values)
{
  assert(rows <= tiles->rows_at_once);
  transfer t;
  loligo_status status = transfer_init(&t, tiles, rows);
  if (status == LOLIGO_OK) {
    count_parts(tiles, &t, rows);
    pack_tile(tiles, tiles_of_rank(tiles, tiles->context->rank, rows), in, t.receive);
    MPI_Alltoallv(t.receive, t.received, t.received_start, MPI_DOUBLE, t.send, t.sent, t.sent_start, MPI_DOUBLE,
                  tiles->context->comm);
    unpack_parts(tiles, rows, t.send, values);
  }
  transfer_free(&t);
  return status;
}

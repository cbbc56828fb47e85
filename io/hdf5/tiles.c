/*
 * Purpose: turn columns by owner into rectangles, so that files are written in large contiguous pieces.
 *
 * Which columns come from whom never changes, so it is exchanged once; a frame then moves as bare numbers. One
 * MPI_Alltoallv moves some MiB per rank: the buffers, which live as long as the tiles, stay in the cache, and a tile is
 * still long enough to be written in one go.
 */
#include "io/hdf5/tiles.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"

enum {
  NUMBERS_AT_ONCE = 256 << 10,        /* of one tile, and of what one rank sends, where a row is not longer */
  LEAST_NUMBERS = NUMBERS_AT_ONCE / 4 /* of a tile, where there is more than one below the other */
};

uint64_t tiles_most_columns = INT_MAX;

/* No number that follows is larger than the columns of a rank or of a tile, or NUMBERS_AT_ONCE. */
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

/* Longest part of a row in one tile. */
static uint64_t tile_width(const tiles *tiles)
{
  return tiles->columns / (uint64_t)tiles->column_blocks + 1;
}

/* Few rows go to few ranks: a short tile is not worth writing. */
static uint64_t used_row_blocks(const tiles *tiles, uint64_t rows)
{
  uint64_t blocks = rows * tile_width(tiles) / LEAST_NUMBERS;
  return blocks < 1 ? 1 : blocks < (uint64_t)tiles->row_blocks ? blocks : (uint64_t)tiles->row_blocks;
}

/* Number of the tile of a rank. */
static int number_of(const tiles *tiles, int rank)
{
  return rank < tiles->first_rank ? rank - tiles->first_rank + tiles->context->size : rank - tiles->first_rank;
}

tile tiles_of_rank(const tiles *tiles, int rank, uint64_t rows)
{
  const int number = number_of(tiles, rank);
  int row_block = number / tiles->column_blocks, column_block = number % tiles->column_blocks;
  uint64_t blocks = used_row_blocks(tiles, rows);
  if (row_block >= (int)blocks) return (tile){0, 0, 0, 0};
  uint64_t column = block_start(tiles, column_block), end = block_start(tiles, column_block + 1);
  uint64_t row = rows * (uint64_t)row_block / blocks, row_end = rows * (uint64_t)(row_block + 1) / blocks;
  return (tile){row, row_end - row, column, end - column};
}

/* Local columns that lie in the tile of a rank. */
static uint64_t columns_for(const tiles *tiles, int rank)
{
  const int number = number_of(tiles, rank);
  if (number / tiles->column_blocks >= tiles->row_blocks) return 0;
  const uint64_t *bound = tiles->bound + number % tiles->column_blocks;
  return bound[1] - bound[0];
}

static void choose_blocks(tiles *tiles, uint64_t block_columns)
{
  uint64_t blocks = tiles->columns / block_columns + (tiles->columns % block_columns != 0);
  uint64_t ranks = (uint64_t)tiles->context->size;
  tiles->column_blocks = (int)(blocks < 1 ? 1 : blocks > ranks ? ranks : blocks);
  tiles->row_blocks = tiles->context->size / tiles->column_blocks;
}

static loligo_status admit(const tiles *tiles)
{
  const uint64_t width = tile_width(tiles), most = width > tiles->n_local ? width : tiles->n_local;
  if (most <= tiles_most_columns) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "a rank would hold %llu cells of one recording, but MPI counts to %llu; use more ranks or record "
                     "fewer cells",
                     (unsigned long long)most, (unsigned long long)tiles_most_columns);
}

/* Rows so that neither a tile nor what a rank sends, who has the `longest` part of one, exceeds NUMBERS_AT_ONCE, but
 * one at least. */
static void set_rows(tiles *tiles, uint64_t longest)
{
  uint64_t by_tile = NUMBERS_AT_ONCE / tile_width(tiles) * (uint64_t)tiles->row_blocks;
  uint64_t by_sender = NUMBERS_AT_ONCE / (longest + 1);
  uint64_t rows = by_tile < by_sender ? by_tile : by_sender;
  tiles->rows_at_once = rows > 0 ? rows : 1;
}

/* Equal on all ranks. */
static void choose_rows(tiles *tiles)
{
  uint64_t longest = tiles->n_local;
  MPI_Allreduce(MPI_IN_PLACE, &longest, 1, MPI_UINT64_T, MPI_MAX, tiles->context->comm);
  set_rows(tiles, longest);
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
  int size = tiles->context->size, *sent = counts, *start = counts + size, *received = start + size;
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

/* A tile has its part of the rows or, where that is hardly worth dividing, up to twice the least of all tiles. */
uint64_t tiles_most_numbers(const tiles *tiles)
{
  if (number_of(tiles, tiles->context->rank) >= tiles->row_blocks * tiles->column_blocks) return 0;
  uint64_t rows = tiles->rows_at_once, divided = rows / (uint64_t)tiles->row_blocks + 1;
  uint64_t whole = UINT64_C(2) * LEAST_NUMBERS / tile_width(tiles) + 1;
  uint64_t most = divided > whole ? divided : whole;
  return (most < rows ? most : rows) * tile_width(tiles);
}

tiles_need tiles_expect(int ranks, uint64_t columns, uint64_t n_local, uint64_t rows)
{
  const loligo_context all = {.size = ranks};
  tiles tiles = {.context = &all, .columns = columns, .n_local = n_local};
  choose_blocks(&tiles, TILES_COLUMNS);
  set_rows(&tiles, n_local);
  tiles.rows_at_once = least(tiles.rows_at_once, rows);
  const uint64_t most = tiles_most_numbers(&tiles);
  const uint64_t moved = most + tiles.rows_at_once * n_local;
  const double of_ranks = (double)ranks * (sizeof *tiles.from + 4 * sizeof *tiles.counts);
  const double of_columns = (double)tile_width(&tiles) * sizeof *tiles.column;
  return (tiles_need){.bytes = of_columns + (double)moved * sizeof *tiles.send + of_ranks, .most_numbers = most};
}

static loligo_status allocate_buffers(tiles *tiles)
{
  size_t size = (size_t)tiles->context->size;
  uint64_t most = tiles_most_numbers(tiles);
  tiles->send = memory_allocate(tiles->rows_at_once * tiles->n_local, sizeof *tiles->send, "recorded states to send");
  tiles->receive = memory_allocate(most, sizeof *tiles->receive, "recorded states to write");
  tiles->counts = memory_allocate(4 * size, sizeof *tiles->counts, "counts of recorded states");
  bool good = tiles->send && tiles->receive && tiles->counts;
  return loligo_agree(tiles->context, good ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

static loligo_status init(tiles *tiles, const uint64_t *index, uint64_t first)
{
  const loligo_context *context = tiles->context;
  size_t size = (size_t)context->size;
  tiles->bound = memory_allocate((size_t)tiles->column_blocks + 1, sizeof *tiles->bound, "columns of a recording");
  tiles->from = memory_allocate(size + 1, sizeof *tiles->from, "columns of a recording");
  int *counts = memory_allocate(3 * size, sizeof *counts, "columns of a recording");
  uint32_t *send = NULL;
  loligo_status status = tiles->bound && tiles->from && counts ? admit(tiles) : LOLIGO_MACHINE_ERROR;
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) {
    choose_rows(tiles);
    find_bounds(tiles, index, first);
    exchange_counts(tiles, counts);
    status = allocate_columns(tiles, &send);
  }
  if (status == LOLIGO_OK) {
    exchange_columns(tiles, index, first, send, counts);
    status = allocate_buffers(tiles);
  }
  memory_free(send);
  memory_free(counts);
  return status;
}

loligo_status tiles_init(tiles *tiles, const loligo_context *context, uint64_t columns, uint64_t n_local,
                         const uint64_t *index, uint64_t first, uint64_t block_columns)
{
  *tiles = (struct tiles){.context = context, .columns = columns, .n_local = n_local};
  choose_blocks(tiles, block_columns);
  return init(tiles, index, first);
}

loligo_status tiles_init_on(tiles *tiles, const loligo_context *context, int rank, uint64_t columns, uint64_t n_local,
                            const uint64_t *index, uint64_t first)
{
  *tiles = (struct tiles){.context = context,
                          .columns = columns,
                          .n_local = n_local,
                          .first_rank = rank,
                          .row_blocks = 1,
                          .column_blocks = 1};
  return init(tiles, index, first);
}

void tiles_free(tiles *tiles)
{
  memory_free(tiles->bound);
  memory_free(tiles->from);
  memory_free(tiles->column);
  memory_free(tiles->send);
  memory_free(tiles->receive);
  memory_free(tiles->counts);
  memset(tiles, 0, sizeof *tiles);
}

/* Numbers that go to and come from each rank, [ranks] each, and where they lie in the buffers. */
typedef struct transfer {
  int *sent, *sent_start, *received, *received_start;
} transfer;

/* How much goes where when `rows` rows move; `received` follows the order of tiles->column. */
static transfer count_parts(const tiles *tiles, uint64_t rows)
{
  size_t size = (size_t)tiles->context->size;
  transfer t = {tiles->counts, tiles->counts + size, tiles->counts + 2 * size, tiles->counts + 3 * size};
  tile own = tiles_of_rank(tiles, tiles->context->rank, rows);
  uint64_t position = 0;
  for (int r = 0; r < tiles->context->size; r++) {
    uint64_t n = columns_for(tiles, r) * tiles_of_rank(tiles, r, rows).rows;
    t.sent[r] = mpi_count(n);
    t.sent_start[r] = mpi_count(position);
    position += n;
    t.received[r] = mpi_count(own.rows * (uint64_t)(tiles->from[r + 1] - tiles->from[r]));
    t.received_start[r] = mpi_count(own.rows * (uint64_t)tiles->from[r]);
  }
  return t;
}

/* Where row 0 of the part of a rank's tile lies in values[rows][n_local]. */
static uint64_t part_start(const tiles *tiles, int rank, tile target)
{
  return target.row * tiles->n_local + tiles->bound[rank % tiles->column_blocks];
}

static const size_t SIZE = sizeof(uint64_t); /* of a number */

/* Copies the parts of values[rows][n_local] for all ranks one behind the other, each row by row. */
static void pack_parts(const tiles *tiles, uint64_t rows, const char *values, uint64_t *to)
{
  for (int r = 0; r < tiles->context->size; r++) {
    uint64_t n = columns_for(tiles, r);
    tile target = tiles_of_rank(tiles, r, rows);
    for (uint64_t row = 0; n && row < target.rows; row++, to += n)
      memcpy(to, values + SIZE * (part_start(tiles, r, target) + row * tiles->n_local), SIZE * n);
  }
}

static void unpack_parts(const tiles *tiles, uint64_t rows, const uint64_t *from, char *values)
{
  for (int r = 0; r < tiles->context->size; r++) {
    uint64_t n = columns_for(tiles, r);
    tile target = tiles_of_rank(tiles, r, rows);
    for (uint64_t row = 0; n && row < target.rows; row++, from += n)
      memcpy(values + SIZE * (part_start(tiles, r, target) + row * tiles->n_local), from, SIZE * n);
  }
}

static void unpack_tile(const tiles *tiles, tile own, const uint64_t *received, char *out)
{
  for (int r = 0; r < tiles->context->size; r++) {
    const uint32_t *column = tiles->column + tiles->from[r];
    uint64_t n = (uint64_t)(tiles->from[r + 1] - tiles->from[r]);
    bool adjoin = n > 0 && column[n - 1] - column[0] == n - 1;
    for (uint64_t row = 0; row < own.rows; row++, received += n) {
      char *to = out + SIZE * row * own.columns;
      if (adjoin) memcpy(to + SIZE * column[0], received, SIZE * n);
      for (uint64_t i = 0; i < n && !adjoin; i++) memcpy(to + SIZE * column[i], &received[i], SIZE);
    }
  }
}

static void pack_tile(const tiles *tiles, tile own, const char *in, uint64_t *to)
{
  for (int r = 0; r < tiles->context->size; r++) {
    const uint32_t *column = tiles->column + tiles->from[r];
    uint64_t n = (uint64_t)(tiles->from[r + 1] - tiles->from[r]);
    for (uint64_t row = 0; row < own.rows; row++) {
      for (uint64_t i = 0; i < n; i++) memcpy(to++, in + SIZE * (row * own.columns + column[i]), SIZE);
    }
  }
}

void tiles_exchange(const tiles *tiles, uint64_t rows, const void *values, void *out)
{
  assert(rows <= tiles->rows_at_once);
  transfer t = count_parts(tiles, rows);
  pack_parts(tiles, rows, values, tiles->send);
  MPI_Alltoallv(tiles->send, t.sent, t.sent_start, MPI_UINT64_T, tiles->receive, t.received, t.received_start,
                MPI_UINT64_T, tiles->context->comm);
  unpack_tile(tiles, tiles_of_rank(tiles, tiles->context->rank, rows), tiles->receive, out);
}

void tiles_return(const tiles *tiles, uint64_t rows, const void *in, void *values)
{
  assert(rows <= tiles->rows_at_once);
  transfer t = count_parts(tiles, rows);
  pack_tile(tiles, tiles_of_rank(tiles, tiles->context->rank, rows), in, tiles->receive);
  MPI_Alltoallv(tiles->receive, t.received, t.received_start, MPI_UINT64_T, tiles->send, t.sent, t.sent_start,
                MPI_UINT64_T, tiles->context->comm);
  unpack_parts(tiles, rows, tiles->send, values);
}

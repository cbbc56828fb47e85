/**
 * Rearranges frames of recorded cells so that each rank holds one rectangle of them, which it can write in one piece.
 *
 * Before, a rank holds the columns of its own cells, which interleave with those of others, for all rows. Afterwards
 * rank t, counted from the first one, holds tile (t / column_blocks, t % column_blocks) of a grid over rows and
 * columns. Columns are divided only where a row is very long.
 */
#ifndef LOLIGO_IO_TILES_H
#define LOLIGO_IO_TILES_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

typedef struct tiles {
  const loligo_context *context;
  uint64_t columns;              /* of the whole */
  uint64_t n_local;              /* columns that this rank holds before */
  int first_rank;                /* tile 0 is its; t of the others follow, cyclically */
  int row_blocks, column_blocks; /* row_blocks * column_blocks <= ranks; ranks behind hold empty tiles */
  uint64_t *bound;          /* [column_blocks + 1] local columns bound[b] ... bound[b+1] - 1 lie in column block b */
  int *from;                /* [ranks + 1] columns that rank s holds of this tile: column[from[s]] ... */
  uint32_t *column;         /* [from[ranks]] within the tile */
  uint64_t rows_at_once;    /* most rows of one exchange */
  uint64_t *send, *receive; /* numbers on their way */
  int *counts;              /* [4][ranks] of them */
} tiles;

/** Most columns of one rank, or of one tile: what MPI can count. Tests lower it. */
extern uint64_t tiles_most_columns;

/** Longest part of a row that one rank holds in a tile. */
#define TILES_COLUMNS ((uint64_t)4 << 20)

/**
 * @param columns     of the whole matrix
 * @param index       [n_local] columns of this rank, ascending, counted from `first`
 * @param block_columns  longest part of a row in one tile: TILES_COLUMNS but for tests
 *
 * Collective. MACHINE error without memory or with more than tiles_most_columns. Free with tiles_free(), also after an
 * error.
 */
loligo_status tiles_init(tiles *tiles, const loligo_context *context, uint64_t columns, uint64_t n_local,
                         const uint64_t *index, uint64_t first, uint64_t block_columns);

/** The same where one rank is to hold everything, which is short. */
loligo_status tiles_init_on(tiles *tiles, const loligo_context *context, int rank, uint64_t columns, uint64_t n_local,
                            const uint64_t *index, uint64_t first);
void tiles_free(tiles *tiles);

/** A rectangle of the whole. */
typedef struct tile {
  uint64_t row, rows, column, columns;
} tile;

/** Tile of a rank in a matrix of `rows` rows; where these are few, only the first ranks have one. Not collective. */
tile tiles_of_rank(const tiles *tiles, int rank, uint64_t rows);

/** Most numbers of a tile of this rank in one exchange. Not collective. */
uint64_t tiles_most_numbers(const tiles *tiles);

/** What tiles need on a rank that has one. */
typedef struct tiles_need {
  double bytes;          /* of all but what they are made from and into */
  uint64_t most_numbers; /* of a tile */
} tiles_need;

/** Before there are any: of so many columns, some on this rank and no more on another, where at most `rows` rows move
 * at a time. Not collective. */
tiles_need tiles_expect(int ranks, uint64_t columns, uint64_t n_local, uint64_t rows);

/**
 * Moves `rows` rows, at most tiles->rows_at_once, of numbers of 8 bytes: doubles or integers.
 *
 * Collective.
 *
 * @param values  [rows][n_local] of this rank
 * @param out     [tile.rows][tile.columns] of this rank's tile, filled
 */
void tiles_exchange(const tiles *tiles, uint64_t rows, const void *values, void *out);

/**
 * Moves them back: from the tiles to the ranks that hold the columns.
 *
 * Collective.
 *
 * @param in      [tile.rows][tile.columns] of this rank's tile
 * @param values  [rows][n_local] of this rank, filled
 */
void tiles_return(const tiles *tiles, uint64_t rows, const void *in, void *values);

#endif

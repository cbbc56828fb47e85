/*
 * Frames by owner become rectangles: every number arrives at its place, in any division of cells over ranks and of rows
 * over tiles.
 */
#include "io/hdf5/tiles.h"
#include "base/text.h"
#include "io/hdf5/mpi_io.h"
#include "io_fixture.h"

static io_fixture fixture;

enum { FIRST = 1000 }; /* index of the first recorded cell */

static int owner_in_turn(uint64_t column)
{
  return (int)(column % (uint64_t)fixture.context.size);
}

static int owner_random(uint64_t column)
{
  return (int)(hash_mix(column) % (uint64_t)fixture.context.size);
}

static int owner_last(uint64_t column)
{
  (void)column;
  return fixture.context.size - 1;
}

static double number_at(uint64_t row, uint64_t column)
{
  return (double)row * 1e6 + (double)column;
}

/* This rank's columns of `rows` rows, moved there and back, and compared. */
static void check_rows(const tiles *tiles, const uint64_t *index, uint64_t rows)
{
  tile own = tiles_of_rank(tiles, fixture.context.rank, rows);
  double *values = malloc((rows * tiles->n_local + 1) * sizeof *values),
         *out = malloc((own.rows * own.columns + 1) * sizeof *out);
  for (uint64_t row = 0; row < rows; row++) {
    for (uint64_t i = 0; i < tiles->n_local; i++) values[row * tiles->n_local + i] = number_at(row, index[i] - FIRST);
  }
  for (uint64_t i = 0; i < own.rows * own.columns; i++) out[i] = -1;
  tiles_exchange(tiles, rows, values, out);
  for (uint64_t row = 0; row < own.rows; row++) {
    for (uint64_t c = 0; c < own.columns; c++) {
      assert_true(out[row * own.columns + c] == number_at(own.row + row, own.column + c));
    }
  }
  for (uint64_t i = 0; i < rows * tiles->n_local; i++) values[i] = -1;
  tiles_return(tiles, rows, out, values);
  for (uint64_t row = 0; row < rows; row++) {
    for (uint64_t i = 0; i < tiles->n_local; i++)
      assert_true(values[row * tiles->n_local + i] == number_at(row, index[i] - FIRST));
  }
  free(out);
  free(values);
}

/* The tiles of all ranks cover the whole once. */
static void check_cover(const tiles *tiles, uint64_t rows)
{
  uint64_t covered = 0;
  for (int r = 0; r < fixture.context.size; r++) {
    tile part = tiles_of_rank(tiles, r, rows);
    assert_true(part.row + part.rows <= rows && part.column + part.columns <= tiles->columns);
    covered += part.rows * part.columns;
  }
  assert_int_equal(covered, rows * tiles->columns);
}

static void check(uint64_t columns, uint64_t block_columns, int (*owner)(uint64_t))
{
  uint64_t *index = malloc((columns + 1) * sizeof *index), n = 0;
  for (uint64_t c = 0; c < columns; c++) {
    if (owner(c) == fixture.context.rank) index[n++] = FIRST + c;
  }
  tiles tiles;
  assert_int_equal(tiles_init(&tiles, &fixture.context, columns, n, index, FIRST, block_columns), LOLIGO_OK);
  const uint64_t rows[] = {1, 2, 3, 50};
  for (size_t i = 0; i < 4; i++) {
    check_cover(&tiles, rows[i]);
    check_rows(&tiles, index, rows[i]);
  }
  tiles_free(&tiles);
  free(index);
}

static void every_number_arrives(void **state)
{
  (void)state;
  int (*const owners[])(uint64_t) = {owner_in_turn, owner_random, owner_last};
  const uint64_t columns[] = {0, 1, 2, 5, 101}, blocks[] = {1, 30, 60, TILES_COLUMNS};
  for (size_t o = 0; o < 3; o++) {
    for (size_t c = 0; c < 5; c++) {
      for (size_t b = 0; b < 4; b++) check(columns[c], blocks[b], owners[o]);
    }
  }
}

static void tiles_are_right_beyond_32_bits(void **state)
{
  (void)state;
  loligo_context wide = {.size = 1000};
  tiles tiles = {.context = &wide, .columns = ((uint64_t)1 << 40) + 7, .row_blocks = 3, .column_blocks = 333};
  const uint64_t rows = ((uint64_t)1 << 34) + 1;
  uint64_t next = 0;
  for (int r = 0; r < 333; r++) {
    tile part = tiles_of_rank(&tiles, 333 + r, rows);
    assert_int_equal(part.column, next);
    assert_int_equal(part.row, rows / 3);
    assert_in_range(part.columns, tiles.columns / 333, tiles.columns / 333 + 1);
    next += part.columns;
  }
  assert_int_equal(next, tiles.columns);
  assert_int_equal(tiles_of_rank(&tiles, 999, rows).rows, 0);
}

/* On all ranks, with one message, whichever of them has too many. */
static void more_columns_than_mpi_can_count_are_refused(void **state)
{
  (void)state;
  const uint64_t limit = tiles_most_columns;
  const uint64_t n = fixture.context.rank == fixture.context.size - 1 ? 60 : 0;
  uint64_t index[60];
  for (uint64_t i = 0; i < n; i++) index[i] = FIRST + i;
  for (uint64_t most = 59; most <= 61; most++) {
    tiles tiles;
    tiles_most_columns = most;
    const loligo_status status = tiles_init(&tiles, &fixture.context, 60, n, index, FIRST, 10);
    const bool fits = most >= (fixture.context.size == 1 ? 61 : 60);
    assert_int_equal(status, fits ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
    if (!fits) assert_non_null(strstr(loligo_error_message(), "use more ranks or record fewer cells"));
    loligo_error_clear();
    tiles_free(&tiles);
  }
  tiles_most_columns = limit;
  assert_int_equal(limit, INT32_MAX);
}

int main(int argc, char **argv)
{
  mpi_io_prepare();
  MPI_Init(&argc, &argv);
  io_fixture_init(&fixture);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_number_arrives),
      cmocka_unit_test(tiles_are_right_beyond_32_bits),
      cmocka_unit_test(more_columns_than_mpi_can_count_are_refused),
  };
  const int failures = cmocka_run_group_tests(tests, NULL, NULL);
  io_fixture_free(&fixture);
  MPI_Finalize();
  return failures;
}

/**
 * Body of a product of matrices; included once for each instruction set and type, after the definition of
 *
 *     NAME             of the function
 *     TARGET           attribute of functions that are compiled for the instruction set, or nothing
 *     NUMBER           float or double
 *     VECTOR_BYTES
 *     ROWS, VECTORS    of C in a tile, 2 or 4 vectors wide, whose sums fit into registers
 *     ADD_PRODUCT(sum, x, y)  lane by lane, sum becomes x y + sum, rounded once
 *
 * A strip of B, some terms deep and a tile wide, is copied to where it is read in sequence; so is a band of A where its
 * terms lie a stride apart, since lines that are a power of 2 apart drive each other from the cache. Then C is passed
 * over tile by tile. From strip to strip sums wait in C, which changes no bits. A tile at an edge is computed in full,
 * with the last row repeated and zeros for columns, and kept in part: no element meets other arithmetic.
 */
#define LANES (VECTOR_BYTES / sizeof(NUMBER))
#define WIDTH (VECTORS * LANES)
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define lanes JOIN(NAME, lanes)
#define strip JOIN(NAME, strip)
#define band JOIN(NAME, band)
#define tile JOIN(NAME, tile)
#define copy_rows JOIN(NAME, copy_rows)
#define copy_columns JOIN(NAME, copy_columns)
#define copy_band JOIN(NAME, copy_band)
#define sum_tile JOIN(NAME, sum_tile)
#define sum_whole JOIN(NAME, sum_whole)
#define sum_edge JOIN(NAME, sum_edge)
#define sum_below JOIN(NAME, sum_below)
#define sum_band JOIN(NAME, sum_band)
#define find_band JOIN(NAME, find_band)

typedef NUMBER lanes __attribute__((vector_size(VECTOR_BYTES)));

/* Terms [first, first + depth) of columns [column, column + n) of C. */
typedef struct strip {
  size_t first, depth, column, n;
  unsigned vectors; /* that hold n numbers */
  bool adds;        /* to what C holds */
  NUMBER *copied;   /* [depth][vectors * LANES] of B */
} strip;

/* The same terms of rows [row, row + m) of C: term p of row i is at[i / ROWS * tile + i % ROWS * next + p * step]. */
typedef struct band {
  size_t row, m;
  const NUMBER *at; /* in A, or copied */
  size_t step, next, tile;
} band;

/* ROWS rows of C, as wide as a strip. */
typedef struct tile {
  const NUMBER *row[ROWS]; /* term p of row r is row[r][p * step] */
  size_t step;
  NUMBER *c;
  size_t c_stride;
} tile;

/* From B[k][n]. A loop that is not unrolled would become a call for each row. */
TARGET static void copy_rows(const strip *s, const NUMBER *restrict b, size_t b_stride)
{
  const size_t width = s->vectors * LANES, whole = s->n / LANES;
  NUMBER *restrict to = s->copied;
  for (size_t p = 0; p < s->depth; p++, b += b_stride, to += width) {
#pragma GCC unroll 4
    for (size_t v = 0; v < VECTORS; v++)
      if (v < whole) memcpy(to + v * LANES, b + v * LANES, sizeof(lanes));
    for (size_t j = whole * LANES; j < width; j++) to[j] = j < s->n ? b[j] : 0;
  }
}

/* From B[n][k], by squares of four terms of four columns, which become vectors. */
TARGET static void copy_columns(const strip *s, const NUMBER *restrict b, size_t b_stride)
{
  const size_t width = s->vectors * LANES, square_n = s->n / 4 * 4, square_depth = s->depth / 4 * 4;
  NUMBER *restrict to = s->copied;
  for (size_t column = 0; column < square_n; column += 4) {
    for (size_t term = 0; term < square_depth; term += 4)
      for (size_t p = term; p < term + 4; p++)
        for (size_t j = column; j < column + 4; j++) to[p * width + j] = b[j * b_stride + p];
    for (size_t p = square_depth; p < s->depth; p++)
      for (size_t j = column; j < column + 4; j++) to[p * width + j] = b[j * b_stride + p];
  }
  for (size_t j = square_n; j < width; j++)
    for (size_t p = 0; p < s->depth; p++) to[p * width + j] = j < s->n ? b[j * b_stride + p] : 0;
}

/* From A[k][m], to [m / ROWS rounded up][depth][ROWS]. */
TARGET static void copy_band(size_t depth, size_t m, const NUMBER *restrict a, size_t a_stride, NUMBER *restrict to)
{
  for (size_t p = 0; p < depth; p++, a += a_stride, to += ROWS) {
    NUMBER *at = to;
    size_t i = 0;
    for (; i + ROWS <= m; i += ROWS, at += depth * ROWS) memcpy(at, a + i, ROWS * sizeof *a);
    for (size_t r = 0; i + r < m; r++) at[r] = a[i + r];
  }
}

/* `vectors` is a constant where this is inlined. */
TARGET __attribute__((always_inline)) static inline void sum_tile(const strip *s, const tile *t, unsigned vectors)
{
  lanes sum[ROWS][VECTORS];
#pragma GCC unroll 8
  for (unsigned r = 0; r < ROWS; r++)
#pragma GCC unroll 4
    for (unsigned v = 0; v < vectors; v++) {
      sum[r][v] = (lanes){0};
      if (s->adds) memcpy(&sum[r][v], t->c + r * t->c_stride + v * LANES, sizeof(lanes));
    }
  const lanes *y = (const lanes *)(const void *)s->copied;
  for (size_t p = 0; p < s->depth; p++, y += vectors)
#pragma GCC unroll 8
    for (unsigned r = 0; r < ROWS; r++) {
      const lanes x = t->row[r][p * t->step] - (lanes){0};
#pragma GCC unroll 4
      for (unsigned v = 0; v < vectors; v++) ADD_PRODUCT(sum[r][v], x, y[v]);
    }
#pragma GCC unroll 8
  for (unsigned r = 0; r < ROWS; r++)
#pragma GCC unroll 4
    for (unsigned v = 0; v < vectors; v++) memcpy(t->c + r * t->c_stride + v * LANES, &sum[r][v], sizeof(lanes));
}

TARGET static void sum_whole(const strip *s, const tile *t)
{
  if (s->vectors == 1)
    sum_tile(s, t, 1);
  else if (VECTORS == 2 || s->vectors == 2)
    sum_tile(s, t, 2);
  else if (s->vectors == 3)
    sum_tile(s, t, 3);
  else
    sum_tile(s, t, 4);
}

/* Where only so many rows, or not all columns, are there. */
TARGET static void sum_edge(const strip *s, const tile *t, size_t rows)
{
  _Alignas(VECTOR_BYTES) NUMBER sums[ROWS * WIDTH] = {0};
  tile whole = *t;
  whole.c = sums;
  whole.c_stride = WIDTH;
  for (size_t r = 0; s->adds && r < rows; r++) memcpy(sums + r * WIDTH, t->c + r * t->c_stride, s->n * sizeof *sums);
  sum_whole(s, &whole);
  for (size_t r = 0; r < rows; r++) memcpy(t->c + r * t->c_stride, sums + r * WIDTH, s->n * sizeof *sums);
}

/* The part of C where a strip and a band meet. */
TARGET static void sum_below(const strip *s, const band *d, NUMBER *c, size_t c_stride)
{
  tile t = {.step = d->step, .c = c + d->row * c_stride + s->column, .c_stride = c_stride};
  for (size_t i = 0; i < d->m; i += ROWS, t.c += ROWS * c_stride) {
    const size_t rows = least(d->m - i, ROWS);
    for (size_t r = 0; r < ROWS; r++) t.row[r] = d->at + i / ROWS * d->tile + least(r, rows - 1) * d->next;
    if (rows == ROWS && s->n == s->vectors * LANES)
      sum_whole(s, &t);
    else
      sum_edge(s, &t, rows);
  }
}

TARGET static void sum_band(const matrix_product *product, strip *s, const band *d, const NUMBER *b, NUMBER *c)
{
  for (s->column = 0; s->column < product->n; s->column += WIDTH) {
    s->n = least(product->n - s->column, WIDTH);
    s->vectors = (unsigned)((s->n + LANES - 1) / LANES);
    if (product->form == MATRIX_A_BT)
      copy_columns(s, b + s->column * product->b_stride + s->first, product->b_stride);
    else
      copy_rows(s, b + s->first * product->b_stride + s->column, product->b_stride);
    sum_below(s, d, c, product->c_stride);
  }
}

/* The band from a row on: of all rows that follow, or of as many as are copied at a time. */
TARGET static band find_band(const matrix_product *product, const strip *s, const NUMBER *a, size_t row, NUMBER *copied)
{
  const size_t a_stride = product->a_stride, rest = product->m - row;
  if (product->form != MATRIX_AT_B) {
    return (band){row, rest, a + row * a_stride + s->first, .step = 1, .next = a_stride, .tile = ROWS * a_stride};
  }
  const size_t tile_bytes = ROWS * s->depth * sizeof *a;
  const size_t m = s->depth ? least(rest, BAND_BYTES / tile_bytes * ROWS) : rest;
  copy_band(s->depth, m, a + s->first * a_stride + row, a_stride, copied);
  return (band){row, m, copied, .step = ROWS, .next = 1, .tile = ROWS * s->depth};
}

TARGET static void NAME(const matrix_product *product, const NUMBER *a, const NUMBER *b, NUMBER *c)
{
  _Alignas(64) NUMBER copied_a[BAND_BYTES / sizeof *a], copied_b[DEPTH * WIDTH];
  const size_t k = product->k, strips = k / DEPTH + (k % DEPTH > 0), depth = strips ? (k + strips - 1) / strips : 0;
  strip s = {.adds = product->adds, .copied = copied_b};
  do {
    s.depth = least(k - s.first, depth);
    band d;
    for (size_t row = 0; row < product->m; row += d.m) {
      d = find_band(product, &s, a, row, copied_a);
      sum_band(product, &s, &d, b, c);
    }
    s.first += s.depth;
    s.adds = true;
  } while (s.first < k);
}

#undef LANES
#undef WIDTH
#undef JOIN_
#undef JOIN
#undef lanes
#undef strip
#undef band
#undef tile
#undef copy_rows
#undef copy_columns
#undef copy_band
#undef sum_tile
#undef sum_whole
#undef sum_edge
#undef sum_below
#undef sum_band
#undef find_band
#undef NAME
#undef TARGET
#undef NUMBER
#undef VECTOR_BYTES
#undef ROWS
#undef VECTORS
#undef ADD_PRODUCT

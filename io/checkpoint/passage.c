/*
 * Stretches lie in the order of the ranks. Numbers of 4 bytes are widened behind the file and narrowed before it, in
 * place.
 */
#include "io/checkpoint/passage.h"

#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/digest.h"
#include "io/hdf5/tiles.h"

static const char WHAT[] = "a checkpoint";
static const uint64_t VALUES_OF_ALL = UINT64_C(1) << 30; /* on their way together: an int counts them */

passage_part passage_part_of(const loligo_context *context, uint64_t first, uint64_t end)
{
  const uint64_t at_once = least((uint64_t)context->size * VALUES_AT_ONCE, VALUES_OF_ALL);
  return (passage_part){first, least(first + at_once, end)};
}

/* A part on its way between what a rank has of it and the stretch of it that the rank writes or reads. */
typedef struct crossing {
  uint64_t *values; /* [share->n] */
  tiles tiles;
  h5_block block;    /* this rank's stretch of the dataset */
  uint64_t *stretch; /* [block.rows] */
} crossing;

/* Tells the ranks what comes from where. */
static loligo_status find_tiles(crossing *c, const loligo_context *context, passage_part part,
                                const passage_share *share)
{
  const uint64_t n = part.end - part.first, stretch = n / (uint64_t)context->size + 1;
  uint64_t *place = memory_allocate(share->n, sizeof *place, WHAT);
  loligo_status status = loligo_agree(context, place ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    share->find(share->self, place);
    status = tiles_init(&c->tiles, context, n, share->n, place, part.first, stretch);
  }
  memory_free(place);
  return status;
}

static loligo_status open_crossing(crossing *c, const loligo_context *context, passage_part part,
                                   const passage_share *share)
{
  LOLIGO_TRY(find_tiles(c, context, part, share));
  const tile own = tiles_of_rank(&c->tiles, context->rank, 1);
  c->block = (h5_block){part.first + own.column, own.rows * own.columns, 0, 1};
  c->values = memory_allocate(share->n, sizeof *c->values, WHAT);
  c->stretch = memory_allocate(c->block.rows, sizeof *c->stretch, WHAT);
  return loligo_agree(context, c->values && c->stretch ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

static void close_crossing(crossing *c)
{
  tiles_free(&c->tiles);
  memory_free(c->values);
  memory_free(c->stretch);
}

static bool is_narrow(const h5_series *series)
{
  return H5Tget_size(series->type) == sizeof(uint32_t);
}

/* In the memory of longer ones. */
typedef uint32_t __attribute__((may_alias)) narrow_number;

static void narrow(uint64_t *numbers, uint64_t n)
{
  narrow_number *narrowed = (narrow_number *)numbers;
  for (uint64_t i = 0; i < n; i++) narrowed[i] = (uint32_t)numbers[i];
}

static void widen(uint64_t *numbers, uint64_t n)
{
  const narrow_number *narrowed = (narrow_number *)numbers;
  for (uint64_t i = n; i-- > 0;) numbers[i] = narrowed[i];
}

static loligo_status write_stretch(const passage *p, h5_block block, uint64_t *stretch)
{
  *p->digest += digest_words(p->key, block.row, block.rows, stretch);
  if (is_narrow(p->series)) narrow(stretch, block.rows);
  return h5_series_write(p->series, block, stretch);
}

static loligo_status read_stretch(h5_series *series, h5_block block, uint64_t *stretch, uint64_t key, uint64_t *digest)
{
  LOLIGO_TRY(h5_series_read(series, block, stretch));
  if (is_narrow(series)) widen(stretch, block.rows);
  *digest += digest_words(key, block.row, block.rows, stretch);
  return LOLIGO_OK;
}

static loligo_status cross(const passage *p, crossing *c, const passage_share *share)
{
  if (p->writes) {
    share->take(share->self, c->values);
    tiles_exchange(&c->tiles, 1, c->values, c->stretch);
    return write_stretch(p, c->block, c->stretch);
  }
  LOLIGO_TRY(read_stretch(p->series, c->block, c->stretch, p->key, p->digest));
  tiles_return(&c->tiles, 1, c->stretch, c->values);
  share->put(share->self, c->values);
  return LOLIGO_OK;
}

loligo_status passage_move(const passage *p, passage_part part, const passage_share *share)
{
  crossing crossing = {0};
  loligo_status status = open_crossing(&crossing, p->series->file->context, part, share);
  if (status == LOLIGO_OK) status = cross(p, &crossing, share);
  close_crossing(&crossing);
  return status;
}

/* A stretch is read by another rank than wrote it, which may still have in memory what never came to the disk. */
static loligo_status verify_part(h5_series *series, passage_part part, uint64_t key, uint64_t *digest)
{
  const loligo_context *context = series->file->context;
  const uint64_t size = (uint64_t)context->size, n = part.end - part.first, share = n / size + 1;
  const uint64_t before = least(((uint64_t)context->rank + 1) % size * share, n);
  const h5_block block = {part.first + before, least(n - before, share), 0, 1};
  uint64_t *stretch = memory_allocate(block.rows, sizeof *stretch, WHAT);
  loligo_status status = loligo_agree(context, stretch ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = read_stretch(series, block, stretch, key, digest);
  memory_free(stretch);
  return status;
}

loligo_status passage_verify(h5_series *series, uint64_t key, uint64_t *digest)
{
  for (passage_part part = {0, 0}; part.end < series->rows;) {
    part = passage_part_of(series->file->context, part.end, series->rows);
    LOLIGO_TRY(verify_part(series, part, key, digest));
  }
  return LOLIGO_OK;
}

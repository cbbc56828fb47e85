/*
 * Stretches lie in the order of the ranks. Numbers of 4 bytes are widened behind the file and narrowed before it, in
 * place.
 */
#include "io/checkpoint/passage.h"

#include <stdbool.h>

#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/digest.h"

static const char WHAT[] = "a checkpoint";
static const uint64_t VALUES_OF_ALL = UINT64_C(1) << 30; /* on their way together: an int counts them */

passage_part passage_part_of(const loligo_context *context, uint64_t first, uint64_t end)
{
  const uint64_t at_once = least((uint64_t)context->size * VALUES_AT_ONCE, VALUES_OF_ALL);
  return (passage_part){first, least(first + at_once, end)};
}

loligo_status passage_init(passage *p, passage_part part, uint64_t n_local)
{
  *p = (passage){.part = part, .n_local = n_local};
  p->place = memory_allocate(n_local, sizeof *p->place, WHAT);
  p->values = memory_allocate(n_local, sizeof *p->values, WHAT);
  return p->place && p->values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void passage_free(passage *p)
{
  tiles_free(&p->tiles);
  memory_free(p->place);
  memory_free(p->values);
  memory_free(p->stretch);
}

loligo_status passage_open(passage *p, const loligo_context *context, loligo_status status)
{
  const uint64_t n = p->part.end - p->part.first, share = n / (uint64_t)context->size + 1;
  LOLIGO_TRY(loligo_agree(context, status));
  LOLIGO_TRY(tiles_init(&p->tiles, context, n, p->n_local, p->place, p->part.first, share));
  memory_free(p->place);
  p->place = NULL;
  tile own = tiles_of_rank(&p->tiles, context->rank, 1);
  p->block = (h5_block){p->part.first + own.column, own.rows * own.columns, 0, 1};
  p->stretch = memory_allocate(p->block.rows, sizeof *p->stretch, WHAT);
  return loligo_agree(context, p->stretch ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
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

loligo_status passage_write(passage *p, h5_series *series, uint64_t key, uint64_t *digest)
{
  tiles_exchange(&p->tiles, 1, p->values, p->stretch);
  *digest += digest_words(key, p->block.row, p->block.rows, p->stretch);
  if (is_narrow(series)) narrow(p->stretch, p->block.rows);
  return h5_series_write(series, p->block, p->stretch);
}

static loligo_status read_stretch(h5_series *series, h5_block block, uint64_t *stretch, uint64_t key, uint64_t *digest)
{
  LOLIGO_TRY(h5_series_read(series, block, stretch));
  if (is_narrow(series)) widen(stretch, block.rows);
  *digest += digest_words(key, block.row, block.rows, stretch);
  return LOLIGO_OK;
}

loligo_status passage_read(passage *p, h5_series *series, uint64_t key, uint64_t *digest)
{
  LOLIGO_TRY(read_stretch(series, p->block, p->stretch, key, digest));
  tiles_return(&p->tiles, 1, p->stretch, p->values);
  return LOLIGO_OK;
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

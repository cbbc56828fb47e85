/*
 * Cells of a population may interleave between ranks in any way. So a part of a dataset, as long as the ranks can hold
 * together, is divided into stretches of about equal length, one for each rank (tiles), whatever fields lie in it: a
 * hundred small populations move with the messages of one.
 */
#include "io/checkpoint/values.h"

#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "io/hdf5/digest.h"
#include "io/hdf5/tiles.h"

enum { VALUE_BYTES = sizeof(uint64_t) }; /* doubles or integers */

static const uint64_t VALUES_OF_ALL = UINT64_C(1) << 30; /* on their way together: an int counts them */

/** The part `first` ... `end` - 1 of a dataset. */
typedef struct part {
  const catalog *catalog;
  loligo_field_type type;
  uint64_t first, end;
} part;

/** Positions `first` ... `end` - 1 of a field's local cells. */
typedef struct overlap {
  uint64_t first, end;
} overlap;

/* First local cell whose value stands at `at` or behind. */
static uint64_t lower_bound(const catalog_entry *entry, uint64_t at)
{
  const loligo_field *field = &entry->field;
  uint64_t low = 0, high = field->n_cells;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (entry->first + field->index[middle] < at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Empty for fields of another type. */
static overlap overlap_of(const part *part, const catalog_entry *entry)
{
  if (entry->field.type != part->type) return (overlap){0, 0};
  return (overlap){lower_bound(entry, part->first), lower_bound(entry, part->end)};
}

static uint64_t count_local(const part *part)
{
  uint64_t n = 0;
  for (size_t i = 0; i < part->catalog->n; i++) {
    const overlap o = overlap_of(part, &part->catalog->entries[i]);
    n += o.end - o.first;
  }
  return n;
}

/* Places of the local values of a part, ascending. */
static void list_places(const part *part, uint64_t *place)
{
  for (size_t i = 0; i < part->catalog->n; i++) {
    const catalog_entry *entry = &part->catalog->entries[i];
    const overlap o = overlap_of(part, entry);
    for (uint64_t c = o.first; c < o.end; c++) *place++ = entry->first + entry->field.index[c];
  }
}

/* Copies the local values of a part to values[], or back. */
static void copy_values(const part *part, char *values, bool back)
{
  for (size_t i = 0; i < part->catalog->n; i++) {
    const catalog_entry *entry = &part->catalog->entries[i];
    const overlap o = overlap_of(part, entry);
    const size_t bytes = (o.end - o.first) * VALUE_BYTES;
    if (bytes == 0) continue;
    char *own = (char *)entry->field.values + o.first * VALUE_BYTES;
    memcpy(back ? own : values, back ? values : own, bytes);
    values += bytes;
  }
}

/** A part on its way between the owners of its cells and the file. */
typedef struct passage {
  part part;
  tiles tiles;
  char *values;      /* [count_local()] in the order of their places */
  h5_block block;    /* this rank's stretch of the dataset */
  uint64_t *stretch; /* [block.rows] */
} passage;

static loligo_status passage_open_tiles(passage *p, const loligo_context *context, const uint64_t *place,
                                        uint64_t n_local)
{
  const uint64_t n = p->part.end - p->part.first, share = n / (uint64_t)context->size + 1;
  LOLIGO_TRY(tiles_init(&p->tiles, context, n, n_local, place, p->part.first, share));
  tile own = tiles_of_rank(&p->tiles, context->rank, 1);
  p->block = (h5_block){p->part.first + own.column, own.rows * own.columns, 0, 1};
  p->stretch = memory_allocate(p->block.rows, VALUE_BYTES, "a checkpoint");
  return loligo_agree(context, p->stretch ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

/* passage_close() also after a failure. Collective. */
static loligo_status passage_open(passage *p, const loligo_context *context, const part *part)
{
  const uint64_t n_local = count_local(part);
  uint64_t *place = memory_allocate(n_local, sizeof *place, "a checkpoint");
  *p = (passage){.part = *part, .values = memory_allocate(n_local, VALUE_BYTES, "a checkpoint")};
  loligo_status status = loligo_agree(context, place && p->values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    list_places(part, place);
    status = passage_open_tiles(p, context, place, n_local);
  }
  memory_free(place);
  return status;
}

static void passage_close(passage *p)
{
  tiles_free(&p->tiles);
  memory_free(p->values);
  memory_free(p->stretch);
}

static uint64_t digest_stretch(const part *part, h5_block block, const uint64_t *stretch)
{
  return digest_words(text_hash(catalog_dataset(part->type)), block.row, block.rows, stretch);
}

/* -- what is done with a part -- */

typedef loligo_status (*part_work)(h5_series *series, const part *part, uint64_t *digest);

static loligo_status write_part(h5_series *series, const part *part, uint64_t *digest)
{
  passage p;
  loligo_status status = passage_open(&p, series->file->context, part);
  if (status == LOLIGO_OK) {
    copy_values(part, p.values, false);
    tiles_exchange(&p.tiles, 1, p.values, p.stretch);
    *digest += digest_stretch(part, p.block, p.stretch);
    status = h5_series_write(series, p.block, p.stretch);
  }
  passage_close(&p);
  return status;
}

static loligo_status restore_part(h5_series *series, const part *part, uint64_t *digest)
{
  passage p;
  loligo_status status = passage_open(&p, series->file->context, part);
  if (status == LOLIGO_OK) status = h5_series_read(series, p.block, p.stretch);
  if (status == LOLIGO_OK) {
    *digest += digest_stretch(part, p.block, p.stretch);
    tiles_return(&p.tiles, 1, p.stretch, p.values);
    copy_values(part, p.values, true);
  }
  passage_close(&p);
  return status;
}

/* A stretch is read by another rank than wrote it, which may still have in memory what never came to the disk. */
static loligo_status verify_part(h5_series *series, const part *part, uint64_t *digest)
{
  const loligo_context *context = series->file->context;
  const uint64_t size = (uint64_t)context->size, n = part->end - part->first, share = n / size + 1;
  const uint64_t before = least(((uint64_t)context->rank + 1) % size * share, n);
  const h5_block block = {part->first + before, least(n - before, share), 0, 1};
  uint64_t *stretch = memory_allocate(block.rows, VALUE_BYTES, "a checkpoint");
  loligo_status status = loligo_agree(context, stretch ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = h5_series_read(series, block, stretch);
  if (status == LOLIGO_OK) *digest += digest_stretch(part, block, stretch);
  memory_free(stretch);
  return status;
}

/* -- all parts -- */

static loligo_status do_parts(h5_series *series, const catalog *catalog, loligo_field_type type, part_work work,
                              uint64_t *digest)
{
  const uint64_t n = catalog->n_values[type];
  const uint64_t at_once = least((uint64_t)series->file->context->size * VALUES_AT_ONCE, VALUES_OF_ALL);
  for (uint64_t first = 0; first < n; first += at_once) {
    const part part = {catalog, type, first, least(first + at_once, n)};
    LOLIGO_TRY(work(series, &part, digest));
  }
  return LOLIGO_OK;
}

/* Does it for one dataset, to which `added` rows are added before. */
static loligo_status do_dataset(h5_file *file, const catalog *catalog, loligo_field_type type, uint64_t added,
                                part_work work, uint64_t *digest)
{
  h5_series series;
  loligo_status status = h5_series_open(&series, file, catalog_dataset(type), catalog_type(type));
  if (status == LOLIGO_OK && added > 0) status = h5_series_extend(&series, 1, added);
  if (status == LOLIGO_OK) status = do_parts(&series, catalog, type, work, digest);
  h5_series_close(&series);
  return status;
}

static loligo_status do_all(h5_file *file, const catalog *catalog, bool adds, part_work work, uint64_t *digest)
{
  for (int type = 0; type < CATALOG_TYPES; type++) {
    const uint64_t n = catalog->n_values[type];
    if (n > 0) LOLIGO_TRY(do_dataset(file, catalog, type, adds ? n : 0, work, digest));
  }
  return LOLIGO_OK;
}

loligo_status values_write(h5_file *file, const catalog *catalog, uint64_t *digest)
{
  return do_all(file, catalog, true, write_part, digest);
}

loligo_status values_restore(h5_file *file, const catalog *catalog, uint64_t *digest)
{
  return do_all(file, catalog, false, restore_part, digest);
}

loligo_status values_verify(h5_file *file, const catalog *catalog, uint64_t *digest)
{
  return do_all(file, catalog, false, verify_part, digest);
}

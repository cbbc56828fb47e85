/*
 * Parts of a dataset are moved whatever fields lie in them: a hundred small populations with the messages of one.
 */
#include "io/checkpoint/values.h"

#include <string.h>

#include "base/least.h"
#include "base/lower_bound.h"
#include "base/text.h"
#include "io/checkpoint/passage.h"

/** Part of the dataset of a type. */
typedef struct part {
  const catalog *catalog;
  loligo_field_type type;
  passage_part rows;
} part;

/** Positions `first` ... `end` - 1 of a field's local cells. */
typedef struct overlap {
  uint64_t first, end;
} overlap;

/* First local cell whose value stands at `at` or behind. */
static uint64_t first_behind(const catalog_entry *entry, uint64_t at)
{
  return lower_bound(entry->field.index, entry->field.n_cells, at - least(at, entry->first));
}

/* Empty for fields of another type. */
static overlap overlap_of(const part *part, const catalog_entry *entry)
{
  if (entry->field.type != part->type) return (overlap){0, 0};
  return (overlap){first_behind(entry, part->rows.first), first_behind(entry, part->rows.end)};
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

static void find_values(const void *self, uint64_t *place)
{
  const part *part = self;
  for (size_t i = 0; i < part->catalog->n; i++) {
    const catalog_entry *entry = &part->catalog->entries[i];
    const overlap o = overlap_of(part, entry);
    for (uint64_t c = o.first; c < o.end; c++) *place++ = entry->first + entry->field.index[c];
  }
}

/* The local values of a field that lie in the part: doubles or integers. */
static uint64_t *own_values(const part *part, size_t entry, size_t *bytes)
{
  const overlap o = overlap_of(part, &part->catalog->entries[entry]);
  *bytes = (o.end - o.first) * sizeof(uint64_t);
  return *bytes ? (uint64_t *)part->catalog->entries[entry].field.values + o.first : NULL;
}

static void take_values(const void *self, uint64_t *values)
{
  const part *part = self;
  for (size_t i = 0, bytes; i < part->catalog->n; i++) {
    const uint64_t *own = own_values(part, i, &bytes);
    if (own) memcpy(values, own, bytes);
    values += bytes / sizeof *own;
  }
}

static void put_values(void *self, const uint64_t *values)
{
  const part *part = self;
  for (size_t i = 0, bytes; i < part->catalog->n; i++) {
    uint64_t *own = own_values(part, i, &bytes);
    if (own) memcpy(own, values, bytes);
    values += bytes / sizeof *own;
  }
}

/* -- all parts -- */

static loligo_status move_parts(const passage *passage, const catalog *catalog, loligo_field_type type)
{
  const uint64_t n = catalog->n_values[type];
  for (part part = {catalog, type, {0, 0}}; part.rows.end < n;) {
    part.rows = passage_part_of(passage->series->file->context, part.rows.end, n);
    const passage_share share = {count_local(&part), find_values, take_values, put_values, &part};
    LOLIGO_TRY(passage_move(passage, part.rows, &share));
  }
  return LOLIGO_OK;
}

typedef enum direction { WRITE, RESTORE, VERIFY } direction;

static loligo_status move_dataset(h5_file *file, const catalog *catalog, loligo_field_type type, direction direction,
                                  uint64_t *digest)
{
  h5_series series;
  const char *dataset = catalog_dataset(type);
  const passage passage = {&series, direction == WRITE, text_hash(dataset), digest};
  loligo_status status = h5_series_open(&series, file, dataset, catalog_type(type));
  if (status == LOLIGO_OK && direction == WRITE) status = h5_series_extend(&series, 1, catalog->n_values[type]);
  if (status == LOLIGO_OK)
    status = direction == VERIFY ? passage_verify(&series, passage.key, digest) : move_parts(&passage, catalog, type);
  h5_series_close(&series);
  return status;
}

static loligo_status move_all(h5_file *file, const catalog *catalog, direction direction, uint64_t *digest)
{
  for (int type = 0; type < CATALOG_TYPES; type++)
    if (catalog->n_values[type] > 0) LOLIGO_TRY(move_dataset(file, catalog, type, direction, digest));
  return LOLIGO_OK;
}

loligo_status values_write(h5_file *file, const catalog *catalog, uint64_t *digest)
{
  return move_all(file, catalog, WRITE, digest);
}

loligo_status values_restore(h5_file *file, const catalog *catalog, uint64_t *digest)
{
  return move_all(file, catalog, RESTORE, digest);
}

loligo_status values_verify(h5_file *file, const catalog *catalog, uint64_t *digest)
{
  return move_all(file, catalog, VERIFY, digest);
}

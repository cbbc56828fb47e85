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
static void copy_values(const part *part, uint64_t *values, bool back)
{
  for (size_t i = 0; i < part->catalog->n; i++) {
    const catalog_entry *entry = &part->catalog->entries[i];
    const overlap o = overlap_of(part, entry);
    const uint64_t n = o.end - o.first;
    if (n == 0) continue;
    uint64_t *own = (uint64_t *)entry->field.values + o.first; /* doubles or integers */
    memcpy(back ? own : values, back ? values : own, n * sizeof *own);
    values += n;
  }
}

static uint64_t key_of(const part *part)
{
  return text_hash(catalog_dataset(part->type));
}

static loligo_status open_part(passage *p, const part *part, const loligo_context *context)
{
  const loligo_status status = passage_init(p, part->rows, count_local(part));
  if (status == LOLIGO_OK) list_places(part, p->place);
  return passage_open(p, context, status);
}

/* -- what is done with a part -- */

typedef loligo_status (*part_work)(h5_series *series, const part *part, uint64_t *digest);

static loligo_status write_part(h5_series *series, const part *part, uint64_t *digest)
{
  passage p;
  loligo_status status = open_part(&p, part, series->file->context);
  if (status == LOLIGO_OK) {
    copy_values(part, p.values, false);
    status = passage_write(&p, series, key_of(part), digest);
  }
  passage_free(&p);
  return status;
}

static loligo_status restore_part(h5_series *series, const part *part, uint64_t *digest)
{
  passage p;
  loligo_status status = open_part(&p, part, series->file->context);
  if (status == LOLIGO_OK) status = passage_read(&p, series, key_of(part), digest);
  if (status == LOLIGO_OK) copy_values(part, p.values, true);
  passage_free(&p);
  return status;
}

/* -- all parts -- */

static loligo_status do_parts(h5_series *series, const catalog *catalog, loligo_field_type type, part_work work,
                              uint64_t *digest)
{
  const uint64_t n = catalog->n_values[type];
  for (part part = {catalog, type, {0, 0}}; part.rows.end < n;) {
    part.rows = passage_part_of(series->file->context, part.rows.end, n);
    LOLIGO_TRY(work(series, &part, digest));
  }
  return LOLIGO_OK;
}

/* Does it for one dataset, to which `added` rows are added before; without work it is verified. */
static loligo_status do_dataset(h5_file *file, const catalog *catalog, loligo_field_type type, uint64_t added,
                                part_work work, uint64_t *digest)
{
  h5_series series;
  loligo_status status = h5_series_open(&series, file, catalog_dataset(type), catalog_type(type));
  if (status == LOLIGO_OK && added > 0) status = h5_series_extend(&series, 1, added);
  if (status == LOLIGO_OK)
    status = work ? do_parts(&series, catalog, type, work, digest)
                  : passage_verify(&series, text_hash(catalog_dataset(type)), digest);
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
  return do_all(file, catalog, false, NULL, digest);
}

/*
 * The place of a cell's numbers follows from how many there are before it. The numbers of a list move in parts, as
 * values of fields do, whoever has the cells.
 */
#include "io/checkpoint/lists.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/least.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/text.h"
#include "io/checkpoint/passage.h"
#include "io/hdf5/ragged.h"
#include "network/description.h"

static const char WHAT[] = "a list of a checkpoint";

/** Open datasets. */
typedef struct list_file {
  h5_file *file;
  h5_series lengths, values[CATALOG_LIST_TYPES];
  uint64_t length_row, value_row[CATALOG_LIST_TYPES]; /* where the next list begins */
  bool writes;
  uint64_t *digest;
} list_file;

/** A list on its way. */
typedef struct list_move {
  list_file *in;
  loligo_cell_list *list;
  uint64_t n_all;  /* cells of the population */
  uint64_t *first; /* [n_cells] place of each cell's first number within the list */
  uint64_t total;  /* numbers of all cells */
} list_move;

static uint64_t key_of(const h5_series *series, const list_file *f)
{
  if (series == &f->lengths) return text_hash(CATALOG_LIST_LENGTHS);
  return text_hash(catalog_list_dataset((loligo_cell_list_type)(series - f->values)));
}

static passage passage_of(list_file *f, h5_series *series)
{
  return (passage){series, f->writes, key_of(series, f), f->digest};
}

/* -- lengths -- */

/** Cells of this rank whose lengths lie in a part. */
typedef struct cell_span {
  const list_move *move;
  uint64_t first, n;
} cell_span;

static void find_lengths(const void *self, uint64_t *place)
{
  const cell_span *span = self;
  const list_move *m = span->move;
  for (uint64_t i = 0; i < span->n; i++) place[i] = m->in->length_row + m->list->index[span->first + i];
}

static void take_lengths(const void *self, uint64_t *values)
{
  const cell_span *span = self;
  memcpy(values, span->move->list->n + span->first, span->n * sizeof *values);
}

static void put_lengths(void *self, const uint64_t *values)
{
  const cell_span *span = self;
  memcpy(span->move->list->n + span->first, values, span->n * sizeof *values);
}

static loligo_status move_lengths_part(list_move *m, passage_part part)
{
  const uint64_t row = m->in->length_row, *index = m->list->index;
  const uint64_t first = lower_bound(index, m->list->n_cells, part.first - row),
                 end = lower_bound(index, m->list->n_cells, part.end - row);
  cell_span span = {m, first, end - first};
  const passage_share share = {span.n, find_lengths, take_lengths, put_lengths, &span};
  const passage passage = passage_of(m->in, &m->in->lengths);
  return passage_move(&passage, part, &share);
}

static loligo_status move_lengths(list_move *m)
{
  const uint64_t row = m->in->length_row, end = row + m->n_all;
  if (m->in->writes) LOLIGO_TRY(h5_series_extend(&m->in->lengths, 1, m->n_all));
  if (end > m->in->lengths.rows)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: " CATALOG_LIST_LENGTHS " is too short", m->in->file->path);
  for (passage_part part = {row, row}; part.end < end;) {
    part = passage_part_of(m->in->file->context, part.end, end);
    LOLIGO_TRY(move_lengths_part(m, part));
  }
  m->in->length_row = end;
  return ragged_places(m->in->file->context, m->n_all, m->list->n_cells, m->list->index, m->list->n, m->first,
                       &m->total);
}

/* -- numbers -- */

/** Numbers of this rank that lie in a part: one behind the other in the list. */
typedef struct number_span {
  const list_move *move;
  uint64_t end;    /* of the part, as a place within the list */
  uint64_t cell;   /* in which they begin */
  uint64_t within; /* numbers of it that were before */
  uint64_t first;  /* numbers of this rank that were before */
  uint64_t n;
} number_span;

/* Counts the numbers of this rank from where a span begins to its end; their places go to place[], if that is there, as
 * rows of the dataset. Returns the span that follows, still without numbers. */
static number_span walk(const number_span *span, uint64_t *place, uint64_t *n)
{
  const list_move *m = span->move;
  const loligo_cell_list *list = m->list;
  const uint64_t row = m->in->value_row[list->type];
  number_span next = *span;
  *n = 0;
  for (; next.cell < list->n_cells; next.cell++, next.within = 0) {
    const uint64_t from = m->first[next.cell] + next.within, last = m->first[next.cell] + list->n[next.cell];
    const uint64_t until = least(last, largest(span->end, from));
    for (uint64_t at = from; place && at < until; at++) place[*n + at - from] = row + at;
    *n += until - from;
    next.within += until - from;
    if (until < last) break;
  }
  next.first += *n;
  return next;
}

static void find_numbers(const void *self, uint64_t *place)
{
  uint64_t n;
  walk(self, place, &n);
}

static void take_numbers(const void *self, uint64_t *values)
{
  const number_span *span = self;
  const loligo_cell_list *list = span->move->list;
  if (list->type == LOLIGO_LIST_FLOAT64) {
    memcpy(values, (const double *)list->values + span->first, span->n * sizeof *values);
    return;
  }
  const uint32_t *own = (const uint32_t *)list->values + span->first;
  for (uint64_t i = 0; i < span->n; i++) values[i] = own[i];
}

static void put_numbers(void *self, const uint64_t *values)
{
  const number_span *span = self;
  const loligo_cell_list *list = span->move->list;
  if (list->type == LOLIGO_LIST_FLOAT64) {
    memcpy((double *)list->values + span->first, values, span->n * sizeof *values);
    return;
  }
  uint32_t *own = (uint32_t *)list->values + span->first;
  for (uint64_t i = 0; i < span->n; i++) own[i] = (uint32_t)values[i];
}

static loligo_status move_numbers_part(list_move *m, passage_part part, number_span *span)
{
  const loligo_cell_list_type type = m->list->type;
  span->end = part.end - m->in->value_row[type];
  const number_span next = walk(span, NULL, &span->n);
  const passage_share share = {span->n, find_numbers, take_numbers, put_numbers, span};
  const passage passage = passage_of(m->in, &m->in->values[type]);
  const loligo_status status = passage_move(&passage, part, &share);
  *span = next;
  return status;
}

static loligo_status move_numbers(list_move *m)
{
  h5_series *series = &m->in->values[m->list->type];
  uint64_t *row = &m->in->value_row[m->list->type];
  const uint64_t end = *row + m->total;
  number_span span = {.move = m};
  if (m->in->writes) LOLIGO_TRY(h5_series_extend(series, 1, m->total));
  for (passage_part part = {*row, *row}; part.end < end;) {
    part = passage_part_of(m->in->file->context, part.end, end);
    LOLIGO_TRY(move_numbers_part(m, part, &span));
  }
  *row = end;
  return LOLIGO_OK;
}

/* -- lists -- */

static loligo_status move_begin(list_move *m, list_file *f, const catalog *catalog, loligo_cell_list *list)
{
  *m = (list_move){.in = f, .list = list, .n_all = catalog->network->populations[list->population].size};
  m->first = memory_allocate(list->n_cells, sizeof *m->first, WHAT);
  return m->first ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status write_list(list_file *f, const catalog *catalog, loligo_cell_list *list)
{
  list_move m;
  loligo_status status = loligo_agree(f->file->context, move_begin(&m, f, catalog, list));
  if (status == LOLIGO_OK) status = move_lengths(&m);
  if (status == LOLIGO_OK) status = move_numbers(&m);
  memory_free(m.first);
  return status;
}

/* Room for the numbers, which must be in the file. */
static loligo_status make_room(const list_move *m)
{
  const list_file *f = m->in;
  loligo_cell_list *list = m->list;
  const uint64_t rows = f->values[list->type].rows - f->value_row[list->type];
  uint64_t n = 0;
  for (uint64_t c = 0; c < list->n_cells && n <= rows; c++) n += least(list->n[c], rows + 1);
  if (m->total > rows || n > rows)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s is too short", f->file->path, catalog_list_dataset(list->type));
  list->values = memory_allocate(n, list->type == LOLIGO_LIST_UINT32 ? sizeof(uint32_t) : sizeof(double), WHAT);
  return list->values ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status read_list(list_file *f, const catalog *catalog, loligo_cell_list *list)
{
  list_move m;
  list->n = memory_allocate(list->n_cells, sizeof *list->n, WHAT);
  loligo_status status = move_begin(&m, f, catalog, list);
  status = loligo_agree(f->file->context, list->n ? status : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = move_lengths(&m);
  if (status == LOLIGO_OK) status = loligo_agree(f->file->context, make_room(&m));
  if (status == LOLIGO_OK) status = move_numbers(&m);
  memory_free(m.first);
  return status;
}

static loligo_status write_lists(list_file *f, const catalog *catalog, const loligo_simulation *simulation)
{
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < catalog->n_lists && status == LOLIGO_OK; i++) {
    loligo_cell_list list;
    status = loligo_simulation_take_list(simulation, i, &list);
    if (status == LOLIGO_OK) status = write_list(f, catalog, &list);
    loligo_cell_list_free(&list);
  }
  return status;
}

static loligo_status read_lists(list_file *f, const catalog *catalog, loligo_simulation *simulation)
{
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < catalog->n_lists && status == LOLIGO_OK; i++) {
    loligo_cell_list list = catalog->lists[i];
    status = read_list(f, catalog, &list);
    if (status == LOLIGO_OK) status = loligo_simulation_put_list(simulation, i, &list);
    loligo_cell_list_free(&list);
  }
  return status;
}

static loligo_status verify_lists(list_file *f)
{
  LOLIGO_TRY(passage_verify(&f->lengths, key_of(&f->lengths, f), f->digest));
  for (int type = 0; type < CATALOG_LIST_TYPES; type++)
    LOLIGO_TRY(passage_verify(&f->values[type], key_of(&f->values[type], f), f->digest));
  return LOLIGO_OK;
}

static loligo_status open_all(list_file *f)
{
  LOLIGO_TRY(h5_series_open(&f->lengths, f->file, CATALOG_LIST_LENGTHS, H5T_NATIVE_UINT64));
  for (int type = 0; type < CATALOG_LIST_TYPES; type++)
    LOLIGO_TRY(h5_series_open(&f->values[type], f->file, catalog_list_dataset(type), catalog_list_number(type)));
  return LOLIGO_OK;
}

static void close_all(list_file *f)
{
  if (f->lengths.file) h5_series_close(&f->lengths);
  for (int type = 0; type < CATALOG_LIST_TYPES; type++)
    if (f->values[type].file) h5_series_close(&f->values[type]);
}

loligo_status lists_write(h5_file *file, const catalog *catalog, const loligo_simulation *simulation, uint64_t *digest)
{
  list_file f = {.file = file, .writes = true, .digest = digest};
  if (catalog->n_lists == 0) return LOLIGO_OK;
  loligo_status status = open_all(&f);
  if (status == LOLIGO_OK) status = write_lists(&f, catalog, simulation);
  close_all(&f);
  return status;
}

loligo_status lists_restore(h5_file *file, const catalog *catalog, loligo_simulation *simulation, uint64_t *digest)
{
  list_file f = {.file = file, .digest = digest};
  if (catalog->n_lists == 0) return LOLIGO_OK;
  loligo_status status = open_all(&f);
  if (status == LOLIGO_OK) status = read_lists(&f, catalog, simulation);
  close_all(&f);
  return status;
}

loligo_status lists_verify(h5_file *file, const catalog *catalog, uint64_t *digest)
{
  list_file f = {.file = file, .digest = digest};
  if (catalog->n_lists == 0) return LOLIGO_OK;
  loligo_status status = open_all(&f);
  if (status == LOLIGO_OK) status = verify_lists(&f);
  close_all(&f);
  return status;
}

/*
 * The digest begins with the number of bytes: it is the one by which a run knows its files again.
 */
#include "network/cell_values.h"

#include <assert.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/random/distribution.h"
#include "base/text.h"
#include "network/selection.h"

static const char WHAT[] = "values of cells";

void value_source_free(value_source *source)
{
  if (source->free) source->free(source->self);
  *source = (value_source){0};
}

cell_values *cell_values_create(loligo_network *network, value_source source, uint64_t n, uint64_t digest)
{
  cell_values *list = memory_allocate(1, sizeof *list, WHAT);
  if (!list) {
    value_source_free(&source);
    return NULL;
  }
  *list = (cell_values){.n = n, .digest = digest, .source = source, .next = network->lists};
  network->lists = list;
  return list;
}

void cell_values_replace(cell_values *list, double *values, loligo_selection here)
{
  value_source_free(&list->source);
  memory_free(list->values);
  selection_free(&list->here);
  list->values = values;
  list->here = here;
}

void cell_values_note_range(loligo_distribution *law)
{
  if (law->kind != LOLIGO_LIST) return;
  const distribution_range range = distribution_range_of(law);
  law->low = range.low;
  law->high = range.high;
  law->mean = range.mean;
}

loligo_status cell_values_adopt(loligo_network *network, loligo_distribution *list)
{
  if (list->listed) return LOLIGO_OK;
  cell_values_note_range(list);
  list->listed = cell_values_create(network, (value_source){0}, list->n_values, 0);
  if (!list->listed) return LOLIGO_MACHINE_ERROR;
  cell_values_replace(list->listed, (double *)list->values, (loligo_selection){.last = list->n_values});
  list->values = NULL;
  return LOLIGO_OK;
}

void cell_values_free(loligo_network *network)
{
  for (cell_values *list = network->lists, *next; list; list = next) {
    next = list->next;
    cell_values_replace(list, NULL, (loligo_selection){0});
    memory_free(list);
  }
  network->lists = NULL;
}

/* -- reading -- */

uint64_t cell_values_digest_begin(uint64_t n)
{
  return hash_mix(n * sizeof(double));
}

uint64_t cell_values_digest(uint64_t digest, const double *values, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    uint64_t word;
    memcpy(&word, &values[i], sizeof word);
    digest = hash_mix(digest ^ word);
  }
  return digest;
}

static loligo_status hand_over(value_source *source, double *piece, value_sink sink, void *self)
{
  size_t n;
  LOLIGO_TRY(source->begin(source->self));
  for (;;) {
    LOLIGO_TRY(source->next(source->self, CELL_VALUES_PIECE, piece, &n));
    if (n == 0) return LOLIGO_OK;
    LOLIGO_TRY(sink(self, piece, n));
  }
}

loligo_status value_source_read(value_source *source, value_sink sink, void *self)
{
  double *piece = memory_allocate(CELL_VALUES_PIECE, sizeof *piece, WHAT);
  const loligo_status status = piece ? hand_over(source, piece, sink, self) : LOLIGO_MACHINE_ERROR;
  memory_free(piece);
  return status;
}

/** A list that is read again. */
typedef struct reading {
  const cell_values *list;
  value_sink sink;
  void *self;
  uint64_t at, digest;
} reading;

static loligo_status fail_changed(const cell_values *list)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: changed while it was read", list->source.name);
}

static loligo_status take_piece(void *self, double *values, size_t n)
{
  reading *r = self;
  if (n > r->list->n - r->at) return fail_changed(r->list);
  r->at += n;
  r->digest = cell_values_digest(r->digest, values, n);
  return r->sink(r->self, values, n);
}

loligo_status cell_values_read(cell_values *list, value_sink sink, void *self)
{
  reading r = {list, sink, self, 0, cell_values_digest_begin(list->n)};
  if (list->source.next) {
    LOLIGO_TRY(value_source_read(&list->source, take_piece, &r));
    return r.digest == list->digest ? LOLIGO_OK : fail_changed(list);
  }
  assert(selection_count(&list->here) == list->n);
  for (uint64_t at = 0; at < list->n; at += CELL_VALUES_PIECE)
    LOLIGO_TRY(sink(self, list->values + at, least(CELL_VALUES_PIECE, list->n - at)));
  return LOLIGO_OK;
}

double cell_values_at(const loligo_distribution *list, uint64_t position)
{
  assert(position < list->n_values);
  if (!list->listed) return list->values[position];
  assert(selection_holds(&list->listed->here, position));
  return list->listed->values[selection_before(&list->listed->here, position)];
}

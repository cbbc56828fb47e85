/*
 * The first reading counts the edges of each target, so that those that a rank keeps can be put where they belong as
 * they come, without a second copy to sort them in.
 */
#include "network/edge_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/least.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"

enum { PIECE = 1 << 14 };

static const char WHAT[] = "an edge list";

loligo_status edge_array_begin(void *self)
{
  ((edge_array *)self)->at = 0;
  return LOLIGO_OK;
}

loligo_status edge_array_next(void *self, size_t room, loligo_edge *edges, size_t *n)
{
  edge_array *array = self;
  *n = least(room, array->n - array->at);
  if (*n) memcpy(edges, array->edges + array->at, *n * sizeof *edges);
  array->at += *n;
  return LOLIGO_OK;
}

void edge_source_free(edge_source *source)
{
  if (source->free) source->free(source->self);
  *source = (edge_source){0};
}

void edge_source_rest(const edge_source *source)
{
  if (source->rest) source->rest(source->self);
}

void edge_list_free(edge_list *list)
{
  if (!list) return;
  edge_list_settle(list);
  for (int sign = 0; sign < SIGNS; sign++) memory_free(list->apart[sign]);
  memory_free(list->here);
  memory_free(list);
}

void edge_list_settle(edge_list *list)
{
  edge_source_free(&list->source);
  memory_free(list->in_degree);
  list->in_degree = NULL;
}

void edge_list_drop(edge_list *list)
{
  memory_free(list->here);
  list->here = NULL;
  list->n_here = 0;
  list->is_here = false;
}

/* -- reading in pieces -- */

uint64_t edge_list_digest(const loligo_edge *edges, size_t n)
{
  uint64_t words[sizeof *edges / sizeof(uint64_t)], sum = 0;
  for (size_t e = 0; e < n; e++) {
    uint64_t digest = 0;
    memcpy(words, &edges[e], sizeof words);
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) digest = hash_mix(digest ^ words[w]);
    sum += digest;
  }
  return sum;
}

static const edge_rows ALL_ROWS = {0, UINT64_MAX};

/* The next edges of a source, behind its `rows`, which it leaves behind; false behind the last. */
static loligo_status next_piece(edge_source *source, edge_rows *rows, size_t room, loligo_edge *edges, size_t *n,
                                bool *found)
{
  if (!source->read) {
    LOLIGO_TRY(source->next(source->self, room, edges, n));
    *found = *n > 0;
    return LOLIGO_OK;
  }
  const size_t n_rows = least(room, rows->end - rows->first);
  *found = n_rows > 0;
  *n = 0;
  if (!*found) return LOLIGO_OK;
  LOLIGO_TRY(source->read(source->self, rows->first, n_rows, edges, n));
  rows->first += n_rows;
  return LOLIGO_OK;
}

static loligo_status hand_over(edge_source *source, edge_rows rows, loligo_edge *edges, size_t room, uint64_t *digest,
                               edge_sink sink, void *self)
{
  size_t n;
  bool found;
  rows.end = least(rows.end, source->n_rows);
  if (source->begin) LOLIGO_TRY(source->begin(source->self));
  for (;;) {
    LOLIGO_TRY(next_piece(source, &rows, room, edges, &n, &found));
    if (!found) return LOLIGO_OK;
    *digest += edge_list_digest(edges, n);
    LOLIGO_TRY(sink(self, edges, n));
  }
}

static loligo_status read_source(edge_source *source, edge_rows rows, size_t room, uint64_t *digest, edge_sink sink,
                                 void *self)
{
  loligo_edge *edges = memory_allocate(room, sizeof *edges, WHAT);
  *digest = 0;
  const loligo_status status = edges ? hand_over(source, rows, edges, room, digest, sink, self) : LOLIGO_MACHINE_ERROR;
  edge_source_rest(source);
  memory_free(edges);
  return status;
}

loligo_status edge_list_fail_changed(const edge_list *list)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: changed while it was read", list->source.name);
}

loligo_status edge_list_read(edge_list *list, size_t room, edge_sink sink, void *self)
{
  uint64_t digest;
  LOLIGO_TRY(read_source(&list->source, ALL_ROWS, room, &digest, sink, self));
  return digest == list->digest ? LOLIGO_OK : edge_list_fail_changed(list);
}

/* -- looking at edges -- */

/** Looks at each edge, and where `list` is given notes what it adds to the whole. */
typedef struct inspection {
  edge_source *source;
  edge_check check;
  const void *self;
  edge_list *list;
  uint64_t n;   /* edges that were looked at */
  bool refuses; /* edge number n is refused, which its source did not blame */
  bool any;     /* one was, which is told */
} inspection;

static void include_range(distribution_range *range, double value)
{
  range->low = fmin(range->low, value);
  range->high = fmax(range->high, value);
}

static loligo_status note(edge_list *list, const loligo_edge *edge)
{
  include_range(&list->weights, edge->weight);
  include_range(&list->delays, edge->delay);
  listed_weights_include(list->sets, edge->weight);
  if (++list->in_degree[edge->target]) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "more than 2^32 edges onto cell %llu", (unsigned long long)edge->target);
}

static loligo_status blame(inspection *i, size_t k, loligo_status status)
{
  i->refuses = status == LOLIGO_INPUT_ERROR && !i->source->blame;
  if (status != LOLIGO_INPUT_ERROR || !i->source->blame) return status;
  i->any = true;
  return i->source->blame(i->source->self, k, status);
}

static loligo_status inspect(void *self, loligo_edge *edges, size_t n)
{
  inspection *i = self;
  for (size_t k = 0; k < n; k++, i->n++) {
    loligo_status status = i->check(i->self, &edges[k]);
    if (status == LOLIGO_OK && i->list) status = note(i->list, &edges[k]);
    if (status != LOLIGO_OK) LOLIGO_TRY(blame(i, k, status));
  }
  return LOLIGO_OK;
}

static loligo_status end_inspection(const inspection *i, loligo_status status, uint64_t *refused)
{
  if (i->refuses) *refused = i->n;
  return status == LOLIGO_OK ? mistakes_told(i->any) : status;
}

loligo_status edge_list_check(edge_list *list, edge_check check, const void *self, uint64_t *refused)
{
  inspection i = {.source = &list->source, .check = check, .self = self};
  return end_inspection(&i, edge_list_read(list, PIECE, inspect, &i), refused);
}

/* -- magnitudes that are far apart -- */

/** Different magnitudes of one sign. */
typedef struct magnitudes {
  int sign;
  double *values; /* [n], of which the first n_sorted are sorted and differ */
  size_t n, n_sorted, capacity;
} magnitudes;

static int descending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

size_t edge_list_sort_magnitudes(double *values, size_t n)
{
  size_t n_different = 0;
  if (n) qsort(values, n, sizeof *values, descending);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || values[i] != values[n_different - 1]) values[n_different++] = values[i];
  return n_different;
}

static void sort_magnitudes(magnitudes *m)
{
  m->n = m->n_sorted = edge_list_sort_magnitudes(m->values, m->n);
}

static loligo_status take_magnitudes(void *self, loligo_edge *edges, size_t n)
{
  magnitudes *m = self;
  LOLIGO_TRY(memory_grow((void **)&m->values, &m->capacity, m->n + n, sizeof *m->values, WHAT));
  for (size_t k = 0; k < n; k++) {
    const double weight = edges[k].weight;
    if (weight != 0 && weight_sign(weight) == m->sign) m->values[m->n++] = fabs(weight);
  }
  if (m->n > 2 * m->n_sorted + PIECE) sort_magnitudes(m);
  return LOLIGO_OK;
}

loligo_status edge_list_magnitudes(edge_list *list, edge_rows rows, int sign, double **values, size_t *n)
{
  uint64_t digest;
  magnitudes m = {.sign = sign};
  const loligo_status status = read_source(&list->source, rows, PIECE, &digest, take_magnitudes, &m);
  sort_magnitudes(&m);
  *values = m.values;
  *n = m.n;
  LOLIGO_TRY(status);
  return digest == list->digest_of_rows ? LOLIGO_OK : edge_list_fail_changed(list);
}

static loligo_status list_apart(edge_list *list, int sign)
{
  if (list->sets[sign].kind != WEIGHTS_APART) return LOLIGO_OK;
  return edge_list_magnitudes(list, ALL_ROWS, sign, &list->apart[sign], &list->n_apart[sign]);
}

/* -- a list -- */

loligo_status edge_list_begin(edge_source source, uint64_t n_targets, edge_list **list)
{
  edge_list *made = *list = memory_allocate(1, sizeof *made, WHAT);
  if (!made) {
    edge_source_free(&source);
    return LOLIGO_MACHINE_ERROR;
  }
  *made = (edge_list){.is_unknown = true,
                      .delays = {.low = INFINITY, .high = -INFINITY},
                      .receptor = -1,
                      .n_targets = n_targets,
                      .source = source,
                      .in_degree = memory_allocate(n_targets, sizeof *made->in_degree, WHAT)};
  if (made->in_degree) return LOLIGO_OK;
  edge_list_free(made);
  *list = NULL;
  return LOLIGO_MACHINE_ERROR;
}

edge_rows edge_list_rows(const edge_list *list, int rank, int ranks)
{
  const uint64_t n = list->source.n_rows, r = (uint64_t)rank, each = n / (uint64_t)ranks, more = n % (uint64_t)ranks;
  const uint64_t first = r * each + least(r, more);
  return (edge_rows){first, first + each + (r < more)};
}

loligo_status edge_list_look(edge_list *list, edge_rows rows, edge_check check, const void *self, uint64_t *refused)
{
  inspection i = {.source = &list->source, .check = check, .self = self, .list = list};
  const loligo_status status = read_source(&list->source, rows, PIECE, &list->digest_of_rows, inspect, &i);
  list->digest = list->digest_of_rows;
  list->n = i.n;
  return end_inspection(&i, status, refused);
}

void edge_list_know(edge_list *list)
{
  listed_weights_end(list->sets);
  list->is_unknown = false;
}

static loligo_status look_at_all(edge_list *list, edge_check check, const void *self, uint64_t *refused)
{
  LOLIGO_TRY(edge_list_look(list, ALL_ROWS, check, self, refused));
  edge_list_know(list);
  for (int sign = 0; sign < SIGNS; sign++) LOLIGO_TRY(list_apart(list, sign));
  return LOLIGO_OK;
}

loligo_status edge_list_create(edge_source source, uint64_t n_targets, edge_check check, const void *self,
                               uint64_t *refused, edge_list **list)
{
  LOLIGO_TRY(edge_list_begin(source, n_targets, list));
  const loligo_status status = look_at_all(*list, check, self, refused);
  if (status == LOLIGO_OK) return LOLIGO_OK;
  edge_list_free(*list);
  *list = NULL;
  return status;
}

/* -- edges that are kept -- */

loligo_status edge_places_open(edge_places *places, edge_list *list, const uint64_t *cells, uint64_t n_cells)
{
  uint64_t n = 0;
  *places = (edge_places){.list = list, .cells = cells, .n_cells = n_cells};
  places->start = memory_allocate(n_cells + 1, sizeof *places->start, WHAT);
  places->left = memory_allocate(n_cells, sizeof *places->left, WHAT);
  if (!places->start || !places->left) return LOLIGO_MACHINE_ERROR;
  for (uint64_t c = 0; c < n_cells; c++) {
    places->left[c] = list->in_degree[cells ? cells[c] : c];
    places->start[c] = n;
    n += places->left[c];
  }
  places->start[n_cells] = n;
  list->here = memory_allocate(n, sizeof *list->here, "edges of this rank");
  if (!list->here) return LOLIGO_MACHINE_ERROR;
  list->n_here = n;
  return LOLIGO_OK;
}

/* Position of a target, or n_cells for another one. */
static uint64_t find_cell(const edge_places *places, uint64_t target)
{
  const uint64_t n = places->n_cells;
  if (!places->cells) return least(target, n);
  const uint64_t c = lower_bound(places->cells, n, target);
  return c < n && places->cells[c] == target ? c : n;
}

loligo_status edge_places_take(edge_places *places, const loligo_edge *edges, size_t n)
{
  for (size_t k = 0; k < n; k++) {
    const uint64_t c = find_cell(places, edges[k].target);
    if (c == places->n_cells || places->left[c] == 0) return edge_list_fail_changed(places->list);
    places->list->here[places->start[c] + --places->left[c]] = edges[k];
  }
  return LOLIGO_OK;
}

loligo_status edge_places_check(const edge_places *places)
{
  for (uint64_t c = 0; c < places->n_cells; c++)
    if (places->left[c] > 0)
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: the index of the edges does not tell all of those onto cell %llu",
                         places->list->source.name, (unsigned long long)(places->cells ? places->cells[c] : c));
  return LOLIGO_OK;
}

static int by_source(const void *a, const void *b)
{
  const loligo_edge *x = a, *y = b;
  if (x->source != y->source) return x->source < y->source ? -1 : 1;
  if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
  return (x->weight > y->weight) - (x->weight < y->weight);
}

loligo_status edge_places_close(edge_places *places, loligo_status status)
{
  for (uint64_t c = 0; status == LOLIGO_OK && c < places->n_cells; c++) {
    const uint64_t first = places->start[c], n = places->start[c + 1] - first;
    if (n > 1) qsort(places->list->here + first, n, sizeof(loligo_edge), by_source);
  }
  places->list->is_here = status == LOLIGO_OK;
  memory_free(places->start);
  memory_free(places->left);
  return status;
}

static loligo_status take_piece(void *self, loligo_edge *edges, size_t n)
{
  return edge_places_take(self, edges, n);
}

loligo_status edge_list_gather(edge_list *list)
{
  edge_places places;
  if (list->is_here) return LOLIGO_OK;
  loligo_status status = edge_places_open(&places, list, NULL, list->n_targets);
  if (status == LOLIGO_OK) status = edge_list_read(list, PIECE, take_piece, &places);
  return edge_places_close(&places, status);
}

/*
 * Stretches lie in the order of their first cells. Those with steps may interleave, so each knows how far the ones
 * before it reach: a look-up goes back from the last that begins at or before a cell to where none reaches it.
 */
#include "network/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lower_bound.h"
#include "base/memory.h"
#include "network/description.h"

enum { TEXT_SIZE = 96 };

static uint64_t count_of(const loligo_stretch *stretch)
{
  return stretch->first < stretch->last ? (stretch->last - stretch->first - 1) / stretch->every + 1 : 0;
}

static bool lies_in(const loligo_stretch *stretch, uint64_t index)
{
  return index >= stretch->first && index < stretch->last && (index - stretch->first) % stretch->every == 0;
}

/* -- checks -- */

static void print_stretch(const loligo_stretch *stretch, char text[TEXT_SIZE])
{
  const unsigned long long first = stretch->first, last = stretch->last, every = stretch->every;
  if (every > 1)
    snprintf(text, TEXT_SIZE, "[%llu:%llu:%llu]", first, last, every);
  else if (last == first + 1)
    snprintf(text, TEXT_SIZE, "[%llu]", first);
  else
    snprintf(text, TEXT_SIZE, "[%llu:%llu]", first, last);
}

loligo_status selection_check_stretch(const loligo_population *population, const loligo_stretch *stretch)
{
  char text[TEXT_SIZE];
  print_stretch(stretch, text);
  const char *name = population->name;
  if (stretch->first > stretch->last)
    return loligo_fail(LOLIGO_INPUT_ERROR, "'%s%s' ends before it begins", name, text);
  if (stretch->last <= population->size) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "'%s%s' goes beyond the %llu cells of '%s'", name, text,
                     (unsigned long long)population->size, name);
}

/* The first cell that two stretches share, or UINT64_MAX. Steps of one meet the other within as many as it has. */
static uint64_t shared_cell(const loligo_stretch *a, const loligo_stretch *b)
{
  const uint64_t from = a->first > b->first ? a->first : b->first, end = a->last < b->last ? a->last : b->last;
  uint64_t index = a->first;
  if (index < from) index += (from - index + a->every - 1) / a->every * a->every;
  for (uint64_t k = 0; k < b->every && index < end; k++, index += a->every)
    if (lies_in(b, index)) return index;
  return UINT64_MAX;
}

static loligo_status check_apart(const loligo_population *population, const loligo_stretch *a, const loligo_stretch *b)
{
  const uint64_t shared = shared_cell(a, b);
  if (shared == UINT64_MAX) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "cell %llu of '%s' is selected twice", (unsigned long long)shared,
                     population->name);
}

/* -- taking over -- */

static int by_first(const void *a, const void *b)
{
  const loligo_stretch *x = a, *y = b;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  return (x->last > y->last) - (x->last < y->last);
}

/* The same cells with the bound right behind the last, and a step of 1 where there is no other cell. */
static loligo_stretch trimmed(loligo_stretch stretch)
{
  if (stretch.every == 0) stretch.every = 1;
  const uint64_t n = count_of(&stretch);
  if (n <= 1) stretch.every = 1;
  if (n > 0) stretch.last = stretch.first + (n - 1) * stretch.every + 1;
  return stretch;
}

/* Joins stretches of every cell that touch, or that overlap where they may. Returns how many are left. */
static size_t join(loligo_stretch *stretches, size_t n, selection_overlap overlap)
{
  size_t last = 0;
  for (size_t i = 1; i < n; i++) {
    loligo_stretch *before = &stretches[last];
    const loligo_stretch *next = &stretches[i];
    const bool touch = overlap == SELECTION_JOINS ? next->first <= before->last : next->first == before->last;
    if (touch && before->every == 1 && next->every == 1)
      before->last = next->last > before->last ? next->last : before->last;
    else
      stretches[++last] = *next;
  }
  return last + 1;
}

/* Counts ahead, and finds how far each and those before it reach. */
static loligo_status chain(const loligo_population *population, loligo_stretch *stretches, size_t n)
{
  uint64_t before = 0, reach = 0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i; j > 0 && stretches[j - 1].reach > stretches[i].first; j--)
      LOLIGO_TRY(check_apart(population, &stretches[i], &stretches[j - 1]));
    if (stretches[i].last > reach) reach = stretches[i].last;
    stretches[i].before = before;
    stretches[i].reach = reach;
    before += count_of(&stretches[i]);
  }
  return LOLIGO_OK;
}

/* Puts given stretches, which lie within the population, in order. */
static loligo_status settle(const loligo_population *population, selection_overlap overlap, loligo_stretch *stretches,
                            loligo_selection *taken)
{
  size_t n = 0;
  for (size_t i = 0; i < taken->n_stretches; i++)
    if (stretches[i].first < stretches[i].last) stretches[n++] = trimmed(stretches[i]);
  if (n == 0) return LOLIGO_OK;
  qsort(stretches, n, sizeof *stretches, by_first);
  n = join(stretches, n, overlap);
  LOLIGO_TRY(chain(population, stretches, n));
  taken->first = stretches[0].first;
  taken->last = stretches[n - 1].reach;
  taken->n_stretches = n > 1 || stretches[0].every > 1 ? n : 0;
  return LOLIGO_OK;
}

static loligo_status take_stretches(const loligo_selection *given, const loligo_population *population,
                                    selection_overlap overlap, loligo_selection *taken)
{
  for (size_t i = 0; i < given->n_stretches; i++) LOLIGO_TRY(selection_check_stretch(population, &given->stretches[i]));
  loligo_stretch *stretches = memory_allocate(given->n_stretches, sizeof *stretches, "selected cells");
  if (!stretches) return LOLIGO_MACHINE_ERROR;
  memcpy(stretches, given->stretches, given->n_stretches * sizeof *stretches);
  taken->first = taken->last = 0;
  taken->stretches = stretches;
  taken->n_stretches = given->n_stretches;
  const loligo_status status = settle(population, overlap, stretches, taken);
  const bool keeps = status == LOLIGO_OK && taken->first < taken->last && taken->n_stretches > 0;
  if (!keeps) selection_free(taken);
  return status;
}

loligo_status selection_take(const loligo_selection *given, const loligo_population *population,
                             selection_overlap overlap, loligo_selection *taken)
{
  const loligo_stretch whole = {.first = given->first, .last = given->last};
  *taken = (loligo_selection){.population = given->population, .first = given->first, .last = given->last};
  if (given->n_stretches == 0) return selection_check_stretch(population, &whole);
  return take_stretches(given, population, overlap, taken);
}

/* The longest run of equal distances that cells[n], n > 0, begin with. */
static size_t length_of_run(const uint64_t *cells, size_t n)
{
  size_t length = n < 2 ? n : 2;
  while (length < n && cells[length] - cells[length - 1] == cells[1] - cells[0]) length++;
  return length;
}

static size_t count_runs(const uint64_t *cells, size_t n)
{
  size_t runs = 0;
  for (size_t at = 0; at < n; at += length_of_run(cells + at, n - at)) runs++;
  return runs;
}

static void fill_runs(const uint64_t *cells, size_t n, loligo_stretch *stretches)
{
  for (size_t at = 0, length; at < n; at += length) {
    length = length_of_run(cells + at, n - at);
    const uint64_t every = length > 1 ? cells[at + 1] - cells[at] : 1, last = cells[at + length - 1] + 1;
    *stretches++ = (loligo_stretch){.first = cells[at], .last = last, .every = every, .before = at, .reach = last};
  }
}

loligo_status selection_of_cells(const uint64_t *cells, size_t n, loligo_selection *selection)
{
  *selection = (loligo_selection){0};
  if (n == 0) return LOLIGO_OK;
  *selection = (loligo_selection){.first = cells[0], .last = cells[n - 1] + 1};
  if (selection->last - selection->first == n) return LOLIGO_OK;
  const size_t runs = count_runs(cells, n);
  loligo_stretch *stretches = memory_allocate(runs, sizeof *stretches, "selected cells");
  if (!stretches) return LOLIGO_MACHINE_ERROR;
  fill_runs(cells, n, stretches);
  selection->stretches = stretches;
  selection->n_stretches = runs;
  return LOLIGO_OK;
}

void selection_free(loligo_selection *selection)
{
  memory_free((void *)selection->stretches);
  selection->stretches = NULL;
  selection->n_stretches = 0;
}

loligo_status selection_move(stream *stream, loligo_selection *selection)
{
  stream_move(stream, &selection->population, sizeof selection->population);
  stream_move(stream, &selection->first, sizeof selection->first);
  stream_move(stream, &selection->last, sizeof selection->last);
  stream_move(stream, &selection->n_stretches, sizeof selection->n_stretches);
  return stream_array(stream, (void **)&selection->stretches, selection->n_stretches, sizeof *selection->stretches,
                      "selected cells");
}

loligo_status selections_move(stream *stream, selections *selections)
{
  size_t n = selections->n;
  stream_move(stream, &n, sizeof n);
  if (stream->reads) selections->items = memory_allocate(n, sizeof *selections->items, "selected cells");
  if (n > 0 && !selections->items) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) {
    selections->n = i + 1;
    LOLIGO_TRY(selection_move(stream, &selections->items[i]));
  }
  return LOLIGO_OK;
}

void selections_free(selections *selections)
{
  for (size_t i = 0; i < selections->n; i++) selection_free(&selections->items[i]);
  memory_free(selections->items);
  *selections = (struct selections){0};
}

/* -- look-up -- */

/* Number of stretches that begin at or before a cell. */
static size_t beginning_by(const loligo_selection *selection, uint64_t index)
{
  const loligo_stretch *stretches = selection->stretches;
  return upper_bound_of_field(&stretches->first, sizeof *stretches, selection->n_stretches, index);
}

uint64_t selection_count(const loligo_selection *selection)
{
  if (selection->n_stretches == 0) return selection->last - selection->first;
  const loligo_stretch *last = &selection->stretches[selection->n_stretches - 1];
  return last->before + count_of(last);
}

bool selection_holds(const loligo_selection *selection, uint64_t index)
{
  if (selection->n_stretches == 0) return index >= selection->first && index < selection->last;
  for (size_t i = beginning_by(selection, index); i > 0 && selection->stretches[i - 1].reach > index; i--)
    if (lies_in(&selection->stretches[i - 1], index)) return true;
  return false;
}

/* Cells of a stretch before one that lies at or behind its first. */
static uint64_t count_before(const loligo_stretch *stretch, uint64_t index)
{
  if (index >= stretch->last) return count_of(stretch);
  return (index - stretch->first + stretch->every - 1) / stretch->every;
}

uint64_t selection_before(const loligo_selection *selection, uint64_t index)
{
  if (selection->n_stretches == 0) {
    const uint64_t end = index < selection->last ? index : selection->last;
    return end > selection->first ? end - selection->first : 0;
  }
  uint64_t n = 0;
  for (size_t i = beginning_by(selection, index); i > 0; i--) {
    const loligo_stretch *stretch = &selection->stretches[i - 1];
    if (stretch->reach <= index) return n + stretch->before + count_of(stretch);
    n += count_before(stretch, index);
  }
  return n;
}

/* The number of the stretch in which the position would lie if none interleaved. */
static size_t stretch_of(const loligo_selection *selection, uint64_t position)
{
  const loligo_stretch *stretches = selection->stretches;
  return upper_bound_of_field(&stretches->before, sizeof *stretches, selection->n_stretches, position) - 1;
}

static bool is_apart(const loligo_selection *selection, size_t i)
{
  const loligo_stretch *stretches = selection->stretches;
  return (i == 0 || stretches[i - 1].reach <= stretches[i].first) &&
         (i + 1 == selection->n_stretches || stretches[i].reach <= stretches[i + 1].first);
}

/** A position among the cells of a selection. */
typedef struct selected_cell {
  const loligo_selection *selection;
  uint64_t position;
} selected_cell;

/* Whether cell number `place` from the first on lies before it, selected or not. */
static bool lies_before(const void *self, uint64_t place)
{
  const selected_cell *sought = self;
  return selection_before(sought->selection, sought->selection->first + place + 1) <= sought->position;
}

uint64_t selection_cell(const loligo_selection *selection, uint64_t position)
{
  if (selection->n_stretches == 0) return selection->first + position;
  const size_t i = stretch_of(selection, position);
  const loligo_stretch *stretch = &selection->stretches[i];
  if (is_apart(selection, i)) return stretch->first + (position - stretch->before) * stretch->every;
  const selected_cell sought = {selection, position};
  return selection->first + lower_bound_where(selection->last - selection->first - 1, lies_before, &sought);
}

/* -- pairs -- */

static loligo_stretch stretch_at(const loligo_selection *selection, size_t i)
{
  if (selection->n_stretches > 0) return selection->stretches[i];
  return (loligo_stretch){.first = selection->first, .last = selection->last, .every = 1};
}

static size_t stretches_of(const loligo_selection *selection)
{
  return selection->n_stretches > 0 ? selection->n_stretches : 1;
}

bool selection_equals(const loligo_selection *a, const loligo_selection *b)
{
  if (a->first != b->first || a->last != b->last || a->n_stretches != b->n_stretches) return false;
  return a->n_stretches == 0 || memcmp(a->stretches, b->stretches, a->n_stretches * sizeof *a->stretches) == 0;
}

bool selection_meets(const loligo_selection *a, const loligo_selection *b)
{
  for (size_t i = 0; i < stretches_of(a); i++) {
    const loligo_stretch of_a = stretch_at(a, i);
    for (size_t j = 0; j < stretches_of(b); j++) {
      const loligo_stretch of_b = stretch_at(b, j);
      if (shared_cell(&of_a, &of_b) != UINT64_MAX) return true;
    }
  }
  return false;
}

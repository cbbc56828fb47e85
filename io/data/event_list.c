/*
 * Events grow sample by sample; those of one are sorted where they are not.
 */
#include "io/data/event_list.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random/random.h"
#include "base/vector.h"

static const char WHAT[] = "samples to learn from";

loligo_status event_list_add(event_list *list, double time, uint64_t cell)
{
  LOLIGO_TRY(memory_grow((void **)&list->events, &list->capacity, list->n + 1, sizeof *list->events, WHAT));
  list->events[list->n++] = (event){(float)time, (uint32_t)cell};
  return LOLIGO_OK;
}

loligo_status event_list_add_poisson(event_list *list, struct random_stream *stream, double rate, double start,
                                     double stop, uint64_t first_cell, uint64_t cells)
{
  if (rate <= 0 || cells == 0) return LOLIGO_OK;
  for (double time = start;;) {
    time -= vector_log(random_stream_uniform(stream)) / rate;
    if (!(time < stop)) return LOLIGO_OK;
    LOLIGO_TRY(event_list_add(list, time, first_cell + random_stream_index(stream, cells)));
  }
}

loligo_status event_store_begin(event_store *store, dataset *set)
{
  *store = (event_store){.set = set};
  const memory_column columns[] = {{(void **)&set->event_time, sizeof *set->event_time},
                                   {(void **)&set->event_cell, sizeof *set->event_cell}};
  LOLIGO_TRY(memory_grow_columns(columns, 2, &store->capacity, 1, WHAT));
  set->first_event = memory_allocate(set->n + 1, sizeof *set->first_event, WHAT);
  return set->first_event ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static int by_time(const void *a, const void *b)
{
  const event *x = a, *y = b;
  if (x->time != y->time) return x->time < y->time ? -1 : 1;
  return (x->cell > y->cell) - (x->cell < y->cell);
}

static bool is_sorted(const event_list *list)
{
  size_t i = 1;
  while (i < list->n && by_time(&list->events[i - 1], &list->events[i]) <= 0) i++;
  return i >= list->n;
}

loligo_status event_store_add(event_store *store, uint64_t sample, event_list *list)
{
  dataset *set = store->set;
  const uint64_t at = set->first_event[sample];
  const memory_column columns[] = {{(void **)&set->event_time, sizeof *set->event_time},
                                   {(void **)&set->event_cell, sizeof *set->event_cell}};
  LOLIGO_TRY(memory_grow_columns(columns, 2, &store->capacity, at + list->n + 1, WHAT));
  if (!is_sorted(list)) qsort(list->events, list->n, sizeof *list->events, by_time);
  for (size_t i = 0; i < list->n; i++) {
    set->event_time[at + i] = list->events[i].time;
    set->event_cell[at + i] = list->events[i].cell;
  }
  set->first_event[sample + 1] = at + list->n;
  list->n = 0;
  return LOLIGO_OK;
}

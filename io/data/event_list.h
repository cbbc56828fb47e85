/** Events of samples, while these are read or made. Not collective. */
#ifndef LOLIGO_IO_EVENT_LIST_H
#define LOLIGO_IO_EVENT_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "learn/dataset.h"
#include "loligo/status.h"

typedef struct event {
  float time; /* ms */
  uint32_t cell;
} event;

/** The events of one sample; free with memory_free(). */
typedef struct event_list {
  event *events; /* [n] owned */
  size_t n, capacity;
} event_list;

/** MACHINE without memory. */
loligo_status event_list_add(event_list *list, double time, uint64_t cell);

/** Adds those of a Poisson process in [start, stop) ms: `rate` of all `cells` together, events per ms; the first of
 * these is `first_cell`. MACHINE without memory. */
struct random_stream;
loligo_status event_list_add_poisson(event_list *list, struct random_stream *stream, double rate, double start,
                                     double stop, uint64_t first_cell, uint64_t cells);

/** Where the events of a set's samples are put, one sample after the other. */
typedef struct event_store {
  dataset *set;
  size_t capacity; /* of the events of all samples */
} event_store;

/** Begins with a set whose n is known. MACHINE without memory. */
loligo_status event_store_begin(event_store *store, dataset *set);

/** Sample `sample` has these events: puts them behind those before it, by time and cell, and empties the list. MACHINE
 * without memory. */
loligo_status event_store_add(event_store *store, uint64_t sample, event_list *list);

#endif

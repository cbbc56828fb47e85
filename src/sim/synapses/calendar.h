/**
 * Spikes on their way, and their delivery.
 *
 * Lazy: an arriving spike is not spread over future slots. It waits as one entry, a pointer to the delay run that is
 * due next, in the bucket of the step at which that delay run arrives; delivering the delay run moves the entry on to
 * the bucket of the row's next one. A delay run of few synapses is not worth a visit: the entry passes it by, and its
 * synapses themselves wait for their step (waiting.h), as all do that are packed. At each step only what is due is
 * summed into one integer accumulator per port, so delay costs no memory per neuron and the order of spikes does not
 * matter.
 */
#ifndef LOLIGO_SIM_SYNAPSES_CALENDAR_H
#define LOLIGO_SIM_SYNAPSES_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/status.h"
#include "sim/layout/ports.h"
#include "sim/layout/sums.h"
#include "sim/synapses/packed_rows.h"
#include "sim/synapses/waiting.h"

/** What is due at one step. */
typedef struct calendar_bucket {
  uintptr_t *delay_runs; /* [n] addresses of headers; bit 0 set: weights are subtracted */
  size_t n, capacity;
} calendar_bucket;

typedef struct calendar {
  calendar_bucket *buckets; /* [n_buckets] step s has bucket s mod n_buckets */
  int64_t n_buckets;        /* power of two, above the longest delay */
  waiting waiting;          /* queue block * n_buckets + s mod n_buckets: of step s onto a block of ports */
  int64_t max_delay;
  const port_layout *ports; /* owned elsewhere */
  uint64_t most_at_once;    /* spikes of every source at one stamp that narrow sums can surely hold */
  int64_t crowded_until;    /* up to this step there may be more */
  uint32_t overflown;       /* wide port whose sum passed 64 bits */
  uint64_t n_deliveries;    /* synaptic events so far */
} calendar;

/** Which part of the synapses waits one by one, where a delay run has that many on average: short ones do. */
double calendar_short_part(double run_synapses);

/** Bytes for delays up to max_delay steps where so many synapses and rows wait on average, in arrays that double. */
double calendar_bytes(double max_delay, double synapses, double rows);

/** Makes room for delays up to max_delay steps; keeps `ports`. Not collective. */
loligo_status calendar_init(calendar *calendar, int64_t max_delay, const port_layout *ports);
void calendar_free(calendar *calendar);

/** Forgets all that waits, and the count of events. */
void calendar_clear(calendar *calendar);

/** Fetches the head of a row that calendar_add() will soon walk. */
void calendar_prefetch(const uint32_t *row);

/** Enters a spike with time stamp `stamp` whose row of synapses is `row`; a `negative` one, the end of a level,
 * subtracts. */
loligo_status calendar_add(calendar *calendar, int64_t stamp, const uint32_t *row, bool negative);

/** The same at a later step: enters what arrives after `step` of a spike that was entered by then. */
loligo_status calendar_add_rest(calendar *calendar, int64_t stamp, const uint32_t *row, bool negative, int64_t step);

/** Enters what arrives after `step` of a spike of a source whose synapses are packed. */
loligo_status calendar_add_packed(calendar *calendar, int64_t stamp, const packed_rows *rows, uint64_t source,
                                  bool negative, int64_t step);

/** Tells the largest sum of the magnitudes of all narrow weights onto one port, in quanta. Before the first spike. */
void calendar_set_load(calendar *calendar, uint64_t most);

/** Tells that a source has `at_once` spikes with this stamp. */
void calendar_crowd(calendar *calendar, int64_t stamp, uint64_t at_once);

/**
 * Adds all weights that arrive at time `step` to the sums of a row, and forgets them. Each step exactly once, in order.
 *
 * @return  NUMERICS, without a message, where the sum of the wide port calendar->overflown passes 64 bits; MACHINE
 *          without memory
 */
loligo_status calendar_deliver(calendar *calendar, int64_t step, sum_row *row);

#endif

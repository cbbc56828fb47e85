/*
 * The calendar queue of spikes on their way and the inner loop of delivery.
 *
 * A row lies in memory in the order of its delays, so a spike walks through it once from front to back. Delivery is
 * bound by the latency of these bursts: the segments a few entries ahead are prefetched.
 */
#include "sim/calendar.h"

#include "base/memory.h"
#include "sim/synapses.h"

enum { PREFETCH_ENTRIES = 4, PREFETCH_LINES = 4, WORDS_PER_LINE = 16, INITIAL_CAPACITY = 16 };

loligo_status calendar_init(calendar *calendar, int64_t max_delay, const port_layout *ports)
{
  *calendar = (struct calendar){.n_buckets = 64};
  while (calendar->n_buckets <= max_delay) calendar->n_buckets *= 2;
  if (port_blocks_fit(ports))
    for (uint64_t block = 0; block < ports->n_receptors * ports->blocks_per_receptor; block++)
      calendar->block_base[block] = port_block_base(ports, block);
  calendar->buckets = memory_allocate((size_t)calendar->n_buckets, sizeof *calendar->buckets, "spike calendar");
  return calendar->buckets ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void calendar_free(calendar *calendar)
{
  for (int64_t i = 0; calendar->buckets && i < calendar->n_buckets; i++) memory_free(calendar->buckets[i].segments);
  memory_free(calendar->buckets);
  *calendar = (struct calendar){0};
}

static loligo_status push(calendar *calendar, int64_t step, const uint32_t *segment, bool negative)
{
  calendar_bucket *bucket = &calendar->buckets[step & (calendar->n_buckets - 1)];
  if (bucket->n == bucket->capacity)
    LOLIGO_TRY(memory_grow((void **)&bucket->segments, &bucket->capacity, bucket->n + INITIAL_CAPACITY,
                           sizeof *bucket->segments, "spike calendar"));
  bucket->segments[bucket->n++] = (uintptr_t)segment | negative;
  return LOLIGO_OK;
}

static const uint32_t *segment_of(uintptr_t entry)
{
  return (const uint32_t *)(entry & ~(uintptr_t)1);
}

loligo_status calendar_add(calendar *calendar, int64_t stamp, const uint32_t *row, bool negative)
{
  return push(calendar, stamp + segment_read(row).gap, row, negative);
}

loligo_status calendar_add_rest(calendar *calendar, int64_t stamp, const uint32_t *row, bool negative, int64_t step)
{
  int64_t arrival = stamp;
  for (const uint32_t *at = row;;) {
    segment s = segment_read(at);
    arrival += s.gap;
    if (arrival > step) return push(calendar, arrival, at, negative);
    if (s.last) return LOLIGO_OK;
    at = s.end;
  }
}

static inline void prefetch_segment(const uint32_t *segment)
{
  for (int line = 0; line < PREFETCH_LINES; line++) __builtin_prefetch(segment + line * WORDS_PER_LINE);
}

static inline void add_narrow(const segment *s, int32_t *sums)
{
  for (const uint32_t *word = s->synapses; word < s->end; word++) sums[*word & 0xffff] += (int32_t)*word >> 16;
}

static inline void subtract_narrow(const segment *s, int32_t *sums)
{
  for (const uint32_t *word = s->synapses; word < s->end; word++) sums[*word & 0xffff] -= (int32_t)*word >> 16;
}

static inline void add_wide(const segment *s, int32_t sign, int32_t *sums)
{
  for (const uint32_t *word = s->synapses; word < s->end; word += 2) sums[word[0]] += sign * (int32_t)word[1];
}

static inline void add_segment(const calendar *calendar, const segment *s, bool negative, int32_t *sums)
{
  if (s->wide)
    add_wide(s, negative ? -1 : 1, sums);
  else if (negative)
    subtract_narrow(s, sums + calendar->block_base[s->block]);
  else
    add_narrow(s, sums + calendar->block_base[s->block]);
}

/* Delivers a segment and those behind it that arrive at the same step; enters the next later one. */
static loligo_status deliver_entry(calendar *calendar, int64_t step, uintptr_t entry, int32_t *sums)
{
  bool negative = entry & 1;
  const uint32_t *at = segment_of(entry);
  for (;;) {
    segment s = segment_read(at);
    add_segment(calendar, &s, negative, sums);
    calendar->n_deliveries += s.count;
    if (s.last) return LOLIGO_OK;
    at = s.end;
    uint32_t gap = segment_read(at).gap;
    if (gap > 0) return push(calendar, step + gap, at, negative);
  }
}

loligo_status calendar_deliver(calendar *calendar, int64_t step, int32_t *sums)
{
  calendar_bucket *bucket = &calendar->buckets[step & (calendar->n_buckets - 1)];
  for (size_t i = 0; i < bucket->n; i++) {
    if (i + PREFETCH_ENTRIES < bucket->n) prefetch_segment(segment_of(bucket->segments[i + PREFETCH_ENTRIES]));
    LOLIGO_TRY(deliver_entry(calendar, step, bucket->segments[i], sums));
  }
  bucket->n = 0;
  return LOLIGO_OK;
}

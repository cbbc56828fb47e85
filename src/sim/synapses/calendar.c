/*
 * The calendar queue of spikes on their way and the inner loop of delivery.
 *
 * A row lies in memory in the order of its delays, so a spike walks through it once from front to back. Delivery is
 * bound by the latency of these bursts: the delay runs a few entries ahead are prefetched. Into the second cache, from
 * where the processor streams them: the first has too few lines under way at a time, and is full of sums.
 */
#include "sim/synapses/calendar.h"

#include "base/memory.h"
#include "sim/synapses/synapse_word.h"

enum {
  PREFETCH_ENTRIES = 6,
  PREFETCH_LINES = 6,
  SECOND_CACHE = 2,    /* locality of a prefetch */
  SHORT_DELAY_RUN = 4, /* synapses that are cheaper passed by than visited */
  WORDS_PER_LINE = 16,
  INITIAL_CAPACITY = 16
};

double calendar_short_part(double run_synapses)
{
  return run_synapses <= SHORT_DELAY_RUN ? 1 : 0;
}

double calendar_bytes(double max_delay, double synapses, double rows)
{
  const double spare = 1.5;
  return max_delay * sizeof(calendar_bucket) + spare * (synapses * sizeof(calendar_synapse) + rows * sizeof(uintptr_t));
}

loligo_status calendar_init(calendar *calendar, int64_t max_delay, const port_layout *ports)
{
  *calendar = (struct calendar){.n_buckets = 64, .max_delay = max_delay, .ports = ports};
  while (calendar->n_buckets <= max_delay) calendar->n_buckets *= 2;
  calendar->buckets = memory_allocate((size_t)calendar->n_buckets, sizeof *calendar->buckets, "spike calendar");
  return calendar->buckets ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void calendar_free(calendar *calendar)
{
  for (int64_t i = 0; calendar->buckets && i < calendar->n_buckets; i++) {
    memory_free(calendar->buckets[i].delay_runs);
    memory_free(calendar->buckets[i].synapses);
  }
  memory_free(calendar->buckets);
  *calendar = (struct calendar){0};
}

void calendar_clear(calendar *calendar)
{
  for (int64_t i = 0; i < calendar->n_buckets; i++) calendar->buckets[i].n = calendar->buckets[i].n_synapses = 0;
  calendar->crowded_until = 0;
  calendar->n_deliveries = 0;
}

static inline calendar_bucket *bucket_of(const calendar *calendar, int64_t step)
{
  return &calendar->buckets[step & (calendar->n_buckets - 1)];
}

static loligo_status push(calendar_bucket *bucket, const uint32_t *delay_run, bool negative)
{
  if (bucket->n == bucket->capacity)
    LOLIGO_TRY(memory_grow((void **)&bucket->delay_runs, &bucket->capacity, bucket->n + INITIAL_CAPACITY,
                           sizeof *bucket->delay_runs, "spike calendar"));
  bucket->delay_runs[bucket->n++] = (uintptr_t)delay_run | negative;
  return LOLIGO_OK;
}

static const uint32_t *delay_run_of(uintptr_t entry)
{
  return (const uint32_t *)(entry & ~(uintptr_t)1);
}

/* Makes room for another few synapses in a bucket. */
static inline loligo_status reserve_synapses(calendar_bucket *bucket, size_t n)
{
  if (bucket->n_synapses + n <= bucket->synapses_capacity) return LOLIGO_OK;
  return memory_grow((void **)&bucket->synapses, &bucket->synapses_capacity, bucket->n_synapses + INITIAL_CAPACITY,
                     sizeof *bucket->synapses, "spike calendar");
}

/* Moves the synapses of a short narrow delay run into the calendar. */
static inline loligo_status push_synapses(const calendar *calendar, calendar_bucket *bucket, const delay_run *s,
                                          bool negative)
{
  LOLIGO_TRY(reserve_synapses(bucket, SHORT_DELAY_RUN));
  const uint32_t base = (uint32_t)calendar->ports->block_base[s->block];
  calendar_synapse *out = bucket->synapses + bucket->n_synapses;
  for (uint32_t k = 0; k < s->count; k++) {
    const int32_t quanta = narrow_quanta(s->synapses[k]);
    out[k] = (calendar_synapse){base + narrow_port(s->synapses[k]), negative ? -quanta : quanta};
  }
  bucket->n_synapses += s->count;
  return LOLIGO_OK;
}

/* Enters what is left of a row: passes by short delay runs up to the next long one. `step`: of the delay run before. */
static inline loligo_status enter(calendar *calendar, int64_t step, const uint32_t *at, bool negative)
{
  for (;;) {
    const delay_run s = delay_run_read(at);
    step += s.gap;
    calendar_bucket *bucket = bucket_of(calendar, step);
    if (s.wide || s.count > SHORT_DELAY_RUN) return push(bucket, at, negative);
    LOLIGO_TRY(push_synapses(calendar, bucket, &s, negative));
    if (s.last) return LOLIGO_OK;
    at = s.end;
  }
}

loligo_status calendar_add(calendar *calendar, int64_t stamp, const uint32_t *row, bool negative)
{
  return enter(calendar, stamp, row, negative);
}

loligo_status calendar_add_rest(calendar *calendar, int64_t stamp, const uint32_t *row, bool negative, int64_t step)
{
  int64_t arrival = stamp;
  for (const uint32_t *at = row;;) {
    delay_run s = delay_run_read(at);
    if (arrival + s.gap > step) return enter(calendar, arrival, at, negative);
    arrival += s.gap;
    if (s.last) return LOLIGO_OK;
    at = s.end;
  }
}

loligo_status calendar_add_packed(calendar *calendar, int64_t stamp, const packed_rows *rows, uint64_t source,
                                  bool negative, int64_t step)
{
  const packed_run run = packed_find(rows, source);
  const unsigned halves = rows->shape.halves, delay_bits = rows->shape.delay_bits;
  const uint32_t delay_mask = (UINT32_C(1) << delay_bits) - 1;
  const uint64_t *base = calendar->ports->block_base + rows->block;
  for (const uint16_t *at = run.at; at < run.end; at += halves) {
    const packed_synapse s = packed_read(at, halves);
    const int64_t due = stamp + rows->first_delay + (s.tag & delay_mask);
    if (s.tag >> delay_bits != run.key || due <= step) continue;
    calendar_bucket *bucket = bucket_of(calendar, due);
    LOLIGO_TRY(reserve_synapses(bucket, 1));
    bucket->synapses[bucket->n_synapses++] =
        (calendar_synapse){(uint32_t)base[s.block] + s.port, negative ? -s.quanta : s.quanta};
  }
  return LOLIGO_OK;
}

static inline void prefetch_delay_run(const uint32_t *delay_run)
{
  for (size_t line = 0; line < PREFETCH_LINES; line++)
    __builtin_prefetch(delay_run + line * WORDS_PER_LINE, 0, SECOND_CACHE);
}

void calendar_prefetch(const uint32_t *row)
{
  prefetch_delay_run(row);
}

static inline void add_narrow(const uint32_t *word, const uint32_t *end, int32_t *sums)
{
  for (; word < end; word++) sums[narrow_port(*word)] += narrow_quanta(*word);
}

static inline void subtract_narrow(const uint32_t *word, const uint32_t *end, int32_t *sums)
{
  for (; word < end; word++) sums[narrow_port(*word)] -= narrow_quanta(*word);
}

static inline void add_words(const uint32_t *word, const uint32_t *end, bool negative, int32_t *sums)
{
  if (negative)
    subtract_narrow(word, end, sums);
  else
    add_narrow(word, end, sums);
}

static loligo_status fail_at(calendar *calendar, uint32_t port)
{
  calendar->overflown = port;
  return LOLIGO_NUMERICS_ERROR;
}

static inline loligo_status add_wide(calendar *calendar, const delay_run *s, int64_t sign, int64_t *sums)
{
  for (const uint32_t *at = s->synapses; at < s->end; at += synapse_words(true)) {
    int64_t *sum = &sums[wide_port(at)];
    if (__builtin_add_overflow(*sum, sign * wide_quanta(at), sum)) return fail_at(calendar, wide_port(at));
  }
  return LOLIGO_OK;
}

/* Room for another n events in the narrow sums, n <= SUMS_SAFE_EVENTS. */
static inline loligo_status make_room(sum_row *row, uint64_t *room, uint64_t n)
{
  if (n > *room) {
    LOLIGO_TRY(sum_row_carry(row));
    *room = SUMS_SAFE_EVENTS;
  }
  *room -= n;
  return LOLIGO_OK;
}

/* A delay run of more synapses than the narrow sums can hold at once. */
static loligo_status add_in_pieces(const delay_run *s, bool negative, int32_t *sums, sum_row *row, uint64_t *room)
{
  for (const uint32_t *word = s->synapses; word < s->end;) {
    const uint32_t *end = s->end - word > SUMS_SAFE_EVENTS ? word + SUMS_SAFE_EVENTS : s->end;
    LOLIGO_TRY(make_room(row, room, (uint64_t)(end - word)));
    add_words(word, end, negative, sums);
    word = end;
  }
  return LOLIGO_OK;
}

static inline loligo_status add_delay_run(calendar *calendar, const delay_run *s, bool negative, sum_row *row,
                                          uint64_t *room)
{
  if (s->wide) return add_wide(calendar, s, negative ? -1 : 1, row->wide);
  int32_t *sums = row->narrow + calendar->ports->block_base[s->block];
  if (s->count > *room) return add_in_pieces(s, negative, sums, row, room);
  *room -= s->count;
  add_words(s->synapses, s->end, negative, sums);
  return LOLIGO_OK;
}

/* Delay runs of one delay but several blocks follow each other without a gap: the bucket may grow on the way. */
static loligo_status deliver_delay_runs(calendar *calendar, calendar_bucket *bucket, int64_t step, sum_row *row,
                                        uint64_t *room)
{
  for (size_t i = 0; i < bucket->n; i++) {
    if (i + PREFETCH_ENTRIES < bucket->n) prefetch_delay_run(delay_run_of(bucket->delay_runs[i + PREFETCH_ENTRIES]));
    const bool negative = bucket->delay_runs[i] & 1;
    const delay_run s = delay_run_read(delay_run_of(bucket->delay_runs[i]));
    LOLIGO_TRY(add_delay_run(calendar, &s, negative, row, room));
    calendar->n_deliveries += s.count;
    if (!s.last) LOLIGO_TRY(enter(calendar, step, s.end, negative));
  }
  bucket->n = 0;
  return LOLIGO_OK;
}

static loligo_status deliver_synapses(calendar *calendar, calendar_bucket *bucket, sum_row *row, uint64_t *room)
{
  for (size_t i = 0; i < bucket->n_synapses;) {
    const size_t rest = bucket->n_synapses - i, n = rest < SUMS_SAFE_EVENTS ? rest : SUMS_SAFE_EVENTS;
    LOLIGO_TRY(make_room(row, room, n));
    for (const size_t end = i + n; i < end; i++) row->narrow[bucket->synapses[i].port] += bucket->synapses[i].quanta;
  }
  calendar->n_deliveries += bucket->n_synapses;
  bucket->n_synapses = 0;
  return LOLIGO_OK;
}

void calendar_set_load(calendar *calendar, uint64_t most)
{
  calendar->most_at_once = most > 0 ? INT32_MAX / most : INT32_MAX;
}

void calendar_crowd(calendar *calendar, int64_t stamp, uint64_t at_once)
{
  const int64_t until = stamp + calendar->max_delay;
  if (at_once > calendar->most_at_once && until > calendar->crowded_until) calendar->crowded_until = until;
}

loligo_status calendar_deliver(calendar *calendar, int64_t step, sum_row *row)
{
  calendar_bucket *bucket = bucket_of(calendar, step);
  const bool crowded = step <= calendar->crowded_until || calendar->most_at_once == 0;
  uint64_t room = crowded ? SUMS_SAFE_EVENTS : UINT64_MAX;
  LOLIGO_TRY(deliver_delay_runs(calendar, bucket, step, row, &room));
  return deliver_synapses(calendar, bucket, row, &room);
}

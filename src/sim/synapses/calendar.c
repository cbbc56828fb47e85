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
  PREFETCH_CHUNKS = 2,
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
  return max_delay * sizeof(calendar_bucket) + waiting_bytes(synapses, max_delay) + spare * rows * sizeof(uintptr_t);
}

loligo_status calendar_init(calendar *calendar, int64_t max_delay, const port_layout *ports)
{
  *calendar = (struct calendar){.n_buckets = 64, .max_delay = max_delay, .ports = ports};
  while (calendar->n_buckets <= max_delay) calendar->n_buckets *= 2;
  calendar->buckets = memory_allocate((size_t)calendar->n_buckets, sizeof *calendar->buckets, "spike calendar");
  if (!calendar->buckets) return LOLIGO_MACHINE_ERROR;
  return waiting_init(&calendar->waiting, (size_t)calendar->n_buckets * ports->n_blocks);
}

void calendar_free(calendar *calendar)
{
  for (int64_t i = 0; calendar->buckets && i < calendar->n_buckets; i++) memory_free(calendar->buckets[i].delay_runs);
  memory_free(calendar->buckets);
  waiting_free(&calendar->waiting);
  *calendar = (struct calendar){0};
}

void calendar_clear(calendar *calendar)
{
  for (int64_t i = 0; i < calendar->n_buckets; i++) calendar->buckets[i].n = 0;
  for (size_t q = 0; q < calendar->waiting.n_queues; q++) waiting_take_back(&calendar->waiting, q);
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

/* The queues of the steps onto a block of ports. */
static inline uint32_t **queues_of(const calendar *calendar, uint64_t block)
{
  return calendar->waiting.ends + block * (uint64_t)calendar->n_buckets;
}

/* What turns a narrow word into that of the same port and the weight times -1, or leaves it as it is. */
typedef struct word_sign {
  uint32_t flip, add;
} word_sign;

static inline word_sign sign_of(bool negative)
{
  const uint32_t quanta = narrow_pack(0, -1);
  return negative ? (word_sign){quanta, narrow_pack(0, 1)} : (word_sign){0, 0};
}

static inline uint32_t with_sign(uint32_t word, word_sign sign)
{
  return (word ^ sign.flip) + sign.add;
}

/* Moves the synapses of a short narrow delay run into the calendar. */
static inline loligo_status put_synapses(calendar *calendar, int64_t step, const delay_run *s, bool negative)
{
  const word_sign sign = sign_of(negative);
  uint32_t **end = queues_of(calendar, s->block) + (step & (calendar->n_buckets - 1));
  for (uint32_t k = 0; k < s->count; k++)
    LOLIGO_TRY(waiting_put(&calendar->waiting, end, with_sign(s->synapses[k], sign)));
  return LOLIGO_OK;
}

/* Enters what is left of a row: passes by short delay runs up to the next long one. `step`: of the delay run before. */
static inline loligo_status enter(calendar *calendar, int64_t step, const uint32_t *at, bool negative)
{
  for (;;) {
    const delay_run s = delay_run_read(at);
    step += s.gap;
    if (s.wide || s.count > SHORT_DELAY_RUN) return push(bucket_of(calendar, step), at, negative);
    LOLIGO_TRY(put_synapses(calendar, step, &s, negative));
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

/** How a packed synapse tells its block. */
typedef enum block_form { BLOCK_IS_ONE, BLOCK_IN_TAG, BLOCK_BESIDE } block_form;

/** A spike that walks through packed synapses: what it needs, beside what it writes. */
typedef struct packed_walk {
  packed_run run;
  block_form form;
  unsigned halves, delay_bits, key_bit;
  uint32_t block_mask;
  const uint8_t *blocks;
  word_sign sign;
  waiting *waiting;
  uint32_t **queues; /* of the first block, or of the only one */
  uint64_t n_steps;  /* queues of a block */
  int64_t first;     /* step at which those arrive whose delay bits are 0 */
  int64_t skip;      /* those whose delay bits are less arrived before */
} packed_walk;

static inline uint64_t block_of(const packed_walk *walk, const packed_synapse *s)
{
  if (walk->form == BLOCK_IS_ONE) return 0;
  return walk->form == BLOCK_BESIDE ? s->block : walk->blocks[s->tag >> walk->delay_bits & walk->block_mask];
}

static inline loligo_status put_packed(const packed_walk *walk, const uint16_t *at)
{
  const packed_synapse s = packed_read(at, walk->halves);
  const int64_t delay = s.tag & ((UINT32_C(1) << walk->delay_bits) - 1);
  if (delay < walk->skip) return LOLIGO_OK;
  const uint64_t step = (uint64_t)(walk->first + delay) & (walk->n_steps - 1);
  uint32_t **end = walk->queues + block_of(walk, &s) * walk->n_steps + step;
  return waiting_put(walk->waiting, end, with_sign(narrow_pack(s.port, s.quanta), walk->sign));
}

static inline loligo_status walk_own(const packed_walk *walk)
{
  for (const uint16_t *at = walk->run.at; at < walk->run.end; at += walk->halves) LOLIGO_TRY(put_packed(walk, at));
  return LOLIGO_OK;
}

static inline loligo_status walk_shared(const packed_walk *walk)
{
  packed_run run = walk->run;
  for (size_t n; run.at < run.end; run.at += n * walk->halves) {
    n = packed_group(&run, walk->halves);
    uint32_t own = packed_own(&run, n, walk->halves, walk->key_bit);
    for (; own; own &= own - 1) LOLIGO_TRY(put_packed(walk, run.at + (size_t)__builtin_ctz(own) * walk->halves));
  }
  return LOLIGO_OK;
}

/* One loop for each form, in which what tells the form is constant. */
static inline loligo_status walk_form(packed_walk walk, block_form form, bool is_shared)
{
  walk.form = form;
  walk.halves = form == BLOCK_BESIDE ? FAR_PACKED_HALVES : PACKED_HALVES;
  return is_shared ? walk_shared(&walk) : walk_own(&walk);
}

loligo_status calendar_add_packed(calendar *calendar, int64_t stamp, const packed_rows *rows, uint64_t source,
                                  bool negative, int64_t step)
{
  const bool is_shared = rows->shape.key_bits > 0, is_far = rows->shape.halves == FAR_PACKED_HALVES;
  const bool has_one_block = !is_far && rows->shape.block_bits == 0;
  const int64_t first = stamp + rows->first_delay;
  const packed_walk walk = {.run = packed_find(rows, source),
                            .delay_bits = rows->shape.delay_bits,
                            .key_bit = packed_key_bit(&rows->shape),
                            .block_mask = (UINT32_C(1) << rows->shape.block_bits) - 1,
                            .blocks = rows->blocks,
                            .sign = sign_of(negative),
                            .waiting = &calendar->waiting,
                            .queues = queues_of(calendar, has_one_block ? rows->blocks[0] : 0),
                            .n_steps = (uint64_t)calendar->n_buckets,
                            .first = first,
                            .skip = step + 1 - first};
  if (has_one_block) return walk_form(walk, BLOCK_IS_ONE, is_shared);
  return is_far ? walk_form(walk, BLOCK_BESIDE, is_shared) : walk_form(walk, BLOCK_IN_TAG, is_shared);
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

static inline void prefetch_chunk(const uint32_t *chunk)
{
  for (size_t word = 0; word < WAITING_CHUNK_WORDS; word += WORDS_PER_LINE)
    __builtin_prefetch(chunk + word, 0, SECOND_CACHE);
}

static loligo_status deliver_queue(calendar *calendar, size_t queue, int32_t *sums, sum_row *row, uint64_t *room)
{
  const waiting_chunks *chunks = &calendar->waiting.queues[queue];
  for (size_t i = 0; i < chunks->n && i < PREFETCH_CHUNKS; i++) prefetch_chunk(chunks->at[i]);
  for (size_t i = 0; i < chunks->n; i++) {
    const uint32_t *word = chunks->at[i];
    const size_t n = waiting_words(&calendar->waiting, queue, i);
    if (i + PREFETCH_CHUNKS < chunks->n) prefetch_chunk(chunks->at[i + PREFETCH_CHUNKS]);
    LOLIGO_TRY(make_room(row, room, n));
    add_narrow(word, word + n, sums);
    calendar->n_deliveries += n;
  }
  waiting_take_back(&calendar->waiting, queue);
  return LOLIGO_OK;
}

static loligo_status deliver_waiting(calendar *calendar, int64_t step, sum_row *row, uint64_t *room)
{
  const port_layout *ports = calendar->ports;
  size_t queue = (size_t)(step & (calendar->n_buckets - 1));
  for (uint64_t block = 0; block < ports->n_blocks; block++, queue += (size_t)calendar->n_buckets)
    if (calendar->waiting.ends[queue])
      LOLIGO_TRY(deliver_queue(calendar, queue, row->narrow + ports->block_base[block], row, room));
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
  return deliver_waiting(calendar, step, row, &room);
}

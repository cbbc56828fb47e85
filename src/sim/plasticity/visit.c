/*
 * Synapses are taken in tiles. Each array of a tile is made or changed by one loop that the compiler vectorises.
 *
 * The spikes of the targets that have not acted yet are found from the last one back: those synapses whose target's
 * last spike is one, of these those whose target's last but one is, and so on, so that each spike is looked at once.
 * Then they act, the oldest first. Of targets that fired very often since, those before the last MOST_LEVELS act one by
 * one.
 */
#include "sim/plasticity/visit.h"

#include <math.h>

#include "base/vector.h"

enum { TILE = 128, MOST_LEVELS = 16, MOST_PENDING = 64 };

static const double QUANTA = (double)(UINT32_C(1) << WEIGHT_BITS);

/** What one visit is about; steps are times at the synapse. */
typedef struct visit {
  const plastic_table *table;
  const plastic_segment *segment;
  const spike_archive *archive;
  double dendritic;
  double done, until;    /* spikes of the targets that act later than `done`, and not later than `until` */
  double now;            /* when the spike of the source acts */
  double before, behind; /* the source's trace before its last spike and behind it */
} visit;

/** The synapses at work. */
typedef struct tile {
  size_t n;
  const uint16_t *target; /* [n] */
  double weight[TILE];    /* in units of |Wmax| */
  double act[TILE];       /* when the last spike of each target acts */
  double trace[TILE];     /* of the targets */
} tile;

/** Spikes of targets of a tile that have not acted yet: of each such target the one with so many spikes behind it. */
typedef struct level {
  size_t n;
  uint8_t synapse[TILE]; /* [n] of the tile */
  uint16_t target[TILE]; /* [n] */
  uint32_t link[TILE];   /* [n] number of the spike in the log, where it is not one of the last */
  double act[TILE];      /* [n] when it acts */
  double slow[TILE];     /* [n] the target's second trace, if there is one */
} level;

/* -- weights -- */

VECTOR_CLONES static void load_weights(size_t n, const uint32_t *restrict quanta, double *restrict weight)
{
  /* halfway is taken as 0: signed integers are what all instruction sets convert */
  for (size_t i = 0; i < n; i++) weight[i] = ((double)(int32_t)(quanta[i] ^ 0x80000000u) + 0x1p31) * (1 / QUANTA);
}

VECTOR_CLONES static void store_weights(size_t n, const double *restrict weight, uint32_t *restrict quanta)
{
  for (size_t i = 0; i < n; i++) quanta[i] = (uint32_t)(int32_t)(weight[i] * QUANTA - 0x1p31) ^ 0x80000000u;
}

/* Clips weights and rounds them to quanta: after each event, lest results depend on when weights are stored. */
VECTOR_CLONES static void settle(size_t n, double *weight)
{
  for (size_t i = 0; i < n; i++) {
    const double low = weight[i] > 0 ? weight[i] : 0, clipped = low < 1 ? low : 1;
    weight[i] = (clipped * QUANTA + VECTOR_ROUNDER - VECTOR_ROUNDER) * (1 / QUANTA);
  }
}

/* -- spikes of the targets -- */

VECTOR_CLONES static void gather(size_t n, const uint16_t *restrict target, const double *restrict from, double shift,
                                 double *restrict to)
{
  for (size_t i = 0; i < n; i++) to[i] = from[target[i]] + shift;
}

/* The source's trace at the time of an event, strictly before it. */
VECTOR_INLINE double source_trace(double act, double last, double before, double behind, double rate)
{
  const double decay = vector_exp(-(act - last) * rate);
  return act == last ? before : behind * decay;
}

VECTOR_CLONES static void find_source_traces(size_t n, const double *restrict act, const visit *v, double rate,
                                             double *restrict trace)
{
  const double done = v->done, until = v->until, last = (double)v->segment->last;
  const double before = v->before, behind = v->behind;
  for (size_t i = 0; i < n; i++) {
    const double value = source_trace(act[i], last, before, behind, rate);
    trace[i] = (act[i] > done) & (act[i] <= until) ? value : 0;
  }
}

static const double *block_of(const visit *v, const double *of_cells)
{
  return of_cells + ((size_t)v->segment->block << TARGET_BLOCK_BITS);
}

static const uint32_t *newest_in_log(const visit *v)
{
  return v->archive->older + ((size_t)v->segment->block << TARGET_BLOCK_BITS);
}

/* A spike of the log acts on one synapse. */
static void act_old(const visit *v, const archived_spike *spike, double *weight)
{
  const double act = spike->step + v->dendritic;
  const double trace = source_trace(act, (double)v->segment->last, v->before, v->behind, v->table->rate[0]);
  v->table->model->post(
      &(synapse_tile){.n = 1, .constant = v->table->constant, .weight = weight, .trace = &trace, .slow = &spike->slow});
  settle(1, weight);
}

/* Those of a chain that are due and act behind `done`, the oldest first: as many at a time as are remembered. */
static void act_chain(const visit *v, uint32_t newest, double *weight)
{
  const archived_spike *log = v->archive->log, *pending[MOST_PENDING];
  double done = v->done;
  for (;;) {
    size_t n = 0, at = 0;
    for (uint32_t i = newest; i != ARCHIVE_END && log[i].step + v->dendritic > done; i = log[i].before)
      if (log[i].step + v->dendritic <= v->until) pending[n++ % MOST_PENDING] = &log[i];
    const size_t known = n < MOST_PENDING ? n : MOST_PENDING;
    for (; at < known; at++) act_old(v, pending[(n - 1 - at) % MOST_PENDING], weight);
    if (n <= MOST_PENDING) return;
    done = pending[(n - known) % MOST_PENDING]->step + v->dendritic;
  }
}

/* Each level is written without a branch, which could not be foretold: what does not belong is overwritten by the next.
 */

static void find_first_level(const visit *v, const tile *t, level *level)
{
  size_t n = 0;
  for (size_t i = 0; i < t->n; i++) {
    level->synapse[n] = (uint8_t)i;
    level->target[n] = t->target[i];
    level->act[n] = t->act[i];
    n += t->act[i] > v->done;
  }
  level->n = n;
}

/* Those among the last spikes that lie one further back than `later`. */
static void find_last_level(const visit *v, const double *step, const level *later, level *level)
{
  size_t n = 0;
  for (size_t i = 0; i < later->n; i++) {
    const double act = step[later->target[i]] + v->dendritic;
    level->synapse[n] = later->synapse[i];
    level->target[n] = later->target[i];
    level->act[n] = act;
    n += act > v->done;
  }
  level->n = n;
}

/* Those in the log: the newest of each target there, or those before `later`. */
static void find_log_level(const visit *v, const uint32_t *newest, const level *later, level *level)
{
  const archived_spike *log = v->archive->log;
  size_t n = 0;
  for (size_t i = 0; i < later->n; i++) {
    const uint32_t link = newest ? newest[later->target[i]] : log[later->link[i]].before;
    const double act = (link == ARCHIVE_END ? SPIKE_NEVER : log[link].step) + v->dendritic;
    level->synapse[n] = later->synapse[i];
    level->target[n] = later->target[i];
    level->link[n] = link;
    level->act[n] = act;
    n += act > v->done;
  }
  level->n = n;
}

static void find_level(const visit *v, int k, const tile *t, level *levels)
{
  if (k == 0)
    find_first_level(v, t, levels);
  else if (k < LAST_SPIKES)
    find_last_level(v, block_of(v, v->archive->step[k]), &levels[k - 1], &levels[k]);
  else
    find_log_level(v, k == LAST_SPIKES ? newest_in_log(v) : NULL, &levels[k - 1], &levels[k]);
}

/* The targets' second traces at the spikes of a level. */
static void find_slow(const visit *v, int k, const level *level, double *slow)
{
  const spike_archive *archive = v->archive;
  if (!archive->slow[0]) return;
  if (k < LAST_SPIKES) {
    gather(level->n, level->target, block_of(v, archive->slow[k]), 0, slow);
    return;
  }
  for (size_t i = 0; i < level->n; i++) slow[i] = archive->log[level->link[i]].slow;
}

static void act_level(const visit *v, int k, const level *level, tile *t)
{
  double weight[TILE], trace[TILE], slow[TILE];
  find_source_traces(level->n, level->act, v, v->table->rate[0], trace);
  find_slow(v, k, level, slow);
  for (size_t i = 0; i < level->n; i++) weight[i] = t->weight[level->synapse[i]];
  v->table->model->post(
      &(synapse_tile){.n = level->n, .constant = v->table->constant, .weight = weight, .trace = trace, .slow = slow});
  settle(level->n, weight);
  for (size_t i = 0; i < level->n; i++) t->weight[level->synapse[i]] = weight[i];
}

/* What lies before the last level, which is in the log. */
static void act_rest(const visit *v, const level *last, tile *t)
{
  for (size_t i = 0; i < last->n; i++)
    act_chain(v, v->archive->log[last->link[i]].before, &t->weight[last->synapse[i]]);
}

static void act_targets(const visit *v, tile *t)
{
  level levels[MOST_LEVELS];
  int n = 0;
  if (!v->table->model->post) return;
  do find_level(v, n, t, levels);
  while (levels[n].n > 0 && ++n < MOST_LEVELS);
  if (n == MOST_LEVELS) act_rest(v, &levels[n - 1], t);
  while (n-- > 0) act_level(v, n, &levels[n], t);
}

/* -- the spike of the source -- */

VECTOR_CLONES static int any_behind(size_t n, const double *act, double done)
{
  int any = 0;
  for (size_t i = 0; i < n; i++) any |= act[i] > done;
  return any;
}

VECTOR_CLONES static void find_target_traces(size_t n, const double *restrict act, double now, double rate,
                                             double *restrict trace)
{
  for (size_t i = 0; i < n; i++) {
    const double decayed = trace[i] * vector_exp(-(now - act[i]) * rate);
    trace[i] = act[i] < now ? decayed : 0;
  }
}

/* The newest spike of a target that acts before the source's spike, which its last one does not; its trace is taken. */
static double look_up(const visit *v, uint16_t target, double *trace)
{
  const archived_spike *log = v->archive->log;
  for (int k = 1; k < LAST_SPIKES; k++) {
    const double act = block_of(v, v->archive->step[k])[target] + v->dendritic;
    *trace = block_of(v, v->archive->trace[k])[target];
    if (act < v->now) return act;
  }
  uint32_t at = newest_in_log(v)[target];
  while (at != ARCHIVE_END && log[at].step + v->dendritic >= v->now) at = log[at].before;
  if (at == ARCHIVE_END) return SPIKE_NEVER;
  *trace = log[at].trace;
  return log[at].step + v->dendritic;
}

/* The targets' traces strictly before `now`, into t->trace. */
static void trace_targets(const visit *v, tile *t)
{
  gather(t->n, t->target, block_of(v, v->archive->trace[0]), 0, t->trace);
  if (any_behind(t->n, t->act, v->now - 1))
    for (size_t i = 0; i < t->n; i++)
      if (t->act[i] >= v->now) t->act[i] = look_up(v, t->target[i], &t->trace[i]);
  find_target_traces(t->n, t->act, v->now, v->archive->rate[0], t->trace);
}

static void add_weights(const plastic_table *table, const tile *t, const uint32_t *weight, int64_t *sums)
{
  if (table->sign > 0)
    for (size_t i = 0; i < t->n; i++) sums[t->target[i]] += weight[i];
  else
    for (size_t i = 0; i < t->n; i++) sums[t->target[i]] -= weight[i];
}

/* -- segments -- */

static double decayed_trace(const plastic_table *table, const plastic_segment *segment, int k, int64_t step)
{
  if (step == segment->last) return segment->trace[k];
  const double behind = synapse_trace_behind(table->pairing, segment->trace[k], segment->n_last);
  return behind * vector_exp(-(double)(step - segment->last) * table->rate[k]);
}

static void load(const visit *v, tile *t, const uint32_t *weight)
{
  load_weights(t->n, weight, t->weight);
  gather(t->n, t->target, block_of(v, v->archive->step[0]), v->dendritic, t->act);
}

static void act_source(const visit *v, tile *t, double slow)
{
  const plastic_table *table = v->table;
  if (table->model->n_target_traces > 0) trace_targets(v, t);
  table->model->pre(&(synapse_tile){
      .n = t->n, .constant = table->constant, .weight = t->weight, .trace = t->trace, .slow_of_source = slow});
  settle(t->n, t->weight);
}

/* Works on all synapses of the segment; those of the source too where there are `sums`. */
static void work(const visit *v, int64_t *sums)
{
  const plastic_table *table = v->table;
  const plastic_segment *segment = v->segment;
  const double slow = sums ? decayed_trace(table, segment, 1, (int64_t)v->now) : 0;
  tile t;
  for (uint32_t from = 0; from < segment->count; from += TILE) {
    uint32_t *weight = table->weight + segment->first + from;
    t.n = segment->count - from < TILE ? segment->count - from : TILE;
    t.target = table->target + segment->first + from;
    load(v, &t, weight);
    act_targets(v, &t);
    if (sums) act_source(v, &t, slow);
    store_weights(t.n, t.weight, weight);
    if (sums) add_weights(table, &t, weight, sums);
  }
}

static visit visit_of(const plastic_table *table, const plastic_segment *segment, int64_t now, int64_t until)
{
  return (visit){.table = table,
                 .segment = segment,
                 .archive = table->archive,
                 .dendritic = (double)segment_dendritic(table, segment),
                 .done = (double)segment->done,
                 .until = (double)until,
                 .now = (double)now,
                 .before = segment->trace[0],
                 .behind = synapse_trace_behind(table->pairing, segment->trace[0], segment->n_last)};
}

void visit_count(const plastic_table *table, plastic_segment *segment, int64_t now)
{
  if (now != segment->last)
    for (size_t k = 0; k < table->model->n_source_traces; k++)
      segment->trace[k] = decayed_trace(table, segment, (int)k, now);
  segment->n_last = now == segment->last ? segment->n_last + 1 : 1;
  segment->last = now;
}

void visit_deliver(const plastic_table *table, plastic_segment *segment, int64_t arrival, int64_t *sums)
{
  const int64_t dendritic = segment_dendritic(table, segment), now = arrival - dendritic;
  const visit v = visit_of(table, segment, now, dendritic > 0 ? now : now - 1);
  work(&v, sums + table->first_port + ((size_t)segment->block << TARGET_BLOCK_BITS));
  visit_count(table, segment, now);
  segment->done = (int64_t)v.until;
}

void visit_sweep(const plastic_table *table, plastic_segment *segment, int64_t known)
{
  const int64_t until = known - segment_dendritic(table, segment);
  if (until <= segment->done) return;
  const visit v = visit_of(table, segment, until, until);
  work(&v, NULL);
  segment->done = until;
}

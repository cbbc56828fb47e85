/*
 * Synapses are taken in tiles. Each array of a tile is made or changed by one loop that the compiler vectorises.
 *
 * The spikes of the targets that have not acted yet are found from the last one back: those synapses whose target's
 * last spike is one, of these those whose target's last but one is, and so on, so that each spike is looked at once.
 * Then they act, the oldest first. Of targets that fired very often since, those before the last MOST_LEVELS act one by
 * one.
 *
 * Where there is a modulator a visit goes from one of its events to the next. When a synapse had its last event is not
 * kept: it is the latest of the source's, the modulator's and its target's.
 */
#include "sim/plasticity/visit.h"

#include <math.h>

#include "base/vector.h"
#include "sim/plasticity/lanes.h"

enum { TILE = MOST_LANES, MOST_LEVELS = 16, MOST_PENDING = 64 };

/** What one visit is about; steps are times at the synapse. */
typedef struct visit {
  const plastic_table *table;
  const plastic_segment *segment;
  const spike_archive *archive;
  double dendritic;
  double done, until;        /* spikes of the targets that act later than `done`, and not later than `until` */
  double now;                /* when the spike of the source acts */
  double before, behind;     /* the source's trace before its last spike and behind it */
  modulator_event modulator; /* its last event up to `done` */
  uint64_t *n_changes;       /* of a weight, by a spike of its target */
} visit;

/** The synapses that a visit works on together. */
typedef struct tile {
  size_t n;
  const uint16_t *target; /* [n] */
  double weight[TILE];    /* as in lanes, like `eligibility` and `last` */
  double act[TILE];       /* when the last spike of each target acts */
  double trace[TILE];     /* of the targets */
  double eligibility[TILE], last[TILE];
} tile;

/** Spikes of targets of a tile that have not acted yet: of each such target the one with so many spikes behind it. */
typedef struct level {
  size_t n;
  uint8_t synapse[TILE]; /* [n] of the tile */
  uint16_t target[TILE]; /* [n] */
  uint32_t link[TILE];   /* [n] number of the spike in the log, where it is not one of the last */
  double act[TILE];      /* [n] when it acts */
} level;

static lanes lanes_of(tile *t, size_t first, size_t n)
{
  return (lanes){n, t->weight + first, t->eligibility + first, t->last + first};
}

/* -- drift between events -- */

static void drift_to(const visit *v, const lanes *l, double step)
{
  double to[TILE];
  for (size_t i = 0; i < l->n; i++) to[i] = step;
  lanes_drift(l, v->table, &v->modulator, to);
}

VECTOR_CLONES static void choose_due(size_t n, const double *restrict act, const visit *v, const double *restrict last,
                                     double *restrict to)
{
  const double done = v->done, until = v->until;
  for (size_t i = 0; i < n; i++) to[i] = (act[i] > done) & (act[i] <= until) ? act[i] : last[i];
}

/* Those whose target's spike is due drift to it. */
static void drift_to_due(const visit *v, const lanes *l, const double *act)
{
  double to[TILE];
  choose_due(l->n, act, v, l->last, to);
  lanes_drift(l, v->table, &v->modulator, to);
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

VECTOR_CLONES static size_t count_due(size_t n, const double *act, double done, double until)
{
  int64_t count = 0;
  for (size_t i = 0; i < n; i++) count += (act[i] > done) & (act[i] <= until);
  return (size_t)count;
}

/* A spike of each target acts, if it is due. */
static void act_on(const visit *v, const lanes *l, const double *act, const double *slow)
{
  const plastic_table *table = v->table;
  double trace[TILE];
  *v->n_changes += count_due(l->n, act, v->done, v->until);
  if (table->modulator) drift_to_due(v, l, act);
  find_source_traces(l->n, act, v, table->rate[0], trace);
  table->model->post(&(synapse_tile){.n = l->n,
                                     .constant = table->constant,
                                     .weight = l->weight,
                                     .trace = trace,
                                     .slow = slow,
                                     .eligibility = l->eligibility});
  lanes_settle(l, table);
}

static const uint32_t *newest_in_log(const visit *v)
{
  return v->archive->older + ((size_t)v->segment->block << TARGET_BLOCK_BITS);
}

/* When that spike of a target acts which is the newest to act up to a step, but for its last one; its trace is taken.
 */
static double look_up(const visit *v, uint16_t target, double step, double *trace)
{
  const archived_spike *log = v->archive->log;
  for (int k = 1; k < LAST_SPIKES; k++) {
    const double act = block_of(v, v->archive->step[k])[target] + v->dendritic;
    *trace = block_of(v, v->archive->trace[k])[target];
    if (act <= step) return act;
  }
  uint32_t at = newest_in_log(v)[target];
  while (at != ARCHIVE_END && log[at].step + v->dendritic > step) at = log[at].before;
  if (at == ARCHIVE_END) return SPIKE_NEVER;
  *trace = log[at].trace;
  return log[at].step + v->dendritic;
}

/* A spike of the log acts on one synapse. */
static void act_old(const visit *v, const archived_spike *spike, const lanes *one)
{
  const double act = spike->step + v->dendritic;
  act_on(v, one, &act, &spike->slow);
}

/* Those of a chain that are due and act behind `done`, the oldest first: as many at a time as are remembered. */
static void act_chain(const visit *v, uint32_t newest, const lanes *one)
{
  const archived_spike *log = v->archive->log, *pending[MOST_PENDING];
  double done = v->done;
  for (;;) {
    size_t n = 0, at = 0;
    for (uint32_t i = newest; i != ARCHIVE_END && log[i].step + v->dendritic > done; i = log[i].before)
      if (log[i].step + v->dendritic <= v->until) pending[n++ % MOST_PENDING] = &log[i];
    const size_t known = n < MOST_PENDING ? n : MOST_PENDING;
    for (; at < known; at++) act_old(v, pending[(n - 1 - at) % MOST_PENDING], one);
    if (n <= MOST_PENDING) return;
    done = pending[(n - known) % MOST_PENDING]->step + v->dendritic;
  }
}

static void take_lanes(const visit *v, const tile *t, const uint8_t *synapse, const lanes *some)
{
  for (size_t k = 0; k < some->n; k++) some->weight[k] = t->weight[synapse[k]];
  if (!v->table->modulator) return;
  for (size_t k = 0; k < some->n; k++) some->eligibility[k] = t->eligibility[synapse[k]];
  for (size_t k = 0; k < some->n; k++) some->last[k] = t->last[synapse[k]];
}

static void put_lanes(const visit *v, tile *t, const uint8_t *synapse, const lanes *some)
{
  for (size_t k = 0; k < some->n; k++) t->weight[synapse[k]] = some->weight[k];
  if (!v->table->modulator) return;
  for (size_t k = 0; k < some->n; k++) t->eligibility[synapse[k]] = some->eligibility[k];
  for (size_t k = 0; k < some->n; k++) t->last[synapse[k]] = some->last[k];
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
  double weight[TILE], eligibility[TILE], last[TILE], slow[TILE];
  const lanes some = {level->n, weight, eligibility, last};
  find_slow(v, k, level, slow);
  take_lanes(v, t, level->synapse, &some);
  act_on(v, &some, level->act, slow);
  put_lanes(v, t, level->synapse, &some);
}

/* What lies before the last level, which is in the log. */
static void act_rest(const visit *v, const level *last, tile *t)
{
  for (size_t i = 0; i < last->n; i++) {
    const lanes one = lanes_of(t, last->synapse[i], 1);
    act_chain(v, v->archive->log[last->link[i]].before, &one);
  }
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

VECTOR_CLONES static void find_target_traces(size_t n, const double *restrict act, double now, double rate,
                                             double *restrict trace)
{
  for (size_t i = 0; i < n; i++) {
    const double decayed = trace[i] * vector_exp(-(now - act[i]) * rate);
    trace[i] = act[i] < now ? decayed : 0;
  }
}

VECTOR_CLONES static int any_behind(size_t n, const double *act, double done)
{
  int any = 0;
  for (size_t i = 0; i < n; i++) any |= act[i] > done;
  return any;
}

/* The targets' traces strictly before `now`, into t->trace. */
static void trace_targets(const visit *v, tile *t)
{
  gather(t->n, t->target, block_of(v, v->archive->trace[0]), 0, t->trace);
  if (any_behind(t->n, t->act, v->now - 1))
    for (size_t i = 0; i < t->n; i++)
      if (t->act[i] >= v->now) t->act[i] = look_up(v, t->target[i], v->now - 1, &t->trace[i]);
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

/* When each synapse had its last event up to `done`. */
static void find_last_events(const visit *v, tile *t)
{
  const double last = fmax((double)v->segment->last, (double)v->modulator.step);
  for (size_t i = 0; i < t->n; i++) {
    double trace;
    const double act = t->act[i] <= v->done ? t->act[i] : look_up(v, t->target[i], v->done, &trace);
    t->last[i] = fmax(last, act);
  }
}

/* Takes n synapses of the segment from the `first` on. */
static void load(const visit *v, tile *t, uint32_t first, size_t n)
{
  const plastic_table *table = v->table;
  const uint64_t at = v->segment->first + first;
  t->n = n;
  t->target = table->target + at;
  const lanes all = lanes_of(t, 0, n);
  lanes_load(&all, table, at);
  gather(t->n, t->target, block_of(v, v->archive->step[0]), v->dendritic, t->act);
  if (table->modulator) find_last_events(v, t);
}

static void store(const visit *v, tile *t, uint32_t first)
{
  const lanes all = lanes_of(t, 0, t->n);
  lanes_store(&all, v->table, v->segment->first + first);
}

/* Spikes of the targets and events of the modulator, in their order. Returns the visit behind them. */
static visit act_until(const visit *v, tile *t)
{
  const modulator *modulator = v->table->modulator;
  const lanes all = lanes_of(t, 0, t->n);
  visit part = *v;
  for (size_t i = modulator ? modulator_count(modulator, (int64_t)v->done) : 0; modulator && i < modulator->n; i++) {
    const modulator_event *event = &modulator->events[i];
    if ((double)event->step > v->until) break;
    part.until = (double)(event->step - 1);
    act_targets(&part, t);
    drift_to(&part, &all, (double)event->step);
    part.done = part.until;
    part.modulator = *event;
  }
  part.until = v->until;
  act_targets(&part, t);
  return part;
}

static void act_source(const visit *v, tile *t, double slow)
{
  const plastic_table *table = v->table;
  if (table->model->n_target_traces > 0) trace_targets(v, t);
  const lanes all = lanes_of(t, 0, t->n);
  if (table->modulator) drift_to(v, &all, v->now);
  table->model->pre(&(synapse_tile){.n = t->n,
                                    .constant = table->constant,
                                    .weight = t->weight,
                                    .trace = t->trace,
                                    .slow_of_source = slow,
                                    .eligibility = t->eligibility});
  lanes_settle(&all, table);
}

/* Works on all synapses of the segment; those of the source too where there are `sums`. */
static void work(const visit *v, int64_t *sums)
{
  const plastic_table *table = v->table;
  const plastic_segment *segment = v->segment;
  const bool has_slow = sums && table->model->n_source_traces > 1;
  const double slow = has_slow ? decayed_trace(table, segment, 1, (int64_t)v->now) : 0;
  tile t;
  for (uint32_t from = 0; from < segment->count; from += TILE) {
    load(v, &t, from, segment->count - from < TILE ? segment->count - from : TILE);
    const visit behind = act_until(v, &t);
    if (sums) act_source(&behind, &t, slow);
    store(v, &t, from);
    if (sums) add_weights(table, &t, table->weight + segment->first + from, sums);
  }
}

/* The modulator's last event up to `done`; without one a trace of 0 that is no later event than the source's last. */
static modulator_event last_of_modulator(const plastic_table *table, const plastic_segment *segment)
{
  const size_t n = table->modulator ? modulator_count(table->modulator, segment->done) : 0;
  return n > 0 ? table->modulator->events[n - 1] : (modulator_event){.step = segment->last};
}

static visit visit_of(const plastic_table *table, const plastic_segment *segment, int64_t now, int64_t until,
                      uint64_t *n_changes)
{
  return (visit){.table = table,
                 .segment = segment,
                 .archive = table->archive,
                 .dendritic = (double)segment_dendritic(table, segment),
                 .done = (double)segment->done,
                 .until = (double)until,
                 .now = (double)now,
                 .before = segment->trace[0],
                 .behind = synapse_trace_behind(table->pairing, segment->trace[0], segment->n_last),
                 .modulator = last_of_modulator(table, segment),
                 .n_changes = n_changes};
}

void visit_count(const plastic_table *table, plastic_segment *segment, int64_t now)
{
  if (now != segment->last)
    for (size_t k = 0; k < table->model->n_source_traces; k++)
      segment->trace[k] = decayed_trace(table, segment, (int)k, now);
  segment->n_last = now == segment->last ? segment->n_last + 1 : 1;
  segment->last = now;
}

void visit_deliver(plastic_table *table, plastic_segment *segment, int64_t arrival, int64_t *sums)
{
  const int64_t dendritic = segment_dendritic(table, segment), now = arrival - dendritic;
  const visit v = visit_of(table, segment, now, dendritic > 0 ? now : now - 1, &table->n_changes);
  work(&v, sums + table->first_port + ((size_t)segment->block << TARGET_BLOCK_BITS));
  visit_count(table, segment, now);
  table->n_changes += segment->count;
  segment->done = (int64_t)v.until;
}

void visit_sweep(plastic_table *table, plastic_segment *segment, int64_t known)
{
  const int64_t until = known - segment_dendritic(table, segment);
  if (until <= segment->done) return;
  const visit v = visit_of(table, segment, until, until, &table->n_changes);
  work(&v, NULL);
  segment->done = until;
}

uint32_t visit_drifted_weight(const plastic_table *table, const plastic_segment *segment, uint32_t k, int64_t known)
{
  const int64_t step = known - segment_dendritic(table, segment);
  if (step < segment->done) return table->weight[segment->first + k];
  const visit v = visit_of(table, segment, step, step, NULL);
  tile t;
  load(&v, &t, k, 1);
  const lanes one = lanes_of(&t, 0, 1);
  drift_to(&v, &one, (double)step);
  return weight_to_quanta(t.weight[0], (weight_bounds){0, 1});
}

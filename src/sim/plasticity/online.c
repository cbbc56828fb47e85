/*
 * A segment stands at `done`: terms up to there have counted, and trace[0] is z there. What its source has sent since
 * is found in the log of its table.
 */
#include "sim/plasticity/online.h"

#include <string.h>

#include "base/lower_bound.h"
#include "base/vector.h"
#include "sim/plasticity/descent.h"

/* -- arrivals -- */

typedef struct row_key {
  const uint32_t *row; /* of the table */
  uint32_t segment;
} row_key;

static bool ends_before(const void *of_key, uint64_t row)
{
  const row_key *key = of_key;
  return key->row[row + 1] <= key->segment;
}

static uint64_t row_of(const plastic_table *table, const plastic_segment *segment)
{
  const row_key key = {table->row, (uint32_t)(segment - table->segments)};
  return lower_bound_where(table->index.n_rows, ends_before, &key);
}

/* Counts those in each of the n steps behind `done`. Whether there are any. */
static bool count_arrivals(const plastic_table *table, const plastic_segment *segment, int64_t n, double *count)
{
  const spike_log *log = &table->log;
  bool any = false;
  memset(count, 0, (size_t)n * sizeof *count);
  for (uint32_t i = log->newest[row_of(table, segment)]; i != SPIKE_LOG_END; i = log->before[i]) {
    const int64_t at = log->step[i] + segment->delay - segment->done - 1;
    if (at < 0) break;
    if (at >= n) continue;
    count[at]++;
    any = true;
  }
  return any;
}

/* Finds z in the steps behind `done` up to `until`. False where nothing has arrived in the trial. */
static bool find_trace(const plastic_table *table, const plastic_segment *segment, int64_t until)
{
  const trial_course *course = table->course;
  const int64_t n = until - segment->done;
  double *trace = course->trace, z = segment->trace[0];
  if (!count_arrivals(table, segment, n, trace) && segment->done == course->begin) return false;
  for (int64_t k = 0; k < n; k++) trace[k] = z = course->decay * z + trace[k];
  return true;
}

static void stand_at(plastic_segment *segment, int64_t until, const double *trace)
{
  segment->trace[0] = trace[until - segment->done - 1];
  segment->done = until;
}

/* -- terms -- */

VECTOR_CLONES static void add_errors(size_t n, const uint16_t *restrict target, const double *restrict error, double z,
                                     double *restrict gradient)
{
  for (size_t i = 0; i < n; i++) gradient[i] += error[target[i]] * z;
}

/** What cells tell and are told in a step. */
typedef struct step_course {
  const double *surrogate, *signal; /* [cells of the block] */
  double decay, z;
} step_course;

VECTOR_CLONES static void add_signals(size_t n, const uint16_t *restrict target, const step_course *step,
                                      double *restrict filtered, double *restrict gradient)
{
  const double *restrict surrogate = step->surrogate, *restrict signal = step->signal;
  const double decay = step->decay, z = step->z;
  for (size_t i = 0; i < n; i++) {
    filtered[i] = decay * filtered[i] + surrogate[target[i]] * z;
    gradient[i] += signal[target[i]] * filtered[i];
  }
}

/* Sums the terms of the steps behind `done` up to `until` for n synapses from number `from` of the table on. */
static void sum_terms(const plastic_table *table, const plastic_segment *segment, int64_t until, uint64_t from,
                      size_t n, double *gradient)
{
  const trial_course *course = table->course;
  const size_t cells = graded_cells(&course->graded), block = (size_t)segment->block << TARGET_BLOCK_BITS;
  const uint16_t *target = table->target + from;
  for (int64_t step = segment->done; step < until; step++) {
    const size_t at = (size_t)(step - course->begin) * cells + block;
    const double z = course->trace[step - segment->done], *told = graded_values(&course->graded) + at;
    if (course->is_read_out)
      add_errors(n, target, told, z, gradient);
    else
      add_signals(n, target, &(step_course){told, course->signal + at, course->error_decay, z}, table->filtered + from,
                  gradient);
  }
}

/* The terms behind `done` up to `until` count, if there are any. */
static void learn_until(plastic_table *table, plastic_segment *segment, int64_t until)
{
  if (until <= segment->done) return;
  if (!find_trace(table, segment, until)) {
    segment->done = until;
    return;
  }
  for (uint32_t k = 0; k < segment->count; k += DESCENT_TILE) {
    double gradient[DESCENT_TILE] = {0};
    const size_t n = segment->count - k < DESCENT_TILE ? segment->count - k : DESCENT_TILE;
    sum_terms(table, segment, until, segment->first + k, n, gradient);
    descent_change(table, &(descent_part){segment->first + k, n, table->course->number}, gradient);
  }
  stand_at(segment, until, table->course->trace);
}

/* -- when they count -- */

static bool learns(const trial_course *course)
{
  return course->is_read_out || course->reach > 0;
}

/* Steps before an arrival whose terms are not known there. */
static int64_t lag_of(const trial_course *course, const plastic_segment *segment)
{
  return course->is_read_out ? segment->delay : 2 * course->reach;
}

void online_deliver(plastic_table *table, plastic_segment *segment, int64_t arrival, int64_t *sums)
{
  if (learns(table->course)) learn_until(table, segment, arrival - lag_of(table->course, segment));
  descent_deliver(table, segment, sums);
}

void online_end_trial(plastic_table *table, int64_t end)
{
  for (uint32_t s = 0; s < table->n_segments; s++) {
    plastic_segment *segment = &table->segments[s];
    if (learns(table->course)) learn_until(table, segment, end);
    segment->done = end;
    segment->trace[0] = 0;
  }
  if (table->filtered) memset(table->filtered, 0, table->n_synapses * sizeof *table->filtered);
}

/* When the last spike of the source arrived that came up to a step; before everything without one. */
static int64_t last_arrival(const plastic_table *table, const plastic_segment *segment, int64_t step)
{
  const spike_log *log = &table->log;
  uint32_t i = log->newest[row_of(table, segment)];
  while (i != SPIKE_LOG_END && log->step[i] + segment->delay > step) i = log->before[i];
  return i == SPIKE_LOG_END ? INT64_MIN / 2 : log->step[i] + segment->delay;
}

void online_recover(plastic_table *table, int64_t step)
{
  for (uint32_t s = 0; s < table->n_segments; s++) {
    plastic_segment *segment = &table->segments[s];
    segment->done = table->course->begin;
    segment->trace[0] = 0;
    const int64_t until = last_arrival(table, segment, step) - lag_of(table->course, segment);
    if (!learns(table->course) || until <= segment->done) continue;
    if (find_trace(table, segment, until))
      stand_at(segment, until, table->course->trace);
    else
      segment->done = until;
  }
}

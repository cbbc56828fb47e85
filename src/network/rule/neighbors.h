/**
 * The sources near a target, by bins in space: those of a bin follow one another, so that only bins are looked at that
 * lie within reach. A grid that is a source as a whole is its own bins and takes no memory; of other positions a rank
 * looks at all sources once, and keeps the numbers of those within reach of its targets. Not collective.
 */
#ifndef LOLIGO_NETWORK_RULE_NEIGHBORS_H
#define LOLIGO_NETWORK_RULE_NEIGHBORS_H

#include "network/positions.h"
#include "network/rule/rule.h"

/** Bins along one axis that lie within reach: one stretch, or two at the ends of a periodic axis. */
typedef struct bin_stretches {
  uint64_t first[2], end[2];
  unsigned n;
} bin_stretches;

typedef struct neighbors {
  const rule_context *context;
  const projection_space *space;
  cell_space cells;
  size_t first_axis; /* of the three below: before it there are none, and one bin along each */
  uint64_t n_bins[LOLIGO_MAX_AXES];
  double low[LOLIGO_MAX_AXES], width[LOLIGO_MAX_AXES]; /* um, of the bins */
  uint64_t *first;  /* [bins + 1] of each bin, into source; NULL: bin i holds source i, or all are in one */
  uint64_t *source; /* [first[bins]] numbers of sources; owned */

  uint64_t self;                /* number of the source that is the target, where it must not be */
  double here[LOLIGO_MAX_AXES]; /* um, of the target */
  bin_stretches near[LOLIGO_MAX_AXES];
  uint64_t at[2];      /* bins of the first two axes that are being looked at */
  unsigned stretch[3]; /* of each axis */
  uint64_t next, end;  /* entries of these bins that are left */
  bool is_done;

  size_t n; /* of the last neighbors_next() */
  uint64_t number[PLACES_AT_ONCE];
  double distance[PLACES_AT_ONCE]; /* um */
} neighbors;

/** Prepares for some targets; NULL after loligo_fail(MACHINE). */
neighbors *neighbors_create(const rule_context *context, rule_targets targets);
void neighbors_destroy(neighbors *near);

/** Begins with one of these targets. */
void neighbors_begin(neighbors *near, uint64_t target);

/** Finds some more: near->number[n] and distance[n], in an order that depends on the positions alone. False behind the
 * last; n may be 0 before. */
bool neighbors_next(neighbors *near);

/** Pairs that are expected, each with its probability, without those of a cell with itself where it must have none. */
double neighbors_pairs(const rule_context *context);

/** INPUT where no target has a source near it, though the projection asks for some; MACHINE. */
loligo_status neighbors_check(const rule_context *context);

/** Sorts n numbers. */
void neighbors_sort(uint64_t *number, uint64_t n);

#endif

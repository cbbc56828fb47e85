/**
 * Samples at work: the arrays of their trials. Each rank has its share of them, in their order; what it makes of a
 * sample does not depend on which others there are. Not collective, all of it.
 */
#ifndef LOLIGO_LEARN_TRIALS_H
#define LOLIGO_LEARN_TRIALS_H

#include "learn/arithmetic.h"
#include "learn/dataset.h"
#include "learn/layer_cells.h"
#include "learn/layers.h"
#include "learn/settings.h"
#include "learn/tally.h"
#include "learn/weights.h"

/* Arrays begin with the first sample at work (`all`), or with the first of this rank (`mine`). Arrays that nobody asks
 * for are NULL. */
typedef struct layer_arrays {
  void *current;   /* mine [steps, or 1 where it stays][rows]; of readouts in `value` */
  void *value;     /* all [columns] what counts of the trial; data that stay */
  void *output;    /* all [steps][columns] */
  void *d_current; /* as current; dE/d of it; of readouts d_value */
  void *d_value;   /* mine [columns] */
  void *d_output;  /* mine [steps][columns] */
  void *d_shared;  /* all [shared] */

  /* Of codes: mine [cells]. */
  void *noise;
  void *information, *d_information; /* nat */
} layer_arrays;

typedef struct link_arrays {
  size_t steps; /* in which a gradient comes back: those of a trial, or 1 */
  void *delta;  /* all [steps][rows] dE/d(W x + b) */
} link_arrays;

/** Of a layer in a loop, for each sample of this rank and each block. */
typedef struct loop_arrays {
  void *state, *d_state; /* [states][LANES] */
  void *kept;            /* parts times that */
  void *before;          /* [part][states][LANES] in front of each step of a part */
  void *tape;            /* [part][taped][LANES] */
  void *sum, *d_sum;     /* [outputs][LANES] */
  void *d_shared;        /* [shared][LANES] */
} loop_arrays;

typedef struct trials {
  const layers *layers;
  const learn_settings *settings;
  const weights *weights;
  const arithmetic *arithmetic;
  size_t n_steps;
  layer_cells *cells; /* [layers] */
  cell_bench bench;
  layer_arrays *of_layer; /* [layers] */
  link_arrays *of_link;   /* [links] */
  void *scratch;          /* mine [steps][rows] of any layer */
  loop_arrays *loops;     /* [layers] of those in a loop */
  uint64_t *spikes;       /* mine [layers] */
  double *normal;         /* [most cells of a code] */
  uint64_t seed;
  uint64_t *tally; /* of this rank; not owned */
  size_t capacity; /* samples that can be at work */
  size_t grain;    /* of them stay together */
  uint64_t bytes;

  /* The samples at work. */
  size_t n;
  size_t first, n_mine; /* of this rank */
} trials;

/**
 * Allocates for up to `wanted` samples, or as many as are well held in memory.
 *
 * @param grain  samples that stay together on a rank
 * @param tally  what is done is added to it; must outlive the trials
 * @return       INPUT where cells cannot be trained or arrays are longer than MPI counts, MACHINE without memory;
 *               trials_free() also then
 */
loligo_status trials_init(const loligo_context *context, const loligo_network *network, const layers *layers,
                          const learn_settings *settings, const weights *weights, size_t wanted, size_t grain,
                          uint64_t *tally, trials *made);
void trials_free(trials *trials);

/**
 * Puts samples to work: n <= capacity.
 *
 * @param number  [n] of them within the set
 * @param all     what those of other ranks show is wanted here too
 */
void trials_show(const loligo_context *context, trials *trials, const dataset *set, size_t n, const uint64_t *number,
                 uint64_t epoch, bool all);

/** Of the first sample of this rank: what a link takes. */
void *trials_taken(const trials *trials, const layer_link *link);

/** Whether gradients come back through a link at all. */
bool trials_come_back(const trials *trials, const layer_link *link);

/** W of a link, and its bias or NULL. */
const void *trials_weight(const trials *trials, size_t link);
const void *trials_bias(const trials *trials, size_t link);

/** A product of matrices, which is counted. */
void trials_multiply(const trials *trials, const matrix_product *product, const void *a, const void *b, void *c);

/** Synaptic events in sample i of this rank, which went forward: adds them to the tally and returns them. `set`, of
 * which it shows sample `number`, may be NULL: what it shows stays. */
uint64_t trials_count_events(const trials *trials, size_t i, const dataset *set, uint64_t number);

/** Spikes of sample i of this rank, of layers that hand spikes on and not a rate. */
uint64_t trials_spikes(const trials *trials, size_t i);

/** Of the first sample of this rank, in an array of all, `each` numbers long. */
void *trials_mine(const trials *trials, void *array, size_t each);

#endif

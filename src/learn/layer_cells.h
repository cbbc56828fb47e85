/**
 * The cells of a layer within one sample: forward over a trial, backward over it, block by block of LANES cells. Not
 * collective.
 *
 * What backward() wants to know is made again in front of it, so that it lies in cache: a block is run without a tape
 * when the sample goes forward, and with one when it goes backward. A trial that is long for that is cut into parts of
 * sqrt(steps) steps, of which the first states are kept.
 */
#ifndef LOLIGO_LEARN_LAYER_CELLS_H
#define LOLIGO_LEARN_LAYER_CELLS_H

#include "base/heartbeat.h"
#include "learn/arithmetic.h"
#include "learn/layers.h"
#include "learn/settings.h"

/** What does not change from sample to sample. */
typedef struct layer_cells {
  const arithmetic *arithmetic;
  const layer *layer;
  const loligo_adjoint *adjoint;
  loligo_forward forward;
  loligo_backward backward;
  size_t n_steps, n_blocks;
  size_t part;       /* steps of which a tape is kept at a time */
  void *constants;   /* [n_blocks][n_constants][LANES] */
  void *initial;     /* [n_blocks][n_states][LANES] */
  void *shared;      /* [n_shared] copied from the weights before each pass */
  loligo_pass pass;  /* what all passes have in common */
  uint64_t *updates; /* of its cells, which passes add to; not owned */
} layer_cells;

/** Arrays of the block at work; of any layer. */
typedef struct cell_bench {
  void *input, *output;     /* [steps][inputs or outputs][LANES] */
  void *d_input, *d_output; /* dE/d of them */
  void *d_part;             /* [inputs][LANES] d_input of a part, where it stays */
  void *sum, *d_sum;        /* [outputs][LANES] */
  void *state, *d_state;    /* [states][LANES] */
  void *kept;               /* [parts][states][LANES] */
  void *tape;
  void *d_shared;                            /* [shared][LANES] */
  void *noise, *information, *d_information; /* [LANES] of codes */
  int64_t *spikes;                           /* [LANES] */
  uint64_t bytes, tape_bytes;
} cell_bench;

/** Takes the parameters of the cells. INPUT where they cannot be trained; MACHINE without memory; layer_cells_free()
 * also then. */
loligo_status layer_cells_init(const loligo_network *network, const layer *layer, const learn_settings *settings,
                               layer_cells *made);
void layer_cells_free(layer_cells *cells);

/** A bench for all of cells[n], those without blocks left out. MACHINE without memory; cell_bench_free() also then. */
loligo_status cell_bench_init(const layer_cells *cells, size_t n, cell_bench *made);
void cell_bench_free(cell_bench *bench);

/** A sample's rows in and out. */
typedef struct cell_rows {
  const void *current;  /* [steps, or 1 where it stays][rows] */
  void *output;         /* [steps][columns] or NULL */
  void *value;          /* [columns] what counts */
  const void *d_value;  /* [columns] dE/d(value) or NULL */
  const void *d_output; /* [steps][columns] besides, or NULL */
  void *d_current;      /* [steps or 1][rows] out */
  void *d_shared;       /* [shared] out, the sum over the cells in order */

  /* Of a code, else NULL: [cells]. */
  const void *noise;
  void *information; /* out */
  const void *d_information;
} cell_rows;

/** Fills value, and output unless it is NULL; returns the number of spikes. */
uint64_t layer_cells_forward(const layer_cells *cells, cell_bench *bench, const cell_rows *rows);

/** Fills d_current and d_shared. */
void layer_cells_backward(const layer_cells *cells, cell_bench *bench, const cell_rows *rows);

/** Counts steps that cells have taken, which is progress for a watchdog too: a batch may take longer than that waits.
 */
static inline void layer_cells_count(const layer_cells *cells, uint64_t steps)
{
  *cells->updates += steps;
  heartbeat_go_on();
}

/** Cells in a block. */
static inline size_t layer_cells_in(const layer_cells *cells, size_t block)
{
  const size_t rest = cells->layer->cells - block * LOLIGO_LANES;
  return rest < LOLIGO_LANES ? rest : LOLIGO_LANES;
}

#endif

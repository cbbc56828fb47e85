/** Inputs of the network bound to the local cells that they reach. */
#ifndef LOLIGO_SIM_CELLS_INPUTS_H
#define LOLIGO_SIM_CELLS_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/input/input_model.h"
#include "network/description.h"
#include "sim/cells/cells.h"

/** Spikes counted ahead for the cells of a block that an input reaches: in bytes, because they have to stay in the
 * cache along with the state of the cells. */
typedef struct input_window {
  _Alignas(64) uint8_t count[POISSON_STEPS][LOLIGO_BLOCK_CELLS];
  int64_t first; /* step that count[0] is about; -1: none, or more than a byte can hold */
} input_window;

/** Currents drawn ahead for the cells of a block that an input reaches. */
typedef struct input_course {
  _Alignas(64) current_row current[CURRENT_STEPS]; /* pA */
  int64_t first;                                   /* step that current[0] is about; -1: none */
} input_course;

/** One input on this rank. */
typedef struct bound_input {
  const loligo_input *input;
  void *shared;         /* what the input model prepared */
  void **each;          /* [cells.n] the same for each cell, where cells differ and one number will not do; else NULL */
  double *derived;      /* [cells.n] that number of each cell, where it will; else NULL */
  double *weight;       /* [cells.n] where weights differ; else NULL */
  local_cells cells;    /* of its target */
  input_window *window; /* [blocks of the group] of spikes, NULL for a current */
  input_course *course; /* [blocks of the group] of a current that is drawn, else NULL */
} bound_input;

/** Inputs, sorted by target population. */
typedef struct inputs {
  bound_input *bound; /* [n] */
  size_t n;
  size_t *group_first; /* [n_groups + 1] those of group g are group_first[g] ... group_first[g + 1] - 1 */
} inputs;

/** Binds all inputs. Not collective; inputs_free() also after a failure. */
loligo_status inputs_init(inputs *inputs, const loligo_network *network, const cells *cells);
void inputs_free(inputs *inputs);

/** Bytes that an input takes for each cell of its population beyond a few: currents that are drawn ahead. */
double inputs_bytes_each(const loligo_network *network, const loligo_input *input);

/** Begins a trial: inputs draw by its seed. Not collective. */
loligo_status inputs_begin(inputs *inputs, const loligo_network *network, const cells *cells, uint64_t trial_seed);

/** Takes over the values that input number `input` has now. Not collective. INPUT where a drawn one cannot be. */
loligo_status inputs_change(inputs *inputs, const loligo_network *network, const cells *cells, size_t input,
                            uint64_t trial_seed);

/** Whether any input gives group g arrivals on a receptor. */
bool inputs_have_arrivals(const inputs *inputs, size_t g, int receptor);

/** Cells of one group at one step that inputs are asked for. */
typedef struct input_cells {
  const cell_group *group;
  uint64_t first; /* local position, a multiple of group->block */
  size_t n;       /* at most that many */
  int64_t step;
  size_t site; /* which part of the cells currents are to flow into; 0: the cells as such, else number of a site + 1 */
} input_cells;

/** Whether all of these cells get one current; if so, *current is that in pA. */
bool inputs_share_current(const inputs *inputs, const input_cells *cells, double *current);

/** Adds the currents to current[n], pA. Each cell gets the same sum as by inputs_share_current(), to the last bit. */
void inputs_add_current(const inputs *inputs, const input_cells *cells, double *current);

/** Adds the spikes that reach the cells at the end of the step to arriving[receptor][n], receptor's unit. */
void inputs_add_spikes(const inputs *inputs, const input_cells *cells, double *const *arriving);

#endif

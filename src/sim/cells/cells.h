/** The cells of this rank: one group per population, state as one array per variable. */
#ifndef LOLIGO_SIM_CELLS_CELLS_H
#define LOLIGO_SIM_CELLS_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "model/neuron/model.h"
#include "network/description.h"

/** No model has more; asserted when cells are placed. */
enum { CELL_MAX_PARAMS = 64, CELL_MAX_VARIABLES = 32, CELL_MAX_DERIVED = 64 };

/** Local cells of one population, in the order of their index. */
typedef struct cell_group {
  size_t population;
  const loligo_model *model;
  uint64_t n;
  uint64_t first_lid; /* local id of the first: groups are numbered one behind the other */
  uint64_t *index;    /* [n] within the population, ascending */
  double **state;     /* [model's variables] -> [n] */
  double **derived;   /* [model's derived] -> [1] if uniform, else [n] */
  bool uniform;
  void *shared;                         /* what the model prepared for the population */
  int64_t *levels[MODEL_MAX_RECEPTORS]; /* [n] standing sum in quanta, for receptors that take levels */
} cell_group;

typedef struct cells {
  cell_group *groups; /* [n_groups], one per population, empty ones included */
  size_t n_groups;
  uint64_t n; /* local cells of all groups */
} cells;

/** Draws parameters and initial states of the cells that `rank` owns. Not collective; cells_free() also after a
 * failure. */
loligo_status cells_init(cells *cells, const loligo_network *network, const loligo_decomposition *decomposition,
                         int rank);
void cells_free(cells *cells);

/** First position in group->index whose index is at least `index` (n if none). */
uint64_t cell_group_lower_bound(const cell_group *group, uint64_t index);

/** Whether the cell with that index is local. */
bool cell_group_holds(const cell_group *group, uint64_t index);

/** A block of cells with the pointer tables that it refers to. */
typedef struct cell_view {
  double *state[CELL_MAX_VARIABLES];
  const double *derived[CELL_MAX_DERIVED];
  model_block block;
} cell_view;

/** Points `view` at the n cells from local position `first`; inputs, outputs and step remain to be set. */
void cell_group_view(const cell_group *group, uint64_t first, size_t n, cell_view *view);

#endif

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

/** What gap junctions are to the cells of a group (sim/gap). */
typedef struct cell_coupling {
  bool is_there;       /* if not, all else is NULL */
  double *conductance; /* [n] nS, of all junctions of a cell */
  double *current;     /* [n] pA over the step, of conductances times potentials at the other ends */
  double *before;      /* [n] mV, V_m a step ago; changes as cells are advanced */
  size_t receptor;     /* of the model, by which the current is told */
} cell_coupling;

/** Local cells of one population, in the order of their index. */
typedef struct cell_group {
  size_t population;
  const loligo_model *model;
  uint64_t n;
  uint64_t first_lid; /* local id of the first: groups are numbered one behind the other */
  size_t first_field; /* so are fields (fields.h) */
  size_t block;       /* cells of a block: cells_block() */
  uint64_t *index;    /* [n] within the population, ascending */
  double **state;     /* [model->n_variables] -> [n] */
  double **derived;   /* [model->n_derived] -> [n], of which the first is that of all cells if uniform */
  bool uniform;
  void *shared;     /* what the model prepared for the population */
  int64_t **levels; /* [model->n_receptors] -> [n] standing sum in quanta; NULL where the receptor takes no levels */
  cell_coupling coupling;
} cell_group;

/** Number of its fields (fields.h). */
static inline size_t cell_group_fields(const cell_group *group)
{
  return group->model->n_variables + model_level_count(group->model) + group->coupling.is_there;
}

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

/** Puts all cells into their initial states; sources draw by the seed of the trial. Not collective. */
loligo_status cells_begin(cells *cells, const loligo_network *network, uint64_t trial_seed);

/** Gives the cells of a population the parameters that it has now; their states stay. Not collective. INPUT where a
 * drawn one is out of range. */
loligo_status cells_change(cells *cells, const loligo_network *network, size_t population, uint64_t trial_seed);

/** Bytes that each cell of a population takes: its index, variables and standing sums, and `least` of them anyhow:
 * without derived constants of its own. */
double cells_bytes_each(const loligo_population *population, bool least);

/** Cells of a block of a model: LOLIGO_BLOCK_CELLS, or a part of it where cells have so many variables that the state
 * of a block would leave the second cache. */
size_t cells_block(const loligo_model *model);

/** First position in group->index whose index is at least `index` (n if none). */
uint64_t cell_group_lower_bound(const cell_group *group, uint64_t index);

/** Local cells of a selection. */
typedef struct local_cells {
  uint64_t first, last; /* local positions in the group, half open, between which they lie */
  size_t n;
  uint64_t *position;    /* [n] local positions, ascending; NULL: all from first to last; owned */
  uint64_t *listed;      /* [n] their indices, or NULL likewise; owned */
  const uint64_t *index; /* [n] these, or those of the group */
} local_cells;

/** Finds them; the selection was taken (network/selection.h). MACHINE without memory; local_cells_free() also then. */
loligo_status local_cells_init(local_cells *local, const cell_group *group, const loligo_selection *selection);
void local_cells_free(local_cells *local);

/** Bytes of so many that are listed. */
double local_cells_bytes(double n);

/** Some of them, low <= i < high. */
typedef struct local_span {
  size_t low, high;
} local_span;

/** Those among the n cells from a local position on. */
local_span local_cells_within(const local_cells *local, uint64_t first, uint64_t n);

/** Whether the cell with that index is local. */
bool cell_group_holds(const cell_group *group, uint64_t index);

/** A block of cells with the pointer tables that it refers to. */
typedef struct cell_view {
  double **state;         /* [n_variables of any group] */
  const double **derived; /* [n_derived of any group] */
  loligo_block block;
} cell_view;

/** A view that serves every group. MACHINE without memory; cell_view_free() also then. */
loligo_status cell_view_init(cell_view *view, const cells *cells);
void cell_view_free(cell_view *view);

/** Points it at the n cells from local position `first`; inputs, outputs and step remain to be set. */
void cell_view_show(cell_view *view, const cell_group *group, uint64_t first, size_t n);

#endif

/**
 * Gap junctions at work: what flows through them over a step, into the local cells.
 *
 *   I_i = sum over j of g_ij (V_j - V_i)
 *
 * V_i is part of what its model solves for (loligo_block.coupling); V_j is expected in the middle of the step from its
 * last two values on the grid, 1.5 V_j - 0.5 V_j before. So the scheme is of second order in dt, without iterations,
 * and stable below dt sum g_ij = C_i. A sum runs in the order of (projection, other cell), whichever ranks these are
 * on: the same bits on any number of ranks. Ranks that have cells at the two ends swap potentials once per step.
 */
#ifndef LOLIGO_SIM_GAP_GAP_H
#define LOLIGO_SIM_GAP_GAP_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "network/description.h"
#include "sim/cells/cells.h"

/** One junction, seen from the cell at one of its ends. */
typedef struct gap_junction {
  size_t other;       /* cell at the other end: number among gap_junctions.potential */
  double conductance; /* nS */
} gap_junction;

/** A local cell that has any. */
typedef struct gap_cell {
  const cell_group *group;
  uint64_t position;
} gap_cell;

/** Another rank that has cells at the other ends. */
typedef struct gap_partner {
  int rank;
  size_t first, n;           /* those of its cells among the others */
  size_t first_told, n_told; /* cells of this rank that it hears of, among told */
} gap_partner;

typedef struct gap_junctions {
  gap_cell *cells; /* [n_cells] by population, then index */
  size_t n_cells;
  size_t *first;           /* [n_cells + 1] junctions of each */
  gap_junction *junctions; /* [first[n_cells]] */
  double *potential;       /* [n_cells + n_others] mV expected in the middle of the step: of cells, then of others */
  size_t n_others;         /* cells of other ranks */
  gap_partner *partners;   /* [n_partners] by rank */
  size_t n_partners;
  size_t *told;    /* [n_told] numbers of cells, partner by partner */
  double *telling; /* [n_told] their potentials */
  size_t n_told;
  MPI_Request *requests; /* [2 * n_partners] persistent */
  int64_t n_steps;       /* swapped so far */
} gap_junctions;

/**
 * Finds the junctions of local cells.
 *
 * Collective; gap_free() also after a failure.
 *
 * @return  INPUT, with the population and the cell, where one has more conductance than the scheme is stable with;
 *          MACHINE; on all ranks
 */
loligo_status gap_init(gap_junctions *gap, const loligo_context *context, const loligo_network *network,
                       const loligo_decomposition *decomposition, const cells *cells);
void gap_free(gap_junctions *gap);

/** Before the first step: each cell has stood where it is. Not collective. */
void gap_start(const gap_junctions *gap);

/** Before a step: fills the currents of the groups (cell_coupling). Collective among ranks that are partners. */
void gap_step(gap_junctions *gap);

/** In place of steps that this rank fails to make, until it has made as many as `n_steps`: its partners wait for what
 * it tells. */
void gap_pass(gap_junctions *gap, int64_t n_steps);

/** Bytes that this rank has told others so far. Not collective. */
static inline uint64_t gap_sent_bytes(const gap_junctions *gap)
{
  return (uint64_t)gap->n_steps * gap->n_told * sizeof(double);
}

#endif

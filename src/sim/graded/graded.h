/** A graded signal: a variable of the cells of a population, step by step since the last time that it was forgotten. */
#ifndef LOLIGO_SIM_GRADED_GRADED_H
#define LOLIGO_SIM_GRADED_GRADED_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "sim/cells/sampler.h"

typedef struct graded {
  loligo_sampler *sampler; /* of all cells, at every step from 1 on; owned by the simulation */
} graded;

/** What makes a sampler for it. Not collective, like all here that does not say so. */
loligo_sampler_spec graded_spec(size_t population, uint64_t size, size_t variable);

/** Number of local cells, and of steps that are kept; the step of the first of these. */
size_t graded_cells(const graded *graded);
size_t graded_steps(const graded *graded);
int64_t graded_first_step(const graded *graded);

/** The values of local cells: [graded_steps()][graded_cells()]. They may be changed. */
double *graded_values(const graded *graded);

/** Forgets all steps. */
void graded_forget(const graded *graded);

/** Takes n steps from `first` on in place of all others: makes room for their values. MACHINE without memory. */
loligo_status graded_begin(const graded *graded, int64_t first, size_t n);

/** Who has the cells of all ranks. */
typedef struct graded_owners {
  const loligo_context *context;
  const loligo_decomposition *decomposition;
  int rank, ranks; /* of the decomposition; a dry simulation is one of many, alone */
} graded_owners;

/** Where the values of all cells go: that of a cell at the k-th step to values[k * width + column + index]. */
typedef struct graded_table {
  double *values;
  size_t width, column;
} graded_table;

/**
 * Gathers the values of the steps that are kept, from number `first` of them on, on all ranks in the order of the
 * cells. Those of ranks that are not there are left as they are.
 *
 * Collective. MACHINE on all ranks.
 */
loligo_status graded_gather(const graded *graded, const graded_owners *owners, size_t first, const graded_table *table);

#endif

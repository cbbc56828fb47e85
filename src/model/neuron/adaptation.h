/**
 * What jumps at a spike and decays exponentially, in any number of elements: parts of a threshold, or currents. Lists
 * of time constants and of jumps say which there are; each element is a variable of the model (hook describe()).
 */
#ifndef LOLIGO_MODEL_NEURON_ADAPTATION_H
#define LOLIGO_MODEL_NEURON_ADAPTATION_H

#include <string.h>

#include "base/memory.h"
#include "model/neuron/block.h"
#include "model/neuron/operations.h"

enum { ADAPTATION_MAX = 8 /* elements of a list */ };

/* Derived constants of each element. */
enum { ADAPTATION_LEFT, ADAPTATION_JUMP, ADAPTATION_SHARE, ADAPTATION_DERIVED };

/* Of an element in a step: it decays, is added, and does not jump. */
#define ADAPTATION_OPERATIONS ((loligo_operations){2, 2, 0})

/** Rows of a model's lists. */
#define ADAPTATION_ROWS(tau, q, unit, what)                                                                            \
  {tau, LOLIGO_PARAM_LIST, "ms", "", LOLIGO_RANGE_POSITIVE, NULL, "decay of each element of " what, 0},                \
  {                                                                                                                    \
    q, LOLIGO_PARAM_LIST, unit, "", LOLIGO_RANGE_ANY, NULL, "jump of each element at a spike", 0                       \
  }

/** Names and texts of the elements of one list. */
typedef struct adaptation_variables {
  const char *names[ADAPTATION_MAX];
  const char *unit, *help;
} adaptation_variables;

#define ADAPTATION_NAMES(name)                                                                                         \
  {                                                                                                                    \
    name "_1", name "_2", name "_3", name "_4", name "_5", name "_6", name "_7", name "_8"                             \
  }

/** One list of elements, as it lies in the tables of a population. */
typedef struct adaptation {
  size_t n;        /* elements */
  size_t variable; /* the first of theirs */
  size_t derived;  /* likewise */
} adaptation;

/** Number of values of a list among param[]; what is not set has none. */
static inline size_t adaptation_count(const double *param, size_t row)
{
  return param[row] > 0 ? (size_t)param[row] : 0;
}

/** Those values. */
static inline const double *adaptation_values(loligo_param_table params, const double *param, size_t row)
{
  const double *values = param + params.n;
  for (size_t i = 0; i < row; i++)
    if (params.rows[i].type == LOLIGO_PARAM_LIST) values += adaptation_count(param, i);
  return values;
}

/** Appends the variables of a list to those of a described model, which has room for them. INPUT where they are too
 * many. */
static inline loligo_status adaptation_append(const double *param, size_t tau_row, const adaptation_variables *texts,
                                              loligo_model *described)
{
  loligo_variable *variables = (loligo_variable *)described->variables;
  const size_t n = adaptation_count(param, tau_row);
  if (n > ADAPTATION_MAX)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s: at most %d elements", described->params.rows[tau_row].name,
                       ADAPTATION_MAX);
  for (size_t e = 0; e < n; e++)
    variables[described->n_variables++] = (loligo_variable){texts->names[e], texts->unit, texts->help};
  described->n_derived += n * ADAPTATION_DERIVED;
  operations_add(described, ADAPTATION_OPERATIONS, (double)n);
  return LOLIGO_OK;
}

/** Gives a described model variables and operations of its own, the former with room for those of two lists;
 * adaptation_forget() frees them. */
static inline loligo_status adaptation_begin(loligo_model *described)
{
  const loligo_model fixed = *described;
  loligo_variable *own = memory_allocate(fixed.n_variables + (size_t)2 * ADAPTATION_MAX, sizeof *own, "variables");
  described->variables = own;
  LOLIGO_TRY(operations_own(described));
  if (!own) return LOLIGO_MACHINE_ERROR;
  memcpy(own, fixed.variables, fixed.n_variables * sizeof *own);
  return LOLIGO_OK;
}

static inline void adaptation_forget(loligo_model *described)
{
  memory_free((void *)described->variables);
  memory_free((void *)described->operations);
}

/** Constants of the elements of a list: what a step leaves of them, and their jump. INPUT unless there is a jump for
 * each time constant. */
static inline loligo_status adaptation_derive(loligo_param_table params, const double *param, size_t tau_row,
                                              size_t jump_row, double dt, double *derived)
{
  const size_t n = adaptation_count(param, tau_row), n_jumps = adaptation_count(param, jump_row);
  const double *tau = adaptation_values(params, param, tau_row), *jump = adaptation_values(params, param, jump_row);
  if (n != n_jumps)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s has %zu values but %s has %zu; give one for each element",
                       params.rows[tau_row].name, n, params.rows[jump_row].name, n_jumps);
  for (size_t e = 0; e < n; e++) {
    derived[e * ADAPTATION_DERIVED + ADAPTATION_LEFT] = vector_exp(-dt / tau[e]);
    derived[e * ADAPTATION_DERIVED + ADAPTATION_JUMP] = jump[e];
    derived[e * ADAPTATION_DERIVED + ADAPTATION_SHARE] = 1;
  }
  return LOLIGO_OK;
}

/* Lists are the same for all cells: so is what follows from them alone. */
VECTOR_INLINE double adaptation_constant(const loligo_block *block, const adaptation *a, size_t e, size_t which)
{
  return block->derived[a->derived + e * ADAPTATION_DERIVED + which][0];
}

/** Adds to sum[n] the elements, each times its share, as the step begins. */
VECTOR_INLINE void adaptation_add(const loligo_block *block, const adaptation *a, bool uniform, double *restrict sum)
{
  const size_t n = block->n;
  for (size_t e = 0; e < a->n; e++) {
    const double *x = block->state[a->variable + e];
    const double *share = block->derived[a->derived + e * ADAPTATION_DERIVED + ADAPTATION_SHARE];
    BLOCK_LOOP
    for (size_t i = 0; i < n; i++) sum[i] = __builtin_fma(share[uniform ? 0 : i], x[i], sum[i]);
  }
}

VECTOR_INLINE void adaptation_decay(const loligo_block *block, const adaptation *a)
{
  const size_t n = block->n;
  for (size_t e = 0; e < a->n; e++) {
    double *x = block->state[a->variable + e];
    const double left = adaptation_constant(block, a, e, ADAPTATION_LEFT);
    BLOCK_LOOP
    for (size_t i = 0; i < n; i++) x[i] *= left;
  }
}

/** Makes the elements of cells that fire jump. */
VECTOR_INLINE void adaptation_jump(const loligo_block *block, const adaptation *a)
{
  const size_t n = block->n;
  for (size_t e = 0; e < a->n; e++) {
    double *x = block->state[a->variable + e];
    const double jump = adaptation_constant(block, a, e, ADAPTATION_JUMP);
    BLOCK_LOOP
    for (size_t i = 0; i < n; i++) x[i] += block->spike[i] > 0 ? jump : 0;
  }
}

#endif

/**
 * What covers a compartment of a dendrite: conductances that depend on its potential or do not, and their gates.
 *
 *   C_m V' = -sum of g (V - E) + what neighbours, synapses and inputs bring (neuron/tree.h)
 *
 * A membrane is one file, src/model/membrane/NAME.c, and one line in registry.c. Its hooks are functions of their
 * arguments alone, over the cells of a block, which share the constants of a compartment: the same bits in all lanes.
 * Gates live half a step later than potentials, each relaxing under the other's value at the middle of its step. Units:
 * ms, mV, pA, pF, nS. Not collective, all of it.
 */
#ifndef LOLIGO_MODEL_MEMBRANE_MEMBRANE_H
#define LOLIGO_MODEL_MEMBRANE_MEMBRANE_H

#include <stddef.h>

#include "base/registry.h"
#include "loligo/model_interface.h"

/** One compartment of the cells of a block. */
typedef struct membrane_block {
  size_t n;                /* cells, at most LOLIGO_BLOCK_CELLS */
  size_t first;            /* the first of them in each gate's array */
  const double *constants; /* [membrane's n_constants] */
  double dt;               /* ms */
  const double *v;         /* [n] mV */
  double *const *gates;    /* [n_variables] -> [first + n] */
} membrane_block;

typedef struct membrane {
  const char *name, *summary;   /* name as in membrane: hh; summary: one line with the source */
  const char *equations;        /* its currents, plain text */
  double cost;                  /* of a compartment's step, in units of loligo_model.cost */
  loligo_operations operations; /* of a compartment's step, with what the tree takes for it */
  loligo_param_table params;    /* of type LOLIGO_PARAM_REAL; those in nS may be given per area */
  const loligo_variable *variables;
  size_t n_variables; /* gates */
  size_t n_constants;

  /** constants[n_constants] from param[]. Returns what conducts whatever the state, nS. */
  double (*derive)(const double *param, double *constants);

  /** Replaces the NANs in gates[n_variables] by their steady state at v (mV). NULL without gates, as the next three. */
  void (*complete)(const double *param, double v, double *gates);

  /** Gates from the grid to half a step later, at the grid's v. */
  void (*start)(const membrane_block *block);

  /** Gates through a step, v being that at the middle of it. */
  void (*move)(const membrane_block *block);

  /** The k-th gate on the grid, whose v it is, into out[n]. */
  void (*observe)(const membrane_block *block, size_t k, double *out);

  /** Adds the conductances to g[n] (nS), but for what derive() returned, and to i[n] what flows through all of them at
   * v (pA, into the cell). */
  void (*conduct)(const membrane_block *block, double *restrict g, double *restrict i);
} membrane;

REGISTRY_OF(membrane);

#endif

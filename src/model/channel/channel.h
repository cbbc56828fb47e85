/**
 * What lies in the membrane of a compartment: conductances that depend on its potential, on its calcium, or on neither,
 * with their gates, and the pool that its calcium gathers in. A compartment has any number of channels (neuron/tree.h).
 *
 *   C_m V' = -sum of g (V - E) + what neighbours, synapses and inputs bring
 *
 * A channel is one file, src/model/channel/NAME.c, and one line in registry.c. Its hooks are functions of their
 * arguments alone, over the cells of a block, which share the constants of a compartment: the same bits in all lanes.
 *
 * Two schemes advance it. In the staggered one gates and calcium live half a step later than potentials, each moving
 * under the other's value at the middle of its step; in that of NEURON they all live at whole steps, and gates move
 * under the potential at the end of theirs. A hook need not know which it is, but where it says so.
 *
 * Units: ms, mV, pA, pF, nS, mmol/l. Not collective, all of it.
 */
#ifndef LOLIGO_MODEL_CHANNEL_CHANNEL_H
#define LOLIGO_MODEL_CHANNEL_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/registry.h"
#include "loligo/model_interface.h"

/** Rows of a channel's table, at most. */
enum { CHANNEL_MAX_PARAMS = 16 };

/** One channel of one compartment of the cells of a block. */
typedef struct channel_block {
  size_t n;                /* cells, at most LOLIGO_BLOCK_CELLS */
  size_t first;            /* the first of them in each gate's array */
  const double *constants; /* [channel's n_constants] */
  double dt;               /* ms */
  bool staggered;          /* the scheme */
  const double *v;         /* [n] mV */
  const double *ca, *e_ca; /* [n] mmol/l, mV: calcium and its reversal potential; NULL unless the channel has to do
                              with it */
  double *const *gates;    /* [n_variables] -> [first + n] */
} channel_block;

/** What a channel has to do with the calcium of its compartment. */
typedef enum channel_calcium {
  CHANNEL_WITHOUT_CALCIUM,
  CHANNEL_CARRIES_CALCIUM, /* its current fills the pool, and has the pool's reversal potential */
  CHANNEL_SENSES_CALCIUM,  /* its gates follow the concentration */
  CHANNEL_HOLDS_CALCIUM    /* the pool: its variable is the concentration; at most one for each compartment */
} channel_calcium;

typedef struct channel {
  const char *name, *summary;   /* name as in channels: {hh: ...}; summary: one line with the source */
  const char *equations;        /* its currents, plain text */
  double cost;                  /* of its step, in units of loligo_model.cost */
  loligo_operations operations; /* of its step, staggered */
  bool is_leak;                 /* conduct() adds nothing to g[] */
  channel_calcium calcium;
  loligo_param_table params; /* at most CHANNEL_MAX_PARAMS, of type LOLIGO_PARAM_REAL; those in nS may be given per
                                area, and what is in um2 follows from a compartment's geometry */
  const loligo_variable *variables;
  size_t n_variables; /* gates */
  size_t n_constants;

  /** constants[n_constants] from param[]. Returns what conducts whatever the state, nS. */
  double (*derive)(const double *param, double *constants);

  /** Replaces the NANs in gates[n_variables] by their steady state at v (mV) and ca (mmol/l, if it senses calcium).
   * NULL without gates, as the next three. */
  void (*complete)(const double *param, double v, double ca, double *gates);

  /** Gates from the grid to half a step later, at the grid's v and ca. Staggered only. */
  void (*start)(const channel_block *block);

  /** Gates through a step, v and ca being those that they move under. NULL of a pool, as observe(). */
  void (*move)(const channel_block *block);

  /** The k-th gate on the grid, whose v and ca it is, into out[n]. Staggered only. */
  void (*observe)(const channel_block *block, size_t k, double *out);

  /** Adds to g[n] the conductances (nS) but for what derive() returned, and to i[n] what flows through all of them at v
   * (pA, into the cell). What opens at once adds the slope of its current. NULL of a pool. */
  void (*conduct)(const channel_block *block, double *restrict g, double *restrict i);

  /** Of a pool alone: what is there after a time (ms) of a current into it, i_ca[n] (pA, into the cell), from what is
   * there before. `from` and `to` may be the same. */
  void (*fill)(const channel_block *block, double time, const double *i_ca, const double *from, double *to);

  /** Of a pool alone: the reversal potential at ca[n], into e_ca[n]. */
  void (*reverse)(const channel_block *block, const double *ca, double *e_ca);
} channel;

REGISTRY_OF(channel);

#endif

/**
 * Dendrites of cells: compartments that hang on one another in a tree whose root is the soma, number 0. Each is
 * numbered above its parent. What the soma is, is its model's business: a soma sees its dendrites as a conductance and
 * a current.
 *
 *   C_c V_c' = i_c + sum over neighbours n of G_cn (V_n - V_c)
 *
 * where i_c is what channels (model/channel/), synapses and inputs bring. Crank-Nicolson in the potentials, all of them
 * at once by elimination from the tips to the soma and back (Hines 1984, 10.1016/0020-7101(84)90008-4): of second order
 * in dt, stable however strong the coupling. Synapses act by their exact mean over the step; what magnesium blocks, by
 * its potential extrapolated to the middle of the step; calcium, where channels fill a pool, by the midpoint rule.
 * Cells whose somata are made of channels have the two-stage method of Alexander 1977 (10.1137/0714068) in place of
 * Crank-Nicolson: of second order too, it does not ring where conductances are large. Both stages share an elimination.
 *
 * A model may offer the scheme of NEURON's fixed step instead (Hines & Carnevale 1997, 10.1162/neco.1997.9.6.1179), of
 * first order: backward Euler in the potentials under the gates, synapses and calcium of the begin, then each of those
 * by its exact solution under the potential at the end.
 *
 * All cells of a population share topology, capacitances of dendrites, couplings and channels, which lists of
 * parameters say. A compartment has the receptors that something addresses, which lists say too: exc and inh act as
 * those of the soma, nmda as its compartment says, others as the population lists them. A soma may be a point model of
 * its own, or be made of channels as all else. Units: ms, mV, pA, pF, nS. Not collective, all of it.
 */
#ifndef LOLIGO_MODEL_NEURON_TREE_H
#define LOLIGO_MODEL_NEURON_TREE_H

#include "model/channel/channel.h"
#include "model/neuron/block.h"
#include "model/neuron/tree_model.h"
#include "model/neuron/tree_tables.h"

/** Hooks of a model that has dendrites, of the same names, besides those of tree_tables.h. */
loligo_status tree_prepare(const tree_model *own, const loligo_model_setup *setup, void **shared);
void tree_release(void *shared);
void tree_start(const loligo_block *block);

/** Whether variable v is a gate of a dendrite; if so, its values on the grid go into out[n]. */
bool tree_observe(const loligo_block *block, size_t v, double *out);

/** Derived constants of the synapses on dendrites. */
typedef struct tree_synapse {
  double mean, left; /* 1: what acts over a step, and what is at its end, of what begins it at 1 */
  double e;          /* mV */
} tree_synapse;

typedef struct tree_synapses {
  tree_synapse ex, in;
} tree_synapses;

tree_synapse tree_synapse_of(double tau, double e, double dt, bool staggered);

/** Whether the scheme is the staggered one; a model without a choice has that. */
bool tree_is_staggered(const tree_model *own, const double *param);

/** Cells first ... first + n - 1 of a block through one step, with room for the numbers of their compartments. */
typedef struct tree_pass {
  const loligo_block *block;
  size_t synapses; /* number of the first derived constant of tree_synapses */
  size_t first, n;
  double g[TREE_NUMBERS]; /* nS */
  double i[TREE_NUMBERS]; /* pA */
  double d[TREE_NUMBERS]; /* mV */
} tree_pass;

/** Goes through the cells of a block: tree_pass_next() takes the next ones, as many as there is room for, since
 * channels are called for all of them at once; false behind the last. */
void tree_pass_begin(tree_pass *pass, const loligo_block *block, size_t synapses);
bool tree_pass_next(tree_pass *pass);

/** What the dendrites are to the somata over the step: g[n], and i[n] which flows as long as a soma stays where the
 * step begins; moves the synapses on dendrites to the end of the step. */
void tree_gather(tree_pass *pass);

/** Moves the dendrites to the end of the step; in i[n] the potentials of the somata at its middle. */
void tree_scatter(tree_pass *pass);

/** What somata made of channels have of their own: [n] by the cells of a pass. */
typedef struct tree_soma {
  const double *held;    /* nS: their capacitances, times what tree_held() says */
  const double *current; /* pA that flows into them besides */
} tree_soma;

/** 1/ms: by what a capacitance becomes the conductance that holds a potential where it is. */
double tree_held(bool staggered, double dt);

/** Moves cells whose somata are made of channels to the end of the step, in place of the two above. */
void tree_advance(tree_pass *pass, const tree_soma *soma);

#endif

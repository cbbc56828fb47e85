/**
 * Dendrites of cells: compartments that hang on one another in a tree whose root is the soma, number 0. Each is
 * numbered above its parent. What the soma is, is its model's business: a soma sees its dendrites as a conductance and
 * a current.
 *
 *   C_c V_c' = i_c + sum over neighbours n of G_cn (V_n - V_c)
 *
 * where i_c is what membrane (model/membrane/), synapses and inputs bring. Crank-Nicolson in the potentials, all of
 * them at once by elimination from the tips to the soma and back (Hines 1984, 10.1016/0020-7101(84)90008-4): of second
 * order in dt, stable however strong the coupling. Synapses act by their exact mean over the step; what magnesium
 * blocks, by its potential extrapolated to the middle of the step.
 *
 * All cells of a population share topology, capacitances, couplings and membranes, which lists of parameters say. A
 * compartment has the receptors that something addresses, which lists say too: exc and inh act as those of the soma,
 * nmda as its compartment says. Units: ms, mV, pA, pF, nS. Not collective, all of it.
 */
#ifndef LOLIGO_MODEL_NEURON_TREE_H
#define LOLIGO_MODEL_NEURON_TREE_H

#include "model/membrane/membrane.h"
#include "model/neuron/block.h"
#include "model/neuron/param_list.h"

enum {
  TREE_MAX_COMPARTMENTS = 1024, /* of a cell, its soma among them */
  TREE_LEAST_STRIP = 16,        /* cells that are advanced side by side, at least */
  TREE_NUMBERS = TREE_MAX_COMPARTMENTS * TREE_LEAST_STRIP
};

/** Receptors that a compartment may have. */
enum { TREE_EXC, TREE_INH, TREE_NMDA, TREE_KINDS };

extern const char *const tree_receptor_names[TREE_KINDS];

/** Lists that a model has behind its other parameters, in this order. */
enum {
  TREE_PARENT,
  TREE_G,
  TREE_C_M,
  TREE_MEMBRANE,
  TREE_PARAMS,
  TREE_NMDA_TAU,
  TREE_NMDA_MG,
  TREE_NMDA_E,
  TREE_OPEN_AT,
  TREE_OPEN_KIND,
  TREE_SITE_AT,
  TREE_LISTS
};

extern const char *const tree_list_names[TREE_LISTS];

#define TREE_LIST_ROW(name, unit, range, help)                                                                         \
  {                                                                                                                    \
    name, LOLIGO_PARAM_LIST, unit, "", range, NULL, help, 0                                                            \
  }

#define TREE_ROWS                                                                                                      \
  TREE_LIST_ROW("compartment_parent", "", LOLIGO_RANGE_NON_NEGATIVE,                                                   \
                "number of the compartment that each hangs on, 0: the soma; more readably branches: of the "           \
                "population"),                                                                                         \
      TREE_LIST_ROW("compartment_g", "nS", LOLIGO_RANGE_NON_NEGATIVE, "conductance from each to its parent"),          \
      TREE_LIST_ROW("compartment_C_m", "pF", LOLIGO_RANGE_POSITIVE, "capacitance of each"),                            \
      TREE_LIST_ROW("compartment_membrane", "", LOLIGO_RANGE_NON_NEGATIVE,                                             \
                    "number of the membrane of each, from 0 on: passive, hh, traub"),                                  \
      TREE_LIST_ROW("compartment_params", "", LOLIGO_RANGE_ANY,                                                        \
                    "what the membrane of each has for parameters, one behind the other (nS, mV)"),                    \
      TREE_LIST_ROW("compartment_nmda_tau", "ms", LOLIGO_RANGE_NON_NEGATIVE,                                           \
                    "decay of the NMDA receptor of each; 0: it has none"),                                             \
      TREE_LIST_ROW("compartment_nmda_Mg", "mmol/l", LOLIGO_RANGE_NON_NEGATIVE, "magnesium that blocks it"),           \
      TREE_LIST_ROW("compartment_nmda_E", "mV", LOLIGO_RANGE_ANY, "its reversal potential"),                           \
      TREE_LIST_ROW("receptor_compartment", "", LOLIGO_RANGE_POSITIVE,                                                 \
                    "compartment of each receptor besides the soma's; projections and inputs add those they address"), \
      TREE_LIST_ROW("receptor_kind", "", LOLIGO_RANGE_NON_NEGATIVE, "which it is, from 0 on: exc, inh, nmda"),         \
      TREE_LIST_ROW("current_compartment", "", LOLIGO_RANGE_POSITIVE,                                                  \
                    "compartments that inputs let currents flow into; they add those they address")

/* Texts of the pages of these models. */
#define TREE_EQUATIONS_PAGE                                                                                            \
  "\na compartment c of the dendrites (branches: of the population), n its neighbours:\n"                              \
  "C_c dV_c/dt = i_c - g_ex (V_c - E_ex) - g_in (V_c - E_in) - g_nmda B (V_c - E) + I_c + sum over n of G_cn "         \
  "(V_n - V_c)\n"                                                                                                      \
  "i_c by its membrane (passive, hh, traub), B = 1 / (1 + Mg exp(-0.062 V_c / mV) / 3.57 mM);\n"                       \
  "receptors are there where something addresses them, exc and inh with the constants of the soma's"
#define TREE_INTEGRATOR_PAGE                                                                                           \
  "staggered Crank-Nicolson: gates live half a step after potentials, which all move at once, by elimination from\n"   \
  "the tips to the soma and back (Hines 1984, 10.1016/0020-7101(84)90008-4); synapses act by their exact mean over\n"  \
  "the step, B at V_c extrapolated to its middle; of second order, stable at any coupling"
#define TREE_SPIKE_PAGE "looked for at the soma: "
#define TREE_SOURCE_PAGE "Hines 1984, Int. J. Biomed. Comput. 15:69, 10.1016/0020-7101(84)90008-4"

/** A model that has dendrites. */
typedef struct tree_model {
  const loligo_model *model; /* as registered; its first variable is V_m of the soma */
  size_t first_row;          /* of the lists */
} tree_model;

/** Hooks of such a model, of the same names. */
loligo_status tree_describe(const tree_model *own, const double *param, loligo_model *described);
void tree_forget(loligo_model *described);
loligo_status tree_prepare(const tree_model *own, const loligo_model_setup *setup, void **shared);
void tree_release(void *shared);
void tree_start(const loligo_block *block);

/** INPUT where the lists of a cell contradict one another. Part of derive(). */
loligo_status tree_check(const tree_model *own, const double *param);

/** Completes what belongs to the dendrites, whose potentials are the soma's unless given. Last in complete(). */
void tree_complete(const tree_model *own, const double *param, double *state);

/** Whether variable v is a gate of a dendrite; if so, its values on the grid go into out[n]. */
bool tree_observe(const loligo_block *block, size_t v, double *out);

/** Derived constants of the synapses on dendrites. */
typedef struct tree_synapse {
  double mean, left; /* 1: over a step and at its end of what begins it at 1 */
  double e;          /* mV */
} tree_synapse;

typedef struct tree_synapses {
  tree_synapse ex, in;
} tree_synapses;

tree_synapse tree_synapse_of(double tau, double e, double dt);

/** Cells first ... first + n - 1 of a block through one step, with room for the numbers of their compartments. */
typedef struct tree_pass {
  const loligo_block *block;
  size_t synapses; /* number of the first derived constant of tree_synapses */
  size_t first, n;
  double g[TREE_NUMBERS]; /* nS */
  double i[TREE_NUMBERS]; /* pA */
} tree_pass;

/** Cells of a block that are advanced side by side: as many as there is room for, since membranes are called for all of
 * them at once. */
size_t tree_strip(const loligo_block *block);

/** What the dendrites are to the somata over the step: g[n], and i[n] which flows as long as a soma stays where the
 * step begins; moves the synapses on dendrites to the end of the step. */
void tree_gather(tree_pass *pass);

/** Moves the dendrites to the end of the step; in i[n] the potentials of the somata at its middle. */
void tree_scatter(tree_pass *pass);

#endif

/** What a model with dendrites says of itself: the lists among its parameters, and the texts of its page (tree.h). */
#ifndef LOLIGO_MODEL_NEURON_TREE_MODEL_H
#define LOLIGO_MODEL_NEURON_TREE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "loligo/model_interface.h"
#include "model/neuron/param_list.h"

enum {
  TREE_MAX_COMPARTMENTS = 1024, /* of a cell, its soma among them */
  TREE_LEAST_STRIP = 16,        /* cells that are advanced side by side, at least */
  TREE_NUMBERS = TREE_MAX_COMPARTMENTS * TREE_LEAST_STRIP
};

/** Receptors that a compartment may have; those that a population lists (model/neuron/listed.h) are numbered from
 * TREE_KINDS on. */
enum { TREE_EXC, TREE_INH, TREE_NMDA, TREE_KINDS };

/** Lists that a model has behind its other parameters, in this order. */
enum {
  TREE_PARENT,
  TREE_G,
  TREE_C_M,
  TREE_CHANNEL_AT,
  TREE_CHANNEL,
  TREE_PARAMS,
  TREE_NMDA_TAU,
  TREE_NMDA_MG,
  TREE_NMDA_E,
  TREE_OPEN_AT,
  TREE_OPEN_KIND,
  TREE_SITE_AT,
  TREE_LISTS
};

#define TREE_LIST_ROW(name, unit, range, help)                                                                         \
  {                                                                                                                    \
    name, LOLIGO_PARAM_LIST, unit, "", range, NULL, help, 0                                                            \
  }

/* Lists of models whose somata are point models, and of those that are made of channels. */
#define TREE_ROWS TREE_ROWS_FROM(POSITIVE)
#define TREE_ROWS_OF_SOMA_TOO TREE_ROWS_FROM(NON_NEGATIVE)

#define TREE_ROWS_FROM(channels_range)                                                                                 \
  TREE_LIST_ROW("compartment_parent", "", LOLIGO_RANGE_NON_NEGATIVE,                                                   \
                "number of the compartment that each hangs on, 0: the soma; more readably branches: of the "           \
                "population"),                                                                                         \
      TREE_LIST_ROW("compartment_g", "nS", LOLIGO_RANGE_NON_NEGATIVE, "conductance from each to its parent"),          \
      TREE_LIST_ROW("compartment_C_m", "pF", LOLIGO_RANGE_NON_NEGATIVE,                                                \
                    "capacitance of each; 0: a joint, where others part and nothing else is"),                         \
      TREE_LIST_ROW("channel_compartment", "", LOLIGO_RANGE_##channels_range,                                          \
                    "compartment of each channel, ascending; more readably channels: of branches and of the soma"),    \
      TREE_LIST_ROW("channel_number", "", LOLIGO_RANGE_NON_NEGATIVE,                                                   \
                    "which it is, from 0 on in the order of channels in the reference"),                               \
      TREE_LIST_ROW("channel_params", "", LOLIGO_RANGE_ANY,                                                            \
                    "what the channels have for parameters, one behind the other"),                                    \
      TREE_LIST_ROW("compartment_nmda_tau", "ms", LOLIGO_RANGE_NON_NEGATIVE,                                           \
                    "decay of the NMDA receptor of each; 0: it has none"),                                             \
      TREE_LIST_ROW("compartment_nmda_Mg", "mmol/l", LOLIGO_RANGE_NON_NEGATIVE, "magnesium that blocks it"),           \
      TREE_LIST_ROW("compartment_nmda_E", "mV", LOLIGO_RANGE_ANY, "its reversal potential"),                           \
      TREE_LIST_ROW("receptor_compartment", "", LOLIGO_RANGE_POSITIVE,                                                 \
                    "compartment of each receptor besides the soma's; projections and inputs add those they address"), \
      TREE_LIST_ROW("receptor_kind", "", LOLIGO_RANGE_NON_NEGATIVE,                                                    \
                    "which it is, from 0 on: exc, inh, nmda, then those that the population lists"),                   \
      TREE_LIST_ROW("current_compartment", "", LOLIGO_RANGE_POSITIVE,                                                  \
                    "compartments that inputs let currents flow into; they add those they address")

/* Texts of the pages of these models. */
#define TREE_EQUATIONS_PAGE                                                                                            \
  "\na compartment c of the dendrites (branches: of the population), n its neighbours:\n"                              \
  "C_c dV_c/dt = i_c - g_ex (V_c - E_ex) - g_in (V_c - E_in) - g_nmda B (V_c - E) + I_c + sum over n of G_cn "         \
  "(V_n - V_c)\n"                                                                                                      \
  "i_c by its channels (see channels), B = 1 / (1 + Mg exp(-0.062 V_c / mV) / 3.57 mM);\n"                             \
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
  bool soma_has_channels;    /* and its receptors are those of any compartment; its own variables behind V_m are then
                                the conductances of exc and inh */
  size_t listed_row;         /* of the lists of receptors (listed.h); 0: it has none */
} tree_model;

/** Choices of a model's parameter `integrator`. */
enum { TREE_STAGGERED, TREE_NEURON };

#endif

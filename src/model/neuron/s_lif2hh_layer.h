/** What passes of four units wired like s-LIF2HH have in common, in both precisions. */
#ifndef LOLIGO_MODEL_NEURON_S_LIF2HH_LAYER_H
#define LOLIGO_MODEL_NEURON_S_LIF2HH_LAYER_H

enum { LAYER_UNITS = 4, LAYER_INPUTS = 3 };

/** Constants of a pass; state: units 1 to 3, what is left of all; tape. */
enum { LAYER_DECAY, LAYER_THRESHOLD, LAYER_INPUT, LAYER_CONSTANTS = LAYER_INPUT + LAYER_INPUTS };
enum { LAYER_U, LAYER_LEFT = LAYER_U + LAYER_INPUTS, LAYER_STATES = LAYER_LEFT + LAYER_UNITS };
enum {
  LAYER_TAPED_U,
  LAYER_TAPED_S = LAYER_TAPED_U + LAYER_UNITS,
  LAYER_TAPED_PSI = LAYER_TAPED_S + LAYER_UNITS,
  LAYER_TAPED = LAYER_TAPED_PSI + LAYER_UNITS
};

/** Weights that all cells share: of units 1 to 3 onto unit 4, and its constant input. */
enum { LAYER_SHARED = LAYER_INPUTS + 1 };

#endif

/**
 * A neuron model: tables that describe it, and a few functions without state of their own.
 *
 * A model is one file, src/model/neuron/NAME.c, and one line in registry.c. Everything else - parsing, reference,
 * recorder, partitioner, checkpoint, tests of invariance - reads these tables.
 */
#ifndef LOLIGO_MODEL_NEURON_MODEL_H
#define LOLIGO_MODEL_NEURON_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/random/random.h"
#include "base/registry.h"
#include "loligo/model.h"
#include "loligo/status.h"

enum { MODEL_BLOCK_CELLS = 256 };

/** A state variable; each is one array of doubles over the local cells of a population. */
typedef struct model_variable {
  const char *name; /* V_m, m, I_syn_ex, ... */
  const char *unit; /* "" for a pure number */
  const char *help;
} model_variable;

typedef enum receptor_kind {
  RECEPTOR_CURRENT,     /* weight in pA, may be negative */
  RECEPTOR_CONDUCTANCE, /* weight in nS, never negative */
  RECEPTOR_POTENTIAL,   /* weight in mV (delta), may be negative */
  RECEPTOR_LEVEL,       /* weight in pA that flows as long as the source is above its V_level; may be negative */
  RECEPTOR_NUMBER       /* weight is a pure number, may be negative */
} receptor_kind;

typedef struct model_receptor {
  const char *name; /* exc, inh, level */
  receptor_kind kind;
} model_receptor;

/** What a cell can tell others besides its spikes. Numbered from 1 on; number 0 is the spike. */
typedef struct model_signal {
  const char *name; /* level, unit1, ... */
  const char *help;
} model_signal;

/** "pA", "nS", "mV", or "" for a pure number. */
const char *receptor_unit(receptor_kind kind);

/**
 * At most MODEL_BLOCK_CELLS consecutive local cells of one population at one step from step * dt to (step + 1) * dt.
 * Arrays may not overlap.
 */
typedef struct model_block {
  size_t n;                     /* cells */
  double *const *state;         /* [n_variables] -> [n] */
  const double *const *derived; /* [n_derived] -> [1] if uniform, else [n] */
  bool uniform;                 /* all cells share their derived constants */
  const double *const *input; /* [n_receptors] -> [n] sum of weights that arrive at (step + 1) * dt, receptor's unit; of
                                 a RECEPTOR_LEVEL the sum that stands from then on */
  const double *current;      /* [n] pA, mean over the step */
  int64_t *spike;             /* [n] out: number of spikes found in the step, stamped step + 1 */
  int64_t *const *signal; /* [n_signals] -> [n] out: change of each signal in the step, +1, 0 or -1; NULL where nobody
                             listens to any */
  const void *shared;     /* what prepare() made for the population, or NULL */
  const uint64_t *index;  /* [n] index of each cell within its population */
  int64_t step;
} model_block;

/** What a model may want to precompute once for a population. */
typedef struct model_setup {
  const double *param;    /* values of the uniform (undistributed) parameters; NAN for a distributed one */
  const double *times;    /* [n_times] ms, ascending: the trains of a spike source */
  const uint64_t *owners; /* [n_times] index of the cell that emits each, or NULL if every cell emits all */
  size_t n_times;
  random_key key; /* RANDOM_SOURCE of the population */
  double dt;      /* ms */
} model_setup;

struct loligo_model {
  const char *name, *summary; /* summary: one line with the source (DOI) */
  const char *alias;          /* an older name, or NULL */
  bool is_source;             /* takes no input */
  bool takes_trains;          /* has `times` or `file` in the model file: a spike source */
  double cost;                /* relative time of one update; iaf_psc_exp is 1 */
  const double *max_dt; /* [choices of the parameter `integrator`, or 1] ms: the longest dt at which the golden case
                           of the model (tests/physics) holds to 1 %; NULL: any dt does */

  /* PARAM_REAL rows may be distributed; PARAM_CHOICE, PARAM_INTEGER and PARAM_LIST rows are uniform. Where a hook takes
   * param[], it holds a number for each row, of a list how many values it has; these follow behind, list by list. */
  param_table params;
  const model_variable *variables;
  size_t n_variables;
  const model_receptor *receptors; /* exc first, then inh, where a model has them */
  size_t n_receptors;
  const model_signal *signals; /* besides the spike */
  size_t n_signals;
  size_t n_derived; /* constants that step() reads: functions of one cell's parameters and dt */

  /**
   * Where variables, receptors, signals or the number of derived constants depend on parameters that are uniform:
   * writes those of a population into `described`, a copy of the model, in memory that forget() frees. Called whenever
   * such a parameter is set, and with the defaults before. NAN stands for a distributed parameter. Fails with INPUT or
   * MACHINE; forget() is then called too. Both NULL: the tables serve as they stand.
   */
  loligo_status (*describe)(const double *param, loligo_model *described);
  void (*forget)(loligo_model *described);

  /**
   * Computes derived[n_derived] of one cell from param[] and dt (ms). Fails (loligo_fail, INPUT) only where
   * parameters contradict one another, as V_reset >= V_th. May be NULL where n_derived is 0.
   */
  loligo_status (*derive)(const double *param, double dt, double *derived);

  /** Replaces the NANs in state[n_variables] (variables that the user did not set) by their defaults for param. Grid
   * time 0. */
  void (*complete)(const double *param, double *state);

  /** Brings the state of a block from grid time 0 to where step() wants it (gates by half a step); NULL where they
   * agree. */
  void (*start)(const model_block *block);

  /** Advances a block by one step: state over the step, then input, then threshold; writes all of spike[n]. */
  void (*step)(const model_block *block);

  /** Values of variable v at the grid time for the n cells of a block whose state step() left; NULL where state[v] is
   * that. */
  void (*observe)(const model_block *block, size_t v, double *out);

  /** Makes and frees `shared`; NULL where a model has none. */
  loligo_status (*prepare)(const model_setup *setup, void **shared);
  void (*release)(void *shared);
};

extern const registry loligo_model_registry;

/** Row of the parameter `integrator`, or NULL. */
const param *model_integrator(const loligo_model *model);

/** Position of a variable, receptor or parameter by name, or -1. */
int model_variable_index(const loligo_model *model, const char *name);
int model_receptor_index(const loligo_model *model, const char *name);
int model_param_index(const loligo_model *model, const char *name);

/** Number of a signal by name, "spike" being 0; or -1. */
int model_signal_number(const loligo_model *model, const char *name);

#endif

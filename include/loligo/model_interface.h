/**
 * What a neuron model is: tables that describe it, and a few functions without state of their own.
 *
 * A model of Loligo is one file, src/model/neuron/NAME.c, and one line in registry.c. One from outside is compiled
 * against this header into a shared object (cc -shared -fPIC) and named in the model file, simulation: {models:
 * [./libmine.so]}. Everything else - parsing, reference, recorder, partitioner, checkpoint, tests of invariance - reads
 * these tables. Units: ms, mV, pA, pF, nS.
 */
#ifndef LOLIGO_MODEL_INTERFACE_H
#define LOLIGO_MODEL_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/adjoint.h"
#include "loligo/param.h"
#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most cells of a block. */
enum { LOLIGO_BLOCK_CELLS = 256 };

typedef struct loligo_model loligo_model;

/** A state variable; each is one array of doubles over the local cells of a population. */
typedef struct loligo_variable {
  const char *name; /* V_m, m, I_syn_ex, ... */
  const char *unit; /* "" for a pure number */
  const char *help;
} loligo_variable;

typedef enum loligo_receptor_kind {
  LOLIGO_RECEPTOR_CURRENT,     /* weight in pA, may be negative */
  LOLIGO_RECEPTOR_CONDUCTANCE, /* weight in nS, never negative */
  LOLIGO_RECEPTOR_POTENTIAL,   /* weight in mV (delta), may be negative */
  LOLIGO_RECEPTOR_LEVEL,       /* weight in pA that flows as long as the source is above its V_level; may be negative */
  LOLIGO_RECEPTOR_NUMBER,      /* weight is a pure number, may be negative */
  LOLIGO_RECEPTOR_GAP /* weight in nS, never negative: of gap junctions alone, which couple V_m to that of others */
} loligo_receptor_kind;

typedef struct loligo_receptor {
  const char *name; /* exc, inh, level */
  loligo_receptor_kind kind;
} loligo_receptor;

/** What a cell can tell others besides its spikes. Numbered from 1 on; number 0 is the spike. */
typedef struct loligo_signal {
  const char *name; /* level, unit1, ... */
  const char *help;
} loligo_signal;

/**
 * At most LOLIGO_BLOCK_CELLS consecutive local cells of one population at one step from step * dt to (step + 1) * dt.
 * Arrays may not overlap.
 */
typedef struct loligo_block {
  size_t n;                     /* cells */
  double *const *state;         /* [n_variables] -> [n] */
  const double *const *derived; /* [n_derived] -> [1] if uniform, else [n] */
  bool uniform;                 /* all cells share their derived constants */
  const double *const *input; /* [n_receptors] -> [n] sum of weights that arrive at (step + 1) * dt, receptor's unit; of
                                 a LOLIGO_RECEPTOR_LEVEL the sum that stands from then on; of a LOLIGO_RECEPTOR_GAP pA
                                 over the step, the sum of conductances times potentials of the cells beyond them */
  const double *coupling;     /* [n] nS, sum of the conductances of gap junctions; NULL where no cell has any */
  const double *current;      /* [n] pA, mean over the step */
  const double *const *site_current; /* [n_sites] -> [n] likewise, into other parts of the cells */
  int64_t *spike;                    /* [n] out: number of spikes found in the step, stamped step + 1 */
  int64_t *const *signal; /* [n_signals] -> [n] out: change of each signal in the step, +1, 0 or -1; NULL where nobody
                             listens to any */
  const void *shared;     /* what prepare() made for the population, or NULL */
  const uint64_t *index;  /* [n] index of each cell within its population */
  int64_t step;
} loligo_block;

/** What a model may want to precompute once for a population. */
typedef struct loligo_model_setup {
  const double *param;    /* values of the uniform (undistributed) parameters; NAN for a distributed one */
  const double *times;    /* [n_times] ms, ascending: the trains of a spike source */
  const uint64_t *owners; /* [n_times] index of the cell that emits each, or NULL if every cell emits all */
  size_t n_times;
  uint64_t key; /* of the random numbers of the population, for a counter-based generator: use cell and step as the
                   counter */
  double dt;    /* ms */
} loligo_model_setup;

/** What `loligo models NAME` prints of a model besides its tables: texts of one line or several, or NULL. */
typedef struct loligo_model_page {
  const char *equations;  /* plain text, one to a line */
  const char *integrator; /* how they are advanced, and of which order in dt that is */
  const char *refractory; /* what stands still after a spike, and for how long */
  const char *spike;      /* what a spike is, and how it is stamped */
  const char *golden;     /* the case that it is held to, with its numbers */
  const char *source;     /* papers, with DOI */
} loligo_model_page;

/**
 * Operations of floating point of one update of one cell, as step() performs them for a cell that neither spikes nor
 * waits, or a step of its pass where a model has none: subtractions are additions, a fused multiply-add is one of each,
 * an exponential or a logarithm is what its polynomial takes. What is done once for a block of like cells, comparisons,
 * and the integers of random numbers are not counted.
 */
typedef struct loligo_operations {
  double adds, muls, divisions; /* divisions: square roots too */
} loligo_operations;

struct loligo_model {
  const char *name, *summary; /* summary: one line with the source (DOI) */
  const char *alias;          /* an older name, or NULL */
  bool is_source;             /* takes no input */
  bool takes_trains;          /* has `times` or `file` in the model file: a spike source */
  bool takes_no_current;      /* spikes only: inputs that are currents are refused */
  double cost;                /* relative time of one update; iaf_psc_exp is 1 */
  const double *max_dt;       /* [choices of the parameter `integrator`, or 1] ms: the longest dt at which spikes and
                                 potentials hold to 1 %; NULL: any dt does */
  const loligo_operations *operations; /* [likewise] of one update; NULL: not known */

  /* Rows of type LOLIGO_PARAM_REAL may be distributed, those of type _BOOLEAN (0 or 1), _CHOICE, _INTEGER and _LIST are
   * the same for all cells; there are no others. Where a hook takes param[], it holds a number for each row, of a list
   * how many values it has; these follow behind, list by list. */
  loligo_param_table params;
  const loligo_variable *variables; /* V_m first, where a model has one: it is watched for being finite */
  size_t n_variables;
  const loligo_receptor *receptors; /* exc first, then inh, where a model has them */
  size_t n_receptors;
  const loligo_signal *signals; /* besides the spike */
  size_t n_signals;
  size_t n_sites;   /* parts of a cell besides the one that currents flow into unless inputs name another */
  size_t n_derived; /* constants that step() reads: functions of one cell's parameters and dt */

  /* Hooks, in the order of their calls. All must be functions of their arguments alone; any but step() may be NULL. */

  /**
   * 1. Where variables, receptors, signals, sites, cost, operations or the number of derived constants depend on
   * parameters of type _BOOLEAN, _CHOICE, _INTEGER or _LIST: writes those of a population into `described`, a copy of
   * the model, in memory that forget() frees. Called with the defaults, and again whenever such a parameter is set; NAN
   * stands for those of type _REAL. Fails with INPUT or MACHINE; forget() is then called too. forget() is there if
   * describe() is.
   */
  loligo_status (*describe)(const double *param, loligo_model *described);

  /** 2. On each rank, before the cells: makes what step() finds as block->shared. */
  loligo_status (*prepare)(const loligo_model_setup *setup, void **shared);

  /**
   * 3. For each cell, or once where all are alike: derived[n_derived] from param[] and dt (ms). Also called when a
   * population is described, to find parameters that contradict one another, as V_reset >= V_th: INPUT by
   * loligo_fail().
   */
  loligo_status (*derive)(const double *param, double dt, double *derived);

  /** 4. For each cell: replaces the NANs in state[n_variables], variables that the user did not set, by their defaults.
   * The state is that of the grid time at which the simulation begins. */
  void (*complete)(const double *param, double *state);

  /** 5. Brings the state of a block from grid time to where step() wants it (gates by half a step). NULL where they
   * agree. Not after a restored checkpoint, which holds the state as step() left it. */
  void (*start)(const loligo_block *block);

  /** 6. Advances a block by one step: state over the step, then input, then threshold; writes all of spike[n]. */
  void (*step)(const loligo_block *block);

  /** 7. Values of variable v at the grid time for the n cells of a block whose state step() left, into out[n]. NULL
   * where state[v] is that. */
  void (*observe)(const loligo_block *block, size_t v, double *out);

  /** 8. The end: frees what prepare() and describe() made. */
  void (*release)(void *shared);
  void (*forget)(loligo_model *described);

  /** How it is trained in trials, the same map or scheme as that of step(); NULL: by gradients it is not. A model
   * without step() is for trials only. */
  const loligo_adjoint *adjoint;

  loligo_model_page page;
};

/** The version of all that stands in this file and in param.h. */
enum { LOLIGO_MODEL_INTERFACE = 5 };

/** What a shared object of models offers. */
typedef struct loligo_model_library {
  unsigned version; /* LOLIGO_MODEL_INTERFACE when it was compiled */
  size_t n;
  const loligo_model *const *models; /* [n] */
} loligo_model_library;

/** Once in a shared object: LOLIGO_MODELS(&one, &another); the program finds them by simulation.models. */
#define LOLIGO_MODELS(...)                                                                                             \
  static const loligo_model *const loligo_offered_models[] = {__VA_ARGS__};                                            \
  extern __attribute__((visibility("default"))) const loligo_model_library loligo_models;                              \
  const loligo_model_library loligo_models = {                                                                         \
      LOLIGO_MODEL_INTERFACE, sizeof loligo_offered_models / sizeof *loligo_offered_models, loligo_offered_models}

#ifdef __cplusplus
}
#endif

#endif

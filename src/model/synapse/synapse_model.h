/**
 * A synapse model: what in a source sets off what in a target, and how the weight changes meanwhile. A synapse has one
 * pathway or several, each from a signal of the source to a receptor of the target; all share its delay.
 *
 * A synapse model is one file, src/model/synapse/NAME.c, and one line in registry.c. Parsing, reference, used
 * parameters, storage, delivery, checkpoints and the tests of invariance read its tables.
 *
 * A synapse has two ends. A spike of the source with stamp t acts on it at t + axonal delay, one of the target at t +
 * dendritic delay; every event sees the traces strictly before its time. Weights come to hooks as magnitudes in units
 * of |Wmax|, from 0 to 1, and are clipped to that after each hook.
 *
 * A modulated model has a third factor: the spikes of a population that the projection names, its modulator, which act
 * on all its synapses at their stamp, before those of both ends. Each synapse then has an eligibility besides its
 * weight, in units of |Wmax| too, which begins with 0; and both may go on changing between events.
 *
 * A descent model changes its weights against the gradient of the error of a trial of the cells that it teaches
 * (model/neuron/taught.h): once, at its end, or at each spike of the source by what is known of it by then, and at the
 * end by the rest. They come to its hook in units of Wmax, from -1 to 1, and are clipped to that behind it.
 */
#ifndef LOLIGO_MODEL_SYNAPSE_SYNAPSE_MODEL_H
#define LOLIGO_MODEL_SYNAPSE_SYNAPSE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/registry.h"

typedef struct synapse_pathway {
  const char *signal;   /* of the source's model; NULL: what the receptor listens to, "level" or "spike" */
  const char *receptor; /* of the target's model; NULL: the one that the projection names */
  double fixed;         /* weight of this pathway; 0: that of the projection */
} synapse_pathway;

typedef enum synapse_kind {
  SYNAPSE_STATIC,  /* the weight stays as it is */
  SYNAPSE_FACTOR,  /* the weight stays; of it, a spike brings a part that follows from the source's spikes; one pathway
                    */
  SYNAPSE_PLASTIC, /* spikes of the source and of the target change it; one pathway, of spikes */
  SYNAPSE_DESCENT, /* the gradient of an error changes it, against which it goes; one pathway, of spikes */
  SYNAPSE_DENSE,   /* a matrix that learns in trials (loligo/adjoint.h); no simulation has it, and it has no hooks */
  SYNAPSE_GAP      /* couples potentials; no spikes, no delay, no hooks */
} synapse_kind;

/** What a source keeps for the synapses of a projection, of kind SYNAPSE_FACTOR. */
typedef struct synapse_state {
  const char *name;
  const char *help;
} synapse_state;

/** Which spikes of one side a spike of the other is paired with: all earlier ones, or the nearest of them. */
typedef enum synapse_pairing { SYNAPSE_PAIRS_ALL, SYNAPSE_PAIRS_NEAREST } synapse_pairing;

/** A trace: each spike adds 1, or sets it to 1 where the nearest is paired, and it decays in between. */
typedef struct synapse_trace {
  const char *name;
  const char *tau; /* the parameter that is its time constant, ms */
  const char *help;
} synapse_trace;

/** Of the source, of the target; the second one is slow. */
enum { SYNAPSE_MAX_TRACES = 2, SYNAPSE_MAX_STATES = 3, SYNAPSE_MAX_CONSTANTS = 8, SYNAPSE_MAX_MOMENTS = 2 };

/** Some synapses of one source and one delay. Arrays do not overlap. */
typedef struct synapse_tile {
  size_t n;
  const double *constant; /* what derive() made */
  double *weight;         /* [n] */
  const double *trace;   /* [n] the first trace of the other side: of the source for post(), of the targets for pre() */
  const double *slow;    /* [n] for post(): the targets' second trace, if there is one */
  double slow_of_source; /* for pre(): the source's second trace, if there is one */
  double *eligibility;   /* [n] of a modulated model */
  const double *since;   /* [n] for drift(): ms behind the last event */
  const double *modulator; /* [n] for drift(): the modulator's trace at the last event, behind it */
} synapse_tile;

/** Some synapses of kind SYNAPSE_DESCENT when their weights change. Arrays do not overlap. */
typedef struct synapse_lesson {
  size_t n;
  const double *constant;              /* what derive() made */
  uint64_t trial;                      /* number of the trial, from 1 on */
  const double *gradient;              /* [n] of the error by the weight, receptor's base unit; or its next part */
  double *moment[SYNAPSE_MAX_MOMENTS]; /* [n] what the model keeps from trial to trial, 0 before the first */
  double *weight;                      /* [n] */
} synapse_lesson;

typedef struct synapse_model {
  const char *name, *summary; /* summary: one line */
  const char *equations;      /* plain text, one to a line */
  synapse_kind kind;
  const synapse_pathway *pathways;
  size_t n_pathways;

  /* Rows of type LOLIGO_PARAM_REAL, _CHOICE or _BOOLEAN, the same for all synapses of a projection. A unit of NULL is
   * that of the receptor. A plastic model has the rows Wmax, the largest weight, whose sign all weights have, and
   * pairing; a modulated one modulator, of type LOLIGO_PARAM_TEXT: a population, whose number is its value. */
  loligo_param_table params;
  const synapse_trace *source_traces; /* [n_source_traces] the source's spikes are to be remembered by them */
  size_t n_source_traces;
  const synapse_trace *target_traces; /* [n_target_traces] likewise; post() alone needs no trace of the target */
  size_t n_target_traces;
  const synapse_trace *modulator_trace; /* of a modulated model; NULL: it is none */
  const synapse_state *states;          /* [n_states] */
  size_t n_states;

  /* Hooks of a model that is not static, in the order of their calls. All are functions of their arguments alone. */

  /** 1. Once for a projection, also when it is described: constant[SYNAPSE_MAX_CONSTANTS] from param[params.n]. INPUT
   * by loligo_fail() where parameters contradict one another. */
  loligo_status (*derive)(const double *param, double *constant);

  /** Of kind SYNAPSE_FACTOR: */

  /** 2. state[n_states] before the first spike. */
  void (*begin)(const double *constant, double *state);

  /** 3. A spike of the source, `since` ms after the one before it, INFINITY for the first: advances state[] to behind
   * it, and returns which part of each weight it brings, from 0 to 1. */
  double (*release)(const double *constant, double since, double *state);

  /** Of kind SYNAPSE_PLASTIC: */

  /** 2. Of a modulated model: so long nothing happened at each synapse, before the next event. Where since[] is 0
   * nothing changes, to the last bit. */
  void (*drift)(const synapse_tile *tile);

  /** 3. A spike of each target whose trace[] is not 0; where it is 0 the weight stays, to the last bit. For each
   * synapse in the order of its targets' spikes. NULL: they change nothing. */
  void (*post)(const synapse_tile *tile);

  /** 4. A spike of the source, behind those of the targets that act before it; the weight that it leaves is delivered.
   */
  void (*pre)(const synapse_tile *tile);

  /** Of kind SYNAPSE_DESCENT: */

  /** 2. How many numbers a synapse keeps from trial to trial. */
  size_t (*n_moments)(const double *constant);

  /** 3. Whether weights change at each spike of the source, too. */
  bool (*learns_at_spikes)(const double *constant);

  /** 4. A synapse onto a cell that is read out hands its error back to the cell that it comes from, times the weight;
   * or, where this is not NAN, times a number drawn for the two cells, of that standard deviation. */
  double (*drawn_feedback)(const double *constant);

  /** 5. The end of a trial, or a spike of the source. */
  void (*learn)(const synapse_lesson *lesson);
} synapse_model;

REGISTRY_OF(synapse_model);

/** Whether weights change within a run. */
static inline bool synapse_model_changes(const synapse_model *model)
{
  return model->kind == SYNAPSE_PLASTIC || model->kind == SYNAPSE_DESCENT;
}

/** Whether spikes go over its synapses. */
static inline bool synapse_model_sends(const synapse_model *model)
{
  return model->kind != SYNAPSE_GAP;
}

/** Whether the events of its synapses take a time of their own, besides their delivery. */
static inline bool synapse_model_has_time(const synapse_model *model)
{
  return model->kind != SYNAPSE_STATIC && model->kind != SYNAPSE_GAP;
}

/** Whether what it brings acts within the step in which it is sent: it has no delay. */
static inline bool synapse_model_is_prompt(const synapse_model *model)
{
  return model->kind == SYNAPSE_DENSE || model->kind == SYNAPSE_GAP;
}

/** The receptor that cells have at both ends of gap junctions. */
#define SYNAPSE_GAP_RECEPTOR "gap"

/** The rows that every plastic model has. */
#define SYNAPSE_WMAX "Wmax"
#define SYNAPSE_WMAX_ROW                                                                                               \
  LOLIGO_REAL_ROW(SYNAPSE_WMAX, NULL, NULL, LOLIGO_RANGE_ANY, "largest weight; all weights have its sign")
#define SYNAPSE_PAIRING "pairing"
#define SYNAPSE_PAIRING_ROW                                                                                            \
  {                                                                                                                    \
    SYNAPSE_PAIRING, LOLIGO_PARAM_CHOICE, "", "all", LOLIGO_RANGE_ANY, synapse_pairings,                               \
        "earlier spikes that a spike is paired with: nearest: each sets its traces to 1 instead of adding 1", 0        \
  }
extern const char *const synapse_pairings[];

/** The row that every modulated model has. */
#define SYNAPSE_MODULATOR "modulator"
#define SYNAPSE_MODULATOR_ROW                                                                                          \
  {                                                                                                                    \
    SYNAPSE_MODULATOR, LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,                                          \
        "population whose spikes are the third factor: they act on all synapses of the projection at their stamp", 0   \
  }

/** The rows of a dense model. */
#define SYNAPSE_DENSE_BIAS "bias"
#define SYNAPSE_DENSE_LEARN "learn"
#define SYNAPSE_DENSE_RATE "rate"
#define SYNAPSE_DENSE_GAIN "gain"

/** A trace behind n spikes of one step. */
static inline double synapse_trace_behind(synapse_pairing pairing, double before, double n)
{
  return pairing == SYNAPSE_PAIRS_NEAREST && n > 0 ? 1 : before + n;
}

/** The rows of the two traces that a model of pairs has, and these traces. */
#define SYNAPSE_PAIR_ROWS(tau_plus, tau_minus)                                                                         \
  LOLIGO_REAL_ROW("tau_plus", "ms", tau_plus, LOLIGO_RANGE_POSITIVE, "decay of the source's trace"),                   \
      LOLIGO_REAL_ROW("tau_minus", "ms", tau_minus, LOLIGO_RANGE_POSITIVE, "decay of the target's trace")
extern const synapse_trace synapse_source_trace, synapse_target_trace;

/** The pathway of every plastic model: spikes, onto the receptor of the projection. */
extern const synapse_pathway synapse_spikes_only[1];

#endif

/**
 * What cells of a population are told of errors, step by step: of all that are read out and hear them, the error of the
 * step at which a spike that they have then arrives, times what the synapse hands it back by.
 */
#ifndef LOLIGO_SIM_PLASTICITY_LEARNING_SIGNAL_H
#define LOLIGO_SIM_PLASTICITY_LEARNING_SIGNAL_H

#include "sim/plasticity/feedback.h"

/** By a table of synapses. */
typedef struct told_errors {
  feedback feedback;
  size_t column; /* in which errors of its targets begin */
} told_errors;

typedef struct learning_signal {
  told_errors *told; /* [n] */
  size_t n;
} learning_signal;

/** Errors in the first steps of a trial, or what is made of them; those of later ones are 0. */
typedef struct heard_errors {
  const double *values; /* [steps][width] */
  size_t width;
  int64_t steps;
} heard_errors;

/** Room for so many tables. Not collective, like all here that does not say so. MACHINE without memory. */
loligo_status learning_signal_init(learning_signal *signal, size_t most);
void learning_signal_free(learning_signal *signal);

/** Adds what comes back by a table. Collective. MACHINE on all ranks. */
loligo_status learning_signal_gather(learning_signal *signal, const feedback_way *way, size_t column);

/** The longest delay by which an error comes back on this rank; 0: none does. */
int64_t learning_signal_reach(const learning_signal *signal);

/** The signals of the trial's k-th step, from 0 on: row[cells] of local ones. */
void learning_signal_find(const learning_signal *signal, const heard_errors *heard, int64_t k, size_t cells,
                          double *row);

#endif

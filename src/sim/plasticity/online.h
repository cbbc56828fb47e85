/**
 * Weights that change at each spike of the source, by what is known of a gradient, and at the end of the trial by the
 * rest. Not collective, all of it.
 *
 * The gradient is summed forward: of a synapse i onto a cell j that is read out, sum over t of error_j(t) z_i(t), onto
 * another one sum over t of L_j(t) f_ji(t), where
 *
 *   z_i(t)  = alpha_j z_i(t - 1) + arrivals of i at j in step t
 *   f_ji(t) = kappa f_ji(t - 1) + psi_j(t) z_i(t)
 *   L_j(t)  = sum over k of B_kj error_k(t + d_kj)
 *
 * Since the last spike of a source, or the begin of the trial, all synapses of a segment share z; f is kept of each. A
 * spike that arrives at step A finds the terms up to A - d, d its own delay, where the target is read out, else those
 * up to A - 2 D, D the longest delay by which errors come back to cells of the target's population: those are known on
 * all ranks before the interval of A begins, since no interval is longer than the shortest delay. So neither ranks nor
 * intervals enter. Terms are added in the order of steps, one after the other, wherever a spike divides them.
 */
#ifndef LOLIGO_SIM_PLASTICITY_ONLINE_H
#define LOLIGO_SIM_PLASTICITY_ONLINE_H

#include <stdint.h>

#include "sim/graded/graded.h"
#include "sim/plasticity/plastic_table.h"

/** What is known of the trial under way, for synapses onto a population. */
typedef struct trial_course {
  int64_t begin;             /* its steps are begin + 1 ... */
  uint64_t number;           /* from 1 on */
  bool is_read_out;          /* the population */
  int64_t reach;             /* longest delay by which errors come back; 0: none does, and nothing is learned */
  double decay, error_decay; /* what a step leaves in the population, and in those whose errors come back */
  graded graded;             /* surrogates, or errors, of local cells so far */
  double *signal; /* [trial][cells] learning signals L of local cells, where they are known; owned elsewhere */
  double *trace;  /* [trial] scratch; likewise */
} trial_course;

/** A spike of the source reaches the soma at a step: the weights of a segment change, and are added to sums, one for
 * each wide port. */
void online_deliver(plastic_table *table, plastic_segment *segment, int64_t arrival, int64_t *sums);

/** The trial has ended with a step: all weights change by the terms that are left, and the next trial begins. */
void online_end_trial(plastic_table *table, int64_t end);

/** A run goes on at a step within a trial: where all segments stand follows from their sources' spikes. */
void online_recover(plastic_table *table, int64_t step);

#endif

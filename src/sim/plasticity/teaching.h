/**
 * Cells that are taught in trials, and what happens at the end of one: errors are heard, each step of each cell gets
 * its credit, and weights change. Where weights change at spikes (online.h), errors are heard behind each interval.
 *
 * What e-prop sums forward, sum over t of L_j(t) F_k[psi_j F_j[z_i]](t), is found here by going back through the trial,
 *
 *   m_k(t) = error_k(t) + kappa_k m_k(t + 1)                         at each cell that is read out
 *   c_j(t) = alpha_j c_j(t + 1) + psi_j(t) sum over k of B_kj m_k(t + d_kj)   at each other one
 *
 * and adding c_j, or m_k, over the arrivals of a source: the same sum, in another order. So a trial costs one addition
 * for each synaptic event and a few for each cell and step, and synapses keep nothing of it.
 */
#ifndef LOLIGO_SIM_PLASTICITY_TEACHING_H
#define LOLIGO_SIM_PLASTICITY_TEACHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/cell_list.h"
#include "sim/graded/graded.h"
#include "sim/plasticity/learning_signal.h"
#include "sim/plasticity/online.h"
#include "sim/plasticity/plasticity.h"

/** A population that is taught. */
typedef struct taught_cells {
  size_t population;
  size_t variable;        /* of its model, by which it is taught: an error or a surrogate */
  size_t column;          /* of the first cell among all that are read out */
  bool is_online;         /* weights onto it change at spikes */
  trial_course course;    /* its graded values are credits at the end of a trial, and behind that nothing */
  learning_signal signal; /* of this trial, where weights onto it change at spikes and it is not read out */
  int64_t n_signals;      /* steps of the trial whose signals are known */
} taught_cells;

typedef struct teaching {
  const loligo_network *network; /* owned elsewhere, like `cells` and `plasticity` */
  const cells *cells;
  const plasticity *plasticity;
  graded_owners owners;
  int64_t trial;     /* steps; 0: nobody is taught */
  int64_t first;     /* number of the trial in which the simulation began */
  taught_cells *all; /* [n] ascending by population; those without cells are not among them */
  size_t n;
  size_t n_read_out; /* cells that are read out, on all ranks */

  /* Where weights change at spikes: */
  bool is_online;
  bool is_prepared;
  bool begins;     /* a trial, with the weights that there are */
  double *trace;   /* [trial] scratch */
  double *heard;   /* [trial][n_read_out] errors */
  int64_t n_heard; /* steps of them */
} teaching;

/** Finds out who is taught; their samplers remain to be made. Not collective, like all here that does not say so.
 * MACHINE without memory; teaching_free() also then. */
loligo_status teaching_init(teaching *teaching, const plasticity *plasticity, const graded_owners *owners);
void teaching_free(teaching *teaching);

/** Bytes of a population that is taught, with so many local cells. */
double teaching_bytes(const loligo_network *network, size_t population, double cells);

/** A trial begins at a step, or the run does within one. */
void teaching_begin(teaching *teaching, int64_t step);

/** What is kept of the trial was put back. */
void teaching_restore(teaching *teaching);

/** Steps from `step` to the end of its trial; many where there are none. */
int64_t teaching_steps_left(const teaching *teaching, int64_t step);

/** Before an interval that begins at a step: by which weights errors come back in this trial, and what is known of it.
 * Does nothing again. Collective. MACHINE on all ranks. */
loligo_status teaching_prepare(teaching *teaching, int64_t step);

/** Behind an interval that ends with a step: what is known by then. Collective. MACHINE on all ranks. */
loligo_status teaching_listen(teaching *teaching, int64_t step);

/** What is to be done at the end of a trial, behind the exchange of its last spikes. Collective. MACHINE on all ranks.
 */
loligo_status teaching_end_trial(teaching *teaching, int64_t step);

/** Lists for a checkpoint at a step: of each population the values of its trial so far, step by step. */
loligo_cell_list teaching_list_at(const teaching *teaching, size_t i);

/** list->n and list->values are the caller's, as in plastic_lists_take(). Collective. MACHINE on all ranks. */
loligo_status teaching_take_list(const teaching *teaching, size_t i, loligo_cell_list *list);
loligo_status teaching_put_list(const teaching *teaching, size_t i, int64_t step, const loligo_cell_list *list);

#endif

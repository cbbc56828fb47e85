/** What a job of many ranks would take, for a model file and a machine. */
#ifndef LOLIGO_RUN_PLANNER_H
#define LOLIGO_RUN_PLANNER_H

#include "io/model_file/model_file.h"
#include "loligo/context.h"
#include "sim/plan.h"

/** What is told beside the model. */
typedef struct planner_spec {
  const char *machine;      /* path of a file; NULL: what the model names, or what is assumed */
  const char *const *rates; /* [n_rates] "POPULATION=HZ" */
  size_t n_rates;
  double measure_ms;             /* of model time in which rates are measured; 0: they are not */
  const loligo_context *context; /* of one rank, to measure in; NULL where that is not asked for */
} planner_spec;

typedef struct planner {
  const model_file *model;
  machine machine;
  double *rates; /* [populations] Hz; owned */
  planning planning;
} planner;

/** Reads the machine and finds the rates. planner_free() also after a failure. Not collective. INPUT, MACHINE. */
loligo_status planner_init(planner *planner, const model_file *model, const planner_spec *spec);
void planner_free(planner *planner);

/** Bytes that the model's duration is expected to write of the i-th kind of recording; that of a model second, of all.
 */
double planner_bytes(const planner *planner, size_t kind);
double planner_bytes_per_second(const planner *planner);

/** plan_network(), and the seconds that writing takes. Not collective. */
loligo_status planner_plan(planner *planner, int ranks, plan *plan);

/** GiB that a rank may have by the machine, as bytes; 0: not known. */
double planner_rank_bytes(const planner *planner);

/** What to ask a batch system for. */
typedef struct planner_job {
  int nodes, ranks, ranks_per_node;
  double cpu_mebibytes; /* of each rank */
  double seconds;
} planner_job;

/** With a margin, as the plan is no more than an estimate. */
planner_job planner_job_of(const planner *planner, const plan *plan, int ranks);

#endif

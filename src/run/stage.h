/** A run as its stages see it, and what they do where it simulates or trains. For the files of this folder. */
#ifndef LOLIGO_RUN_STAGE_H
#define LOLIGO_RUN_STAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/watchdog.h"
#include "io/results/recorders.h"
#include "loligo/decomposition.h"
#include "run/checkpoints.h"
#include "run/consumption.h"
#include "run/dry.h"
#include "run/listener.h"
#include "run/spec.h"

typedef struct run run;

/**
 * The work of a run: hooks, in the order of their calls. Collective unless it says otherwise; each comes back with the
 * same status on all ranks.
 */
typedef struct run_work {
  const saved_kind *saved; /* how its checkpoints are made */

  /** 1. After the model was read, before anything is looked for: INPUT where it cannot be run so. */
  loligo_status (*prepare)(run *run);

  /** 2. Whether a file of that name is written. Not collective. */
  bool (*writes)(const model_file *file, const char *name);

  /** 3. Finds what another run left to begin from; it goes on from nothing of its own. INPUT or MACHINE. */
  loligo_status (*find_origin)(run *run);

  /** 4. Where a run goes on: whether what was written before is there and good; sets run->is_complete. */
  loligo_status (*find_written)(run *run);

  /** 5. Tells the listener what is going to be built, on rank 0. Not collective. */
  loligo_status (*describe)(const run *run);

  /** 6. Builds. INTERRUPTED where signals ask for an end. */
  loligo_status (*create)(run *run);

  /** 7. Goes to where the run goes on from, and opens results; the output directory is there. */
  loligo_status (*open)(run *run);

  /** 8. Does the work, saving its state as it goes. CHECKPOINTED, INTERRUPTED. */
  loligo_status (*perform)(run *run);

  /** 9. Closes what was opened, once with the outcome, and once more after a failure anywhere. */
  loligo_status (*close)(run *run, bool complete);

  /** 10. Fills what the report tells of it. */
  loligo_status (*account)(run *run, run_report *report);

  /** 11. What was done of what account() accounted for: counts, on rank 0. MACHINE without memory, there alone. */
  loligo_status (*count)(run *run, energy_counts *counts);

  /** 12. Frees all of it; nothing may be there. */
  void (*clear)(run *run);
} run_work;

extern const run_work run_simulation, run_training;

struct run {
  const loligo_context *context;
  const run_spec *spec;
  const run_listener *listener; /* deaf on all ranks but 0 */
  const run_work *work;         /* NULL until the model is read */
  model_file model;
  provenance provenance;
  watchdog *watchdog;
  output_lock lock; /* on rank 0: no other run writes to the output directory */
  checkpoints checkpoints;
  run_report report;
  bool is_complete;       /* there is nothing to do, and nothing is touched */
  bool is_checked;        /* the model and the way to the output directory are good */
  atomic_bool has_output; /* the directory is there */
  bool is_built;
  bool is_accounted;
  uint64_t resident_before; /* bytes, before the build */
  double started, built, finished;
  double processor_before, processor_built; /* s of timer_processor(), around the build */
  energy_meter meter;                       /* while it works */
  report_energy energy;

  /* Of a simulation. */
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  dry_run dry; /* if asked for */
  recorders *recorders;
  loligo_statistics statistics;

  struct training_work *training; /* of a training */
};

/** Whether this rank is the one that tells and writes. */
static inline bool run_is_root(const run *run)
{
  return run->context->rank == 0;
}

/** Ranks that the network is split over. */
static inline int run_ranks(const run *run)
{
  return run->spec->dry ? run->spec->dry->ranks : run->context->size;
}

#endif

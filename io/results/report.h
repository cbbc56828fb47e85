/** report.yml: what a run was and how it went. */
#ifndef LOLIGO_IO_REPORT_H
#define LOLIGO_IO_REPORT_H

#include <stdint.h>

#include "io/checkpoint/checkpoint.h"
#include "io/model_file/model_file.h"
#include "io/results/provenance.h"
#include "loligo/simulation.h"
#include "network/energy.h"
#include "sim/exchange/dry.h"

enum { REPORT_MAX_PHASES = 16 };

/** Of a dry run: cells, spikes and synapses are those of its rank. */
typedef struct report_dry {
  int rank;                                              /* of provenance->ranks */
  const uint64_t *cells;                                 /* [populations] on it */
  const dry_account *account;                            /* NULL if the simulation was never built */
  uint64_t kept_bytes;                                   /* in use behind the build and not before */
  double build_processor_seconds, run_processor_seconds; /* of the processor, without those of the account */
} report_dry;

enum { REPORT_REASON_BYTES = 128 };

/** Counts, what they take by what settings assume, and what was measured meanwhile. */
typedef struct report_energy {
  energy_counts counts;
  energy_joule joule;
  double package_joule;             /* of the processors of all nodes while it ran; NAN: not known */
  char reason[REPORT_REASON_BYTES]; /* why not; "" where it is */
} report_energy;

/** State of another run that one began from. */
typedef struct report_origin {
  const char *checkpoint; /* path; NULL: the run began at 0 */
  uint64_t digest;        /* of its seal */
  int64_t step;
  const char *differences; /* how the models differ, a line each; "" if they do not */
} report_origin;

/** Of a training: what it came to. NAN where there is none. */
typedef struct report_learning {
  const char *method;
  const char *environment; /* that it acts in; NULL: it learns from samples */
  double epochs;           /* done */
  uint64_t updates;        /* of the weights */
  double loss, accuracy;   /* of the last evaluation, or else of the last epoch; mean over samples; fraction */
  double training_loss, training_accuracy; /* of the last epoch */
  double information_bits;          /* likewise what codes tell of a sample at most; NAN where no loss names any */
  double reward, training_reward;   /* likewise, in an environment */
  uint64_t spikes, synaptic_events; /* in the epoch under way or just ended */
  uint64_t images;                  /* that this run learned from */
  double images_per_second;
  uint64_t weights, weights_checksum; /* number of those that are learned; hash */
  uint64_t trial_bytes, tape_bytes;   /* most on a rank */
  const char *began_from;             /* path of weights; NULL: they were drawn */
} report_learning;

typedef struct run_report {
  const char *status;  /* complete, stopped, failed */
  const char *message; /* of a failure, or NULL */
  const loligo_network *network;
  const settings *settings;
  const provenance *provenance;
  const loligo_statistics *statistics; /* NULL if the simulation was never built */
  report_origin origin;
  int64_t first_step, steps;         /* where this run began, or went on, and what is done */
  uint64_t checkpoints;              /* written by this run */
  const checkpoint_info *checkpoint; /* the last of them, or NULL */
  double build_seconds, run_seconds;
  double phase_min[REPORT_MAX_PHASES], phase_mean[REPORT_MAX_PHASES],
      phase_max[REPORT_MAX_PHASES]; /* [loligo_phase_count()] s */
  uint64_t peak_max, peak_sum;      /* bytes over ranks */
  double bytes_per_synapse;         /* NAN without synapses */
  const report_dry *dry;            /* NULL: all ranks were there */
  const report_energy *energy;      /* NULL where nothing is accounted for */
  const report_learning *learning;  /* NULL: it is a simulation; else there are no statistics, no phases and no steps */
} run_report;

/** Cells that the report is about, of one population and of all. Not collective. */
uint64_t report_population_cells(const run_report *report, size_t population);
uint64_t report_cells(const run_report *report);

/** Writes DIRECTORY/report.yml under another name, then renames it. Not collective: rank 0 only. MACHINE error. */
loligo_status report_write(const run_report *report, const char *directory);

/**
 * Writes what was known before the first step: outcome, size, where it went on from and provenance; of the report, only
 * status, message, network, provenance, origin and first_step are read. Not collective. MACHINE error.
 */
loligo_status report_write_brief(const run_report *report, const char *directory);

/** Writes DIRECTORY/used_parameters.yml, version and revision on top. Not collective: rank 0 only. MACHINE error. */
loligo_status used_parameters_write(const model_file *file, const provenance *provenance, const char *directory);

#endif

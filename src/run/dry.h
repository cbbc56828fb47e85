/** A dry run: one rank of many, alone, that records nothing. */
#ifndef LOLIGO_RUN_DRY_H
#define LOLIGO_RUN_DRY_H

#include "io/model_file/model_file.h"
#include "io/results/report.h"
#include "io/results/spike_list.h"
#include "loligo/decomposition.h"
#include "partition/cost.h"
#include "run/rates.h"
#include "sim/exchange/dry.h"

enum { DRY_WORST = -1 };

/** What is asked for. */
typedef struct dry_spec {
  int ranks;                /* that there would be */
  int rank;                 /* of them; DRY_WORST: the one with most synapses, among equals that with most cells */
  const char *const *rates; /* [n_rates] "POPULATION=HZ" */
  size_t n_rates;
  const char *spikes; /* path of the spikes.h5 of a run, instead of rates; or NULL */
} dry_spec;

/** What follows from it for a model. */
typedef struct dry_run {
  dry_rank rank;
  report_dry report;
  double *rates; /* [populations] Hz; owned */
  spike_list spikes;
  uint64_t *cells; /* [populations] on the rank; owned */
} dry_run;

/** The directory for a dry run beside that of the model; memory_free() it. NULL without memory. */
char *dry_run_output(const char *directory);

/**
 * Chooses the rank, finds out what the cells of the others do, and mutes the model. Not collective; dry_run_free() also
 * after a failure.
 *
 * @return  INPUT for a rate or a file of spikes that does not fit the model; MACHINE
 */
loligo_status dry_run_init(dry_run *dry, const dry_spec *spec, model_file *model, const partition_costs *costs,
                           const loligo_decomposition *decomposition);
void dry_run_free(dry_run *dry);

#endif

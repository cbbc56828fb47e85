/** What a run takes in energy, for its report: counted and reckoned, and measured where the machine measures it. */
#ifndef LOLIGO_RUN_CONSUMPTION_H
#define LOLIGO_RUN_CONSUMPTION_H

#include <stdbool.h>

#include "io/results/report.h"
#include "learn/training.h"
#include "loligo/observer.h"
#include "run/rapl.h"

/** The counters of a node, which its first rank reads. */
typedef struct energy_meter {
  bool is_started; /* the same on all ranks */
  bool is_reader;
  double sampled; /* s of timer_now() */
  rapl rapl;
} energy_meter;

/** Begins to measure by the counters in a folder that is RAPL_ROOT but for tests. Collective. */
void meter_start(energy_meter *meter, const loligo_context *context, const char *root);

/** Whether there is anything to read here; then it has to be looked at now and then, lest a counter come round unseen:
 * by the observer, or meter_look(). Not collective. */
bool meter_reads(const energy_meter *meter);
loligo_observer meter_observer(energy_meter *meter);
void meter_look(energy_meter *meter);

/** What was taken until now ends the measurement. Not collective. */
void meter_stop(energy_meter *meter);

/** Fills what was measured, summed over nodes, on rank 0: nothing where one of them cannot tell. Collective. */
void meter_gather(const energy_meter *meter, const loligo_context *context, report_energy *energy);

/** Fills what a simulation has counted, from a report with statistics. Not collective. MACHINE without memory;
 * energy_counts_free() also then. */
loligo_status consumption_of_simulation(const run_report *report, energy_counts *counts);

/** And what a training has, from its totals. */
loligo_status consumption_of_training(const run_report *report, const training *training, const uint64_t *totals,
                                      energy_counts *counts);

#endif

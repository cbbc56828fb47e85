/**
 * What one rank is expected to take, by the same numbers as what it needs (cost_model.h) and the table of a machine;
 * and what a cell of each population costs, for partitioners. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_COST_TIME_H
#define LOLIGO_SIM_COST_TIME_H

#include "partition/cost.h"
#include "sim/cost_model.h"

/* Phase, and what it is called: as in a report. */
#define COST_PHASES(X)                                                                                                 \
  X(UPDATE, "update")                                                                                                  \
  X(DELIVER, "deliver")                                                                                                \
  X(EXCHANGE, "exchange")                                                                                              \
  X(WRITE, "write")

typedef enum cost_phase {
#define COST_ENUM(NAME, name) COST_IN_##NAME,
  COST_PHASES(COST_ENUM)
#undef COST_ENUM
      COST_PHASE_COUNT
} cost_phase;

/** "update" for COST_IN_UPDATE. */
const char *cost_phase_name(cost_phase phase);

/** Expected seconds of a rank. */
typedef struct cost_time {
  double seconds[COST_PHASE_COUNT]; /* per model second; none to write */
  double events, arrivals,
      spikes; /* per model second: synaptic events, spikes that have a target, those of its cells */
  double build_seconds;
} cost_time;

/** Seconds per model second of all phases. */
double cost_time_sum(const cost_time *time);

/** What a rank takes that cost_of_rank() was just asked about; the arguments as there. */
cost_time cost_time_of_rank(const cost_tables *tables, const cost_need *need, int ranks, const double *cells);

/**
 * What cells cost where all ranks bear alike, for the partitioners.
 *
 * @param costs  partition_costs_free() also after a failure
 * @return       INPUT for weights that no simulation takes; MACHINE without memory
 */
loligo_status cost_of_cells(const loligo_network *network, const cost_setting *setting, int ranks,
                            partition_costs *costs);

#endif

/** The parts of a simulation, for the files that build it, run it and ask it. */
#ifndef LOLIGO_SIM_PARTS_H
#define LOLIGO_SIM_PARTS_H

#include <signal.h>

#include "base/timer.h"
#include "loligo/context.h"
#include "loligo/decomposition.h"
#include "loligo/observer.h"
#include "loligo/spike.h"
#include "network/description.h"
#include "sim/cells/cells.h"
#include "sim/cells/change.h"
#include "sim/cells/inputs.h"
#include "sim/cells/sampler.h"
#include "sim/cells/update.h"
#include "sim/exchange/exchange.h"
#include "sim/gap/gap.h"
#include "sim/layout/fixed_point.h"
#include "sim/layout/ports.h"
#include "sim/layout/sums.h"
#include "sim/plasticity/plasticity.h"
#include "sim/plasticity/teaching.h"
#include "sim/spikes/history.h"
#include "sim/spikes/spikes.h"
#include "sim/synapses/calendar.h"
#include "sim/synapses/synapses.h"

struct loligo_simulation {
  const loligo_context *context;
  const loligo_network *network;
  schedule_course course; /* through its changes */
  uint64_t trial_seed;
  const loligo_decomposition *decomposition;
  int rank, ranks; /* whose part of a decomposition this is: of the context, unless the simulation is dry */
  cells cells;
  fixed_point format;
  port_layout ports;
  synapses synapses;
  plasticity plasticity;
  teaching teaching;
  inputs inputs;
  calendar calendar;
  bool is_coupled; /* there are gap junctions, here or elsewhere: all ranks go step by step */
  gap_junctions gap;
  workbench *bench; /* for the update of cells */
  exchange exchange;

  int64_t step, interval;
  int64_t first_step; /* of the trial: at its grid time the first frames were taken */
  sums sums;
  signal_list found;    /* in the current interval */
  loligo_spike *spikes; /* [n_spikes] those of `found`, sorted */
  size_t n_spikes, spikes_capacity;
  record_list sent, received;
  history history; /* of what local cells sent */
  uint64_t *lids;  /* [lids_capacity] senders of `sent` */
  size_t lids_capacity;

  loligo_sampler **samplers;
  size_t n_samplers, samplers_capacity;
  loligo_observer *observers;
  size_t n_observers, observers_capacity;
  bool *has_listeners; /* [populations] to signals other than spikes */

  uint64_t *population_spikes; /* [populations] of local cells */
  uint64_t checksum;           /* of local cells */
  timer_set timers;
  int64_t n_intervals;
  loligo_status pending; /* a failure of this rank that the others have not heard of */
  bool started;
  volatile sig_atomic_t stop, pause;
};

/** What changes within a run. */
static inline change_plan plan_of_change(loligo_simulation *sim)
{
  return (change_plan){&sim->course, &sim->cells, &sim->inputs, sim->trial_seed};
}

/** What a record sets off here. */
typedef struct arrival {
  const row_table *table;
  const uint32_t *row;       /* of the source; NULL: none, or not looked for yet */
  const packed_rows *packed; /* NULL: none of any source */
  uint64_t index;            /* of the source in its population */
  int64_t stamp;
  bool negative;
} arrival;

/** That of a record whose offset counts from step `base`. */
static inline arrival arrival_of(const loligo_simulation *sim, spike_record record, int64_t base)
{
  const uint64_t gid = spike_record_gid(record);
  const size_t population = loligo_network_population_of(sim->network, gid);
  const row_table *table = synapses_table(&sim->synapses, population, spike_record_signal(record));
  return (arrival){.table = table,
                   .packed = row_table_packed(table),
                   .index = gid - sim->network->populations[population].first_gid,
                   .stamp = base + spike_record_offset(record),
                   .negative = spike_record_is_negative(record)};
}

/** Enters at plastic synapses what arrives behind step sim->step of a record whose offset counts from step `base`. */
static inline loligo_status arrive_at_plastic(loligo_simulation *sim, spike_record record, int64_t base)
{
  if (spike_record_signal(record) != 0) return LOLIGO_OK;
  const uint64_t gid = spike_record_gid(record);
  const size_t population = loligo_network_population_of(sim->network, gid);
  return plasticity_add(&sim->plasticity, population, gid - sim->network->populations[population].first_gid,
                        base + spike_record_offset(record), sim->step);
}

#endif

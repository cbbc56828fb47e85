/*
 * What a run did, summed over ranks.
 */
#include "loligo/simulation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exchange/dry.h"
#include "sim/parts.h"
#include "sim/plasticity/weight_census.h"

/* Weights as they are at the step that was reached. Collective. */
static loligo_weights sum_weights(const loligo_simulation *sim, const plastic_table *table)
{
  MPI_Comm comm = sim->context->comm;
  weight_census census = weight_census_of(table, sim->step);
  uint64_t sums[4] = {census.synapses, census.sum, census.at_zero, census.at_max};
  MPI_Allreduce(MPI_IN_PLACE, sums, 4, MPI_UINT64_T, MPI_SUM, comm);
  const double n = (double)sums[0], mean = (double)sums[1] / n;
  double spread = weight_census_spread(table, sim->step, mean);
  MPI_Allreduce(MPI_IN_PLACE, &spread, 1, MPI_DOUBLE, MPI_SUM, comm);
  const double quantum = (table->bounds.high - table->bounds.low) / (double)(UINT32_C(1) << WEIGHT_BITS);
  return (loligo_weights){.projection = table->projection,
                          .synapses = sums[0],
                          .mean = table->bounds.low + mean * quantum,
                          .sd = sqrt(spread / n) * fabs(quantum),
                          .at_zero = (double)sums[2] / n,
                          .at_max = (double)sums[3] / n};
}

/* Returns how many projections have weights that change. Collective. */
static size_t gather_weights(const loligo_simulation *sim, loligo_weights *weights)
{
  plasticity_sweep(&sim->plasticity, sim->step);
  size_t n = 0;
  for (size_t t = 0; t < sim->plasticity.n_tables; t++)
    if (synapse_model_changes(sim->plasticity.tables[t].model))
      weights[n++] = sum_weights(sim, &sim->plasticity.tables[t]);
  return n;
}

loligo_status loligo_simulation_statistics(loligo_simulation *sim, loligo_statistics *statistics)
{
  size_t n = sim->network->n_populations;
  uint64_t *spikes = calloc(1, (n + 1) * sizeof *spikes + sim->plasticity.n_tables * sizeof(loligo_weights));
  const loligo_status status = loligo_agree(
      sim->context, spikes ? LOLIGO_OK : loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for statistics"));
  if (status != LOLIGO_OK) {
    free(spikes);
    return status;
  }
  loligo_weights *weights = (loligo_weights *)(spikes + n + 1);
  const size_t n_weights = gather_weights(sim, weights);
  uint64_t sums[] = {sim->synapses.n_synapses,
                     sim->checksum,
                     sim->calendar.n_deliveries,
                     sim->plasticity.n_events,
                     plasticity_changes(&sim->plasticity),
                     exchange_sent_bytes(&sim->exchange)};
  *statistics = (loligo_statistics){.population_spikes = spikes,
                                    .weights = weights,
                                    .n_weights = n_weights,
                                    .weight_error_bound = sim->format.error_bound,
                                    .exchange = sim->exchange.method->name,
                                    .exchange_reason = sim->exchange.reason,
                                    .exchanges = sim->exchange.n_exchanges,
                                    .second_rounds = sim->exchange.n_second_rounds};
  MPI_Comm comm = sim->context->comm;
  MPI_Allreduce(sim->population_spikes, spikes, (int)n, MPI_UINT64_T, MPI_SUM, comm);
  MPI_Allreduce(MPI_IN_PLACE, sums, sizeof sums / sizeof *sums, MPI_UINT64_T, MPI_SUM, comm);
  MPI_Allreduce(&sim->synapses.max_weight_error, &statistics->max_weight_error, 1, MPI_DOUBLE, MPI_MAX, comm);
  statistics->synapses = sums[0];
  statistics->spikes_checksum = sums[1];
  statistics->synaptic_events = sums[2] + sums[3];
  statistics->plastic_events = sums[3];
  statistics->weight_updates = sums[4];
  statistics->network_bytes = sums[5];
  for (size_t p = 0; p < n; p++) statistics->spikes += spikes[p];
  return LOLIGO_OK;
}

size_t loligo_phase_count(void)
{
  return PHASE_COUNT;
}

const char *loligo_phase_name(size_t phase)
{
  return timer_phase_name((timer_phase)phase);
}

void loligo_simulation_phases(const loligo_simulation *sim, double *seconds)
{
  const dry_account *dry = dry_account_of(&sim->exchange);
  memcpy(seconds, sim->timers.seconds, sizeof sim->timers.seconds);
  if (dry) seconds[PHASE_exchange] -= dry->seconds;
  if (seconds[PHASE_exchange] >= 0) return;
  seconds[PHASE_wait] += seconds[PHASE_exchange];
  seconds[PHASE_exchange] = 0;
}

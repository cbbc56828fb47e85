/*
 * Simulations and trainings know no energy: they have counted, the description tells the rest.
 */
#include "run/consumption.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/node.h"
#include "base/timer.h"
#include "network/description.h"
#include "network/population.h"
#include "sim/traffic.h"

/* -- measured -- */

/* A counter of 262 kJ, as processors have, takes four minutes at 1 kW. */
static const double SAMPLE_SECONDS = 30;

void meter_start(energy_meter *meter, const loligo_context *context, const char *root)
{
  *meter = (energy_meter){.is_started = true, .is_reader = node_place_of(context).rank == 0};
  if (meter->is_reader) rapl_open(&meter->rapl, root);
  meter->sampled = timer_now();
}

bool meter_reads(const energy_meter *meter)
{
  return meter->is_reader && !*meter->rapl.reason;
}

void meter_look(energy_meter *meter)
{
  const double now = timer_now();
  if (!meter->is_reader || now - meter->sampled < SAMPLE_SECONDS) return;
  rapl_sample(&meter->rapl);
  meter->sampled = now;
}

static loligo_status look_at_times(void *self, const loligo_interval *interval)
{
  (void)interval;
  meter_look(self);
  return LOLIGO_OK;
}

loligo_observer meter_observer(energy_meter *meter)
{
  return (loligo_observer){meter, look_at_times};
}

void meter_stop(energy_meter *meter)
{
  if (meter->is_reader) rapl_sample(&meter->rapl);
}

/* The reason of the first rank that has one. */
static void gather_reason(const energy_meter *meter, const loligo_context *context, char reason[REPORT_REASON_BYTES])
{
  int first = *meter->rapl.reason ? context->rank : context->size;
  MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, context->comm);
  *reason = '\0';
  if (first == context->size) return;
  if (context->rank == first) snprintf(reason, REPORT_REASON_BYTES, "%s", meter->rapl.reason);
  MPI_Bcast(reason, REPORT_REASON_BYTES, MPI_CHAR, first, context->comm);
}

void meter_gather(const energy_meter *meter, const loligo_context *context, report_energy *energy)
{
  double joule = meter->is_reader ? meter->rapl.joule : 0;
  energy->package_joule = NAN;
  snprintf(energy->reason, sizeof energy->reason, "there was nothing to do");
  if (!meter->is_started) return;
  gather_reason(meter, context, energy->reason);
  MPI_Allreduce(MPI_IN_PLACE, &joule, 1, MPI_DOUBLE, MPI_SUM, context->comm);
  if (!*energy->reason) energy->package_joule = joule;
}

/* -- counted, of simulations -- */

static void count_cells(const run_report *report, const traffic *bytes, energy_counts *counts)
{
  const loligo_network *network = report->network;
  const uint64_t steps = (uint64_t)(report->steps - report->origin.step);
  for (size_t p = 0; p < network->n_populations; p++) {
    const loligo_population *population = &network->populations[p];
    const uint64_t n = report_population_cells(report, p) * steps;
    if (n == 0) continue;
    energy_count_updates(counts, population->model, population_integrator(population), n);
    counts->dram_bytes += (double)n * bytes->update[p];
  }
}

static void count_events(const loligo_statistics *statistics, const traffic *bytes, energy_counts *counts)
{
  const uint64_t plastic = statistics->plastic_events;
  counts->synaptic_events = statistics->synaptic_events;
  counts->weight_updates = statistics->weight_updates;
  counts->network_bytes = statistics->network_bytes;
  counts->dram_bytes += (double)(statistics->synaptic_events - plastic) * bytes->event;
  counts->dram_bytes += (double)plastic * bytes->plastic_event;
}

loligo_status consumption_of_simulation(const run_report *report, energy_counts *counts)
{
  traffic bytes = {0};
  loligo_status status = energy_counts_init(counts, report->network->n_populations);
  if (status == LOLIGO_OK) status = traffic_init(&bytes, report->network, &report->settings->machine);
  if (status == LOLIGO_OK) {
    count_cells(report, &bytes, counts);
    count_events(report->statistics, &bytes, counts);
  }
  traffic_free(&bytes);
  return status;
}

/* -- counted, of trainings -- */

loligo_status consumption_of_training(const run_report *report, const training *training, const uint64_t *totals,
                                      energy_counts *counts)
{
  const loligo_network *network = report->network;
  const double in_memory =
      machine_cells_in_memory(&report->settings->machine, (double)training_working_bytes(training));
  LOLIGO_TRY(energy_counts_init(counts, network->n_populations));
  for (size_t p = 0; p < network->n_populations; p++) {
    const loligo_population *population = &network->populations[p];
    const uint64_t n = totals[TALLY_LAYERS + p];
    if (n > 0) energy_count_updates(counts, population->model, population_integrator(population), n);
  }
  counts->synaptic_events = totals[TALLY_SYNAPTIC_EVENTS];
  counts->has_events_in_macs = true;
  counts->mac = totals[TALLY_MAC];
  counts->weight_updates = totals[TALLY_WEIGHT_UPDATES];
  counts->network_bytes = totals[TALLY_NETWORK_BYTES];
  counts->dram_bytes = in_memory * (double)(totals[TALLY_NUMBERS] * training_number_bytes(training));
  return LOLIGO_OK;
}

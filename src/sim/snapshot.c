/*
 * What a simulation must keep to go on later, handed out and taken back.
 */
#include "loligo/snapshot.h"

#include "sim/cells/fields.h"
#include "sim/parts.h"

size_t loligo_simulation_field_count(const loligo_simulation *sim)
{
  return fields_count(&sim->cells);
}

loligo_field loligo_simulation_field(const loligo_simulation *sim, size_t i)
{
  return fields_at(&sim->cells, i);
}

size_t loligo_simulation_flight_count(const loligo_simulation *sim)
{
  return history_count(&sim->history);
}

void loligo_simulation_flights(const loligo_simulation *sim, loligo_flight *flights)
{
  history_list(&sim->history, sim->network, flights);
}

void loligo_simulation_restore(loligo_simulation *sim, const loligo_snapshot *snapshot)
{
  sim->started = true;
  sim->step = snapshot->step;
  if (sim->context->rank != 0) return;
  for (size_t p = 0; p < sim->network->n_populations; p++) sim->population_spikes[p] = snapshot->population_spikes[p];
  sim->checksum = snapshot->spikes_checksum;
  sim->calendar.n_deliveries = snapshot->synaptic_events;
}

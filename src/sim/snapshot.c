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

/* Keeps a signal of a local cell as if it had been sent here. */
static loligo_status remember(loligo_simulation *sim, const loligo_flight *flight)
{
  const cell_group *group = &sim->cells.groups[flight->population];
  if (!cell_group_holds(group, flight->index)) return LOLIGO_OK;
  uint64_t gid = sim->network->populations[flight->population].first_gid + flight->index;
  spike_record record = spike_record_make(gid, flight->signal, flight->negative, 0);
  return history_add(&sim->history, &(history_batch){flight->step, flight->step, 1}, &record);
}

loligo_status loligo_simulation_restore_flights(loligo_simulation *sim, const loligo_flight *flights, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const loligo_flight *flight = &flights[i];
    LOLIGO_TRY(remember(sim, flight));
    const uint32_t *row = synapses_row(&sim->synapses, flight->population, flight->signal, flight->index);
    const packed_rows *packed = synapses_packed(&sim->synapses, flight->population, flight->signal);
    calendar_crowd(&sim->calendar, flight->step, UINT64_MAX);
    if (row) LOLIGO_TRY(calendar_add_rest(&sim->calendar, flight->step, row, flight->negative, sim->step));
    if (packed)
      LOLIGO_TRY(calendar_add_packed(&sim->calendar, flight->step, packed, flight->index, flight->negative, sim->step));
  }
  return LOLIGO_OK;
}

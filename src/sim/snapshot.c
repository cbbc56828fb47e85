/*
 * What a simulation must keep to go on later, handed out and taken back.
 */
#include "loligo/snapshot.h"

#include "base/memory.h"
#include "sim/cells/fields.h"
#include "sim/parts.h"
#include "sim/plasticity/plastic_lists.h"

size_t loligo_simulation_field_count(const loligo_simulation *sim)
{
  return fields_count(&sim->cells);
}

loligo_field loligo_simulation_field(const loligo_simulation *sim, size_t i)
{
  return fields_at(&sim->cells, i);
}

size_t loligo_simulation_list_count(const loligo_simulation *sim)
{
  return plastic_lists_count(&sim->plasticity) + sim->teaching.n;
}

loligo_cell_list loligo_simulation_list(const loligo_simulation *sim, size_t i)
{
  const size_t n = plastic_lists_count(&sim->plasticity);
  return i < n ? plastic_lists_at(&sim->plasticity, i) : teaching_list_at(&sim->teaching, i - n);
}

static lists_owner owner_of_lists(const loligo_simulation *sim)
{
  return (lists_owner){&sim->plasticity, sim->context, sim->decomposition, sim->step};
}

loligo_status loligo_simulation_take_list(const loligo_simulation *sim, size_t i, loligo_cell_list *list)
{
  const lists_owner owner = owner_of_lists(sim);
  const size_t n = plastic_lists_count(&sim->plasticity);
  return i < n ? plastic_lists_take(&owner, i, list) : teaching_take_list(&sim->teaching, i - n, list);
}

void loligo_cell_list_free(loligo_cell_list *list)
{
  memory_free(list->n);
  memory_free(list->values);
  list->n = NULL;
  list->values = NULL;
}

loligo_status loligo_simulation_put_list(loligo_simulation *sim, size_t i, const loligo_cell_list *list)
{
  const lists_owner owner = owner_of_lists(sim);
  const size_t n = plastic_lists_count(&sim->plasticity);
  return i < n ? plastic_lists_put(&owner, i, list) : teaching_put_list(&sim->teaching, i - n, sim->step, list);
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
  teaching_restore(&sim->teaching);
  exchange_count_bytes_from(&sim->exchange, sim->context->rank == 0 ? snapshot->network_bytes : 0);
  if (sim->context->rank != 0) return;
  for (size_t p = 0; p < sim->network->n_populations; p++) sim->population_spikes[p] = snapshot->population_spikes[p];
  sim->checksum = snapshot->spikes_checksum;
  sim->calendar.n_deliveries = snapshot->synaptic_events - snapshot->plastic_events;
  sim->plasticity.n_events = snapshot->plastic_events;
  sim->plasticity.n_changes_before = snapshot->weight_updates;
}

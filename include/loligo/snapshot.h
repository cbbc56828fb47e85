/**
 * What a simulation must keep to go on later, bit for bit, on any number of ranks: the fields of its cells, the lists
 * of its plastic synapses, the spikes that are on their way, the step, and what was counted.
 *
 * Everything is keyed by population and index, nothing by rank. Random numbers and inputs have no state: both are
 * functions of the step. Synapses are built again from the network; of those whose weights change, lists keep them. A
 * snapshot may be taken whenever loligo_simulation_run() has returned LOLIGO_OK or LOLIGO_INTERRUPTED.
 */
#ifndef LOLIGO_SNAPSHOT_H
#define LOLIGO_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/cell_list.h"
#include "loligo/field.h"
#include "loligo/simulation.h"
#include "loligo/spike.h"
#include "loligo/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Number of fields. Not collective, the same on all ranks. */
size_t loligo_simulation_field_count(const loligo_simulation *simulation);

/**
 * The i-th field, in the order of populations; the arrays belong to the simulation. Values may be overwritten to
 * restore them, before loligo_simulation_restore(). Not collective; all but the cells is the same on all ranks.
 */
loligo_field loligo_simulation_field(const loligo_simulation *simulation, size_t i);

/** Number of lists: 0 where all weights stay as they are. Not collective, the same on all ranks. */
size_t loligo_simulation_list_count(const loligo_simulation *simulation);

/** The i-th list without its numbers, list.n and list.values. Not collective; all but the cells is the same on all
 * ranks. */
loligo_cell_list loligo_simulation_list(const loligo_simulation *simulation, size_t i);

/**
 * Takes the numbers of the i-th list, the same for any number of ranks.
 *
 * Collective. MACHINE error without memory, the same on all ranks.
 *
 * @param list  filled; loligo_cell_list_free() it, also after an error
 */
loligo_status loligo_simulation_take_list(const loligo_simulation *simulation, size_t i, loligo_cell_list *list);

/** Frees the numbers of a list. Not collective. */
void loligo_cell_list_free(loligo_cell_list *list);

/**
 * Gives the i-th list back: after loligo_simulation_restore(), before loligo_simulation_restore_flights().
 *
 * Collective.
 *
 * @param list  the numbers of local cells; not kept
 * @return      INPUT error where the network has other synapses, MACHINE error where the numbers cannot be; the same on
 *              all ranks
 */
loligo_status loligo_simulation_put_list(loligo_simulation *simulation, size_t i, const loligo_cell_list *list);

/** Number of signals of local cells that are younger than the longest delay. Not collective. */
size_t loligo_simulation_flight_count(const loligo_simulation *simulation);

/** Writes them in any order to flights[loligo_simulation_flight_count()]. Not collective. */
void loligo_simulation_flights(const loligo_simulation *simulation, loligo_flight *flights);

/** Where a run stood, and what it had counted over all ranks: loligo_statistics has these sums. */
typedef struct loligo_snapshot {
  int64_t step;
  const uint64_t *population_spikes; /* [populations] */
  uint64_t spikes_checksum;
  uint64_t synaptic_events;
  uint64_t plastic_events; /* of these */
  uint64_t weight_updates;
  uint64_t network_bytes;
} loligo_snapshot;

/**
 * Makes a new simulation stand where another stood: call after the fields were written, before the first run and
 * before lists and flights. Samplers take no frame of the step itself and number theirs as if they
 * had been there from the start. Not collective, but call with the same on all ranks.
 */
void loligo_simulation_restore(loligo_simulation *simulation, const loligo_snapshot *snapshot);

/**
 * Enters signals on their way. All ranks together give each of them once, whoever has the cell: those of rank 0
 * ascending by step, then, not earlier, those of rank 1, and so on; and those of another call not earlier than all
 * before. A call takes memory for what it is given, and for what the cells of a rank sent.
 *
 * Collective. The signals are some that loligo_simulation_flights() can give. MACHINE error without memory, the same on
 * all ranks.
 */
loligo_status loligo_simulation_restore_flights(loligo_simulation *simulation, const loligo_flight *flights, size_t n);

#ifdef __cplusplus
}
#endif

#endif

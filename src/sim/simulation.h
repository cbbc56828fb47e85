/** A simulation on a machine that is told; and one of one rank of many, alone. */
#ifndef LOLIGO_SIM_SIMULATION_H
#define LOLIGO_SIM_SIMULATION_H

#include "loligo/simulation.h"
#include "sim/cost_model.h"
#include "sim/exchange/dry.h"

/** As loligo_simulation_create(), with the exchange of a setting: "auto" chooses by the table of its machine, and there
 * must be memory for its recorders too. */
loligo_status simulation_create_on(const cost_setting *setting, const loligo_context *context,
                                   const loligo_network *network, const loligo_decomposition *decomposition,
                                   const loligo_build_observer *observer, loligo_simulation **simulation);

/**
 * As loligo_simulation_create(), for the cells of one rank of a decomposition, whatever the context is: the same cells,
 * synapses and loop as that rank would have, with an exchange by dry.h.
 *
 * @param context  of one rank
 * @param dry      outlives the simulation, with all that it points to
 */
loligo_status simulation_create_dry(const loligo_context *context, const loligo_network *network,
                                    const loligo_decomposition *decomposition, const dry_rank *dry,
                                    const loligo_build_observer *observer, loligo_simulation **simulation);

/** What was done in place of the other ranks; NULL unless the simulation is dry. Not collective. */
const dry_account *simulation_dry_account(const loligo_simulation *simulation);

#endif

/*
 * Networks that learn in trials have populations without a step and projections without delay; gap junctions want their
 * cells to be integrated by one scheme, and to stay as large as they are.
 */
#include "network/simulated.h"

#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/gap.h"
#include "network/population.h"
#include "network/projection.h"

#define MEND "is for learning in trials only; add the section learning to the model file, or choose another model"

static loligo_status refuse_projection(const loligo_projection *projection)
{
  char text[PROJECTION_TEXT_BYTES];
  projection_print(projection, text);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: synapse model %s " MEND, text, projection->synapse->name);
}

static loligo_status check_coupled(const loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (projection->synapse->kind != SYNAPSE_GAP) continue;
    LOLIGO_TRY(gap_check_cells(network, projection->source));
    LOLIGO_TRY(gap_check_cells(network, projection->target));
  }
  return LOLIGO_OK;
}

loligo_status network_check_simulated(const loligo_network *network)
{
  for (size_t i = 0; i < network->n_populations; i++)
    if (model_is_for_trials(network->populations[i].model))
      return population_refuse(&network->populations[i], "model %s " MEND, network->populations[i].model->name);
  for (size_t i = 0; i < network->n_projections; i++)
    if (network->projections[i].synapse->kind == SYNAPSE_DENSE) return refuse_projection(&network->projections[i]);
  return check_coupled(network);
}

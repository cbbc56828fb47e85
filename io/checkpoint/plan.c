/*
 * What a checkpoint will weigh, from the tables of the models.
 */
#include "io/checkpoint/plan.h"

#include <stdint.h>

#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/description.h"
#include "network/rule/rule.h"
#include "network/trials.h"
#include "sim/plasticity/plastic_table.h"

static double bytes_per_cell(const loligo_model *model)
{
  return (double)(model->n_variables * sizeof(double) + model_level_count(model) * sizeof(int64_t));
}

/* The weights with what is kept beside them, and what is kept of the targets through a trial, at its end. */
static double bytes_of_teaching(const loligo_network *network, const loligo_projection *projection)
{
  const rule_context context = rule_context_of(network, projection);
  const synapse_store store = plastic_store(network, projection);
  const size_t of_synapse =
      (store.has_begun ? 2 : 1) * sizeof(uint32_t) + (store.n_moments + (store.has_filtered ? 1 : 0)) * sizeof(double);
  const double of_target = sizeof(uint64_t) + (double)trials_steps(network) * sizeof(double);
  return projection->rule->expected(&context) * (double)of_synapse +
         (double)network->populations[projection->target].size * of_target;
}

/* The weights, and what is remembered of spikes: one of each source, one of each target where the weights change. */
static double bytes_of_plasticity(const loligo_network *network, const loligo_projection *projection)
{
  const synapse_model *synapse = projection->synapse;
  const double sources = (double)network->populations[projection->source].size,
               targets = (double)network->populations[projection->target].size;
  const rule_context context = rule_context_of(network, projection);
  const size_t of_source = sizeof(uint64_t) + (2 + synapse->n_source_traces + synapse->n_states) * sizeof(double),
               of_target = 2 * sizeof(uint64_t) + (1 + synapse->n_target_traces) * sizeof(double);
  const double bytes = sources * (double)of_source;
  if (synapse->kind == SYNAPSE_DESCENT) return bytes_of_teaching(network, projection);
  if (synapse->kind != SYNAPSE_PLASTIC) return bytes;
  const size_t of_synapse = sizeof(uint32_t) + (synapse->modulator_trace ? sizeof(double) : 0);
  return bytes + targets * (double)of_target + projection->rule->expected(&context) * (double)of_synapse;
}

double checkpoint_state_bytes(const loligo_network *network)
{
  double bytes = 0;
  for (size_t i = 0; i < network->n_projections; i++)
    if (network->projections[i].plasticity) bytes += bytes_of_plasticity(network, &network->projections[i]);
  for (size_t p = 0; p < network->n_populations; p++)
    bytes += (double)network->populations[p].size * bytes_per_cell(network->populations[p].model);
  return bytes;
}

#include "network/gap.h"

#include <math.h>
#include <string.h>

#include "base/random/distribution.h"
#include "base/registry.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/population.h"
#include "network/rule/rule.h"

/* -- when it is added -- */

static loligo_status check_end(const loligo_population *population)
{
  if (model_receptor_index(population->model, SYNAPSE_GAP_RECEPTOR) >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "synapse model gap_junction couples potentials of Hodgkin-Huxley cells, but '%s' is of model %s",
                     population->name, population->model->name);
}

loligo_status gap_address(const loligo_network *network, loligo_projection_spec *spec)
{
  const char *given = spec->receptor;
  LOLIGO_TRY(check_end(&network->populations[spec->source]));
  LOLIGO_TRY(check_end(&network->populations[spec->target]));
  if (spec->compartment > 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "compartment: gap junctions join somata; leave it out");
  spec->receptor = SYNAPSE_GAP_RECEPTOR;
  spec->no_autapses = true;
  if (!given || strcmp(given, SYNAPSE_GAP_RECEPTOR) == 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "receptor: gap junctions have no receptor '%s'; leave it out", given);
}

loligo_status gap_check_receptor(const synapse_model *synapse, const loligo_receptor *receptor)
{
  if (receptor->kind != LOLIGO_RECEPTOR_GAP || (synapse && synapse->kind == SYNAPSE_GAP)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "receptor '%s' is that of gap junctions, which take no spikes; choose another, or join cells by a "
                     "projection with synapse: gap_junction",
                     receptor->name);
}

static bool is_mutual(const rule *rule)
{
  return rule->is_symmetric || rule->diagonal || rule->lists_edges;
}

loligo_status gap_check(const loligo_projection *projection)
{
  if (!is_mutual(projection->rule))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "rule %s: gap junctions couple both ways; choose symmetric_pairwise_bernoulli, one_to_one or "
                       "explicit",
                       projection->rule->name);
  if (projection->rule->diagonal && projection->source == projection->target)
    return loligo_fail(LOLIGO_INPUT_ERROR, "rule %s: a cell cannot be coupled with itself; join two populations",
                       projection->rule->name);
  if (projection->weight->kind == LOLIGO_CONSTANT) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "weight: gap junctions have one conductance, the same in both directions; give a number");
}

/* -- when all is known -- */

static int capacitance_row(const loligo_population *population)
{
  return model_param_index(population->model, "C_m");
}

/* Whether conductances are small enough is asked once. */
static loligo_status check_changes(const loligo_network *network, size_t population)
{
  const int row = capacitance_row(&network->populations[population]);
  char place[FAULT_PLACE_BYTES];
  for (size_t i = 0; i < network->n_changes; i++) {
    const scheduled_change *change = &network->changes[i];
    if (change->of_input || change->of != population || (int)change->row != row) continue;
    fault_place_print(change->place, place);
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "%sC_m of '%s' cannot change within a run, since its cells have gap junctions", place,
                       network->populations[population].name);
  }
  return LOLIGO_OK;
}

loligo_status gap_check_cells(const loligo_network *network, size_t population)
{
  const loligo_population *cells = &network->populations[population];
  if (population_integrator(cells) == 0) return check_changes(network, population);
  return population_refuse(cells, "gap junctions need integrator: %s", model_integrator(cells->model)->choices[0]);
}

bool gap_couples(const loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++)
    if (network->projections[i].synapse->kind == SYNAPSE_GAP) return true;
  return false;
}

loligo_status gap_check_stable(const loligo_network *network, size_t population, uint64_t index, double conductance)
{
  static const double most = 0.5; /* the scheme is stable up to 1 */
  const loligo_population *cells = &network->populations[population];
  const int row = capacitance_row(cells);
  const double c_m = row < 0 ? INFINITY : population_value(network, cells, (size_t)row, index);
  if (network->dt * conductance <= most * c_m) return LOLIGO_OK;
  return population_refuse(cells,
                           "cell %llu: its gap junctions, %g nS in all, are too much for C_m of %g pF; their sum must "
                           "not exceed C_m / (2 dt), %g nS: take weaker or fewer ones, or a dt below %g ms",
                           (unsigned long long)index, conductance, c_m, most * c_m / network->dt,
                           most * c_m / conductance);
}

/*
 * Parameters by the table of the synapse model, and what must hold between them, the weights and the delays.
 */
#include "network/plasticity.h"

#include <math.h>
#include <string.h>

#include "base/grid.h"
#include "model/neuron/model.h"
#include "network/checks.h"
#include "network/edge_list.h"
#include "network/index.h"
#include "network/named_values.h"
#include "network/rule/rule.h"
#include "network/trials.h"

network_plasticity *plasticity_room(loligo_network *network, const synapse_model *synapse)
{
  network_plasticity *made = pool_take(&network->pool, sizeof *made, "projections");
  if (!made) return NULL;
  made->params = pool_take(&network->pool, synapse->params.n * sizeof *made->params, "projections");
  return made->params ? made : NULL;
}

double plasticity_param(const loligo_projection *projection, const char *name)
{
  return param_named(projection->synapse->params, projection->plasticity->params, name);
}

size_t plasticity_modulator(const loligo_projection *projection)
{
  return (size_t)plasticity_param(projection, SYNAPSE_MODULATOR);
}

/* -- parameters -- */

static loligo_status check_population(const loligo_network *network, const char *name, double number)
{
  if (number >= 0 && number < (double)network->n_populations && number == floor(number)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: there is no population number %g", name, number);
}

static loligo_status set_params(const loligo_network *network, const synapse_model *synapse, named_values given,
                                double *params)
{
  double constant[SYNAPSE_MAX_CONSTANTS];
  LOLIGO_TRY(named_numbers(given, synapse->params, synapse->name, params));
  if (synapse->modulator_trace)
    LOLIGO_TRY(check_population(network, SYNAPSE_MODULATOR, param_named(synapse->params, params, SYNAPSE_MODULATOR)));
  return synapse->derive ? synapse->derive(params, constant) : LOLIGO_OK;
}

/* -- weights -- */

/* What weights must fit. */
typedef struct weight_terms {
  double wmax;
  double least; /* part of it that a weight is */
  const char *unit;
} weight_terms;

static loligo_status check_weight_of(double weight, const weight_terms *terms)
{
  const double wmax = terms->wmax, part = weight / wmax;
  const char *unit = terms->unit;
  if (part >= terms->least && part <= 1) return LOLIGO_OK;
  if (terms->least < 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "weight %g lies not between -" SYNAPSE_WMAX " and " SYNAPSE_WMAX " = %g",
                       weight, wmax);
  return loligo_fail(LOLIGO_INPUT_ERROR, "weight %g %s lies not between 0 and " SYNAPSE_WMAX " = %g %s%s", weight, unit,
                     wmax, unit, part < 0 ? ", which must have its sign" : "");
}

static loligo_status check_edge(const void *self, const loligo_edge *edge)
{
  return check_weight_of(edge->weight, self);
}

/* Bounds that are right need no second look at the edges. */
static loligo_status check_edges(const loligo_network *network, edge_list *list, const weight_terms *terms)
{
  const double low = list->weights.low / terms->wmax, high = list->weights.high / terms->wmax;
  if (fmin(low, high) >= terms->least && fmax(low, high) <= 1) return LOLIGO_OK;
  return edge_list_check(list, check_edge, terms, &network->index->refused);
}

/* Of a law some weight must be possible; those that are drawn are looked at one by one. */
static loligo_status check_weights(const loligo_network *network, const loligo_projection *projection, const char *unit)
{
  const double wmax = projection->plasticity->wmax;
  const weight_terms terms = {wmax, projection->synapse->kind == SYNAPSE_DESCENT ? -1 : 0, unit};
  if (projection->synapse->kind == SYNAPSE_FACTOR) return LOLIGO_OK;
  if (projection->list) return check_edges(network, projection->list, &terms);
  const distribution_range bounds = distribution_range_of(projection->weight);
  const double low = bounds.low / wmax, high = bounds.high / wmax;
  if (fmin(low, high) <= 1 && fmax(low, high) >= terms.least && bounds.low != bounds.high) return LOLIGO_OK;
  return check_weight_of(bounds.mean, &terms);
}

/* The largest weight that a projection can begin with, of those of one sign. */
static loligo_status find_wmax(const loligo_projection *projection, double *wmax)
{
  const distribution_range bounds =
      projection->list ? projection->list->weights : distribution_range_of(projection->weight);
  *wmax = bounds.low < 0 ? bounds.low : bounds.high;
  const bool has_one_sign = bounds.low >= 0 || bounds.high <= 0;
  if (has_one_sign && isfinite(*wmax)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "weight: synapse model %s needs weights of one sign, up to some largest one; clip their "
                     "distribution at low and high",
                     projection->synapse->name);
}

static loligo_status set_wmax(const loligo_projection *projection, double *wmax)
{
  if (projection->synapse->kind == SYNAPSE_FACTOR) return find_wmax(projection, wmax);
  *wmax = plasticity_param(projection, SYNAPSE_WMAX);
  return *wmax != 0 ? LOLIGO_OK : loligo_fail(LOLIGO_INPUT_ERROR, SYNAPSE_WMAX " must not be 0");
}

static loligo_status check_receptor(const loligo_network *network, const loligo_projection *projection)
{
  const double wmax = projection->plasticity->wmax;
  const loligo_model *target = network->populations[projection->target].model;
  const loligo_receptor *receptor = &target->receptors[projection->receptor[wmax < 0]];
  if (receptor->kind == LOLIGO_RECEPTOR_LEVEL)
    return loligo_fail(
        LOLIGO_INPUT_ERROR,
        "receptor '%s' takes levels, but a synapse of model %s sends spikes; choose another receptor, or "
        "synapse: static",
        receptor->name, projection->synapse->name);
  if (wmax < 0 && receptor->kind == LOLIGO_RECEPTOR_CONDUCTANCE)
    return loligo_fail(LOLIGO_INPUT_ERROR, SYNAPSE_WMAX " %g nS is negative, but a conductance cannot be", wmax);
  return check_weights(network, projection, receptor_unit(receptor->kind));
}

/* -- delays -- */

static int64_t least_delay(const loligo_network *network, distribution_range delays)
{
  if (delays.low > delays.high) return 1;
  const int64_t steps = grid_drawn_steps(delays.low, network->dt);
  return steps < 1 ? 1 : steps;
}

int64_t plasticity_dendritic(const loligo_network *network, const loligo_projection *projection, int64_t delay)
{
  const double ms = projection->plasticity->dendritic_delay;
  return isnan(ms) ? delay : grid_whole_steps(ms, network->dt);
}

int64_t plasticity_least_dendritic(const loligo_network *network, const loligo_projection *projection,
                                   distribution_range delays)
{
  return plasticity_dendritic(network, projection, least_delay(network, delays));
}

static loligo_status check_dendritic(const loligo_network *network, const synapse_model *synapse,
                                     distribution_range delays, const loligo_distribution *given)
{
  if (given->kind != LOLIGO_CONSTANT)
    return loligo_fail(LOLIGO_INPUT_ERROR, "dendritic_delay must be one number for all synapses of a projection");
  if (!(given->mean >= 0) || !grid_holds(given->mean, network->dt))
    return loligo_fail(LOLIGO_INPUT_ERROR, "dendritic_delay %g ms is not a multiple of dt %g ms from 0 on", given->mean,
                       network->dt);
  if (synapse->modulator_trace && given->mean == 0)
    return loligo_fail(
        LOLIGO_INPUT_ERROR,
        "dendritic_delay must be at least dt, %g ms, for synapse model %s: a spike of the modulator acts "
        "at its stamp, before one of the source",
        network->dt, synapse->name);
  const int64_t least = least_delay(network, delays);
  if (grid_whole_steps(given->mean, network->dt) <= least) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "dendritic_delay %g ms is longer than the shortest delay of the projection, %g ms", given->mean,
                     (double)least * network->dt);
}

static loligo_status refuse_dendritic(const synapse_model *synapse, const loligo_projection_spec *spec)
{
  if (spec->dendritic_delay.kind == LOLIGO_UNSET) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "dendritic_delay is for plastic synapses, but the weights of synapse model %s %s", synapse->name,
                     synapse->kind == SYNAPSE_DESCENT ? "know no spikes of their target" : "stay as they are");
}

/* A matrix is whole, and knows no time. */
static loligo_status check_dense(const loligo_projection *projection, const loligo_projection_spec *spec)
{
  const char *name = projection->synapse->name;
  if (strcmp(projection->rule->name, "all_to_all") != 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "synapse model %s needs rule: all_to_all, not %s", name,
                       projection->rule->name);
  if (projection->sources || projection->targets)
    return loligo_fail(LOLIGO_INPUT_ERROR, "synapse model %s needs whole populations as source and target", name);
  if (spec->no_autapses)
    return loligo_fail(LOLIGO_INPUT_ERROR, "synapse model %s has a weight for every pair; leave out autapses", name);
  return LOLIGO_OK;
}

loligo_status plasticity_set(loligo_network *network, loligo_projection *projection, const loligo_projection_spec *spec,
                             distribution_range delays)
{
  const synapse_model *synapse = projection->synapse;
  const named_values given = {spec->synapse_params, spec->n_synapse_params};
  LOLIGO_TRY(named_values_check(given, synapse->params, synapse->name));
  if (synapse->kind != SYNAPSE_PLASTIC) LOLIGO_TRY(refuse_dendritic(synapse, spec));
  if (synapse->kind == SYNAPSE_STATIC || synapse->kind == SYNAPSE_GAP) return LOLIGO_OK;
  if (synapse->kind == SYNAPSE_DESCENT) LOLIGO_TRY(trials_check_target(network, projection));
  network_plasticity *made = plasticity_room(network, synapse);
  if (!made) return LOLIGO_MACHINE_ERROR;
  projection->plasticity = made;
  made->dendritic_delay = spec->dendritic_delay.kind == LOLIGO_UNSET ? NAN : spec->dendritic_delay.mean;
  LOLIGO_TRY(set_params(network, synapse, given, (double *)made->params));
  if (synapse->kind == SYNAPSE_DENSE) return check_dense(projection, spec);
  LOLIGO_TRY(set_wmax(projection, &made->wmax));
  LOLIGO_TRY(check_receptor(network, projection));
  return spec->dendritic_delay.kind == LOLIGO_UNSET ? LOLIGO_OK
                                                    : check_dendritic(network, synapse, delays, &spec->dendritic_delay);
}

/*
 * Trials are a matter of the cells that are taught, which say how long one is; a simulation has trials of one length.
 */
#include "network/trials.h"

#include <math.h>

#include "base/grid.h"
#include "model/neuron/taught.h"
#include "model/synapse/synapse_model.h"
#include "network/population.h"

bool trials_teach(const loligo_projection *projection)
{
  return projection->synapse->kind == SYNAPSE_DESCENT;
}

bool trials_teach_at_spikes(const loligo_projection *projection)
{
  double constant[SYNAPSE_MAX_CONSTANTS];
  const synapse_model *synapse = projection->synapse;
  return trials_teach(projection) && synapse->derive(projection->plasticity->params, constant) == LOLIGO_OK &&
         synapse->learns_at_spikes(constant);
}

bool trials_read_out(const loligo_network *network, size_t population)
{
  bool is_read_out;
  taught_variable(network->populations[population].model, &is_read_out);
  return is_read_out;
}

bool trials_teach_population(const loligo_network *network, size_t population)
{
  for (size_t i = 0; i < network->n_projections; i++)
    if (trials_teach(&network->projections[i]) && network->projections[i].target == population) return true;
  return false;
}

/* A parameter that all cells of a population share. */
static double value_of(const loligo_network *network, size_t population, const char *name)
{
  const loligo_population *p = &network->populations[population];
  return population_value(network, p, (size_t)model_param_index(p->model, name), 0);
}

int64_t trials_steps_of(const loligo_network *network, size_t population)
{
  return grid_whole_steps(value_of(network, population, TAUGHT_TRIAL), network->dt);
}

int64_t trials_steps(const loligo_network *network)
{
  for (size_t i = 0; i < network->n_projections; i++)
    if (trials_teach(&network->projections[i])) return trials_steps_of(network, network->projections[i].target);
  return 0;
}

double trials_decay(const loligo_network *network, size_t population)
{
  return taught_decay(value_of(network, population, TAUGHT_TAU), network->dt);
}

static loligo_status check_model(const loligo_projection *projection, const loligo_model *model)
{
  bool is_read_out;
  const bool has_all = taught_variable(model, &is_read_out) >= 0 && model_param_index(model, TAUGHT_TAU) >= 0 &&
                       model_param_index(model, TAUGHT_TRIAL) >= 0;
  if (has_all) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "synapse model %s teaches cells with a " TAUGHT_SURROGATE " or an " TAUGHT_ERROR
                     ", as eprop_iaf and eprop_readout, but the target is of model %s",
                     projection->synapse->name, model->name);
}

static loligo_status check_shared(const loligo_population *population, const char *name)
{
  if (!population_is_distributed(population, (size_t)model_param_index(population->model, name))) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "cells of '%s' are taught, so %s must be one number for all of them",
                     population->name, name);
}

static loligo_status check_population(const loligo_network *network, size_t population)
{
  const loligo_population *p = &network->populations[population];
  LOLIGO_TRY(check_shared(p, TAUGHT_TAU));
  LOLIGO_TRY(check_shared(p, TAUGHT_TRIAL));
  if (trials_steps_of(network, population) >= 1) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' has no trials, so it cannot be taught; set its parameter " TAUGHT_TRIAL,
                     p->name);
}

loligo_status trials_check_target(const loligo_network *network, const loligo_projection *projection)
{
  LOLIGO_TRY(check_model(projection, network->populations[projection->target].model));
  return check_population(network, projection->target);
}

static loligo_status check_length(const loligo_network *network, size_t population)
{
  const int64_t steps = trials_steps_of(network, population), all = trials_steps(network);
  if (steps == all) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "trials of '%s' take %g ms, others %g ms; all that are taught together need one",
                     network->populations[population].name, (double)steps * network->dt, (double)all * network->dt);
}

/* Whether a projection hands errors back to cells of a population. */
static bool hands_back(const loligo_network *network, const loligo_projection *projection, size_t population)
{
  return trials_teach(projection) && projection->source == population && trials_read_out(network, projection->target);
}

/* A projection by which errors come back to cells of a population, or NULL. */
static const loligo_projection *way_back(const loligo_network *network, size_t population)
{
  for (size_t i = 0; i < network->n_projections; i++)
    if (hands_back(network, &network->projections[i], population)) return &network->projections[i];
  return NULL;
}

double trials_error_decay(const loligo_network *network, size_t population)
{
  const loligo_projection *way = way_back(network, population);
  return way ? trials_decay(network, way->target) : 0;
}

/* A synapse keeps one eligibility, which is forgotten as what is read out. */
static loligo_status check_errors(const loligo_network *network, const loligo_projection *projection)
{
  const loligo_projection *first = way_back(network, projection->target);
  for (size_t i = 0; first && trials_teach_at_spikes(projection) && i < network->n_projections; i++) {
    const loligo_projection *other = &network->projections[i];
    if (!hands_back(network, other, projection->target) ||
        trials_decay(network, other->target) == trials_decay(network, first->target))
      continue;
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "cells of '%s' are told errors of '%s' and '%s', whose " TAUGHT_TAU
                       " differ; with update: spike it must be the same",
                       network->populations[projection->target].name, network->populations[first->target].name,
                       network->populations[other->target].name);
  }
  return LOLIGO_OK;
}

static loligo_status check_change(const loligo_network *network, const scheduled_change *change)
{
  if (change->of_input || !trials_teach_population(network, change->of)) return LOLIGO_OK;
  const loligo_model *model = network->populations[change->of].model;
  const char *name = model->params.rows[change->row].name;
  const bool is_kept = change->row == (size_t)model_param_index(model, TAUGHT_TAU) ||
                       change->row == (size_t)model_param_index(model, TAUGHT_TRIAL);
  if (!is_kept) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is taught, so its %s must stay as it is",
                     network->populations[change->of].name, name);
}

loligo_status trials_check(const loligo_network *network, fault_place *place)
{
  bool any = false;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (!trials_teach(projection)) continue;
    any = true;
    *place = network->populations[projection->target].place;
    LOLIGO_TRY(check_population(network, projection->target));
    LOLIGO_TRY(check_length(network, projection->target));
    LOLIGO_TRY(check_errors(network, projection));
  }
  for (size_t i = 0; any && i < network->n_changes; i++) {
    *place = network->changes[i].place;
    LOLIGO_TRY(check_change(network, &network->changes[i]));
  }
  return LOLIGO_OK;
}

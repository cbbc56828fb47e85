/*
 * The model of cost behind balanced and graph, and behind what `loligo check` prints.
 *
 * A synaptic event, drained from memory, takes about as long as 1.5 updates of the cheapest neuron; rates are not known
 * before a run, so every source is taken to fire at 5 Hz, the order of the mean rate of cortical networks.
 */
#include "partition/cost.h"

#include "base/memory.h"
#include "model/neuron/model.h"
#include "network/rule/rule.h"

static const double EVENT_COST = 1.5;
static const double ASSUMED_RATE_PER_MS = 0.005;

double cost_rate(void)
{
  return 1000 * ASSUMED_RATE_PER_MS;
}

double cost_of_synapse(const loligo_network *network)
{
  return EVENT_COST * ASSUMED_RATE_PER_MS * network->dt;
}

double cost_synapses(const loligo_network *network, const loligo_projection *projection)
{
  rule_context context = rule_context_of(network, projection);
  return projection->rule->expected(&context);
}

loligo_status cost_model_init(cost_model *model, const loligo_network *network)
{
  const size_t n = network->n_projections;
  *model = (cost_model){.network = network};
  size_t *target = memory_allocate(n, sizeof *target, "decomposition");
  if (!target) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < n; i++) target[i] = network->projections[i].target;
  const loligo_status status = grouping_init(&model->onto, n, target, network->n_populations, "decomposition");
  memory_free(target);
  return status;
}

void cost_model_free(cost_model *model)
{
  grouping_free(&model->onto);
}

static size_t count_onto(const cost_model *model, size_t population)
{
  return model->onto.first[population + 1] - model->onto.first[population];
}

static const loligo_projection *projection_onto(const cost_model *model, size_t population, size_t i)
{
  return &model->network->projections[model->onto.item[model->onto.first[population] + i]];
}

double cost_in_degree(const cost_model *model, size_t population)
{
  const uint64_t size = model->network->populations[population].size;
  double synapses = 0;
  for (size_t i = 0; i < count_onto(model, population); i++) {
    const loligo_projection *projection = projection_onto(model, population, i);
    if (!projection->rule->lists_edges) synapses += cost_synapses(model->network, projection);
  }
  return size ? synapses / (double)size : 0;
}

double cost_of_cell(const cost_model *model, size_t population)
{
  const loligo_network *network = model->network;
  return network->populations[population].model->cost + cost_in_degree(model, population) * cost_of_synapse(network);
}

double cost_of_population(const cost_model *model, size_t population)
{
  const loligo_network *network = model->network;
  double cost = cost_of_cell(model, population) * (double)network->populations[population].size;
  for (size_t i = 0; i < count_onto(model, population); i++)
    cost += (double)projection_onto(model, population, i)->n_edges * cost_of_synapse(network);
  return cost;
}

uint64_t cost_listed_synapses(const cost_model *model, size_t population)
{
  uint64_t n = 0;
  for (size_t i = 0; i < count_onto(model, population); i++) n += projection_onto(model, population, i)->n_edges;
  return n;
}

loligo_status cost_walk_init(cost_walk *walk, const cost_model *model, size_t population)
{
  *walk = (cost_walk){.model = model, .population = population};
  walk->next = memory_allocate(count_onto(model, population), sizeof *walk->next, "decomposition");
  return walk->next ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void cost_walk_free(cost_walk *walk)
{
  memory_free(walk->next);
  *walk = (cost_walk){0};
}

static uint64_t pass_edges(const loligo_projection *projection, uint64_t *next, uint64_t index)
{
  while (*next < projection->n_edges && projection->edges[*next].target < index) ++*next;
  uint64_t first = *next;
  while (*next < projection->n_edges && projection->edges[*next].target == index) ++*next;
  return *next - first;
}

uint64_t cost_walk_synapses(cost_walk *walk, uint64_t index)
{
  uint64_t n = 0;
  for (size_t i = 0; i < count_onto(walk->model, walk->population); i++)
    n += pass_edges(projection_onto(walk->model, walk->population, i), &walk->next[i], index);
  return n;
}

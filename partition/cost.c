/*
 * The model of cost behind balanced and graph, and behind what `loligo check` prints.
 *
 * A synaptic event, drained from memory, takes about as long as 1.5 updates of the cheapest neuron; rates are not known
 * before a run, so every source is taken to fire at 5 Hz, the order of the mean rate of cortical networks.
 */
#include "partition/cost.h"

#include "base/memory.h"
#include "model/model.h"
#include "network/rule.h"

static const double EVENT_COST = 1.5;
static const double ASSUMED_RATE_PER_MS = 0.005;

double cost_of_synapse(const loligo_network *network)
{
  return EVENT_COST * ASSUMED_RATE_PER_MS * network->dt;
}

double cost_synapses(const loligo_network *network, const loligo_projection *projection)
{
  rule_context context = rule_context_of(network, projection);
  return projection->rule->expected(&context);
}

double cost_of_cell(const loligo_network *network, size_t population)
{
  double synapses = 0;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (projection->target == population && !projection->n_edges) synapses += cost_synapses(network, projection);
  }
  const loligo_population *p = &network->populations[population];
  double in_degree = p->size ? synapses / (double)p->size : 0;
  return p->model->cost + in_degree * cost_of_synapse(network);
}

double cost_of_population(const loligo_network *network, size_t population)
{
  double cost = cost_of_cell(network, population) * (double)network->populations[population].size;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    if (projection->target == population) cost += (double)projection->n_edges * cost_of_synapse(network);
  }
  return cost;
}

loligo_status cost_walk_init(cost_walk *walk, const loligo_network *network, size_t population)
{
  *walk = (cost_walk){.network = network, .population = population};
  walk->next = memory_allocate(network->n_projections, sizeof *walk->next, "decomposition");
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
  for (size_t i = 0; i < walk->network->n_projections; i++) {
    const loligo_projection *projection = &walk->network->projections[i];
    if (projection->target == walk->population) n += pass_edges(projection, &walk->next[i], index);
  }
  return n;
}

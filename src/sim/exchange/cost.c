/*
 * Seconds by method: rounds of a collective, messages, bytes, records packed, and spikes looked up in vain.
 *
 * Per interval an allgather takes log2 P rounds and brings the spikes of all N cells, of which a rank wants those with
 * a target on it. Directed methods pack a record for every listener and send a message to every partner: alltoall to
 * all ranks; neighbor to those that are connected, beside a reduction of the flags.
 */
#include "sim/exchange/cost.h"

#include <math.h>
#include <stdbool.h>

#include "loligo/network.h"
#include "model/synapse/synapse_model.h"
#include "network/rule/rule.h"
#include "sim/plasticity/plasticity.h"
#include "sim/spikes/spikes.h"

/* Of row_index: a bit and its share of a count for every source. */
static const double INDEX_BYTES_EACH = 16.0 / 64;

static const double NS = 1e-9;

static double spikes_per_second(const exchange_load *load)
{
  return load->cells * load->rate;
}

double exchange_intervals_per_second(const exchange_load *load)
{
  return 1e3 / load->interval;
}

/* More ranks than a node has cores meet across a network, where one is known. */
static bool crosses_nodes(const exchange_load *load, const machine *machine)
{
  return load->ranks > machine->node.cores;
}

static double collective_ns(const exchange_load *load, const machine *machine)
{
  const bool is_far = crosses_nodes(load, machine) && machine->network.latency > 0;
  return is_far ? machine->network.latency : machine->exchange.collective;
}

/* A GB/s is a byte per ns; the ranks of a node share it. */
static double byte_ns(const exchange_load *load, const machine *machine)
{
  const bool is_far = crosses_nodes(load, machine) && machine->network.bandwidth > 0;
  return is_far ? machine->node.cores / machine->network.bandwidth : machine->exchange.byte;
}

static double message_ns(const exchange_load *load, const machine *machine)
{
  const double here = machine->exchange.message;
  return crosses_nodes(load, machine) ? fmax(here, machine->network.message) : here;
}

static double look_up_ns(const exchange_load *load, const machine *machine)
{
  const double bytes = load->cells * INDEX_BYTES_EACH, cache = 1e3 * machine->exchange.cache;
  const double in_memory = bytes > cache ? 1 - cache / bytes : 0;
  return machine->exchange.look_up + in_memory * (machine->exchange.miss - machine->exchange.look_up);
}

double exchange_seconds_allgather(const exchange_load *load, const machine *machine)
{
  const double in_vain = 1 - load->listeners / load->ranks;
  const double spike_ns = sizeof(spike_record) * byte_ns(load, machine) + in_vain * look_up_ns(load, machine);
  const double interval_ns = log2(load->ranks) * collective_ns(load, machine);
  return NS * (exchange_intervals_per_second(load) * interval_ns + spikes_per_second(load) * spike_ns);
}

/* Of records to all listeners and so many messages an interval. */
static double directed_seconds(const exchange_load *load, const machine *machine, double messages)
{
  const double records = spikes_per_second(load) / load->ranks * load->listeners;
  const double record_ns = machine->exchange.record + sizeof(spike_record) * byte_ns(load, machine);
  return NS * (exchange_intervals_per_second(load) * messages * message_ns(load, machine) + records * record_ns);
}

double exchange_seconds_alltoall(const exchange_load *load, const machine *machine)
{
  const double wait = NS * exchange_intervals_per_second(load) * collective_ns(load, machine);
  return wait + directed_seconds(load, machine, load->ranks - 1);
}

double exchange_seconds_neighbor(const exchange_load *load, const machine *machine)
{
  const double reduction = NS * exchange_intervals_per_second(load) * log2(load->ranks) * collective_ns(load, machine);
  return reduction + directed_seconds(load, machine, load->partners);
}

/* -- load -- */

enum { MAX_INTERVAL = 64 };

int64_t exchange_interval(const loligo_network *network)
{
  int64_t shortest, longest;
  loligo_network_delay_range(network, &shortest, &longest);
  const int64_t interval = shortest == 0 || shortest > MAX_INTERVAL ? MAX_INTERVAL : shortest;
  const int64_t most = plasticity_max_interval(network);
  return interval < most ? interval : most;
}

void exchange_count_sent(const loligo_network *network, double *synapses)
{
  for (size_t p = 0; p < network->n_populations; p++) synapses[p] = 0;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    const rule_context context = rule_context_of(network, projection);
    if (!synapse_model_sends(projection->synapse)) continue;
    synapses[projection->source] += projection->rule->expected(&context);
  }
}

double exchange_listeners(const loligo_network *network, int ranks, const double *synapses)
{
  double listeners = 0;
  for (size_t p = 0; p < network->n_populations; p++) {
    const double cells = (double)network->populations[p].size;
    if (cells > 0) listeners -= cells * ranks * expm1(-synapses[p] / cells / ranks);
  }
  return network->n_cells > 0 ? listeners / (double)network->n_cells : 0;
}

double exchange_mean_rate(const loligo_network *network, const double *rates)
{
  double sum = 0;
  if (!rates || network->n_cells == 0) return MACHINE_RATE;
  for (size_t p = 0; p < network->n_populations; p++) sum += rates[p] * (double)network->populations[p].size;
  return sum / (double)network->n_cells;
}

exchange_load exchange_expected(const loligo_network *network, int ranks, const double *synapses, double interval,
                                const double *rates)
{
  return (exchange_load){.ranks = ranks,
                         .cells = (double)network->n_cells,
                         .rate = exchange_mean_rate(network, rates),
                         .interval = interval,
                         .listeners = exchange_listeners(network, ranks, synapses),
                         .partners = ranks - 1};
}

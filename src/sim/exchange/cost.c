/*
 * Seconds by method: rounds of a collective, messages, bytes, records packed, and spikes looked up in vain.
 *
 * Per interval an allgather takes log2 P rounds and brings the spikes of all N cells, of which a rank wants those with
 * a target on it. Directed methods pack a record for every listener and send a message to every partner: alltoall to
 * all ranks; neighbor to those that are connected, beside a reduction of the flags.
 */
#include "sim/exchange/cost.h"

#include <math.h>

#include "base/memory.h"
#include "network/rule/rule.h"
#include "sim/spikes/spikes.h"

/* Measured on 2 cores of an AMD EPYC (CPU time, other work beside it) but for what only a network shows:
 *   message_ns     130 ns of software per message of 8 to 32 words to itself (Open MPI 4.1); the rest is the share of a
 *                  rank in an adapter that takes some 100 million messages a second for a node of 48 ranks
 *   collective_ns  a short message between nodes, taken from what vendors state: 1 us
 *   byte_ns        25 GB/s per node of 48 ranks would be 2 ns between nodes; within one node 0.1 (measured); between
 *   record_ns      parcels_pack() and parcels_unpack() at 1,000 partners and 400 listeners of a cell: 6.0 and 6.3
 *   look_up_ns, miss_ns, cache_bytes
 *                  sources drawn at random, 1 of 13 to 1 of 80 with a row: 5.2 ns of 1e4 sources, 6.1 of 1e6, 8.5 of
 *                  1e7, 42 of 1e8 */
const exchange_costs exchange_costs_assumed = {.collective_ns = 1000,
                                               .message_ns = 500,
                                               .byte_ns = 0.5,
                                               .record_ns = 6,
                                               .look_up_ns = 5.5,
                                               .miss_ns = 46,
                                               .cache_bytes = 2.5e6};

/* Of row_index: a bit and its share of a count for every source. */
static const double INDEX_BYTES_EACH = 16.0 / 64;

static const double NS = 1e-9;

static double spikes_per_second(const exchange_load *load)
{
  return load->cells * load->rate;
}

static double intervals_per_second(const exchange_load *load)
{
  return 1e3 / load->interval;
}

static double look_up_ns(const exchange_load *load, const exchange_costs *costs)
{
  const double bytes = load->cells * INDEX_BYTES_EACH;
  const double in_memory = bytes > costs->cache_bytes ? 1 - costs->cache_bytes / bytes : 0;
  return costs->look_up_ns + in_memory * (costs->miss_ns - costs->look_up_ns);
}

double exchange_seconds_allgather(const exchange_load *load, const exchange_costs *costs)
{
  const double in_vain = 1 - load->listeners / load->ranks;
  const double spike_ns = sizeof(spike_record) * costs->byte_ns + in_vain * look_up_ns(load, costs);
  const double interval_ns = log2(load->ranks) * costs->collective_ns;
  return NS * (intervals_per_second(load) * interval_ns + spikes_per_second(load) * spike_ns);
}

/* Of records to all listeners and so many messages an interval. */
static double directed_seconds(const exchange_load *load, const exchange_costs *costs, double messages)
{
  const double records = spikes_per_second(load) / load->ranks * load->listeners;
  const double record_ns = costs->record_ns + sizeof(spike_record) * costs->byte_ns;
  return NS * (intervals_per_second(load) * messages * costs->message_ns + records * record_ns);
}

double exchange_seconds_alltoall(const exchange_load *load, const exchange_costs *costs)
{
  const double wait = NS * intervals_per_second(load) * costs->collective_ns;
  return wait + directed_seconds(load, costs, load->ranks - 1);
}

double exchange_seconds_neighbor(const exchange_load *load, const exchange_costs *costs)
{
  const double reduction = NS * intervals_per_second(load) * log2(load->ranks) * costs->collective_ns;
  return reduction + directed_seconds(load, costs, load->partners);
}

static double listeners_of(const loligo_network *network, int ranks, const double *synapses)
{
  double listeners = 0;
  for (size_t p = 0; p < network->n_populations; p++) {
    const double cells = (double)network->populations[p].size;
    if (cells > 0) listeners -= cells * ranks * expm1(-synapses[p] / cells / ranks);
  }
  return network->n_cells > 0 ? listeners / (double)network->n_cells : 0;
}

loligo_status exchange_expected_listeners(const loligo_network *network, int ranks, double *listeners)
{
  double *synapses = memory_allocate(network->n_populations, sizeof *synapses, "spike exchange"); /* by source */
  if (!synapses) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    const rule_context context = rule_context_of(network, projection);
    synapses[projection->source] += projection->rule->expected(&context);
  }
  *listeners = listeners_of(network, ranks, synapses);
  memory_free(synapses);
  return LOLIGO_OK;
}

/*
 * Expected memory of a simulation: how much there is of everything, times what each takes, which stands beside its
 * allocation.
 */
#include "sim/estimate.h"

#include <math.h>

#include "base/memory.h"
#include "base/node.h"
#include "base/random/distribution.h"
#include "base/text.h"
#include "model/neuron/model.h"
#include "network/rule/rule.h"
#include "sim/cells/cells.h"
#include "sim/layout/fixed_point.h"
#include "sim/layout/sums.h"
#include "sim/synapses/row_draft.h"
#include "sim/synapses/synapse_word.h"
#include "sim/synapses/synapses.h"

enum { SUM_ROWS = 8 };

static double sum_bytes(const loligo_network *network, const fixed_point *format)
{
  double bytes = 0;
  for (size_t i = 0; i < format->n_accumulators; i++) {
    const accumulator *sum = &format->accumulators[i];
    bytes += (double)network->populations[sum->population].size * (double)(SUM_ROWS * sums_bytes_each(sum));
  }
  return bytes;
}

/* Delays that synapses of one source are spread over, at most. */
static double delays_of(const loligo_network *network, const loligo_projection *projection)
{
  if (projection->rule->lists_edges) return 1;
  distribution_range range = distribution_range_of(projection->delay);
  return (range.high - range.low) / network->dt + 1;
}

/* Adds a pathway; returns its words. */
static double add_pathway(const loligo_network *network, const pathway *way, int ranks, estimate *sum)
{
  const loligo_projection *projection = &network->projections[way->projection];
  rule_context context = rule_context_of(network, projection);
  double n = projection->rule->expected(&context);
  if (n <= 0) return 0;
  double rows = (double)context.n_sources * ranks, per_row = n / rows;
  rows *= 1 - exp(-per_row);
  double delay_runs = rows * fmin(delays_of(network, projection), fmax(1, n / rows));
  sum->synapses += way->number == 0 ? n : 0;
  const double words = n * synapse_words(way->wide);
  sum->least_bytes += words * sizeof(uint32_t);
  sum->synapse_bytes += synapses_bytes(words, delay_runs, rows);
  return words;
}

static loligo_status add_synapses(const loligo_network *network, const fixed_point *format, int ranks, estimate *sum)
{
  synapses tables;
  loligo_status status = synapses_init(&tables, network);
  const size_t n_tables = status == LOLIGO_OK ? tables.first[network->n_populations] : 0;
  double *words = memory_allocate(n_tables, sizeof *words, "synapse tables");
  if (!words) status = LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; status == LOLIGO_OK && i < format->n_pathways; i++) {
    const pathway *way = &format->pathways[i];
    words[tables.first[way->source] + (size_t)way->signal] += add_pathway(network, way, ranks, sum);
  }
  if (status == LOLIGO_OK) sum->build_bytes = row_draft_bytes_beyond(words, n_tables);
  memory_free(words);
  synapses_free(&tables);
  return status;
}

static loligo_status estimate_with(const loligo_network *network, const fixed_point *format, int ranks,
                                   estimate *estimate)
{
  *estimate = (struct estimate){.cell_bytes = sum_bytes(network, format), .weight_error = format->error_bound};
  for (size_t p = 0; p < network->n_populations; p++) {
    const loligo_population *population = &network->populations[p];
    estimate->cell_bytes += (double)population->size * cells_bytes_each(population, false);
    estimate->least_bytes += (double)population->size * cells_bytes_each(population, true);
  }
  if (format->rounded < network->n_projections) estimate->rounded = network->projections[format->rounded].name;
  return add_synapses(network, format, ranks, estimate);
}

loligo_status estimate_network(const loligo_network *network, int ranks, estimate *estimate)
{
  fixed_point format;
  loligo_status status = fixed_point_init(&format, network);
  if (status == LOLIGO_OK) status = estimate_with(network, &format, ranks, estimate);
  fixed_point_free(&format);
  return status;
}

loligo_status estimate_admit(const loligo_context *context, const loligo_network *network, const fixed_point *format)
{
  estimate need;
  char needed[TEXT_BYTES_SIZE], there[TEXT_BYTES_SIZE];
  const int neighbours = node_place_of(context).size;
  const uint64_t available = memory_available();
  loligo_status status = estimate_with(network, format, context->size, &need);
  if (status == LOLIGO_OK && need.least_bytes * neighbours / context->size > (double)available) {
    text_bytes(need.least_bytes, needed);
    text_bytes((double)available, there);
    status =
        loligo_fail(LOLIGO_MACHINE_ERROR,
                    "out of memory: the network needs at least %s, of which %d of %d ranks share a machine with %s; "
                    "use more machines or a smaller network",
                    needed, neighbours, context->size, there);
  }
  return loligo_agree(context, status);
}

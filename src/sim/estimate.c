/*
 * Expected memory of a simulation: cells by their arrays, synapses by 4 or 8 bytes and the headers of their segments.
 */
#include "sim/estimate.h"

#include <math.h>

#include "base/sample.h"
#include "model/model.h"
#include "network/rule.h"
#include "sim/fixed_point.h"

enum { SUM_ROWS = 8 };

static double bytes_per_cell(const loligo_population *population)
{
  const loligo_model *model = population->model;
  double columns = 1 + (double)model->n_variables;
  for (size_t i = 0; i < model->params.n; i++) {
    if (population->params[i].kind == LOLIGO_UNSET || population->params[i].kind == LOLIGO_CONSTANT) continue;
    columns += (double)model->n_derived;
    break;
  }
  return columns * sizeof(double) + (double)model->n_receptors * SUM_ROWS * sizeof(int32_t);
}

/* Delays that synapses of one source are spread over, at most. */
static double delays_of(const loligo_network *network, const loligo_projection *projection)
{
  if (projection->n_edges) return 1;
  sample_range range = sample_bounds(&projection->delay);
  return (range.high - range.low) / network->dt + 1;
}

static void add_pathway(const loligo_network *network, const pathway *way, int ranks, estimate *sum)
{
  const loligo_projection *projection = &network->projections[way->projection];
  rule_context context = rule_context_of(network, projection);
  double n = projection->rule->expected(&context);
  if (n <= 0) return;
  double rows = (double)context.n_sources * ranks, per_row = n / rows;
  rows *= 1 - exp(-per_row);
  double segments = rows * fmin(delays_of(network, projection), fmax(1, n / rows));
  sum->synapses += way->channel == 0 ? n : 0;
  sum->synapse_bytes += n * (way->wide ? 8 : 4) + segments * 4 + rows * sizeof(void *);
}

loligo_status estimate_network(const loligo_network *network, int ranks, estimate *estimate)
{
  fixed_point format;
  *estimate = (struct estimate){0};
  for (size_t p = 0; p < network->n_populations; p++)
    estimate->cell_bytes += (double)network->populations[p].size * bytes_per_cell(&network->populations[p]);
  loligo_status status = fixed_point_init(&format, network);
  for (size_t i = 0; status == LOLIGO_OK && i < format.n_pathways; i++)
    add_pathway(network, &format.pathways[i], ranks, estimate);
  fixed_point_free(&format);
  return status;
}

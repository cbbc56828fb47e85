/*
 * Choice of the quantum per receptor, from the exact bounds of every projection's weights.
 */
#include "sim/fixed_point.h"

#include <math.h>

#include "base/grouping.h"
#include "base/memory.h"
#include "base/sample.h"
#include "network/rule.h"

/* A weight below this many quanta could be off by more than 1e-3. */
static const double MIN_QUANTA = 500;
/* Sums of wide weights stay within 2^30 quanta as expected; connect.c checks what was built against 2^31. */
static const double WIDE_SUM_QUANTA = 1 << 30;
enum { MAX_DIVISOR = 64 };

/** Magnitudes of the weights onto one receptor. */
typedef struct weight_range {
  double low, high; /* smallest nonzero (0 if arbitrarily small ones can occur) and largest */
  bool constant;    /* low and high are the only values */
  double in_degree; /* synapses on one target that are hardly ever exceeded */
} weight_range;

static void include_magnitude(weight_range *range, double magnitude)
{
  if (magnitude == 0) return;
  range->low = range->high == 0 ? magnitude : fmin(range->low, magnitude);
  range->high = fmax(range->high, magnitude);
}

static weight_range edge_weights(const loligo_projection *projection)
{
  weight_range range = {.constant = true};
  uint64_t run = 0;
  for (uint64_t e = 0; e < projection->n_edges; e++) {
    double before = range.high;
    include_magnitude(&range, fabs(projection->edges[e].weight));
    if (before != 0 && range.low != range.high) range.constant = false;
    run = e > 0 && projection->edges[e].target == projection->edges[e - 1].target ? run + 1 : 1;
    range.in_degree = fmax(range.in_degree, (double)run);
  }
  return range;
}

static weight_range drawn_weights(const loligo_network *network, const loligo_projection *projection)
{
  sample_range bounds = sample_bounds(&projection->weight);
  weight_range range = {.constant = bounds.low == bounds.high};
  bool crosses_zero = bounds.low < 0 && bounds.high > 0;
  include_magnitude(&range, fabs(bounds.low));
  include_magnitude(&range, fabs(bounds.high));
  if (crosses_zero || (!range.constant && (bounds.low == 0 || bounds.high == 0))) range.low = 0;

  rule_context context = rule_context_of(network, projection);
  double mean = context.n_targets ? projection->rule->expected(&context) / (double)context.n_targets : 0;
  range.in_degree = mean + 10 * sqrt(mean) + 20;
  return range;
}

static weight_range pathway_weights(const loligo_network *network, const pathway *way)
{
  const loligo_projection *projection = &network->projections[way->projection];
  weight_range range = projection->n_edges ? edge_weights(projection) : drawn_weights(network, projection);
  if (way->fixed != 0) {
    range.low = range.high = fabs(way->fixed);
    range.constant = true;
  }
  return range;
}

static bool is_multiple(double value, double quantum)
{
  double quanta = value / quantum;
  return quanta <= FIXED_POINT_NARROW_MAX && fabs(quanta - nearbyint(quanta)) < 1e-9 * quanta;
}

/* A quantum of which all weights are multiples, or 0. */
static double common_quantum(const weight_range *ranges, size_t n)
{
  double smallest = 0;
  for (size_t i = 0; i < n; i++) {
    if (!ranges[i].constant) return 0;
    if (ranges[i].high > 0 && (smallest == 0 || ranges[i].high < smallest)) smallest = ranges[i].high;
  }
  for (int divisor = 1; smallest > 0 && divisor <= MAX_DIVISOR; divisor++) {
    bool fits = true;
    for (size_t i = 0; i < n && fits; i++)
      fits = ranges[i].high == 0 || is_multiple(ranges[i].high, smallest / divisor);
    if (fits) return smallest / divisor;
  }
  return 0;
}

static double choose_quantum(const weight_range *ranges, size_t n)
{
  double exact = common_quantum(ranges, n);
  if (exact > 0) return exact;
  double high = 0, low = INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++) {
    if (ranges[i].high == 0) continue;
    high = fmax(high, ranges[i].high);
    low = fmin(low, ranges[i].low);
    sum += ranges[i].high * ranges[i].in_degree;
  }
  if (high == 0) return 1;
  double narrow = high / FIXED_POINT_NARROW_MAX;
  return low >= MIN_QUANTA * narrow ? narrow : sum / WIDE_SUM_QUANTA;
}

static bool needs_wide(const weight_range *range, double quantum)
{
  return range->high > quantum * (FIXED_POINT_NARROW_MAX + 0.49);
}

/* All pathways onto one receptor of one population share its quantum. */
static double choose_for_receptor(fixed_point *format, const loligo_network *network, const size_t *ways, size_t n,
                                  weight_range *ranges)
{
  for (size_t i = 0; i < n; i++) ranges[i] = pathway_weights(network, &format->pathways[ways[i]]);
  double quantum = choose_quantum(ranges, n);
  for (size_t i = 0; i < n; i++) format->pathways[ways[i]].wide = needs_wide(&ranges[i], quantum);
  return quantum;
}

static void choose_for_all(fixed_point *format, const loligo_network *network, const grouping *onto,
                           weight_range *ranges)
{
  for (size_t p = 0; p < network->n_populations; p++) {
    for (size_t r = 0; r < network->populations[p].model->n_receptors; r++) {
      const size_t *first = &onto->first[p * MODEL_MAX_RECEPTORS + r];
      format->quantum[p][r] = choose_for_receptor(format, network, onto->item + first[0], first[1] - first[0], ranges);
    }
  }
}

static loligo_status choose_quanta(fixed_point *format, const loligo_network *network)
{
  const size_t n = format->n_pathways;
  grouping onto = {0};
  size_t *receptor = memory_allocate(n, sizeof *receptor, "receptors");
  weight_range *ranges = memory_allocate(n, sizeof *ranges, "weight ranges");
  loligo_status status = receptor && ranges ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; status == LOLIGO_OK && i < n; i++)
    receptor[i] = format->pathways[i].target * MODEL_MAX_RECEPTORS + format->pathways[i].receptor;
  if (status == LOLIGO_OK)
    status = grouping_init(&onto, n, receptor, network->n_populations * MODEL_MAX_RECEPTORS, "receptors");
  if (status == LOLIGO_OK) choose_for_all(format, network, &onto, ranges);
  grouping_free(&onto);
  memory_free(ranges);
  memory_free(receptor);
  return status;
}

static loligo_status list_pathways(fixed_point *format, const loligo_network *network)
{
  format->pathways =
      memory_allocate(network->n_projections * LOLIGO_MAX_CHANNELS, sizeof *format->pathways, "projections");
  if (!format->pathways) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < network->n_projections; i++) {
    const loligo_projection *projection = &network->projections[i];
    for (size_t c = 0; c < projection->n_channels; c++) {
      const loligo_channel *channel = &projection->channels[c];
      format->pathways[format->n_pathways++] = (pathway){.projection = i,
                                                         .channel = c,
                                                         .source = projection->source,
                                                         .target = projection->target,
                                                         .signal = channel->signal,
                                                         .receptor = (size_t)channel->receptor,
                                                         .fixed = channel->fixed};
    }
  }
  return LOLIGO_OK;
}

loligo_status fixed_point_init(fixed_point *format, const loligo_network *network)
{
  *format = (fixed_point){.quantum = memory_allocate(network->n_populations, sizeof *format->quantum, "weight quanta")};
  if (!format->quantum) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(list_pathways(format, network));
  return choose_quanta(format, network);
}

void fixed_point_free(fixed_point *format)
{
  memory_free(format->quantum);
  memory_free(format->pathways);
  *format = (fixed_point){0};
}

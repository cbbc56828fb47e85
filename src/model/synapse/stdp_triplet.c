/*
 * Pairs and triplets of spikes: w += x (A2_plus + A3_plus y2) at a spike of the target, w -= y (A2_minus +
 * A3_minus x2) at one of the source, for magnitudes of weights. Pfister & Gerstner 2006
 * (10.1523/JNEUROSCI.1425-06.2006); NEST's stdp_triplet_synapse.
 */
#include <math.h>

#include "base/vector.h"
#include "model/synapse/kernels.h"
#include "model/synapse/synapse_model.h"

static const loligo_param params[] = {
    SYNAPSE_WMAX_ROW,
    LOLIGO_REAL_ROW("A2_plus", NULL, "5e-10", LOLIGO_RANGE_NON_NEGATIVE, "potentiation by pairs"),
    LOLIGO_REAL_ROW("A3_plus", NULL, "6.2e-3", LOLIGO_RANGE_NON_NEGATIVE, "potentiation by triplets"),
    LOLIGO_REAL_ROW("A2_minus", NULL, "7e-3", LOLIGO_RANGE_NON_NEGATIVE, "depression by pairs"),
    LOLIGO_REAL_ROW("A3_minus", NULL, "2.3e-4", LOLIGO_RANGE_NON_NEGATIVE, "depression by triplets"),
    SYNAPSE_PAIR_ROWS("16.8", "33.7"),
    LOLIGO_REAL_ROW("tau_plus_triplet", "ms", "101", LOLIGO_RANGE_POSITIVE, "decay of the source's slow trace"),
    LOLIGO_REAL_ROW("tau_minus_triplet", "ms", "125", LOLIGO_RANGE_POSITIVE, "decay of the target's slow trace"),
    SYNAPSE_PAIRING_ROW,
};

enum { WMAX, A2_PLUS, A3_PLUS, A2_MINUS, A3_MINUS };

static const synapse_trace source_traces[] = {{"x", "tau_plus", "trace of the source's spikes"},
                                              {"x2", "tau_plus_triplet", "slow trace of the source's spikes"}};
static const synapse_trace target_traces[] = {{"y", "tau_minus", "trace of the target's spikes"},
                                              {"y2", "tau_minus_triplet", "slow trace of the target's spikes"}};

enum { PAIR_UP, TRIPLET_UP, PAIR_DOWN, TRIPLET_DOWN };

static loligo_status derive(const double *param, double *constant)
{
  const double wmax = fabs(param[WMAX]);
  constant[PAIR_UP] = param[A2_PLUS] / wmax;
  constant[TRIPLET_UP] = param[A3_PLUS] / wmax;
  constant[PAIR_DOWN] = param[A2_MINUS] / wmax;
  constant[TRIPLET_DOWN] = param[A3_MINUS] / wmax;
  return LOLIGO_OK;
}

VECTOR_CLONES static void potentiate(size_t n, double pair, double triplet, const double *restrict x,
                                     const double *restrict y2, double *restrict w)
{
  for (size_t i = 0; i < n; i++) w[i] += x[i] * (pair + triplet * y2[i]);
}

static void post(const synapse_tile *tile)
{
  potentiate(tile->n, tile->constant[PAIR_UP], tile->constant[TRIPLET_UP], tile->trace, tile->slow, tile->weight);
}

static void pre(const synapse_tile *tile)
{
  synapse_add(tile, -(tile->constant[PAIR_DOWN] + tile->constant[TRIPLET_DOWN] * tile->slow_of_source), tile->weight);
}

const synapse_model synapse_model_stdp_triplet = {
    .name = "stdp_triplet",
    .summary = "spike-timing dependent plasticity of pairs and triplets (10.1523/JNEUROSCI.1425-06.2006)",
    .equations = "a spike of the target: w += x (A2_plus + A3_plus y2);  w clipped to 0 ... Wmax\n"
                 "a spike of the source: w -= y (A2_minus + A3_minus x2);  then it brings w",
    .kind = SYNAPSE_PLASTIC,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .source_traces = source_traces,
    .n_source_traces = 2,
    .target_traces = target_traces,
    .n_target_traces = 2,
    .derive = derive,
    .post = post,
    .pre = pre,
};

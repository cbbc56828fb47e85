/*
 * Potentiation by a power of the weight, depression in proportion to it: w += lambda w^mu x at a spike of the target, w
 * -= lambda alpha w y at one of the source, w in the receptor's unit. Morrison et al. 2007
 * (10.1162/neco.2007.19.6.1437); NEST's stdp_pl_synapse_hom.
 */
#include <math.h>

#include "model/synapse/kernels.h"
#include "model/synapse/power.h"
#include "model/synapse/synapse_model.h"

static const loligo_param params[] = {
    SYNAPSE_WMAX_ROW,
    LOLIGO_REAL_ROW("lambda", "", "0.1", LOLIGO_RANGE_NON_NEGATIVE,
                    "step of potentiation, for weights in the receptor's base unit"),
    LOLIGO_REAL_ROW("alpha", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "step of depression, in units of lambda"),
    LOLIGO_REAL_ROW("mu", "", "0.4", LOLIGO_RANGE_NON_NEGATIVE, "power of the weight in potentiation"),
    SYNAPSE_PAIR_ROWS("20", "20"),
    SYNAPSE_PAIRING_ROW,
};

enum { WMAX, LAMBDA, ALPHA, MU };

enum { UP, POWER, DOWN };

static loligo_status derive(const double *param, double *constant)
{
  constant[UP] = param[LAMBDA] * power(fabs(param[WMAX]), param[MU] - 1);
  constant[POWER] = param[MU];
  constant[DOWN] = param[ALPHA] * param[LAMBDA];
  return LOLIGO_OK;
}

VECTOR_CLONES static void potentiate(size_t n, double up, double mu, const double *restrict x, double *restrict w)
{
  for (size_t i = 0; i < n; i++) w[i] += up * power(w[i], mu) * x[i];
}

static void post(const synapse_tile *tile)
{
  potentiate(tile->n, tile->constant[UP], tile->constant[POWER], tile->trace, tile->weight);
}

static void pre(const synapse_tile *tile)
{
  synapse_add_in_proportion(tile, -tile->constant[DOWN]);
}

const synapse_model synapse_model_stdp_pl = {
    .name = "stdp_pl",
    .summary = "spike-timing dependent plasticity with power-law potentiation (10.1162/neco.2007.19.6.1437)",
    .equations =
        "a spike of the target: w += lambda w^mu x;  w in the base unit of the receptor, clipped to 0 ... Wmax\n"
        "a spike of the source: w -= lambda alpha w y;  then it brings w",
    .kind = SYNAPSE_PLASTIC,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .source_traces = &synapse_source_trace,
    .n_source_traces = 1,
    .target_traces = &synapse_target_trace,
    .n_target_traces = 1,
    .derive = derive,
    .post = post,
    .pre = pre,
};

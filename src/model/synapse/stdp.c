/*
 * Pairs of spikes with a power of the weight: n += lambda (1 - n)^mu_plus x at a spike of the target, n -=
 * alpha lambda n^mu_minus y at one of the source, n = w / Wmax. Guetig et al. 2003
 * (10.1523/JNEUROSCI.23-09-03697.2003); NEST's stdp_synapse.
 */
#include "model/synapse/kernels.h"
#include "model/synapse/power.h"
#include "model/synapse/synapse_model.h"

static const loligo_param params[] = {
    SYNAPSE_WMAX_ROW,
    LOLIGO_REAL_ROW("lambda", "", "0.01", LOLIGO_RANGE_NON_NEGATIVE, "step of potentiation, in units of Wmax"),
    LOLIGO_REAL_ROW("alpha", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "step of depression, in units of lambda"),
    LOLIGO_REAL_ROW("mu_plus", "", "1", LOLIGO_RANGE_NON_NEGATIVE,
                    "power of 1 - w/Wmax in potentiation; 0: additive, 1: multiplicative"),
    LOLIGO_REAL_ROW("mu_minus", "", "1", LOLIGO_RANGE_NON_NEGATIVE, "power of w/Wmax in depression"),
    SYNAPSE_PAIR_ROWS("20", "20"),
    SYNAPSE_PAIRING_ROW,
};

enum { WMAX, LAMBDA, ALPHA, MU_PLUS, MU_MINUS };

enum { UP, DOWN, UP_POWER, DOWN_POWER };

static loligo_status derive(const double *param, double *constant)
{
  constant[UP] = param[LAMBDA];
  constant[DOWN] = param[ALPHA] * param[LAMBDA];
  constant[UP_POWER] = param[MU_PLUS];
  constant[DOWN_POWER] = param[MU_MINUS];
  return LOLIGO_OK;
}

VECTOR_CLONES static void post_multiplicative(size_t n, double up, const double *restrict x, double *restrict w)
{
  for (size_t i = 0; i < n; i++) w[i] += up * (1 - w[i]) * x[i];
}

VECTOR_CLONES static void post_power(size_t n, double up, double mu, const double *restrict x, double *restrict w)
{
  for (size_t i = 0; i < n; i++) w[i] += up * power(1 - w[i], mu) * x[i];
}

static void post(const synapse_tile *tile)
{
  const double *constant = tile->constant;
  if (constant[UP_POWER] == 0)
    synapse_add(tile, constant[UP], tile->weight);
  else if (constant[UP_POWER] == 1)
    post_multiplicative(tile->n, constant[UP], tile->trace, tile->weight);
  else
    post_power(tile->n, constant[UP], constant[UP_POWER], tile->trace, tile->weight);
}

VECTOR_CLONES static void pre_power(size_t n, double down, double mu, const double *restrict y, double *restrict w)
{
  for (size_t i = 0; i < n; i++) w[i] -= down * power(w[i], mu) * y[i];
}

static void pre(const synapse_tile *tile)
{
  const double *constant = tile->constant;
  if (constant[DOWN_POWER] == 0)
    synapse_add(tile, -constant[DOWN], tile->weight);
  else if (constant[DOWN_POWER] == 1)
    synapse_add_in_proportion(tile, -constant[DOWN]);
  else
    pre_power(tile->n, constant[DOWN], constant[DOWN_POWER], tile->trace, tile->weight);
}

const synapse_model synapse_model_stdp = {
    .name = "stdp",
    .summary =
        "spike-timing dependent plasticity of pairs, additive to multiplicative (10.1523/JNEUROSCI.23-09-03697.2003)",
    .equations = "a spike of the target: n += lambda (1 - n)^mu_plus x;  n = w / Wmax, clipped to 0 ... 1\n"
                 "a spike of the source: n -= alpha lambda n^mu_minus y;  then it brings w",
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

/*
 * Inhibition that holds its target at a rate: w += eta x at a spike of the target; w += eta y, then w -= eta alpha at
 * one of the source, alpha = 2 rate tau. Vogels et al. 2011 (10.1126/science.1211095); NEST's vogels_sprekeler_synapse.
 */
#include <math.h>

#include "base/vector.h"
#include "model/synapse/kernels.h"
#include "model/synapse/synapse_model.h"

static const loligo_param params[] = {
    SYNAPSE_WMAX_ROW,
    LOLIGO_REAL_ROW("eta", NULL, "0.001", LOLIGO_RANGE_NON_NEGATIVE, "step of a change, for magnitudes of weights"),
    LOLIGO_REAL_ROW("alpha", "", "0.12", LOLIGO_RANGE_NON_NEGATIVE,
                    "depression at each spike of the source, in units of eta: twice the target rate times tau"),
    LOLIGO_REAL_ROW("tau", "ms", "20", LOLIGO_RANGE_POSITIVE, "decay of both traces"),
    SYNAPSE_PAIRING_ROW,
};

enum { WMAX, ETA, ALPHA };

static const synapse_trace source_traces[] = {{"x", "tau", "trace of the source's spikes"}};
static const synapse_trace target_traces[] = {{"y", "tau", "trace of the target's spikes"}};

enum { UP, DOWN };

static loligo_status derive(const double *param, double *constant)
{
  constant[UP] = param[ETA] / fabs(param[WMAX]);
  constant[DOWN] = param[ALPHA] * constant[UP];
  return LOLIGO_OK;
}

/* The weight is clipped before it is lowered. */
VECTOR_CLONES static void change(size_t n, double up, double down, const double *restrict y, double *restrict w)
{
  for (size_t i = 0; i < n; i++) {
    const double raised = w[i] + up * y[i];
    w[i] = (raised < 1 ? raised : 1) - down;
  }
}

static void post(const synapse_tile *tile)
{
  synapse_add(tile, tile->constant[UP], tile->weight);
}

static void pre(const synapse_tile *tile)
{
  change(tile->n, tile->constant[UP], tile->constant[DOWN], tile->trace, tile->weight);
}

const synapse_model synapse_model_stdp_inhibitory = {
    .name = "stdp_inhibitory",
    .summary = "inhibition that holds its target at a rate (10.1126/science.1211095)",
    .equations = "a spike of the target: w += eta x;  w clipped to 0 ... Wmax\n"
                 "a spike of the source: w += eta y, then w -= eta alpha;  then it brings w;  alpha = 2 rate tau holds "
                 "the target at that rate",
    .kind = SYNAPSE_PLASTIC,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .source_traces = source_traces,
    .n_source_traces = 1,
    .target_traces = target_traces,
    .n_target_traces = 1,
    .derive = derive,
    .post = post,
    .pre = pre,
};

/*
 * The tv-LIF form of hh_cond_exp: time-varying integrate-and-fire units that add up to the same membrane equation (He
 * et al. 2024, 10.1038/s43588-024-00674-9).
 */
#include "model/neuron/squid.h"
#include "model/neuron/tv_lif.h"

static const loligo_param params[] = {
    SQUID_ROWS,  HH_SYNAPSE_ROWS("2", "2"), HH_INTEGRATOR_ROW(tv_lif_integrators, "forward_euler"), HH_REVERSAL_ROWS,
    TV_LIF_ROWS,
};

enum { OWN = HH_COND_PARAMS };

static const loligo_variable variables[] = {HH_COND_VARIABLE_ROWS, TV_LIF_VARIABLE_ROWS, TV_LIF_COND_VARIABLE_ROWS};

static const hh_kind kind = {squid_rates, SQUID_MIDDLE, true, tv_lif_potential, false};

static loligo_status derive(const double *param, double dt, double *derived)
{
  return tv_lif_derive(param, param + OWN, dt, 0, true, derived);
}

static void complete(const double *param, double *state)
{
  (void)param;
  tv_lif_complete(state, kind, SQUID_REST, 0);
}

static void start(const loligo_block *block)
{
  hh_start(block, kind);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  tv_lif_step(block, kind);
}

static void observe(const loligo_block *block, size_t v, double *out)
{
  hh_observe(block, kind, v, out);
}

static const loligo_operations operations[] = {
    [STAGGERED_CRANK_NICOLSON] = {88, 93, 13},
    [FORWARD_EULER] = {85, 90, 13},
};

const loligo_model loligo_model_tv_lif_hh_cond_exp = {
    .name = "tv_lif_hh_cond_exp",
    .summary = "hh_cond_exp as time-varying leaky integrate-and-fire units (10.1038/s43588-024-00674-9)",
    .cost = 10,
    .max_dt = squid_max_dt,
    .operations = operations,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = TV_LIF_COND_VARIABLES,
    .receptors = hh_cond_receptors,
    .n_receptors = HH_TV_LIF_RECEPTORS,
    .signals = hh_signals,
    .n_signals = HH_SIGNALS,
    .n_derived = DERIVED_COUNT(tv_lif_constants),
    .derive = derive,
    .complete = complete,
    .start = start,
    .step = step,
    .observe = observe,
    .page =
        {
            .equations = HH_COND_PAGE SQUID_RATES_PAGE TV_LIF_PAGE,
            .integrator = TV_LIF_INTEGRATOR_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = HH_SPIKE_PAGE,
            .golden = SQUID_GOLDEN_PAGE TV_LIF_GOLDEN_PAGE,
            .source = TV_LIF_SOURCE_PAGE SQUID_SOURCE_PAGE,
        },
};

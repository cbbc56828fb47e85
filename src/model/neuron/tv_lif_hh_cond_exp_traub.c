/*
 * The tv-LIF form of hh_cond_exp_traub: time-varying integrate-and-fire units that add up to the same membrane equation
 * (He et al. 2024, 10.1038/s43588-024-00674-9).
 */
#include "model/neuron/traub.h"
#include "model/neuron/tv_lif.h"

static const loligo_param params[] = {
    TRAUB_ROWS,
    HH_SYNAPSE_ROWS("5", "10"),
    HH_INTEGRATOR_ROW(tv_lif_integrators, "forward_euler"),
    HH_REVERSAL_ROWS,
    TRAUB_V_T_ROW,
    TV_LIF_ROWS,
};

enum { V_T = HH_COND_PARAMS, OWN };

static const loligo_variable variables[] = {HH_COND_VARIABLE_ROWS, TV_LIF_VARIABLE_ROWS, TV_LIF_COND_VARIABLE_ROWS};

static const hh_kind kind = {traub_rates, TRAUB_MIDDLE, true, tv_lif_potential, false};

static loligo_status derive(const double *param, double dt, double *derived)
{
  return tv_lif_derive(param, param + OWN, dt, param[V_T], true, derived);
}

static void complete(const double *param, double *state)
{
  tv_lif_complete(state, kind, param[HH_E_L], param[V_T]);
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
    [STAGGERED_CRANK_NICOLSON] = {93, 103, 13},
    [FORWARD_EULER] = {90, 100, 13},
};

const loligo_model loligo_model_tv_lif_hh_cond_exp_traub = {
    .name = "tv_lif_hh_cond_exp_traub",
    .summary = "hh_cond_exp_traub as time-varying leaky integrate-and-fire units (10.1038/s43588-024-00674-9)",
    .cost = 11,
    .max_dt = traub_max_dt,
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
            .equations = HH_COND_PAGE TRAUB_RATES_PAGE TV_LIF_PAGE,
            .integrator = TV_LIF_INTEGRATOR_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = HH_SPIKE_PAGE,
            .golden = TRAUB_GOLDEN_PAGE TV_LIF_GOLDEN_PAGE,
            .source = TV_LIF_SOURCE_PAGE TRAUB_SOURCE_PAGE,
        },
};

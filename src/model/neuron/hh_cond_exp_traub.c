/*
 * Hodgkin-Huxley neuron with the channels of Traub & Miles and exponential conductances, the cell of benchmark 3 in
 * Brette et al. 2007 (10.1007/s10827-007-0038-6).
 */
#include "model/neuron/hh.h"
#include "model/neuron/traub.h"

static const loligo_param params[] = {
    TRAUB_ROWS,
    HH_SYNAPSE_ROWS("5", "10"),
    HH_INTEGRATOR_ROW(hh_integrators, "staggered_crank_nicolson"),
    HH_REVERSAL_ROWS,
    TRAUB_V_T_ROW,
};

enum { V_T = HH_COND_PARAMS };

static const loligo_variable variables[] = {HH_COND_VARIABLE_ROWS};

static const hh_kind kind = {traub_rates, TRAUB_MIDDLE, true, hh_potential, false};

static loligo_status derive(const double *param, double dt, double *derived)
{
  hh_derive(param, dt, param[V_T], true, derived);
  return LOLIGO_OK;
}

static void complete(const double *param, double *state)
{
  hh_complete(state, kind, param[HH_E_L], param[V_T]);
}

static void start(const loligo_block *block)
{
  hh_start(block, kind);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  hh_step(block, kind);
}

static void observe(const loligo_block *block, size_t v, double *out)
{
  hh_observe(block, kind, v, out);
}

static const loligo_operations operations[] = {
    [STAGGERED_CRANK_NICOLSON] = {59, 87, 2},
    [FORWARD_EULER] = {55, 83, 2},
    [EXPONENTIAL_EULER] = {119, 145, 12},
    [RK4] = {227, 354, 4},
};

const loligo_model loligo_model_hh_cond_exp_traub = {
    .name = "hh_cond_exp_traub",
    .summary = "Hodgkin-Huxley neuron with Traub-Miles channels, exponential conductances (10.1007/s10827-007-0038-6)",
    .cost = 5.5,
    .max_dt = traub_max_dt,
    .operations = operations,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = HH_VARIABLES,
    .receptors = hh_cond_receptors,
    .n_receptors = HH_RECEPTORS,
    .signals = hh_signals,
    .n_signals = HH_SIGNALS,
    .n_derived = DERIVED_COUNT(hh_constants),
    .derive = derive,
    .complete = complete,
    .start = start,
    .step = step,
    .observe = observe,
    .page =
        {
            .equations = HH_COND_PAGE TRAUB_RATES_PAGE,
            .integrator = HH_ALL_INTEGRATORS_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = HH_SPIKE_PAGE,
            .golden = TRAUB_GOLDEN_PAGE,
            .source = TRAUB_SOURCE_PAGE,
        },
};

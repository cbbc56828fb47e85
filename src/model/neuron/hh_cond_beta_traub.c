/*
 * Hodgkin-Huxley neuron with the channels of Traub & Miles, as in benchmark 3 of Brette et al. 2007
 * (10.1007/s10827-007-0038-6), and conductances that are beta functions.
 */
#include "model/neuron/hh.h"
#include "model/neuron/traub.h"

static const loligo_param params[] = {
    TRAUB_ROWS,
    HH_RISE_ROWS("0.5", "0.5"),
    HH_INTEGRATOR_ROW(hh_integrators, "staggered_crank_nicolson"),
    HH_REVERSAL_ROWS,
    TRAUB_V_T_ROW,
    HH_DECAY_ROWS("5", "10"),
};

enum { V_T = HH_COND_PARAMS, TAU_DECAY_EX, TAU_DECAY_IN };

static const loligo_variable variables[] = {HH_COND_VARIABLE_ROWS, HH_COND_SLOPE_ROWS};

static const hh_kind kind = {traub_rates, TRAUB_MIDDLE, true, hh_potential, true};

static loligo_status derive(const double *param, double dt, double *derived)
{
  hh_derive(param, dt, param[V_T], true, derived);
  hh_derive_rises(param, param[TAU_DECAY_EX], param[TAU_DECAY_IN], dt, derived);
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
    [STAGGERED_CRANK_NICOLSON] = {63, 95, 2},
    [FORWARD_EULER] = {59, 91, 2},
    [EXPONENTIAL_EULER] = {123, 153, 12},
    [RK4] = {237, 368, 4},
};

const loligo_model loligo_model_hh_cond_beta_traub = {
    .name = "hh_cond_beta_traub",
    .summary =
        "Hodgkin-Huxley neuron with Traub-Miles channels, beta-function conductances (10.1007/s10827-007-0038-6)",
    .cost = 5.5,
    .max_dt = traub_max_dt,
    .operations = operations,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = HH_RISING_VARIABLES,
    .receptors = hh_cond_receptors,
    .n_receptors = HH_RECEPTORS,
    .signals = hh_signals,
    .n_signals = HH_SIGNALS,
    .n_derived = DERIVED_COUNT(hh_constants) + DERIVED_COUNT(hh_rises),
    .derive = derive,
    .complete = complete,
    .start = start,
    .step = step,
    .observe = observe,
    .page =
        {
            .equations = HH_COND_BETA_PAGE TRAUB_RATES_PAGE,
            .integrator = HH_ALL_INTEGRATORS_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = HH_SPIKE_PAGE,
            .golden = TRAUB_GOLDEN_PAGE,
            .source = TRAUB_SOURCE_PAGE,
        },
};

/*
 * Hodgkin-Huxley neuron of the squid giant axon with conductances that are beta functions
 * (10.1113/jphysiol.1952.sp004764).
 */
#include "model/neuron/hh.h"
#include "model/neuron/squid.h"

static const loligo_param params[] = {
    SQUID_ROWS,       HH_RISE_ROWS("0.5", "0.5"), HH_INTEGRATOR_ROW(hh_integrators, "staggered_crank_nicolson"),
    HH_REVERSAL_ROWS, HH_DECAY_ROWS("2", "2"),
};

enum { TAU_DECAY_EX = HH_COND_PARAMS, TAU_DECAY_IN };

static const loligo_variable variables[] = {HH_COND_VARIABLE_ROWS, HH_COND_SLOPE_ROWS};

static const hh_kind kind = {squid_rates, SQUID_MIDDLE, true, hh_potential, true};

static loligo_status derive(const double *param, double dt, double *derived)
{
  hh_derive(param, dt, 0, true, derived);
  hh_derive_rises(param, param[TAU_DECAY_EX], param[TAU_DECAY_IN], dt, derived);
  return LOLIGO_OK;
}

static void complete(const double *param, double *state)
{
  (void)param;
  hh_complete(state, kind, SQUID_REST, 0);
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
    [STAGGERED_CRANK_NICOLSON] = {58, 85, 2},
    [FORWARD_EULER] = {54, 81, 2},
    [EXPONENTIAL_EULER] = {118, 143, 12},
    [RK4] = {217, 328, 4},
};

const loligo_model loligo_model_hh_cond_beta = {
    .name = "hh_cond_beta",
    .summary = "Hodgkin-Huxley neuron of the squid axon, beta-function conductances (10.1113/jphysiol.1952.sp004764)",
    .cost = 5,
    .max_dt = squid_max_dt,
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
            .equations = HH_COND_BETA_PAGE SQUID_RATES_PAGE,
            .integrator = HH_ALL_INTEGRATORS_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = HH_SPIKE_PAGE,
            .golden = SQUID_GOLDEN_PAGE,
            .source = SQUID_SOURCE_PAGE,
        },
};

/*
 * Hodgkin-Huxley neuron of the squid giant axon with exponential currents (10.1113/jphysiol.1952.sp004764).
 */
#include "model/neuron/hh.h"
#include "model/neuron/squid_pass.h"

static const loligo_param params[] = {
    SQUID_ROWS,
    HH_SYNAPSE_ROWS("2", "2"),
    HH_INTEGRATOR_ROW(hh_integrators, "staggered_crank_nicolson"),
    SQUID_RELEASE_ROWS,
};

enum { RELEASE = HH_PSC_PARAMS };

static const loligo_variable variables[] = {HH_PSC_VARIABLE_ROWS};

static const hh_kind kind = {squid_rates, SQUID_MIDDLE, false, hh_potential, false};

static loligo_status derive(const double *param, double dt, double *derived)
{
  hh_derive(param, dt, 0, false, derived);
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
    [STAGGERED_CRANK_NICOLSON] = {50, 75, 2},
    [FORWARD_EULER] = {46, 71, 2},
    [EXPONENTIAL_EULER] = {110, 133, 12},
    [RK4] = {191, 306, 4},
};

static loligo_status derive_trial(const double *param, double dt, double *constants, double *state)
{
  return squid_derive_pass(param, param + RELEASE, dt, constants, state);
}

static const loligo_adjoint adjoint = SQUID_ADJOINT(derive_trial);

const loligo_model loligo_model_hh_psc_exp = {
    .name = "hh_psc_exp",
    .summary = "Hodgkin-Huxley neuron of the squid axon, exponential currents (10.1113/jphysiol.1952.sp004764)",
    .cost = 4.5,
    .max_dt = squid_max_dt,
    .operations = operations,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = HH_VARIABLES,
    .receptors = hh_psc_receptors,
    .n_receptors = HH_RECEPTORS,
    .signals = hh_signals,
    .n_signals = HH_SIGNALS,
    .n_derived = DERIVED_COUNT(hh_constants),
    .derive = derive,
    .complete = complete,
    .start = start,
    .step = step,
    .observe = observe,
    .adjoint = &adjoint,
    .page =
        {
            .equations = HH_PSC_PAGE SQUID_RATES_PAGE SQUID_RELEASE_PAGE,
            .integrator = HH_ALL_INTEGRATORS_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = HH_SPIKE_PAGE,
            .golden = SQUID_GOLDEN_PAGE,
            .source = SQUID_SOURCE_PAGE "\n" HH_COUNTED_PAGE,
        },
};

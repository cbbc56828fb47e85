/*
 * Hodgkin-Huxley neuron of the squid giant axon with currents that are alpha functions
 * (10.1113/jphysiol.1952.sp004764).
 */
#include "model/neuron/hh.h"
#include "model/neuron/squid.h"

static const loligo_param params[] = {
    SQUID_ROWS_OF("-54.402"),
    HH_ALPHA_ROWS("0.2", "2"),
    HH_INTEGRATOR_ROW(hh_integrators, "staggered_crank_nicolson"),
};

static const loligo_variable variables[] = {HH_PSC_VARIABLE_ROWS, HH_PSC_SLOPE_ROWS};

static const hh_kind kind = {squid_rates, SQUID_MIDDLE, false, hh_potential, true};

static loligo_status derive(const double *param, double dt, double *derived)
{
  hh_derive(param, dt, 0, false, derived);
  hh_derive_rises(param, param[HH_TAU_SYN_EX], param[HH_TAU_SYN_IN], dt, derived);
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
    [STAGGERED_CRANK_NICOLSON] = {54, 83, 2},
    [FORWARD_EULER] = {50, 79, 2},
    [EXPONENTIAL_EULER] = {114, 141, 12},
    [RK4] = {201, 320, 4},
};

const loligo_model loligo_model_hh_psc_alpha = {
    .name = "hh_psc_alpha",
    .summary = "Hodgkin-Huxley neuron of the squid axon, alpha-function currents (10.1113/jphysiol.1952.sp004764)",
    .cost = 5,
    .max_dt = squid_max_dt,
    .operations = operations,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = HH_RISING_VARIABLES,
    .receptors = hh_psc_receptors,
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
            .equations = HH_PSC_MEMBRANE_PAGE ALPHA_PAGE("I_syn", "pA") "\n" HH_GATES_PAGE SQUID_RATES_PAGE,
            .integrator = HH_ALL_INTEGRATORS_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = HH_SPIKE_PAGE,
            .golden =
                "650 pA from -65 mV: 28 spikes in 500 ms, at 2.494986, 20.595136, ... the last interval 18.176479 ms;\n"
                "1000 pA: 35, at 1.901490, 16.825413, ... 14.638650 ms (DOP853, 1e-10; crossings of 0 mV)",
            .source = SQUID_SOURCE_PAGE,
        },
};

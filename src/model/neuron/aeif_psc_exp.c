/*
 * Adaptive exponential integrate-and-fire neuron with currents that decay exponentially: aeif.h.
 */
#include "model/neuron/aeif.h"

static const loligo_param params[] = {
    AEIF_ROWS("decay"),
};

static const loligo_variable variables[] = {
    AEIF_V_ROW,
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    AEIF_W_ROWS,
};

static const synapses_kind kind = {.conductance = false, .slope = 0, .first = DERIVED_COUNT(aeif_constants)};

static loligo_status derive(const double *param, double dt, double *derived)
{
  return aeif_derive(param, kind, dt, derived);
}

static void complete(const double *param, double *state)
{
  iaf_complete(param[AEIF_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  aeif_step(block, kind);
}

const loligo_model loligo_model_aeif_psc_exp = {
    .name = "aeif_psc_exp",
    .summary = "adaptive exponential integrate-and-fire, exponential currents (10.1152/jn.00686.2005)",
    .cost = 5,
    .max_dt = &(const double){0.25},
    .operations = &(const loligo_operations){55, 47, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_psc_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(aeif_constants) + SYNAPSES_EXPONENTIAL,
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = AEIF_PSC_PAGE EXPONENTIAL_CURRENTS_PAGE,
            .integrator = AEIF_INTEGRATOR_PAGE,
            .refractory = AEIF_REFRACTORY_PAGE,
            .spike = AEIF_SPIKE_PAGE,
            .golden = AEIF_GOLDEN_PAGE,
            .source = AEIF_SOURCE_PAGE,
        },
};

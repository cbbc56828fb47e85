/*
 * Adaptive exponential integrate-and-fire neuron with conductances that are alpha functions: aeif.h.
 */
#include "model/neuron/aeif.h"

static const loligo_param params[] = {
    AEIF_ROWS("time to peak"),
    AEIF_REVERSAL_ROWS,
};

static const loligo_variable variables[] = {
    AEIF_V_ROW,
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    AEIF_W_ROWS,
    {"dg_ex", "nS/ms", "slope of the excitatory conductance"},
    {"dg_in", "nS/ms", "slope of the inhibitory conductance"},
};

static const synapses_kind kind = {
    .conductance = true, .slope = AEIF_VARIABLES, .first = DERIVED_COUNT(aeif_constants)};

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

const loligo_model loligo_model_aeif_cond_alpha = {
    .name = "aeif_cond_alpha",
    .summary = "adaptive exponential integrate-and-fire, alpha-function conductances (10.1152/jn.00686.2005)",
    .cost = 6.5,
    .max_dt = &(const double){0.25},
    .operations = &(const loligo_operations){76, 72, 2},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(aeif_constants) + SYNAPSES_RISING,
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = AEIF_COND_PAGE ALPHA_PAGE("g", "nS"),
            .integrator = AEIF_INTEGRATOR_PAGE,
            .refractory = AEIF_REFRACTORY_PAGE,
            .spike = AEIF_SPIKE_PAGE,
            .golden = AEIF_GOLDEN_PAGE,
            .source = AEIF_SOURCE_PAGE,
        },
};

/*
 * Adaptive exponential integrate-and-fire neuron with conductances that decay exponentially: aeif.h.
 */
#include "model/neuron/aeif.h"

static const loligo_param params[] = {
    AEIF_ROWS("decay"),
    AEIF_REVERSAL_ROWS,
};

static const loligo_variable variables[] = {
    AEIF_V_ROW,
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    AEIF_W_ROWS,
};

static const synapses_kind kind = {.conductance = true, .slope = 0, .first = DERIVED_COUNT(aeif_constants)};

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

const loligo_model loligo_model_aeif_cond_exp = {
    .name = "aeif_cond_exp",
    .summary = "adaptive exponential integrate-and-fire, exponential conductances (10.1152/jn.00686.2005)",
    .cost = 6,
    .max_dt = &(const double){0.2},
    .operations = &(const loligo_operations){72, 64, 2},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(aeif_constants) + SYNAPSES_EXPONENTIAL,
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = AEIF_COND_PAGE EXPONENTIAL_CONDUCTANCES_PAGE,
            .integrator = AEIF_INTEGRATOR_PAGE,
            .refractory = AEIF_REFRACTORY_PAGE,
            .spike = AEIF_SPIKE_PAGE,
            .golden = AEIF_GOLDEN_PAGE,
            .source = AEIF_SOURCE_PAGE,
        },
};

/*
 * hh_cond_exp_traub with dendrites: its cells are the somata (10.1007/s10827-007-0038-6).
 */
#include "model/neuron/hh_tree.h"
#include "model/neuron/traub.h"

static const loligo_param params[] = {
    TRAUB_ROWS, HH_SYNAPSE_ROWS("5", "10"), HH_TREE_INTEGRATOR_ROW, HH_REVERSAL_ROWS, TRAUB_V_T_ROW, TREE_ROWS,
};

enum { V_T = HH_COND_PARAMS, LISTS = sizeof params / sizeof params[0] - TREE_LISTS };

static const loligo_variable variables[] = {HH_COND_VARIABLE_ROWS};

static const hh_kind kind = {traub_rates, TRAUB_MIDDLE, true, hh_potential, false};

extern const loligo_model loligo_model_hh_cond_exp_traub_tree;

static const tree_model own = {.model = &loligo_model_hh_cond_exp_traub_tree, .first_row = LISTS};

static loligo_status describe(const double *param, loligo_model *described)
{
  return tree_describe(&own, param, described);
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  return tree_prepare(&own, setup, shared);
}

static loligo_status derive(const double *param, double dt, double *derived)
{
  return hh_tree_derive(&own, param, dt, param[V_T], derived);
}

static void complete(const double *param, double *state)
{
  hh_complete(state, kind, param[HH_E_L], param[V_T]);
  tree_complete(&own, param, state);
}

static void start(const loligo_block *block)
{
  hh_tree_start(block, kind);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  hh_tree_step(block, kind);
}

static void observe(const loligo_block *block, size_t v, double *out)
{
  hh_tree_observe(block, kind, v, out);
}

const loligo_model loligo_model_hh_cond_exp_traub_tree = {
    .name = "hh_cond_exp_traub_tree",
    .summary = "hh_cond_exp_traub with dendrites of compartments (10.1007/s10827-007-0038-6)",
    .cost = 5.7,
    .max_dt = traub_max_dt,
    .operations = &(const loligo_operations){62, 86, 2},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = HH_VARIABLES,
    .receptors = hh_cond_receptors,
    .n_receptors = HH_RECEPTORS,
    .signals = hh_signals,
    .n_signals = HH_SIGNALS,
    .n_derived = HH_TREE_DERIVED,
    .describe = describe,
    .prepare = prepare,
    .derive = derive,
    .complete = complete,
    .start = start,
    .step = step,
    .observe = observe,
    .release = tree_release,
    .forget = tree_forget,
    .page =
        {
            .equations = HH_COND_PAGE TRAUB_RATES_PAGE TREE_EQUATIONS_PAGE,
            .integrator = TREE_INTEGRATOR_PAGE,
            .refractory = HH_REFRACTORY_PAGE,
            .spike = TREE_SPIKE_PAGE HH_SPIKE_PAGE,
            .golden = TRAUB_GOLDEN_PAGE,
            .source = TRAUB_SOURCE_PAGE "\n" TREE_SOURCE_PAGE,
        },
};

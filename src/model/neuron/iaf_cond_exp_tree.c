/*
 * iaf_cond_exp with dendrites: its cells are the somata, moved by Crank-Nicolson with them.
 */
#include <string.h>

#include "model/neuron/iaf_cond.h"
#include "model/neuron/tree.h"

static const loligo_param params[] = {IAF_COND_ROWS("decay"), TREE_ROWS};

enum { LISTS = sizeof params / sizeof params[0] - TREE_LISTS };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_cond_membrane membrane;
  iaf_cond_decays synapses;
  iaf_spike spike;
  tree_synapses of_dendrites;
} constants;

extern const loligo_model loligo_model_iaf_cond_exp_tree;

static const tree_model own = {.model = &loligo_model_iaf_cond_exp_tree, .first_row = LISTS};

static loligo_status describe(const double *param, loligo_model *described)
{
  return tree_describe(&own, param, described);
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  return tree_prepare(&own, setup, shared);
}

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_COND_V_RESET], p[IAF_COND_V_TH]));
  LOLIGO_TRY(tree_check(&own, p));
  const iaf_cond_membrane membrane = iaf_cond_membrane_by(p, dt);
  const tree_synapses of_dendrites = {tree_synapse_of(p[IAF_COND_TAU_SYN_EX], p[IAF_COND_E_EX], dt, true),
                                      tree_synapse_of(p[IAF_COND_TAU_SYN_IN], p[IAF_COND_E_IN], dt, true)};
  const constants c = {membrane, iaf_cond_decays_by(p, membrane.per_c, dt), iaf_cond_spike_by(p, dt), of_dendrites};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_COND_E_L], sizeof variables / sizeof variables[0], state);
  tree_complete(&own, p, state);
}

/* Moves the somata on, under what their dendrites are to them, in whose place pass->i[n] gets V_m at the middle of the
 * step: of a soma that waits, where it stands. */
VECTOR_INLINE void move_soma(tree_pass *pass, bool uniform)
{
  const loligo_block *block = pass->block;
  double *v = block->state[IAF_COND_V_M], *refractory = block->state[IAF_COND_REFRACTORY];
  const size_t n = pass->n, first = pass->first;
  constants c;
  block_constants(block, uniform ? 0 : first, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    const size_t i = first + k;
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double drive = iaf_cond_drive(&c.membrane, block->current[i]);
    const iaf_cond_action by = iaf_cond_move(block, i, &c.synapses, drive);
    const double g = c.membrane.g_l + by.g, begin = v[i], waiting = refractory[i];
    const double pull = __builtin_fma(-g, begin, by.pull) + c.membrane.per_c * pass->i[k];
    const double half = pull / (2 + g + c.membrane.per_c * pass->g[k]);
    pass->i[k] = waiting > 0 ? begin : begin + half;
    iaf_fire(block, i, __builtin_fma(2, half, begin), c.spike, v, refractory);
  }
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  tree_pass pass;
  tree_pass_begin(&pass, block, DERIVED_INDEX(constants, of_dendrites));
  while (tree_pass_next(&pass)) {
    tree_gather(&pass);
    if (block->uniform)
      move_soma(&pass, true);
    else
      move_soma(&pass, false);
    tree_scatter(&pass);
  }
}

static void observe(const loligo_block *block, size_t v, double *out)
{
  if (!tree_observe(block, v, out)) memcpy(out, block->state[v], block->n * sizeof *out);
}

static void start(const loligo_block *block)
{
  tree_start(block);
}

const loligo_model loligo_model_iaf_cond_exp_tree = {
    .name = "iaf_cond_exp_tree",
    .summary = "iaf_cond_exp with dendrites of compartments, by Crank-Nicolson (10.1016/0020-7101(84)90008-4)",
    .cost = 2,
    .max_dt = &(const double){0.2},
    .operations = &(const loligo_operations){13, 11, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
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
            .equations = IAF_COND_MEMBRANE_PAGE EXPONENTIAL_CONDUCTANCES_PAGE TREE_EQUATIONS_PAGE,
            .integrator = TREE_INTEGRATOR_PAGE,
            .refractory = IAF_COND_REFRACTORY_PAGE "; dendrites go on beside it",
            .spike = TREE_SPIKE_PAGE IAF_SPIKE_PAGE,
            .golden = "Rallpack 1, a passive cable of 1 mm as soma and 999 compartments, 0.1 nA into the soma: there\n"
                      "-42.535320, 1.409660, 65.638255, 101.871415 mV at 1, 10, 50, 250 ms, at the far end\n"
                      "-64.999911, -54.270670, 6.863386, 43.096487 mV",
            .source = TREE_SOURCE_PAGE
            "\nRallpack 1: Bhalla et al. 1992, Trends Neurosci. 15:453, 10.1016/0166-2236(92)90009-W",
        },
};

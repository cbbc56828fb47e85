/*
 * A cell whose soma and dendrites are made of channels, as the perisomatic and all-active models of the Allen Cell
 * Types Database (10.1038/s41467-017-02718-3).
 */
#include <string.h>

#include "model/neuron/listed.h"
#include "model/neuron/tree.h"

/* As TREE_STAGGERED, TREE_NEURON. */
static const char *const integrators[] = {"staggered_crank_nicolson", "neuron", NULL};
static const double max_dt[] = {0.05, 0.025};
static const loligo_operations operations[] = {{13, 7, 1}, {13, 7, 1}};

enum { C_M, V_TH, I_E, TAU_SYN_EX, TAU_SYN_IN, INTEGRATOR, E_EX, E_IN, LISTED };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("C_m", "pF", "100", LOLIGO_RANGE_POSITIVE,
                    "capacitance of the soma; more readably soma: of the population"),
    LOLIGO_REAL_ROW("V_th", "mV", "-15", LOLIGO_RANGE_ANY, "potential of the soma whose crossing is a spike"),
    I_E_ROW,
    LOLIGO_REAL_ROW("tau_syn_ex", "ms", "2", LOLIGO_RANGE_POSITIVE, "decay of receptors exc"),
    LOLIGO_REAL_ROW("tau_syn_in", "ms", "8", LOLIGO_RANGE_POSITIVE, "decay of receptors inh"),
    {"integrator", LOLIGO_PARAM_CHOICE, NULL, "staggered_crank_nicolson", LOLIGO_RANGE_ANY, integrators,
     "of second order; or the fixed step of NEURON, of first order, for results that were made with it", 0},
    LOLIGO_REAL_ROW("E_ex", "mV", "0", LOLIGO_RANGE_ANY, "reversal potential of receptors exc"),
    LOLIGO_REAL_ROW("E_in", "mV", "-70", LOLIGO_RANGE_ANY, "reversal potential of receptors inh"),
    LISTED_COND_ROWS,
    TREE_ROWS_OF_SOMA_TOO,
};

enum { LISTS = sizeof params / sizeof params[0] - TREE_LISTS };

enum { V_M, G_EX, G_IN, VARIABLES };

static const loligo_variable variables[VARIABLES] = {
    {"V_m", "mV", "membrane potential of the soma"},
    {"g_ex", "nS", "excitatory conductance of the soma"},
    {"g_in", "nS", "inhibitory conductance of the soma"},
};

static const loligo_receptor receptors[] = {{"exc", LOLIGO_RECEPTOR_CONDUCTANCE}, {"inh", LOLIGO_RECEPTOR_CONDUCTANCE}};

typedef struct constants {
  double held;  /* nS: of the soma's capacitance, over half a step or (NEURON) a step */
  double steps; /* 2 or 1: of the way to the middle or the end, in a step */
  double v_th, i_e;
  tree_synapses synapses;
} constants;

extern const loligo_model loligo_model_biophysical;

static const tree_model own = {
    .model = &loligo_model_biophysical, .first_row = LISTS, .soma_has_channels = true, .listed_row = LISTED};

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
  const bool staggered = tree_is_staggered(&own, p);
  const double steps = staggered ? 2 : 1;
  LOLIGO_TRY(tree_check(&own, p));
  const constants c = {.held = steps * p[C_M] / dt,
                       .steps = steps,
                       .v_th = p[V_TH],
                       .i_e = p[I_E],
                       .synapses = {tree_synapse_of(p[TAU_SYN_EX], p[E_EX], dt, staggered),
                                    tree_synapse_of(p[TAU_SYN_IN], p[E_IN], dt, staggered)}};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  const double rest = -65;
  if (isnan(state[V_M])) state[V_M] = rest;
  for (int g = G_EX; g <= G_IN; g++)
    if (isnan(state[g])) state[g] = 0;
  tree_complete(&own, p, state);
}

static void start(const loligo_block *block)
{
  tree_start(block);
}

/* Moves the potentials of the somata on, which leaves in pass->i[n] what tree_scatter() wants of them. */
VECTOR_INLINE void move_soma(tree_pass *pass, bool uniform)
{
  const loligo_block *block = pass->block;
  double *v = block->state[V_M] + pass->first;
  const double *current = block->current + pass->first;
  int64_t *spike = block->spike + pass->first;
  const size_t n = pass->n, first = pass->first;
  constants c;
  block_constants(block, uniform ? 0 : first, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) {
    if (!uniform) block_constants(block, first + k, DERIVED_COUNT(c), (double *)&c);
    const double before = v[k], way = (pass->i[k] + current[k] + c.i_e) / (pass->g[k] + c.held);
    const double after = __builtin_fma(c.steps, way, before);
    pass->i[k] = before + way;
    v[k] = after;
    spike[k] = (before < c.v_th) & (after >= c.v_th);
  }
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  tree_pass pass;
  pass.block = block;
  pass.synapses = DERIVED_INDEX(constants, synapses);
  const size_t strip = tree_strip(block);
  for (pass.first = 0; pass.first < block->n; pass.first += strip) {
    const size_t rest = block->n - pass.first;
    pass.n = rest < strip ? rest : strip;
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

const loligo_model loligo_model_biophysical = {
    .name = "biophysical",
    .summary = "a soma and dendrites made of channels, as Allen Cell Types models (10.1038/s41467-017-02718-3)",
    .cost = 1,
    .max_dt = max_dt,
    .operations = operations,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = VARIABLES,
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
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
            .equations = "C_m dV_m/dt = sum of i - g_ex (V_m - E_ex) - g_in (V_m - E_in) + I + I_e + sum over branches "
                         "of G (V - V_m)\n"
                         "i by its channels (soma: {channels: ...}, see channels), likewise:" TREE_EQUATIONS_PAGE
                         "\nlisted receptors: the difference of two exponentials (tau_rise, tau) with its weight as "
                         "peak, on any compartment",
            .integrator = TREE_INTEGRATOR_PAGE
            ";\nneuron: its fixed step (10.1162/neco.1997.9.6.1179), backward Euler in all potentials under gates, "
            "synapses and calcium of\nthe begin, then each of those exactly under the potential at the end: of first "
            "order",
            .refractory = "none but what channels bring about",
            .spike = "V_m of the soma crosses V_th upwards; stamped with the end of the step",
            .golden = "see channels: each is held to NEURON 8.2.2",
            .source = "Gouwens et al. 2018, Nat. Commun. 9:710, 10.1038/s41467-017-02718-3\n" TREE_SOURCE_PAGE,
        },
};

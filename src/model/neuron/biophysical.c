/*
 * A cell whose soma and dendrites are made of channels, as the perisomatic and all-active models of the Allen Cell
 * Types Database (10.1038/s41467-017-02718-3).
 */
#include <string.h>

#include "model/neuron/listed.h"
#include "model/neuron/tree.h"

/* As TREE_STAGGERED, TREE_NEURON. */
static const char *const integrators[] = {"staggered", "neuron", NULL};
static const double max_dt[] = {0.05, 0.025};
static const loligo_operations operations[] = {{13, 10, 1}, {12, 8, 1}};

enum { C_M, V_TH, I_E, TAU_SYN_EX, TAU_SYN_IN, INTEGRATOR, E_EX, E_IN, LISTED };

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("C_m", "pF", "100", LOLIGO_RANGE_POSITIVE,
                    "capacitance of the soma; more readably soma: of the population"),
    LOLIGO_REAL_ROW("V_th", "mV", "-15", LOLIGO_RANGE_ANY, "potential of the soma whose crossing is a spike"),
    I_E_ROW,
    LOLIGO_REAL_ROW("tau_syn_ex", "ms", "2", LOLIGO_RANGE_POSITIVE, "decay of receptors exc"),
    LOLIGO_REAL_ROW("tau_syn_in", "ms", "8", LOLIGO_RANGE_POSITIVE, "decay of receptors inh"),
    {"integrator", LOLIGO_PARAM_CHOICE, "", "staggered", LOLIGO_RANGE_ANY, integrators,
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
  double held; /* nS: tree_soma */
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
  LOLIGO_TRY(tree_check(&own, p));
  const constants c = {.held = tree_held(staggered, dt) * p[C_M],
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

/* A constant of the cells from `first` on, of all of a uniform block. */
static double constant_of(const loligo_block *block, size_t which, size_t i)
{
  return block->derived[which][block->uniform ? 0 : i];
}

static void advance(tree_pass *pass)
{
  double held[LOLIGO_BLOCK_CELLS], current[LOLIGO_BLOCK_CELLS], before[LOLIGO_BLOCK_CELLS];
  const loligo_block *block = pass->block;
  const double *v = block->state[V_M] + pass->first;
  for (size_t k = 0; k < pass->n; k++) {
    const size_t i = pass->first + k;
    held[k] = constant_of(block, DERIVED_INDEX(constants, held), i);
    current[k] = block->current[i] + constant_of(block, DERIVED_INDEX(constants, i_e), i);
    before[k] = v[k];
  }
  tree_advance(pass, &(tree_soma){held, current});
  for (size_t k = 0; k < pass->n; k++) {
    const double v_th = constant_of(block, DERIVED_INDEX(constants, v_th), pass->first + k);
    block->spike[pass->first + k] = (before[k] < v_th) & (v[k] >= v_th);
  }
}

static void step(const loligo_block *block)
{
  tree_pass pass;
  tree_pass_begin(&pass, block, DERIVED_INDEX(constants, synapses));
  while (tree_pass_next(&pass)) advance(&pass);
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
            .integrator = "staggered: gates and calcium live half a step after potentials, which all move at once by "
                          "the two-stage "
                          "method of Alexander 1977\n"
                          "(10.1137/0714068), by one elimination from the tips to the soma and back (Hines 1984, "
                          "10.1016/0020-7101(84)90008-4); gates go\n"
                          "exponentially, calcium by the midpoint rule, synapses act by their exact mean over the "
                          "step: of second "
                          "order, stable and without\n"
                          "ringing at any conductance; neuron: its fixed step (10.1162/neco.1997.9.6.1179), backward "
                          "Euler in all "
                          "potentials under gates,\n"
                          "synapses and calcium of the begin, then each of those exactly under the potential at the "
                          "end: of first "
                          "order",
            .refractory = "none but what channels bring about",
            .spike = "V_m of the soma crosses V_th upwards; stamped with the end of the step",
            .golden =
                "each channel is held to NEURON 8.2.2, and by neuron at 0.1 ms two cells of 12 and 11 of them to 1e-7 "
                "mV "
                "over 300 ms;\n"
                "five cells of the Allen Cell Types Database under 150, 175, 200 pA: 50, 28, 23, 23, 64 spikes at "
                "0.025 ms, as converged;\n"
                "by neuron at 0.1 ms 50, 28, 23, 20, 3, as their results were shipped",
            .source = "Gouwens et al. 2018, Nat. Commun. 9:710, 10.1038/s41467-017-02718-3\n" TREE_SOURCE_PAGE,
        },
};

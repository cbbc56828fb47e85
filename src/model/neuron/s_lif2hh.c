/*
 * s-LIF2HH: four leaky integrate-and-fire units wired as in a Hodgkin-Huxley neuron, with the time course of the
 * channels left out (He et al. 2024, 10.1038/s43588-024-00674-9).
 *
 * Units 1 to 3 hear the outside: the current, and what arrives for each or for `all`. Unit 4 hears them, as they are
 * after the same move. The cell fires where all four exceed the threshold, and all then start again from 0.
 */
#include "model/neuron/lif_units.h"

static const loligo_param params[] = {
    LIF_UNITS_ROWS,
    LOLIGO_REAL_ROW("threshold", "", "70", LOLIGO_RANGE_ANY, "of every unit; a spike needs all four above it"),
};

static const loligo_receptor receptors[] = {LIF_UNITS_RECEPTOR_ROWS, {"all", LOLIGO_RECEPTOR_NUMBER}};

VECTOR_INLINE lif_units_move move(const lif_units_constants *c, const double *u, const double *input)
{
  lif_units_move m = {.spikes = 1};
#pragma GCC unroll 8
  for (size_t k = 0; k < LIF_UNITS - 1; k++) m.u[k] = c->decay * u[k] + input[k];
  m.u[3] = c->decay * u[3] + ((m.u[0] + m.u[1] + m.u[2]) + input[3]);
#pragma GCC unroll 8
  for (size_t k = 0; k < LIF_UNITS; k++) {
    m.exceeds[k] = m.u[k] > c->threshold[k] ? 1 : 0;
    m.spikes *= m.exceeds[k];
  }
#pragma GCC unroll 8
  for (size_t k = 0; k < LIF_UNITS; k++) m.u[k] = m.spikes > 0 ? 0 : m.u[k];
  return m;
}

static const lif_units_kind kind = {.listening = LIF_UNITS - 1, .has_all = true, .move = move};

static loligo_status derive(const double *param, double dt, double *derived)
{
  const double each = param[LIF_UNITS_THRESHOLD], threshold[LIF_UNITS] = {each, each, each, each};
  return lif_units_derive(param, threshold, dt, derived);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  lif_units_step(block, kind);
}

const loligo_model loligo_model_s_lif2hh = {
    .name = "s_lif2hh",
    .summary = "four leaky units wired as a simplified Hodgkin-Huxley neuron, a map (10.1038/s43588-024-00674-9)",
    .cost = 2,
    .operations = &(const loligo_operations){16, 5, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = lif_units_variables,
    .n_variables = LIF_UNITS_VARIABLES,
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .signals = lif_units_signals,
    .n_signals = LIF_UNITS,
    .n_derived = DERIVED_COUNT(lif_units_constants),
    .derive = derive,
    .complete = lif_units_complete,
    .step = step,
    .page =
        {
            .equations = "once in a period, of what has come since the last time:\n"
                         "u_k <- decay u_k + input_k + all + (mean current + I_e) / scale   for k = 1, 2, 3\n"
                         "u_4 <- decay u_4 + u_1 + u_2 + u_3 + input_4   with these three as they are now\n"
                         "all four above threshold: a spike, and all u_k <- 0",
            .integrator = LIF_UNITS_INTEGRATOR_PAGE,
            .refractory = "none",
            .spike = "all four units exceed the threshold in a move; stamped with the end of the period",
            .golden = "a chain of two under 900 pA, period 1 ms, 80 ms: 5 spikes of the second, as of two "
                      "Hodgkin-Huxley neurons\n"
                      "(jobs/internal-complexity, five_signals)",
            .source = LIF_UNITS_SOURCE_PAGE,
        },
};

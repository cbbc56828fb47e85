/*
 * Four leaky integrate-and-fire units that share nothing but their current: the counterpart of s_lif2hh without
 * internal wiring (He et al. 2024, 10.1038/s43588-024-00674-9).
 *
 * Each unit fires where it exceeds its own threshold, and starts again from 0; the cell's spikes are those of its
 * units.
 */
#include "model/neuron/lif_units.h"

static const loligo_param params[] = {
    LIF_UNITS_ROWS,
    LOLIGO_REAL_ROW("threshold1", "", "70", LOLIGO_RANGE_ANY, "unit 1 fires above it"),
    LOLIGO_REAL_ROW("threshold2", "", "70", LOLIGO_RANGE_ANY, "unit 2 fires above it"),
    LOLIGO_REAL_ROW("threshold3", "", "70", LOLIGO_RANGE_ANY, "unit 3 fires above it"),
    LOLIGO_REAL_ROW("threshold4", "", "70", LOLIGO_RANGE_ANY, "unit 4 fires above it"),
};

static const loligo_receptor receptors[] = {LIF_UNITS_RECEPTOR_ROWS};

VECTOR_INLINE lif_units_move move(const lif_units_constants *c, const double *u, const double *input)
{
  lif_units_move m = {.spikes = 0};
#pragma GCC unroll 8
  for (size_t k = 0; k < LIF_UNITS; k++) {
    const double moved = c->decay * u[k] + input[k];
    m.exceeds[k] = moved > c->threshold[k] ? 1 : 0;
    m.u[k] = m.exceeds[k] > 0 ? 0 : moved;
    m.spikes += m.exceeds[k];
  }
  return m;
}

static const lif_units_kind kind = {.listening = LIF_UNITS, .has_all = false, .move = move};

static loligo_status derive(const double *param, double dt, double *derived)
{
  return lif_units_derive(param, param + LIF_UNITS_THRESHOLD, dt, derived);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  lif_units_step(block, kind);
}

const loligo_model loligo_model_lif4 = {
    .name = "lif4",
    .summary = "four leaky integrate-and-fire units side by side, a map (10.1038/s43588-024-00674-9)",
    .cost = 2,
    .operations = &(const loligo_operations){13, 5, 0},
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
                         "u_k <- decay u_k + input_k + (mean current + I_e) / scale   for k = 1 to 4\n"
                         "u_k above threshold_k: a spike of the unit, and u_k <- 0",
            .integrator = LIF_UNITS_INTEGRATOR_PAGE,
            .refractory = "none",
            .spike = "a unit exceeds its threshold in a move; stamped with the end of the period; a cell has as many "
                     "as its units",
            .golden = "the map itself, written down beside it (tests/physics/lif_units.c)",
            .source = LIF_UNITS_SOURCE_PAGE,
        },
};

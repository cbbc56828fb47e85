/*
 * Channels of Traub & Miles (1991) as in benchmark 3 of Brette et al. 2007 (10.1007/s10827-007-0038-6).
 */
#include "model/neuron/traub.h"
#include "model/membrane/channels.h"

static const loligo_param params[] = {CHANNELS_ROWS, TRAUB_V_T_ROW};

static const channels_kind kind = {traub_rates, TRAUB_MIDDLE};

static double derive(const double *param, double *constants)
{
  return channels_derive(param, param[CHANNELS_PARAMS], constants);
}

static void complete(const double *param, double v, double *gates)
{
  channels_complete(kind, v - param[CHANNELS_PARAMS], gates);
}

static void start(const membrane_block *block)
{
  channels_start(block, kind);
}

VECTOR_CLONES
static void conduct(const membrane_block *block, double *restrict g, double *restrict i)
{
  channels_conduct(block, g, i);
}

VECTOR_CLONES
static void move(const membrane_block *block)
{
  channels_move(block, kind);
}

static void observe(const membrane_block *block, size_t k, double *out)
{
  channels_observe(block, kind, k, out);
}

const membrane membrane_traub = {
    .name = "traub",
    .summary = "sodium and potassium channels of Traub & Miles, and a leak (10.1007/s10827-007-0038-6)",
    .equations = "i = g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_L (E_L - V), gates as of hh_cond_exp_traub",
    .cost = 2.6,
    .operations = {58, 81, 2},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = channels_variables,
    .n_variables = CHANNELS_GATES,
    .n_constants = CHANNELS_CONSTANTS,
    .derive = derive,
    .complete = complete,
    .start = start,
    .move = move,
    .observe = observe,
    .conduct = conduct,
};

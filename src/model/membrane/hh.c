/*
 * Channels of the squid giant axon (Hodgkin & Huxley 1952, 10.1113/jphysiol.1952.sp004764).
 */
#include "model/membrane/channels.h"
#include "model/neuron/squid.h"

static const loligo_param params[] = {CHANNELS_ROWS};

static const channels_kind kind = {squid_rates, SQUID_MIDDLE};

static double derive(const double *param, double *constants)
{
  return channels_derive(param, 0, constants);
}

static void complete(const double *param, double v, double *gates)
{
  (void)param;
  channels_complete(kind, v, gates);
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

const membrane membrane_hh = {
    .name = "hh",
    .summary = "sodium and potassium channels of the squid axon, and a leak (10.1113/jphysiol.1952.sp004764)",
    .equations = "i = g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_L (E_L - V), gates as of hh_cond_exp",
    .cost = 2.6,
    .operations = {53, 71, 2},
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

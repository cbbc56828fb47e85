/*
 * Channels of the squid giant axon (Hodgkin & Huxley 1952, 10.1113/jphysiol.1952.sp004764).
 */
#include "model/channel/sodium_potassium.h"
#include "model/neuron/squid.h"

static const loligo_param params[] = {NA_K_ROWS};

static const na_k_kind kind = {squid_rates, SQUID_MIDDLE};

static double derive(const double *param, double *constants)
{
  return na_k_derive(param, 0, constants);
}

static void complete(const double *param, double v, double ca, double *gates)
{
  (void)param, (void)ca;
  na_k_complete(kind, v, gates);
}

static void start(const channel_block *block)
{
  na_k_start(block, kind);
}

VECTOR_CLONES
static void conduct(const channel_block *block, double *restrict g, double *restrict i)
{
  na_k_conduct(block, g, i);
}

VECTOR_CLONES
static void move(const channel_block *block)
{
  na_k_move(block, kind);
}

static void observe(const channel_block *block, size_t k, double *out)
{
  na_k_observe(block, kind, k, out);
}

const channel channel_hh = {
    .name = "hh",
    .summary = "sodium and potassium channels of the squid axon, and a leak (10.1113/jphysiol.1952.sp004764)",
    .equations = "i = g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_L (E_L - V), gates as of hh_cond_exp",
    .cost = 2.3,
    .operations = {44, 64, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = na_k_variables,
    .n_variables = NA_K_GATES,
    .n_constants = NA_K_CONSTANTS,
    .derive = derive,
    .complete = complete,
    .start = start,
    .move = move,
    .observe = observe,
    .conduct = conduct,
};

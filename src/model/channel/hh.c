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

NA_K_HOOKS(kind)

const channel channel_hh = {
    .name = "hh",
    .summary = "sodium and potassium channels of the squid axon, and a leak (10.1113/jphysiol.1952.sp004764)",
    .equations = "i = g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_L (E_L - V), gates as of hh_cond_exp",
    .cost = 2.3,
    .operations = {44, 64, 1},
    NA_K_MEMBERS,
};

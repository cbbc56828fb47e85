/*
 * Channels of Traub & Miles (1991) as in benchmark 3 of Brette et al. 2007 (10.1007/s10827-007-0038-6).
 */
#include "model/neuron/traub.h"
#include "model/channel/sodium_potassium.h"

static const loligo_param params[] = {NA_K_ROWS, TRAUB_V_T_ROW};

static const na_k_kind kind = {traub_rates, TRAUB_MIDDLE};

static double derive(const double *param, double *constants)
{
  return na_k_derive(param, param[NA_K_PARAMS], constants);
}

static void complete(const double *param, double v, double ca, double *gates)
{
  (void)ca;
  na_k_complete(kind, v - param[NA_K_PARAMS], gates);
}

NA_K_HOOKS(kind)

const channel channel_traub = {
    .name = "traub",
    .summary = "sodium and potassium channels of Traub & Miles, and a leak (10.1007/s10827-007-0038-6)",
    .equations = "i = g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_L (E_L - V), gates as of hh_cond_exp_traub",
    .cost = 2.3,
    .operations = {49, 74, 1},
    NA_K_MEMBERS,
};

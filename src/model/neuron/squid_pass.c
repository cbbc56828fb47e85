/*
 * The squid cell in trials, in both precisions.
 */
#include "model/neuron/squid_pass.h"

#define KERNEL "model/neuron/squid_pass_kernel.h"
#include "model/both_precisions.h"

/* Gates begin at rest, where half a step leaves them. */
static void begin(double dt, double *state)
{
  const gate_rates r = squid_rates(SQUID_REST, rate_root(SQUID_REST, SQUID_MIDDLE));
  state[SQUID_V] = SQUID_REST;
  state[SQUID_M] = half_step_late(r.m.a / r.m.s, r.m, dt);
  state[SQUID_H] = half_step_late(r.h.a / r.h.s, r.h, dt);
  state[SQUID_N] = half_step_late(r.n.a / r.n.s, r.n, dt);
  state[SQUID_REFRACTORY] = 0;
}

loligo_status squid_derive_pass(const double *param, const double *release, double dt, double *constants, double *state)
{
  if (param[HH_INTEGRATOR] != STAGGERED_CRANK_NICOLSON)
    return loligo_fail(LOLIGO_INPUT_ERROR, "integrator: only cells with %s learn in trials",
                       hh_integrators[STAGGERED_CRANK_NICOLSON]);
  hh_constants c;
  hh_derive(param, dt, 0, false, (double *)&c);
  const double of_cell[SQUID_CONSTANTS] = {
      [SQUID_G_NA] = c.g[CHANNEL_NA],
      [SQUID_G_K] = c.g[CHANNEL_K],
      [SQUID_G_L] = c.g[CHANNEL_L],
      [SQUID_E_NA] = c.e[CHANNEL_NA],
      [SQUID_E_K] = c.e[CHANNEL_K],
      [SQUID_DRIVE] = c.g[CHANNEL_L] * c.e[CHANNEL_L] + c.per_c * c.i_e,
      [SQUID_PER_C] = c.per_c,
      [SQUID_DT] = dt,
      [SQUID_V_TH] = c.v_th,
      [SQUID_T_REF] = c.t_ref,
      [SQUID_V_RELEASE] = release[SQUID_RELEASE_V],
      [SQUID_PER_K_RELEASE] = 1 / release[SQUID_RELEASE_K],
  };
  memcpy(constants, of_cell, sizeof of_cell);
  begin(dt, state);
  return LOLIGO_OK;
}

/**
 * The squid cell in trials: its integrator staggered_crank_nicolson forward and backward, under a current that is what
 * flows in, with a smooth release instead of spikes as output. For all models whose V_m is that of hh_psc_exp.
 */
#ifndef LOLIGO_MODEL_NEURON_SQUID_PASS_H
#define LOLIGO_MODEL_NEURON_SQUID_PASS_H

#include "model/neuron/squid.h"

/* Constants of a cell in a pass: conductances in units of C_m/dt, potentials in mV. */
enum {
  SQUID_G_NA,
  SQUID_G_K,
  SQUID_G_L,
  SQUID_E_NA,
  SQUID_E_K,
  SQUID_DRIVE, /* mV: of the leak and I_e */
  SQUID_PER_C, /* mV/pA */
  SQUID_DT,    /* ms */
  SQUID_V_TH,
  SQUID_T_REF, /* steps */
  SQUID_V_RELEASE,
  SQUID_PER_K_RELEASE, /* 1/mV */
  SQUID_CONSTANTS
};

/* States; on the tape all but the last. */
enum { SQUID_V, SQUID_M, SQUID_H, SQUID_N, SQUID_REFRACTORY, SQUID_STATES, SQUID_TAPED = SQUID_REFRACTORY };

/* Parameters behind all others of a model. */
enum { SQUID_RELEASE_V, SQUID_RELEASE_K };

#define SQUID_RELEASE_ROWS                                                                                             \
  LOLIGO_REAL_ROW("V_release", "mV", "-20", LOLIGO_RANGE_ANY, "V_m of half the release, the output in trials"),        \
      LOLIGO_REAL_ROW("k_release", "mV", "5", LOLIGO_RANGE_POSITIVE, "V_m over which the release grows e-fold")

#define SQUID_RELEASE_PAGE                                                                                             \
  "\nin trials the output is 1 / (1 + exp(-(V_m - V_release) / k_release)) at the end of a step, its integral in "     \
  "ms;\n"                                                                                                              \
  "what flows in is a current in pA; rates stand still below -150 mV; it computes as staggered_crank_nicolson does,\n" \
  "V_m being the same in double precision, in single precision but for rounding"

/** Constants of a pass and the first state from the parameters of a cell, those of the release apart; INPUT for another
 * integrator than staggered_crank_nicolson. */
loligo_status squid_derive_pass(const double *param, const double *release, double dt, double *constants,
                                double *state);

void squid_forward_single(const loligo_pass *pass);
void squid_forward_double(const loligo_pass *pass);
void squid_backward_single(const loligo_pass *pass, const void *state, const loligo_gradient *gradient);
void squid_backward_double(const loligo_pass *pass, const void *state, const loligo_gradient *gradient);

/** An adjoint of these; `derived`: its derive(). */
#define SQUID_ADJOINT(derived)                                                                                         \
  {                                                                                                                    \
    .n_inputs = 1, .n_outputs = 1, .n_states = SQUID_STATES, .n_taped = SQUID_TAPED, .n_constants = SQUID_CONSTANTS,   \
    .integrates = true, .derive = derived,                                                                             \
    .forward = {[LOLIGO_SINGLE] = squid_forward_single, [LOLIGO_DOUBLE] = squid_forward_double}, .backward = {         \
      [LOLIGO_SINGLE] = squid_backward_single,                                                                         \
      [LOLIGO_DOUBLE] = squid_backward_double                                                                          \
    }                                                                                                                  \
  }

#endif

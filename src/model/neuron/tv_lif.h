/**
 * tv-LIF neurons: time-varying leaky integrate-and-fire units that together are a Hodgkin-Huxley neuron (He et al.
 * 2024, 10.1038/s43588-024-00674-9).
 *
 * One unit per channel k, with the channel's conductance g_k(t), and a soma unit u4; gs is the sum of the g_k, I the
 * current:
 *
 *   tau_u u_k' = -(u_k - E_k) + I/gs;   F' = (tau_u/C) sum g_k u_k';   C u4' = -gs (u4 + F) + sum g_k u_k;   V = F + u4
 *
 * Added up, C V' = I - sum g_k (V - E_k): exactly the membrane equation given the g_k(t), whose gates are still needed
 * and follow the tv-LIF's own V. Synaptic conductances are two further channels. Both integrators keep the identity
 * step by step, forward Euler if the soma uses the F from before the step; order `published` uses the F after it, as
 * the paper's code does.
 *
 * F grows without bound, but F - c and u4 + c leave V as it is: a cell moves F into u4 whenever |F| passes 100 mV.
 */
#ifndef LOLIGO_MODEL_NEURON_TV_LIF_H
#define LOLIGO_MODEL_NEURON_TV_LIF_H

#include "model/neuron/hh.h"

/* Texts of the pages of these models. */
#define TV_LIF_PAGE                                                                                                    \
  "\none unit u_k for each conductance g_k of the membrane (Na, K, L, synapses), a soma unit u4; gs = sum g_k:\n"      \
  "tau_u du_k/dt = -(u_k - E_k) + I/gs\n"                                                                              \
  "dF/dt = (tau_u / C_m) sum g_k du_k/dt\n"                                                                            \
  "C_m du4/dt = -gs (u4 + F) + sum g_k u_k;   V_m = F + u4\n"                                                          \
  "added up this is the membrane equation above; gates follow the V_m of the units"
#define TV_LIF_INTEGRATOR_PAGE                                                                                         \
  HH_INTEGRATOR_PAGE                                                                                                   \
  "forward_euler: of first order; step by step that of Hodgkin-Huxley in order exact, where the soma unit sees F\n"    \
  "before the step; order published, after it, leaves a further error of first order"
#define TV_LIF_GOLDEN_PAGE "\nand V_m of the Hodgkin-Huxley model within 1e-8 mV over 40 ms in order exact"
#define TV_LIF_SOURCE_PAGE "He et al. 2024, Nat. Comput. Sci. 4:584, 10.1038/s43588-024-00674-9; "

/* The first of hh_integrators. */
static const char *const tv_lif_integrators[] = {"staggered_crank_nicolson", "forward_euler", NULL};

static const char *const tv_lif_orders[] = {"exact", "published", NULL};
enum { ORDER_EXACT, ORDER_PUBLISHED };

/* Parameters behind those of the Hodgkin-Huxley model. */
enum { TV_LIF_ORDER, TV_LIF_TAU_U, TV_LIF_PARAMS };

#define TV_LIF_ROWS                                                                                                    \
  HH_CHOICE_ROW("order", "exact", tv_lif_orders,                                                                       \
                "the soma unit sees F before the step, or after it as in the paper's code"),                           \
      LOLIGO_REAL_ROW("tau_u", "ms", "1", LOLIGO_RANGE_POSITIVE, "time constant of the channel units")

/* State variables behind those of the Hodgkin-Huxley model; channel units last. */
enum { TV_LIF_F = HH_VARIABLES, TV_LIF_U4, TV_LIF_U };

#define TV_LIF_VARIABLE_ROWS                                                                                           \
  HH_VARIABLE("F", "mV", "input of the soma unit, back to 0 where it passes 100 mV"),                                  \
      HH_VARIABLE("u4", "mV", "soma unit; V_m = F + u4, also at the start where it is given"),                         \
      HH_VARIABLE("u_Na", "mV", "sodium unit"), HH_VARIABLE("u_K", "mV", "potassium unit"),                            \
      HH_VARIABLE("u_L", "mV", "leak unit")

#define TV_LIF_COND_VARIABLE_ROWS                                                                                      \
  HH_VARIABLE("u_ex", "mV", "unit of the excitatory synapses"),                                                        \
      HH_VARIABLE("u_in", "mV", "unit of the inhibitory synapses")

enum { TV_LIF_PSC_VARIABLES = TV_LIF_U + CHANNEL_EX, TV_LIF_COND_VARIABLES = TV_LIF_U + CHANNELS };

typedef struct tv_lif_constants {
  hh_constants hh;
  double relaxed; /* dt / tau_u */
  double lead;    /* share of the step's change of F that the soma unit sees */
} tv_lif_constants;

/** As hh_derive(), with the parameters `own` of the tv-LIF. */
static inline loligo_status tv_lif_derive(const double *p, const double *own, double dt, double v_t, bool conductance,
                                          double *derived)
{
  const bool forward = p[HH_INTEGRATOR] == FORWARD_EULER;
  if (own[TV_LIF_ORDER] == ORDER_PUBLISHED && !forward)
    return loligo_fail(LOLIGO_INPUT_ERROR, "order: published needs integrator: forward_euler");
  const double exact = forward ? 0 : 0.5;
  hh_derive(p, dt, v_t, conductance, derived);
  derived[DERIVED_INDEX(tv_lif_constants, relaxed)] = dt / own[TV_LIF_TAU_U];
  derived[DERIVED_INDEX(tv_lif_constants, lead)] = own[TV_LIF_ORDER] == ORDER_PUBLISHED ? 1 : exact;
  return LOLIGO_OK;
}

/** As hh_complete(); the units start at 0, the soma unit at V_m. */
static inline void tv_lif_complete(double *state, hh_kind kind, double v_rest, double v_t)
{
  const size_t n = kind.conductance ? CHANNELS : CHANNEL_EX;
  if (isnan(state[TV_LIF_F])) state[TV_LIF_F] = 0;
  if (!isnan(state[TV_LIF_U4])) state[HH_V_M] = state[TV_LIF_F] + state[TV_LIF_U4];
  hh_complete(state, kind, v_rest, v_t);
  if (isnan(state[TV_LIF_U4])) state[TV_LIF_U4] = state[HH_V_M] - state[TV_LIF_F];
  for (size_t k = 0; k < n; k++) {
    if (isnan(state[TV_LIF_U + k])) state[TV_LIF_U + k] = 0;
  }
}

/** V_m at the end of the step, by the units; an hh_kind's potential(). */
VECTOR_INLINE double tv_lif_potential(const loligo_block *block, size_t i, size_t j, const hh_drive *drive,
                                      integrator method)
{
  const double relaxed = block->derived[DERIVED_INDEX(tv_lif_constants, relaxed)][j];
  const double lead = block->derived[DERIVED_INDEX(tv_lif_constants, lead)][j];
  const double middle = method == FORWARD_EULER ? 0 : 0.5;
  double gs = drive->g[0];
#pragma GCC unroll 8
  for (size_t k = 1; k < drive->n; k++) gs += drive->g[k];

  double pull = 0, gain = 0;
#pragma GCC unroll 8
  for (size_t k = 0; k < drive->n; k++) {
    double *u = block->state[TV_LIF_U + k];
    const double change = relaxed * (drive->e[k] + drive->i / gs - u[i]) / (1 + middle * relaxed);
    pull += drive->g[k] * (u[i] + middle * change);
    gain += drive->g[k] * change;
    u[i] += change;
  }
  const double f = block->state[TV_LIF_F][i], u4 = block->state[TV_LIF_U4][i];
  const double f_change = gain / relaxed;
  const double u4_change = (pull - gs * (u4 + (f + lead * f_change))) / (1 + middle * gs);
  const double f_after = f + f_change;
  const double shift = fabs(f_after) > 100 ? f_after : 0;
  block->state[TV_LIF_F][i] = f_after - shift;
  block->state[TV_LIF_U4][i] = u4 + u4_change + shift;
  return (f_after - shift) + (u4 + u4_change + shift);
}

VECTOR_INLINE void tv_lif_step(const loligo_block *block, hh_kind kind)
{
  if (hh_method(block) == FORWARD_EULER)
    hh_step_by(block, kind, FORWARD_EULER);
  else
    hh_step_by(block, kind, STAGGERED_CRANK_NICOLSON);
}

#endif

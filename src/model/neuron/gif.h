/**
 * What the generalised integrate-and-fire models share (Mensi et al. 2012, 10.1152/jn.00408.2011; Pozzorini et al.
 * 2015, 10.1371/journal.pcbi.1004275): a threshold that jumps at spikes, currents that spikes set off, and an escape
 * rate.
 */
#ifndef LOLIGO_MODEL_NEURON_GIF_H
#define LOLIGO_MODEL_NEURON_GIF_H

#include "model/neuron/escape.h"
#include "model/neuron/iaf.h"

enum {
  GIF_C_M,
  GIF_G_L,
  GIF_T_REF,
  GIF_E_L,
  GIF_V_RESET,
  GIF_V_T_STAR,
  GIF_DELTA_V,
  GIF_LAMBDA_0,
  GIF_I_E,
  GIF_TAU_SYN_EX,
  GIF_TAU_SYN_IN,
  GIF_TAU_SFA,
  GIF_Q_SFA,
  GIF_TAU_STC,
  GIF_Q_STC,
  GIF_PARAMS
};

#define GIF_ROWS                                                                                                       \
  C_M_ROW("80"), G_L_ROW("4"), IAF_T_REF_ROW("4"), E_L_ROW("-70"), V_RESET_ROW("-55"),                                 \
      LOLIGO_REAL_ROW("V_T_star", "mV", "-35", LOLIGO_RANGE_ANY, "threshold of a cell that has been silent"),          \
      LOLIGO_REAL_ROW("Delta_V", "mV", "0.5", LOLIGO_RANGE_POSITIVE, "by how much V_m raises the rate e-fold"),        \
      LOLIGO_REAL_ROW("lambda_0", "Hz", "1", LOLIGO_RANGE_NON_NEGATIVE, "rate at threshold" ESCAPE_HELP), I_E_ROW,     \
      TAU_SYN_ROWS("decay", "synapses", "2", "2"), ADAPTATION_ROWS("tau_sfa", "q_sfa", "mV", "the threshold"),         \
      ADAPTATION_ROWS("tau_stc", "q_stc", "pA", "the spike-triggered current, which is subtracted")

/* Variables: V_m, what excitatory and inhibitory synapses set off, then this one; elements behind. */
enum { GIF_REFRACTORY = 3, GIF_VARIABLES };
enum { GIF_SFA, GIF_STC };

/* Texts of the pages of these models. */
#define GIF_FIRING_PAGE                                                                                                \
  "rate = lambda_0 exp((V_m - V_T) / Delta_V),  V_T = V_T_star + sum of sfa_k\n"                                       \
  "dsfa_k/dt = -sfa_k / tau_sfa_k, += q_sfa_k at a spike;  stc_k likewise with tau_stc_k, q_stc_k"
#define GIF_GOLDEN_PAGE                                                                                                \
  "V_m - V_T held at 2 mV: 44.811623 Hz (e^4 Hz behind 4 ms of refractoriness), within 4 standard errors"
#define GIF_SOURCE_PAGE                                                                                                \
  "Mensi et al. 2012, J. Neurophysiol. 107:1756, 10.1152/jn.00408.2011; Pozzorini et al. 2015, PLoS Comput. Biol.\n"   \
  "11:e1004275, 10.1371/journal.pcbi.1004275; defaults as in NEST"

/** Constants of firing. */
typedef struct gif_firing {
  double rate, per_delta, v_t; /* expected in a step at threshold, 1/mV, mV */
  double v_reset, t_ref;       /* mV, steps */
} gif_firing;

static inline gif_firing gif_firing_of(const double *p, double dt)
{
  return (gif_firing){p[GIF_LAMBDA_0] * dt * 1e-3, 1 / p[GIF_DELTA_V], p[GIF_V_T_STAR], p[GIF_V_RESET],
                      grid_steps(p[GIF_T_REF], dt)};
}

static inline loligo_status gif_describe(const double *param, loligo_model *described)
{
  static const adaptation_variables sfa = {ADAPTATION_NAMES("sfa"), "mV", "element of the threshold"};
  static const adaptation_variables stc = {ADAPTATION_NAMES("stc"), "pA", "element of the spike-triggered current"};
  LOLIGO_TRY(adaptation_begin(described));
  LOLIGO_TRY(adaptation_append(param, GIF_TAU_SFA, &sfa, described));
  return adaptation_append(param, GIF_TAU_STC, &stc, described);
}

static inline loligo_status gif_prepare_behind(const loligo_model_setup *setup, size_t n_derived, void **shared)
{
  static const size_t rows[ESCAPE_LISTS] = {[GIF_SFA] = GIF_TAU_SFA, [GIF_STC] = GIF_TAU_STC};
  return escape_prepare(setup, GIF_VARIABLES, n_derived, rows, ESCAPE_LISTS, shared);
}

/** Constants of the elements, behind the model's own; *stc receives where those of the current begin. */
static inline loligo_status gif_derive_elements(loligo_param_table params, const double *p, double dt, double *derived,
                                                double **stc)
{
  *stc = derived + adaptation_count(p, GIF_TAU_SFA) * ADAPTATION_DERIVED;
  LOLIGO_TRY(adaptation_derive(params, p, GIF_TAU_SFA, GIF_Q_SFA, dt, derived));
  return adaptation_derive(params, p, GIF_TAU_STC, GIF_Q_STC, dt, *stc);
}

static inline void gif_complete(const double *p, double *state)
{
  iaf_complete(p[GIF_E_L], GIF_VARIABLES + adaptation_count(p, GIF_TAU_SFA) + adaptation_count(p, GIF_TAU_STC), state);
}

/**
 * Ends the step: threshold and currents decay, cells that do not wait take their new potentials v[n] and fire by
 * chance.
 *
 * @param firing  position of the gif_firing among the derived constants
 */
VECTOR_INLINE void gif_fire(const loligo_block *block, size_t firing, bool uniform, const double *restrict v)
{
  const escape_shared *shared = block->shared;
  double u[LOLIGO_BLOCK_CELLS], raised[LOLIGO_BLOCK_CELLS] = {0};
  double *v_m = block->state[0], *refractory = block->state[GIF_REFRACTORY];
  int64_t *spike = block->spike;
  const size_t n = block->n;
  gif_firing c;
  adaptation_decay(block, &shared->lists[GIF_SFA]);
  adaptation_decay(block, &shared->lists[GIF_STC]);
  adaptation_add(block, &shared->lists[GIF_SFA], uniform, raised);
  escape_uniforms(block, u);
  block_constants_from(block, firing, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants_from(block, firing, i, DERIVED_COUNT(c), (double *)&c);
    const double waiting = refractory[i], moved = waiting > 0 ? c.v_reset : v[i];
    const double rate = c.rate * vector_exp((moved - c.v_t - raised[i]) * c.per_delta);
    const double fired = waiting > 0 ? 0 : escape_fires(rate, u[i]);
    const double left = waiting > 0 ? waiting - 1 : 0;
    v_m[i] = fired > 0 ? c.v_reset : moved;
    refractory[i] = fired > 0 ? c.t_ref : left;
    spike[i] = fired > 0 ? 1 : 0;
  }
  adaptation_jump(block, &shared->lists[GIF_SFA]);
  adaptation_jump(block, &shared->lists[GIF_STC]);
}

#endif

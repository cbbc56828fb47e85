/*
 * Leaky integrate-and-fire neuron with exponential conductances, spike-frequency adaptation and a relative refractory
 * mechanism: two more conductances, which jump at the cell's own spikes (Dayan & Abbott 2001, section 5.4; Muller et
 * al. 2007, 10.1162/neco.2007.19.11.2958). Integrated as iaf_cond_exp.
 */
#include <string.h>

#include "model/neuron/iaf_cond.h"

enum { TAU_SFA = IAF_COND_TAU_SYN_IN + 1, E_SFA, Q_SFA, TAU_RR, E_RR, Q_RR };

static const loligo_param params[] = {
    C_M_ROW("289.5"),
    G_L_ROW("28.95"),
    IAF_T_REF_ROW("0.5"),
    E_L_ROW("-70"),
    IAF_V_TH_ROW("-57"),
    V_RESET_ROW("-70"),
    REVERSAL_ROWS("0", "-75"),
    I_E_ROW,
    TAU_SYN_ROWS("decay", "conductances", "1.5", "10"),
    LOLIGO_REAL_ROW("tau_sfa", "ms", "110", LOLIGO_RANGE_POSITIVE, "decay of the adaptation"),
    LOLIGO_REAL_ROW("E_sfa", "mV", "-70", LOLIGO_RANGE_ANY, "reversal potential of the adaptation"),
    LOLIGO_REAL_ROW("q_sfa", "nS", "14.48", LOLIGO_RANGE_NON_NEGATIVE, "jump of the adaptation at a spike"),
    LOLIGO_REAL_ROW("tau_rr", "ms", "1.97", LOLIGO_RANGE_POSITIVE, "decay of the relative refractoriness"),
    LOLIGO_REAL_ROW("E_rr", "mV", "-70", LOLIGO_RANGE_ANY, "reversal potential of the relative refractoriness"),
    LOLIGO_REAL_ROW("q_rr", "nS", "3214", LOLIGO_RANGE_NON_NEGATIVE, "jump of the relative refractoriness at a spike"),
};

enum { G_SFA = IAF_COND_VARIABLES, G_RR };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
    {"g_sfa", "nS", "conductance of the spike-frequency adaptation"},
    {"g_rr", "nS", "conductance of the relative refractoriness"},
};

typedef struct constants {
  iaf_cond_membrane membrane;
  iaf_cond_decays synapses;
  iaf_cond_decay sfa, rr;
  double q_sfa, q_rr; /* nS */
  iaf_spike spike;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_COND_V_RESET], p[IAF_COND_V_TH]));
  const iaf_cond_membrane membrane = iaf_cond_membrane_by(p, dt);
  const constants c = {
      .membrane = membrane,
      .synapses = iaf_cond_decays_by(p, membrane.per_c, dt),
      .sfa = iaf_cond_decay_of(p[TAU_SFA], p[E_SFA], membrane.per_c, dt),
      .rr = iaf_cond_decay_of(p[TAU_RR], p[E_RR], membrane.per_c, dt),
      .q_sfa = p[Q_SFA],
      .q_rr = p[Q_RR],
      .spike = iaf_cond_spike_by(p, dt),
  };
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[IAF_COND_E_L], sizeof variables / sizeof variables[0], state);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *const *s = block->state;
  double *v = s[IAF_COND_V_M], *sfa = s[G_SFA], *rr = s[G_RR];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double g_sfa = c.sfa.mean * sfa[i], g_rr = c.rr.mean * rr[i];
    const double drive = iaf_cond_drive(&c.membrane, block->current[i]);
    const double own = fma(g_sfa, c.sfa.e, fma(g_rr, c.rr.e, drive));
    const iaf_cond_action by = iaf_cond_move(block, i, &c.synapses, own);
    const double moved = iaf_cond_relaxed(v[i], c.membrane.g_l + (by.g + (g_sfa + g_rr)), by.pull);
    iaf_fire(block, i, moved, c.spike, v, s[IAF_COND_REFRACTORY]);
    sfa[i] = c.sfa.left * sfa[i] + (block->spike[i] > 0 ? c.q_sfa : 0);
    rr[i] = c.rr.left * rr[i] + (block->spike[i] > 0 ? c.q_rr : 0);
  }
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  if (block->uniform)
    advance(block, true);
  else
    advance(block, false);
}

const loligo_model loligo_model_iaf_cond_exp_sfa_rr = {
    .name = "iaf_cond_exp_sfa_rr",
    .summary =
        "iaf_cond_exp with spike-frequency adaptation and relative refractoriness (10.1162/neco.2007.19.11.2958)",
    .cost = 4,
    .max_dt = &(const double){0.5},
    .operations = &(const loligo_operations){30, 28, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = "C_m dV_m/dt = -g_L (V_m - E_L) - g_ex (V_m - E_ex) - g_in (V_m - E_in)\n"
                         "             - g_sfa (V_m - E_sfa) - g_rr (V_m - E_rr) + I\n"
                         "I = I_e + currents of inputs\n" EXPONENTIAL_CONDUCTANCES_PAGE "\n"
                         "dg_sfa/dt = -g_sfa / tau_sfa, += q_sfa at a spike; g_rr likewise with tau_rr, q_rr",
            .integrator = IAF_COND_INTEGRATOR_PAGE,
            .refractory = IAF_COND_REFRACTORY_PAGE,
            .spike = IAF_SPIKE_PAGE,
            .golden = "to second order against RK4 of the same equations at dt/100 (tests/physics/iaf.c)",
            .source = "Dayan & Abbott 2001, Theoretical Neuroscience, section 5.4; Muller et al. 2007, Neural Comput. "
                      "19:2958,\n"
                      "10.1162/neco.2007.19.11.2958; defaults as in NEST",
        },
};

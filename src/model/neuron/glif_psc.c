/*
 * Generalised leaky integrate-and-fire neurons of the Allen Institute, levels 1 to 5 (Teeter et al. 2018,
 * 10.1038/s41467-017-02717-4), with currents that are alpha functions.
 *
 * Linear between spikes and integrated exactly on the grid, but that the potential sees after-spike currents by their
 * means over the step; the part of the threshold that follows the potential does so as if the potential went to where
 * it ends under a constant current.
 */
#include <string.h>

#include "model/neuron/iaf_psc.h"

enum {
  C_M,
  G,
  T_REF,
  E_L,
  V_TH,
  V_RESET,
  I_E,
  TAU_SYN_EX,
  TAU_SYN_IN,
  SPIKE_DEPENDENT_THRESHOLD,
  AFTER_SPIKE_CURRENTS,
  ADAPTING_THRESHOLD,
  TH_SPIKE_ADD,
  TH_SPIKE_DECAY,
  VOLTAGE_RESET_FRACTION,
  VOLTAGE_RESET_ADD,
  TH_VOLTAGE_INDEX,
  TH_VOLTAGE_DECAY,
  ASC_AMP_1,
  ASC_AMP_2,
  ASC_DECAY_1,
  ASC_DECAY_2,
  ASC_R_1,
  ASC_R_2
};

#define SWITCH(name, help)                                                                                             \
  {                                                                                                                    \
    name, LOLIGO_PARAM_BOOLEAN, "", "false", LOLIGO_RANGE_ANY, NULL, help, 0                                           \
  }

static const loligo_param params[] = {
    C_M_ROW("58.72"),
    LOLIGO_REAL_ROW("g", "nS", "9.43", LOLIGO_RANGE_POSITIVE, "membrane conductance"),
    LOLIGO_REAL_ROW("t_ref", "ms", "3.75", LOLIGO_RANGE_NON_NEGATIVE,
                    "potential, threshold and after-spike currents stand still for so long after a spike"),
    E_REST_ROW("-78.85"),
    LOLIGO_REAL_ROW("V_th", "mV", "-51.68", LOLIGO_RANGE_ANY, "threshold at rest, looked at where steps end"),
    LOLIGO_REAL_ROW("V_reset", "mV", "-78.85", LOLIGO_RANGE_ANY,
                    "potential after a spike without spike_dependent_threshold"),
    I_E_ROW,
    TAU_SYN_ROWS("time to peak", "currents", "2", "2"),
    SWITCH("spike_dependent_threshold",
           "levels 2, 4, 5: a spike raises the threshold, and resets V_m by its own value"),
    SWITCH("after_spike_currents", "levels 3, 4, 5: a spike sets off currents"),
    SWITCH("adapting_threshold", "level 5, which has all three: the threshold follows V_m"),
    LOLIGO_REAL_ROW("th_spike_add", "mV", "0.37", LOLIGO_RANGE_ANY, "by how much a spike raises the threshold"),
    LOLIGO_REAL_ROW("th_spike_decay", "1/ms", "0.009", LOLIGO_RANGE_NON_NEGATIVE, "decay of that"),
    LOLIGO_REAL_ROW("voltage_reset_fraction", "", "0.2", LOLIGO_RANGE_FRACTION,
                    "of V_m - E_L before a spike that is left after it"),
    LOLIGO_REAL_ROW("voltage_reset_add", "mV", "18.51", LOLIGO_RANGE_ANY, "what is then added"),
    LOLIGO_REAL_ROW("th_voltage_index", "1/ms", "0.005", LOLIGO_RANGE_ANY, "how V_m - E_L moves the threshold"),
    LOLIGO_REAL_ROW("th_voltage_decay", "1/ms", "0.09", LOLIGO_RANGE_NON_NEGATIVE, "decay of that"),
    LOLIGO_REAL_ROW("asc_amp_1", "pA", "-9.18", LOLIGO_RANGE_ANY, "what a spike adds to the first after-spike current"),
    LOLIGO_REAL_ROW("asc_amp_2", "pA", "-198.94", LOLIGO_RANGE_ANY, "and to the second"),
    LOLIGO_REAL_ROW("asc_decay_1", "1/ms", "0.003", LOLIGO_RANGE_NON_NEGATIVE, "decay of the first"),
    LOLIGO_REAL_ROW("asc_decay_2", "1/ms", "0.1", LOLIGO_RANGE_NON_NEGATIVE, "decay of the second"),
    LOLIGO_REAL_ROW("asc_r_1", "", "1", LOLIGO_RANGE_FRACTION, "of the first that a spike leaves"),
    LOLIGO_REAL_ROW("asc_r_2", "", "1", LOLIGO_RANGE_FRACTION, "of the second that a spike leaves"),
};

enum { ASC_1 = IAF_PSC_SLOPE_IN + 1, ASC_2, TH_SPIKE, TH_VOLTAGE };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    {"refractory", "", "steps until the potential moves again"},
    {"dI_syn_ex", "pA/ms", "slope of the excitatory synaptic current"},
    {"dI_syn_in", "pA/ms", "slope of the inhibitory synaptic current"},
    {"asc_1", "pA", "first after-spike current"},
    {"asc_2", "pA", "second after-spike current"},
    {"threshold_spike", "mV", "part of the threshold that spikes raise"},
    {"threshold_voltage", "mV", "part of the threshold that follows V_m"},
};

/* An after-spike current: its mean over a step, what the step leaves of it, what t_ref and the spike leave, its jump.
 */
typedef struct after_current {
  double mean, left; /* 1 */
  double kept, jump; /* 1, pA */
} after_current;

typedef struct constants {
  iaf_psc_membrane membrane;
  iaf_psc_alpha_currents currents;
  after_current asc[2];
  double v_th;                 /* mV */
  double th_left;              /* 1: of the part that spikes raise, by a step */
  double th_kept, th_jump;     /* 1, mV: by a spike */
  double v_left;               /* 1: of the part that follows the potential, by a step */
  double v_start, v_end;       /* 1: what V_m - E_L, as it begins and as it would settle, adds to that part */
  double per_gap;              /* 1: where V_m would settle, by how far it has come */
  double reset_share, reset_v; /* 1, mV: V_m after a spike, by that before it */
  double t_ref;                /* steps */
} constants;

/* `quiet` is the time in ms through which all stands still behind a spike. */
static after_current after_current_of(double decay, double jump, double share, double quiet, double dt)
{
  return (after_current){time_course_passed(dt, 1 / decay, INFINITY, dt), vector_exp(-decay * dt),
                         share * vector_exp(-decay * quiet), jump};
}

static loligo_status check(const double *p)
{
  const bool spikes = p[SPIKE_DEPENDENT_THRESHOLD] > 0, currents = p[AFTER_SPIKE_CURRENTS] > 0;
  if (p[ADAPTING_THRESHOLD] > 0 && !(spikes && currents))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "adapting_threshold is level 5, which also has spike_dependent_threshold and "
                       "after_spike_currents; there are levels 1 to 5 alone");
  return spikes ? LOLIGO_OK : iaf_check(p[V_RESET], p[V_TH]);
}

/* What the switches choose. */
static void derive_levels(const double *p, double dt, constants *c)
{
  const bool spikes = p[SPIKE_DEPENDENT_THRESHOLD] > 0, currents = p[AFTER_SPIKE_CURRENTS] > 0;
  const double tau_m = p[C_M] / p[G], quiet = c->t_ref * dt, decay = p[TH_VOLTAGE_DECAY];
  for (size_t k = 0; k < 2; k++)
    c->asc[k] =
        after_current_of(p[ASC_DECAY_1 + k], currents ? p[ASC_AMP_1 + k] : 0, currents ? p[ASC_R_1 + k] : 0, quiet, dt);
  c->th_left = vector_exp(-p[TH_SPIKE_DECAY] * dt);
  c->th_kept = vector_exp(-p[TH_SPIKE_DECAY] * quiet);
  c->th_jump = spikes ? p[TH_SPIKE_ADD] : 0;
  c->reset_share = spikes ? p[VOLTAGE_RESET_FRACTION] : 0;
  c->reset_v = spikes ? p[VOLTAGE_RESET_ADD] : p[V_RESET] - p[E_L];
  if (!(p[ADAPTING_THRESHOLD] > 0)) return;
  c->v_left = vector_exp(-decay * dt);
  c->v_start = p[TH_VOLTAGE_INDEX] * time_course_passed(1, 1 / decay, tau_m, dt);
  c->v_end = p[TH_VOLTAGE_INDEX] * time_course_passed(1, 1 / decay, INFINITY, dt) - c->v_start;
}

static loligo_status derive(const double *p, double dt, double *derived)
{
  const double tau_m = p[C_M] / p[G];
  LOLIGO_TRY(check(p));
  constants c = {
      .membrane = iaf_psc_membrane_of(p[C_M], tau_m, p[E_L], p[I_E], dt),
      .currents = iaf_psc_alpha_currents_of(p[C_M], tau_m, p[TAU_SYN_EX], p[TAU_SYN_IN], dt),
      .v_th = p[V_TH] - p[E_L],
      .per_gap = -1 / vector_expm1(-dt / tau_m),
      .t_ref = grid_steps(p[T_REF], dt),
  };
  derive_levels(p, dt, &c);
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  iaf_complete(p[E_L], sizeof variables / sizeof variables[0], state);
}

/* An after-spike current at the end of the step. */
VECTOR_INLINE double after(const after_current *c, double before, double fired, double waiting)
{
  const double moved = waiting > 0 ? before : c->left * before;
  return fired > 0 ? fma(c->kept, moved, c->jump) : moved;
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *const *s = block->state, *v = s[IAF_PSC_V_M], *refractory = s[IAF_PSC_REFRACTORY];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double waiting = refractory[i], start = v[i] - c.membrane.e_l;
    const double asc = fma(c.asc[0].mean, s[ASC_1][i], c.asc[1].mean * s[ASC_2][i]);
    const double direct = iaf_psc_above_rest(&c.membrane, v[i], block->current[i] + asc);
    const double end = iaf_psc_alpha_move(block, i, &c.currents, direct);
    const double settled = fma(c.per_gap, end - start, start);
    const double by_spikes = waiting > 0 ? s[TH_SPIKE][i] : c.th_left * s[TH_SPIKE][i];
    const double followed = fma(c.v_left, s[TH_VOLTAGE][i], fma(c.v_start, start, c.v_end * settled));
    const double by_voltage = waiting > 0 ? s[TH_VOLTAGE][i] : followed;
    const double fired = waiting > 0 ? 0 : end > c.v_th + (by_spikes + by_voltage) ? 1 : 0;
    const double moved = waiting > 0 ? start : end, left = waiting > 0 ? waiting - 1 : 0;
    v[i] = c.membrane.e_l + (fired > 0 ? fma(c.reset_share, start, c.reset_v) : moved);
    s[ASC_1][i] = after(&c.asc[0], s[ASC_1][i], fired, waiting);
    s[ASC_2][i] = after(&c.asc[1], s[ASC_2][i], fired, waiting);
    s[TH_SPIKE][i] = fired > 0 ? fma(c.th_kept, by_spikes, c.th_jump) : by_spikes;
    s[TH_VOLTAGE][i] = by_voltage;
    refractory[i] = fired > 0 ? c.t_ref : left;
    block->spike[i] = fired > 0 ? 1 : 0;
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

const loligo_model loligo_model_glif_psc = {
    .name = "glif_psc",
    .summary = "generalised leaky integrate-and-fire of levels 1 to 5, alpha currents (10.1038/s41467-017-02717-4)",
    .cost = 3,
    .operations = &(const loligo_operations){21, 23, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_psc_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations =
                "C_m dV_m/dt = -g (V_m - E_L) + I + asc_1 + asc_2,  I = I_e + I_syn_ex + I_syn_in + currents of "
                "inputs\n"
                "dasc_k/dt = -asc_decay_k asc_k;  dthreshold_spike/dt = -th_spike_decay threshold_spike\n"
                "dthreshold_voltage/dt = th_voltage_index (V_m - E_L) - th_voltage_decay threshold_voltage\n"
                "at a spike: asc_k = asc_amp_k + asc_r_k asc_k exp(-asc_decay_k t_ref); threshold_spike = "
                "th_spike_add +\n"
                "threshold_spike exp(-th_spike_decay t_ref); V_m = E_L + voltage_reset_fraction (V_m - E_L) + "
                "voltage_reset_add with\n"
                "V_m as the step began, or without spike_dependent_threshold V_reset\n"
                "level 1: no switch is true; 2: spike_dependent_threshold; 3: after_spike_currents; 4: both; 5: "
                "all three\n" ALPHA_PAGE("I_syn", "pA"),
            .integrator =
                "exact on the grid, by propagators over one step; V_m sees after-spike currents by their means "
                "over the step,\n"
                "threshold_voltage sees synaptic currents to second order",
            .refractory =
                "V_m, thresholds and after-spike currents stand still for t_ref after a spike, a whole number "
                "of steps; synaptic\n"
                "currents go on, and take what arrives",
            .spike = "V_m > V_th + threshold_spike + threshold_voltage where a step ends; stamped with that end",
            .golden = "level 3, t_ref 3.8 ms, 400 pA, dt 0.1 ms: spikes at 6.4, 22.6, 40.7, 59.5, 78.9, 98.8, 119.4, "
                      "140.5 ms",
            .source = "Teeter et al. 2018, Nat. Commun. 9:709, 10.1038/s41467-017-02717-4; parameters as in NEST",
        },
};

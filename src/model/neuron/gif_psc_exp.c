/*
 * Generalised integrate-and-fire neuron with exponential currents (gif.h). The membrane is linear between spikes and
 * integrated exactly on the grid.
 */
#include "model/neuron/gif.h"
#include "model/neuron/iaf_psc.h"

static const loligo_param params[] = {GIF_ROWS};

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_psc_membrane membrane;
  iaf_psc_exp_currents currents;
  gif_firing firing;
} constants;

enum { FIRING = DERIVED_INDEX(constants, firing) };

static loligo_status derive(const double *p, double dt, double *derived)
{
  const double tau_m = p[GIF_C_M] / p[GIF_G_L];
  const constants c = {
      .membrane = iaf_psc_membrane_of(p[GIF_C_M], tau_m, p[GIF_E_L], p[GIF_I_E], dt),
      .currents = iaf_psc_exp_currents_of(p[GIF_C_M], tau_m, p[GIF_TAU_SYN_EX], p[GIF_TAU_SYN_IN], dt),
      .firing = gif_firing_of(p, dt),
  };
  const loligo_param_table table = LOLIGO_PARAM_TABLE(params);
  const double *tau = adaptation_values(table, p, GIF_TAU_STC);
  double *stc;
  memcpy(derived, &c, sizeof c);
  LOLIGO_TRY(gif_derive_elements(table, p, dt, derived + DERIVED_COUNT(c), &stc));
  for (size_t e = 0; e < adaptation_count(p, GIF_TAU_STC); e++)
    stc[e * ADAPTATION_DERIVED + ADAPTATION_SHARE] = -time_course_passed(p[GIF_C_M], tau_m, tau[e], dt);
  return LOLIGO_OK;
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  return gif_prepare_behind(setup, DERIVED_COUNT(constants), shared);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  const escape_shared *shared = block->shared;
  double v[LOLIGO_BLOCK_CELLS] = {0};
  const size_t n = block->n;
  constants c;
  adaptation_add(block, &shared->lists[GIF_STC], uniform, v);
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double direct = iaf_psc_above_rest(&c.membrane, block->state[IAF_PSC_V_M][i], block->current[i]);
    v[i] += c.membrane.e_l + iaf_psc_exp_move(block, i, &c.currents, direct);
  }
  gif_fire(block, FIRING, uniform, v);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  if (block->uniform)
    advance(block, true);
  else
    advance(block, false);
}

const loligo_model loligo_model_gif_psc_exp = {
    .name = "gif_psc_exp",
    .summary = "generalised integrate-and-fire, exponential currents, escape rate (10.1371/journal.pcbi.1004275)",
    .cost = 8,
    .max_dt = &(const double){0.4},
    .operations = &(const loligo_operations){42, 37, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_psc_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .describe = gif_describe,
    .prepare = prepare,
    .derive = derive,
    .complete = gif_complete,
    .step = step,
    .release = memory_free,
    .forget = adaptation_forget,
    .page =
        {
            .equations =
                "C_m dV_m/dt = -g_L (V_m - E_L) - sum of stc_k + I\n"
                "I = I_e + I_syn_ex + I_syn_in + currents of inputs\n" EXPONENTIAL_CURRENTS_PAGE "\n" GIF_FIRING_PAGE,
            .integrator = IAF_EXACT_PAGE ";\nthe rate of a step is that of its end",
            .refractory = IAF_REFRACTORY_PAGE "; currents and threshold go on",
            .spike = ESCAPE_SPIKE_PAGE,
            .golden = GIF_GOLDEN_PAGE,
            .source = GIF_SOURCE_PAGE,
        },
};

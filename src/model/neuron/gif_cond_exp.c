/*
 * Generalised integrate-and-fire neuron with exponential conductances (gif.h). The potential relaxes under the exact
 * means of conductances and spike-triggered currents over the step, as in iaf_cond_exp.
 */
#include "model/neuron/gif.h"
#include "model/neuron/iaf_cond.h"

enum { E_EX = GIF_PARAMS, E_IN };

static const loligo_param params[] = {
    GIF_ROWS,
    REVERSAL_ROWS("0", "-85"),
};

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_cond_membrane membrane;
  iaf_cond_decays synapses;
  gif_firing firing;
} constants;

enum { FIRING = DERIVED_INDEX(constants, firing) };

static loligo_status derive(const double *p, double dt, double *derived)
{
  const iaf_cond_membrane membrane = iaf_cond_membrane_of(p[GIF_C_M], p[GIF_G_L], p[GIF_E_L], p[GIF_I_E], dt);
  const constants c = {
      .membrane = membrane,
      .synapses = {iaf_cond_decay_of(p[GIF_TAU_SYN_EX], p[E_EX], membrane.per_c, dt),
                   iaf_cond_decay_of(p[GIF_TAU_SYN_IN], p[E_IN], membrane.per_c, dt)},
      .firing = gif_firing_of(p, dt),
  };
  const loligo_param_table table = LOLIGO_PARAM_TABLE(params);
  const double *tau = adaptation_values(table, p, GIF_TAU_STC);
  double *stc;
  memcpy(derived, &c, sizeof c);
  LOLIGO_TRY(gif_derive_elements(table, p, dt, derived + DERIVED_COUNT(c), &stc));
  for (size_t e = 0; e < adaptation_count(p, GIF_TAU_STC); e++)
    stc[e * ADAPTATION_DERIVED + ADAPTATION_SHARE] = -block_mean_decay(tau[e], dt);
  return LOLIGO_OK;
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  return gif_prepare_behind(setup, DERIVED_COUNT(constants), shared);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  const escape_shared *shared = block->shared;
  double v[LOLIGO_BLOCK_CELLS], current[LOLIGO_BLOCK_CELLS] = {0};
  const size_t n = block->n;
  constants c;
  adaptation_add(block, &shared->lists[GIF_STC], uniform, current);
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double drive = iaf_cond_drive(&c.membrane, block->current[i] + current[i]);
    const iaf_cond_action by = iaf_cond_move(block, i, &c.synapses, drive);
    v[i] = iaf_cond_relaxed(block->state[IAF_COND_V_M][i], c.membrane.g_l + by.g, by.pull);
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

const loligo_model loligo_model_gif_cond_exp = {
    .name = "gif_cond_exp",
    .summary = "generalised integrate-and-fire, exponential conductances, escape rate (10.1371/journal.pcbi.1004275)",
    .cost = 9,
    .max_dt = &(const double){0.4},
    .operations = &(const loligo_operations){58, 53, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
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
            .equations = "C_m dV_m/dt = -g_L (V_m - E_L) - g_ex (V_m - E_ex) - g_in (V_m - E_in) - sum of stc_k + I\n"
                         "I = I_e + currents of inputs\n" EXPONENTIAL_CONDUCTANCES_PAGE "\n" GIF_FIRING_PAGE,
            .integrator = IAF_COND_INTEGRATOR_PAGE ";\nthe rate of a step is that of its end",
            .refractory = IAF_REFRACTORY_PAGE "; conductances, currents and threshold go on",
            .spike = ESCAPE_SPIKE_PAGE,
            .golden = GIF_GOLDEN_PAGE,
            .source = GIF_SOURCE_PAGE,
        },
};

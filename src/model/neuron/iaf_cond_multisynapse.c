/*
 * iaf_cond_exp with more receptors, as many as are listed, each with a time course and a reversal potential of its own;
 * magnesium may block one as an NMDA receptor (Jahr & Stevens 1990, 10.1523/JNEUROSCI.10-09-03178.1990). Integrated as
 * iaf_cond_exp, with the block at the potential extrapolated to the middle of the step.
 */
#include "model/neuron/iaf_cond.h"
#include "model/neuron/listed.h"

enum { LISTS = IAF_COND_TAU_SYN_IN + 1 };

static const loligo_param params[] = {IAF_COND_ROWS("decay"), LISTED_COND_ROWS};

enum { V_BEFORE = IAF_COND_VARIABLES };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"g_ex", "nS", "excitatory conductance"},
    {"g_in", "nS", "inhibitory conductance"},
    {"refractory", "", "steps until the potential moves again"},
    {"V_before", "mV", "membrane potential a step before, from which the block by magnesium is extrapolated"},
};

typedef struct constants {
  iaf_cond_membrane membrane;
  iaf_cond_decays synapses;
  iaf_spike spike;
} constants;

/* Of a listed receptor. */
typedef struct synapse {
  listed_course course;
  double mean, slope_mean; /* 1/nS, ms/nS: as above, by what it keeps and by its slope */
  double e, block;         /* mV, 1 */
} synapse;

extern const loligo_model loligo_model_iaf_cond_multisynapse;

static loligo_status describe(const double *param, loligo_model *described)
{
  static const listed_texts texts = {LISTED_NAMES("g"),
                                     LISTED_NAMES("dg"),
                                     "nS",
                                     "nS/ms",
                                     "conductance of a listed receptor",
                                     "slope of the conductance of a listed receptor",
                                     LOLIGO_RECEPTOR_CONDUCTANCE,
                                     {4, 6, 0}};
  return listed_describe(param, LISTS, DERIVED_COUNT(synapse), &texts, described);
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  return listed_prepare(&loligo_model_iaf_cond_multisynapse, setup, LISTS, DERIVED_COUNT(synapse), shared);
}

static synapse synapse_of(const double *p, size_t k, double per_c, double dt)
{
  const loligo_param_table table = LOLIGO_PARAM_TABLE(params);
  const double tau = listed_value(table, p, LISTS, LISTED_TAU, k), block_per_mg = 1 / 3.57;
  const double tau_rise = listed_value(table, p, LISTS, LISTED_TAU_RISE, k);
  const listed_course course = listed_course_of(tau, tau_rise, dt);
  return (synapse){
      .course = course,
      .mean = per_c * block_mean_decay(tau_rise > 0 ? tau_rise : tau, dt),
      .slope_mean = per_c * course.rise.mean,
      .e = listed_value(table, p, LISTS, LISTED_E, k),
      .block = listed_value(table, p, LISTS, LISTED_MG, k) * block_per_mg,
  };
}

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check(p[IAF_COND_V_RESET], p[IAF_COND_V_TH]));
  LOLIGO_TRY(listed_check(LOLIGO_PARAM_TABLE(params), p, LISTS));
  const iaf_cond_membrane membrane = iaf_cond_membrane_by(p, dt);
  const double per_c = membrane.per_c;
  const constants c = {membrane, iaf_cond_decays_by(p, per_c, dt), iaf_cond_spike_by(p, dt)};
  memcpy(derived, &c, sizeof c);
  derived += DERIVED_COUNT(c);
  for (size_t k = 0; k < listed_count(p, LISTS); k++, derived += DERIVED_COUNT(synapse)) {
    const synapse s = synapse_of(p, k, per_c, dt);
    memcpy(derived, &s, sizeof s);
  }
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  listed places;
  const loligo_model *model = &loligo_model_iaf_cond_multisynapse;
  listed_place(model, p, LISTS, DERIVED_COUNT(synapse), &places);
  const listed_receptor *last = places.n > 0 ? &places.receptors[places.n - 1] : NULL;
  if (isnan(state[IAF_COND_V_M])) state[IAF_COND_V_M] = p[IAF_COND_E_L];
  if (isnan(state[V_BEFORE])) state[V_BEFORE] = state[IAF_COND_V_M];
  iaf_complete(p[IAF_COND_E_L], last ? last->variable + (last->rises ? 2 : 1) : model->n_variables, state);
}

/* Adds what a receptor gives in the step, whose end it then stands at, to g[n] and pull[n]. */
VECTOR_INLINE void receive(const loligo_block *block, const listed_receptor *r, bool rises, bool is_blocked,
                           bool uniform, double *restrict g, double *restrict pull)
{
  double *x = block->state[r->variable], *slope = rises ? block->state[r->variable + 1] : x;
  const double *v = block->state[IAF_COND_V_M], *before = block->state[V_BEFORE], *arriving = block->input[r->input];
  const size_t n = block->n;
  synapse s;
  block_constants_from(block, r->derived, 0, DERIVED_COUNT(s), (double *)&s);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants_from(block, r->derived, i, DERIVED_COUNT(s), (double *)&s);
    const double middle = 1.5 * v[i] - 0.5 * before[i];
    const double open = is_blocked ? 1 / fma(s.block, vector_exp(-0.062 * middle), 1) : 1;
    const double mean = open * (rises ? fma(s.mean, x[i], s.slope_mean * slope[i]) : s.mean * x[i]);
    g[i] += mean;
    pull[i] = fma(mean, s.e, pull[i]);
    listed_move(&s.course, rises, arriving[i], &x[i], &slope[i]);
  }
}

VECTOR_INLINE void receive_by_kind(const loligo_block *block, const listed_receptor *r, bool uniform, double *g,
                                   double *pull)
{
  if (r->rises && r->is_blocked)
    receive(block, r, true, true, uniform, g, pull);
  else if (r->rises)
    receive(block, r, true, false, uniform, g, pull);
  else if (r->is_blocked)
    receive(block, r, false, true, uniform, g, pull);
  else
    receive(block, r, false, false, uniform, g, pull);
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  const listed *places = block->shared;
  double *v = block->state[IAF_COND_V_M], *before = block->state[V_BEFORE];
  double *refractory = block->state[IAF_COND_REFRACTORY];
  double listed_g[LOLIGO_BLOCK_CELLS] = {0}, listed_pull[LOLIGO_BLOCK_CELLS] = {0};
  const size_t n = block->n;
  constants c;
  for (size_t k = 0; k < places->n; k++) receive_by_kind(block, &places->receptors[k], uniform, listed_g, listed_pull);
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double start = v[i], waiting = refractory[i];
    const double drive = iaf_cond_drive(&c.membrane, block->current[i]) + listed_pull[i];
    const iaf_cond_action by = iaf_cond_move(block, i, &c.synapses, drive);
    const double moved = iaf_cond_relaxed(start, c.membrane.g_l + by.g + listed_g[i], by.pull);
    iaf_fire(block, i, moved, c.spike, v, refractory);
    before[i] = waiting > 0 || block->spike[i] > 0 ? c.spike.v_reset : start;
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

const loligo_model loligo_model_iaf_cond_multisynapse = {
    .name = "iaf_cond_multisynapse",
    .summary = "iaf_cond_exp with any number of receptors, NMDA among them (10.1523/JNEUROSCI.10-09-03178.1990)",
    .cost = 3,
    .max_dt = &(const double){0.25},
    .operations = &(const loligo_operations){26, 22, 1},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_cond_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .describe = describe,
    .prepare = prepare,
    .derive = derive,
    .complete = complete,
    .step = step,
    .release = memory_free,
    .forget = listed_forget,
    .page =
        {
            .equations = IAF_COND_MEMBRANE_PAGE EXPONENTIAL_CONDUCTANCES_PAGE
            "\nC_m dV_m/dt also has -g_k B (V_m - E) of each listed receptor; g_k with its weight as peak: "
            "exponential, or (tau_rise) the\n"
            "difference of two exponentials; where tau_rise is tau, an alpha function\n"
            "B = 1 / (1 + Mg exp(-0.062 V_m / mV) / 3.57 mM); without Mg 1",
            .integrator = IAF_COND_INTEGRATOR_PAGE
            ";\nB is that of V_m extrapolated to the middle of the step, which is of second order too",
            .refractory = IAF_COND_REFRACTORY_PAGE,
            .spike = IAF_SPIKE_PAGE,
            .golden = "an NMDA event of 5 nS (tau_rise 2 ms, tau 100 ms, E 0, Mg 1 mM) from rest: V_m -69.9860035, "
                      "-69.9529718,\n"
                      "-69.8149237, -69.6009584, -69.2908185 mV after 1, 2, 5, 10, 50 ms",
            .source = "Jahr & Stevens 1990, J. Neurosci. 10:3178, 10.1523/JNEUROSCI.10-09-03178.1990; integrator as "
                      "above",
        },
};

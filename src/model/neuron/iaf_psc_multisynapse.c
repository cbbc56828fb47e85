/*
 * iaf_psc_exp with more receptors, as many as are listed, each with a time course of its own: exponential, an alpha
 * function or a beta function. Integrated exactly on the grid (Rotter & Diesmann 1999, 10.1007/s004220050570).
 */
#include "model/neuron/iaf_psc.h"
#include "model/neuron/listed.h"

enum { LISTS = IAF_PSC_TAU_SYN_IN + 1 };

static const loligo_param params[] = {IAF_PSC_ROWS(IAF_T_REF_HELP), IAF_PSC_SYNAPSE_ROWS("decay"), LISTED_ROWS};

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"I_syn_ex", "pA", "excitatory synaptic current"},
    {"I_syn_in", "pA", "inhibitory synaptic current"},
    {"refractory", "", "steps until the potential moves again"},
};

typedef struct constants {
  iaf_psc_membrane membrane;
  iaf_psc_exp_currents currents;
  iaf_spike spike;
} constants;

/* Of a listed receptor. */
typedef struct synapse {
  listed_course course;
  double v_from_x, v_from_slope; /* mV/pA, mV ms/pA */
} synapse;

extern const loligo_model loligo_model_iaf_psc_multisynapse;

static loligo_status describe(const double *param, loligo_model *described)
{
  static const listed_texts texts = {LISTED_NAMES("I_syn"),
                                     LISTED_NAMES("dI_syn"),
                                     "pA",
                                     "pA/ms",
                                     "current of a listed receptor",
                                     "slope of the current of a listed receptor",
                                     LOLIGO_RECEPTOR_CURRENT,
                                     {2, 2, 0}};
  return listed_describe(param, LISTS, DERIVED_COUNT(synapse), &texts, described);
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  return listed_prepare(&loligo_model_iaf_psc_multisynapse, setup, LISTS, DERIVED_COUNT(synapse), shared);
}

static synapse synapse_of(double c_m, double tau_m, double tau, double tau_rise, double dt)
{
  const bool rises = tau_rise > 0;
  return (synapse){
      .course = listed_course_of(tau, tau_rise, dt),
      .v_from_x = time_course_passed(c_m, tau_m, rises ? tau_rise : tau, dt),
      .v_from_slope = rises ? time_course_passed_on(c_m, tau_m, tau_rise, tau, dt) : 0,
  };
}

static loligo_status derive(const double *p, double dt, double *derived)
{
  const loligo_param_table table = LOLIGO_PARAM_TABLE(params);
  LOLIGO_TRY(iaf_check(p[IAF_PSC_V_RESET], p[IAF_PSC_V_TH]));
  LOLIGO_TRY(listed_check(table, p, LISTS));
  const double c_m = p[IAF_PSC_C_M], tau_m = p[IAF_PSC_TAU_M];
  const constants c = {iaf_psc_membrane_by(p, dt), iaf_psc_exp_currents_by(p, dt), iaf_psc_spike_by(p, dt)};
  memcpy(derived, &c, sizeof c);
  derived += DERIVED_COUNT(c);
  for (size_t k = 0; k < listed_count(p, LISTS); k++, derived += DERIVED_COUNT(synapse)) {
    const synapse s = synapse_of(c_m, tau_m, listed_value(table, p, LISTS, LISTED_TAU, k),
                                 listed_value(table, p, LISTS, LISTED_TAU_RISE, k), dt);
    memcpy(derived, &s, sizeof s);
  }
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  listed places;
  const loligo_model *model = &loligo_model_iaf_psc_multisynapse;
  listed_place(model, p, LISTS, DERIVED_COUNT(synapse), &places);
  const listed_receptor *last = places.n > 0 ? &places.receptors[places.n - 1] : NULL;
  iaf_complete(p[IAF_PSC_E_L], last ? last->variable + (last->rises ? 2 : 1) : model->n_variables, state);
}

/* Adds to v[n] what a receptor adds to the potential over the step, at whose end it leaves it. */
VECTOR_INLINE void receive(const loligo_block *block, const listed_receptor *r, bool rises, bool uniform,
                           double *restrict v)
{
  double *x = block->state[r->variable], *slope = rises ? block->state[r->variable + 1] : x;
  const double *arriving = block->input[r->input];
  const size_t n = block->n;
  synapse s;
  block_constants_from(block, r->derived, 0, DERIVED_COUNT(s), (double *)&s);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants_from(block, r->derived, i, DERIVED_COUNT(s), (double *)&s);
    v[i] += rises ? fma(s.v_from_x, x[i], s.v_from_slope * slope[i]) : s.v_from_x * x[i];
    listed_move(&s.course, rises, arriving[i], &x[i], &slope[i]);
  }
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  const listed *places = block->shared;
  double *v_m = block->state[IAF_PSC_V_M], v[LOLIGO_BLOCK_CELLS] = {0};
  const size_t n = block->n;
  constants c;
  for (size_t k = 0; k < places->n; k++) {
    const listed_receptor *r = &places->receptors[k];
    if (r->rises)
      receive(block, r, true, uniform, v);
    else
      receive(block, r, false, uniform, v);
  }
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double direct = iaf_psc_above_rest(&c.membrane, v_m[i], block->current[i]);
    const double above_rest = v[i] + iaf_psc_exp_move(block, i, &c.currents, direct);
    iaf_fire(block, i, c.membrane.e_l + above_rest, c.spike, v_m, block->state[IAF_PSC_REFRACTORY]);
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

const loligo_model loligo_model_iaf_psc_multisynapse = {
    .name = "iaf_psc_multisynapse",
    .summary = "iaf_psc_exp with any number of receptors, exact integration (10.1007/s004220050570)",
    .cost = 1.5,
    .operations = &(const loligo_operations){9, 6, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_psc_receptors,
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
            .equations = IAF_PSC_MEMBRANE_PAGE EXPONENTIAL_CURRENTS_PAGE
            "\nI also has I_syn_k of each listed receptor, with its weight as peak: exponential, or (tau_rise) the "
            "difference of two\n"
            "exponentials; where tau_rise is tau, an alpha function",
            .integrator = IAF_EXACT_PAGE,
            .refractory = IAF_PSC_REFRACTORY_PAGE,
            .spike = IAF_SPIKE_PAGE,
            .golden = "100 pA from rest, tau 2 ms: V_m - E_L 0.2983067583, 0.5244456611 mV after 1, 5 ms, as an alpha "
                      "function\n"
                      "0.1892416652, 1.2241634878 mV (closed forms)",
            .source = IAF_PSC_SOURCE_PAGE,
        },
};

/*
 * A library of neuron models from outside: Izhikevich's (2003, 10.1109/TNN.2003.820440), and one whose receptors follow
 * from a list of time constants.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <loligo/model_interface.h>

/* -- izhikevich -- */

enum { A, B, C, D, V_TH, I_E };

static const loligo_param izhikevich_params[] = {
    LOLIGO_REAL_ROW("a", "", "0.02", LOLIGO_RANGE_ANY, "rate of the recovery, per ms"),
    LOLIGO_REAL_ROW("b", "", "0.2", LOLIGO_RANGE_ANY, "sensitivity of the recovery to the potential"),
    LOLIGO_REAL_ROW("c", "mV", "-65", LOLIGO_RANGE_ANY, "potential after a spike"),
    LOLIGO_REAL_ROW("d", "", "8", LOLIGO_RANGE_ANY, "what a spike adds to the recovery"),
    LOLIGO_REAL_ROW("V_th", "mV", "30", LOLIGO_RANGE_ANY, "potential of a spike"),
    LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current"),
};

enum { V_M, U_M };

static const loligo_variable izhikevich_variables[] = {{"V_m", "mV", "membrane potential"}, {"U_m", "", "recovery"}};
static const loligo_receptor izhikevich_receptors[] = {{"exc", LOLIGO_RECEPTOR_POTENTIAL},
                                                       {"inh", LOLIGO_RECEPTOR_POTENTIAL}};

enum { DERIVED_A, DERIVED_B, DERIVED_C, DERIVED_D, DERIVED_V_TH, DERIVED_I_E, DERIVED_DT, N_DERIVED };

static loligo_status izhikevich_derive(const double *param, double dt, double *derived)
{
  if (param[C] >= param[V_TH])
    return loligo_fail(LOLIGO_INPUT_ERROR, "c (%g mV) must lie below V_th (%g mV)", param[C], param[V_TH]);
  for (int i = A; i <= I_E; i++) derived[i] = param[i];
  derived[DERIVED_DT] = dt;
  return LOLIGO_OK;
}

static void izhikevich_complete(const double *param, double *state)
{
  if (isnan(state[V_M])) state[V_M] = -65;
  if (isnan(state[U_M])) state[U_M] = param[B] * state[V_M];
}

static void izhikevich_step(const loligo_block *block)
{
  double *v = block->state[V_M], *u = block->state[U_M];
  for (size_t i = 0; i < block->n; i++) {
    const size_t j = block->uniform ? 0 : i;
    const double *const *d = block->derived;
    const double dt = d[DERIVED_DT][j], current = block->current[i] + d[DERIVED_I_E][j];
    for (int half = 0; half < 2; half++) v[i] += 0.5 * dt * (0.04 * v[i] * v[i] + 5 * v[i] + 140 - u[i] + current);
    u[i] += dt * d[DERIVED_A][j] * (d[DERIVED_B][j] * v[i] - u[i]);
    v[i] += block->input[0][i] + block->input[1][i];
    block->spike[i] = v[i] >= d[DERIVED_V_TH][j];
    if (!block->spike[i]) continue;
    v[i] = d[DERIVED_C][j];
    u[i] += d[DERIVED_D][j];
  }
}

static const loligo_model izhikevich = {
    .name = "izhikevich_euler",
    .summary = "Izhikevich's neuron (10.1109/TNN.2003.820440)",
    .cost = 1,
    .params = LOLIGO_PARAM_TABLE(izhikevich_params),
    .variables = izhikevich_variables,
    .n_variables = 2,
    .receptors = izhikevich_receptors,
    .n_receptors = 2,
    .n_derived = N_DERIVED,
    .derive = izhikevich_derive,
    .complete = izhikevich_complete,
    .step = izhikevich_step,
};

/* -- many_currents: a leaky integrate-and-fire cell with one exponential current per value of tau_syn -- */

enum { TAU_SYN, TAU_M, C_M, THRESHOLD, N_PARAMS };

static const loligo_param many_params[] = {
    {.name = "tau_syn",
     .type = LOLIGO_PARAM_LIST,
     .unit = "ms",
     .fallback = "2",
     .range = LOLIGO_RANGE_POSITIVE,
     .help = "decay of the current of each receptor"},
    LOLIGO_REAL_ROW("tau_m", "ms", "10", LOLIGO_RANGE_POSITIVE, "membrane time constant"),
    LOLIGO_REAL_ROW("C_m", "pF", "250", LOLIGO_RANGE_POSITIVE, "membrane capacitance"),
    LOLIGO_REAL_ROW("V_th", "mV", "15", LOLIGO_RANGE_ANY, "threshold above rest"),
};

/* Names live as long as the library; a receptor's number is its place in the list, from 1 on. */
enum { MOST_RECEPTORS = 99 };
static char receptor_names[MOST_RECEPTORS][8], current_names[MOST_RECEPTORS][16];

static loligo_status many_describe(const double *param, loligo_model *described)
{
  const size_t n = (size_t)param[TAU_SYN];
  if (n > MOST_RECEPTORS) return loligo_fail(LOLIGO_INPUT_ERROR, "tau_syn lists %zu values; 99 is the most", n);
  loligo_receptor *receptors = calloc(n + 1, sizeof *receptors);
  loligo_variable *variables = calloc(n + 1, sizeof *variables);
  described->receptors = receptors;
  described->variables = variables;
  if (!receptors || !variables) return loligo_fail(LOLIGO_MACHINE_ERROR, "no memory for %zu receptors", n);
  variables[0] = (loligo_variable){"V_m", "mV", "potential above rest"};
  for (size_t r = 0; r < n; r++) {
    snprintf(receptor_names[r], sizeof receptor_names[r], "%zu", r + 1);
    snprintf(current_names[r], sizeof current_names[r], "I_%zu", r + 1);
    receptors[r] = (loligo_receptor){receptor_names[r], LOLIGO_RECEPTOR_CURRENT};
    variables[r + 1] = (loligo_variable){current_names[r], "pA", "synaptic current"};
  }
  described->n_receptors = n;
  described->n_variables = n + 1;
  described->n_derived = 3 + n;
  return LOLIGO_OK;
}

static void many_forget(loligo_model *described)
{
  free((void *)described->receptors);
  free((void *)described->variables);
}

enum { MANY_DECAY, MANY_GAIN, MANY_V_TH, MANY_SYN };

static loligo_status many_derive(const double *param, double dt, double *derived)
{
  derived[MANY_DECAY] = exp(-dt / param[TAU_M]);
  derived[MANY_GAIN] = (1 - derived[MANY_DECAY]) * param[TAU_M] / param[C_M];
  derived[MANY_V_TH] = param[THRESHOLD];
  for (size_t r = 0; r < (size_t)param[TAU_SYN]; r++) derived[MANY_SYN + r] = exp(-dt / param[N_PARAMS + r]);
  return LOLIGO_OK;
}

static void many_complete(const double *param, double *state)
{
  for (size_t v = 0; v <= (size_t)param[TAU_SYN]; v++)
    if (isnan(state[v])) state[v] = 0;
}

static loligo_status many_prepare(const loligo_model_setup *setup, void **shared)
{
  size_t *n = malloc(sizeof *n);
  if (!n) return loligo_fail(LOLIGO_MACHINE_ERROR, "no memory");
  *n = (size_t)setup->param[TAU_SYN];
  *shared = n;
  return LOLIGO_OK;
}

static void many_step(const loligo_block *block)
{
  const size_t n = *(const size_t *)block->shared;
  const double *const *d = block->derived;
  double *v = block->state[0];
  for (size_t i = 0; i < block->n; i++) {
    const size_t j = block->uniform ? 0 : i;
    double current = block->current[i];
    for (size_t r = 0; r < n; r++) {
      double *synaptic = block->state[1 + r];
      current += synaptic[i];
      synaptic[i] = d[MANY_SYN + r][j] * synaptic[i] + block->input[r][i];
    }
    v[i] = d[MANY_DECAY][j] * v[i] + d[MANY_GAIN][j] * current;
    block->spike[i] = v[i] >= d[MANY_V_TH][j];
    if (block->spike[i]) v[i] = 0;
  }
}

static const loligo_model many_currents = {
    .name = "many_currents",
    .summary = "leaky integrate-and-fire, a receptor per synaptic time constant",
    .cost = 1,
    .params = LOLIGO_PARAM_TABLE(many_params),
    .describe = many_describe,
    .forget = many_forget,
    .derive = many_derive,
    .complete = many_complete,
    .step = many_step,
    .prepare = many_prepare,
    .release = free,
};

LOLIGO_MODELS(&izhikevich, &many_currents);

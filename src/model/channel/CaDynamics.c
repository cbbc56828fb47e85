/*
 * Calcium below the membrane, which its currents fill and which decays, after Destexhe et al. 1994
 * (10.1152/jn.1994.72.2.803). Exact while the current stands.
 */
#include <math.h>

#include "base/vector.h"
#include "model/channel/channel.h"

enum { GAMMA, DECAY, DEPTH, MINIMUM, OUTSIDE, AREA, TEMPERATURE };

static const loligo_param params[] = {
    [GAMMA] = LOLIGO_REAL_ROW("gamma", "", "0.05", LOLIGO_RANGE_NON_NEGATIVE, "part that is not buffered"),
    [DECAY] = LOLIGO_REAL_ROW("decay", "ms", "80", LOLIGO_RANGE_POSITIVE, "time constant of removal"),
    [DEPTH] = LOLIGO_REAL_ROW("depth", "um", "0.1", LOLIGO_RANGE_POSITIVE, "of the shell that it fills"),
    [MINIMUM] = LOLIGO_REAL_ROW("minimum", "mmol/l", "1e-4", LOLIGO_RANGE_POSITIVE, "where it decays to"),
    [OUTSIDE] = LOLIGO_REAL_ROW("outside", "mmol/l", "2", LOLIGO_RANGE_POSITIVE, "concentration outside the cell"),
    [AREA] = LOLIGO_REAL_ROW("area", "um2", NULL, LOLIGO_RANGE_POSITIVE,
                             "of the compartment; beside a length it follows from that"),
    [TEMPERATURE] = LOLIGO_REAL_ROW("T", "degC", "34", LOLIGO_RANGE_ANY, "temperature, of the reversal potential"),
};

static const loligo_variable variables[] = {{"cai", "mmol/l", "calcium below the membrane"}};

/* Constants: mmol/l per ms and pA, ms, mmol/l, mV for an e-fold, mmol/l. */
enum { INFLUX, TAU, REST, FOLD, BEYOND, CONSTANTS };

static double derive(const double *param, double *constants)
{
  const double faraday = 96485.33212, gas = 8.31446261815324, zero = 273.15; /* C/mol, J/(mol K), K */
  const double um_per_m_and_ms_per_s = 1e3;
  constants[INFLUX] = um_per_m_and_ms_per_s * param[GAMMA] / (2 * faraday * param[DEPTH] * param[AREA]);
  constants[TAU] = param[DECAY];
  constants[REST] = param[MINIMUM];
  constants[FOLD] = 1e3 * gas * (param[TEMPERATURE] + zero) / (2 * faraday);
  constants[BEYOND] = param[OUTSIDE];
  return 0;
}

static void complete(const double *param, double v, double ca, double *gates)
{
  (void)v, (void)ca;
  if (isnan(gates[0])) gates[0] = param[MINIMUM];
}

VECTOR_CLONES
static void fill(const channel_block *block, double time, const double *i_ca, const double *from, double *to)
{
  const double *c = block->constants, rest = c[REST], rise = c[TAU] * c[INFLUX], left = vector_exp(-time / c[TAU]);
  const size_t count = block->n;
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) {
    const double aim = __builtin_fma(rise, i_ca[k], rest);
    to[k] = __builtin_fma(left, from[k] - aim, aim);
  }
}

VECTOR_CLONES
static void reverse(const channel_block *block, const double *ca, double *restrict e_ca)
{
  const double least = 1e-9, fold = block->constants[FOLD], outside = block->constants[BEYOND];
  const size_t count = block->n;
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) e_ca[k] = fold * vector_log(outside / (ca[k] > least ? ca[k] : least));
}

const channel channel_CaDynamics = {
    .name = "CaDynamics",
    .summary = "calcium that Ca_HVA and Ca_LVA fill and SK senses (Destexhe et al. 1994, 10.1152/jn.1994.72.2.803)",
    .equations = "dca/dt = gamma i / (2 F depth area) - (ca - minimum)/decay, i what calcium channels let in; E_Ca = R "
                 "T/(2 F) log(outside/ca)",
    .cost = 3.8,
    .operations = {65, 61, 8},
    .calcium = CHANNEL_HOLDS_CALCIUM,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = 1,
    .n_constants = CONSTANTS,
    .derive = derive,
    .complete = complete,
    .fill = fill,
    .reverse = reverse,
};

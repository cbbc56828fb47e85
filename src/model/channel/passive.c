/*
 * A leak alone.
 */
#include "base/vector.h"
#include "model/channel/channel.h"

enum { G_L, E_L };

static const loligo_param params[] = {
    [G_L] = LOLIGO_REAL_ROW("g_L", "nS", NULL, LOLIGO_RANGE_NON_NEGATIVE, "leak conductance"),
    [E_L] = LOLIGO_REAL_ROW("E_L", "mV", NULL, LOLIGO_RANGE_ANY, "leak reversal potential"),
};

enum { PARAMS = sizeof params / sizeof params[0] };

static double derive(const double *param, double *constants)
{
  for (int i = 0; i < PARAMS; i++) constants[i] = param[i];
  return param[G_L];
}

VECTOR_CLONES
static void conduct(const channel_block *block, double *restrict g, double *restrict i)
{
  const double g_l = block->constants[G_L], e_l = block->constants[E_L], *v = block->v;
  const size_t n = block->n;
  (void)g;
  BLOCK_LOOP
  for (size_t k = 0; k < n; k++) i[k] = __builtin_fma(g_l, e_l - v[k], i[k]);
}

const channel channel_passive = {
    .name = "passive",
    .summary = "a leak alone",
    .equations = "i = g_L (E_L - V)",
    .cost = 0.05,
    .operations = {2, 1, 0},
    .is_leak = true,
    .params = LOLIGO_PARAM_TABLE(params),
    .n_constants = PARAMS,
    .derive = derive,
    .conduct = conduct,
};

/*
 * Leaky integrate-and-fire neuron as a map, for learning by e-prop: a spike takes the threshold away. Bellec et al.
 * 2020 (10.1038/s41467-020-17236-y); NEST's eprop_iaf_bsshslm_2020, but for units and refractoriness.
 */
#include <string.h>

#include "model/neuron/block.h"
#include "model/neuron/taught.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW(TAUGHT_TAU, "ms", "20", LOLIGO_RANGE_POSITIVE, "decay of v"),
    LOLIGO_REAL_ROW("V_th", "", "0.6", LOLIGO_RANGE_POSITIVE, "threshold, above which v is a spike"),
    LOLIGO_REAL_ROW("gamma", "", "0.3", LOLIGO_RANGE_NON_NEGATIVE, "surrogate at the threshold"),
    LOLIGO_REAL_ROW("beta", "", "1", LOLIGO_RANGE_POSITIVE, "the surrogate is 0 from V_th / beta beside it on"),
    TAUGHT_TRIAL_ROW,
};

enum { TAU_M, V_TH, GAMMA, BETA, TRIAL };
enum { EPROP_DECAY, EPROP_V_TH, EPROP_GAMMA, EPROP_SLOPE, EPROP_CONSTANTS };

#define KERNEL "model/neuron/eprop_iaf_pass.h"
#include "model/both_precisions.h"

enum { V, FIRED, SURROGATE };

static const loligo_variable variables[] = {
    {"v", "", "what has arrived and is not forgotten; a spike is where it exceeds V_th"},
    {"fired", "", "1 where the step was a spike, which the next one takes from v"},
    {TAUGHT_SURROGATE, "", "stands for the derivative of a spike by v"},
};

static const loligo_receptor receptors[] = {{"input", LOLIGO_RECEPTOR_NUMBER}};

typedef struct constants {
  double decay, v_th, gamma;
  double slope; /* of the surrogate, in units of gamma */
  double trial; /* steps */
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(taught_check_trial(p[TRIAL], dt));
  const constants c = {taught_decay(p[TAU_M], dt), p[V_TH], p[GAMMA], p[BETA] / p[V_TH], grid_steps(p[TRIAL], dt)};
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

static void complete(const double *p, double *state)
{
  (void)p;
  for (size_t v = 0; v < sizeof variables / sizeof variables[0]; v++)
    if (isnan(state[v])) state[v] = 0;
}

VECTOR_INLINE void advance(const loligo_block *block, bool uniform)
{
  double *v = block->state[V], *fired = block->state[FIRED], *surrogate = block->state[SURROGATE];
  const double *input = block->input[0], step = (double)block->step;
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double kept = c.decay * v[i] - c.v_th * fired[i];
    const double moved = (taught_offset(c.trial, step) > 0 ? kept : 0) + input[i];
    const double near = 1 - c.slope * fabs(moved - c.v_th), spike = moved > c.v_th ? 1 : 0;
    v[i] = moved;
    fired[i] = spike;
    surrogate[i] = near > 0 ? c.gamma * near : 0;
    block->spike[i] = spike > 0 ? 1 : 0;
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

static loligo_status derive_trial(const double *p, double dt, double *constant, double *state)
{
  LOLIGO_TRY(taught_refuse_trial(p[TRIAL]));
  constant[EPROP_DECAY] = taught_decay(p[TAU_M], dt);
  constant[EPROP_V_TH] = p[V_TH];
  constant[EPROP_GAMMA] = p[GAMMA];
  constant[EPROP_SLOPE] = p[BETA] / p[V_TH];
  state[0] = 0;
  return LOLIGO_OK;
}

static const loligo_adjoint adjoint = {
    .n_inputs = 1,
    .n_outputs = 1,
    .n_states = 1,
    .n_taped = 1,
    .n_constants = EPROP_CONSTANTS,
    .has_threshold = true,
    .has_surrogate = true,
    .derive = derive_trial,
    .forward = BOTH_PRECISIONS(forward),
    .backward = BOTH_PRECISIONS(backward),
};

const loligo_model loligo_model_eprop_iaf = {
    .name = "eprop_iaf",
    .summary = "leaky integrate-and-fire map that synapses of e_prop teach (10.1038/s41467-020-17236-y)",
    .takes_no_current = true,
    .cost = 0.8,
    .operations = &(const loligo_operations){4, 3, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = receptors,
    .n_receptors = sizeof receptors / sizeof receptors[0],
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .adjoint = &adjoint,
    .page =
        {
            .equations = "v <- exp(-dt / tau_m) v - V_th fired + what arrives, pure numbers of either sign\n"
                         "fired = 1 where v > V_th, else 0\n"
                         "surrogate = gamma max(0, 1 - beta |v - V_th| / V_th)\n"
                         "before the first step of a trial v and fired are 0; spikes on their way arrive all the same\n"
                         "learning by method adjoint takes this surrogate, not that of the section",
            .integrator = "a map: exact",
            .refractory = "none",
            .spike = "v > V_th where a step ends, what arrives there included; stamped with that end",
            .golden = "the map itself, written down beside it (tests/mpi/e_prop.c); the gradient of trials: central\n"
                      "differences within 1e-5 (tests/physics/passes.c)",
            .source = "Bellec et al. 2020, Nat. Commun. 11:3625, 10.1038/s41467-020-17236-y; eprop_iaf_bsshslm_2020 of "
                      "NEST with weights in units of v",
        },
};

/*
 * A gate of the source that saturates: S decays with tau_decay, and each spike raises it by k0 + k1 S, which is what it
 * brings. The jump is that of S' = alpha x (1 - S) - S / tau_decay while x, 1 at the spike, decays with tau_rise.
 * Brunel & Wang 2001 (10.1023/A:1011204814320); NEST's iaf_bw_2001. The receptor must decay with tau_decay too.
 */
#include <math.h>

#include "model/synapse/short_term.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("alpha", "kHz", "0.5", LOLIGO_RANGE_POSITIVE, "rate of opening at the begin of a spike, 1/ms"),
    LOLIGO_REAL_ROW("tau_rise", "ms", "2", LOLIGO_RANGE_POSITIVE, "for which a spike opens; below tau_decay"),
    LOLIGO_REAL_ROW("tau_decay", "ms", "100", LOLIGO_RANGE_POSITIVE, "decay of the gate, and of the receptor"),
};

enum { ALPHA, TAU_RISE, PARAM_TAU_DECAY };
enum { K0, K1, TAU_DECAY };
enum { S };

static const synapse_state states[] = {{"S", "part of the channels that is open"}};

/* x^r gamma(1 - r, x) with the lower incomplete gamma function, as its series, whose terms are all positive; 0 where x
 * is so large that they vanish. */
static double first_jump(double x, double r)
{
  double term = x * exp(-x) / (1 - r), sum = 0;
  for (int n = 1; sum + term != sum; n++) {
    sum += term;
    term *= x / (n + 1 - r);
  }
  return sum;
}

static loligo_status derive(const double *param, double *constant)
{
  const double r = param[TAU_RISE] / param[PARAM_TAU_DECAY], x = param[ALPHA] * param[TAU_RISE];
  if (r >= 1)
    return loligo_fail(LOLIGO_INPUT_ERROR, "tau_rise %g ms must be below tau_decay %g ms", param[TAU_RISE],
                       param[PARAM_TAU_DECAY]);
  constant[K0] = first_jump(x, r);
  constant[K1] = expm1(-x);
  constant[TAU_DECAY] = param[PARAM_TAU_DECAY];
  if (constant[K0] > 0 && constant[K0] <= 1) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "alpha tau_rise = %g: a spike would open more channels than there are; choose a smaller alpha", x);
}

static void begin(const double *constant, double *state)
{
  (void)constant;
  state[S] = 0;
}

static double release(const double *constant, double since, double *state)
{
  const double open = state[S] * short_term_decay(since, constant[TAU_DECAY]);
  const double jump = constant[K0] + constant[K1] * open, opened = jump > 0 ? jump : 0;
  state[S] = open + opened;
  return opened;
}

const synapse_model synapse_model_nmda_saturating = {
    .name = "nmda_saturating",
    .summary = "a gate of the source that saturates (10.1023/A:1011204814320)",
    .equations =
        "a spike brings w (k0 + k1 S), by which S rises;  dS/dt = -S / tau_decay\n"
        "k0, k1: the jump of S' = alpha x (1 - S) - S / tau_decay, where x is 1 at the spike and decays with tau_rise",
    .kind = SYNAPSE_FACTOR,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .states = states,
    .n_states = 1,
    .derive = derive,
    .begin = begin,
    .release = release,
};

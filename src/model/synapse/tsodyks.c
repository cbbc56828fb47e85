/*
 * Short-term plasticity with resources that are active for the time of the synaptic current: x recovered, y active, the
 * rest inactive. Tsodyks, Uziel & Markram 2000 (10.1523/JNEUROSCI.20-01-j0003.2000); NEST's tsodyks_synapse.
 */
#include "model/synapse/short_term.h"

static const loligo_param params[] = {
    SHORT_TERM_ROWS("step of the part that a spike uses"),
    LOLIGO_REAL_ROW("tau_psc", "ms", "3", LOLIGO_RANGE_POSITIVE,
                    "time for which resources are active: that of the receptor's current; not tau_rec"),
};

enum { PARAM_TAU_PSC = SHORT_TERM_PARAMS };
enum { TAU_PSC = SHORT_TERM_CONSTANTS };

static const synapse_state states[] = {
    {"x", "resources that have recovered"}, {"y", "those that are active"}, {"u", "part that a spike uses"}};

enum { X, Y, U };

static loligo_status derive(const double *param, double *constant)
{
  constant[TAU_PSC] = param[PARAM_TAU_PSC];
  LOLIGO_TRY(short_term_derive(param, constant));
  if (constant[TAU_PSC] != constant[SHORT_TERM_TAU_REC]) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "tau_psc must not be the same as tau_rec, %g ms",
                     constant[SHORT_TERM_TAU_REC]);
}

static void begin(const double *constant, double *state)
{
  (void)constant;
  state[X] = 1;
  state[Y] = state[U] = 0;
}

static double release(const double *constant, double since, double *state)
{
  const double tau_rec = constant[SHORT_TERM_TAU_REC], tau_psc = constant[TAU_PSC];
  const double rec = short_term_decay(since, tau_rec), psc = short_term_decay(since, tau_psc);
  const double inactive = 1 - state[X] - state[Y];
  state[U] *= short_term_decay(since, constant[SHORT_TERM_TAU_FAC]);
  state[X] += state[Y] * (1 - (tau_rec * rec - tau_psc * psc) / (tau_rec - tau_psc)) + inactive * (1 - rec);
  state[Y] *= psc;
  state[U] += constant[SHORT_TERM_U] * (1 - state[U]);
  const double used = state[U] * state[X];
  state[X] -= used;
  state[Y] += used;
  return used;
}

const synapse_model synapse_model_tsodyks = {
    .name = "tsodyks",
    .summary = "short-term plasticity with active resources (10.1523/JNEUROSCI.20-01-j0003.2000)",
    .equations = "a spike brings w u x, which moves from x to y;  x = 1 and u = U for the first;  z = 1 - x - y\n"
                 "h behind the spike before, by e(tau) = exp(-h / tau):\n"
                 "  x += y (1 - (tau_rec e(tau_rec) - tau_psc e(tau_psc)) / (tau_rec - tau_psc)) + z (1 - e(tau_rec))\n"
                 "  y = y e(tau_psc), u = u e(tau_fac);  u += U (1 - u)",
    .kind = SYNAPSE_FACTOR,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .states = states,
    .n_states = 3,
    .derive = derive,
    .begin = begin,
    .release = release,
};

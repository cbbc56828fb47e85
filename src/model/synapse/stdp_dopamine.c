/*
 * Pairs of spikes with a third factor: they change an eligibility, c += A_plus x at a spike of the target, c -=
 * A_minus y at one of the source, which decays with tau_c; the weight follows w' = c (n - b), where n, raised by
 * 1/tau_n at each spike of the modulator, decays with tau_n. Izhikevich 2007 (10.1093/cercor/bhl152); NEST's
 * stdp_dopamine_synapse.
 */
#include <math.h>

#include "base/vector.h"
#include "model/synapse/kernels.h"
#include "model/synapse/synapse_model.h"

static const loligo_param params[] = {
    SYNAPSE_WMAX_ROW,
    SYNAPSE_MODULATOR_ROW,
    LOLIGO_REAL_ROW("A_plus", NULL, "1", LOLIGO_RANGE_NON_NEGATIVE, "eligibility that a pair adds"),
    LOLIGO_REAL_ROW("A_minus", NULL, "1.5", LOLIGO_RANGE_NON_NEGATIVE,
                    "eligibility that a pair takes away where the target was first"),
    SYNAPSE_PAIR_ROWS("20", "20"),
    LOLIGO_REAL_ROW("tau_c", "ms", "1000", LOLIGO_RANGE_POSITIVE, "decay of the eligibility"),
    LOLIGO_REAL_ROW("tau_n", "ms", "200", LOLIGO_RANGE_POSITIVE, "decay of the concentration n"),
    LOLIGO_REAL_ROW("b", "kHz", "0", LOLIGO_RANGE_NON_NEGATIVE,
                    "concentration at which weights stay, 1/ms; each spike of the modulator raises it by 1/tau_n"),
    SYNAPSE_PAIRING_ROW,
};

enum { WMAX, MODULATOR, A_PLUS, A_MINUS, TAU_PLUS, TAU_MINUS, TAU_C, TAU_N, B };

static const synapse_trace modulator_trace = {"m", "tau_n", "trace of the modulator's spikes, tau_n n"};

/* Rates per ms; LEARNED of c and the trace of the modulator, FORGOTTEN of c, over a long time without an event. */
enum { UP, DOWN, RATE_C, RATE_BOTH, LEARNED, FORGOTTEN };

static loligo_status derive(const double *param, double *constant)
{
  const double wmax = fabs(param[WMAX]);
  constant[UP] = param[A_PLUS] / wmax;
  constant[DOWN] = param[A_MINUS] / wmax;
  constant[RATE_C] = 1 / param[TAU_C];
  constant[RATE_BOTH] = 1 / param[TAU_C] + 1 / param[TAU_N];
  constant[LEARNED] = 1 / (param[TAU_N] * constant[RATE_BOTH]);
  constant[FORGOTTEN] = param[B] * param[TAU_C];
  return LOLIGO_OK;
}

VECTOR_CLONES static void learn(size_t n, const double *restrict constant, const double *restrict since,
                                const double *restrict modulator, double *restrict c, double *restrict w)
{
  const double rate_c = constant[RATE_C], rate_both = constant[RATE_BOTH];
  const double learned = constant[LEARNED], forgotten = constant[FORGOTTEN];
  for (size_t i = 0; i < n; i++) {
    const double left = vector_exp(-since[i] * rate_c), left_of_both = vector_exp(-since[i] * rate_both);
    w[i] += c[i] * (learned * modulator[i] * (1 - left_of_both) - forgotten * (1 - left));
    c[i] *= left;
  }
}

static void drift(const synapse_tile *tile)
{
  learn(tile->n, tile->constant, tile->since, tile->modulator, tile->eligibility, tile->weight);
}

static void post(const synapse_tile *tile)
{
  synapse_add(tile, tile->constant[UP], tile->eligibility);
}

static void pre(const synapse_tile *tile)
{
  synapse_add(tile, -tile->constant[DOWN], tile->eligibility);
}

const synapse_model synapse_model_stdp_dopamine = {
    .name = "stdp_dopamine",
    .summary = "spike-timing dependent plasticity with a modulator's spikes as third factor (10.1093/cercor/bhl152)",
    .equations = "a spike of the target: c += A_plus x\n"
                 "a spike of the source: c -= A_minus y;  then it brings w\n"
                 "a spike of the modulator: n += 1 / tau_n\n"
                 "dw/dt = c (n - b), w clipped to 0 ... Wmax;  dc/dt = -c / tau_c;  dn/dt = -n / tau_n",
    .kind = SYNAPSE_PLASTIC,
    .pathways = synapse_spikes_only,
    .n_pathways = 1,
    .params = LOLIGO_PARAM_TABLE(params),
    .source_traces = &synapse_source_trace,
    .n_source_traces = 1,
    .target_traces = &synapse_target_trace,
    .n_target_traces = 1,
    .modulator_trace = &modulator_trace,
    .derive = derive,
    .drift = drift,
    .post = post,
    .pre = pre,
};

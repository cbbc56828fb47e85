/*
 * Calcium current of low threshold, after Avery & Johnston 1996 (10.1523/JNEUROSCI.16-18-05567.1996).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {
    {"m_Ca_LVA", "", "activation of Ca_LVA channels"},
    {"h_Ca_LVA", "", "inactivation of Ca_LVA channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  const double u = v + 10;
  gates[0] = approach_in(sigmoid(-(u + 30) / 6), 5 + 20 * sigmoid((u + 25) / 5), q);
  gates[1] = approach_in(sigmoid((u + 80) / 6.4), 20 + 50 * sigmoid((u + 40) / 7), q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0] * x[0] * x[1];
}

static const gated_kind kind = {2, 21, true, approaches, open};

GATED_HOOKS(kind)

const channel channel_Ca_LVA = {
    .name = "Ca_LVA",
    .summary = "calcium current of low threshold (Avery & Johnston 1996, 10.1523/JNEUROSCI.16-18-05567.1996)",
    .equations = "i = g m^2 h (E_Ca - V); u = V + 10: m to 1/(1 + exp(-(u+30)/6)) in 5 + 20/(1 + exp((u+25)/5)) ms, h "
                 "to 1/(1 + exp((u+80)/6.4)) in 20 + 50/(1 + exp((u+40)/7)) ms; at 21 degC",
    .cost = 6.1,
    .operations = {117, 106, 10},
    .calcium = CHANNEL_CARRIES_CALCIUM,
    GATED_MEMBERS,
};

/*
 * Calcium current of high threshold, after Reuveni et al. 1993 (10.1523/JNEUROSCI.13-11-04609.1993).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW};

static const loligo_variable variables[] = {
    {"m_Ca_HVA", "", "activation of Ca_HVA channels"},
    {"h_Ca_HVA", "", "inactivation of Ca_HVA channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  gates[0] = approach_by(0.055 * trap_of(-27 - v, 3.8).of, 0.94 * vector_exp(-(v + 75) / 17), q);
  gates[1] = approach_by(4.57e-4 * vector_exp(-(v + 13) / 50), 6.5e-3 * sigmoid(-(v + 15) / 28), q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0] * x[0] * x[1];
}

static const gated_kind kind = {2, NAN, true, approaches, open};

GATED_HOOKS(kind)

const channel channel_Ca_HVA = {
    .name = "Ca_HVA",
    .summary = "calcium current of high threshold (Reuveni et al. 1993, 10.1523/JNEUROSCI.13-11-04609.1993)",
    .equations = "i = g m^2 h (E_Ca - V); a_m = .055 L(-27-V, 3.8), b_m = .94 exp(-(V+75)/17), a_h = 4.57e-4 "
                 "exp(-(V+13)/50), b_h = 6.5e-3/(exp(-(V+15)/28) + 1) per ms",
    .cost = 6.0,
    .operations = {119, 116, 8},
    .calcium = CHANNEL_CARRIES_CALCIUM,
    GATED_MEMBERS,
};

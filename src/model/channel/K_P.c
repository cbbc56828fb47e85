/*
 * Persistent potassium current, after Korngreen & Sakmann 2000 (10.1111/j.1469-7793.2000.00621.x).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {
    {"m_K_P", "", "activation of K_P channels"},
    {"h_K_P", "", "inactivation of K_P channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  const double x = (v + 75) / 48, share = v < -50 ? 175.03 : 13, slope = v < -50 ? 0.026 : -0.026;
  gates[0] = approach_in(sigmoid(-(v + 14.3) / 14.6), 1.25 + share * vector_exp(slope * v), q);
  gates[1] = approach_in(sigmoid((v + 54) / 11), 360 + (1010 + 24 * (v + 55)) * vector_exp(-x * x), q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0] * x[0] * x[1];
}

static const gated_kind kind = {2, 21, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_K_P = {
    .name = "K_P",
    .summary = "persistent potassium current (Korngreen & Sakmann 2000, 10.1111/j.1469-7793.2000.00621.x)",
    .equations = "i = g m^2 h (E - V); m to 1/(1 + exp(-(V+14.3)/14.6)) in 1.25 + 175.03 exp(.026 V) ms below -50 mV, "
                 "else in 1.25 + 13 exp(-.026 V) ms; h to 1/(1 + exp((V+54)/11)) in 360 + (1010 + 24 (V+55)) "
                 "exp(-((V+75)/48)^2) ms; at 21 degC",
    .cost = 5.2,
    .operations = {106, 97, 7},
    GATED_MEMBERS,
};

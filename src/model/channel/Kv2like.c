/*
 * Slowly inactivating potassium current as of Kv2 channels, after Keren et al. 2005 (10.1152/jn.00408.2005) and Liu &
 * Bean 2014 (10.1523/JNEUROSCI.1925-14.2014).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {
    {"m_Kv2like", "", "activation of Kv2like channels"},
    {"h1_Kv2like", "", "faster inactivation of Kv2like channels"},
    {"h2_Kv2like", "", "slower inactivation of Kv2like channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  const double x = (v + 75) / 48, to = sigmoid((v + 58) / 11);
  gates[0] = approach_by(0.12 * trap_of(v - 43, 11).of_minus, 0.02 * vector_exp(-(v + 1.27) / 120), q / 2.5);
  gates[1] = approach_in(to, 360 + (1010 + 23.7 * (v + 54)) * vector_exp(-x * x), q);
  gates[2] = approach_in(to, 2350 + 1380 * vector_exp(-0.011 * v) - 210 * vector_exp(-0.03 * v), q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0] * x[0] * (0.5 * (x[1] + x[2]));
}

static const gated_kind kind = {3, 21, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_Kv2like = {
    .name = "Kv2like",
    .summary = "slowly inactivating potassium current (Keren et al. 2005, 10.1152/jn.00408.2005)",
    .equations = "i = g m^2 (h1 + h2)/2 (E - V); a_m = .12 L(-(V-43), 11), b_m = .02 exp(-(V+1.27)/120) per ms, tau_m "
                 "= 2.5/(a_m + b_m); h1, h2 to 1/(1 + exp((V+58)/11)) in 360 + (1010 + 23.7 (V+54)) "
                 "exp(-((V+75)/48)^2) and 2350 + 1380 exp(-.011 V) - 210 exp(-.03 V) ms; at 21 degC",
    .cost = 7.9,
    .operations = {161, 153, 10},
    GATED_MEMBERS,
};

/*
 * Slowly inactivating potassium current, after Foust et al. 2011 (10.1523/JNEUROSCI.0752-11.2011).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW};

static const loligo_variable variables[] = {
    {"m_Kd", "", "activation of Kd channels"},
    {"h_Kd", "", "inactivation of Kd channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  gates[0] = approach_in(sigmoid(-(v + 43) / 8), 1, q);
  gates[1] = approach_in(sigmoid((v + 67) / 7.3), 1500, q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0] * x[1];
}

static const gated_kind kind = {2, NAN, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_Kd = {
    .name = "Kd",
    .summary = "potassium current that delays spikes (Foust et al. 2011, 10.1523/JNEUROSCI.0752-11.2011)",
    .equations = "i = g m h (E - V); m to 1/(1 + exp(-(V+43)/8)) in 1 ms, h to 1/(1 + exp((V+67)/7.3)) in 1500 ms",
    .cost = 2.1,
    .operations = {41, 33, 4},
    GATED_MEMBERS,
};

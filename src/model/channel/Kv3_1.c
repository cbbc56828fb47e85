/*
 * Fast potassium current as of Kv3.1 channels, after Rettig et al. 1992 (10.1002/j.1460-2075.1992.tb05312.x).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW};

static const loligo_variable variables[] = {{"m_Kv3_1", "", "activation of Kv3_1 channels"}};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  gates[0] = (approach){sigmoid(-(v - 18.7) / 9.7), q * (0.25 * (1 + vector_exp(-(v + 46.56) / 44.14)))};
}

VECTOR_INLINE double open(const double *x)
{
  return x[0];
}

static const gated_kind kind = {1, NAN, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_Kv3_1 = {
    .name = "Kv3_1",
    .summary = "fast potassium current (Rettig et al. 1992, 10.1002/j.1460-2075.1992.tb05312.x)",
    .equations = "i = g m (E - V); m to 1/(1 + exp(-(V-18.7)/9.7)) in 4/(1 + exp(-(V+46.56)/44.14)) ms",
    .cost = 2.5,
    .operations = {54, 48, 3},
    GATED_MEMBERS,
};

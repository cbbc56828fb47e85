/*
 * Muscarinic potassium current, after Vervaeke et al. 2006 (10.1113/jphysiol.2006.111336).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {{"m_Im_v2", "", "activation of Im_v2 channels"}};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  const double a = 0.007 * vector_exp(2.4 * (v + 48) / 26.12), b = 0.007 * vector_exp(-3.6 * (v + 48) / 26.12);
  gates[0] = approach_in(a / (a + b), 15 + 1 / (a + b), q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0];
}

static const gated_kind kind = {1, 30, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_Im_v2 = {
    .name = "Im_v2",
    .summary = "muscarinic potassium current (Vervaeke et al. 2006, 10.1113/jphysiol.2006.111336)",
    .equations = "i = g m (E - V); a = .007 exp(2.4 (V+48)/26.12), b = .007 exp(-3.6 (V+48)/26.12) per ms; m to "
                 "a/(a + b) in 15 ms + 1/(a + b); at 30 degC",
    .cost = 2.9,
    .operations = {55, 50, 5},
    GATED_MEMBERS,
};

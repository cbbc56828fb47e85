/*
 * Muscarinic potassium current, after Adams et al. 1982 (10.1113/jphysiol.1982.sp014357).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {{"m_Im", "", "activation of Im channels"}};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  const double e = vector_exp(0.1 * (v + 35));
  gates[0] = approach_by(3.3e-3 * e, 3.3e-3 / e, q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0];
}

static const gated_kind kind = {1, 21, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_Im = {
    .name = "Im",
    .summary = "muscarinic potassium current (Adams et al. 1982, 10.1113/jphysiol.1982.sp014357)",
    .equations = "i = g m (E - V); a = 3.3e-3 exp(.1 (V+35)), b = 3.3e-3 exp(-.1 (V+35)) per ms at 21 degC",
    .cost = 1.8,
    .operations = {38, 35, 2},
    GATED_MEMBERS,
};

/*
 * Current that hyperpolarisation opens, after Kole et al. 2006 (10.1523/JNEUROSCI.3664-05.2006).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_ROW("-45")};

static const loligo_variable variables[] = {{"m_Ih", "", "activation of Ih channels"}};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  gates[0] = approach_by(6.43e-3 * trap_of(v + 154.9, 11.9).of, 0.193 * vector_exp(v / 33.1), q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0];
}

static const gated_kind kind = {1, NAN, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_Ih = {
    .name = "Ih",
    .summary = "current that hyperpolarisation opens (Kole et al. 2006, 10.1523/JNEUROSCI.3664-05.2006)",
    .equations = "i = g m (E - V); a = 6.43e-3 L(V+154.9, 11.9), b = .193 exp(V/33.1) per ms; L(x, k) = x/(exp(x/k) - "
                 "1)",
    .cost = 2.9,
    .operations = {57, 55, 4},
    GATED_MEMBERS,
};

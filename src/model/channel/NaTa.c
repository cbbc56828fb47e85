/*
 * Transient sodium current, of axons, after Colbert & Pan 2002 (10.1038/nn0602-857).
 */
#include "model/channel/transient_sodium.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_NA_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {
    {"m_NaTa", "", "activation of NaTa channels"},
    {"h_NaTa", "", "inactivation of NaTa channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  transient_sodium_approaches(v, -48, -69, q, gates);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0] * x[0] * x[0] * x[1];
}

static const gated_kind kind = {2, 23, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_NaTa = {
    .name = "NaTa",
    .summary = "transient sodium current of axons (Colbert & Pan 2002, 10.1038/nn0602-857)",
    .equations = TRANSIENT_SODIUM_EQUATIONS("48", "69"),
    .cost = 4.2,
    .operations = {81, 83, 6},
    GATED_MEMBERS,
};

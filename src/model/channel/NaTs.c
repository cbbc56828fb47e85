/*
 * Transient sodium current, of somata, after Colbert & Pan 2002 (10.1038/nn0602-857).
 */
#include "model/channel/transient_sodium.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_NA_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {
    {"m_NaTs", "", "activation of NaTs channels"},
    {"h_NaTs", "", "inactivation of NaTs channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  transient_sodium_approaches(v, -40, -66, q, gates);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0] * x[0] * x[0] * x[1];
}

static const gated_kind kind = {2, 23, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_NaTs = {
    .name = "NaTs",
    .summary = "transient sodium current of somata (Colbert & Pan 2002, 10.1038/nn0602-857)",
    .equations = TRANSIENT_SODIUM_EQUATIONS("40", "66"),
    .cost = 4.2,
    .operations = {81, 83, 6},
    GATED_MEMBERS,
};

/*
 * Potassium current that calcium opens, after Koehler et al. 1996 (10.1126/science.273.5282.1709).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW};

static const loligo_variable variables[] = {{"z_SK", "", "activation of SK channels"}};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  const double log_of_half = -7.751725349276666; /* 4.3e-4 mmol/l */
  const double least = ca < 1e-7 ? (ca > 0 ? ca : 0) + 1e-7 : ca;
  (void)v;
  gates[0] = approach_in(sigmoid(4.8 * (log_of_half - vector_log(least))), 1, q);
}

VECTOR_INLINE double open(const double *x)
{
  return x[0];
}

static const gated_kind kind = {1, NAN, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_SK = {
    .name = "SK",
    .summary = "potassium current that calcium opens (Koehler et al. 1996, 10.1126/science.273.5282.1709)",
    .equations = "i = g z (E - V); z to 1/(1 + (4.3e-4 mM / ca)^4.8) in 1 ms",
    .cost = 1.7,
    .operations = {36, 31, 2},
    .calcium = CHANNEL_SENSES_CALCIUM,
    GATED_MEMBERS,
};

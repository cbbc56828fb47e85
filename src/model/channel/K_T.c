/*
 * Transient potassium current, after Korngreen & Sakmann 2000 (10.1111/j.1469-7793.2000.00621.x).
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_K_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {
    {"m_K_T", "", "activation of K_T channels"},
    {"h_K_T", "", "inactivation of K_T channels"},
};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  const double m = (v + 71) / 59, h = (v + 73) / 23;
  gates[0] = approach_in(sigmoid(-(v + 47) / 29), 0.34 + 0.92 * vector_exp(-m * m), q);
  gates[1] = approach_in(sigmoid((v + 66) / 10), 8 + 49 * vector_exp(-h * h), q);
}

VECTOR_INLINE double open(const double *x)
{
  const double square = x[0] * x[0];
  return square * square * x[1];
}

static const gated_kind kind = {2, 21, false, approaches, open};

GATED_HOOKS(kind)

const channel channel_K_T = {
    .name = "K_T",
    .summary = "transient potassium current (Korngreen & Sakmann 2000, 10.1111/j.1469-7793.2000.00621.x)",
    .equations = "i = g m^4 h (E - V); m to 1/(1 + exp(-(V+47)/29)) in .34 + .92 exp(-((V+71)/59)^2) ms; h to 1/(1 + "
                 "exp((V+66)/10)) in 8 + 49 exp(-((V+73)/23)^2) ms; at 21 degC",
    .cost = 5.3,
    .operations = {105, 97, 8},
    GATED_MEMBERS,
};

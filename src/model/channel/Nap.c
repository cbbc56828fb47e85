/*
 * Persistent sodium current, after Magistretti & Alonso 1999 (10.1085/jgp.114.4.491). It opens at once, so that the
 * slope of its current counts as a conductance.
 */
#include "model/channel/gated.h"

static const loligo_param params[] = {GATED_G_ROW, GATED_E_NA_ROW, GATED_T_ROW};

static const loligo_variable variables[] = {{"h_Nap", "", "inactivation of Nap channels"}};

VECTOR_INLINE void approaches(double v, double ca, double q, approach *gates)
{
  (void)ca;
  const double a = 2.88e-6 * trap_of(v + 17, 4.63).of, b = 6.94e-6 * trap_of(v + 64.4, 2.63).of_minus;
  gates[0] = (approach){sigmoid((v + 48.8) / 10), (a + b) * q};
}

static const gated_kind kind = {1, 21, false, approaches, NULL};

GATED_GATE_HOOKS(kind)

/* By how much the current grows with v, for each nS that opens: the derivative, or what NEURON takes for it. */
VECTOR_INLINE double slope_of(double v, double m, double drive, bool staggered)
{
  const double width = 4.6, step = 0.001;
  if (staggered) return m * (1 - (1 - m) * drive / width);
  return (m * drive - sigmoid(-(v + step + 52.6) / width) * (drive - step)) / step;
}

VECTOR_INLINE void conduct_by(const channel_block *block, bool staggered, double *restrict g, double *restrict i)
{
  const double *v = block->v, *h = block->gates[0] + block->first;
  const double most = block->constants[GATED_G], e = block->constants[GATED_E];
  const size_t count = block->n;
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) {
    const double m = sigmoid(-(v[k] + 52.6) / 4.6), open = most * h[k], drive = e - v[k];
    g[k] = __builtin_fma(open, slope_of(v[k], m, drive, staggered), g[k]);
    i[k] = __builtin_fma(open * m, drive, i[k]);
  }
}

VECTOR_CLONES
static void conduct(const channel_block *block, double *restrict g, double *restrict i)
{
  if (block->staggered)
    conduct_by(block, true, g, i);
  else
    conduct_by(block, false, g, i);
}

const channel channel_Nap = {
    .name = "Nap",
    .summary = "persistent sodium current (Magistretti & Alonso 1999, 10.1085/jgp.114.4.491)",
    .equations = "i = g m h (E - V); m = 1/(1 + exp(-(V+52.6)/4.6)); h to 1/(1 + exp((V+48.8)/10)) in 1/(a + b), a = "
                 "2.88e-6 L(V+17, 4.63), b = 6.94e-6 L(-(V+64.4), 2.63) per ms at 21 degC",
    .cost = 5.2,
    .operations = {97, 93, 9},
    GATED_MEMBERS,
};

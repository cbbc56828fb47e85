/*
 * Transient sodium current as a Markov chain of twelve states, after Carter, Giessel, Sabatini & Bean 2012
 * (10.1016/j.neuron.2012.08.033): six along the path to the open one, each with an inactivated one beside it.
 *
 * A step is implicit and solves for pairs of states from the closed end to the open one and back. Staggered it is the
 * one of two stages by Alexander 1977 (10.1137/0714068), of second order and without ringing however fast the rates;
 * for NEURON it is backward Euler.
 */
#include "model/channel/gated.h"

enum { PAIRS = 6, OPEN = PAIRS - 1, STATES = 2 * PAIRS };

static const loligo_param params[] = {GATED_G_ROW, GATED_E_NA_ROW, GATED_T_ROW};

#define CLOSED_TEXT "part of NaV channels that is closed"
#define INACTIVATED_TEXT "part of NaV channels that is inactivated"

static const loligo_variable variables[STATES] = {
    {"C1_NaV", "", CLOSED_TEXT},      {"C2_NaV", "", CLOSED_TEXT},
    {"C3_NaV", "", CLOSED_TEXT},      {"C4_NaV", "", CLOSED_TEXT},
    {"C5_NaV", "", CLOSED_TEXT},      {"O_NaV", "", "part of NaV channels that is open"},
    {"I1_NaV", "", INACTIVATED_TEXT}, {"I2_NaV", "", INACTIVATED_TEXT},
    {"I3_NaV", "", INACTIVATED_TEXT}, {"I4_NaV", "", INACTIVATED_TEXT},
    {"I5_NaV", "", INACTIVATED_TEXT}, {"I6_NaV", "", INACTIVATED_TEXT},
};

/* Rates (1/ms) out of each state: to the next and the previous of its row, and to its partner in the other. */
typedef struct rates {
  double on[2][PAIRS], back[2][PAIRS], across[2][PAIRS];
} rates;

VECTOR_INLINE void rates_at(double v, double q, rates *r)
{
  const double opening = 250, closing = 60, into = 0.01, out_of = 40, in_open = 8, from_open = 0.05;
  const double faster = 2.51, slower = 1 / 5.32, e = vector_exp(v / 24);
  const double a = q * 400 * e, b = q * 12 / e;
  double in = q * into, out = q * out_of;
#pragma GCC unroll 6
  for (int i = 0; i < PAIRS; i++) {
    const double left = OPEN - 1 - i;
    r->on[0][i] = i < OPEN - 1 ? left * a : i < OPEN ? q * opening : 0;
    r->on[1][i] = i < OPEN - 1 ? left * a * faster : i < OPEN ? q * opening : 0;
    r->back[0][i] = i < OPEN ? i * b : q * closing;
    r->back[1][i] = i < OPEN ? i * b * slower : q * closing;
    r->across[0][i] = i < OPEN ? in : q * in_open;
    r->across[1][i] = i < OPEN ? out : q * from_open;
    in *= faster;
    out *= slower;
  }
}

/* x' of A x = x', A of the rates. */
VECTOR_INLINE double change_of(const rates *r, const double *x, int row, int i)
{
  const double *own = x + row * PAIRS, *other = x + (1 - row) * PAIRS;
  double sum = r->across[1 - row][i] * other[i] - (r->on[row][i] + r->back[row][i] + r->across[row][i]) * own[i];
  if (i > 0) sum += r->on[row][i - 1] * own[i - 1];
  if (i < OPEN) sum += r->back[row][i + 1] * own[i + 1];
  return sum;
}

/* 1 - h A, eliminated from the closed end: the inverses of its 2 x 2 blocks, and what binds them. */
typedef struct elimination {
  double inverse[PAIRS][2][2], on[2][PAIRS], back[2][PAIRS];
} elimination;

VECTOR_INLINE void eliminate(const rates *r, double h, elimination *e)
{
#pragma GCC unroll 6
  for (int i = 0; i < PAIRS; i++) {
    double own[2], cross[2]; /* diagonal; what a state gets from its partner */
#pragma GCC unroll 2
    for (int row = 0; row < 2; row++) e->on[row][i] = h * r->on[row][i], e->back[row][i] = h * r->back[row][i];
#pragma GCC unroll 2
    for (int row = 0; row < 2; row++) {
      own[row] = 1 + e->on[row][i] + e->back[row][i] + h * r->across[row][i];
      cross[row] = h * r->across[1 - row][i];
      if (i == 0) continue;
      own[row] -= e->on[row][i - 1] * e->inverse[i - 1][row][row] * e->back[row][i];
      cross[row] += e->on[row][i - 1] * e->inverse[i - 1][row][1 - row] * e->back[1 - row][i];
    }
    const double per_det = 1 / (own[0] * own[1] - cross[0] * cross[1]);
    e->inverse[i][0][0] = own[1] * per_det;
    e->inverse[i][1][1] = own[0] * per_det;
    e->inverse[i][0][1] = cross[0] * per_det;
    e->inverse[i][1][0] = cross[1] * per_det;
  }
}

/* Puts the solution in the place of x[STATES]. */
VECTOR_INLINE void solve(const elimination *e, double *x)
{
#pragma GCC unroll 6
  for (int i = 0; i < PAIRS; i++) {
    double c = x[i], p = x[PAIRS + i];
    if (i > 0) c += e->on[0][i - 1] * x[i - 1], p += e->on[1][i - 1] * x[PAIRS + i - 1];
    x[i] = e->inverse[i][0][0] * c + e->inverse[i][0][1] * p;
    x[PAIRS + i] = e->inverse[i][1][0] * c + e->inverse[i][1][1] * p;
  }
#pragma GCC unroll 6
  for (int i = OPEN - 1; i >= 0; i--) {
    const double c = e->back[0][i + 1] * x[i + 1], p = e->back[1][i + 1] * x[PAIRS + i + 1];
    x[i] += e->inverse[i][0][0] * c + e->inverse[i][0][1] * p;
    x[PAIRS + i] += e->inverse[i][1][0] * c + e->inverse[i][1][1] * p;
  }
}

static double derive(const double *param, double *constants)
{
  constants[GATED_G] = param[0];
  constants[GATED_E] = param[1];
  constants[GATED_Q] = gated_q(param[2], 37);
  return 0;
}

/* What long implicit steps come to. */
static void complete(const double *param, double v, double ca, double *gates)
{
  const double long_time = 1000; /* ms, against some tens that the slowest change takes */
  double x[STATES] = {1};
  rates r;
  elimination e;
  (void)param, (void)ca;
  rates_at(v, 1, &r);
  eliminate(&r, long_time, &e);
  for (int k = 0; k < 20; k++) {
    double sum = 0;
    solve(&e, x);
    for (int s = 0; s < STATES; s++) sum += x[s];
    for (int s = 0; s < STATES; s++) x[s] /= sum;
  }
  for (int s = 0; s < STATES; s++)
    if (isnan(gates[s])) gates[s] = x[s];
}

/* One implicit step of `time`, or where `second` of two stages. */
VECTOR_INLINE void relax_states(const channel_block *block, double time, bool second)
{
  const double share = 0.29289321881345254 /* 1 - sqrt(1/2) */, more = 2.414213562373095, less = 1.4142135623730951;
  const double *v = block->v, q = block->constants[GATED_Q], h = second ? share * time : time;
  const size_t count = block->n;
  double *state[STATES];
  for (int s = 0; s < STATES; s++) state[s] = block->gates[s] + block->first;
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) {
    double x[STATES];
    rates r;
    elimination e;
#pragma GCC unroll 12
    for (int s = 0; s < STATES; s++) x[s] = state[s][k];
    rates_at(v[k], q, &r);
    eliminate(&r, h, &e);
    solve(&e, x);
    if (second) {
#pragma GCC unroll 12
      for (int s = 0; s < STATES; s++) x[s] = more * x[s] - less * state[s][k];
      solve(&e, x);
    }
#pragma GCC unroll 12
    for (int s = 0; s < STATES; s++) state[s][k] = x[s];
  }
}

static void start(const channel_block *block)
{
  relax_states(block, 0.5 * block->dt, false);
}

VECTOR_CLONES
static void move(const channel_block *block)
{
  if (block->staggered)
    relax_states(block, block->dt, true);
  else
    relax_states(block, block->dt, false);
}

static void observe(const channel_block *block, size_t which, double *out)
{
  for (size_t k = 0; k < block->n; k++) {
    double x[STATES];
    rates r;
    for (int s = 0; s < STATES; s++) x[s] = block->gates[s][block->first + k];
    rates_at(block->v[k], block->constants[GATED_Q], &r);
    out[k] = x[which] - 0.5 * block->dt * change_of(&r, x, which >= PAIRS, (int)(which % PAIRS));
  }
}

VECTOR_CLONES
static void conduct(const channel_block *block, double *restrict g, double *restrict i)
{
  const double *v = block->v, *open = block->gates[OPEN] + block->first;
  const double most = block->constants[GATED_G], e = block->constants[GATED_E];
  const size_t count = block->n;
  BLOCK_LOOP
  for (size_t k = 0; k < count; k++) {
    const double conducts = most * open[k];
    g[k] += conducts;
    i[k] = __builtin_fma(conducts, e - v[k], i[k]);
  }
}

const channel channel_NaV = {
    .name = "NaV",
    .summary = "transient sodium current of twelve states (Carter et al. 2012, 10.1016/j.neuron.2012.08.033)",
    .equations =
        "i = g O (E - V); C1 - C2 - C3 - C4 - C5 - O with 4, 3, 2, 1 times a and 250 per ms on, 1, 2, 3, 4 times "
        "b and 60 back; I1 - ... - I6 beside it with 2.51 a and b/5.32; a = 400 exp(V/24), b = 12 exp(-V/24) "
        "per ms; from C1 to I1 .01, 2.51 times that at each further one, back 40, 5.32 times less at each; "
        "from O to I6 8, back .05; at 37 degC",
    .cost = 11.6,
    .operations = {174, 340, 8},
    GATED_MEMBERS,
};

/*
 * Izhikevich's neuron (2003, 10.1109/TNN.2003.820440).
 *
 * Of second order, through the pole: u moves for half a step under a V that stands, V by the step of the Moebius kind
 * that V^2 taken as the product of its old and new value makes of it, u for half a step. A spike is where that step,
 * solved for time, reaches V_th; a step of the rest begins at c. Such steps are rare, and made one by one.
 *
 * Forward Euler, with spikes where steps end, is what published numbers were mostly made with.
 */
#include <string.h>

#include "model/neuron/iaf.h"

enum { A, B, C, D, V_TH, I_E, INTEGRATOR };

enum { MOEBIUS, EULER };

static const char *const integrators[] = {"moebius", "forward_euler", NULL};

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("a", "1/ms", "0.02", LOLIGO_RANGE_NON_NEGATIVE, "rate of recovery"),
    LOLIGO_REAL_ROW("b", "1/ms", "0.2", LOLIGO_RANGE_ANY, "what recovery follows of the potential"),
    LOLIGO_REAL_ROW("c", "mV", "-65", LOLIGO_RANGE_ANY, "potential after a spike"),
    LOLIGO_REAL_ROW("d", "mV/ms", "8", LOLIGO_RANGE_ANY, "what a spike adds to recovery"),
    LOLIGO_REAL_ROW("V_th", "mV", "30", LOLIGO_RANGE_ANY, "a spike is where V_m reaches it"),
    LOLIGO_REAL_ROW("I_e", "pA", "0", LOLIGO_RANGE_ANY, "constant current; 1 pA is 1 mV/ms"),
    {"integrator", LOLIGO_PARAM_CHOICE, "", "moebius", LOLIGO_RANGE_ANY, integrators,
     "of second order, or of first as in published code", 0},
};

enum { V_M, U };

static const loligo_variable variables[] = {
    {"V_m", "mV", "membrane potential"},
    {"u", "mV/ms", "recovery"},
};

/* V' = SQUARE V^2 + LINEAR V + CONSTANT - u + I, mV and ms. */
static const double SQUARE = 0.04, LINEAR = 5, CONSTANT = 140;

typedef struct constants {
  double dt; /* ms */
  double a, b, c, d, v_th, i_e;
  double decay; /* of u in half a step */
  double method;
} constants;

static loligo_status derive(const double *p, double dt, double *derived)
{
  LOLIGO_TRY(iaf_check_order("c", p[C], "V_th", p[V_TH]));
  const constants c = {
      .dt = dt,
      .a = p[A],
      .b = p[B],
      .c = p[C],
      .d = p[D],
      .v_th = p[V_TH],
      .i_e = p[I_E],
      .decay = vector_exp(-0.5 * p[A] * dt),
      .method = p[INTEGRATOR],
  };
  memcpy(derived, &c, sizeof c);
  return LOLIGO_OK;
}

/* V_m where it rests without a current, or at c where it does not; u where it follows that. */
static void complete(const double *p, double *state)
{
  const double slope = LINEAR - p[B], inside = slope * slope - 4 * SQUARE * CONSTANT;
  if (isnan(state[V_M])) state[V_M] = inside >= 0 ? (-slope - sqrt(inside)) / (2 * SQUARE) : p[C];
  if (isnan(state[U])) state[U] = p[B] * state[V_M];
}

typedef struct cell {
  double v, u;
} cell;

/* u after V has stood. */
VECTOR_INLINE double recover(const constants *c, double u, double v, double decay)
{
  const double settled = c->b * v;
  return fma(u - settled, decay, settled);
}

/* A step from x, with u half a step on, and `time` (ms) for V: what V becomes is over / under, where under > 0. */
typedef struct moebius {
  double over, under;
  double slope, push; /* mV/ms: the fraction is (V + time push) / (1 - time slope) */
} moebius;

VECTOR_INLINE moebius moebius_of(double v, double u, double current, double time)
{
  const double slope = fma(SQUARE, v, 0.5 * LINEAR);
  const double push = fma(0.5 * LINEAR, v, CONSTANT - u + current);
  return (moebius){fma(time, push, v), fma(-time, slope, 1), slope, push};
}

/* V at the end of the step; beyond any threshold where it passes the pole. */
VECTOR_INLINE double moebius_end(moebius m)
{
  const double end = m.over / m.under;
  return m.under <= 0 ? INFINITY : end;
}

/* x after a part of a step (ms) at whose begin a spike was; a V_m that reaches V_th again stays there. */
static inline cell go_on(const constants *c, cell x, double current, double part)
{
  const double decay = vector_exp(-0.5 * c->a * part);
  x.u = recover(c, x.u, x.v, decay);
  x.v = fmin(moebius_end(moebius_of(x.v, x.u, current, part)), c->v_th);
  return (cell){x.v, recover(c, x.u, x.v, decay)};
}

/* x after the step in which it reaches V_th. */
static inline cell pass_threshold(const constants *c, cell x, double current)
{
  const moebius m = moebius_of(x.v, recover(c, x.u, x.v, c->decay), current, c->dt);
  const double part = fmin(fmax((c->v_th - x.v) / fma(c->v_th, m.slope, m.push), 0), c->dt);
  const double u = recover(c, x.u, 0.5 * (x.v + c->v_th), vector_exp(-c->a * part)) + c->d;
  return go_on(c, (cell){c->c, u}, current, c->dt - part);
}

/* Where it would be without a spike, and how it begins. */
typedef struct course {
  cell start[LOLIGO_BLOCK_CELLS];
  double end[LOLIGO_BLOCK_CELLS]; /* mV, before what arrives */
} course;

VECTOR_INLINE double arriving(const loligo_block *block, size_t i)
{
  return block->input[0][i] + block->input[1][i];
}

/* Moves all cells as if none fired, and marks those that do; returns whether there are any. */
VECTOR_INLINE bool advance(const loligo_block *block, bool uniform, course *course)
{
  double *v = block->state[V_M], *u = block->state[U];
  int64_t *spike = block->spike, any = 0;
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double halfway = recover(&c, u[i], v[i], c.decay);
    const double end = moebius_end(moebius_of(v[i], halfway, block->current[i] + c.i_e, c.dt));
    const double jumped = end + arriving(block, i);
    course->start[i] = (cell){v[i], u[i]};
    course->end[i] = end;
    v[i] = jumped;
    u[i] = recover(&c, halfway, end, c.decay);
    spike[i] = (end >= c.v_th) | (jumped >= c.v_th);
    any |= spike[i];
  }
  return any;
}

/* The cells that fire: within the step, by what arrives at its end, or both. */
static inline void fire(const loligo_block *block, const course *course)
{
  constants c;
  for (size_t i = 0; i < block->n; i++) {
    if (!block->spike[i]) continue;
    block_constants(block, block->uniform ? 0 : i, DERIVED_COUNT(c), (double *)&c);
    const bool within = course->end[i] >= c.v_th;
    cell x = {course->end[i], block->state[U][i]};
    if (within) x = pass_threshold(&c, course->start[i], block->current[i] + c.i_e);
    x.v += arriving(block, i);
    const bool at_end = x.v >= c.v_th;
    block->state[V_M][i] = at_end ? c.c : x.v;
    block->state[U][i] = at_end ? x.u + c.d : x.u;
    block->spike[i] = within + at_end;
  }
}

VECTOR_INLINE void step_by_euler(const loligo_block *block, bool uniform)
{
  double *v = block->state[V_M], *u = block->state[U];
  const size_t n = block->n;
  constants c;
  block_constants(block, 0, DERIVED_COUNT(c), (double *)&c);
  BLOCK_LOOP
  for (size_t i = 0; i < n; i++) {
    if (!uniform) block_constants(block, i, DERIVED_COUNT(c), (double *)&c);
    const double slope = fma(fma(SQUARE, v[i], LINEAR), v[i], CONSTANT - u[i] + (block->current[i] + c.i_e));
    const double moved = fma(c.dt, slope, v[i]) + arriving(block, i);
    const double recovered = fma(c.dt * c.a, fma(c.b, v[i], -u[i]), u[i]);
    const double fired = moved >= c.v_th ? 1 : 0;
    v[i] = fired > 0 ? c.c : moved;
    u[i] = fma(fired, c.d, recovered);
    block->spike[i] = fired > 0 ? 1 : 0;
  }
}

VECTOR_INLINE void step_by(const loligo_block *block, bool uniform)
{
  course course;
  if (block->derived[DERIVED_INDEX(constants, method)][0] == EULER)
    step_by_euler(block, uniform);
  else if (advance(block, uniform, &course))
    fire(block, &course);
}

VECTOR_CLONES
static void step(const loligo_block *block)
{
  if (block->uniform)
    step_by(block, true);
  else
    step_by(block, false);
}

static const double max_dt[] = {[MOEBIUS] = 0.2, [EULER] = 0.0075};

static const loligo_operations operations[] = {
    [MOEBIUS] = {13, 8, 1},
    [EULER] = {11, 5, 0},
};

const loligo_model loligo_model_izhikevich = {
    .name = "izhikevich",
    .summary = "Izhikevich's neuron, synapses as jumps of the potential (10.1109/TNN.2003.820440)",
    .cost = 1.2,
    .max_dt = max_dt,
    .operations = operations,
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .receptors = iaf_delta_receptors,
    .n_receptors = IAF_RECEPTORS,
    .n_derived = DERIVED_COUNT(constants),
    .derive = derive,
    .complete = complete,
    .step = step,
    .page =
        {
            .equations = "dV_m/dt = 0.04 V_m^2 + 5 V_m + 140 - u + I   mV/ms, V_m in mV\n"
                         "du/dt = a (b V_m - u)\n"
                         "I = I_e + currents of inputs, 1 pA as 1 mV/ms\n"
                         "at V_th: V_m = c, u <- u + d; what arrives adds its weight (mV) to V_m",
            .integrator = "moebius: u half a step, V_m with V^2 as the product of its old and new value, u half a "
                          "step; of second\n"
                          "order, and through the pole: a step with a spike is two, up to V_th and on from c\n"
                          "forward_euler: everything from the start of the step, spikes where steps end; of first "
                          "order. Published\n"
                          "code takes steps of 0.1 to 1 ms with it: say simulation: {allow_coarse_dt: true}",
            .refractory = "none",
            .spike = "V_m reaches V_th within a step, or at its end by what arrives there; stamped with that end",
            .golden = "RS (the defaults) from V_m -65 mV under 10 pA: 12 spikes in 500 ms, at 3.127055, 26.226025, "
                      "71.057097,\n"
                      "115.869511, 160.681925, ... 474.368820 (DOP853, 1e-11); at dt 0.1 ms within 0.003 to 0.05 ms",
            .source = "Izhikevich 2003, IEEE Trans. Neural Netw. 14:1569, 10.1109/TNN.2003.820440",
        },
};

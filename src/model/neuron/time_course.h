/**
 * The time course of what a spike sets off at a synapse, exact on the grid.
 *
 * Exponential: it jumps to its weight and decays. Rising: it is driven by a slope that jumps,
 *
 *   x' = dx - x / tau_rise,   dx' = -dx / tau_decay,
 *
 * and has its weight where it peaks: a beta function, and where both time constants are the same the alpha function
 * w e (t/tau) exp(-t/tau). What one exponential makes of another over a time is a divided difference of the exponential
 * function, which is formed without cancellation, also where time constants meet (McCurdy, Ng & Parlett 1984, Math.
 * Comp. 43:501).
 */
#ifndef LOLIGO_MODEL_NEURON_TIME_COURSE_H
#define LOLIGO_MODEL_NEURON_TIME_COURSE_H

#include "model/neuron/block.h"

/* What the pages of models say of synapses; x as g or I_syn. */
#define EXPONENTIAL_PAGE(x, unit)                                                                                      \
  "d" x "_ex/dt = -" x "_ex / tau_syn_ex; what arrives adds its weight (" unit "), and acts from the next step on; " x \
  "_in likewise"
#define EXPONENTIAL_CURRENTS_PAGE EXPONENTIAL_PAGE("I_syn", "pA")
#define EXPONENTIAL_CONDUCTANCES_PAGE EXPONENTIAL_PAGE("g", "nS")
#define ALPHA_PAGE(x, unit)                                                                                            \
  "what arrives adds its weight (" unit ") times (t / tau_syn_ex) exp(1 - t / tau_syn_ex) to " x                       \
  "_ex, t after it:\nan alpha function that peaks at the weight; " x "_in likewise"

/** What is there at the end of a step of that which decays with one time constant, where 1/c that decays with another
 * flows in: ms/c. */
static inline double time_course_passed(double c, double tau, double tau_inflow, double dt)
{
  const double longer = fmax(tau, tau_inflow), shorter = fmin(tau, tau_inflow);
  const double x = dt / shorter - dt / longer;
  return dt / c * vector_exp(-dt / longer) / vector_linoid(x);
}

/* Divided difference of exp at 0, -p, -q for 0 <= p <= q. */
static inline double second_difference(double p, double q)
{
  if (q > 1) return (1 / vector_linoid(p) - vector_exp(-p) / vector_linoid(q - p)) / q;
  double sum = 0, all = 1, power = 1, factorial = 2; /* all: of the products of n factors -p and -q */
  for (int n = 0; n < 20; n++) {
    sum += all / factorial;
    power *= -p;
    all = power - q * all;
    factorial *= n + 3;
  }
  return sum;
}

/** The same as time_course_passed() where what flows in is itself filled by what decays with a third: ms^2/c. */
static inline double time_course_passed_on(double c, double tau, double tau_rise, double tau_decay, double dt)
{
  const double a = dt / tau, b = dt / tau_rise, d = dt / tau_decay;
  const double least = fmin(a, fmin(b, d)), most = fmax(a, fmax(b, d));
  const double middle = fmax(fmin(a, b), fmin(fmax(a, b), d));
  return dt / c * dt * vector_exp(-least) * second_difference(middle - least, most - least);
}

/** What decays, over one step. */
typedef struct time_course_decay {
  double left, mean; /* 1: at the end of the step, and on average */
} time_course_decay;

static inline time_course_decay time_course_decay_of(double tau, double dt)
{
  return (time_course_decay){.left = vector_exp(-dt / tau), .mean = block_mean_decay(tau, dt)};
}

/** What its slope adds to what decays with tau_rise, over one step. */
typedef struct time_course_rise {
  double passed, mean; /* ms: at the end of the step, and on average */
  double left;         /* 1: of the slope */
  double jump;         /* 1/ms: of the slope by a weight of 1, so that it peaks there */
} time_course_rise;

static inline double time_course_jump(double tau_rise, double tau_decay)
{
  const double excess = tau_decay / tau_rise - 1;
  const double peak = excess == 0 ? tau_rise : tau_decay * vector_log1p(excess) / excess; /* ms */
  return 1 / time_course_passed(1, tau_rise, tau_decay, peak);
}

static inline time_course_rise time_course_rise_of(double tau_rise, double tau_decay, double dt)
{
  return (time_course_rise){
      .passed = time_course_passed(1, tau_rise, tau_decay, dt),
      .mean = time_course_passed_on(dt, INFINITY, tau_rise, tau_decay, dt),
      .left = vector_exp(-dt / tau_decay),
      .jump = time_course_jump(tau_rise, tau_decay),
  };
}

/** Moves x, of which the step leaves `left`, and its slope to the end of the step; `arriving` in units of x. */
VECTOR_INLINE void time_course_move(double left, const time_course_rise *c, double arriving, double *x, double *slope)
{
  *x = __builtin_fma(left, *x, c->passed * *slope);
  *slope = __builtin_fma(c->left, *slope, c->jump * arriving);
}

#endif

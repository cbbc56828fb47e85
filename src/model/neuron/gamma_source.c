/*
 * A population of gamma sources: renewal processes whose intervals are gamma distributed.
 *
 * A cell keeps the time to its next spike; a spike draws the interval behind it, by numbers keyed by cell and step.
 */
#include <string.h>

#include "base/memory.h"
#include "base/random/poisson.h"
#include "model/neuron/block.h"

static const loligo_param params[] = {
    LOLIGO_REAL_ROW("rate", "Hz", "0", LOLIGO_RANGE_NON_NEGATIVE, "mean number of spikes per second of each cell"),
    LOLIGO_REAL_ROW("shape", "", "2", LOLIGO_RANGE_POSITIVE,
                    "of the intervals, whose coefficient of variation is 1 / sqrt(shape): 1 is a Poisson process"),
};

enum { RATE, SHAPE };

static const loligo_variable variables[] = {
    {"wait", "ms", "time to the next spike; negative: to be drawn, as of a process that began long ago"},
};

typedef struct constants {
  double shape, scale; /* 1, ms; a scale of 0: no spikes */
  double dt;           /* ms */
} constants;

static const double FOREVER = 1e200; /* ms */

static loligo_status derive(const double *p, double dt, double *derived)
{
  const double in_step = p[RATE] * dt * 1e-3;
  const constants c = {p[SHAPE], p[RATE] > 0 ? 1e3 / (p[RATE] * p[SHAPE]) : 0, dt};
  memcpy(derived, &c, sizeof c);
  if (in_step < 1000 && in_step < 1000 * p[SHAPE]) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "rate: %g Hz of shape %g are too many spikes for a step of %g ms", p[RATE],
                     p[SHAPE], dt);
}

static void complete(const double *p, double *state)
{
  (void)p;
  if (isnan(state[0])) state[0] = -1;
}

static loligo_status prepare(const loligo_model_setup *setup, void **shared)
{
  random_key *key = memory_allocate(1, sizeof *key, "gamma source");
  if (!key) return LOLIGO_MACHINE_ERROR;
  *key = random_key_of(setup->key);
  *shared = key;
  return LOLIGO_OK;
}

static double interval(random_stream *stream, constants c)
{
  return c.scale > 0 ? c.scale * random_stream_gamma(stream, c.shape) : FOREVER;
}

/* The time to the first spike: a part of an interval that is the likelier met the longer it is. */
static double first_wait(random_stream *stream, constants c)
{
  const double met = c.scale * random_stream_gamma(stream, c.shape + 1);
  return c.scale > 0 ? random_stream_uniform(stream) * met : FOREVER;
}

/* Moves a cell with a spike, or without a time yet, through a step. */
static void pass(const loligo_block *block, size_t i, constants c)
{
  enum { STEP_BITS = 16 /* blocks of random words from one step to the next */ };
  random_stream stream;
  double wait = block->state[0][i];
  random_stream_init(&stream, *(const random_key *)block->shared, block->index[i], (uint64_t)block->step << STEP_BITS);
  if (wait < 0) wait = first_wait(&stream, c);
  for (; wait <= c.dt; wait += interval(&stream, c)) block->spike[i]++;
  block->state[0][i] = wait - c.dt;
}

static void step(const loligo_block *block)
{
  double *wait = block->state[0];
  constants c;
  memset(block->spike, 0, block->n * sizeof *block->spike);
  for (size_t i = 0; i < block->n; i++) {
    block_constants(block, block->uniform ? 0 : i, DERIVED_COUNT(c), (double *)&c);
    if (wait[i] < 0 || wait[i] <= c.dt)
      pass(block, i, c);
    else
      wait[i] -= c.dt;
  }
}

const loligo_model loligo_model_gamma_source = {
    .name = "gamma_source",
    .summary = "source of spike trains with gamma distributed intervals, independent from cell to cell",
    .is_source = true,
    .cost = 1.5,
    .operations = &(const loligo_operations){1, 0, 0},
    .params = LOLIGO_PARAM_TABLE(params),
    .variables = variables,
    .n_variables = sizeof variables / sizeof variables[0],
    .n_derived = DERIVED_COUNT(constants),
    .prepare = prepare,
    .derive = derive,
    .complete = complete,
    .step = step,
    .release = memory_free,
    .page =
        {
            .equations = "a renewal process: intervals are independent, gamma distributed with that shape and mean "
                         "1 / rate",
            .integrator = "intervals in continuous time, drawn one by one from numbers keyed by seed, population, cell "
                          "and step; the\n"
                          "first spike is that of a process which began long ago, so that the rate is right from the "
                          "start",
            .refractory = "none: a step may hold several spikes",
            .spike = "stamped with the end of its step",
            .golden = "the law itself: rates, and coefficients of variation 1 / sqrt(shape), within 4 standard errors "
                      "(tests/physics/poisson.c)",
            .source = "a definition; variates: Marsaglia & Tsang 2000, 10.1145/358407.358414",
        },
};

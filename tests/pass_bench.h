/** Runs the passes of a model's adjoint alone, LOLIGO_LANES cells in either precision. For tests. */
#ifndef LOLIGO_TESTS_PASS_BENCH_H
#define LOLIGO_TESTS_PASS_BENCH_H

#include "physics/cell.h"

#include "base/memory.h"
#include "loligo/adjoint.h"
#include "model/surrogate/surrogate.h"

enum {
  BENCH_LANES = LOLIGO_LANES,
  BENCH_STEPS = 400,
  BENCH_INPUTS = 4,
  BENCH_OUTPUTS = 4,
  BENCH_STATES = 8,
  BENCH_CONSTANTS = 24,
  BENCH_SHARED = 8,
  BENCH_TAPED = 16
};

/* Numbers of a pass as it has them, [..][LANES]. */
typedef struct bench {
  const loligo_model *model;
  const loligo_adjoint *adjoint;
  loligo_precision precision;
  size_t n_steps;
  loligo_pass terms; /* how passes are to be: input_stays, surrogate, ramp, through_reset */
  bool pulls_steps;  /* outputs of steps are pulled, not just the sum */
  void *constants, *shared, *input, *state, *begin, *tape, *output, *sum;
  void *pull_sum, *pull_output, *of_state, *of_input, *of_shared;
  void *noise, *information, *pull_information; /* of codes */
  int64_t spikes[BENCH_LANES];
} bench;

/* Whole numbers mixed into one in [0, 1), on every machine the same. */
static inline double bench_varied(uint64_t a, uint64_t b)
{
  uint64_t z = (a * 0x100000001b3u + b + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double)((z ^ (z >> 31)) >> 40) * 0x1p-24;
}

static inline double bench_get(const bench *b, const void *array, size_t i)
{
  return b->precision == LOLIGO_SINGLE ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

static inline void bench_put(const bench *b, void *array, size_t i, double value)
{
  if (b->precision == LOLIGO_SINGLE)
    ((float *)array)[i] = (float)value;
  else
    ((double *)array)[i] = value;
}

static inline size_t bench_bytes(const bench *b)
{
  return b->precision == LOLIGO_SINGLE ? sizeof(float) : sizeof(double);
}

/* Number i of an array of n numbers for each cell, as a place in memory. */
static inline void *bench_at(const bench *b, void *array, size_t i)
{
  return (char *)array + i * BENCH_LANES * bench_bytes(b);
}

static inline void *bench_room(size_t n)
{
  void *made = memory_allocate(n * BENCH_LANES, sizeof(double), "a pass");
  assert_non_null(made);
  return made;
}

static inline void bench_open(bench *b, const loligo_model *model, loligo_precision precision, size_t n_steps)
{
  *b = (bench){.model = model, .adjoint = model->adjoint, .precision = precision, .n_steps = n_steps};
  assert_true(n_steps <= BENCH_STEPS && b->adjoint->n_inputs <= BENCH_INPUTS && b->adjoint->n_outputs <= BENCH_OUTPUTS);
  assert_true(b->adjoint->n_states <= BENCH_STATES && b->adjoint->n_constants <= BENCH_CONSTANTS);
  assert_true(b->adjoint->n_shared <= BENCH_SHARED && b->adjoint->n_taped <= BENCH_TAPED);
  b->terms.surrogate = surrogate_at(0);
  b->terms.width = param_default(surrogate_at(0)->params.rows);
  b->terms.through_reset = true;
  b->constants = bench_room(BENCH_CONSTANTS);
  b->shared = bench_room(1);
  b->input = bench_room(BENCH_STEPS * BENCH_INPUTS);
  b->state = bench_room(BENCH_STATES);
  b->begin = bench_room(BENCH_STATES);
  b->tape = bench_room(BENCH_STEPS * BENCH_TAPED);
  b->output = bench_room(BENCH_STEPS * BENCH_OUTPUTS);
  b->sum = bench_room(BENCH_OUTPUTS);
  b->pull_sum = bench_room(BENCH_OUTPUTS);
  b->pull_output = bench_room(BENCH_STEPS * BENCH_OUTPUTS);
  b->of_state = bench_room(BENCH_STATES);
  b->of_input = bench_room(BENCH_STEPS * BENCH_INPUTS);
  b->of_shared = bench_room(BENCH_SHARED);
  b->noise = bench_room(1);
  b->information = bench_room(1);
  b->pull_information = bench_room(1);
}

static inline void bench_close(bench *b)
{
  void *const arrays[] = {b->constants, b->shared, b->input,       b->state,           b->begin,    b->tape,
                          b->output,    b->sum,    b->pull_sum,    b->pull_output,     b->of_state, b->of_input,
                          b->of_shared, b->noise,  b->information, b->pull_information};
  for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) memory_free(arrays[i]);
}

/* Constants and first state of one lane from the parameters of a cell; the shared ones too. */
static inline void bench_derive(bench *b, size_t lane, const double *param, double dt)
{
  double constants[BENCH_CONSTANTS], state[BENCH_STATES];
  if (b->adjoint->derive) assert_int_equal(b->adjoint->derive(param, dt, constants, state), LOLIGO_OK);
  for (size_t k = 0; k < b->adjoint->n_constants; k++) bench_put(b, b->constants, k * BENCH_LANES + lane, constants[k]);
  for (size_t k = 0; k < b->adjoint->n_states; k++) bench_put(b, b->begin, k * BENCH_LANES + lane, state[k]);
  for (size_t k = 0; k < b->adjoint->n_shared; k++)
    bench_put(b, b->shared, k, param[model_param_index(b->model, b->adjoint->shared[k])]);
}

/* A pass of some steps. */
static inline loligo_pass bench_pass(bench *b, size_t first, size_t n)
{
  const loligo_adjoint *adjoint = b->adjoint;
  loligo_pass pass = b->terms;
  pass.n_steps = n;
  pass.constants = b->constants;
  pass.shared = b->shared;
  pass.input = bench_at(b, b->input, pass.input_stays ? 0 : first * adjoint->n_inputs);
  pass.state = b->state;
  pass.tape = bench_at(b, b->tape, first * adjoint->n_taped);
  pass.output = bench_at(b, b->output, first * adjoint->n_outputs);
  pass.sum = b->sum;
  pass.spikes = b->spikes;
  pass.noise = b->noise;
  pass.information = b->information;
  return pass;
}

static inline void bench_begin(bench *b)
{
  memcpy(b->state, b->begin, BENCH_STATES * BENCH_LANES * bench_bytes(b));
  memset(b->sum, 0, BENCH_OUTPUTS * BENCH_LANES * sizeof(double));
  memset(b->spikes, 0, sizeof b->spikes);
  memset(b->information, 0, BENCH_LANES * sizeof(double));
}

static inline void bench_forward(bench *b)
{
  const loligo_pass pass = bench_pass(b, 0, b->n_steps);
  bench_begin(b);
  b->adjoint->forward[b->precision](&pass);
}

/* Some steps backward; of_state is that behind them on entry. */
static inline void bench_back(bench *b, size_t first, size_t n, const void *state)
{
  const loligo_adjoint *adjoint = b->adjoint;
  const loligo_pass pass = bench_pass(b, first, n);
  const loligo_gradient gradient = {
      .sum = b->pull_sum,
      .output = b->pulls_steps ? bench_at(b, b->pull_output, first * adjoint->n_outputs) : NULL,
      .state = b->of_state,
      .input = bench_at(b, b->of_input, pass.input_stays ? 0 : first * adjoint->n_inputs),
      .shared = b->of_shared,
      .information = b->pull_information,
  };
  adjoint->backward[b->precision](&pass, state, &gradient);
}

/* What is minimised: each number that comes out times one of its own. */
static inline double bench_weight(uint64_t what, size_t i)
{
  return bench_varied(what + 1000, i) - 0.5;
}

static inline void bench_pull(bench *b)
{
  const loligo_adjoint *adjoint = b->adjoint;
  for (size_t i = 0; i < adjoint->n_outputs * BENCH_LANES; i++) bench_put(b, b->pull_sum, i, bench_weight(0, i));
  for (size_t i = 0; i < b->n_steps * adjoint->n_outputs * BENCH_LANES; i++)
    bench_put(b, b->pull_output, i, bench_weight(1, i));
  for (size_t i = 0; i < adjoint->n_states * BENCH_LANES; i++) bench_put(b, b->of_state, i, bench_weight(2, i));
  for (size_t i = 0; i < BENCH_LANES; i++) bench_put(b, b->pull_information, i, bench_weight(3, i));
  memset(b->of_shared, 0, BENCH_SHARED * BENCH_LANES * sizeof(double));
}

/* Of one cell. */
static inline double bench_minimised(const bench *b, size_t lane)
{
  const loligo_adjoint *adjoint = b->adjoint;
  double e = bench_weight(3, lane) * bench_get(b, b->information, lane);
  for (size_t k = 0; k < adjoint->n_outputs; k++)
    e += bench_weight(0, k * BENCH_LANES + lane) * bench_get(b, b->sum, k * BENCH_LANES + lane);
  for (size_t k = 0; b->pulls_steps && k < b->n_steps * adjoint->n_outputs; k++)
    e += bench_weight(1, k * BENCH_LANES + lane) * bench_get(b, b->output, k * BENCH_LANES + lane);
  for (size_t k = 0; k < adjoint->n_states; k++)
    e += bench_weight(2, k * BENCH_LANES + lane) * bench_get(b, b->state, k * BENCH_LANES + lane);
  return e;
}

#endif

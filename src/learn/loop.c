/*
 * Layers in a loop, step by step. The way back goes part by part from the last one on: each is run again from the state
 * that was kept, with a tape of every step, and then backward step by step, since the gradient of an output is complete
 * only when the step behind it is done.
 */
#include "learn/loop.h"

#include <string.h>

/* A layer of the loop at work. */
typedef struct member {
  const layer_cells *cells;
  const layer *layer;
  const layer_arrays *rows;
  const loop_arrays *loop;
} member;

static member member_of(const trials *trials, size_t at)
{
  return (member){&trials->cells[at], &trials->layers->layers[at], &trials->of_layer[at], &trials->loops[at]};
}

static void *lanes_at(const trials *trials, const void *lanes, size_t n)
{
  return arithmetic_at(trials->arithmetic, lanes, n * LOLIGO_LANES);
}

static void copy(const trials *trials, size_t n, const void *from, void *to)
{
  memcpy(to, from, n * LOLIGO_LANES * trials->arithmetic->size);
}

/* Row of step t of sample i in an array with one for each step. */
static void *row_at(const trials *trials, const void *array, size_t i, size_t t, size_t each)
{
  return arithmetic_at(trials->arithmetic, array, (i * trials->n_steps + t) * each);
}

/* The pass of one step of a block whose number counts through samples and blocks. */
static loligo_pass pass_of(const trials *trials, const member *m, size_t number)
{
  const size_t block = number % m->cells->n_blocks;
  loligo_pass pass = m->cells->pass;
  pass.n_steps = 1;
  pass.input_stays = false;
  pass.constants = lanes_at(trials, m->cells->constants, block * m->cells->adjoint->n_constants);
  pass.shared = m->cells->shared;
  pass.input = trials->bench.input;
  pass.state = lanes_at(trials, m->loop->state, number * m->cells->adjoint->n_states);
  pass.sum = lanes_at(trials, m->loop->sum, number * m->cells->adjoint->n_outputs);
  pass.spikes = trials->bench.spikes;
  return pass;
}

static void take_input(const trials *trials, const member *m, size_t number, size_t t)
{
  const size_t i = number / m->cells->n_blocks, block = number % m->cells->n_blocks;
  trials->arithmetic->to_lanes(m->cells->adjoint->n_inputs, m->layer->cells, block * LOLIGO_LANES,
                               layer_cells_in(m->cells, block), row_at(trials, m->rows->current, i, t, m->layer->rows),
                               trials->bench.input);
}

/* -- forward -- */

static void begin(const trials *trials, const member *m)
{
  const loligo_adjoint *adjoint = m->cells->adjoint;
  const size_t states = m->cells->n_blocks * adjoint->n_states, outputs = m->cells->n_blocks * adjoint->n_outputs;
  for (size_t i = 0; i < trials->n_mine; i++)
    copy(trials, states, m->cells->initial, lanes_at(trials, m->loop->state, i * states));
  memset(m->loop->sum, 0, trials->n_mine * outputs * LOLIGO_LANES * trials->arithmetic->size);
}

/* Adds what came out in the step before, of links within the loop: nothing but their bias in the first one. */
static void add_later(const trials *trials, size_t number, size_t t)
{
  const layer_link *link = &trials->layers->links[number];
  const layer *source = &trials->layers->layers[link->source], *target = &trials->layers->layers[link->target];
  const arithmetic *a = trials->arithmetic;
  const size_t m = trials->n_mine, row = trials->n_steps * target->rows;
  const matrix_product product = {.form = MATRIX_A_BT,
                                  .m = m,
                                  .n = target->rows,
                                  .k = t > 0 ? source->columns : 0,
                                  .a_stride = trials->n_steps * source->columns,
                                  .b_stride = source->columns,
                                  .c_stride = target->rows};
  const void *before = arithmetic_at(a, trials_taken(trials, link), (t > 0 ? t - 1 : 0) * source->columns);
  trials_multiply(trials, &product, before, trials_weight(trials, number), trials->scratch);
  a->add_affine(m, target->rows, trials->scratch, trials_bias(trials, number), link->gain, row,
                arithmetic_at(a, trials->of_layer[link->target].current, t * target->rows));
}

static void step_forward(trials *trials, size_t at, size_t t)
{
  const member m = member_of(trials, at);
  const arithmetic *a = trials->arithmetic;
  const size_t n_outputs = m.cells->adjoint->n_outputs, n_states = m.cells->adjoint->n_states;
  const size_t n = trials->n_mine * m.cells->n_blocks;
  layer_cells_count(m.cells, trials->n_mine * m.layer->cells);
  for (size_t number = 0; number < n; number++) {
    const size_t i = number / m.cells->n_blocks, block = number % m.cells->n_blocks;
    loligo_pass pass = pass_of(trials, &m, number);
    if (t % m.cells->part == 0)
      copy(trials, n_states, pass.state, lanes_at(trials, m.loop->kept, (t / m.cells->part * n + number) * n_states));
    memset(pass.spikes, 0, LOLIGO_LANES * sizeof *pass.spikes);
    take_input(trials, &m, number, t);
    pass.output = trials->bench.output;
    m.cells->forward(&pass);
    a->of_lanes(n_outputs, m.layer->cells, block * LOLIGO_LANES, layer_cells_in(m.cells, block), 1, pass.output,
                row_at(trials, m.rows->output, trials->first + i, t, m.layer->columns));
    for (size_t l = 0; l < layer_cells_in(m.cells, block); l++)
      trials->spikes[i * trials->layers->n + at] += (uint64_t)pass.spikes[l];
  }
}

static void take_values(const trials *trials, const member *m)
{
  const arithmetic *a = trials->arithmetic;
  const size_t n_outputs = m->cells->adjoint->n_outputs;
  for (size_t number = 0; number < trials->n_mine * m->cells->n_blocks; number++) {
    const size_t i = number / m->cells->n_blocks, block = number % m->cells->n_blocks;
    a->of_lanes(n_outputs, m->layer->cells, block * LOLIGO_LANES, layer_cells_in(m->cells, block), m->layer->value,
                lanes_at(trials, m->loop->sum, number * n_outputs),
                arithmetic_at(a, m->rows->value, (trials->first + i) * m->layer->columns));
  }
}

/* Whether a link joins layers of the loop that a layer belongs to: both ends of `later` links do. */
static bool is_within(const trials *trials, const layer_link *link, size_t place, size_t n)
{
  for (size_t k = 0; link->later && k < n; k++)
    if (trials->layers->order[place + k] == link->target) return true;
  return false;
}

void loop_forward(trials *trials, size_t place, size_t n)
{
  const layers *layers = trials->layers;
  const size_t *order = &layers->order[place];
  for (size_t k = 0; k < n; k++) {
    const member m = member_of(trials, order[k]);
    begin(trials, &m);
  }
  for (size_t t = 0; t < trials->n_steps; t++) {
    for (size_t i = 0; i < layers->n_links; i++)
      if (is_within(trials, &layers->links[i], place, n)) add_later(trials, i, t);
    for (size_t k = 0; k < n; k++) step_forward(trials, order[k], t);
  }
  for (size_t k = 0; k < n; k++) {
    const member m = member_of(trials, order[k]);
    take_values(trials, &m);
  }
}

/* -- backward -- */

static void begin_backward(const trials *trials, const member *m)
{
  const arithmetic *a = trials->arithmetic;
  const loligo_adjoint *adjoint = m->cells->adjoint;
  const size_t n = trials->n_mine * m->cells->n_blocks, bytes = LOLIGO_LANES * a->size;
  memset(m->loop->d_state, 0, n * adjoint->n_states * bytes);
  memset(m->loop->d_shared, 0, n * adjoint->n_shared * bytes);
  for (size_t number = 0; number < n; number++) {
    const size_t i = number / m->cells->n_blocks, block = number % m->cells->n_blocks;
    a->to_lanes(adjoint->n_outputs, m->layer->cells, block * LOLIGO_LANES, layer_cells_in(m->cells, block),
                arithmetic_at(a, m->rows->d_value, i * m->layer->columns),
                lanes_at(trials, m->loop->d_sum, number * adjoint->n_outputs));
  }
  a->multiply_by(n * adjoint->n_outputs * LOLIGO_LANES, m->layer->value, m->loop->d_sum);
}

/* Runs steps [first, end) again, with a tape of each and the state in front of it. */
static void tape_part(const trials *trials, const member *m, size_t first, size_t end)
{
  const size_t n = trials->n_mine * m->cells->n_blocks, n_states = m->cells->adjoint->n_states, part = m->cells->part;
  layer_cells_count(m->cells, trials->n_mine * m->layer->cells * (end - first));
  for (size_t number = 0; number < n; number++) {
    loligo_pass pass = pass_of(trials, m, number);
    copy(trials, n_states, lanes_at(trials, m->loop->kept, (first / part * n + number) * n_states), pass.state);
    for (size_t t = first; t < end; t++) {
      const size_t step = number * part + (t - first);
      copy(trials, n_states, pass.state, lanes_at(trials, m->loop->before, step * n_states));
      take_input(trials, m, number, t);
      pass.tape = lanes_at(trials, m->loop->tape, step * m->cells->adjoint->n_taped);
      m->cells->forward(&pass);
    }
  }
}

static void step_backward(const trials *trials, const member *m, size_t first, size_t t)
{
  const arithmetic *a = trials->arithmetic;
  const loligo_adjoint *adjoint = m->cells->adjoint;
  layer_cells_count(m->cells, trials->n_mine * m->layer->cells);
  for (size_t number = 0; number < trials->n_mine * m->cells->n_blocks; number++) {
    const size_t i = number / m->cells->n_blocks, block = number % m->cells->n_blocks;
    const size_t step = number * m->cells->part + (t - first), in_block = layer_cells_in(m->cells, block);
    loligo_pass pass = pass_of(trials, m, number);
    pass.tape = lanes_at(trials, m->loop->tape, step * adjoint->n_taped);
    take_input(trials, m, number, t);
    a->to_lanes(adjoint->n_outputs, m->layer->cells, block * LOLIGO_LANES, in_block,
                row_at(trials, m->rows->d_output, i, t, m->layer->columns), trials->bench.d_output);
    const loligo_gradient gradient = {.sum = lanes_at(trials, m->loop->d_sum, number * adjoint->n_outputs),
                                      .output = trials->bench.d_output,
                                      .state = lanes_at(trials, m->loop->d_state, number * adjoint->n_states),
                                      .input = trials->bench.d_input,
                                      .shared = lanes_at(trials, m->loop->d_shared, number * adjoint->n_shared)};
    m->cells->backward(&pass, lanes_at(trials, m->loop->before, step * adjoint->n_states), &gradient);
    a->of_lanes(adjoint->n_inputs, m->layer->cells, block * LOLIGO_LANES, in_block, 1, gradient.input,
                row_at(trials, m->rows->d_current, i, t, m->layer->rows));
  }
}

/* dE/d(W x + b) of a step, and back to the outputs of the one before. */
static void hand_back(const trials *trials, size_t number, size_t t)
{
  const layer_link *link = &trials->layers->links[number];
  const size_t rows = trials->layers->layers[link->target].rows, columns = trials->layers->layers[link->source].columns;
  const arithmetic *a = trials->arithmetic;
  const size_t steps = trials->n_steps;
  void *delta = row_at(trials, trials->of_link[number].delta, trials->first, t, rows);
  a->bounded(trials->n_mine, rows, steps * rows, link->gain, trials->settings->clip,
             row_at(trials, trials->of_layer[link->target].d_current, 0, t, rows), delta);
  if (t == 0) return;
  const matrix_product product = {.form = MATRIX_A_B,
                                  .adds = true,
                                  .m = trials->n_mine,
                                  .n = columns,
                                  .k = rows,
                                  .a_stride = steps * rows,
                                  .b_stride = columns,
                                  .c_stride = steps * columns};
  trials_multiply(trials, &product, delta, trials_weight(trials, number),
                  row_at(trials, trials->of_layer[link->source].d_output, 0, t - 1, columns));
}

static void add_shared(const trials *trials, const member *m)
{
  const arithmetic *a = trials->arithmetic;
  const size_t n_shared = m->cells->adjoint->n_shared;
  memset(arithmetic_at(a, m->rows->d_shared, trials->first * n_shared), 0, trials->n_mine * n_shared * a->size);
  for (size_t number = 0; number < trials->n_mine * m->cells->n_blocks; number++) {
    const size_t i = number / m->cells->n_blocks, block = number % m->cells->n_blocks;
    for (size_t k = 0; k < n_shared; k++)
      for (size_t l = 0; l < layer_cells_in(m->cells, block); l++)
        a->add_to_rows(1, 1, arithmetic_at(a, m->loop->d_shared, (number * n_shared + k) * LOLIGO_LANES + l),
                       arithmetic_at(a, m->rows->d_shared, (trials->first + i) * n_shared + k));
  }
}

/* The steps of a part, from the last one on. */
static void part_backward(trials *trials, size_t place, size_t n, size_t first, size_t end)
{
  const layers *layers = trials->layers;
  for (size_t k = 0; k < n; k++) {
    const member m = member_of(trials, layers->order[place + k]);
    tape_part(trials, &m, first, end);
  }
  for (size_t t = end; t-- > first;) {
    for (size_t k = 0; k < n; k++) {
      const member m = member_of(trials, layers->order[place + k]);
      step_backward(trials, &m, first, t);
    }
    for (size_t i = 0; i < layers->n_links; i++)
      if (is_within(trials, &layers->links[i], place, n)) hand_back(trials, i, t);
  }
}

void loop_backward(trials *trials, size_t place, size_t n)
{
  const size_t part = trials->cells[trials->layers->order[place]].part, steps = trials->n_steps;
  for (size_t k = 0; k < n; k++) {
    const member m = member_of(trials, trials->layers->order[place + k]);
    begin_backward(trials, &m);
  }
  for (size_t i = (steps + part - 1) / part; i-- > 0;)
    part_backward(trials, place, n, i * part, i * part + part < steps ? i * part + part : steps);
  for (size_t k = 0; k < n; k++) {
    const member m = member_of(trials, trials->layers->order[place + k]);
    add_shared(trials, &m);
  }
}

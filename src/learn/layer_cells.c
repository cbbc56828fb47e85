/*
 * The cells of a layer within one sample, block by block.
 */
#include "learn/layer_cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "model/neuron/model.h"
#include "network/population.h"

enum { WHY_BYTES = 512 };
enum { TAPE_BYTES = 1 << 18 }; /* that lie in cache beside what else a pass reads */

static size_t least_of(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* Constants and first state of a cell; what its model refuses has the place of the population. */
static loligo_status derive_cell(const loligo_network *network, const layer_cells *cells, size_t i, double *param,
                                 double *constants, double *state)
{
  char why[WHY_BYTES];
  const loligo_population *population = cells->layer->population;
  LOLIGO_TRY(population_draw_params(network, population, i, param));
  if (!cells->adjoint->derive) return LOLIGO_OK;
  const loligo_status status = cells->adjoint->derive(param, network->dt, constants, state);
  if (status != LOLIGO_INPUT_ERROR) return status;
  snprintf(why, sizeof why, "%s", loligo_error_message());
  loligo_error_clear();
  return population_refuse(population, "%s", why);
}

/* Writes n numbers of a cell into its lane. */
static void put(const arithmetic *a, size_t n, const double *x, size_t lane, void *lanes)
{
  for (size_t k = 0; k < n; k++) a->of_double(1, &x[k], arithmetic_at(a, lanes, k * LOLIGO_LANES + lane));
}

/* Lanes without a cell repeat the last one, so that nothing in them is unheard of. */
static loligo_status derive(const loligo_network *network, layer_cells *cells)
{
  const loligo_population *population = cells->layer->population;
  const arithmetic *a = cells->arithmetic;
  const size_t n_constants = cells->adjoint->n_constants, n_states = cells->adjoint->n_states;
  const size_t n_params = population_n_params(population);
  double *param = memory_allocate(n_params + n_constants + n_states, sizeof *param, "parameters");
  double *constants = param + n_params, *state = constants + n_constants;
  loligo_status status = param ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (param) population_params(population, param);
  for (size_t i = 0; status == LOLIGO_OK && i < cells->n_blocks * LOLIGO_LANES; i++) {
    const size_t block = i / LOLIGO_LANES, lane = i % LOLIGO_LANES;
    if (i < cells->layer->cells) status = derive_cell(network, cells, i, param, constants, state);
    put(a, n_constants, constants, lane, arithmetic_at(a, cells->constants, block * n_constants * LOLIGO_LANES));
    put(a, n_states, state, lane, arithmetic_at(a, cells->initial, block * n_states * LOLIGO_LANES));
  }
  memory_free(param);
  return status;
}

static size_t choose_part(const layer_cells *cells)
{
  const size_t step = cells->adjoint->n_taped * LOLIGO_LANES * cells->arithmetic->size;
  if (!cells->layer->is_looped && cells->n_steps * step <= TAPE_BYTES) return cells->n_steps;
  return (size_t)ceil(sqrt((double)cells->n_steps));
}

loligo_status layer_cells_init(const loligo_network *network, const layer *layer, const learn_settings *settings,
                               layer_cells *made)
{
  const loligo_adjoint *adjoint = layer->adjoint;
  *made = (layer_cells){.arithmetic = &arithmetics[settings->precision],
                        .layer = layer,
                        .adjoint = adjoint,
                        .forward = adjoint->forward[settings->precision],
                        .backward = adjoint->backward[settings->precision],
                        .n_steps = layer->steps,
                        .n_blocks = (layer->cells + LOLIGO_LANES - 1) / LOLIGO_LANES,
                        .pass = {.input_stays = layer->stays,
                                 .surrogate = settings->surrogate,
                                 .width = settings->width,
                                 .ramp = settings->ramp,
                                 .through_reset = settings->through_reset}};
  if (learn_settings_lack_surrogate(settings, adjoint))
    return population_refuse(layer->population, "its cells have a threshold, and learning no surrogate for it");
  const size_t size = made->arithmetic->size, lanes = made->n_blocks * LOLIGO_LANES;
  made->part = choose_part(made);
  made->constants = memory_allocate(lanes * adjoint->n_constants, size, "constants of cells");
  made->initial = memory_allocate(lanes * adjoint->n_states, size, "states of cells");
  made->shared = memory_allocate(adjoint->n_shared, size, "shared parameters");
  if (!made->constants || !made->initial || !made->shared) return LOLIGO_MACHINE_ERROR;
  return derive(network, made);
}

void layer_cells_free(layer_cells *cells)
{
  memory_free(cells->constants);
  memory_free(cells->initial);
  memory_free(cells->shared);
}

/* Makes an array as long as any layer wants it. */
static void want(size_t *most, size_t n)
{
  if (n > *most) *most = n;
}

typedef struct bench_sizes {
  size_t input, output, inputs, outputs, states, kept, tape, shared; /* in LANES numbers */
} bench_sizes;

static bench_sizes sizes_of(const layer_cells *cells, size_t n)
{
  bench_sizes s = {0};
  for (size_t i = 0; i < n; i++) {
    const loligo_adjoint *adjoint = cells[i].adjoint;
    if (cells[i].n_blocks == 0) continue;
    const size_t parts = (cells[i].n_steps + cells[i].part - 1) / cells[i].part;
    want(&s.input, adjoint->n_inputs * (cells[i].layer->stays ? 1 : cells[i].n_steps));
    want(&s.output, adjoint->n_outputs * (cells[i].layer->speaks ? cells[i].n_steps : 1));
    want(&s.inputs, adjoint->n_inputs);
    want(&s.outputs, adjoint->n_outputs);
    want(&s.states, adjoint->n_states);
    want(&s.kept, adjoint->n_states * parts);
    want(&s.tape, adjoint->n_taped * cells[i].part);
    want(&s.shared, adjoint->n_shared);
  }
  return s;
}

static void *take_lanes(cell_bench *bench, const arithmetic *a, size_t n)
{
  bench->bytes += n * LOLIGO_LANES * a->size;
  return memory_allocate(n * LOLIGO_LANES, a->size, "the cells at work");
}

loligo_status cell_bench_init(const layer_cells *cells, size_t n, cell_bench *made)
{
  const bench_sizes s = sizes_of(cells, n);
  const arithmetic *a = cells->arithmetic;
  *made = (cell_bench){.spikes = memory_allocate(LOLIGO_LANES, sizeof *made->spikes, "the cells at work")};
  made->input = take_lanes(made, a, s.input);
  made->d_input = take_lanes(made, a, s.input);
  made->output = take_lanes(made, a, s.output);
  made->d_output = take_lanes(made, a, s.output);
  made->d_part = take_lanes(made, a, s.inputs);
  made->sum = take_lanes(made, a, s.outputs);
  made->d_sum = take_lanes(made, a, s.outputs);
  made->state = take_lanes(made, a, s.states);
  made->d_state = take_lanes(made, a, s.states);
  made->kept = take_lanes(made, a, s.kept);
  made->tape = take_lanes(made, a, s.tape);
  made->d_shared = take_lanes(made, a, s.shared);
  made->noise = take_lanes(made, a, 1);
  made->information = take_lanes(made, a, 1);
  made->d_information = take_lanes(made, a, 1);
  made->tape_bytes = s.tape * LOLIGO_LANES * a->size;
  const bool is_there = made->spikes && made->input && made->d_input && made->output && made->d_output &&
                        made->d_part && made->sum && made->d_sum && made->state && made->d_state && made->kept &&
                        made->tape && made->d_shared && made->noise && made->information && made->d_information;
  return is_there ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void cell_bench_free(cell_bench *bench)
{
  void *const arrays[] = {bench->spikes,   bench->input,   bench->d_input,     bench->output,
                          bench->d_output, bench->d_part,  bench->sum,         bench->d_sum,
                          bench->state,    bench->d_state, bench->kept,        bench->tape,
                          bench->d_shared, bench->noise,   bench->information, bench->d_information};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) memory_free(arrays[i]);
}

/* A number of each cell of a block into lanes, and back. */
static void cells_to_lanes(const layer_cells *cells, size_t block, const void *row, void *lanes)
{
  cells->arithmetic->to_lanes(1, cells->layer->cells, block * LOLIGO_LANES, layer_cells_in(cells, block), row, lanes);
}

static void lanes_to_cells(const layer_cells *cells, size_t block, const void *lanes, void *row)
{
  cells->arithmetic->of_lanes(1, cells->layer->cells, block * LOLIGO_LANES, layer_cells_in(cells, block), 1, lanes,
                              row);
}

/* Rows of several steps into lanes, and back. */
static void steps_to_lanes(const layer_cells *cells, size_t block, size_t steps, size_t kinds, const void *rows,
                           void *lanes)
{
  const arithmetic *a = cells->arithmetic;
  const size_t n = cells->layer->cells;
  for (size_t t = 0; t < steps; t++)
    a->to_lanes(kinds, n, block * LOLIGO_LANES, layer_cells_in(cells, block), arithmetic_at(a, rows, t * kinds * n),
                arithmetic_at(a, lanes, t * kinds * LOLIGO_LANES));
}

static void lanes_to_steps(const layer_cells *cells, size_t block, size_t steps, size_t kinds, const void *lanes,
                           void *rows)
{
  const arithmetic *a = cells->arithmetic;
  const size_t n = cells->layer->cells;
  for (size_t t = 0; t < steps; t++)
    a->of_lanes(kinds, n, block * LOLIGO_LANES, layer_cells_in(cells, block), 1,
                arithmetic_at(a, lanes, t * kinds * LOLIGO_LANES), arithmetic_at(a, rows, t * kinds * n));
}

static void clear(const arithmetic *a, size_t n, void *lanes)
{
  memset(lanes, 0, n * LOLIGO_LANES * a->size);
}

static void copy(const arithmetic *a, size_t n, const void *from, void *to)
{
  memcpy(to, from, n * LOLIGO_LANES * a->size);
}

static const void *lanes_at(const arithmetic *a, const void *lanes, size_t n)
{
  return arithmetic_at(a, lanes, n * LOLIGO_LANES);
}

/* The pass of a block at its first step. */
static loligo_pass begin(const layer_cells *cells, cell_bench *bench, size_t block, const cell_rows *rows)
{
  const arithmetic *a = cells->arithmetic;
  const loligo_adjoint *adjoint = cells->adjoint;
  loligo_pass pass = cells->pass;
  pass.constants = lanes_at(a, cells->constants, block * adjoint->n_constants);
  pass.shared = cells->shared;
  pass.n_steps = cells->n_steps;
  pass.input = bench->input;
  pass.state = bench->state;
  pass.sum = bench->sum;
  pass.spikes = bench->spikes;
  copy(a, adjoint->n_states, lanes_at(a, cells->initial, block * adjoint->n_states), bench->state);
  clear(a, adjoint->n_outputs, bench->sum);
  memset(bench->spikes, 0, LOLIGO_LANES * sizeof *bench->spikes);
  if (!rows->noise) return pass;
  pass.noise = bench->noise;
  pass.information = bench->information;
  cells_to_lanes(cells, block, rows->noise, bench->noise);
  clear(a, 1, bench->information);
  return pass;
}

static uint64_t count_spikes(const layer_cells *cells, const cell_bench *bench, size_t block)
{
  uint64_t n = 0;
  for (size_t l = 0; l < layer_cells_in(cells, block); l++) n += (uint64_t)bench->spikes[l];
  return n;
}

uint64_t layer_cells_forward(const layer_cells *cells, cell_bench *bench, const cell_rows *rows)
{
  const arithmetic *a = cells->arithmetic;
  const size_t n_outputs = cells->adjoint->n_outputs, steps = cells->layer->stays ? 1 : cells->n_steps;
  uint64_t spikes = 0;
  for (size_t b = 0; b < cells->n_blocks; b++) {
    loligo_pass pass = begin(cells, bench, b, rows);
    pass.output = rows->output ? bench->output : NULL;
    steps_to_lanes(cells, b, steps, cells->adjoint->n_inputs, rows->current, bench->input);
    cells->forward(&pass);
    a->of_lanes(n_outputs, cells->layer->cells, b * LOLIGO_LANES, layer_cells_in(cells, b), cells->layer->value,
                bench->sum, rows->value);
    if (rows->output) lanes_to_steps(cells, b, cells->n_steps, n_outputs, bench->output, rows->output);
    if (rows->information) lanes_to_cells(cells, b, bench->information, rows->information);
    spikes += count_spikes(cells, bench, b);
  }
  layer_cells_count(cells, cells->layer->cells * cells->n_steps);
  return spikes;
}

/* Takes dE/d(sum), and of single steps where somebody asked for these. */
static void take_gradient(const layer_cells *cells, cell_bench *bench, size_t block, const cell_rows *rows)
{
  const arithmetic *a = cells->arithmetic;
  const size_t n_outputs = cells->adjoint->n_outputs;
  clear(a, n_outputs, bench->d_sum);
  if (rows->d_value) {
    steps_to_lanes(cells, block, 1, n_outputs, rows->d_value, bench->d_sum);
    a->multiply_by(n_outputs * LOLIGO_LANES, cells->layer->value, bench->d_sum);
  }
  if (rows->d_output) steps_to_lanes(cells, block, cells->n_steps, n_outputs, rows->d_output, bench->d_output);
  if (rows->d_information) cells_to_lanes(cells, block, rows->d_information, bench->d_information);
}

/* Runs all parts but the last and keeps the state before each. */
static void keep_states(const layer_cells *cells, cell_bench *bench, loligo_pass pass)
{
  const arithmetic *a = cells->arithmetic;
  const size_t n_states = cells->adjoint->n_states, n_inputs = cells->adjoint->n_inputs;
  for (size_t t = 0, i = 0; t < cells->n_steps; t += cells->part, i++) {
    copy(a, n_states, bench->state, arithmetic_at(a, bench->kept, i * n_states * LOLIGO_LANES));
    if (t + cells->part >= cells->n_steps) return;
    pass.n_steps = cells->part;
    pass.input = lanes_at(a, bench->input, pass.input_stays ? 0 : t * n_inputs);
    cells->forward(&pass);
  }
}

/* Part i of a block, forward with a tape and backward. */
static void part_backward(const layer_cells *cells, cell_bench *bench, loligo_pass pass, size_t i, bool has_outputs)
{
  const arithmetic *a = cells->arithmetic;
  const loligo_adjoint *adjoint = cells->adjoint;
  const size_t first = i * cells->part, n_inputs = adjoint->n_inputs, at = pass.input_stays ? 0 : first * n_inputs;
  const void *kept = lanes_at(a, bench->kept, i * adjoint->n_states);
  pass.n_steps = least_of(cells->part, cells->n_steps - first);
  pass.input = lanes_at(a, bench->input, at);
  pass.tape = bench->tape;
  copy(a, adjoint->n_states, kept, bench->state);
  cells->forward(&pass);
  const loligo_gradient gradient = {
      .sum = bench->d_sum,
      .output = has_outputs ? lanes_at(a, bench->d_output, first * adjoint->n_outputs) : NULL,
      .state = bench->d_state,
      .input = pass.input_stays ? bench->d_part : arithmetic_at(a, bench->d_input, at * LOLIGO_LANES),
      .shared = bench->d_shared,
      .information = bench->d_information};
  cells->backward(&pass, kept, &gradient);
  if (pass.input_stays) a->add_to_rows(1, n_inputs * LOLIGO_LANES, bench->d_part, bench->d_input);
}

/* Adds the gradient of shared parameters over the cells of a block, in their order. */
static void add_shared(const layer_cells *cells, const cell_bench *bench, size_t block, void *d_shared)
{
  const arithmetic *a = cells->arithmetic;
  for (size_t k = 0; k < cells->adjoint->n_shared; k++)
    for (size_t l = 0; l < layer_cells_in(cells, block); l++)
      a->add_to_rows(1, 1, arithmetic_at(a, bench->d_shared, k * LOLIGO_LANES + l), arithmetic_at(a, d_shared, k));
}

void layer_cells_backward(const layer_cells *cells, cell_bench *bench, const cell_rows *rows)
{
  const arithmetic *a = cells->arithmetic;
  const loligo_adjoint *adjoint = cells->adjoint;
  const size_t steps = cells->layer->stays ? 1 : cells->n_steps;
  const size_t n_parts = (cells->n_steps + cells->part - 1) / cells->part, again = (n_parts - 1) * cells->part;
  memset(rows->d_shared, 0, adjoint->n_shared * a->size);
  for (size_t b = 0; b < cells->n_blocks; b++) {
    const loligo_pass pass = begin(cells, bench, b, rows);
    steps_to_lanes(cells, b, steps, adjoint->n_inputs, rows->current, bench->input);
    take_gradient(cells, bench, b, rows);
    clear(a, adjoint->n_states, bench->d_state);
    clear(a, adjoint->n_shared, bench->d_shared);
    if (pass.input_stays) clear(a, adjoint->n_inputs, bench->d_input);
    keep_states(cells, bench, pass);
    for (size_t i = n_parts; i-- > 0;) part_backward(cells, bench, pass, i, rows->d_output);
    lanes_to_steps(cells, b, steps, adjoint->n_inputs, bench->d_input, rows->d_current);
    add_shared(cells, bench, b, rows->d_shared);
  }
  layer_cells_count(cells, cells->layer->cells * (again + 2 * cells->n_steps));
}

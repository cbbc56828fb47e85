/*
 * Trials layer by layer forward, and back. A product of matrices takes all samples of this rank, and all their steps,
 * as rows; each row has the same bits however many there are.
 */
#include "learn/pass.h"

#include <string.h>

#include "learn/loop.h"

/* -- forward -- */

static void *current_of(const trials *trials, size_t layer)
{
  if (trials->layers->layers[layer].part == LOLIGO_TRIAL_READOUT)
    return trials_mine(trials, trials->of_layer[layer].value, trials->layers->layers[layer].rows);
  return trials->of_layer[layer].current;
}

/* W x of rows of a source. */
static void multiply(const trials *trials, size_t number, size_t m, void *to)
{
  const layer_link *link = &trials->layers->links[number];
  const size_t rows = trials->layers->layers[link->target].rows, columns = trials->layers->layers[link->source].columns;
  const matrix_product product = {
      .form = MATRIX_A_BT, .m = m, .n = rows, .k = columns, .a_stride = columns, .b_stride = columns, .c_stride = rows};
  trials_multiply(trials, &product, trials_taken(trials, link), trials_weight(trials, number), to);
}

/* What a link brings, as the first one or besides others. */
static void bring(const trials *trials, size_t number, bool is_first)
{
  const layer_link *link = &trials->layers->links[number];
  const layer *target = &trials->layers->layers[link->target];
  const arithmetic *a = trials->arithmetic;
  const void *bias = trials_bias(trials, number);
  const size_t rows = target->rows, m = trials->n_mine * trials->of_link[number].steps;
  void *current = current_of(trials, link->target);
  if (!target->stays && target->part == LOLIGO_TRIAL_UNIT && !link->in_steps) {
    multiply(trials, number, m, trials->scratch);
    a->affine(m, rows, rows, bias, link->gain, trials->scratch);
    for (size_t i = 0; i < m; i++)
      a->add_to_rows(trials->n_steps, rows, arithmetic_at(a, trials->scratch, i * rows),
                     arithmetic_at(a, current, i * trials->n_steps * rows));
  } else if (is_first) {
    multiply(trials, number, m, current);
    a->affine(m, rows, rows, bias, link->gain, current);
  } else {
    multiply(trials, number, m, trials->scratch);
    a->add_affine(m, rows, trials->scratch, bias, link->gain, rows, current);
  }
}

/* What flows into a layer from outside its loop. */
static void take_currents(const trials *trials, size_t at)
{
  const layer *layer = &trials->layers->layers[at];
  const bool in_steps = layer->part == LOLIGO_TRIAL_UNIT && !layer->stays;
  bool is_first = !in_steps;
  const size_t n = trials->n_mine * layer->rows * (in_steps ? trials->n_steps : 1);
  memset(current_of(trials, at), 0, n * trials->arithmetic->size);
  for (size_t i = 0; i < trials->layers->n_links; i++) {
    const layer_link *link = &trials->layers->links[i];
    if (link->target != at || link->later) continue;
    bring(trials, i, is_first);
    is_first = false;
  }
}

/* Rows of sample i of this rank. */
static cell_rows rows_of(const trials *trials, size_t at, size_t i)
{
  const layer *layer = &trials->layers->layers[at];
  const layer_arrays *arrays = &trials->of_layer[at];
  const arithmetic *a = trials->arithmetic;
  const size_t steps = trials->n_steps, rows = layer->rows * (layer->stays ? 1 : steps), sample = trials->first + i;
  cell_rows r = {.current = arithmetic_at(a, arrays->current, i * rows),
                 .value = arithmetic_at(a, arrays->value, sample * layer->columns)};
  if (layer->speaks) r.output = arithmetic_at(a, arrays->output, sample * steps * layer->columns);
  if (layer->part == LOLIGO_TRIAL_CODE) {
    r.noise = arithmetic_at(a, arrays->noise, i * layer->cells);
    r.information = arithmetic_at(a, arrays->information, i * layer->cells);
  }
  if (!layer->learns) return r;
  r.d_value = arithmetic_at(a, arrays->d_value, i * layer->columns);
  r.d_current = arithmetic_at(a, arrays->d_current, i * rows);
  r.d_shared = arithmetic_at(a, arrays->d_shared, sample * layer->adjoint->n_shared);
  if (arrays->d_information) r.d_information = arithmetic_at(a, arrays->d_information, i * layer->cells);
  if (layer->speaks) r.d_output = arithmetic_at(a, arrays->d_output, i * steps * layer->columns);
  return r;
}

static void take_shared(const trials *trials, size_t at)
{
  const arithmetic *a = trials->arithmetic;
  const layer_cells *cells = &trials->cells[at];
  for (size_t k = 0; cells->adjoint && k < cells->adjoint->n_shared; k++)
    memcpy(arithmetic_at(a, cells->shared, k), trials->weights->arrays[trials->weights->of_layer[at] + k].values,
           a->size);
}

void pass_forward(trials *trials)
{
  const layers *layers = trials->layers;
  memset(trials->spikes, 0, trials->n_mine * layers->n * sizeof *trials->spikes);
  for (size_t p = 0; p < layers->n; p += layers->loop[p]) {
    for (size_t k = 0; k < layers->loop[p]; k++) {
      if (layers->layers[layers->order[p + k]].part != LOLIGO_TRIAL_DATA) take_currents(trials, layers->order[p + k]);
      take_shared(trials, layers->order[p + k]);
    }
    const size_t at = layers->order[p];
    if (layers->layers[at].is_looped) {
      loop_forward(trials, p, layers->loop[p]);
    } else if (layer_has_passes(&layers->layers[at])) {
      for (size_t i = 0; i < trials->n_mine; i++) {
        const cell_rows rows = rows_of(trials, at, i);
        trials->spikes[i * layers->n + at] = layer_cells_forward(&trials->cells[at], &trials->bench, &rows);
      }
    }
  }
}

/* -- backward -- */

void pass_clear(trials *trials)
{
  const layers *layers = trials->layers;
  const size_t size = trials->arithmetic->size;
  for (size_t i = 0; i < layers->n; i++) {
    const layer_arrays *arrays = &trials->of_layer[i];
    const size_t n = trials->n_mine * layers->layers[i].columns;
    if (arrays->d_value) memset(arrays->d_value, 0, n * size);
    if (arrays->d_output) memset(arrays->d_output, 0, n * trials->n_steps * size);
    if (arrays->d_information) memset(arrays->d_information, 0, trials->n_mine * layers->layers[i].cells * size);
  }
}

/* dE/d(W x + b) of the samples of this rank. */
static void *take_delta(const trials *trials, size_t number)
{
  const layer_link *link = &trials->layers->links[number];
  const layer *target = &trials->layers->layers[link->target];
  const arithmetic *a = trials->arithmetic;
  const size_t rows = target->rows, steps = trials->of_link[number].steps, m = trials->n_mine * steps;
  const bool is_readout = target->part == LOLIGO_TRIAL_READOUT, is_behind = layer_is_behind(target);
  const void *from = is_readout ? trials->of_layer[link->target].d_value : trials->of_layer[link->target].d_current;
  void *delta = trials_mine(trials, trials->of_link[number].delta, steps * rows);
  if (!is_readout && !target->stays && steps == 1) {
    for (size_t i = 0; i < m; i++)
      a->sum_rows(trials->n_steps, rows, rows, false, arithmetic_at(a, from, i * trials->n_steps * rows),
                  arithmetic_at(a, trials->scratch, i * rows));
    from = trials->scratch;
  }
  a->bounded(m, rows, rows, link->gain, is_behind ? 0 : trials->settings->clip, from, delta);
  return delta;
}

/* Back through a link from outside a loop. */
static void hand_back(const trials *trials, size_t number)
{
  const layer_link *link = &trials->layers->links[number];
  const layer_arrays *source = &trials->of_layer[link->source];
  const size_t rows = trials->layers->layers[link->target].rows, columns = trials->layers->layers[link->source].columns;
  if (!trials_come_back(trials, link)) return;
  const void *delta = take_delta(trials, number);
  if (!trials->layers->layers[link->source].learns) return;
  const matrix_product product = {.form = MATRIX_A_B,
                                  .adds = true,
                                  .m = trials->n_mine * trials->of_link[number].steps,
                                  .n = columns,
                                  .k = rows,
                                  .a_stride = rows,
                                  .b_stride = columns,
                                  .c_stride = columns};
  trials_multiply(trials, &product, delta, trials_weight(trials, number),
                  link->in_steps ? source->d_output : source->d_value);
}

static void layer_backward(trials *trials, size_t place)
{
  const layers *layers = trials->layers;
  const size_t at = layers->order[place];
  const layer *layer = &layers->layers[at];
  if (layer->is_looped) {
    loop_backward(trials, place, layers->loop[place]);
  } else if (layer_has_passes(layer)) {
    for (size_t i = 0; i < trials->n_mine; i++) {
      const cell_rows rows = rows_of(trials, at, i);
      layer_cells_backward(&trials->cells[at], &trials->bench, &rows);
    }
  }
  for (size_t k = 0; k < layers->loop[place]; k++)
    for (size_t i = 0; i < layers->n_links; i++)
      if (layers->links[i].target == layers->order[place + k] && !layers->links[i].later) hand_back(trials, i);
}

void pass_backward(trials *trials)
{
  const layers *layers = trials->layers;
  for (size_t p = layers->n; p-- > 0;)
    if (layers->loop[p] > 0 && layers->layers[layers->order[p]].learns) layer_backward(trials, p);
}

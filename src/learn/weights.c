/*
 * Weights, biases and shared parameters. First weights are keyed by the projection's name and their element, in double
 * precision whatever that of the training.
 */
#include "learn/weights.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/param.h"
#include "base/random/distribution.h"
#include "base/text.h"
#include "model/neuron/model.h"
#include "network/population.h"
#include "network/projection.h"

static size_t count_arrays(const layers *layers)
{
  size_t n = 0;
  for (size_t i = 0; i < layers->n_links; i++) n += 1 + layers->links[i].has_bias;
  for (size_t i = 0; i < layers->n; i++) n += layers->layers[i].adjoint->n_shared;
  return n;
}

/* Appends an array and allocates it. */
static loligo_status add_array(const loligo_context *context, const optimiser *optimiser, weights *weights,
                               weight_array array)
{
  const size_t size = weights->arithmetic->size;
  array.first_row = share_first(array.rows, 1, context->rank, context->size);
  array.n_rows = share_first(array.rows, 1, context->rank + 1, context->size) - array.first_row;
  const size_t owned = array.n_rows * array.columns;
  array.values = memory_allocate(array.rows * array.columns, size, "weights");
  bool is_there = array.values;
  if (array.learns) {
    array.gradient = memory_allocate(owned, size, "gradients of weights");
    is_there = is_there && array.gradient;
    for (size_t k = 0; optimiser && k < OPTIMISER_MAX_STATES && optimiser->states[k]; k++) {
      array.state[k] = memory_allocate(owned, size, "the state of the optimiser");
      is_there = is_there && array.state[k];
    }
  }
  weights->arrays[weights->n++] = array;
  return is_there ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status draw(const loligo_network *network, const layer_link *link, const arithmetic *arithmetic,
                          const weight_array *array)
{
  const random_key key = random_key_make(network->seed, RANDOM_LEARNED, array->of, array->name);
  double *row = memory_allocate(array->columns, sizeof *row, "first weights");
  if (!row) return LOLIGO_MACHINE_ERROR;
  for (size_t r = 0; r < array->rows; r++) {
    distribution_draw(link->projection->weight, key, r, array->columns, row);
    arithmetic->of_double(array->columns, row, arithmetic_at(arithmetic, array->values, r * array->columns));
  }
  memory_free(row);
  return LOLIGO_OK;
}

static loligo_status add_link(const loligo_context *context, const loligo_network *network, const layers *layers,
                              const optimiser *optimiser, const layer_link *link, weights *weights)
{
  weight_array array = {.of = link->projection->name,
                        .name = "weight",
                        .rows = layers->layers[link->target].rows,
                        .columns = layers->layers[link->source].columns,
                        .learns = link->learns,
                        .rate = link->rate};
  LOLIGO_TRY(add_array(context, optimiser, weights, array));
  LOLIGO_TRY(draw(network, link, weights->arithmetic, &weights->arrays[weights->n - 1]));
  if (!link->has_bias) return LOLIGO_OK;
  array.name = "bias";
  array.columns = 1;
  LOLIGO_TRY(add_array(context, optimiser, weights, array));
  return draw(network, link, weights->arithmetic, &weights->arrays[weights->n - 1]);
}

static loligo_status add_shared(const loligo_context *context, const loligo_network *network, const layer *layer,
                                const optimiser *optimiser, weights *weights)
{
  const loligo_param_table params = layer->population->model->params;
  for (size_t k = 0; k < layer->adjoint->n_shared; k++) {
    const char *name = layer->adjoint->shared[k];
    const weight_array array = {
        .of = layer->population->name, .name = name, .rows = 1, .columns = 1, .learns = true, .rate = 1};
    const size_t row = (size_t)(param_find(params, name) - params.rows);
    if (population_is_distributed(layer->population, row))
      return population_refuse(layer->population, "its cells share %s, so that it must be one number", name);
    const double first = population_value(network, layer->population, row, 0);
    LOLIGO_TRY(add_array(context, optimiser, weights, array));
    weights->arithmetic->of_double(1, &first, weights->arrays[weights->n - 1].values);
  }
  return LOLIGO_OK;
}

static void *owned_values(const weights *weights, const weight_array *array)
{
  return arithmetic_at(weights->arithmetic, array->values, array->first_row * array->columns);
}

/* Names what is kept of each array, for files. */
static loligo_status make_fields(const optimiser *optimiser, weights *weights)
{
  const size_t most = weights->n * (1 + OPTIMISER_MAX_STATES);
  weights->fields = memory_allocate(most, sizeof *weights->fields, "fields of weights");
  weights->field_names = memory_allocate(most, sizeof *weights->field_names, "fields of weights");
  if (!weights->fields || !weights->field_names) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    training_field field = {array->of,      array->name,      false,         array->rows,
                            array->columns, array->first_row, array->n_rows, owned_values(weights, array)};
    weights->fields[weights->n_fields++] = field;
    for (size_t k = 0; optimiser && array->learns && k < OPTIMISER_MAX_STATES && optimiser->states[k]; k++) {
      char *name = weights->field_names[weights->n_fields];
      snprintf(name, sizeof *weights->field_names, "%s/%s", array->name, optimiser->states[k]);
      field.name = name;
      field.is_state = true;
      field.values = array->state[k];
      weights->fields[weights->n_fields++] = field;
    }
  }
  return LOLIGO_OK;
}

loligo_status weights_init(const loligo_context *context, const loligo_network *network, const layers *layers,
                           const arithmetic *arithmetic, const optimiser *optimiser, weights *made)
{
  *made = (weights){.arithmetic = arithmetic,
                    .arrays = memory_allocate(count_arrays(layers), sizeof *made->arrays, "weights"),
                    .of_link = memory_allocate(layers->n_links, sizeof *made->of_link, "weights"),
                    .of_layer = memory_allocate(layers->n, sizeof *made->of_layer, "weights")};
  if (!made->arrays || !made->of_link || !made->of_layer) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < layers->n_links; i++) {
    made->of_link[i] = made->n;
    LOLIGO_TRY(add_link(context, network, layers, optimiser, &layers->links[i], made));
  }
  for (size_t i = 0; i < layers->n; i++) {
    made->of_layer[i] = made->n;
    LOLIGO_TRY(add_shared(context, network, &layers->layers[i], optimiser, made));
  }
  return make_fields(optimiser, made);
}

void weights_free(weights *weights)
{
  for (size_t i = 0; i < weights->n; i++) {
    memory_free(weights->arrays[i].values);
    memory_free(weights->arrays[i].gradient);
    for (size_t k = 0; k < OPTIMISER_MAX_STATES; k++) memory_free(weights->arrays[i].state[k]);
  }
  memory_free(weights->arrays);
  memory_free(weights->of_link);
  memory_free(weights->of_layer);
  memory_free(weights->fields);
  memory_free(weights->field_names);
}

void weights_move(weights *weights, const weights_stride *stride)
{
  const optimiser_step step = stride->optimiser->step[stride->precision];
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    if (array->learns)
      step(stride->param, stride->rate * array->rate, stride->update, weight_array_owned(array), array->gradient,
           array->state, owned_values(weights, array));
  }
}

void weights_share(const sharing *sharing, weights *weights, bool all)
{
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    if (all || array->learns)
      share_rows(sharing, array->rows, 1, array->columns, weights->arithmetic->type, array->values);
  }
}

uint64_t weights_checksum(const weights *weights)
{
  uint64_t hash = 0;
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    const size_t bytes = array->rows * array->columns * weights->arithmetic->size;
    hash = hash_mix(hash ^ text_hash(array->of) ^ hash_mix(text_hash(array->name)));
    for (size_t at = 0; at < bytes; at += sizeof(uint32_t)) {
      uint32_t word;
      memcpy(&word, (const char *)array->values + at, sizeof word);
      hash = hash_mix(hash ^ word);
    }
  }
  return hash;
}

size_t weights_learned(const weights *weights)
{
  size_t n = 0;
  for (size_t i = 0; i < weights->n; i++)
    if (weights->arrays[i].learns) n += weights->arrays[i].rows * weights->arrays[i].columns;
  return n;
}

size_t weights_owned(const weights *weights)
{
  size_t n = 0;
  for (size_t i = 0; i < weights->n; i++)
    if (weights->arrays[i].learns) n += weight_array_owned(&weights->arrays[i]);
  return n;
}

/*
 * Layers and links of a network that learns in trials. Loops are the strongly connected components with a link inside;
 * networks of this kind have few populations, so who reaches whom is a table.
 */
#include "learn/layers.h"

#include <string.h>

#include "base/memory.h"
#include "base/param.h"
#include "model/neuron/model.h"
#include "model/synapse/synapse_model.h"
#include "network/population.h"
#include "network/projection.h"

/* More make a table of who reaches whom large, and are none that learn in trials. */
enum { MAX_LAYERS = 2048 };

static loligo_status refuse_link(const layer_link *link, const char *why)
{
  char text[PROJECTION_TEXT_BYTES];
  projection_print(link->projection, text);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: %s", text, why);
}

static loligo_status read_layer(const loligo_population *population, layer *layer)
{
  const loligo_adjoint *adjoint = population->model->adjoint;
  if (!adjoint)
    return population_refuse(population, "its model does not learn in trials; 'loligo models' lists those that do");
  layer->population = population;
  layer->adjoint = adjoint;
  layer->part = adjoint->part;
  layer->cells = population->size;
  layer->rows = adjoint->n_inputs * population->size;
  layer->columns = adjoint->n_outputs * population->size;
  if (layer->part == LOLIGO_TRIAL_READOUT) layer->rows = layer->columns = population->size;
  if (layer->part == LOLIGO_TRIAL_DATA) layer->columns = population->size;
  return LOLIGO_OK;
}

static loligo_status read_layers(const loligo_network *network, bool stays, int64_t n_steps, layers *made)
{
  size_t n_data = 0;
  for (size_t i = 0; i < made->n; i++) {
    layer *layer = &made->layers[i];
    LOLIGO_TRY(read_layer(&network->populations[i], layer));
    layer->steps = layer->part == LOLIGO_TRIAL_CODE ? 1 : (size_t)n_steps;
    layer->value =
        layer->part == LOLIGO_TRIAL_UNIT && layer->adjoint->integrates ? network->dt : 1 / (double)layer->steps;
    if (layer->part != LOLIGO_TRIAL_DATA) continue;
    made->data = i;
    layer->stays = stays;
    if (++n_data > 1)
      return population_refuse(layer->population, "only one population can show the samples; make it larger");
  }
  if (n_data == 0)
    return loligo_fail(LOLIGO_INPUT_ERROR, "learning: no population shows the samples; add one of model data_source");
  return LOLIGO_OK;
}

static double key(const loligo_projection *projection, const char *name)
{
  return param_named(projection->synapse->params, projection->plasticity->params, name);
}

static loligo_status read_links(const loligo_network *network, layers *made)
{
  for (size_t i = 0; i < made->n_links; i++) {
    const loligo_projection *projection = &network->projections[i];
    layer_link *link = &made->links[i];
    *link = (layer_link){.projection = projection, .source = projection->source, .target = projection->target};
    if (projection->synapse->kind != SYNAPSE_DENSE)
      return refuse_link(link, "where learning is by trials its synapse must be of model dense");
    link->has_bias = key(projection, SYNAPSE_DENSE_BIAS) > 0;
    link->learns = key(projection, SYNAPSE_DENSE_LEARN) > 0;
    link->rate = key(projection, SYNAPSE_DENSE_RATE);
    link->gain = key(projection, SYNAPSE_DENSE_GAIN);
    if (made->layers[link->target].part == LOLIGO_TRIAL_DATA)
      return refuse_link(link, "its target shows the samples and takes no input");
    if (layer_is_behind(&made->layers[link->source]) && !layer_is_behind(&made->layers[link->target]))
      return refuse_link(link, "its source comes behind the trial, so that its target can only be a readout or a code");
  }
  return LOLIGO_OK;
}

/* Marks what can be reached from a layer by one link or more, depth first; `left` is as long as there are layers. */
static void mark_reached(const layers *layers, size_t from, bool *reached, size_t *left)
{
  size_t n_left = 0;
  for (size_t at = from;; at = left[--n_left]) {
    for (size_t i = 0; i < layers->n_links; i++) {
      const layer_link *link = &layers->links[i];
      if (link->source != at || reached[link->target]) continue;
      reached[link->target] = true;
      left[n_left++] = link->target;
    }
    if (n_left == 0) return;
  }
}

static bool in_one_loop(const layers *layers, const bool *reached, size_t a, size_t b)
{
  return reached[a * layers->n + b] && reached[b * layers->n + a];
}

static bool is_ready(const layers *layers, const bool *reached, const bool *placed, size_t at)
{
  for (size_t i = 0; i < layers->n_links; i++) {
    const layer_link *link = &layers->links[i];
    const bool concerns = link->target == at || in_one_loop(layers, reached, link->target, at);
    if (concerns && !placed[link->source] && !in_one_loop(layers, reached, link->source, link->target)) return false;
  }
  return true;
}

/* Places the layers whose sources are placed, until all are; each brings its loop. */
static void place(layers *layers, const bool *reached, bool *placed)
{
  for (size_t n = 0; n < layers->n;)
    for (size_t i = 0; i < layers->n; i++) {
      if (placed[i] || !is_ready(layers, reached, placed, i)) continue;
      const size_t first = n;
      for (size_t j = i; j < layers->n; j++) {
        if (j != i && !in_one_loop(layers, reached, i, j)) continue;
        placed[j] = true;
        layers->order[n++] = j;
      }
      layers->loop[first] = n - first;
    }
}

static loligo_status find_loops(layers *layers, const bool *reached)
{
  for (size_t i = 0; i < layers->n; i++) layers->layers[i].is_looped = reached[i * layers->n + i];
  for (size_t i = 0; i < layers->n_links; i++) {
    layer_link *link = &layers->links[i];
    link->later = in_one_loop(layers, reached, link->source, link->target);
    if (link->later && layers->layers[link->source].part != LOLIGO_TRIAL_UNIT)
      return refuse_link(link, "it closes a loop of readouts or codes, which have no steps");
  }
  return LOLIGO_OK;
}

static loligo_status sort(layers *layers)
{
  bool *reached = memory_allocate(layers->n * layers->n, sizeof *reached, "layers");
  bool *placed = memory_allocate(layers->n, sizeof *placed, "layers");
  size_t *left = memory_allocate(layers->n, sizeof *left, "layers");
  loligo_status status = reached && placed && left ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; status == LOLIGO_OK && i < layers->n; i++) mark_reached(layers, i, &reached[i * layers->n], left);
  if (status == LOLIGO_OK) status = find_loops(layers, reached);
  if (status == LOLIGO_OK) place(layers, reached, placed);
  memory_free(reached);
  memory_free(placed);
  memory_free(left);
  return status;
}

/* Which links bring a current of each step, and who asks whom for what. */
static void find_steps(layers *layers)
{
  for (size_t i = 0; i < layers->n; i++)
    if (layer_has_passes(&layers->layers[i])) layers->layers[i].stays = !layers->layers[i].is_looped;
  for (size_t i = 0; i < layers->n_links; i++) {
    layer_link *link = &layers->links[i];
    layer *source = &layers->layers[link->source], *target = &layers->layers[link->target];
    source->events += target->rows;
    link->in_steps = target->part == LOLIGO_TRIAL_UNIT && !(source->part == LOLIGO_TRIAL_DATA && source->stays);
    if (link->in_steps) target->stays = false;
    if (link->in_steps) source->speaks = true;
  }
}

static bool has_learning_source(const layers *layers, size_t at)
{
  for (size_t i = 0; i < layers->n_links; i++) {
    const layer_link *link = &layers->links[i];
    if (link->target == at && (link->learns || layers->layers[link->source].learns)) return true;
  }
  return false;
}

/* Goes on until nothing changes: loops hand round. */
static void find_learners(layers *layers)
{
  for (bool changes = true; changes;) {
    changes = false;
    for (size_t i = 0; i < layers->n; i++) {
      layer *layer = &layers->layers[layers->order[i]];
      if (layer->learns || layer->part == LOLIGO_TRIAL_DATA) continue;
      layer->learns = layer->adjoint->n_shared > 0 || has_learning_source(layers, layers->order[i]);
      changes = changes || layer->learns;
    }
  }
}

static loligo_status check_size(const loligo_network *network)
{
  if (network->n_populations <= MAX_LAYERS) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "learning: %zu populations are more than the %d that can learn in trials",
                     network->n_populations, (int)MAX_LAYERS);
}

loligo_status layers_init(const loligo_network *network, bool stays, int64_t n_steps, layers *made)
{
  *made = (layers){.n = network->n_populations, .n_links = network->n_projections, .dt = network->dt};
  LOLIGO_TRY(check_size(network));
  made->layers = memory_allocate(made->n, sizeof *made->layers, "layers");
  made->links = memory_allocate(made->n_links, sizeof *made->links, "links");
  made->order = memory_allocate(made->n, sizeof *made->order, "layers");
  made->loop = memory_allocate(made->n, sizeof *made->loop, "layers");
  if (!made->layers || !made->links || !made->order || !made->loop) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(read_layers(network, stays, n_steps, made));
  LOLIGO_TRY(read_links(network, made));
  LOLIGO_TRY(sort(made));
  find_steps(made);
  find_learners(made);
  return LOLIGO_OK;
}

void layers_free(layers *layers)
{
  memory_free(layers->layers);
  memory_free(layers->links);
  memory_free(layers->order);
  memory_free(layers->loop);
}

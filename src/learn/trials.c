/*
 * Arrays of the samples at work: what each layer and link wants is asked for first, so that it can be said how many
 * samples are well held.
 */
#include "learn/trials.h"

#include <limits.h>
#include <string.h>

#include "base/least.h"
#include "base/memory.h"
#include "base/random/random.h"
#include "learn/share.h"
#include "network/population.h"

/* What arrays of samples may take on a rank where fewer samples at a time do as well. */
static const uint64_t ARRAY_BYTES = UINT64_C(1) << 28;

/* An array that is to be allocated: so many numbers for each sample. */
typedef struct request {
  void **array;
  size_t each;
  bool all;
} request;

typedef struct requests {
  request *requests; /* room for all of them */
  size_t n;
} requests;

enum { LAYER_REQUESTS = 18 };

static void ask(requests *list, void **array, size_t each, bool all)
{
  list->requests[list->n++] = (request){array, each, all};
}

static void ask_for_loop(requests *list, const layer_cells *cells, loop_arrays *loop)
{
  const loligo_adjoint *adjoint = cells->adjoint;
  const size_t lanes = cells->n_blocks * LOLIGO_LANES, states = lanes * adjoint->n_states;
  ask(list, &loop->state, states, false);
  ask(list, &loop->d_state, states, false);
  ask(list, &loop->kept, states * ((cells->n_steps + cells->part - 1) / cells->part), false);
  ask(list, &loop->before, states * cells->part, false);
  ask(list, &loop->tape, lanes * adjoint->n_taped * cells->part, false);
  ask(list, &loop->sum, lanes * adjoint->n_outputs, false);
  ask(list, &loop->d_sum, lanes * adjoint->n_outputs, false);
  ask(list, &loop->d_shared, lanes * adjoint->n_shared, false);
}

static void ask_for_code(requests *list, const layer *layer, layer_arrays *arrays)
{
  ask(list, &arrays->noise, layer->cells, false);
  ask(list, &arrays->information, layer->cells, false);
  if (layer->learns) ask(list, &arrays->d_information, layer->cells, false);
}

static void ask_for_layer(requests *list, const trials *trials, const layer *layer, layer_arrays *arrays)
{
  const size_t steps = layer->stays ? 1 : trials->n_steps;
  ask(list, &arrays->value, layer->columns, true);
  if (layer->speaks || (layer->part == LOLIGO_TRIAL_DATA && !layer->stays))
    ask(list, &arrays->output, trials->n_steps * layer->columns, true);
  if (layer->learns) ask(list, &arrays->d_value, layer->columns, false);
  if (!layer_has_passes(layer)) return;
  if (layer->part == LOLIGO_TRIAL_CODE) ask_for_code(list, layer, arrays);
  ask(list, &arrays->current, steps * layer->rows, false);
  if (!layer->learns) return;
  ask(list, &arrays->d_current, steps * layer->rows, false);
  ask(list, &arrays->d_shared, layer->adjoint->n_shared, true);
  if (layer->speaks) ask(list, &arrays->d_output, trials->n_steps * layer->columns, false);
}

static void ask_for_all(requests *list, trials *trials)
{
  const layers *layers = trials->layers;
  size_t most = 0;
  for (size_t i = 0; i < layers->n; i++) {
    const layer *layer = &layers->layers[i];
    const size_t rows = layer->rows * (layer->stays ? 1 : trials->n_steps);
    if (rows > most) most = rows;
    ask_for_layer(list, trials, layer, &trials->of_layer[i]);
    if (layer->is_looped) ask_for_loop(list, &trials->cells[i], &trials->loops[i]);
  }
  for (size_t i = 0; i < layers->n_links; i++) {
    const layer_link *link = &layers->links[i];
    trials->of_link[i].steps = link->in_steps ? trials->n_steps : 1;
    if (trials_come_back(trials, link))
      ask(list, &trials->of_link[i].delta, trials->of_link[i].steps * layers->layers[link->target].rows, true);
  }
  ask(list, &trials->scratch, most, false);
}

/* Most samples of a rank. */
static size_t share_of(size_t n, size_t grain, int ranks)
{
  const size_t grains = (n + grain - 1) / grain;
  return (grains + (size_t)ranks - 1) / (size_t)ranks * grain;
}

static uint64_t bytes_of(const requests *list, size_t n, size_t mine, size_t size)
{
  uint64_t numbers = 0;
  for (size_t i = 0; i < list->n; i++) numbers += list->requests[i].each * (list->requests[i].all ? n : mine);
  return numbers * size;
}

static loligo_status allocate(const requests *list, size_t n, size_t mine, size_t size)
{
  for (size_t i = 0; i < list->n; i++) {
    const request *r = &list->requests[i];
    *r->array = memory_allocate(r->each * (r->all ? n : mine), size, "the samples at work");
    if (!*r->array) return LOLIGO_MACHINE_ERROR;
  }
  return LOLIGO_OK;
}

/* Halves the number of samples until they are well held. */
static loligo_status allocate_arrays(const loligo_context *context, size_t wanted, trials *trials)
{
  const layers *layers = trials->layers;
  const size_t most = layers->n * LAYER_REQUESTS + layers->n_links + 1, size = trials->arithmetic->size;
  requests list = {.requests = memory_allocate(most, sizeof *list.requests, "the samples at work")};
  if (!list.requests) return LOLIGO_MACHINE_ERROR;
  ask_for_all(&list, trials);
  const size_t grain = trials->grain, fewest = grain * (size_t)context->size;
  size_t n = (wanted + grain - 1) / grain * grain;
  while (n > fewest && bytes_of(&list, n, share_of(n, grain, context->size), size) > ARRAY_BYTES)
    n = (n / 2 + grain - 1) / grain * grain;
  const size_t mine = share_of(n, grain, context->size);
  trials->capacity = n;
  trials->bytes = bytes_of(&list, n, mine, size) + trials->bench.bytes;
  trials->spikes = memory_allocate(mine * layers->n, sizeof *trials->spikes, "the samples at work");
  loligo_status status = trials->spikes ? allocate(&list, n, mine, size) : LOLIGO_MACHINE_ERROR;
  memory_free(list.requests);
  return status;
}

static loligo_status make_cells(const loligo_network *network, trials *trials)
{
  const layers *layers = trials->layers;
  for (size_t i = 0; i < layers->n; i++) {
    trials->cells[i].arithmetic = trials->arithmetic;
    if (layer_has_passes(&layers->layers[i]))
      LOLIGO_TRY(layer_cells_init(network, &layers->layers[i], trials->settings, &trials->cells[i]));
    trials->cells[i].updates = &trials->tally[TALLY_LAYERS + i];
  }
  return cell_bench_init(trials->cells, layers->n, &trials->bench);
}

static size_t most_coded(const layers *layers)
{
  size_t most = 0;
  for (size_t i = 0; i < layers->n; i++)
    if (layers->layers[i].part == LOLIGO_TRIAL_CODE && layers->layers[i].cells > most) most = layers->layers[i].cells;
  return most;
}

/* Ranks hand rows of a sample to one another, whose length MPI has to count. */
static loligo_status check_lengths(const layers *layers, size_t n_steps)
{
  for (size_t i = 0; i < layers->n; i++) {
    const layer *layer = &layers->layers[i];
    const bool changes = layer->speaks || (!layer_is_behind(layer) && !layer->stays);
    const size_t width = largest(layer->rows, layer->columns), steps = changes ? n_steps : 1;
    if (width > 0 && steps > INT_MAX / width)
      return population_refuse(layer->population,
                               "%zu numbers in each of %zu steps are more than ranks can hand to one another", width,
                               steps);
  }
  return LOLIGO_OK;
}

loligo_status trials_init(const loligo_context *context, const loligo_network *network, const layers *layers,
                          const learn_settings *settings, const weights *weights, size_t wanted, size_t grain,
                          uint64_t *tally, trials *made)
{
  *made = (trials){.layers = layers,
                   .settings = settings,
                   .weights = weights,
                   .arithmetic = &arithmetics[settings->precision],
                   .n_steps = (size_t)settings->n_steps,
                   .cells = memory_allocate(layers->n, sizeof *made->cells, "layers"),
                   .of_layer = memory_allocate(layers->n, sizeof *made->of_layer, "layers"),
                   .of_link = memory_allocate(layers->n_links, sizeof *made->of_link, "links"),
                   .loops = memory_allocate(layers->n, sizeof *made->loops, "layers"),
                   .normal = memory_allocate(most_coded(layers), sizeof *made->normal, "noise of codes"),
                   .seed = network->seed,
                   .tally = tally,
                   .grain = grain};
  if (!made->cells || !made->of_layer || !made->of_link || !made->loops || !made->normal) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(check_lengths(layers, made->n_steps));
  LOLIGO_TRY(make_cells(network, made));
  return allocate_arrays(context, wanted, made);
}

static void free_layer(layer_arrays *a, loop_arrays *l)
{
  void *const arrays[] = {a->current,  a->value,  a->output,      a->d_current,     a->d_value, a->d_output,
                          a->d_shared, a->noise,  a->information, a->d_information, l->state,   l->d_state,
                          l->kept,     l->before, l->tape,        l->sum,           l->d_sum,   l->d_shared};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) memory_free(arrays[i]);
}

void trials_free(trials *trials)
{
  for (size_t i = 0; trials->cells && i < trials->layers->n; i++) layer_cells_free(&trials->cells[i]);
  if (trials->of_layer && trials->loops)
    for (size_t i = 0; i < trials->layers->n; i++) free_layer(&trials->of_layer[i], &trials->loops[i]);
  for (size_t i = 0; trials->of_link && i < trials->layers->n_links; i++) memory_free(trials->of_link[i].delta);
  cell_bench_free(&trials->bench);
  memory_free(trials->scratch);
  memory_free(trials->spikes);
  memory_free(trials->normal);
  memory_free(trials->cells);
  memory_free(trials->of_layer);
  memory_free(trials->of_link);
  memory_free(trials->loops);
}

bool trials_come_back(const trials *trials, const layer_link *link)
{
  return link->learns || trials->layers->layers[link->source].learns;
}

const void *trials_weight(const trials *trials, size_t link)
{
  return trials->weights->arrays[trials->weights->of_link[link]].values;
}

const void *trials_bias(const trials *trials, size_t link)
{
  if (!trials->layers->links[link].has_bias) return NULL;
  return trials->weights->arrays[trials->weights->of_link[link] + 1].values;
}

void trials_multiply(const trials *trials, const matrix_product *product, const void *a, const void *b, void *c)
{
  trials->tally[TALLY_MAC] += (uint64_t)product->m * product->n * product->k;
  if (product->form != MATRIX_AT_B) trials->tally[TALLY_NUMBERS] += (uint64_t)product->m * (product->n + product->k);
  trials->arithmetic->multiply(product, a, b, c);
  heartbeat_go_on();
}

uint64_t trials_spikes(const trials *trials, size_t i)
{
  const layers *layers = trials->layers;
  uint64_t spikes = 0;
  for (size_t k = 0; k < layers->n; k++)
    if (layers->layers[k].adjoint->has_threshold) spikes += trials->spikes[i * layers->n + k];
  return spikes;
}

uint64_t trials_count_events(const trials *trials, size_t i, const dataset *set, uint64_t number)
{
  const layers *layers = trials->layers;
  uint64_t events = 0;
  if (set)
    events = dataset_count_events(set, number, layers->dt, trials->n_steps) * layers->layers[layers->data].events;
  for (size_t k = 0; k < layers->n; k++) events += trials->spikes[i * layers->n + k] * layers->layers[k].events;
  trials->tally[TALLY_SYNAPTIC_EVENTS] += events;
  return events;
}

void *trials_mine(const trials *trials, void *array, size_t each)
{
  return arithmetic_at(trials->arithmetic, array, trials->first * each);
}

void *trials_taken(const trials *trials, const layer_link *link)
{
  const layer_arrays *source = &trials->of_layer[link->source];
  const size_t columns = trials->layers->layers[link->source].columns;
  return link->in_steps ? trials_mine(trials, source->output, trials->n_steps * columns)
                        : trials_mine(trials, source->value, columns);
}

/* The noise of codes is that of their name, the dataset, the epoch and the sample: a number for each cell. */
static void draw_noise(const trials *trials, const dataset *set, const uint64_t *number, uint64_t epoch)
{
  const arithmetic *a = trials->arithmetic;
  for (size_t k = 0; k < trials->layers->n; k++) {
    const layer *layer = &trials->layers->layers[k];
    if (layer->part != LOLIGO_TRIAL_CODE) continue;
    const random_key key =
        random_key_within(random_key_make(trials->seed, RANDOM_CODE, layer->population->name, set->name), epoch);
    for (size_t i = 0; i < trials->n_mine; i++) {
      random_normals(key, number[trials->first + i], layer->cells, trials->normal);
      a->of_double(layer->cells, trials->normal, arithmetic_at(a, trials->of_layer[k].noise, i * layer->cells));
    }
  }
}

void trials_show(const loligo_context *context, trials *trials, const dataset *set, size_t n, const uint64_t *number,
                 uint64_t epoch, bool all)
{
  const layer *data = &trials->layers->layers[trials->layers->data];
  const layer_arrays *arrays = &trials->of_layer[trials->layers->data];
  const arithmetic *a = trials->arithmetic;
  const loligo_precision precision = trials->settings->precision;
  trials->n = n;
  trials->first = share_first(n, trials->grain, context->rank, context->size);
  trials->n_mine = share_first(n, trials->grain, context->rank + 1, context->size) - trials->first;
  const size_t first = all ? 0 : trials->first, end = all ? n : first + trials->n_mine, steps = trials->n_steps;
  for (size_t i = first; i < end; i++) {
    void *value = arithmetic_at(a, arrays->value, i * data->columns);
    if (data->stays) {
      dataset_show(set, number[i], epoch, precision, value);
      continue;
    }
    void *output = arithmetic_at(a, arrays->output, i * steps * data->columns);
    dataset_show_events(set, number[i], trials->layers->dt, steps, precision, output);
    a->sum_rows(steps, data->columns, data->columns, false, output, value);
    a->multiply_by(data->columns, data->value, value);
  }
  draw_noise(trials, set, number, epoch);
}

/*
 * The gradient of a batch: sums by owners, or leaves in fixed point.
 */
#include "learn/gradient.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/heartbeat.h"
#include "base/least.h"
#include "base/memory.h"

/* Leaves of a batch that may come to one rank. */
static size_t most_leaves(const loligo_context *context, const learn_settings *settings, size_t leaf, size_t capacity)
{
  const size_t ranks = (size_t)context->size;
  size_t n = 0;
  for (size_t first = 0; first < settings->batch; first += capacity) {
    const size_t rest = settings->batch - first, samples = rest < capacity ? rest : capacity;
    const size_t leaves = (samples + leaf - 1) / leaf;
    n += (leaves + ranks - 1) / ranks;
  }
  return n;
}

/* MPI has to count the sums that a rank gets of an array. */
static loligo_status check_lengths(const loligo_context *context, const weights *weights)
{
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    const size_t ranks = (size_t)context->size, most = (array->rows + ranks - 1) / ranks;
    if (array->learns && array->columns > 0 && most > INT_MAX / array->columns)
      return loligo_fail(LOLIGO_INPUT_ERROR,
                         "learning: %s of %s has more numbers than leaves can sum on %zu ranks; take more ranks, or "
                         "leaf 0",
                         array->name, array->of, ranks);
  }
  return LOLIGO_OK;
}

loligo_status gradient_init(const loligo_context *context, const weights *weights, const learn_settings *settings,
                            size_t capacity, gradient *made)
{
  *made = (gradient){.leaf = least(settings->leaf, settings->batch)};
  if (made->leaf == 0) return LOLIGO_OK;
  const size_t size = weights->arithmetic->size, mine = most_leaves(context, settings, made->leaf, capacity);
  size_t owned = 0;
  for (size_t i = 0; i < weights->n; i++)
    if (weight_array_owned(&weights->arrays[i]) > owned) owned = weight_array_owned(&weights->arrays[i]);
  LOLIGO_TRY(check_lengths(context, weights));
  made->n_numbers = weights_learned(weights);
  made->leaves = memory_allocate(mine * made->n_numbers, size, "gradients of leaves");
  made->sum = memory_allocate(made->n_numbers, sizeof *made->sum, "gradients of leaves");
  made->owned = memory_allocate(owned, sizeof *made->owned, "gradients of leaves");
  made->largest = memory_allocate(weights->n, sizeof *made->largest, "gradients of leaves");
  made->bytes = mine * made->n_numbers * size + (made->n_numbers + owned) * sizeof *made->sum;
  return made->leaves && made->sum && made->owned && made->largest ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void gradient_free(gradient *gradient)
{
  memory_free(gradient->leaves);
  memory_free(gradient->sum);
  memory_free(gradient->owned);
  memory_free(gradient->largest);
}

void gradient_begin(gradient *gradient)
{
  gradient->is_first = true;
  gradient->n_leaves = 0;
}

/* Rows of an array, summed over samples at work. */
typedef struct part_of_sum {
  size_t first, n; /* samples */
  size_t first_row, n_rows;
  bool adds;
} part_of_sum;

/* Over all steps, in which a link brings what its source puts out in the same one. */
static void sum_together(const trials *trials, size_t number, const part_of_sum *part, matrix_product product, void *to)
{
  const layer_link *link = &trials->layers->links[number];
  const layer_arrays *source = &trials->of_layer[link->source];
  const size_t steps = trials->of_link[number].steps, first = part->first * steps;
  const arithmetic *a = trials->arithmetic;
  product.k = part->n * steps;
  trials_multiply(trials, &product,
                  arithmetic_at(a, trials->of_link[number].delta, first * product.a_stride + part->first_row),
                  arithmetic_at(a, link->in_steps ? source->output : source->value, first * product.b_stride), to);
}

/* Sample by sample, of a link that brings what its source put out in the step before. */
static void sum_later(const trials *trials, size_t number, const part_of_sum *part, matrix_product product, void *to)
{
  const size_t steps = trials->n_steps;
  const arithmetic *a = trials->arithmetic;
  product.k = steps - 1;
  for (size_t i = part->first; i < part->first + part->n; i++) {
    trials_multiply(
        trials, &product,
        arithmetic_at(a, trials->of_link[number].delta, (i * steps + 1) * product.a_stride + part->first_row),
        arithmetic_at(a, trials->of_layer[trials->layers->links[number].source].output, i * steps * product.b_stride),
        to);
    product.adds = true;
  }
}

static void sum_weights(const trials *trials, size_t number, const part_of_sum *part, void *to)
{
  const layer_link *link = &trials->layers->links[number];
  const size_t rows = trials->layers->layers[link->target].rows, columns = trials->layers->layers[link->source].columns;
  const matrix_product product = {.form = MATRIX_AT_B,
                                  .adds = part->adds,
                                  .m = part->n_rows,
                                  .n = columns,
                                  .a_stride = rows,
                                  .b_stride = columns,
                                  .c_stride = columns};
  if (link->later)
    sum_later(trials, number, part, product, to);
  else
    sum_together(trials, number, part, product, to);
}

static void sum_bias(const trials *trials, size_t number, const part_of_sum *part, void *to)
{
  const size_t rows = trials->layers->layers[trials->layers->links[number].target].rows;
  const size_t steps = trials->of_link[number].steps;
  const arithmetic *a = trials->arithmetic;
  a->sum_rows(part->n * steps, part->n_rows, rows, part->adds,
              arithmetic_at(a, trials->of_link[number].delta, part->first * steps * rows + part->first_row), to);
}

static void sum_shared(const trials *trials, size_t layer, size_t k, const part_of_sum *part, void *to)
{
  const size_t n_shared = trials->layers->layers[layer].adjoint->n_shared;
  const arithmetic *a = trials->arithmetic;
  a->sum_rows(part->n, part->n_rows, n_shared, part->adds,
              arithmetic_at(a, trials->of_layer[layer].d_shared, part->first * n_shared + k), to);
}

/* Gives each array that learns, and where it belongs, to `sum`. */
typedef struct array_visit {
  const trials *trials;
  const weights *weights;
  part_of_sum part;
  char *leaf; /* where the numbers of the next array go; NULL: rows of owners go to their own */
} array_visit;

/* Where the sum of an array goes, and which rows of it. */
static void *destination(array_visit *visit, size_t array)
{
  const weight_array *w = &visit->weights->arrays[array];
  if (!visit->leaf) {
    visit->part.first_row = w->first_row;
    visit->part.n_rows = w->n_rows;
    return w->gradient;
  }
  void *to = visit->leaf;
  visit->part.first_row = 0;
  visit->part.n_rows = w->rows;
  visit->leaf += w->rows * w->columns * visit->weights->arithmetic->size;
  return to;
}

static void sum_arrays(array_visit visit)
{
  const layers *layers = visit.trials->layers;
  for (size_t i = 0; i < layers->n_links; i++) {
    if (!layers->links[i].learns) continue;
    void *to = destination(&visit, visit.weights->of_link[i]);
    sum_weights(visit.trials, i, &visit.part, to);
    if (!layers->links[i].has_bias) continue;
    to = destination(&visit, visit.weights->of_link[i] + 1);
    sum_bias(visit.trials, i, &visit.part, to);
  }
  for (size_t i = 0; i < layers->n; i++)
    for (size_t k = 0; k < layers->layers[i].adjoint->n_shared; k++) {
      void *to = destination(&visit, visit.weights->of_layer[i] + k);
      sum_shared(visit.trials, i, k, &visit.part, to);
    }
}

/* Gives all ranks what their rows want: deltas of links that learn, and what their sources put out. */
static void share_samples(const sharing *sharing, trials *trials)
{
  const layers *layers = trials->layers;
  const MPI_Datatype type = trials->arithmetic->type;
  const size_t n = trials->n, grain = trials->grain, steps = trials->n_steps;
  for (size_t i = 0; i < layers->n; i++) {
    const layer *layer = &layers->layers[i];
    const layer_arrays *arrays = &trials->of_layer[i];
    bool wants_values = false, wants_outputs = false;
    for (size_t k = 0; k < layers->n_links; k++) {
      const layer_link *link = &layers->links[k];
      if (link->source != i || !link->learns || layer->part == LOLIGO_TRIAL_DATA) continue;
      wants_values = wants_values || !link->in_steps;
      wants_outputs = wants_outputs || link->in_steps;
    }
    if (wants_values) share_rows(sharing, n, grain, layer->columns, type, arrays->value);
    if (wants_outputs) share_rows(sharing, n, grain, steps * layer->columns, type, arrays->output);
    share_rows(sharing, n, grain, layer->adjoint->n_shared, type, arrays->d_shared);
  }
  for (size_t i = 0; i < layers->n_links; i++) {
    const size_t width = trials->of_link[i].steps * layers->layers[layers->links[i].target].rows;
    if (layers->links[i].learns) share_rows(sharing, n, grain, width, type, trials->of_link[i].delta);
  }
}

static void add_leaves(gradient *gradient, const trials *trials, const weights *weights)
{
  const size_t end = trials->first + trials->n_mine;
  for (size_t first = trials->first; first < end; first += gradient->leaf) {
    const size_t n = end - first < gradient->leaf ? end - first : gradient->leaf;
    char *leaf = arithmetic_at(weights->arithmetic, gradient->leaves, gradient->n_leaves++ * gradient->n_numbers);
    sum_arrays((array_visit){trials, weights, {.first = first, .n = n}, leaf});
  }
}

/* What the sums read, of the samples of this rank. */
static void count_numbers(const trials *trials)
{
  const layers *layers = trials->layers;
  for (size_t i = 0; i < layers->n_links; i++)
    if (layers->links[i].learns)
      trials->tally[TALLY_NUMBERS] += trials->n_mine * trials->of_link[i].steps * link_width(layers, &layers->links[i]);
}

void gradient_add(const sharing *sharing, gradient *gradient, trials *trials, weights *weights)
{
  if (gradient->leaf > 0) {
    add_leaves(gradient, trials, weights);
  } else {
    share_samples(sharing, trials);
    sum_arrays((array_visit){trials, weights, {.n = trials->n, .adds = !gradient->is_first}, NULL});
  }
  count_numbers(trials);
  gradient->is_first = false;
}

/* The unit of an array's sum: 2^(e - 50), with 2^e above its largest element; sums of less than 2^FEWEST are nothing.
 */
enum { FEWEST = -900 };

static int unit_of(double largest)
{
  int exponent = 0;
  frexp(largest, &exponent);
  return (exponent > FEWEST ? exponent : FEWEST) - 50;
}

static void find_largest(const sharing *sharing, gradient *gradient, const weights *weights)
{
  const arithmetic *a = weights->arithmetic;
  for (size_t i = 0, at = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    gradient->largest[i] = 0;
    if (!array->learns) continue;
    for (size_t k = 0; k < gradient->n_leaves; k++) {
      const double most =
          a->largest(array->rows * array->columns, arithmetic_at(a, gradient->leaves, k * gradient->n_numbers + at));
      if (!(most <= gradient->largest[i])) gradient->largest[i] = most;
    }
    at += array->rows * array->columns;
  }
  share_count(sharing, weights->n * sizeof *gradient->largest);
  heartbeat_await(true);
  MPI_Allreduce(MPI_IN_PLACE, gradient->largest, (int)weights->n, MPI_DOUBLE, MPI_MAX, sharing->context->comm);
  heartbeat_await(false);
}

/* Adds the leaves of all ranks, and leaves each owner its rows. */
static void add_fixed(const sharing *sharing, gradient *gradient, const weight_array *array, const arithmetic *a,
                      size_t at, int unit)
{
  const loligo_context *context = sharing->context;
  const size_t n = array->rows * array->columns;
  int64_t *sum = gradient->sum + at;
  memset(sum, 0, n * sizeof *sum);
  for (size_t k = 0; k < gradient->n_leaves; k++)
    a->add_fixed(n, ldexp(1, -unit), arithmetic_at(a, gradient->leaves, k * gradient->n_numbers + at), sum);
  for (int r = 0; r < context->size; r++)
    sharing->count[r] =
        (int)((share_first(array->rows, 1, r + 1, context->size) - share_first(array->rows, 1, r, context->size)) *
              array->columns);
  *sharing->bytes += (n - weight_array_owned(array)) * sizeof *sum;
  heartbeat_await(true);
  MPI_Reduce_scatter(sum, gradient->owned, sharing->count, MPI_INT64_T, MPI_SUM, context->comm);
  heartbeat_await(false);
  a->of_fixed(weight_array_owned(array), ldexp(1, unit), gradient->owned, array->gradient);
}

static bool end_leaves(const sharing *sharing, gradient *gradient, const weights *weights)
{
  find_largest(sharing, gradient, weights);
  for (size_t i = 0; i < weights->n; i++)
    if (!isfinite(gradient->largest[i])) return false;
  for (size_t i = 0, at = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    if (!array->learns) continue;
    add_fixed(sharing, gradient, array, weights->arithmetic, at, unit_of(gradient->largest[i]));
    at += array->rows * array->columns;
  }
  return true;
}

static bool end_owned(const sharing *sharing, const weights *weights)
{
  int is_wrong = 0;
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    if (array->learns && !isfinite(weights->arithmetic->largest(weight_array_owned(array), array->gradient)))
      is_wrong = 1;
  }
  if (sharing->context->size == 1) return !is_wrong;
  heartbeat_await(true);
  MPI_Allreduce(MPI_IN_PLACE, &is_wrong, 1, MPI_INT, MPI_MAX, sharing->context->comm);
  heartbeat_await(false);
  return !is_wrong;
}

bool gradient_end(const sharing *sharing, gradient *gradient, weights *weights, uint64_t samples)
{
  const bool is_finite = gradient->leaf > 0 ? end_leaves(sharing, gradient, weights) : end_owned(sharing, weights);
  for (size_t i = 0; is_finite && i < weights->n; i++)
    if (weights->arrays[i].learns)
      weights->arithmetic->multiply_by(weight_array_owned(&weights->arrays[i]), 1 / (double)samples,
                                       weights->arrays[i].gradient);
  return is_finite;
}

/*
 * Evolution strategies with antithetic pairs (Salimans et al. 2017, arXiv 1703.03864): weights are moved along their
 * random changes, each by how much better the network was with it than against it. Ranks share the pairs and exchange
 * rewards only, since each can draw all changes.
 */
#include <string.h>

#include "base/memory.h"
#include "learn/episode.h"
#include "learn/method.h"

enum { PAIRS, SIGMA, RATE, EPISODES };

static const loligo_param params[] = {
    {"pairs", LOLIGO_PARAM_INTEGER, "", "16", LOLIGO_RANGE_POSITIVE, NULL, "changes that are tried in a generation", 0},
    LOLIGO_REAL_ROW("sigma", "", "0.3", LOLIGO_RANGE_POSITIVE, "standard deviation of a change of a weight"),
    LOLIGO_REAL_ROW("rate", "", "0.45", LOLIGO_RANGE_POSITIVE, "how far a generation goes along the changes"),
    {"episodes", LOLIGO_PARAM_INTEGER, "", "2", LOLIGO_RANGE_POSITIVE, NULL, "that a change is tried in", 0},
};

/* A generation at work. */
typedef struct generation {
  training *training;
  uint64_t number;
  size_t pairs;
  const double *param;
  void **before;   /* [arrays] weights */
  double *change;  /* [columns of any array] */
  double *reward;  /* [pairs][2] of the change and of its opposite */
  double *advance; /* [pairs] */
  episode_counts counts;
} generation;

static void generation_free(generation *g)
{
  for (size_t i = 0; g->before && i < g->training->weights.n; i++) memory_free(g->before[i]);
  memory_free(g->before);
  memory_free(g->change);
  memory_free(g->reward);
  memory_free(g->advance);
}

static loligo_status generation_init(generation *g)
{
  const weights *weights = &g->training->weights;
  size_t most = 0;
  g->before = memory_allocate(weights->n, sizeof *g->before, "weights of a generation");
  if (!g->before) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    const size_t n = array->rows * array->columns, size = weights->arithmetic->size;
    if (array->columns > most) most = array->columns;
    g->before[i] = memory_allocate(n, size, "weights of a generation");
    if (!g->before[i]) return LOLIGO_MACHINE_ERROR;
    memcpy(g->before[i], array->values, n * size);
  }
  g->change = memory_allocate(2 * most, sizeof *g->change, "weights of a generation");
  g->reward = memory_allocate(2 * g->pairs, sizeof *g->reward, "rewards");
  g->advance = memory_allocate(g->pairs, sizeof *g->advance, "rewards");
  return g->change && g->reward && g->advance ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

/* Adds so much of a pair's change to a row. */
static void add_change(const generation *g, const weight_array *array, size_t row, size_t pair, double factor,
                       double *to)
{
  const random_key key = random_key_make(g->training->network->seed, RANDOM_CHANGE, array->of, array->name);
  random_normals(key, (g->number * g->pairs + pair) * array->rows + row, array->columns, g->change);
  for (size_t j = 0; j < array->columns; j++) to[j] += factor * g->change[j];
}

/* Sets what learns to what it was before, and so much of the changes of pairs [first, first + n). */
static void set_weights(const generation *g, size_t first, size_t n, const double *factor)
{
  const weights *weights = &g->training->weights;
  const arithmetic *a = weights->arithmetic;
  for (size_t i = 0; i < weights->n; i++) {
    const weight_array *array = &weights->arrays[i];
    double *row = g->change + array->columns;
    for (size_t r = 0; array->learns && r < array->rows; r++) {
      a->to_double(array->columns, arithmetic_at(a, g->before[i], r * array->columns), row);
      for (size_t k = 0; k < n; k++) add_change(g, array, r, first + k, array->rate * factor[k], row);
      a->of_double(array->columns, row, arithmetic_at(a, array->values, r * array->columns));
    }
  }
}

/* Rewards of all pairs; both of a pair have the same episodes. */
static void try_changes(generation *g)
{
  const loligo_context *context = g->training->context;
  const uint64_t episodes = (uint64_t)g->param[EPISODES];
  const size_t end = share_first(g->pairs, 1, context->rank + 1, context->size);
  for (size_t p = share_first(g->pairs, 1, context->rank, context->size); p < end; p++)
    for (int side = 0; side < 2; side++) {
      double sum = 0;
      const double factor = side ? -g->param[SIGMA] : g->param[SIGMA];
      set_weights(g, p, 1, &factor);
      for (uint64_t e = 0; e < episodes; e++) sum += episode_play(g->training, g->number, p * episodes + e, &g->counts);
      g->reward[2 * p + (size_t)side] = sum;
    }
  share_rows(&g->training->sharing, g->pairs, 1, 2, MPI_DOUBLE, g->reward);
  episode_share_counts(g->training, &g->counts);
}

/* The place of a reward among all, from -1/2 to 1/2. */
static double place_of(const generation *g, double reward)
{
  double below = 0;
  for (size_t k = 0; k < 2 * g->pairs; k++) below += g->reward[k] < reward ? 1 : g->reward[k] == reward ? 0.5 : 0;
  return below / (2 * (double)g->pairs) - 0.5;
}

static double mean_reward(const generation *g)
{
  double sum = 0;
  for (size_t k = 0; k < 2 * g->pairs; k++) sum += g->reward[k];
  return sum / (2 * (double)g->pairs * g->param[EPISODES]);
}

static loligo_status update(training *training)
{
  generation g = {.training = training,
                  .number = training->position.updates,
                  .pairs = (size_t)training->settings->method_params[PAIRS],
                  .param = training->settings->method_params};
  const loligo_status status = loligo_agree(training->context, generation_init(&g));
  if (status == LOLIGO_OK) {
    try_changes(&g);
    for (size_t p = 0; p < g.pairs; p++)
      g.advance[p] =
          g.param[RATE] / (double)g.pairs * (place_of(&g, g.reward[2 * p]) - place_of(&g, g.reward[2 * p + 1]));
    set_weights(&g, 0, g.pairs, g.advance);
    training->position.updates++;
    training->position.samples++;
    training->position.reward = mean_reward(&g);
    training->position.spikes = g.counts.spikes;
    training->position.synaptic_events = g.counts.synaptic_events;
    training->trials_of_epoch = g.counts.trials;
  }
  generation_free(&g);
  return status;
}

const learn_method learn_method_evolution = {
    .name = "evolution",
    .summary = "random changes of the weights, by the rewards that they bring in an environment; for any model",
    .params = LOLIGO_PARAM_TABLE(params),
    .acts = true,
    .update = update,
};

/*
 * A training from its making to its end: batches, epochs, scores.
 */
#include "learn/training.h"

#include <math.h>
#include <string.h>

#include "base/heartbeat.h"
#include "base/least.h"
#include "base/memory.h"
#include "learn/episode.h"
#include "learn/training_state.h"

/* Samples at a time where a batch has fewer, for scores. */
enum { SCORE_SAMPLES = 256 };

/* Where noise is drawn anew, that of all scores is that of an epoch that no training reaches. */
static const uint64_t SCORE_EPOCH = UINT32_MAX;

/* -- making -- */

/* What is learned first. */
static const dataset *first_set(const training *training)
{
  return &training->sets[training->settings->stages[0].data];
}

/* Whether there is a target for each step of a trial. */
static bool has_steps(const dataset *set)
{
  return set->targets && set->target_steps > 1;
}

static loligo_status check_set(const training *training, size_t data)
{
  const dataset *set = &training->sets[data];
  const layer *layer = &training->layers.layers[training->layers.data];
  if (set->n_values != layer->cells)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "learning: samples of data %s have %llu values; population %s, which shows them, has %zu cells",
                       set->name, (unsigned long long)set->n_values, layer->population->name, layer->cells);
  if (dataset_has_events(set) == layer->stays)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "learning: samples of data %s %s within a trial, those of data %s do not so; use one kind",
                       set->name, layer->stays ? "change" : "stay", first_set(training)->name);
  if (set->n == 0) return loligo_fail(LOLIGO_INPUT_ERROR, "learning: data %s have no samples", set->name);
  if (has_steps(set) != has_steps(first_set(training)))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "learning: data %s have %starget for each step, those of data %s do not so; use one kind",
                       set->name, has_steps(set) ? "a " : "no ", first_set(training)->name);
  return answers_check(&training->layers, training->settings, set);
}

static loligo_status check_settings(const learn_settings *settings)
{
  const uint64_t leaves =
      settings->leaf ? settings->batch / settings->leaf + (settings->batch % settings->leaf > 0) : 0;
  if (settings->n_stages == 0) return loligo_fail(LOLIGO_INPUT_ERROR, "learning: there are no data to learn from");
  if (leaves > GRADIENT_MAX_LEAVES)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "learning: a batch of %llu leaves is too long, %d are the most; make leaf larger",
                       (unsigned long long)leaves, (int)GRADIENT_MAX_LEAVES);
  return LOLIGO_OK;
}

static loligo_status check_epochs(const training *training)
{
  const learn_settings *settings = training->settings;
  for (size_t i = 0; i < settings->n_stages; i++)
    if (order_fewest(settings, training->sets, i) < settings->batch)
      return loligo_fail(LOLIGO_INPUT_ERROR,
                         "learning: a batch of %llu samples is more than an epoch of data %s has, or its stage takes "
                         "of one, %llu; make it smaller",
                         (unsigned long long)settings->batch, training->sets[settings->stages[i].data].name,
                         (unsigned long long)order_fewest(settings, training->sets, i));
  return LOLIGO_OK;
}

static loligo_status check_environment(training *training)
{
  const environment *world = training->settings->environment;
  LOLIGO_TRY(layers_init(training->network, true, training->settings->n_steps, &training->layers));
  const layers *layers = &training->layers;
  const size_t actor = episode_actor(layers);
  for (size_t i = 0; i < layers->n; i++)
    if (layers->layers[i].part == LOLIGO_TRIAL_CODE)
      return loligo_fail(LOLIGO_INPUT_ERROR,
                         "learning: population %s draws noise for samples of data, of which an "
                         "environment has none; leave it out",
                         layers->layers[i].population->name);
  if (layers->layers[layers->data].cells != world->n_observed)
    return loligo_fail(LOLIGO_INPUT_ERROR, "learning: population %s, which shows what is observed, must have %zu cells",
                       layers->layers[layers->data].population->name, world->n_observed);
  if (actor == SIZE_MAX || layers->layers[actor].cells != world->n_actions)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "learning: to act in %s there must be one readout that projects nowhere, "
                       "with %zu cells",
                       world->name, world->n_actions);
  return LOLIGO_OK;
}

/* What can be wrong with the input. */
static loligo_status check(training *training)
{
  const learn_settings *settings = training->settings;
  if (settings->method->acts != (settings->environment != NULL))
    return loligo_fail(LOLIGO_INPUT_ERROR, "learning: method %s learns from %s", settings->method->name,
                       settings->method->acts ? "an environment; name one" : "data, not from an environment");
  if (settings->environment) return check_environment(training);
  LOLIGO_TRY(check_settings(settings));
  LOLIGO_TRY(check_epochs(training));
  const bool stays = !dataset_has_events(first_set(training));
  LOLIGO_TRY(layers_init(training->network, stays, settings->n_steps, &training->layers));
  for (size_t i = 0; i < settings->n_stages; i++) LOLIGO_TRY(check_set(training, settings->stages[i].data));
  return settings->evaluates ? check_set(training, settings->evaluation_data) : LOLIGO_OK;
}

/* Whether there are answers in each step; if so, these are kept. */
static bool answers_in_steps(training *training)
{
  const learn_settings *settings = training->settings;
  const bool in_steps = !settings->environment && has_steps(first_set(training));
  for (size_t i = 0; in_steps && i < settings->n_tasks; i++)
    if (!settings->tasks[i].loss->takes_labels) layers_ask_steps(&training->layers, settings->tasks[i].population);
  return in_steps;
}

static loligo_status make_tally(training *training)
{
  const size_t n = tally_length(training->layers.n);
  training->tally = memory_allocate(n, sizeof *training->tally, "a tally");
  training->totals = memory_allocate(n, sizeof *training->totals, "a tally");
  return training->tally && training->totals ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status make(training *training)
{
  const learn_settings *settings = training->settings;
  const loligo_context *context = training->context;
  const arithmetic *arithmetic = &arithmetics[settings->precision];
  const uint64_t wanted = settings->batch > SCORE_SAMPLES ? settings->batch : SCORE_SAMPLES;
  const uint64_t grain = settings->leaf ? least(settings->leaf, settings->batch) : 1;
  LOLIGO_TRY(check(training));
  const bool in_steps = answers_in_steps(training);
  LOLIGO_TRY(make_tally(training));
  LOLIGO_TRY(sharing_init(context, &training->tally[TALLY_NETWORK_BYTES], &training->sharing));
  LOLIGO_TRY(
      weights_init(context, training->network, &training->layers, arithmetic, settings->optimiser, &training->weights));
  LOLIGO_TRY(trials_init(context, training->network, &training->layers, settings, &training->weights, wanted, grain,
                         training->tally, &training->trials));
  LOLIGO_TRY(gradient_init(context, &training->weights, settings, training->trials.capacity, &training->gradient));
  LOLIGO_TRY(answers_init(&training->layers, settings, in_steps, training->trials.capacity, &training->answers));
  training->number = memory_allocate(training->trials.capacity, sizeof *training->number, "samples");
  if (!training->number) return LOLIGO_MACHINE_ERROR;
  return LOLIGO_OK;
}

loligo_status training_create(const loligo_context *context, const loligo_network *network,
                              const learn_settings *settings, const dataset *sets, size_t n_sets, training **made)
{
  static const training_position start = {.updates = 0};
  training *training = memory_allocate(1, sizeof *training, "training");
  loligo_status status = training ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  if (training) {
    training->context = context;
    training->network = network;
    training->settings = settings;
    training->sets = sets;
    training->n_sets = n_sets;
    status = make(training);
  }
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = training_restore(training, &start);
  if (status == LOLIGO_OK)
    *made = training;
  else
    training_destroy(training);
  return status;
}

void training_destroy(training *training)
{
  if (!training) return;
  random_permutation_free(&training->order);
  answers_free(&training->answers);
  gradient_free(&training->gradient);
  if (training->trials.layers) trials_free(&training->trials);
  weights_free(&training->weights);
  sharing_free(&training->sharing);
  layers_free(&training->layers);
  memory_free(training->number);
  memory_free(training->tally);
  memory_free(training->totals);
  memory_free(training);
}

/* -- where it stands -- */

training_position training_where(const training *training)
{
  return training->position;
}

double training_epochs(const training *training)
{
  return order_done(training->settings, training->sets, training->position.epoch, training->position.samples);
}

size_t training_judged(const training *training)
{
  return training->answers.n_judged;
}

uint64_t training_epoch_samples(const training *training)
{
  return training->epoch.samples;
}

uint64_t training_epoch_trials(const training *training)
{
  return training->settings->environment ? training->trials_of_epoch : training->position.samples;
}

bool training_is_done(const training *training)
{
  order_epoch next;
  if (training->position.samples < training->epoch.samples) return false;
  return !order_find(training->settings, training->sets, training->position.epoch + 1, &next);
}

/* Whether so many samples of an epoch, and all of those before, are what so many updates took. */
static bool counts_fit(const training *training, const training_position *at)
{
  const learn_settings *settings = training->settings;
  const uint64_t batch = settings->environment ? 1 : settings->batch;
  uint64_t updates = at->samples / batch;
  order_epoch epoch;
  for (uint64_t i = 0; i < at->epoch; i++) {
    if (!order_find(settings, training->sets, i, &epoch)) return false;
    updates += epoch.samples / batch;
  }
  order_find(settings, training->sets, at->epoch, &epoch);
  return at->samples <= epoch.samples && at->samples % batch == 0 && at->updates == updates;
}

bool training_can_stand(const training *training, const training_position *position)
{
  return counts_fit(training, position) && position->correct <= position->samples * training->settings->n_tasks &&
         isfinite(position->loss) && isfinite(position->reward);
}

/* Orders the samples of the epoch under way. Collective. */
static loligo_status begin_epoch(training *training)
{
  const training_position *at = &training->position;
  loligo_status status = LOLIGO_OK;
  training->epoch = (order_epoch){.samples = 0};
  if (!order_find(training->settings, training->sets, at->epoch, &training->epoch)) return LOLIGO_OK;
  random_permutation_free(&training->order);
  if (training->settings->environment) return LOLIGO_OK;
  status = order_init(training->network->seed, &training->sets[training->epoch.data], at->epoch, &training->order);
  return loligo_agree(training->context, status);
}

loligo_status training_restore(training *training, const training_position *position)
{
  training->position = *position;
  weights_share(&training->sharing, &training->weights, true);
  return begin_epoch(training);
}

/* -- batches -- */

/* Arrays as long as the weights that an update touches: weights and gradients, and what the optimiser keeps. */
static size_t arrays_touched(const training *training)
{
  const optimiser *optimiser = training->settings->optimiser;
  size_t n = 2;
  for (size_t k = 0; optimiser && k < OPTIMISER_MAX_STATES && optimiser->states[k]; k++) n++;
  return n;
}

/* Weights are read forward and backward and their gradient is written; then the optimiser reads and writes all of it
 * but the gradient, which it reads. */
static void count_update(training *training)
{
  const uint64_t n = weights_owned(&training->weights);
  training->tally[TALLY_WEIGHT_UPDATES] += n;
  training->tally[TALLY_NUMBERS] += n * (2 + 2 * arrays_touched(training));
}

loligo_status training_batch(training *training, bool *ends_epoch)
{
  heartbeat_doing("learns");
  if (training->position.samples >= training->epoch.samples) {
    const training_position before = training->position;
    training->position = (training_position){.updates = before.updates, .epoch = before.epoch + 1};
    LOLIGO_TRY(begin_epoch(training));
  }
  LOLIGO_TRY(training->settings->method->update(training));
  count_update(training);
  *ends_epoch = training->position.samples >= training->epoch.samples;
  heartbeat_go_on();
  return LOLIGO_OK;
}

/* -- scores -- */

void training_add_up(const training *training, uint64_t *numbers, size_t n)
{
  if (n == 0 || training->context->size == 1) return;
  heartbeat_await(true);
  MPI_Allreduce(MPI_IN_PLACE, numbers, (int)n, MPI_UINT64_T, MPI_SUM, training->context->comm);
  heartbeat_await(false);
}

/* In an environment: the same episodes each time, which ranks share. */
static loligo_status act(training *training, training_score *score)
{
  enum { EPISODES = 10 };
  double reward[EPISODES], sum = 0;
  episode_counts counts = {.trials = 0};
  const loligo_context *context = training->context;
  for (size_t i = share_first(EPISODES, 1, context->rank, context->size);
       i < share_first(EPISODES, 1, context->rank + 1, context->size); i++)
    reward[i] = episode_play(training, SCORE_EPOCH, i, &counts);
  share_rows(&training->sharing, EPISODES, 1, 1, MPI_DOUBLE, reward);
  episode_share_counts(training, &counts);
  for (int i = 0; i < EPISODES; i++) sum += reward[i];
  *score = (training_score){.reward = sum / EPISODES,
                            .samples = EPISODES,
                            .trials = counts.trials,
                            .spikes = counts.spikes,
                            .synaptic_events = counts.synaptic_events};
  return LOLIGO_OK;
}

loligo_status training_evaluate(training *training, size_t data, training_score *score)
{
  heartbeat_doing("evaluates");
  if (training->settings->environment) return act(training, score);
  const dataset *set = &training->sets[data];
  answers *answers = &training->answers;
  const size_t classes = answers->classes, most = training->trials.capacity;
  training_position sums = {.updates = 0};
  if (classes > 0) memset(answers->confusion, 0, classes * classes * sizeof *answers->confusion);
  for (uint64_t first = 0; first < set->n; first += most) {
    const size_t n = set->n - first < most ? (size_t)(set->n - first) : most;
    for (size_t i = 0; i < n; i++) training->number[i] = first + i;
    training_show(training, set, n, SCORE_EPOCH, false);
    answers_judge(answers, &training->trials, set, training->number, false);
    training_sum(training, &sums);
  }
  training_add_up(training, answers->confusion, classes * classes);
  if (!isfinite(sums.loss))
    return loligo_fail(LOLIGO_NUMERICS_ERROR,
                       "learning: the loss on data %s is not finite; try a smaller rate of the optimiser", set->name);
  *score = (training_score){.loss = sums.loss / (double)set->n,
                            .samples = set->n,
                            .trials = set->n,
                            .information = sums.information / (double)set->n,
                            .answers = set->n * answers->n_judged,
                            .correct = sums.correct,
                            .confusion = answers->confusion,
                            .classes = classes,
                            .spikes = sums.spikes,
                            .synaptic_events = sums.synaptic_events};
  return LOLIGO_OK;
}

/* -- what is kept -- */

const training_field *training_fields(training *training, size_t *n)
{
  *n = training->weights.n_fields;
  return training->weights.fields;
}

uint64_t training_checksum(const training *training)
{
  return weights_checksum(&training->weights);
}

uint64_t *training_totals(training *training)
{
  const size_t n = tally_length(training->layers.n);
  memcpy(training->totals, training->tally, n * sizeof *training->totals);
  training_add_up(training, training->totals, n);
  return training->totals;
}

void training_count_from(training *training, const uint64_t *totals)
{
  const size_t n = tally_length(training->layers.n);
  memset(training->tally, 0, n * sizeof *training->tally);
  if (training->context->rank == 0) memcpy(training->tally, totals, n * sizeof *training->tally);
}

size_t training_number_bytes(const training *training)
{
  return training->trials.arithmetic->size;
}

uint64_t training_working_bytes(const training *training)
{
  const layers *layers = &training->layers;
  uint64_t rows = 0;
  for (size_t i = 0; i < layers->n_links; i++)
    rows += training->trials.of_link[i].steps * link_width(layers, &layers->links[i]);
  return (weights_learned(&training->weights) * arrays_touched(training) + training->settings->batch * rows) *
         training_number_bytes(training);
}

uint64_t training_bytes(const training *training, uint64_t *tape)
{
  *tape = training->trials.bench.tape_bytes;
  return training->trials.bytes + training->gradient.bytes;
}

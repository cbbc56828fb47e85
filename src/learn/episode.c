/*
 * Episodes: each step of one is a trial of one sample, the observation.
 */
#include "learn/episode.h"

#include "learn/pass.h"

size_t episode_actor(const layers *layers)
{
  size_t found = SIZE_MAX;
  for (size_t i = 0; i < layers->n; i++) {
    bool is_heard = layers->layers[i].part != LOLIGO_TRIAL_READOUT;
    for (size_t k = 0; k < layers->n_links; k++) is_heard = is_heard || layers->links[k].source == i;
    if (is_heard) continue;
    if (found != SIZE_MAX) return SIZE_MAX;
    found = i;
  }
  return found;
}

/* The trial of a step. */
static void count_trial(const training *training, episode_counts *counts)
{
  const trials *trials = &training->trials;
  counts->spikes += trials_spikes(trials, 0);
  counts->synaptic_events += trials_count_events(trials, 0, NULL, 0);
  counts->trials++;
}

double episode_play(training *training, uint64_t generation, uint64_t number, episode_counts *counts)
{
  const learn_settings *settings = training->settings;
  const environment *world = settings->environment;
  const double *param = settings->environment_params;
  trials *trials = &training->trials;
  const arithmetic *a = trials->arithmetic;
  double state[ENVIRONMENT_MAX_NUMBERS], observed[ENVIRONMENT_MAX_NUMBERS], action[ENVIRONMENT_MAX_NUMBERS];
  double reward = 0;
  random_stream stream;
  random_stream_init(&stream, random_key_make(training->network->seed, RANDOM_EPISODE, world->name, ""), generation,
                     number << 32);
  world->begin(param, &stream, state);
  trials->n = trials->n_mine = 1;
  trials->first = 0;
  for (unsigned step = 0; step < world->most_steps; step++) {
    world->observe(param, state, &stream, observed);
    a->of_double(world->n_observed, observed, trials->of_layer[training->layers.data].value);
    pass_forward(trials);
    count_trial(training, counts);
    a->to_double(world->n_actions, trials->of_layer[episode_actor(&training->layers)].value, action);
    if (!world->act(param, action, state, &reward)) break;
  }
  return reward;
}

void episode_share_counts(const training *training, episode_counts *counts)
{
  uint64_t all[] = {counts->trials, counts->spikes, counts->synaptic_events};
  training_add_up(training, all, sizeof all / sizeof *all);
  *counts = (episode_counts){all[0], all[1], all[2]};
}

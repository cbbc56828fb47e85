/*
 * e-prop against dense calculations of its own, in doubles, of a small network with delays of several steps, in which
 * spikes cross the ends of trials: the map, the gradient of each trial by backpropagation through time with the paths
 * through recurrent spikes cut, the same by the three factors summed forward, and what Adam makes of it. Gradients are
 * read from Adam's first moments, where beta_1 is 0, so that the grid of weights does not hide them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random/random.h"
#include "base/text.h"
#include "loligo/loligo.h"
#include "loligo/snapshot.h"
#include "model/neuron/model.h"
#include "network/description.h"
#include "partition/partitioner.h"
#include "sim/exchange/exchange.h"

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    if ((call) != LOLIGO_OK) fail_msg("%s: %s", #call, loligo_error_message());                                        \
  } while (0)

enum { SOURCES = 9, HIDDEN = 14, OUTPUTS = 3, TRIAL = 60, TRIALS = 3, STEPS = TRIAL * TRIALS };
enum { PATTERN, CELLS, READOUT };
enum { IN, REC, OUT, PROJECTIONS };

static const double V_TH = 0.6, GAMMA = 0.3, BETA = 0.8, TAU_CELLS = 30, TAU_READOUT = 20, WMAX = 4, FEEDBACK_STD = 0.7;
static const double frequency[2] = {7, 19}, amplitude[2] = {1, 0.4}; /* Hz, pA */

typedef struct rule {
  double eta, beta_1;
  double feedback; /* 1: random */
} rule;

static size_t add_population(loligo_network *network, const char *name, const char *model, uint64_t size)
{
  size_t id;
  OK(loligo_network_add_population(network, name, loligo_model_find(model), size, &id));
  return id;
}

static void connect(loligo_network *network, const char *name, size_t source, size_t target, const rule *rule)
{
  const loligo_named_value params[] = {{"Wmax", loligo_constant(WMAX)},
                                       {"eta", loligo_constant(rule->eta)},
                                       {"beta_1", loligo_constant(rule->beta_1)},
                                       {"feedback", loligo_constant(rule->feedback)},
                                       {"feedback_std", loligo_constant(FEEDBACK_STD)}};
  const loligo_projection_spec spec = {
      .name = name,
      .source = source,
      .target = target,
      .rule = "all_to_all",
      .no_autapses = source == target,
      .synapse = "e_prop",
      .synapse_params = params,
      .n_synapse_params = sizeof params / sizeof *params,
      .weight = {.kind = LOLIGO_NORMAL, .mean = source == CELLS && target == CELLS ? 0 : 0.05, .std = 0.25},
      .delay = {.kind = LOLIGO_UNIFORM, .low = 1, .high = 4}};
  OK(loligo_network_add_projection(network, &spec));
}

static void add_target_signals(loligo_network *network)
{
  for (int i = 0; i < 2; i++) {
    const loligo_named_value params[] = {{"amplitude", loligo_constant(amplitude[i])},
                                         {"frequency", loligo_constant(frequency[i])}};
    const loligo_input_spec spec = {.name = i ? "fast" : "slow",
                                    .model = "sine",
                                    .target = {.population = READOUT, .first = (uint64_t)i, .last = OUTPUTS},
                                    .repeat = TRIAL,
                                    .params = params,
                                    .n_params = 2};
    OK(loligo_network_add_input(network, &spec));
  }
}

static loligo_network *make_network(const rule *rule)
{
  loligo_network *network = loligo_network_create(1, 11);
  add_population(network, "pattern", "poisson_source", SOURCES);
  add_population(network, "cells", "eprop_iaf", HIDDEN);
  add_population(network, "readout", "eprop_readout", OUTPUTS);
  OK(loligo_network_set_param(network, PATTERN, "rate", loligo_constant(60)));
  OK(loligo_network_set_repeat(network, PATTERN, TRIAL));
  OK(loligo_network_set_param(network, CELLS, "tau_m", loligo_constant(TAU_CELLS)));
  OK(loligo_network_set_param(network, CELLS, "beta", loligo_constant(BETA)));
  OK(loligo_network_set_param(network, READOUT, "tau_m", loligo_constant(TAU_READOUT)));
  OK(loligo_network_set_param(network, CELLS, "trial", loligo_constant(TRIAL)));
  OK(loligo_network_set_param(network, READOUT, "trial", loligo_constant(TRIAL)));
  connect(network, "in", PATTERN, CELLS, rule);
  connect(network, "rec", CELLS, CELLS, rule);
  connect(network, "out", CELLS, READOUT, rule);
  add_target_signals(network);
  return network;
}

/* -- what a run leaves, the same on all ranks -- */

/** Of a synapse; delay 0: there is none. */
typedef struct synapse {
  double weight;
  int delay; /* steps */
} synapse;

enum { MOST = HIDDEN };

typedef struct observed {
  synapse synapse[PROJECTIONS][MOST][MOST];                            /* target, source */
  double moment[PROJECTIONS][MOST][MOST];                              /* the first one */
  double x[STEPS + 1][MOST], z[STEPS + 1][MOST], v[STEPS + 1][HIDDEN]; /* spikes of sources and of cells */
  double y[STEPS + 1][OUTPUTS], target[STEPS + 1][OUTPUTS];
} observed;

static MPI_Comm comm; /* of the runs */

static const size_t ends[PROJECTIONS][2] = {{PATTERN, CELLS}, {CELLS, CELLS}, {CELLS, READOUT}};

typedef struct listener {
  observed *seen;
  size_t projection;
} listener;

static loligo_status take_spikes(void *self, const loligo_interval *interval)
{
  observed *seen = self;
  for (size_t i = 0; i < interval->n_spikes; i++) {
    const loligo_spike *s = &interval->spikes[i];
    (s->population == PATTERN ? seen->x[s->step] : seen->z[s->step])[s->index]++;
  }
  return LOLIGO_OK;
}

static loligo_status take_synapse(void *self, const loligo_synapse *s)
{
  const listener *listener = self;
  listener->seen->synapse[listener->projection][s->target][s->source] =
      (synapse){.weight = s->weight_now, .delay = (int)s->delay};
  return LOLIGO_OK;
}

/* The numbers of a target lie in the order of (source, delay): its sources one after the other. */
static void take_moments(loligo_simulation *sim, const char *const *names, observed *seen)
{
  for (size_t i = 0; i < loligo_simulation_list_count(sim); i++) {
    loligo_cell_list list = loligo_simulation_list(sim, i);
    size_t p = 0;
    while (p < PROJECTIONS && strcmp(list.projection, names[p]) != 0) p++;
    if (p == PROJECTIONS || strcmp(list.name, "moment_1") != 0) continue;
    OK(loligo_simulation_take_list(sim, i, &list));
    const double *at = list.values;
    for (uint64_t c = 0; c < list.n_cells; c++)
      for (uint64_t k = 0, source = 0; k < list.n[c]; k++, source++) {
        if (p == REC && source == list.index[c]) source++;
        seen->moment[p][list.index[c]][source] = *at++;
      }
    loligo_cell_list_free(&list);
  }
}

static void take_frames(const loligo_sampler *sampler, double *values, size_t width)
{
  const loligo_samples s = loligo_sampler_frames(sampler);
  for (size_t f = 0; f < s.n_frames; f++)
    for (size_t c = 0; c < s.n_cells; c++)
      values[((size_t)s.first_frame + f) * width + s.index[c]] = s.values[f * s.n_cells + c];
}

typedef struct subject {
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_sampler *v, *y, *target;
} subject;

static loligo_sampler *sample(loligo_simulation *simulation, const loligo_network *network, size_t population,
                              const char *variable)
{
  loligo_sampler *made;
  const loligo_sampler_spec spec = {.target = {.population = population, .last = network->populations[population].size},
                                    .variable =
                                        (size_t)model_variable_index(network->populations[population].model, variable),
                                    .stop = STEPS + 1,
                                    .every = 1};
  OK(loligo_simulation_sample(simulation, &spec, &made));
  return made;
}

static void subject_open(subject *s, const loligo_network *network, const char *partitioner, const char *exchange)
{
  loligo_context_init(&s->context, comm);
  OK(loligo_decomposition_create(network, partitioner, s->context.size, &s->decomposition));
  OK(loligo_simulation_create(&s->context, network, s->decomposition, exchange, NULL, &s->simulation));
  s->v = sample(s->simulation, network, CELLS, "v");
  s->y = sample(s->simulation, network, READOUT, "y");
  s->target = sample(s->simulation, network, READOUT, "target");
}

static void subject_close(subject *s)
{
  loligo_simulation_destroy(s->simulation);
  loligo_decomposition_destroy(s->decomposition);
  loligo_context_free(&s->context);
}

static const char *const names[PROJECTIONS] = {"in", "rec", "out"};

/* What there is at the step that was reached; spikes were taken meanwhile. */
static void observe(subject *s, observed *seen)
{
  take_moments(s->simulation, names, seen);
  for (size_t p = 0; p < PROJECTIONS; p++)
    OK(loligo_simulation_synapses(s->simulation, p, take_synapse, &(listener){seen, p}));
  take_frames(s->v, seen->v[0], HIDDEN);
  take_frames(s->y, seen->y[0], OUTPUTS);
  take_frames(s->target, seen->target[0], OUTPUTS);
}

/* What one rank has seen, the others left at zero. */
static void share(observed *seen)
{
  MPI_Allreduce(MPI_IN_PLACE, seen, (int)sizeof *seen, MPI_BYTE, MPI_BOR, comm);
}

/* -- dense calculations of a trial: steps first ... first + TRIAL - 1 -- */

/* What a projection brings to a target at a step. */
static double arriving(const observed *o, size_t p, size_t target, int step)
{
  double sum = 0;
  for (size_t i = 0; i < MOST; i++) {
    const synapse *s = &o->synapse[p][target][i];
    if (s->delay == 0 || step <= s->delay) continue;
    sum += s->weight * (ends[p][0] == PATTERN ? o->x[step - s->delay][i] : o->z[step - s->delay][i]);
  }
  return sum;
}

/* The map, one step after the other, by spikes as they were. */
static void check_states(const observed *o, int first)
{
  const double alpha = exp(-1 / TAU_CELLS), kappa = exp(-1 / TAU_READOUT), pi = 3.14159265358979323846;
  for (int t = first; t < first + TRIAL; t++) {
    for (size_t j = 0; j < HIDDEN; j++) {
      const double before = t > first ? alpha * o->v[t - 1][j] - V_TH * o->z[t - 1][j] : 0;
      assert_true(fabs(o->v[t][j] - before - arriving(o, IN, j, t) - arriving(o, REC, j, t)) < 1e-12);
      assert_true(o->z[t][j] == (o->v[t][j] > V_TH));
    }
    for (size_t k = 0; k < OUTPUTS; k++) {
      double wanted = 0;
      for (size_t i = 0; i < 2 && i <= k; i++)
        wanted += amplitude[i] * sin(2 * pi * frequency[i] * ((t - 1) % TRIAL + 0.5) * 1e-3);
      assert_true(fabs(o->target[t][k] - wanted) < 1e-12);
      assert_true(fabs(o->y[t][k] - (t > first ? kappa * o->y[t - 1][k] : 0) - arriving(o, OUT, k, t)) < 1e-12);
    }
  }
}

static double surrogate(double v)
{
  return GAMMA * fmax(0, 1 - BETA * fabs(v - V_TH) / V_TH);
}

static double source_of(const observed *o, size_t p, size_t i, int step)
{
  return step < 1 ? 0 : ends[p][0] == PATTERN ? o->x[step][i] : o->z[step][i];
}

typedef double gradient[PROJECTIONS][MOST][MOST];
typedef double feedback[OUTPUTS][HIDDEN];

/* Backpropagation through time without the paths through recurrent spikes; `of` are the weights of the trial. */
static void go_back(const observed *of, const observed *o, feedback b, int first, gradient g)
{
  const double alpha = exp(-1 / TAU_CELLS), kappa = exp(-1 / TAU_READOUT);
  static double ly[STEPS + 8][OUTPUTS];
  double lv[HIDDEN] = {0};
  memset(ly, 0, sizeof ly);
  memset(g, 0, sizeof(gradient));
  for (int t = first + TRIAL - 1; t >= first; t--) {
    for (size_t k = 0; k < OUTPUTS; k++) ly[t][k] = kappa * ly[t + 1][k] + (o->y[t][k] - o->target[t][k]);
    for (size_t j = 0; j < HIDDEN; j++) {
      double lz = 0;
      for (size_t k = 0; k < OUTPUTS; k++) lz += b[k][j] * ly[t + of->synapse[OUT][k][j].delay][k];
      lv[j] = alpha * lv[j] + lz * surrogate(o->v[t][j]);
    }
    for (size_t p = 0; p < PROJECTIONS; p++)
      for (size_t j = 0; j < MOST; j++)
        for (size_t i = 0; i < MOST; i++) {
          const synapse *s = &of->synapse[p][j][i];
          if (s->delay) g[p][j][i] += (p == OUT ? ly[t][j] : lv[j]) * source_of(o, p, i, t - s->delay);
        }
  }
}

/* Three factors, forward: eligibilities that are filtered as what is read out, times errors as they come back. */
static double sum_forward(const observed *of, const observed *o, feedback b, int first, size_t p, size_t j, size_t i)
{
  const double alpha = exp(-1 / TAU_CELLS), kappa = exp(-1 / TAU_READOUT);
  const int delay = of->synapse[p][j][i].delay;
  static double e[STEPS + 1];
  double zbar = 0, filtered = 0, sum = 0;
  for (int t = first; t < first + TRIAL; t++) {
    zbar = (p == OUT ? kappa : alpha) * zbar + source_of(o, p, i, t - delay);
    filtered = kappa * filtered + surrogate(p == OUT ? 0 : o->v[t][j]) * zbar;
    e[t] = p == OUT ? zbar : filtered;
  }
  for (int t = first; t < first + TRIAL; t++)
    for (size_t k = 0; k < OUTPUTS; k++) {
      const int back = p == OUT ? 0 : of->synapse[OUT][k][j].delay;
      const double factor = p == OUT ? k == j : b[k][j];
      if (t - back >= first) sum += factor * (o->y[t][k] - o->target[t][k]) * e[t - back];
    }
  return sum;
}

/* -- tests -- */

static observed before[TRIALS + 1], *const after = before + 1; /* weights before the n-th trial, and all after it */

static void run_trials(const loligo_network *network, const char *partitioner, const char *exchange)
{
  subject s;
  static observed spikes;
  memset(before, 0, sizeof before);
  memset(&spikes, 0, sizeof spikes);
  subject_open(&s, network, partitioner, exchange);
  OK(loligo_simulation_observe(s.simulation, (loligo_observer){&spikes, take_spikes}));
  for (size_t p = 0; p < PROJECTIONS; p++)
    OK(loligo_simulation_synapses(s.simulation, p, take_synapse, &(listener){&before[0], p}));
  share(&before[0]);
  for (int n = 0; n < TRIALS; n++) {
    OK(loligo_simulation_run(s.simulation, TRIAL));
    memcpy(after[n].x, spikes.x, sizeof spikes.x);
    memcpy(after[n].z, spikes.z, sizeof spikes.z);
    observe(&s, &after[n]);
    share(&after[n]);
  }
  subject_close(&s);
}

static void find_symmetric(const observed *of, feedback b)
{
  for (size_t k = 0; k < OUTPUTS; k++)
    for (size_t j = 0; j < HIDDEN; j++) b[k][j] = of->synapse[OUT][k][j].weight;
}

static double norm_of(gradient g, size_t p)
{
  double sum = 0;
  for (size_t j = 0; j < MOST; j++)
    for (size_t i = 0; i < MOST; i++) sum += g[p][j][i] * g[p][j][i];
  return sqrt(sum);
}

static void each_trial_finds_its_gradient(void **state)
{
  (void)state;
  loligo_network *network = make_network(&(rule){.eta = 0.02, .beta_1 = 0});
  run_trials(network, "round_robin", "allgather");
  for (int n = 0; n < TRIALS; n++) {
    static gradient g;
    feedback b;
    observed now = after[n];
    memcpy(now.synapse, before[n].synapse, sizeof now.synapse);
    find_symmetric(&before[n], b);
    check_states(&now, n * TRIAL + 1);
    go_back(&before[n], &after[n], b, n * TRIAL + 1, g);
    for (size_t p = 0; p < PROJECTIONS; p++) {
      const double norm = norm_of(g, p);
      assert_true(norm > 0.1);
      for (size_t j = 0; j < MOST; j++)
        for (size_t i = 0; i < MOST; i++) {
          if (before[n].synapse[p][j][i].delay == 0) continue;
          const double forward = sum_forward(&before[n], &after[n], b, n * TRIAL + 1, p, j, i);
          if (!(fabs(after[n].moment[p][j][i] - g[p][j][i]) < 1e-12 * norm) ||
              !(fabs(forward - g[p][j][i]) < 1e-12 * norm))
            fail_msg("trial %d, %s, %zu from %zu: %.17g, back %.17g, forward %.17g of %g", n, names[p], j, i,
                     after[n].moment[p][j][i], g[p][j][i], forward, norm);
        }
    }
  }
  loligo_network_destroy(network);
}

/* Weights move by Adam to within their grid, by half of which each trial may round. */
static void weights_follow_adam(void **state)
{
  (void)state;
  const double eta = 0.02, beta_1 = 0.9, beta_2 = 0.999;
  loligo_network *network = make_network(&(rule){.eta = eta, .beta_1 = beta_1});
  run_trials(network, "block", "auto");
  static gradient g, m, v;
  memset(m, 0, sizeof m);
  memset(v, 0, sizeof v);
  for (int n = 0; n < TRIALS; n++) {
    feedback b;
    double moved = 0;
    find_symmetric(&before[n], b);
    go_back(&before[n], &after[n], b, n * TRIAL + 1, g);
    for (size_t p = 0; p < PROJECTIONS; p++)
      for (size_t j = 0; j < MOST; j++)
        for (size_t i = 0; i < MOST; i++) {
          if (before[n].synapse[p][j][i].delay == 0) continue;
          m[p][j][i] = beta_1 * m[p][j][i] + (1 - beta_1) * g[p][j][i];
          v[p][j][i] = beta_2 * v[p][j][i] + (1 - beta_2) * g[p][j][i] * g[p][j][i];
          const double step =
              eta * m[p][j][i] / (1 - pow(beta_1, n + 1)) / (sqrt(v[p][j][i] / (1 - pow(beta_2, n + 1))) + 1e-8);
          const double change = after[n].synapse[p][j][i].weight - before[n].synapse[p][j][i].weight;
          assert_true(fabs(change + step) < 0.51 * WMAX * 0x1p-30 + 1e-9 * eta);
          moved += fabs(change);
        }
    assert_true(moved > 0.1);
  }
  loligo_network_destroy(network);
}

/* A factor for each pair of cells. */
static void random_feedback_is_drawn_and_stays(void **state)
{
  (void)state;
  loligo_network *network = make_network(&(rule){.eta = 0.02, .beta_1 = 0, .feedback = 1});
  run_trials(network, "round_robin", "allgather");
  const random_key key = random_key_make(loligo_network_seed(network), RANDOM_FEEDBACK, "out", "readout");
  loligo_network_destroy(network);
  static gradient g;
  feedback b;
  double square = 0;
  for (size_t k = 0; k < OUTPUTS; k++)
    for (size_t j = 0; j < HIDDEN; j++) {
      random_stream stream;
      random_stream_init(&stream, key, j, k);
      b[k][j] = FEEDBACK_STD * random_stream_normal(&stream);
      square += b[k][j] * b[k][j] / (OUTPUTS * HIDDEN);
    }
  assert_true(sqrt(square) > 0.7 * FEEDBACK_STD && sqrt(square) < 1.3 * FEEDBACK_STD);
  for (int n = 0; n < TRIALS; n++) {
    go_back(&before[n], &after[n], b, n * TRIAL + 1, g);
    for (size_t p = 0; p < PROJECTIONS; p++)
      for (size_t j = 0; j < MOST; j++)
        for (size_t i = 0; i < MOST; i++)
          if (before[n].synapse[p][j][i].delay)
            assert_true(fabs(after[n].moment[p][j][i] - g[p][j][i]) < 1e-12 * norm_of(g, p));
  }
}

static uint64_t hash_bytes(const void *bytes, size_t n)
{
  uint64_t hash = 0;
  for (size_t i = 0; i < n; i++) hash = hash_mix(hash ^ ((const unsigned char *)bytes)[i]);
  return hash;
}

/* Spikes, states, weights and moments. */
static void all_ways_to_split_give_the_same(void **state)
{
  (void)state;
  loligo_network *network = make_network(&(rule){.eta = 0.02, .beta_1 = 0.9});
  comm = MPI_COMM_SELF;
  run_trials(network, "block", "allgather");
  const uint64_t expected = hash_bytes(&after[TRIALS - 1], sizeof *after);
  comm = MPI_COMM_WORLD;
  for (size_t i = 0; loligo_partitioner_name(i); i++) {
    loligo_decomposition *probe;
    if (loligo_decomposition_create(network, loligo_partitioner_name(i), 2, &probe) != LOLIGO_OK) {
      loligo_error_clear();
      continue;
    }
    loligo_decomposition_destroy(probe);
    for (size_t j = 0; exchange_method_at(j); j++) {
      run_trials(network, loligo_partitioner_name(i), exchange_method_at(j)->name);
      assert_true(hash_bytes(&after[TRIALS - 1], sizeof *after) == expected);
    }
  }
  loligo_network_destroy(network);
}

/* -- what cannot be -- */

static void refused(loligo_status status, const char *message)
{
  assert_int_equal(status, LOLIGO_INPUT_ERROR);
  if (!strstr(loligo_error_message(), message)) fail_msg("'%s' without '%s'", loligo_error_message(), message);
  loligo_error_clear();
}

static loligo_status add_onto(loligo_network *network, size_t target, double weight)
{
  const loligo_named_value params[] = {{"Wmax", loligo_constant(WMAX)}};
  const loligo_projection_spec spec = {.source = PATTERN,
                                       .target = target,
                                       .rule = "all_to_all",
                                       .synapse = "e_prop",
                                       .synapse_params = params,
                                       .n_synapse_params = 1,
                                       .weight = loligo_constant(weight),
                                       .delay = loligo_constant(1)};
  return loligo_network_add_projection(network, &spec);
}

static loligo_status create(const loligo_network *network)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_context_init(&context, MPI_COMM_WORLD);
  OK(loligo_decomposition_create(network, "block", context.size, &decomposition));
  const loligo_status status =
      loligo_simulation_create(&context, network, decomposition, "allgather", NULL, &simulation);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  return status;
}

static void what_cannot_be_taught_is_refused(void **state)
{
  (void)state;
  loligo_network *network = make_network(&(rule){.eta = 0.02, .beta_1 = 0.9});
  const size_t other = add_population(network, "other", "iaf_psc_delta", 2);
  const size_t untimed = add_population(network, "untimed", "eprop_iaf", 2);
  refused(add_onto(network, other, 1), "the target is of model iaf_psc_delta");
  refused(add_onto(network, untimed, 1), "'untimed' has no trials");
  refused(add_onto(network, CELLS, 5), "weight 5 lies not between -Wmax and Wmax = 4");
  OK(loligo_network_set_param(network, untimed, "trial", loligo_constant(TRIAL + 1)));
  OK(add_onto(network, untimed, -4));
  refused(create(network), "trials of 'untimed' take 61 ms, others 60 ms");
  OK(loligo_network_set_param(network, untimed, "trial", loligo_constant(TRIAL)));
  const loligo_selection cells = {.population = untimed, .last = 2};
  OK(loligo_network_change_param(network, 10, &cells, "tau_m", loligo_constant(5)));
  refused(create(network), "'untimed' is taught, so its tau_m must stay as it is");
  loligo_network_destroy(network);
}

/* Puts back a list as `spoil` has left it. */
static void check_spoiled(loligo_simulation *sim, size_t i, void (*spoil)(loligo_cell_list *list))
{
  loligo_cell_list list;
  OK(loligo_simulation_take_list(sim, i, &list));
  OK(loligo_simulation_put_list(sim, i, &list));
  spoil(&list);
  assert_int_equal(loligo_simulation_put_list(sim, i, &list), LOLIGO_MACHINE_ERROR);
  loligo_error_clear();
  loligo_cell_list_free(&list);
}

static void forget_a_step(loligo_cell_list *list)
{
  if (list->n_cells > 0) list->n[0]--;
}

static void lose_a_number(loligo_cell_list *list)
{
  double *values = list->values;
  if (list->n_cells > 0 && list->n[0] > 0) values[0] = NAN;
}

static void lists_of_what_cannot_be_are_refused(void **state)
{
  (void)state;
  subject s;
  size_t n_trials = 0, n_moments = 0;
  loligo_network *network = make_network(&(rule){.eta = 0.02, .beta_1 = 0.9});
  subject_open(&s, network, "block", "allgather");
  OK(loligo_simulation_run(s.simulation, TRIAL + TRIAL / 2));
  for (size_t i = 0; i < loligo_simulation_list_count(s.simulation); i++) {
    const loligo_cell_list list = loligo_simulation_list(s.simulation, i);
    if (strcmp(list.name, "trial") == 0) {
      check_spoiled(s.simulation, i, forget_a_step);
      check_spoiled(s.simulation, i, lose_a_number);
      n_trials++;
    } else if (strncmp(list.name, "moment", 6) == 0) {
      check_spoiled(s.simulation, i, lose_a_number);
      n_moments++;
    }
  }
  assert_true(n_trials == 2 && n_moments == 2 * PROJECTIONS);
  subject_close(&s);
  loligo_network_destroy(network);
}

int main(int argc, char **argv)
{
  MPI_Init(&argc, &argv);
  comm = MPI_COMM_WORLD;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_trial_finds_its_gradient),      cmocka_unit_test(weights_follow_adam),
      cmocka_unit_test(random_feedback_is_drawn_and_stays), cmocka_unit_test(all_ways_to_split_give_the_same),
      cmocka_unit_test(what_cannot_be_taught_is_refused),   cmocka_unit_test(lists_of_what_cannot_be_are_refused),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

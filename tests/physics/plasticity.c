/*
 * Plastic synapses against an exact event-driven reference (NEST 3.10 agrees where its delays can be had): the weight
 * that each of nine spikes of the source delivers, and the one that a spike at 501.5 ms would, for several splits of
 * the delay. The target is driven to its spikes; its excitatory current, which does not decay, sums what arrives.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loligo/loligo.h"
#include "model/synapse/synapse_model.h"

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    if ((call) != LOLIGO_OK) fail_msg("%s: %s", #call, loligo_error_message());                                        \
  } while (0)

enum { SPIKES = 9, POSTS = 12, MOST_PARAMS = 8, LESSONS = 5, STEPS = 5015 };

static const double DT = 0.1;
static const double pre[SPIKES] = {10, 30, 50, 60, 61, 100, 180, 400, 401.5};
static const double post[POSTS] = {5, 12, 28.5, 50, 58.5, 60, 99, 150, 179, 398.5, 400, 420};
static const double modulator[LESSONS] = {65, 120, 121, 300, 410};

typedef struct named {
  const char *name;
  double value;
} named;

/** A row of the table of golden values. */
typedef struct golden {
  const char *model;
  double axonal, dendritic; /* ms */
  double weight, wmax;
  named params[MOST_PARAMS];
  double delivered[SPIKES], last;
} golden;

#define PAIRS(mu)                                                                                                      \
  {"mu_plus", mu},                                                                                                     \
  {                                                                                                                    \
    "mu_minus", mu                                                                                                     \
  }
#define STDP(mu)                                                                                                       \
  50, 100,                                                                                                             \
  {                                                                                                                    \
    {"lambda", 0.01}, {"alpha", 1.05}, PAIRS(mu)                                                                       \
  }
#define CLIPPED                                                                                                        \
  50, 100,                                                                                                             \
  {                                                                                                                    \
    {"lambda", 0.6}, {"alpha", 1.5}, PAIRS(0)                                                                          \
  }
#define STDP_PL                                                                                                        \
  45, 100,                                                                                                             \
  {                                                                                                                    \
    {"lambda", 0.1}, {"alpha", 0.0513}, {"mu", 0.4}, {"tau_plus", 15},                                                 \
    {                                                                                                                  \
      "tau_minus", 30                                                                                                  \
    }                                                                                                                  \
  }
#define TRIPLET                                                                                                        \
  1, 2,                                                                                                                \
  {                                                                                                                    \
    {                                                                                                                  \
      NULL, 0                                                                                                          \
    }                                                                                                                  \
  }
#define INHIBITORY                                                                                                     \
  0.5, 1,                                                                                                              \
  {                                                                                                                    \
    {                                                                                                                  \
      "eta", 0.01                                                                                                      \
    }                                                                                                                  \
  }

#define DOPAMINE(wmax, pairing)                                                                                        \
  50, wmax,                                                                                                            \
  {                                                                                                                    \
    {SYNAPSE_MODULATOR, 2}, {SYNAPSE_PAIRING, pairing},                                                                \
    {                                                                                                                  \
      "b", 0.002                                                                                                       \
    }                                                                                                                  \
  }

#define SHORT_TERM(u, rec, fac)                                                                                        \
  100, 100,                                                                                                            \
  {                                                                                                                    \
    {"U", u}, {"tau_rec", rec},                                                                                        \
    {                                                                                                                  \
      "tau_fac", fac                                                                                                   \
    }                                                                                                                  \
  }

#define NMDA                                                                                                           \
  100, 100,                                                                                                            \
  {                                                                                                                    \
    {"alpha", 0.5}, {"tau_rise", 2},                                                                                   \
    {                                                                                                                  \
      "tau_decay", 100                                                                                                 \
    }                                                                                                                  \
  }

/* clang-format off */
static const golden rows[] = {
  {"stdp", 0, 1.5, STDP(0), {49.11857013, 49.54149992, 48.86665942, 50.07723318, 48.03611387, 50.34146562, 51.5341907, 52.53452175, 52.48812944}, 53.19731248},
  {"stdp", 0, 1.5, STDP(0.4), {49.33200107, 49.65478231, 49.14476423, 50.06230751, 48.51465757, 50.28465766, 51.18299618, 51.93387855, 51.87244132}, 52.40175836},
  {"stdp", 0, 1.5, STDP(1), {49.55928506, 49.77320543, 49.43731568, 50.04260872, 49.02117937, 50.19888796, 50.78898216, 51.28125469, 51.22928712}, 51.57516075},
  {"stdp", 0, 1.5, CLIPPED, {0, 5.205330223, 0, 6.076880405, 0, 61.9798944, 75.96773865, 99.99805741, 16.50128401}, 59.05226659},
  {"stdp_pl", 0, 1.5, STDP_PL, {44.79457079, 45.0378216, 44.79656466, 45.31156263, 44.74916207, 45.66829222, 46.09360228, 46.54362975, 46.73467408}, 46.96837175},
  {"stdp_triplet", 0, 1.5, TRIPLET, {0.9936905243, 0.9936796674, 0.9851171444, 1.005413182, 0.9855440772, 1.04135982, 1.065706999, 1.085492569, 1.088217291}, 1.096566156},
  {"stdp_inhibitory", 0, 1.5, INHIBITORY, {0.5071945702, 0.5255384745, 0.5307655269, 0.563064864, 0.5813040955, 0.6118177481, 0.628019014, 0.6368227669, 0.6541779958}, 0.6612698263},
  {"stdp", 0, 1, STDP(0), {49.14033271, 48.58911803, 47.9309394, 48.20287777, 48.03066275, 47.99904732, 47.86064615, 46.8365662, 45.81363672}, 46.54077281},
  {"stdp_triplet", 0, 1, TRIPLET, {0.9937834457, 0.9870482677, 0.9786118472, 0.9926677412, 1.014593502, 1.012053152, 1.008852746, 1.001868438, 0.9978000549}, 1.006401132},
  {"stdp", 1, 0.5, STDP(0), {49.20244927, 48.87692262, 47.75817994, 46.73499353, 43.91398175, 42.97072659, 41.88847205, 39.91433334, 38.08280516}, 38.86657363},
  {"stdp_triplet", 1, 0.5, TRIPLET, {0.9940540792, 0.9887369779, 0.9792010344, 0.9892693862, 0.9631401672, 0.9541988966, 0.9442463544, 0.9305985492, 0.917128514}, 0.9265328721},
  {"stdp", 10, 0, STDP(0), {48.80017907, 48.42171929, 47.8030634, 46.46198586, 44.70764079, 44.5472814, 44.01779543, 42.79014406, 41.65114405}, 42.91145489},
  {"stdp_triplet", 10, 0, TRIPLET, {0.9899939034, 0.9855805877, 0.9853974058, 0.9755446244, 0.9558340536, 0.9556409831, 0.9496564088, 0.9393612235, 0.9292001053}, 0.9457544633},
  {"stdp_dopamine", 0, 1.5, DOPAMINE(200, SYNAPSE_PAIRS_ALL), {50, 50.0223923, 50.06838024, 50.08660898, 50.08931208, 49.96965612, 49.5578731, 49.59502673, 49.59521101}, 49.67865612},
  {"stdp_dopamine", 1, 0.5, DOPAMINE(200, SYNAPSE_PAIRS_ALL), {50, 50.00948602, 50.09496742, 50.16857458, 50.1809793, 49.31389563, 42.41941046, 28.06004255, 27.97763057}, 18.7964406},
  {"stdp_dopamine", 0, 1.5, DOPAMINE(50.05, SYNAPSE_PAIRS_ALL), {50, 50.0223923, 50.05, 50.05, 50.05, 49.91548695, 49.50370394, 49.54085757, 49.54104185}, 49.62448695},
  {"stdp_dopamine", 0, 1.5, DOPAMINE(200, SYNAPSE_PAIRS_NEAREST), {50, 50.0223923, 50.05003516, 50.05892724, 50.06028243, 49.97018362, 49.79046468, 50.24565712, 50.24770864}, 50.33637767},
  {"tsodyks2", 0, 1.5, SHORT_TERM(0.5, 800, 0), {50, 25.6172522, 13.72688439, 7.399293124, 3.757485846, 4.168390604, 6.643986994, 14.54468749, 7.352383041}, 100},
  {"tsodyks2", 0, 1.5, SHORT_TERM(0.15, 130, 530), {15, 23.76961466, 25.60395418, 21.78041172, 14.07713701, 20.07076653, 30.83295646, 40.43750555, 25.28149065}, 100},
  {"tsodyks", 0, 1.5, SHORT_TERM(0.5, 800, 0), {50, 25.52559248, 13.63527606, 7.329571486, 3.718516467, 4.133127317, 6.620994652, 14.52649022, 7.332595333}, 100},
  {"tsodyks", 0, 1.5, SHORT_TERM(0.15, 130, 530), {15, 23.68686637, 25.35439475, 21.35512117, 13.73184251, 19.64563195, 30.59331332, 40.35928682, 25.03375802}, 100},
  {"nmda_saturating", 0, 1.5, NMDA, {64.8416739100, 31.2837382700, 21.1762822900, 13.2194731400, 5.45996845400, 22.3001161400, 39.3926161500, 59.262741500, 22.4423282800}, 100},
};
/* clang-format on */

/* A cell without leak that spikes when the inhibitory receptor is driven, one step later, and sums what the excitatory
 * one receives. */
static void add_target(loligo_network *network)
{
  static const named params[] = {{"E_L", 0},   {"V_reset", 0},       {"V_th", 1e4},       {"tau_m", 1e9},
                                 {"t_ref", 0}, {"tau_syn_ex", 1e12}, {"tau_syn_in", 0.01}};
  double times[POSTS];
  for (int i = 0; i < POSTS; i++) times[i] = post[i] - DT;
  OK(loligo_network_add_population(network, "target", loligo_model_find("iaf_psc_exp"), 1, NULL));
  OK(loligo_network_set_init(network, 1, "V_m", loligo_constant(0)));
  for (size_t i = 0; i < sizeof params / sizeof *params; i++)
    OK(loligo_network_set_param(network, 1, params[i].name, loligo_constant(params[i].value)));
  const loligo_input_spec drive = {.name = "drive",
                                   .model = "spikes",
                                   .target = {1, 0, 1},
                                   .receptor = "inh",
                                   .any_sign = true,
                                   .weight = 1e9,
                                   .times = times,
                                   .n_times = POSTS};
  OK(loligo_network_add_input(network, &drive));
}

static void add_synapse(loligo_network *network, const golden *row, int sign)
{
  const bool is_plastic = synapse_model_find(row->model)->kind == SYNAPSE_PLASTIC;
  loligo_named_value params[MOST_PARAMS + 1] = {{"Wmax", loligo_constant(sign * row->wmax)}};
  size_t n = is_plastic;
  for (const named *p = row->params; n <= MOST_PARAMS && p->name; p++)
    params[n++] = (loligo_named_value){p->name, loligo_constant(p->value)};
  loligo_projection_spec spec = {.source = 0,
                                 .target = 1,
                                 .rule = "one_to_one",
                                 .synapse = row->model,
                                 .synapse_params = params,
                                 .n_synapse_params = n,
                                 .receptor = "exc",
                                 .any_sign = true,
                                 .weight = loligo_constant(sign * row->weight),
                                 .delay = loligo_constant(row->axonal + row->dendritic)};
  if (is_plastic) spec.dendritic_delay = loligo_constant(row->dendritic);
  OK(loligo_network_add_projection(network, &spec));
}

static loligo_network *make_network(const golden *row, int sign)
{
  loligo_network *network = loligo_network_create(DT, 1);
  OK(loligo_network_add_population(network, "source", loligo_model_find("spike_source"), 1, NULL));
  OK(loligo_network_set_trains(network, 0, pre, NULL, SPIKES));
  add_target(network);
  OK(loligo_network_add_population(network, "modulator", loligo_model_find("spike_source"), 1, NULL));
  OK(loligo_network_set_trains(network, 2, modulator, NULL, LESSONS));
  add_synapse(network, row, sign);
  return network;
}

static loligo_status keep_weight(void *weight, const loligo_synapse *synapse)
{
  *(double *)weight = synapse->weight_now;
  return LOLIGO_OK;
}

static void check_current(const golden *row, const loligo_samples *samples, int sign)
{
  for (int i = 0; i < SPIKES; i++) {
    const int64_t arrival = loligo_steps(pre[i] + row->axonal + row->dendritic, DT);
    const double delivered = sign * (samples->values[arrival] - samples->values[arrival - 1]);
    if (!(fabs(delivered - row->delivered[i]) < 1e-8 * row->wmax))
      fail_msg("%s %g %g, spike %d: %.10g delivered, not %.10g", row->model, row->axonal, row->dendritic, i, delivered,
               row->delivered[i]);
  }
}

static void check_run(const golden *row, loligo_simulation *simulation, loligo_sampler *sampler, int sign)
{
  double last = NAN;
  loligo_statistics statistics;
  OK(loligo_simulation_run(simulation, STEPS));
  const loligo_samples samples = loligo_sampler_frames(sampler);
  check_current(row, &samples, sign);
  OK(loligo_simulation_synapses(simulation, 0, keep_weight, &last));
  assert_true(fabs(sign * last - row->last) < 1e-8 * row->wmax);
  OK(loligo_simulation_statistics(simulation, &statistics));
  assert_int_equal(statistics.population_spikes[1], POSTS);
  assert_int_equal(statistics.plastic_events, SPIKES);
  free(statistics.population_spikes);
}

static void check_row(const golden *row, int sign)
{
  loligo_context context;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  loligo_sampler *sampler;
  loligo_network *network = make_network(row, sign);
  const loligo_sampler_spec spec = {
      .target = {.population = 1, .first = 0, .last = 1}, .variable = 1, .start = 0, .stop = STEPS, .every = 1};
  loligo_context_init(&context, MPI_COMM_SELF);
  OK(loligo_decomposition_create(network, "block", 1, &decomposition));
  OK(loligo_simulation_create(&context, network, decomposition, "allgather", NULL, &simulation));
  OK(loligo_simulation_sample(simulation, &spec, &sampler));
  check_run(row, simulation, sampler, sign);
  OK(loligo_simulation_reset(simulation, 0, 1));
  check_run(row, simulation, sampler, sign);
  loligo_simulation_destroy(simulation);
  loligo_decomposition_destroy(decomposition);
  loligo_context_free(&context);
  loligo_network_destroy(network);
}

static void weights_are_those_of_the_reference(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(&rows[i], 1);
}

/* Parameters are about magnitudes. */
static void negative_weights_change_alike(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(&rows[i], -1);
}

/* -- pairs, added up one by one -- */

/* What spikes strictly before a time have left at it, at the synapse. */
static double trace(const double *times, size_t n, double shift, double now, double tau, bool nearest)
{
  double sum = 0;
  for (size_t i = 0; i < n && times[i] + shift < now - DT / 2; i++) {
    const double left = exp(-(now - times[i] - shift) / tau);
    sum = nearest ? left : sum + left;
  }
  return sum;
}

static double of_source(const golden *row, double now, double tau, bool nearest)
{
  return trace(pre, SPIKES, row->axonal, now, tau, nearest);
}

static double of_target(const golden *row, double now, double tau, bool nearest)
{
  return trace(post, POSTS, row->dendritic, now, tau, nearest);
}

static double change_at_target(const golden *row, double now, bool nearest)
{
  if (strcmp(row->model, "stdp_triplet") == 0)
    return of_source(row, now, 16.8, nearest) * (5e-10 + 6.2e-3 * of_target(row, now, 125, nearest));
  return (strcmp(row->model, "stdp") == 0 ? 1 : 0.01) * of_source(row, now, 20, nearest);
}

static double change_at_source(const golden *row, double now, bool nearest)
{
  if (strcmp(row->model, "stdp_triplet") == 0)
    return -of_target(row, now, 33.7, nearest) * (7e-3 + 2.3e-4 * of_source(row, now, 101, nearest));
  if (strcmp(row->model, "stdp") == 0) return -1.05 * of_target(row, now, 20, nearest);
  return 0.01 * (of_target(row, now, 20, nearest) - 0.12);
}

/* The weight at a time of the synapse, where no change depends on it and none is clipped; behind the source's spikes
 * at that time, and those of the target unless they come after these. */
static double weight_at(const golden *row, double now, bool nearest)
{
  const double last_post = now + (row->dendritic > 0 ? DT / 2 : -DT / 2);
  double weight = row->weight;
  for (int i = 0; i < POSTS; i++) {
    const double act = post[i] + row->dendritic;
    if (act < last_post) weight += change_at_target(row, act, nearest);
  }
  for (int i = 0; i < SPIKES; i++) {
    const double act = pre[i] + row->axonal;
    if (act < now + DT / 2) weight += change_at_source(row, act, nearest);
  }
  return weight;
}

static golden add_up(const golden *row, bool nearest)
{
  golden summed = *row;
  size_t n = 0;
  for (int i = 0; i < SPIKES; i++) summed.delivered[i] = weight_at(row, pre[i] + row->axonal, nearest);
  summed.last = weight_at(row, 500, nearest);
  while (summed.params[n].name) n++;
  summed.params[n] = (named){SYNAPSE_PAIRING, nearest ? SYNAPSE_PAIRS_NEAREST : SYNAPSE_PAIRS_ALL};
  return summed;
}

/* Additive, not clipped, and there for some splits of the delay. */
static bool can_be_added_up(const golden *row)
{
  const bool is_additive = strcmp(row->model, "stdp") == 0 && row->params[2].value == 0 && row->params[0].value < 0.1;
  return is_additive || strcmp(row->model, "stdp_triplet") == 0 || strcmp(row->model, "stdp_inhibitory") == 0;
}

static void all_pairs_add_up(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!can_be_added_up(&rows[i])) continue;
    const golden summed = add_up(&rows[i], false);
    for (int k = 0; k < SPIKES; k++)
      assert_true(fabs(summed.delivered[k] - rows[i].delivered[k]) < 1e-8 * rows[i].wmax);
    check_row(&summed, 1);
  }
}

static void nearest_pairs_add_up(void **state)
{
  (void)state;
  size_t n = 0;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (!can_be_added_up(&rows[i])) continue;
    const golden summed = add_up(&rows[i], true);
    assert_true(fabs(summed.last - rows[i].last) > 1e-4 * rows[i].wmax);
    check_row(&summed, 1);
    n++;
  }
  assert_int_equal(n, 9);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_are_those_of_the_reference),
      cmocka_unit_test(negative_weights_change_alike),
      cmocka_unit_test(all_pairs_add_up),
      cmocka_unit_test(nearest_pairs_add_up),
  };
  MPI_Init(&argc, &argv);
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  MPI_Finalize();
  return failed;
}

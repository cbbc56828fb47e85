/*
 * Sources at some rate onto cells that fire at about the same, with synapses of each model in long rows; where a third
 * population is a modulator, one cell of it spikes now and then.
 */
#include "run/calibrate_learning.h"

#include "loligo/network.h"
#include "model/neuron/model.h"
#include "run/calibrate_trial.h"

enum { SOURCES, TARGETS, MODULATOR };
enum { CELLS = 500, DEGREE = 200, MODULATES_EVERY = 100, DELAY_STEPS = 15 };
enum { WARM_STEPS = 1000, SLICES = 30, STEPS = 50, ALL_STEPS = WARM_STEPS + SLICES * STEPS };

static const double DT = 0.1, NS = 1e9, WMAX = 1, WEIGHT = 0.5;

/* Above threshold: some 10 Hz. */
static const double DRIVE = 390;

/* Of a source population: one spike of one of its cells after so many steps. */
static loligo_status add_sources(loligo_network *network, size_t population, uint64_t cells, int every)
{
  double times[ALL_STEPS];
  uint64_t owners[ALL_STEPS];
  size_t n = 0;
  for (int step = 1; step < ALL_STEPS; step += every, n++) {
    times[n] = step * DT;
    owners[n] = n * 7919 % cells;
  }
  const loligo_model *model = loligo_model_find("spike_source");
  LOLIGO_TRY(
      loligo_network_add_population(network, population == SOURCES ? "sources" : "modulator", model, cells, NULL));
  return loligo_network_set_trains(network, population, times, owners, n);
}

static loligo_status add_targets(loligo_network *network)
{
  const loligo_distribution spread = {.kind = LOLIGO_UNIFORM, .low = -70, .high = -56};
  LOLIGO_TRY(loligo_network_add_population(network, "targets", loligo_model_find("iaf_psc_exp"), CELLS, NULL));
  LOLIGO_TRY(loligo_network_set_param(network, TARGETS, "I_e", loligo_constant(DRIVE)));
  return loligo_network_set_init(network, TARGETS, "V_m", spread);
}

/* Wmax and the modulator are all that has no default. */
static loligo_status add_synapses(loligo_network *network, const synapse_model *model)
{
  const loligo_named_value params[] = {{SYNAPSE_WMAX, loligo_constant(WMAX)},
                                       {SYNAPSE_MODULATOR, loligo_constant(MODULATOR)}};
  const loligo_projection_spec spec = {.source = SOURCES,
                                       .target = TARGETS,
                                       .rule = "fixed_indegree",
                                       .argument = DEGREE,
                                       .synapse = model->name,
                                       .synapse_params = params,
                                       .n_synapse_params = model->kind != SYNAPSE_PLASTIC ? 0
                                                           : model->modulator_trace       ? 2
                                                                                          : 1,
                                       .weight = loligo_constant(WEIGHT),
                                       .delay = loligo_constant(DELAY_STEPS * DT)};
  return loligo_network_add_projection(network, &spec);
}

static loligo_status fill_network(loligo_network *network, const synapse_model *model)
{
  LOLIGO_TRY(add_sources(network, SOURCES, CELLS, 1));
  LOLIGO_TRY(add_targets(network));
  LOLIGO_TRY(add_sources(network, MODULATOR, 1, MODULATES_EVERY));
  return add_synapses(network, model);
}

/* NULL where it cannot be. */
static loligo_network *network_of(const synapse_model *model)
{
  loligo_network *network = loligo_network_create(DT, 1);
  if (network && fill_network(network, model) == LOLIGO_OK) return network;
  loligo_network_destroy(network);
  return NULL;
}

/* ns of an event; 0 where it cannot be run. */
static double time_events(const synapse_model *model)
{
  trial trial;
  trial_slice slice;
  double ns = 0;
  loligo_status status = trial_open(&trial, network_of(model));
  if (status == LOLIGO_OK) status = loligo_simulation_run(trial.simulation, WARM_STEPS);
  if (status == LOLIGO_OK) status = trial_run(&trial, SLICES, STEPS, &slice);
  if (status == LOLIGO_OK && slice.events > 0) ns = NS * slice.seconds[PHASE_deliver] / slice.events;
  loligo_error_clear();
  trial_close(&trial);
  return ns;
}

void calibrate_learning(machine *machine)
{
  for (size_t i = 0; i < synapse_model_registry.n; i++)
    if (synapse_model_has_time(synapse_model_at(i))) machine->learn[i] = time_events(synapse_model_at(i));
}

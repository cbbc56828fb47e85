/*
 * Cells of each model, all of whose receptors are there, with nothing that arrives; then a plain model under each
 * input.
 */
#include "run/calibrate_cells.h"

#include <math.h>

#include "loligo/network.h"
#include "model/input/input_model.h"
#include "model/neuron/model.h"
#include "network/description.h"
#include "network/population.h"
#include "run/calibrate_trial.h"
#include "sim/cells/cells.h"

enum { SOURCES = 4000, ROW = 1000, SPIKES = 12, INTERVAL = 10 };
enum { CELLS = 10000, MANY_CELLS = 200000, SLICES = 40, STEPS = 60, MANY_SLICES = 20, MANY_STEPS = 20 };

static const double DT = 0.1, NS = 1e9;

/* Of a Poisson source, and of a background: two spikes in a step. */
static const double SOURCE_RATE = 10, INPUT_RATE = 20000;

/* A step that the model can do with. */
static double step_of(const loligo_model *model)
{
  loligo_network *network = loligo_network_create(DT, 1);
  double dt = DT;
  if (network && loligo_network_add_population(network, "cells", model, 1, NULL) == LOLIGO_OK && model->max_dt)
    dt = fmin(dt, model->max_dt[population_integrator(&network->populations[0])]);
  loligo_network_destroy(network);
  return dt;
}

/* A receptor that a spike cannot act on is left alone. */
static void connect_receptors(loligo_network *network, const loligo_model *model, double dt)
{
  const loligo_edge edge = {0, 0, 1e-3, INTERVAL * dt};
  for (size_t r = 0; r < model->n_receptors; r++) {
    const loligo_projection_spec spec = {.name = model->receptors[r].name,
                                         .rule = "explicit",
                                         .receptor = model->receptors[r].name,
                                         .any_sign = true,
                                         .edges = &edge,
                                         .n_edges = 1};
    if (loligo_network_add_projection(network, &spec) != LOLIGO_OK) loligo_error_clear();
  }
}

/* Long rows, some of which are delivered in every step. */
static loligo_status add_traffic(loligo_network *network, double dt)
{
  double times[SPIKES * SLICES * STEPS];
  uint64_t owners[SPIKES * SLICES * STEPS];
  const size_t n = sizeof times / sizeof *times;
  const loligo_projection_spec spec = {.name = "traffic",
                                       .source = 1,
                                       .rule = "fixed_outdegree",
                                       .argument = ROW,
                                       .weight = loligo_constant(1e-6),
                                       .delay = loligo_constant(INTERVAL * dt)};
  for (size_t i = 0; i < n; i++) {
    const size_t step = 1 + i / SPIKES;
    times[i] = (double)step * dt;
    owners[i] = i * 7919 % SOURCES;
  }
  LOLIGO_TRY(loligo_network_add_population(network, "sources", loligo_model_find("spike_source"), SOURCES, NULL));
  LOLIGO_TRY(loligo_network_set_trains(network, 1, times, owners, n));
  return loligo_network_add_projection(network, &spec);
}

/* NULL, without an error, for a model that does not take its defaults. */
static loligo_network *network_of(const loligo_model *model, uint64_t cells)
{
  const double dt = step_of(model);
  loligo_network *network = loligo_network_create(dt, 1);
  if (!network) return NULL;
  if (loligo_network_add_population(network, "cells", model, cells, NULL) != LOLIGO_OK) {
    loligo_error_clear();
    loligo_network_destroy(network);
    return NULL;
  }
  for (size_t i = 0; i < model->params.n; i++)
    if (!model->params.rows[i].fallback &&
        loligo_network_set_param(network, 0, model->params.rows[i].name, loligo_constant(SOURCE_RATE)) != LOLIGO_OK)
      loligo_error_clear();
  connect_receptors(network, model, dt);
  if (!model->is_source && add_traffic(network, dt) != LOLIGO_OK) loligo_error_clear();
  return network;
}

/* ns of a cell and step; 0 where it cannot be run. */
static double time_update(loligo_network *network)
{
  trial trial;
  trial_slice slice;
  double ns = 0;
  if (!network) return 0;
  if (trial_open(&trial, network) == LOLIGO_OK && trial_run(&trial, SLICES, STEPS, &slice) == LOLIGO_OK)
    ns = NS * slice.seconds[PHASE_update] / CELLS / STEPS;
  loligo_error_clear();
  trial_close(&trial);
  return ns;
}

/* Each key of an input has a value that most take. */
static loligo_status add_input(loligo_network *network, const input_model *model)
{
  enum { MOST = 8 };
  loligo_named_value values[MOST];
  static const double list[] = {0};
  loligo_input_spec spec = {.name = "input", .model = model->name, .target = {0, 0, CELLS}, .params = values};
  if (!input_model_is_current(model)) spec.weight = 1e-6;
  for (size_t i = 0; i < model->params.n && spec.n_params < MOST; i++) {
    const loligo_param *row = &model->params.rows[i];
    if (row->fallback) continue;
    const double value = input_model_is_current(model) ? 1 : INPUT_RATE;
    values[spec.n_params++] =
        (loligo_named_value){row->name, row->type == LOLIGO_PARAM_LIST ? loligo_list(list, 1) : loligo_constant(value)};
  }
  return loligo_network_add_input(network, &spec);
}

static double time_input(const loligo_model *plain, const input_model *model, double without)
{
  static const double LEAST = 1e-3;
  loligo_network *network = network_of(plain, CELLS);
  if (network && add_input(network, model) != LOLIGO_OK) {
    loligo_error_clear();
    loligo_network_destroy(network);
    return 0;
  }
  const double with = time_update(network);
  return with > 0 ? fmax(with - without, LEAST) : 0;
}

loligo_status calibrate_cells(machine *machine)
{
  const loligo_model *plain = loligo_model_find("iaf_psc_exp");
  for (size_t i = 0; i < loligo_model_registry.n; i++)
    machine->update[i] = time_update(network_of(loligo_model_at(i), CELLS));
  const double without = machine_update_ns(machine, plain);
  for (size_t i = 0; i < input_model_registry.n; i++) machine->input[i] = time_input(plain, input_model_at(i), without);
  return LOLIGO_OK;
}

/* Of all cells together. */
static double bytes_of_cells(const loligo_network *network)
{
  return MANY_CELLS * cells_bytes_each(&network->populations[0], false);
}

static loligo_status time_many_cells(trial *trial, machine *machine)
{
  trial_slice slice;
  const double few = machine_update_ns(machine, trial->network->populations[0].model);
  machine->build.cell = NS * trial->build_seconds[PHASE_build_cells] / MANY_CELLS;
  LOLIGO_TRY(trial_run(trial, MANY_SLICES, MANY_STEPS, &slice));
  const double many = NS * slice.seconds[PHASE_update] / MANY_STEPS;
  machine->cells.byte = fmax(many - MANY_CELLS * few, 0) / bytes_of_cells(trial->network);
  return LOLIGO_OK;
}

loligo_status calibrate_many_cells(machine *machine)
{
  trial trial;
  loligo_status status = trial_open(&trial, network_of(loligo_model_find("iaf_psc_exp"), MANY_CELLS));
  if (status == LOLIGO_OK) status = time_many_cells(&trial, machine);
  trial_close(&trial);
  return status;
}

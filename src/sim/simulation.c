/*
 * A simulation from its description to its end: cells, ports and synapses of this rank, and who listens to it.
 */
#include "sim/simulation.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "model/synapse/synapse_model.h"
#include "network/gap.h"
#include "network/index.h"
#include "network/selection.h"
#include "network/trials.h"
#include "sim/estimate.h"
#include "sim/parts.h"
#include "sim/plasticity/plastic_build.h"
#include "sim/synapses/connect.h"

enum { MAX_SUM_ROWS = 16, SUM_ROWS_BYTES = 1 << 20 };

static loligo_status number_ports(loligo_simulation *sim)
{
  uint64_t *n_cells = memory_allocate(sim->cells.n_groups, sizeof *n_cells, "ports");
  if (!n_cells) return LOLIGO_MACHINE_ERROR;
  for (size_t g = 0; g < sim->cells.n_groups; g++) n_cells[g] = sim->cells.groups[g].n;
  const loligo_status status = ports_init(&sim->ports, &sim->format, n_cells);
  memory_free(n_cells);
  return status;
}

static loligo_status place_cells(loligo_simulation *sim, const loligo_decomposition *decomposition)
{
  size_t n = sim->network->n_populations;
  sim->population_spikes = memory_allocate(n, sizeof *sim->population_spikes, "statistics");
  sim->has_listeners = memory_allocate(n, sizeof *sim->has_listeners, "signals");
  if (!sim->population_spikes || !sim->has_listeners) return LOLIGO_MACHINE_ERROR;
  for (size_t i = 0; i < sim->format.n_pathways; i++) {
    const pathway *way = &sim->format.pathways[i];
    sim->has_listeners[way->source] |= way->signal > 0;
  }
  const loligo_network *now = &sim->course.now;
  LOLIGO_TRY(cells_init(&sim->cells, now, decomposition, sim->rank));
  LOLIGO_TRY(number_ports(sim));
  LOLIGO_TRY(inputs_init(&sim->inputs, now, &sim->cells));
  const change_plan changes = plan_of_change(sim);
  return change_rehearse(&changes);
}

/* Rows of sums: one for each step that the cells are advanced at once; more than one only while that stays small. */
static loligo_status size_buffers(loligo_simulation *sim)
{
  int64_t min_delay, max_delay;
  loligo_network_delay_range(sim->network, &min_delay, &max_delay);
  sim->interval = exchange_interval(sim->network);
  const uint64_t row_bytes = sim->ports.n_narrow * sizeof(int32_t) + sim->ports.n_wide * sizeof(int64_t);
  int64_t rows = row_bytes * MAX_SUM_ROWS <= SUM_ROWS_BYTES ? MAX_SUM_ROWS : MAX_SUM_ROWS / 2;
  const int64_t most = plasticity_max_rows(sim->network);
  if (sim->interval < rows) rows = sim->interval;
  if (most < rows) rows = most;
  if (sim->is_coupled) rows = 1;
  LOLIGO_TRY(sums_init(&sim->sums, (size_t)rows, &sim->ports));
  history_init(&sim->history, max_delay + trials_steps(sim->network));
  LOLIGO_TRY(workbench_create(&sim->cells, &sim->bench));
  return calendar_init(&sim->calendar, max_delay, &sim->ports);
}

static connect_plan plan_of_connect(const loligo_simulation *sim)
{
  return (connect_plan){.network = sim->network, .cells = &sim->cells, .ports = &sim->ports};
}

/* The samplers of graded signals are those of the simulation, ahead of all that are asked for. */
static loligo_status build_teaching(loligo_simulation *sim)
{
  const graded_owners owners = {sim->context, sim->decomposition, sim->rank, sim->ranks};
  LOLIGO_TRY(teaching_init(&sim->teaching, &sim->plasticity, &owners));
  for (size_t i = 0; i < sim->teaching.n; i++) {
    taught_cells *cells = &sim->teaching.all[i];
    const loligo_sampler_spec spec =
        graded_spec(cells->population, sim->network->populations[cells->population].size, cells->variable);
    LOLIGO_TRY(loligo_simulation_sample(sim, &spec, &cells->course.graded.sampler));
  }
  return LOLIGO_OK;
}

static loligo_status build_synapses(loligo_simulation *sim, const loligo_build_observer *observer)
{
  connect_plan plan = plan_of_connect(sim);
  plan.observer = observer;
  LOLIGO_TRY(connect_build(&plan, &sim->synapses));
  calendar_set_load(&sim->calendar, sim->synapses.max_load);
  int64_t min_delay, max_delay;
  loligo_network_delay_range(sim->network, &min_delay, &max_delay);
  LOLIGO_TRY(plasticity_init(&sim->plasticity, &plan, max_delay, &sim->synapses));
  return build_teaching(sim);
}

/** Where and how a simulation is put together. */
typedef struct building {
  const loligo_context *context;
  const loligo_network *network;
  const loligo_decomposition *decomposition;
  const loligo_build_observer *observer; /* or NULL */
  const machine *machine;
  const char *method;  /* of exchange */
  const dry_rank *dry; /* instead of a method; or NULL */
} building;

static loligo_status build_exchange(loligo_simulation *sim, const building *b)
{
  const double interval = (double)sim->interval * sim->network->dt;
  if (!b->dry)
    return exchange_init(&sim->exchange, b->method, b->machine, interval, b->context, b->decomposition, &sim->cells,
                         &sim->synapses);
  return loligo_agree(b->context, dry_init(&sim->exchange, b->dry, b->decomposition, &sim->cells, &sim->synapses));
}

static loligo_status begin_course(loligo_simulation *sim)
{
  fault_place place;
  sim->trial_seed = sim->network->seed;
  LOLIGO_TRY(schedule_check(sim->network, &place));
  LOLIGO_TRY(trials_check(sim->network, &place));
  return schedule_init(&sim->course, sim->network);
}

static loligo_status build(loligo_simulation *sim, const building *b)
{
  double since = timer_now();
  LOLIGO_TRY(loligo_agree(b->context, begin_course(sim)));
  LOLIGO_TRY(loligo_agree(b->context, fixed_point_init(&sim->format, sim->network)));
  LOLIGO_TRY(estimate_admit(b->context, sim->network, &sim->format, sim->ranks));
  loligo_status status = place_cells(sim, b->decomposition);
  if (status == LOLIGO_OK) status = size_buffers(sim);
  LOLIGO_TRY(loligo_agree(b->context, status));
  if (sim->is_coupled) LOLIGO_TRY(gap_init(&sim->gap, b->context, sim->network, b->decomposition, &sim->cells));
  since = timer_add(&sim->timers, PHASE_build_cells, since);
  LOLIGO_TRY(loligo_agree(b->context, build_synapses(sim, b->observer)));
  since = timer_add(&sim->timers, PHASE_build_synapses, since);
  LOLIGO_TRY(build_exchange(sim, b));
  timer_add(&sim->timers, PHASE_build_exchange, since);
  return LOLIGO_OK;
}

static loligo_status create(const building *b, loligo_simulation **simulation)
{
  loligo_simulation *sim = *simulation = memory_allocate(1, sizeof *sim, "simulation");
  loligo_status status = loligo_agree(b->context, sim ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    sim->context = b->context;
    sim->network = b->network;
    sim->decomposition = b->decomposition;
    sim->rank = b->dry ? b->dry->rank : b->context->rank;
    sim->ranks = b->dry ? b->dry->ranks : b->context->size;
    sim->is_coupled = gap_couples(b->network);
    network_hold(b->network);
    status = build(sim, b);
  }
  if (status == LOLIGO_OK) return LOLIGO_OK;
  loligo_simulation_destroy(sim);
  *simulation = NULL;
  return status;
}

loligo_status loligo_simulation_create(const loligo_context *context, const loligo_network *network,
                                       const loligo_decomposition *decomposition, const char *exchange,
                                       const loligo_build_observer *observer, loligo_simulation **simulation)
{
  return simulation_create_on(&machine_assumed, context, network, decomposition, exchange, observer, simulation);
}

loligo_status simulation_create_on(const machine *machine, const loligo_context *context, const loligo_network *network,
                                   const loligo_decomposition *decomposition, const char *exchange,
                                   const loligo_build_observer *observer, loligo_simulation **simulation)
{
  return create(&(building){context, network, decomposition, observer, machine, exchange, NULL}, simulation);
}

loligo_status simulation_create_dry(const loligo_context *context, const loligo_network *network,
                                    const loligo_decomposition *decomposition, const dry_rank *dry,
                                    const loligo_build_observer *observer, loligo_simulation **simulation)
{
  assert(context->size == 1 && dry->rank >= 0 && dry->rank < dry->ranks);
  return create(&(building){context, network, decomposition, observer, NULL, NULL, dry}, simulation);
}

const dry_account *simulation_dry_account(const loligo_simulation *sim)
{
  return dry_account_of(&sim->exchange);
}

static void destroy_sampler(loligo_sampler *sampler)
{
  sampler_free(sampler);
  memory_free(sampler);
}

void loligo_simulation_destroy(loligo_simulation *sim)
{
  if (!sim) return;
  if (sim->network) network_release(sim->network);
  exchange_free(&sim->exchange);
  gap_free(&sim->gap);
  calendar_free(&sim->calendar);
  inputs_free(&sim->inputs);
  workbench_destroy(sim->bench);
  teaching_free(&sim->teaching);
  plasticity_free(&sim->plasticity);
  synapses_free(&sim->synapses);
  ports_free(&sim->ports);
  fixed_point_free(&sim->format);
  cells_free(&sim->cells);
  schedule_free(&sim->course);
  sums_free(&sim->sums);
  signal_list_free(&sim->found);
  memory_free(sim->spikes);
  record_list_free(&sim->sent);
  record_list_free(&sim->received);
  history_free(&sim->history);
  memory_free(sim->lids);
  for (size_t i = 0; i < sim->n_samplers; i++) destroy_sampler(sim->samplers[i]);
  memory_free(sim->samplers);
  memory_free(sim->observers);
  memory_free(sim->has_listeners);
  memory_free(sim->population_spikes);
  memory_free(sim);
}

/* -- trials -- */

loligo_status loligo_simulation_reset(loligo_simulation *sim, int64_t step, uint64_t seed)
{
  assert(step >= 0);
  sim->step = step;
  sim->started = false;
  sim->stop = sim->pause = 0;
  sim->checksum = 0;
  sim->exchange.n_exchanges = sim->exchange.n_second_rounds = 0;
  exchange_count_bytes_from(&sim->exchange, 0);
  memset(sim->population_spikes, 0, sim->network->n_populations * sizeof *sim->population_spikes);
  for (size_t i = 0; i < sim->n_samplers; i++) sampler_reset(sim->samplers[i]);
  calendar_clear(&sim->calendar);
  history_clear(&sim->history);
  const connect_plan plan = plan_of_connect(sim);
  loligo_status status = plasticity_begin(&sim->plasticity, &plan, step);
  teaching_begin(&sim->teaching, step);
  sim->trial_seed = seed;
  const change_plan changes = plan_of_change(sim);
  if (status == LOLIGO_OK) status = change_begin(&changes);
  return loligo_agree(sim->context, status);
}

/* -- observers and samplers -- */

loligo_status loligo_simulation_observe(loligo_simulation *sim, loligo_observer observer)
{
  LOLIGO_TRY(memory_grow((void **)&sim->observers, &sim->observers_capacity, sim->n_observers + 1, sizeof observer,
                         "observers"));
  sim->observers[sim->n_observers++] = observer;
  return LOLIGO_OK;
}

static loligo_status add_sampler(loligo_simulation *sim, const loligo_sampler_spec *spec, loligo_sampler **sampler)
{
  loligo_sampler *made = memory_allocate(1, sizeof *made, "samplers");
  if (!made) return LOLIGO_MACHINE_ERROR;
  const loligo_status status = sampler_init(made, spec, &sim->cells);
  if (status != LOLIGO_OK) {
    destroy_sampler(made);
    return status;
  }
  *sampler = sim->samplers[sim->n_samplers++] = made;
  return LOLIGO_OK;
}

loligo_status loligo_simulation_sample(loligo_simulation *sim, const loligo_sampler_spec *spec,
                                       loligo_sampler **sampler)
{
  *sampler = NULL;
  LOLIGO_TRY(memory_grow((void **)&sim->samplers, &sim->samplers_capacity, sim->n_samplers + 1, sizeof *sim->samplers,
                         "samplers"));
  const loligo_population *population = &sim->network->populations[spec->target.population];
  loligo_sampler_spec taken = *spec;
  LOLIGO_TRY(selection_take(&spec->target, population, SELECTION_REFUSES, &taken.target));
  const loligo_status status = add_sampler(sim, &taken, sampler);
  selection_free(&taken.target);
  return status;
}

loligo_status loligo_simulation_sample_weights(loligo_simulation *sim, const loligo_weight_sampler_spec *spec,
                                               loligo_weight_sampler **sampler)
{
  const loligo_network *network = sim->network;
  const loligo_projection *projection = &network->projections[spec->projection];
  loligo_weight_sampler_spec taken = *spec;
  *sampler = NULL;
  if (!synapse_model_changes(projection->synapse))
    return loligo_fail(LOLIGO_INPUT_ERROR, "projection %s: its weights stay as they are", projection->name);
  LOLIGO_TRY(
      selection_take(&spec->targets, &network->populations[projection->target], SELECTION_REFUSES, &taken.targets));
  loligo_status status =
      selection_take(&spec->sources, &network->populations[projection->source], SELECTION_REFUSES, &taken.sources);
  if (status == LOLIGO_OK) status = plasticity_sample(&sim->plasticity, &taken, sampler);
  selection_free(&taken.targets);
  selection_free(&taken.sources);
  return status;
}

/* -- synapses -- */

loligo_status loligo_simulation_synapses(const loligo_simulation *sim, size_t projection, loligo_synapse_sink sink,
                                         void *self)
{
  connect_plan plan = plan_of_connect(sim);
  const plastic_table *table = plasticity_table(&sim->plasticity, projection);
  if (!synapse_model_sends(sim->network->projections[projection].synapse))
    return loligo_fail(LOLIGO_INPUT_ERROR, "projection %s: its gap junctions are no synapses to list",
                       sim->network->projections[projection].name);
  if (table) {
    plasticity_sweep(&sim->plasticity, sim->step);
    return plastic_table_list(&plan, table, sim->step, sink, self);
  }
  return connect_list(&plan, projection, sink, self);
}

/*
 * Sources that fire at given times onto targets that do nothing, in rows of each length, with one delay and with many,
 * few synapses and many.
 */
#include "run/calibrate_rows.h"

#include <math.h>

#include "base/memory.h"
#include "loligo/network.h"
#include "model/neuron/model.h"
#include "run/calibrate_trial.h"
#include "sim/synapses/synapses.h"

enum { LONG_ROW = 1000, TARGETS = 20000, INTERVAL = 10, DELAYS = 100, WARM_STEPS = 120, SLICES = 30, STEPS = INTERVAL };

#define MOST_SOURCES 4e6
#define MOST_EVENTS 5e4 /* of a step */
#define MOST_SPIKES 1e4 /* likewise */
#define FEW_SPIKES 4.0

static const double DT = 0.1, NS = 1e9;

/* -- a network of rows -- */

/** What is built for a row of the table. */
typedef struct shape {
  uint64_t sources, row;
  bool has_delays, has_weights; /* drawn ones */
  int interval;                 /* steps: the shortest delay */
  double spikes;                /* of a step */
} shape;

static shape shape_of(int point)
{
  const machine_rows rows = machine_rows_at(point);
  const double synapses = rows.bytes / sizeof(uint32_t);
  return (shape){.sources = (uint64_t)fmin(synapses / rows.synapses, MOST_SOURCES),
                 .row = (uint64_t)lround(rows.synapses),
                 .has_delays = machine_row_is_spread(point),
                 .interval = INTERVAL,
                 .spikes = fmin(MOST_EVENTS / rows.synapses, MOST_SPIKES)};
}

static double synapses_of(const shape *shape)
{
  return (double)shape->sources * (double)shape->row;
}

/* Delays begin at the same step in both forms, as the interval between exchanges follows from it. Long rows are drawn
 * by their targets, as most networks have them; they are then of nearly one length. */
static loligo_status add_rows(loligo_network *network, const shape *shape)
{
  const loligo_distribution many = {
      .kind = LOLIGO_UNIFORM, .low = shape->interval * DT, .high = (shape->interval + DELAYS - 1) * DT};
  const loligo_distribution weights = {.kind = LOLIGO_NORMAL, .mean = 1e-3, .std = 1e-4};
  const bool is_long = shape->row >= LONG_ROW;
  const loligo_projection_spec spec = {.source = 0,
                                       .target = 1,
                                       .rule = is_long ? "fixed_indegree" : "fixed_outdegree",
                                       .argument = is_long ? round(synapses_of(shape) / TARGETS) : (double)shape->row,
                                       .weight = shape->has_weights ? weights : loligo_constant(1e-3),
                                       .delay = shape->has_delays ? many : loligo_constant(shape->interval * DT)};
  return loligo_network_add_projection(network, &spec);
}

static loligo_status fill_trains(loligo_network *network, const shape *shape)
{
  const double steps = WARM_STEPS + SLICES * STEPS;
  const size_t n = (size_t)(shape->spikes * steps);
  double *times = memory_allocate(n, sizeof *times, "spikes");
  uint64_t *owners = memory_allocate(n, sizeof *owners, "spikes");
  loligo_status status = times && owners ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  uint64_t draw = 1;
  for (size_t i = 0; status == LOLIGO_OK && i < n; i++) {
    draw = draw * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    times[i] = (1 + floor((double)i / shape->spikes)) * DT;
    owners[i] = (draw >> 32) % shape->sources;
  }
  if (status == LOLIGO_OK) status = loligo_network_set_trains(network, 0, times, owners, n);
  memory_free(times);
  memory_free(owners);
  return status;
}

static loligo_status fill_network(loligo_network *network, const shape *shape)
{
  LOLIGO_TRY(
      loligo_network_add_population(network, "sources", loligo_model_find("spike_source"), shape->sources, NULL));
  LOLIGO_TRY(loligo_network_add_population(network, "targets", loligo_model_find("iaf_psc_exp"), TARGETS, NULL));
  LOLIGO_TRY(add_rows(network, shape));
  return fill_trains(network, shape);
}

/* -- what it takes -- */

/** Of a point of the table. */
typedef struct taken {
  double deliver, enter; /* ns of an event, of a spike */
  double build;          /* s of all synapses */
} taken;

/* NULL where it cannot be. */
static loligo_network *network_of(const shape *shape)
{
  loligo_network *network = loligo_network_create(DT, 1);
  if (network && fill_network(network, shape) == LOLIGO_OK) return network;
  loligo_network_destroy(network);
  return NULL;
}

/* trial_close() then, also after a failure. */
static loligo_status time_shape(trial *trial, const shape *shape, trial_slice *slice)
{
  LOLIGO_TRY(trial_open(trial, network_of(shape)));
  LOLIGO_TRY(loligo_simulation_run(trial->simulation, WARM_STEPS));
  return trial_run(trial, SLICES, STEPS, slice);
}

static loligo_status time_point(int point, taken *taken)
{
  const shape shape = shape_of(point);
  trial trial;
  trial_slice slice;
  const loligo_status status = time_shape(&trial, &shape, &slice);
  if (status == LOLIGO_OK) {
    taken->build = trial.build_seconds[PHASE_build_synapses];
    taken->deliver = NS * slice.seconds[PHASE_deliver] / slice.events;
    taken->enter = NS * slice.seconds[PHASE_exchange] / slice.spikes;
  }
  trial_close(&trial);
  return status;
}

/* What spikes that come few at a time take beyond that. */
static loligo_status time_interval(double enter, double *ns)
{
  shape shape = shape_of(MACHINE_ROW_r1000_far);
  trial trial;
  trial_slice slice;
  shape.interval = 1;
  shape.spikes = FEW_SPIKES;
  const loligo_status status = time_shape(&trial, &shape, &slice);
  if (status == LOLIGO_OK) *ns = fmax(NS * slice.seconds[PHASE_exchange] - slice.spikes * enter, 0) / STEPS;
  trial_close(&trial);
  return status;
}

/* ns of building, from the largest tables of each form. */
static void take_building(const taken taken[MACHINE_ROW_COUNT], machine *machine)
{
  const shape rows = shape_of(MACHINE_ROW_r1000_far), packed = shape_of(MACHINE_ROW_r1_far);
  machine->build.synapse_far = NS * taken[MACHINE_ROW_r1000_far].build / synapses_of(&rows);
  machine->build.packed = NS * taken[MACHINE_ROW_r1_far].build / synapses_of(&packed);
}

/* What drawn weights take beyond the same ones. */
static loligo_status time_draws(double without, double *ns)
{
  shape shape = shape_of(MACHINE_ROW_r1000_far);
  trial trial;
  shape.has_weights = true;
  const loligo_status status = trial_open(&trial, network_of(&shape));
  if (status == LOLIGO_OK)
    *ns = fmax(NS * (trial.build_seconds[PHASE_build_synapses] - without) / synapses_of(&shape), 0);
  trial_close(&trial);
  return status;
}

/* -- sources without a row -- */

enum { LOOK_UPS = 1 << 21, GROUP = 16, EVERY = 16 };

#define NEAR_SOURCES (UINT64_C(1) << 20)
#define FAR_SOURCES (UINT64_C(1) << 28)

/* As the loop does: what is looked at next is on its way. */
static uint64_t look_up_group(const row_index *index, uint64_t *draw)
{
  uint64_t source[GROUP], found = 0;
  for (int i = 0; i < GROUP; i++) {
    *draw = *draw * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    source[i] = (*draw >> 30) % index->n;
    __builtin_prefetch(&index->present[source[i] / 64], 0, 2);
  }
  for (int i = 0; i < GROUP; i++) found += row_index_find(index, source[i]) != NO_ROW;
  return found;
}

static loligo_status time_look_ups(uint64_t n, double *ns)
{
  row_index index;
  uint64_t draw = 1, found = 0;
  LOLIGO_TRY(row_index_init(&index, n));
  for (uint64_t i = 0; i < n; i += EVERY) row_index_mark(&index, i);
  row_index_seal(&index);
  const double since = timer_now();
  for (int i = 0; i < LOOK_UPS; i += GROUP) found += look_up_group(&index, &draw);
  *ns = found ? NS * (timer_now() - since) / LOOK_UPS : 0;
  row_index_free(&index);
  return LOLIGO_OK;
}

loligo_status calibrate_rows(machine *machine)
{
  taken taken[MACHINE_ROW_COUNT];
  for (int point = 0; point < MACHINE_ROW_COUNT; point++) {
    LOLIGO_TRY(time_point(point, &taken[point]));
    machine->deliver[point] = taken[point].deliver;
    machine->enter[point] = taken[point].enter;
  }
  take_building(taken, machine);
  LOLIGO_TRY(time_draws(taken[MACHINE_ROW_r1000_far].build, &machine->build.draw));
  LOLIGO_TRY(time_interval(machine->enter[MACHINE_ROW_r1000_far], &machine->exchange.interval));
  LOLIGO_TRY(time_look_ups(NEAR_SOURCES, &machine->exchange.look_up));
  return time_look_ups(FAR_SOURCES, &machine->exchange.miss);
}

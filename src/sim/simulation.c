/*
 * The simulation: wires cells, synapses, calendar and exchange together, and runs the loop.
 *
 * One interval is as many steps as the shortest delay: no spike found in it can arrive before the next one. So ranks
 * meet once per interval, and the cells can be advanced through it block by block.
 */
#include "loligo/simulation.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/timer.h"
#include "network/registry.h"
#include "sim/calendar.h"
#include "sim/cells.h"
#include "sim/connect.h"
#include "sim/estimate.h"
#include "sim/exchange.h"
#include "sim/fields.h"
#include "sim/fixed_point.h"
#include "sim/history.h"
#include "sim/inputs.h"
#include "sim/update.h"

enum { SCHEDULE_GROUP = 16, MAX_INTERVAL = 64, MAX_SUM_ROWS = 16, SUM_ROWS_BYTES = 1 << 20, WAIT_EVERY = 16 };

struct loligo_simulation {
  const loligo_context *context;
  const loligo_network *network;
  cells cells;
  fixed_point format;
  port_layout ports;
  synapses synapses;
  inputs inputs;
  calendar calendar;
  exchange exchange;

  int64_t step, interval;
  sums sums;
  signal_list found;    /* in the current interval */
  loligo_spike *spikes; /* [n_spikes] those of `found`, sorted */
  size_t n_spikes, spikes_capacity;
  record_list sent, received;
  history history; /* of what local cells sent */
  uint64_t *lids;  /* [lids_capacity] senders of `sent` */
  size_t lids_capacity;

  loligo_sampler **samplers;
  size_t n_samplers, samplers_capacity;
  loligo_observer *observers;
  size_t n_observers, observers_capacity;
  bool *has_listeners; /* [populations] to signals other than spikes */

  uint64_t *population_spikes; /* [populations] of local cells */
  uint64_t checksum;           /* of local cells */
  timer_set timers;
  int64_t n_intervals;
  loligo_status pending; /* a failure of this rank that the others have not heard of */
  bool started;
  volatile sig_atomic_t stop, pause;
};

/* -- construction -- */

static loligo_status place_cells(loligo_simulation *sim, const loligo_decomposition *decomposition)
{
  size_t n = sim->network->n_populations;
  sim->population_spikes = memory_allocate(n, sizeof *sim->population_spikes, "statistics");
  sim->has_listeners = memory_allocate(n, sizeof *sim->has_listeners, "signals");
  if (!sim->population_spikes || !sim->has_listeners) return LOLIGO_MACHINE_ERROR;
  LOLIGO_TRY(fixed_point_init(&sim->format, sim->network));
  for (size_t i = 0; i < sim->format.n_pathways; i++) {
    const pathway *way = &sim->format.pathways[i];
    sim->has_listeners[way->source] |= way->signal > 0;
  }
  LOLIGO_TRY(cells_init(&sim->cells, sim->network, decomposition, sim->context->rank));
  LOLIGO_TRY(ports_init(&sim->ports, &sim->format, &sim->cells));
  return inputs_init(&sim->inputs, sim->network, &sim->cells);
}

/* Rows of sums: one for each step that the cells are advanced at once; more than one only while that stays small. */
static loligo_status size_buffers(loligo_simulation *sim)
{
  int64_t min_delay, max_delay;
  loligo_network_delay_range(sim->network, &min_delay, &max_delay);
  sim->interval = min_delay == 0 || min_delay > MAX_INTERVAL ? MAX_INTERVAL : min_delay;
  const uint64_t row_bytes = sim->ports.n_narrow * sizeof(int32_t) + sim->ports.n_wide * sizeof(int64_t);
  int64_t rows = row_bytes * MAX_SUM_ROWS <= SUM_ROWS_BYTES ? MAX_SUM_ROWS : MAX_SUM_ROWS / 2;
  LOLIGO_TRY(sums_init(&sim->sums, (size_t)(rows < sim->interval ? rows : sim->interval), &sim->ports));
  history_init(&sim->history, max_delay);
  return calendar_init(&sim->calendar, max_delay, &sim->ports);
}

static connect_plan plan_of_connect(const loligo_simulation *sim)
{
  return (connect_plan){sim->network, &sim->cells, &sim->format, &sim->ports, NULL};
}

static loligo_status build_synapses(loligo_simulation *sim, const loligo_build_observer *observer)
{
  connect_plan plan = plan_of_connect(sim);
  plan.observer = observer;
  LOLIGO_TRY(connect_build(&plan, &sim->synapses));
  calendar_set_load(&sim->calendar, sim->synapses.max_load);
  return LOLIGO_OK;
}

static loligo_status build(loligo_simulation *sim, const loligo_decomposition *decomposition, const char *method,
                           const loligo_build_observer *observer)
{
  const loligo_context *context = sim->context;
  LOLIGO_TRY(estimate_admit(context, sim->network));
  double since = timer_now();
  loligo_status status = place_cells(sim, decomposition);
  if (status == LOLIGO_OK) status = size_buffers(sim);
  LOLIGO_TRY(loligo_agree(context, status));
  since = timer_add(&sim->timers, PHASE_build_cells, since);
  LOLIGO_TRY(loligo_agree(context, build_synapses(sim, observer)));
  since = timer_add(&sim->timers, PHASE_build_synapses, since);
  LOLIGO_TRY(exchange_init(&sim->exchange, method, context, decomposition, &sim->cells, &sim->synapses));
  timer_add(&sim->timers, PHASE_build_exchange, since);
  return LOLIGO_OK;
}

loligo_status loligo_simulation_create(const loligo_context *context, const loligo_network *network,
                                       const loligo_decomposition *decomposition, const char *exchange,
                                       const loligo_build_observer *observer, loligo_simulation **simulation)
{
  loligo_simulation *sim = *simulation = memory_allocate(1, sizeof *sim, "simulation");
  loligo_status status = loligo_agree(context, sim ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) {
    sim->context = context;
    sim->network = network;
    network_hold(network);
    status = build(sim, decomposition, exchange, observer);
  }
  if (status == LOLIGO_OK) return LOLIGO_OK;
  loligo_simulation_destroy(sim);
  *simulation = NULL;
  return status;
}

void loligo_simulation_destroy(loligo_simulation *sim)
{
  if (!sim) return;
  if (sim->network) network_release(sim->network);
  exchange_free(&sim->exchange);
  calendar_free(&sim->calendar);
  inputs_free(&sim->inputs);
  synapses_free(&sim->synapses);
  ports_free(&sim->ports);
  fixed_point_free(&sim->format);
  cells_free(&sim->cells);
  sums_free(&sim->sums);
  signal_list_free(&sim->found);
  memory_free(sim->spikes);
  record_list_free(&sim->sent);
  record_list_free(&sim->received);
  history_free(&sim->history);
  memory_free(sim->lids);
  for (size_t i = 0; i < sim->n_samplers; i++) {
    sampler_free(sim->samplers[i]);
    memory_free(sim->samplers[i]);
  }
  memory_free(sim->samplers);
  memory_free(sim->observers);
  memory_free(sim->has_listeners);
  memory_free(sim->population_spikes);
  memory_free(sim);
}

/* -- observers and samplers -- */

loligo_status loligo_simulation_observe(loligo_simulation *sim, loligo_observer observer)
{
  LOLIGO_TRY(memory_grow((void **)&sim->observers, &sim->observers_capacity, sim->n_observers + 1, sizeof observer,
                         "observers"));
  sim->observers[sim->n_observers++] = observer;
  return LOLIGO_OK;
}

loligo_status loligo_simulation_sample(loligo_simulation *sim, const loligo_sampler_spec *spec,
                                       loligo_sampler **sampler)
{
  LOLIGO_TRY(memory_grow((void **)&sim->samplers, &sim->samplers_capacity, sim->n_samplers + 1, sizeof *sim->samplers,
                         "samplers"));
  *sampler = memory_allocate(1, sizeof **sampler, "samplers");
  if (!*sampler) return LOLIGO_MACHINE_ERROR;
  sampler_init(*sampler, spec, &sim->cells);
  sim->samplers[sim->n_samplers++] = *sampler;
  return LOLIGO_OK;
}

/* -- the loop -- */

static update_plan plan_of_update(const loligo_simulation *sim)
{
  return (update_plan){.network = sim->network,
                       .cells = &sim->cells,
                       .ports = &sim->ports,
                       .inputs = &sim->inputs,
                       .has_listeners = sim->has_listeners,
                       .samplers = sim->samplers,
                       .n_samplers = sim->n_samplers};
}

static loligo_status reserve_frames(loligo_simulation *sim, int64_t first, int64_t last)
{
  for (size_t i = 0; i < sim->n_samplers; i++) LOLIGO_TRY(sampler_reserve(sim->samplers[i], first, last));
  return LOLIGO_OK;
}

static loligo_status take_owed_frames(loligo_simulation *sim)
{
  for (size_t i = 0; i < sim->n_samplers; i++) {
    if (sim->samplers[i]->spec.owed) LOLIGO_TRY(sampler_take_owed(sim->samplers[i], sim->step));
  }
  return LOLIGO_OK;
}

static loligo_status fail_overflow(const loligo_simulation *sim, int64_t step)
{
  const uint64_t port = sim->calendar.overflown;
  const size_t i = ports_wide_accumulator(&sim->ports, port);
  const cell_group *group = &sim->cells.groups[sim->format.accumulators[i].population];
  return loligo_fail(
      LOLIGO_NUMERICS_ERROR,
      "population %s, cell %llu: what arrives at %g ms is more than 64 bits can sum; use smaller weights",
      sim->network->populations[group->population].name,
      (unsigned long long)group->index[port - sim->ports.ranges[i].first], (double)step * sim->network->dt);
}

static loligo_status deliver(loligo_simulation *sim, int64_t first, int64_t n)
{
  for (int64_t k = 0; k < n; k++) {
    const loligo_status status = calendar_deliver(&sim->calendar, first + k + 1, &sim->sums.rows[k]);
    if (status == LOLIGO_NUMERICS_ERROR) return fail_overflow(sim, first + k + 1);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

/* Delivers and updates the n steps of an interval, as many at once as there are rows of sums. */
static loligo_status advance(loligo_simulation *sim, int64_t n)
{
  update_plan plan = plan_of_update(sim);
  const int64_t most = (int64_t)sim->sums.n_rows;
  sim->found.n = 0;
  LOLIGO_TRY(reserve_frames(sim, sim->step, sim->step + n));
  for (int64_t done = 0; done < n; done += most) {
    int64_t rows = n - done < most ? n - done : most, first = sim->step + done;
    double since = timer_now();
    LOLIGO_TRY(deliver(sim, first, rows));
    since = timer_add(&sim->timers, PHASE_deliver, since);
    LOLIGO_TRY(update_cells(&plan, first, rows, sim->sums.rows, &sim->found));
    timer_add(&sim->timers, PHASE_update, since);
  }
  return signal_list_sort(&sim->found, sim->step + 1, n);
}

static loligo_status reserve_found(loligo_simulation *sim)
{
  const size_t n = sim->found.n;
  LOLIGO_TRY(record_list_resize(&sim->sent, n));
  LOLIGO_TRY(memory_grow((void **)&sim->lids, &sim->lids_capacity, n, sizeof *sim->lids, "spike records"));
  return memory_grow((void **)&sim->spikes, &sim->spikes_capacity, n, sizeof *sim->spikes, "spikes");
}

static void keep_spike(loligo_simulation *sim, const loligo_spike *spike)
{
  sim->spikes[sim->n_spikes++] = *spike;
  sim->population_spikes[spike->population]++;
  sim->checksum += spike_hash(spike);
}

static loligo_status pack_found(loligo_simulation *sim)
{
  sim->n_spikes = 0;
  LOLIGO_TRY(reserve_found(sim));
  for (size_t i = 0; i < sim->found.n; i++) {
    const cell_signal *found = &sim->found.sorted[i];
    uint64_t gid = sim->network->populations[found->at.population].first_gid + found->at.index;
    sim->sent.items[i] = spike_record_make(gid, found->signal, found->negative, found->at.step - sim->step);
    sim->lids[i] = found->lid;
    if (found->signal == 0) keep_spike(sim, &found->at);
  }
  return LOLIGO_OK;
}

static const uint32_t *row_of(const loligo_simulation *sim, spike_record record)
{
  uint64_t gid = spike_record_gid(record);
  size_t population = loligo_network_population_of(sim->network, gid);
  uint64_t index = gid - sim->network->populations[population].first_gid;
  return synapses_row(&sim->synapses, population, spike_record_signal(record), index);
}

/* Enters up to SCHEDULE_GROUP records. Every row is a cache miss: all are on their way before the first is walked. */
static loligo_status schedule(loligo_simulation *sim, const spike_record *records, size_t n)
{
  const uint32_t *rows[SCHEDULE_GROUP];
  for (size_t i = 0; i < n; i++) {
    rows[i] = row_of(sim, records[i]);
    if (rows[i]) calendar_prefetch(rows[i]);
  }
  for (size_t i = 0; i < n; i++) {
    if (!rows[i]) continue;
    int64_t stamp = sim->step + spike_record_offset(records[i]);
    LOLIGO_TRY(calendar_add(&sim->calendar, stamp, rows[i], spike_record_is_negative(records[i])));
  }
  return LOLIGO_OK;
}

/* Several spikes of a source at one stamp lie side by side. */
static void tell_crowds(loligo_simulation *sim)
{
  const spike_record *items = sim->received.items;
  for (size_t i = 0, first = 0; i < sim->received.n; i++) {
    if (items[i] != items[first]) first = i;
    if (i > first) calendar_crowd(&sim->calendar, sim->step + spike_record_offset(items[i]), i - first + 1);
  }
}

static loligo_status schedule_received(loligo_simulation *sim)
{
  const size_t n = sim->received.n;
  tell_crowds(sim);
  for (size_t i = 0; i < n; i += SCHEDULE_GROUP)
    LOLIGO_TRY(schedule(sim, sim->received.items + i, n - i < SCHEDULE_GROUP ? n - i : SCHEDULE_GROUP));
  return LOLIGO_OK;
}

static loligo_status notify_observers(loligo_simulation *sim, int64_t first)
{
  loligo_interval interval = {first, sim->step, sim->spikes, sim->n_spikes};
  for (size_t i = 0; i < sim->n_observers; i++)
    LOLIGO_TRY(sim->observers[i].interval(sim->observers[i].self, &interval));
  return LOLIGO_OK;
}

static void keep_failure(loligo_simulation *sim, loligo_status status)
{
  if (sim->pending == LOLIGO_OK) sim->pending = status;
}

/* How long this rank waits for the others is measured at one interval in WAIT_EVERY and taken for the rest, out of
 * their exchange. */
static double sample_wait(loligo_simulation *sim, double since)
{
  if (sim->context->size == 1 || sim->n_intervals++ % WAIT_EVERY != 0) return since;
  MPI_Barrier(sim->context->comm);
  double now = timer_now();
  sim->timers.seconds[PHASE_wait] += WAIT_EVERY * (now - since);
  sim->timers.seconds[PHASE_exchange] -= (WAIT_EVERY - 1) * (now - since);
  return now;
}

/* What this rank has to tell. A pause is granted once. */
static unsigned take_flags(loligo_simulation *sim)
{
  unsigned flags = (sim->stop ? EXCHANGE_STOP : 0u) | (sim->pending != LOLIGO_OK ? EXCHANGE_FAILED : 0u);
  if (!sim->pause) return flags;
  sim->pause = 0;
  return flags | EXCHANGE_PAUSE;
}

/* Sends the spikes of the interval and takes in those for this rank; *flags receives what all ranks tell. Collective.
 */
static loligo_status exchange_spikes(loligo_simulation *sim, unsigned *flags)
{
  heartbeat_await(true);
  double since = sample_wait(sim, timer_now());
  if (sim->pending != LOLIGO_OK) sim->sent.n = 0;
  outbox sent = {sim->sent.items, sim->lids, sim->sent.n};
  *flags = take_flags(sim);
  loligo_status status = exchange_run(&sim->exchange, &sent, flags, &sim->received);
  heartbeat_await(false);
  if (status == LOLIGO_OK) status = schedule_received(sim);
  timer_add(&sim->timers, PHASE_exchange, since);
  if (*flags & EXCHANGE_FAILED) return loligo_agree(sim->context, sim->pending);
  keep_failure(sim, status);
  return LOLIGO_OK;
}

/* After an interval that failed somewhere: the rank that failed may lack frames of it. */
static void forget_interval(loligo_simulation *sim)
{
  for (size_t i = 0; i < sim->n_samplers; i++) sampler_cut(sim->samplers[i], sim->step);
}

/* One interval: no spike found in it can arrive before the next one, because every delay is at least one interval. */
static loligo_status run_interval(loligo_simulation *sim, int64_t n, unsigned *flags)
{
  int64_t first = sim->step;
  heartbeat_doing("simulates");
  keep_failure(sim, advance(sim, n));
  if (sim->pending == LOLIGO_OK) keep_failure(sim, pack_found(sim));
  loligo_status status = exchange_spikes(sim, flags);
  if (status != LOLIGO_OK) {
    forget_interval(sim);
    return status;
  }
  sim->step += n;
  keep_failure(sim, history_add(&sim->history, &(history_batch){first, sim->step, sim->sent.n}, sim->sent.items));
  double since = timer_now();
  keep_failure(sim, notify_observers(sim, first));
  timer_add(&sim->timers, PHASE_record, since);
  return LOLIGO_OK;
}

static void start(loligo_simulation *sim)
{
  if (sim->started) return;
  sim->started = true;
  keep_failure(sim, reserve_frames(sim, 0, 0));
  update_plan plan = plan_of_update(sim);
  if (sim->pending == LOLIGO_OK) update_start(&plan);
}

loligo_status loligo_simulation_run(loligo_simulation *sim, int64_t n_steps)
{
  start(sim);
  keep_failure(sim, take_owed_frames(sim));
  int64_t end = sim->step + n_steps;
  unsigned flags = 0;
  while (sim->step < end && !(flags & (EXCHANGE_STOP | EXCHANGE_PAUSE))) {
    int64_t n = end - sim->step < sim->interval ? end - sim->step : sim->interval;
    LOLIGO_TRY(run_interval(sim, n, &flags));
  }
  LOLIGO_TRY(loligo_agree(sim->context, sim->pending));
  return flags & EXCHANGE_STOP ? LOLIGO_INTERRUPTED : LOLIGO_OK;
}

void loligo_simulation_pause(loligo_simulation *sim)
{
  sim->pause = 1;
}

void loligo_simulation_stop(loligo_simulation *sim)
{
  sim->stop = 1;
}

int64_t loligo_simulation_step(const loligo_simulation *sim)
{
  return sim->step;
}

int64_t loligo_simulation_interval(const loligo_simulation *sim)
{
  return sim->interval;
}

/* -- snapshots -- */

size_t loligo_simulation_field_count(const loligo_simulation *sim)
{
  return fields_count(&sim->cells);
}

loligo_field loligo_simulation_field(const loligo_simulation *sim, size_t i)
{
  return fields_at(&sim->cells, i);
}

size_t loligo_simulation_flight_count(const loligo_simulation *sim)
{
  return history_count(&sim->history);
}

void loligo_simulation_flights(const loligo_simulation *sim, loligo_flight *flights)
{
  history_list(&sim->history, sim->network, flights);
}

void loligo_simulation_restore(loligo_simulation *sim, const loligo_snapshot *snapshot)
{
  sim->started = true;
  sim->step = snapshot->step;
  if (sim->context->rank != 0) return;
  for (size_t p = 0; p < sim->network->n_populations; p++) sim->population_spikes[p] = snapshot->population_spikes[p];
  sim->checksum = snapshot->spikes_checksum;
  sim->calendar.n_deliveries = snapshot->synaptic_events;
}

/* Keeps a signal of a local cell as if it had been sent here. */
static loligo_status remember(loligo_simulation *sim, const loligo_flight *flight)
{
  const cell_group *group = &sim->cells.groups[flight->population];
  if (!cell_group_holds(group, flight->index)) return LOLIGO_OK;
  uint64_t gid = sim->network->populations[flight->population].first_gid + flight->index;
  spike_record record = spike_record_make(gid, flight->signal, flight->negative, 0);
  return history_add(&sim->history, &(history_batch){flight->step, flight->step, 1}, &record);
}

loligo_status loligo_simulation_restore_flights(loligo_simulation *sim, const loligo_flight *flights, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const loligo_flight *flight = &flights[i];
    LOLIGO_TRY(remember(sim, flight));
    const uint32_t *row = synapses_row(&sim->synapses, flight->population, flight->signal, flight->index);
    calendar_crowd(&sim->calendar, flight->step, UINT64_MAX);
    if (row) LOLIGO_TRY(calendar_add_rest(&sim->calendar, flight->step, row, flight->negative, sim->step));
  }
  return LOLIGO_OK;
}

/* -- what a run did -- */

loligo_status loligo_simulation_statistics(loligo_simulation *sim, loligo_statistics *statistics)
{
  size_t n = sim->network->n_populations;
  uint64_t *spikes = calloc(n + 1, sizeof *spikes);
  LOLIGO_TRY(loligo_agree(sim->context,
                          spikes ? LOLIGO_OK : loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for statistics")));
  uint64_t sums[3] = {sim->synapses.n_synapses, sim->checksum, sim->calendar.n_deliveries};
  *statistics = (loligo_statistics){.population_spikes = spikes,
                                    .weight_error_bound = sim->format.error_bound,
                                    .exchange = sim->exchange.method->name,
                                    .exchange_reason = sim->exchange.reason};
  MPI_Comm comm = sim->context->comm;
  MPI_Allreduce(sim->population_spikes, spikes, (int)n, MPI_UINT64_T, MPI_SUM, comm);
  MPI_Allreduce(MPI_IN_PLACE, sums, 3, MPI_UINT64_T, MPI_SUM, comm);
  MPI_Allreduce(&sim->synapses.max_weight_error, &statistics->max_weight_error, 1, MPI_DOUBLE, MPI_MAX, comm);
  statistics->synapses = sums[0];
  statistics->spikes_checksum = sums[1];
  statistics->synaptic_events = sums[2];
  for (size_t p = 0; p < n; p++) statistics->spikes += spikes[p];
  return LOLIGO_OK;
}

size_t loligo_phase_count(void)
{
  return PHASE_COUNT;
}

const char *loligo_phase_name(size_t phase)
{
  return timer_phase_name((timer_phase)phase);
}

void loligo_simulation_phases(const loligo_simulation *sim, double *seconds)
{
  memcpy(seconds, sim->timers.seconds, sizeof sim->timers.seconds);
  if (seconds[PHASE_exchange] >= 0) return;
  seconds[PHASE_wait] += seconds[PHASE_exchange];
  seconds[PHASE_exchange] = 0;
}

loligo_status loligo_simulation_synapses(const loligo_simulation *sim, size_t projection,
                                         loligo_status (*sink)(void *self, const loligo_synapse *synapse), void *self)
{
  connect_plan plan = plan_of_connect(sim);
  return connect_list(&plan, projection, sink, self);
}

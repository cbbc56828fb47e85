/*
 * The loop.
 *
 * One interval is as many steps as the shortest delay: no spike found in it can arrive before the next one. So ranks
 * meet once per interval, and the cells can be advanced through it block by block.
 */
#include "loligo/simulation.h"

#include "base/heartbeat.h"
#include "base/memory.h"
#include "sim/parts.h"

enum { RECORD_GROUP = 16, WAIT_EVERY = 16 };

static update_plan plan_of_update(const loligo_simulation *sim)
{
  return (update_plan){.network = sim->network,
                       .cells = &sim->cells,
                       .ports = &sim->ports,
                       .inputs = &sim->inputs,
                       .bench = sim->bench,
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
    if (sim->samplers[i]->owed) LOLIGO_TRY(sampler_take_owed(sim->samplers[i], &sim->cells, sim->step));
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
      (unsigned long long)group->index[port_cell(&sim->ports.ranges[i], port)], (double)step * sim->network->dt);
}

static loligo_status deliver(loligo_simulation *sim, int64_t first, int64_t n)
{
  for (int64_t k = 0; k < n; k++) {
    const loligo_status status = calendar_deliver(&sim->calendar, first + k + 1, &sim->sums.rows[k]);
    if (status == LOLIGO_NUMERICS_ERROR) return fail_overflow(sim, first + k + 1);
    LOLIGO_TRY(status);
    if (sim->plasticity.n_tables) LOLIGO_TRY(plasticity_deliver(&sim->plasticity, first + k + 1, &sim->sums.rows[k]));
  }
  return LOLIGO_OK;
}

/* Shows plastic synapses the spikes of their targets that were found from the n-th on; all up to `step` are known. */
static loligo_status look_back(loligo_simulation *sim, size_t n, int64_t step)
{
  if (!sim->plasticity.n_tables) return LOLIGO_OK;
  const double since = timer_now();
  LOLIGO_TRY(plasticity_look_back(&sim->plasticity, sim->found.items + n, sim->found.n - n, step));
  timer_add(&sim->timers, PHASE_deliver, since);
  return LOLIGO_OK;
}

static double couple(loligo_simulation *sim, double since)
{
  gap_step(&sim->gap);
  return timer_add(&sim->timers, PHASE_exchange, since);
}

/* Delivers and updates the n steps of an interval, as many at once as there are rows of sums before a change. */
static loligo_status advance_cells(loligo_simulation *sim, int64_t n)
{
  update_plan plan = plan_of_update(sim);
  const change_plan changes = plan_of_change(sim);
  const int64_t most = (int64_t)sim->sums.n_rows;
  sim->found.n = 0;
  LOLIGO_TRY(reserve_frames(sim, sim->step, sim->step + n));
  for (int64_t done = 0, rows; done < n; done += rows) {
    const int64_t first = sim->step + done;
    LOLIGO_TRY(change_until(&changes, first));
    rows = n - done < most ? n - done : most;
    if (sim->course.next - first < rows) rows = sim->course.next - first;
    const size_t n_found = sim->found.n;
    double since = timer_now();
    LOLIGO_TRY(deliver(sim, first, rows));
    since = timer_add(&sim->timers, PHASE_deliver, since);
    if (sim->is_coupled) since = couple(sim, since);
    LOLIGO_TRY(update_cells(&plan, first, rows, sim->sums.rows, &sim->found));
    timer_add(&sim->timers, PHASE_update, since);
    LOLIGO_TRY(look_back(sim, n_found, first));
  }
  return signal_list_sort(&sim->found, sim->step + 1, n);
}

/* Partners in gap junctions hear of all steps of an interval, also of those that fail here. */
static loligo_status advance(loligo_simulation *sim, int64_t n)
{
  const int64_t told = sim->gap.n_steps;
  const loligo_status status = advance_cells(sim, n);
  if (sim->is_coupled) gap_pass(&sim->gap, told + n);
  return status;
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

/* Enters up to RECORD_GROUP records. Every row is a cache miss, and so is where it begins: all are on their way
 * before the first is walked. */
static loligo_status enter_records(loligo_simulation *sim, const spike_record *records, size_t n)
{
  arrival arrivals[RECORD_GROUP];
  for (size_t i = 0; i < n; i++) {
    arrivals[i] = arrival_of(sim, records[i], sim->step);
    row_table_prefetch_place(arrivals[i].table, arrivals[i].index);
  }
  for (size_t i = 0; i < n; i++) {
    arrival *a = &arrivals[i];
    a->row = row_table_find(a->table, a->index);
    if (a->row) calendar_prefetch(a->row);
    if (a->packed) packed_prefetch(a->packed, a->index);
  }
  for (size_t i = 0; i < n; i++) {
    const arrival *a = &arrivals[i];
    if (a->row) LOLIGO_TRY(calendar_add(&sim->calendar, a->stamp, a->row, a->negative));
    if (a->packed)
      LOLIGO_TRY(calendar_add_packed(&sim->calendar, a->stamp, a->packed, a->index, a->negative, a->stamp));
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

static loligo_status enter_plastic(loligo_simulation *sim)
{
  for (size_t i = 0; sim->plasticity.n_tables && i < sim->received.n; i++)
    LOLIGO_TRY(arrive_at_plastic(sim, sim->received.items[i], sim->step));
  return LOLIGO_OK;
}

static loligo_status enter_received(loligo_simulation *sim)
{
  const size_t n = sim->received.n;
  tell_crowds(sim);
  for (size_t i = 0; i < n; i += RECORD_GROUP)
    LOLIGO_TRY(enter_records(sim, sim->received.items + i, n - i < RECORD_GROUP ? n - i : RECORD_GROUP));
  return enter_plastic(sim);
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

/* Sends the spikes of an interval of n steps and takes in those for this rank; *flags receives what all ranks tell.
 * Collective. */
static loligo_status exchange_spikes(loligo_simulation *sim, int64_t n, unsigned *flags)
{
  heartbeat_await(true);
  double since = sample_wait(sim, timer_now());
  if (sim->pending != LOLIGO_OK) sim->sent.n = 0;
  outbox sent = {sim->sent.items, sim->lids, sim->sent.n, sim->step, sim->step + n};
  *flags = take_flags(sim);
  loligo_status status = exchange_run(&sim->exchange, &sent, flags, &sim->received);
  heartbeat_await(false);
  if (status == LOLIGO_OK) status = enter_received(sim);
  timer_add(&sim->timers, PHASE_exchange, since);
  if (*flags & EXCHANGE_FAILED) return loligo_agree(sim->context, sim->pending);
  keep_failure(sim, status);
  return LOLIGO_OK;
}

/* After an interval that failed somewhere: the rank that failed may lack frames of it, and the first ones of the trial.
 */
static void forget_interval(loligo_simulation *sim)
{
  for (size_t i = 0; i < sim->plasticity.n_samplers; i++) weight_sampler_cut(sim->plasticity.samplers[i], sim->step);
  for (size_t i = 0; i < sim->n_samplers; i++) {
    if (sim->step == sim->first_step)
      sampler_reset(sim->samplers[i]);
    else
      sampler_cut(sim->samplers[i], sim->step);
  }
}

/* One interval: no spike found in it can arrive before the next one, because every delay is at least one interval. */
static loligo_status run_interval(loligo_simulation *sim, int64_t n, unsigned *flags)
{
  int64_t first = sim->step;
  heartbeat_doing("simulates");
  keep_failure(sim, advance(sim, n));
  if (sim->pending == LOLIGO_OK) keep_failure(sim, pack_found(sim));
  loligo_status status = exchange_spikes(sim, n, flags);
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

/* Behind an interval, which may be the last of a trial. Collective; all ranks have the same status. */
static loligo_status teach(loligo_simulation *sim)
{
  const bool is_end = teaching_steps_left(&sim->teaching, sim->step) == sim->teaching.trial;
  if (is_end) LOLIGO_TRY(loligo_agree(sim->context, sim->pending));
  const double since = timer_now();
  loligo_status status = teaching_listen(&sim->teaching, sim->step);
  if (status == LOLIGO_OK && is_end) status = teaching_end_trial(&sim->teaching, sim->step);
  timer_add(&sim->timers, PHASE_deliver, since);
  return status;
}

static void start(loligo_simulation *sim)
{
  if (sim->started) return;
  sim->started = true;
  sim->first_step = sim->step;
  keep_failure(sim, reserve_frames(sim, sim->step - 1, sim->step));
  gap_start(&sim->gap);
  update_plan plan = plan_of_update(sim);
  if (sim->pending == LOLIGO_OK) update_start(&plan, sim->step);
}

loligo_status loligo_simulation_run(loligo_simulation *sim, int64_t n_steps)
{
  const change_plan changes = plan_of_change(sim);
  keep_failure(sim, change_until(&changes, sim->step - 1));
  start(sim);
  keep_failure(sim, take_owed_frames(sim));
  LOLIGO_TRY(teaching_prepare(&sim->teaching, sim->step));
  int64_t end = sim->step + n_steps;
  unsigned flags = 0;
  while (sim->step < end && !(flags & (EXCHANGE_STOP | EXCHANGE_PAUSE))) {
    const int64_t left = teaching_steps_left(&sim->teaching, sim->step);
    int64_t n = end - sim->step < sim->interval ? end - sim->step : sim->interval;
    if (left < n) n = left;
    LOLIGO_TRY(run_interval(sim, n, &flags));
    if (sim->teaching.trial > 0) LOLIGO_TRY(teach(sim));
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

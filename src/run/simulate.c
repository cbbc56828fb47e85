/*
 * A run that simulates: cells are split over ranks, built, and stepped from one checkpoint to the next, while recorders
 * write what they do.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/timer.h"
#include "io/results/segments.h"
#include "loligo/network.h"
#include "partition/decomposition.h"
#include "partition/edges.h"
#include "partition/values.h"
#include "run/notes.h"
#include "run/signals.h"
#include "run/stage.h"
#include "run/usage.h"
#include "sim/cost_time.h"
#include "sim/simulation.h"

/* -- checkpoints -- */

static loligo_status check_found(const model_file *model, const checkpoint_header *found)
{
  const char *segments = checkpoint_note_value(found, NOTE_SEGMENTS);
  if (!segments || !segments_is_mark(segments))
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: does not tell its segments", found->path);
  if (found->step > model->settings.duration)
    return loligo_fail(LOLIGO_INPUT_ERROR, "it stands at %g ms, past the duration %g ms",
                       (double)found->step * found->dt, (double)model->settings.duration * found->dt);
  return LOLIGO_OK;
}

static bool is_at_end(const model_file *model, const checkpoint_header *found)
{
  return found->step == model->settings.duration;
}

static void print_place(const checkpoint_header *found, char text[SAVED_PLACE_BYTES])
{
  snprintf(text, SAVED_PLACE_BYTES, "%g ms", (double)found->step * found->dt);
}

static bool ends(const void *work)
{
  const run *run = work;
  return loligo_simulation_step(run->simulation) >= run->model.settings.duration;
}

static loligo_status cut(void *work, const char **segments)
{
  return recorders_cut(((run *)work)->recorders, segments);
}

static loligo_status write_state(void *work, checkpoint_plan *plan, checkpoint_info *info)
{
  const run *run = work;
  plan->simulation = run->simulation;
  return checkpoint_write(run->context, plan, info);
}

static const saved_kind saved_simulation = {.note = NOTE_SEGMENTS,
                                            .check = check_found,
                                            .is_at_end = is_at_end,
                                            .print_place = print_place,
                                            .ends = ends,
                                            .cut = cut,
                                            .write = write_state};

/* What the checkpoint found knows of the segments of output; NULL without one. */
static const char *found_segments(const run *run)
{
  const checkpoints *checkpoints = &run->checkpoints;
  return checkpoints_go_on(checkpoints) ? checkpoint_note_value(&checkpoints->found, NOTE_SEGMENTS) : NULL;
}

/* -- prepare -- */

static loligo_status split_by(run *run, const partition_costs *costs)
{
  LOLIGO_TRY(decomposition_create(costs, run->model.settings.partition, run_ranks(run), &run->decomposition));
  if (!run->spec->dry) return LOLIGO_OK;
  return dry_run_init(&run->dry, run->spec->dry, &run->model, costs, run->decomposition);
}

static loligo_status decompose(run *run)
{
  partition_costs costs;
  const cost_setting setting = {.machine = &run->model.settings.machine};
  loligo_status status = cost_of_cells(run->model.network, &setting, run_ranks(run), &costs);
  if (status == LOLIGO_OK) status = split_by(run, &costs);
  partition_costs_free(&costs);
  return status;
}

static loligo_status split(run *run)
{
  loligo_network *network = run->model.network;
  LOLIGO_TRY(edges_gather_for(run->context, network, run->model.settings.partition));
  LOLIGO_TRY(loligo_agree(run->context, decompose(run)));
  const int rank = run->spec->dry ? run->dry.rank.rank : run->context->rank;
  LOLIGO_TRY(values_spread(run->context, network, run->decomposition, rank));
  return edges_spread(run->context, network, run->decomposition, rank);
}

static loligo_status find_origin(run *run)
{
  LOLIGO_TRY(checkpoints_branch(&run->checkpoints, run->spec->from));
  settings_begin_at(&run->model.settings, run->checkpoints.branch.origin.step);
  return LOLIGO_OK;
}

/* Whether what was recorded is all there and good, and all that there is to be. */
static loligo_status find_written(run *run)
{
  int ends = run_is_root(run) && checkpoints_are_complete(&run->checkpoints);
  MPI_Bcast(&ends, 1, MPI_INT, 0, run->context->comm);
  settings_begin_at(&run->model.settings, run->checkpoints.branch.origin.step);
  run->is_complete = ends;
  return recorders_check(run->context, &run->model, found_segments(run), &run->is_complete);
}

/* -- build -- */

static loligo_status describe(const run *run)
{
  estimate need;
  const cost_recording recording = recorders_cost(&run->model);
  LOLIGO_TRY(estimate_network(run->model.network, &recording, run_ranks(run), &need));
  run->listener->describe(run->listener->self, &run->model, &need);
  return LOLIGO_OK;
}

static loligo_status watch_build(void *self, double fraction)
{
  const run *run = self;
  listener_building(run->listener, fraction);
  return signals_want_stop() ? LOLIGO_INTERRUPTED : LOLIGO_OK;
}

static loligo_status create_as_asked(run *run, const loligo_build_observer *observer)
{
  const loligo_network *network = run->model.network;
  if (run->spec->dry)
    return simulation_create_dry(run->context, network, run->decomposition, &run->dry.rank, observer, &run->simulation);
  const settings *settings = &run->model.settings;
  const cost_setting setting = {
      .machine = &settings->machine, .exchange = settings->exchange, .recording = recorders_cost(&run->model)};
  return simulation_create_on(&setting, run->context, network, run->decomposition, observer, &run->simulation);
}

static loligo_status create(run *run)
{
  const loligo_build_observer observer = {run, watch_build};
  const loligo_status status = create_as_asked(run, &observer);
  run->dry.report.kept_bytes = memory_usage_now().resident_bytes - run->resident_before;
  return status;
}

static loligo_status restore(run *run)
{
  const checkpoints *checkpoints = &run->checkpoints;
  if (!*checkpoints->found.path) return LOLIGO_OK;
  return checkpoint_read(run->context, checkpoints->found.path, run->model.network,
                         checkpoints->branches ? CHECKPOINT_COUNTS_ANEW : CHECKPOINT_COUNTS_ON, run->simulation);
}

static void tell_warnings(const run *run)
{
  const char *warning;
  for (size_t i = 0; (warning = recorders_warning(run->recorders, i)); i++)
    listener_tell(run->listener, RUN_NOTE, "warning: %s\n", warning);
}

static loligo_status open(run *run)
{
  const recorders_mode mode = {.segmented = checkpoints_are_wanted(&run->checkpoints), .mark = found_segments(run)};
  LOLIGO_TRY(restore(run));
  LOLIGO_TRY(recorders_open(run->context, &run->model, &run->provenance, run->simulation, &mode, &run->recorders));
  if (run_is_root(run)) tell_warnings(run);
  return LOLIGO_OK;
}

/* -- simulate -- */

static loligo_status tell_step(void *self, const loligo_interval *interval)
{
  const run *run = self;
  run->listener->stepping(run->listener->self, interval->last_step);
  return LOLIGO_OK;
}

static loligo_status pause_when_due(void *self, const loligo_interval *interval)
{
  const run *run = self;
  (void)interval;
  if (checkpoints_are_due(&run->checkpoints)) loligo_simulation_pause(run->simulation);
  return LOLIGO_OK;
}

static loligo_status add_observers(run *run)
{
  const loligo_observer steps = {run, tell_step}, clock = {run, pause_when_due};
  if (run->listener->stepping) LOLIGO_TRY(loligo_simulation_observe(run->simulation, steps));
  if (meter_reads(&run->meter)) LOLIGO_TRY(loligo_simulation_observe(run->simulation, meter_observer(&run->meter)));
  if (!run_is_root(run) || run->model.settings.checkpoint.wall_seconds == 0) return LOLIGO_OK;
  return loligo_simulation_observe(run->simulation, clock);
}

/* Step at which the simulation is to return: that of the next checkpoint by model time, or its end. */
static int64_t next_step(const run *run)
{
  const int64_t every = run->model.settings.checkpoint.steps, end = run->model.settings.duration,
                step = loligo_simulation_step(run->simulation);
  return every > 0 && end - step > every - step % every ? step + every - step % every : end;
}

/* From one checkpoint to the next until the end. */
static loligo_status run_steps(run *run)
{
  loligo_status status = LOLIGO_OK;
  while (status == LOLIGO_OK && !ends(run)) {
    const int64_t next = next_step(run);
    status = loligo_simulation_run(run->simulation, next - loligo_simulation_step(run->simulation));
    const bool paused = status == LOLIGO_OK && loligo_simulation_step(run->simulation) < next;
    status = checkpoints_save(&run->checkpoints, status, paused);
  }
  return status;
}

static loligo_status perform(run *run)
{
  LOLIGO_TRY(checkpoints_start(&run->checkpoints, run));
  listener_begin_steps(run->listener, loligo_network_dt(run->model.network), loligo_simulation_step(run->simulation),
                       run->model.settings.duration);
  loligo_status status = loligo_agree(run->context, add_observers(run));
  signals_act_on(run->simulation);
  if (status == LOLIGO_OK) status = run_steps(run);
  signals_act_on(NULL);
  listener_end_stage(run->listener);
  return status;
}

/* -- close and report -- */

static loligo_status close(run *run, bool complete)
{
  recorders *recorders = run->recorders;
  run->recorders = NULL;
  return recorders_close(recorders, complete);
}

static void account_for_dry(run *run)
{
  report_dry *report = &run->dry.report;
  report->account = simulation_dry_account(run->simulation);
  report->build_processor_seconds =
      run->processor_built - run->processor_before - report->account->routes_processor_seconds;
  report->run_processor_seconds = timer_processor() - run->processor_built - report->account->processor_seconds;
}

static loligo_status gather_statistics(run *run)
{
  if (!run->simulation) return LOLIGO_OK;
  const loligo_status status = loligo_simulation_statistics(run->simulation, &run->statistics);
  run->is_accounted = status == LOLIGO_OK;
  if (run->spec->dry) account_for_dry(run);
  return status;
}

static loligo_status account(run *run, run_report *report)
{
  const loligo_status status = gather_statistics(run);
  report->first_step = run->checkpoints.found.step;
  if (run->simulation) report->steps = loligo_simulation_step(run->simulation);
  report->statistics = run->is_accounted ? &run->statistics : NULL;
  usage_phases(report, run->context, run->simulation, run->checkpoints.seconds);
  return status;
}

static loligo_status count(run *run, energy_counts *counts)
{
  return run_is_root(run) ? consumption_of_simulation(&run->report, counts) : LOLIGO_OK;
}

static void clear(run *run)
{
  loligo_simulation_destroy(run->simulation);
  dry_run_free(&run->dry);
  loligo_decomposition_destroy(run->decomposition);
  free(run->is_accounted ? run->statistics.population_spikes : NULL);
}

const run_work run_simulation = {.saved = &saved_simulation,
                                 .prepare = split,
                                 .writes = recorders_write,
                                 .find_origin = find_origin,
                                 .find_written = find_written,
                                 .describe = describe,
                                 .create = create,
                                 .open = open,
                                 .perform = perform,
                                 .close = close,
                                 .account = account,
                                 .count = count,
                                 .clear = clear};

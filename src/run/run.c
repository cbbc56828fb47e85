/*
 * Prepares, builds, simulates, closes and reports, in this order. Each stage is agreed upon by all ranks before the
 * next one begins; a stage that fails, or a stop, leads to the report at once.
 */
#include "run/run.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timer.h"
#include "base/watchdog.h"
#include "io/hdf5/mpi_io.h"
#include "io/results/recorders.h"
#include "loligo/network.h"
#include "partition/decomposition.h"
#include "partition/edges.h"
#include "run/checkpoints.h"
#include "run/dry.h"
#include "run/signals.h"
#include "run/usage.h"
#include "sim/cost_time.h"
#include "sim/simulation.h"

typedef struct run {
  const loligo_context *context;
  const run_spec *spec;
  const run_listener *listener; /* deaf on all ranks but 0 */
  model_file model;
  provenance provenance;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  dry_run dry; /* if asked for */
  recorders *recorders;
  watchdog *watchdog;
  output_lock lock; /* on rank 0: no other run writes to the output directory */
  checkpoints checkpoints;
  loligo_statistics statistics;
  run_report report;
  bool is_complete;       /* there is nothing to do, and nothing is touched */
  bool is_checked;        /* the model and the way to the output directory are good */
  atomic_bool has_output; /* the directory is there */
  bool has_statistics;
  uint64_t resident_before; /* bytes, before the build */
  double started, built, finished;
  double processor_before, processor_built; /* s of timer_processor(), around the build */
} run;

static bool is_root(const run *run)
{
  return run->context->rank == 0;
}

/* -- prepare -- */

/* Ranks that the network is split over. */
static int ranks_of(const run *run)
{
  return run->spec->dry ? run->spec->dry->ranks : run->context->size;
}

static char *name_output(const run *run)
{
  const char *own = run->model.settings.output;
  if (run->spec->output) return memory_string(run->spec->output);
  return run->spec->dry ? dry_run_output(own) : memory_string(own);
}

static loligo_status read_model(run *run)
{
  const run_spec *spec = run->spec;
  LOLIGO_TRY(model_file_read(run->context, spec->model, spec->sets, spec->n_sets, &run->model));
  char *output = name_output(run);
  memory_free(run->model.settings.output);
  run->model.settings.output = output;
  LOLIGO_TRY(loligo_agree(run->context, output ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  LOLIGO_TRY(loligo_agree(run->context, provenance_init(&run->provenance, spec->argc, spec->argv, run->context)));
  run->provenance.ranks = ranks_of(run);
  run->provenance.given = run->model.given.text;
  run->provenance.used = run->model.used.text;
  run->provenance.models = run->model.libraries;
  run->provenance.data = run->model.data;
  return LOLIGO_OK;
}

static loligo_status split_by(run *run, const partition_costs *costs)
{
  LOLIGO_TRY(decomposition_create(costs, run->model.settings.partition, ranks_of(run), &run->decomposition));
  if (!run->spec->dry) return LOLIGO_OK;
  return dry_run_init(&run->dry, run->spec->dry, &run->model, costs, run->decomposition);
}

static loligo_status decompose(run *run)
{
  partition_costs costs;
  const cost_setting setting = {.machine = &run->model.settings.machine};
  loligo_status status = cost_of_cells(run->model.network, &setting, ranks_of(run), &costs);
  if (status == LOLIGO_OK) status = split_by(run, &costs);
  partition_costs_free(&costs);
  return status;
}

static loligo_status split(run *run)
{
  loligo_network *network = run->model.network;
  LOLIGO_TRY(edges_gather_for(run->context, network, run->model.settings.partition));
  LOLIGO_TRY(loligo_agree(run->context, decompose(run)));
  return edges_spread(run->context, network, run->decomposition,
                      run->spec->dry ? run->dry.rank.rank : run->context->rank);
}

static output_plan plan_of(const run *run)
{
  return (output_plan){run->model.settings.output, run->spec->mode, &run->model, recorders_write};
}

/* Whether what was recorded is all there and good, and all that there is to be. */
static loligo_status find_recordings(run *run)
{
  int ends = is_root(run) && checkpoints_are_complete(&run->checkpoints);
  MPI_Bcast(&ends, 1, MPI_INT, 0, run->context->comm);
  bool is_complete = ends;
  LOLIGO_TRY(recorders_check(run->context, &run->model, checkpoints_segments(&run->checkpoints), &is_complete));
  run->is_complete = is_complete;
  return LOLIGO_OK;
}

/* Looks for what the run is to go on from; without it, the run begins anew. */
static loligo_status find_start(run *run)
{
  const output_plan plan = plan_of(run);
  run->checkpoints.context = run->context;
  run->checkpoints.model = &run->model;
  run->checkpoints.provenance = &run->provenance;
  run->checkpoints.listener = run->listener;
  LOLIGO_TRY(output_check(run->context, &plan, &run->lock));
  const bool resumes = run->spec->mode == OUTPUT_RESUME;
  if (resumes) LOLIGO_TRY(checkpoints_find(&run->checkpoints));
  if (run->spec->from && !checkpoints_go_on(&run->checkpoints))
    LOLIGO_TRY(checkpoints_branch(&run->checkpoints, run->spec->from));
  settings_begin_at(&run->model.settings, run->checkpoints.branch.origin.step);
  if (resumes) LOLIGO_TRY(find_recordings(run));
  if (!is_root(run)) return LOLIGO_OK;
  if (run->is_complete)
    listener_tell(run->listener, RUN_NOTE, "%s: the run is complete; nothing is left to do\n", plan.directory);
  else if (resumes || run->spec->from)
    checkpoints_tell_start(&run->checkpoints);
  return LOLIGO_OK;
}

/* For the watchdog. The simulation may be at work on its numbers: only what does not change is told. */
static void report_end(void *self, const char *message)
{
  run *run = self;
  const output_plan plan = plan_of(run);
  const run_report report = {.status = "failed",
                             .message = message,
                             .network = run->model.network,
                             .provenance = &run->provenance,
                             .dry = run->spec->dry ? &run->dry.report : NULL,
                             .origin = run->checkpoints.branch.origin,
                             .first_step = run->checkpoints.found.step};
  if (run->is_complete) return;
  if (!run->has_output && (!is_root(run) || output_prepare_alone(&plan, &run->lock) != LOLIGO_OK)) return;
  report_write_brief(&report, plan.directory);
}

static loligo_status prepare(run *run)
{
  LOLIGO_TRY(read_model(run));
  LOLIGO_TRY(split(run));
  LOLIGO_TRY(find_start(run));
  const watchdog_end end = {report_end, run};
  LOLIGO_TRY(watchdog_start(run->context, run->model.settings.watchdog_seconds, end, &run->watchdog));
  run->is_checked = true;
  return LOLIGO_OK;
}

/* -- build -- */

static loligo_status describe(const run *run)
{
  estimate need;
  if (!run->listener->describe) return LOLIGO_OK;
  LOLIGO_TRY(estimate_network(run->model.network, ranks_of(run), &need));
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
  return simulation_create_on(&run->model.settings.machine, run->context, network, run->decomposition,
                              run->model.settings.exchange, observer, &run->simulation);
}

static loligo_status create_simulation(run *run)
{
  const loligo_build_observer observer = {run, watch_build};
  listener_begin_build(run->listener);
  const loligo_status status = create_as_asked(run, &observer);
  run->processor_built = timer_processor();
  run->dry.report.kept_bytes = memory_usage_now().resident_bytes - run->resident_before;
  listener_end_stage(run->listener);
  return status;
}

static loligo_status open_output(run *run)
{
  const output_plan plan = plan_of(run);
  LOLIGO_TRY(output_prepare(run->context, &plan, &run->lock));
  run->has_output = true;
  return LOLIGO_OK;
}

static loligo_status open_recorders(run *run)
{
  const recorders_mode mode = {.segmented = checkpoints_are_wanted(&run->checkpoints),
                               .mark = checkpoints_segments(&run->checkpoints)};
  return recorders_open(run->context, &run->model, &run->provenance, run->simulation, &mode, &run->recorders);
}

static void tell_warnings(const run *run)
{
  const char *warning;
  for (size_t i = 0; (warning = recorders_warning(run->recorders, i)); i++)
    listener_tell(run->listener, RUN_NOTE, "warning: %s\n", warning);
}

/* The output directory is touched last, when the model is known to be good. */
static loligo_status build(run *run)
{
  LOLIGO_TRY(loligo_agree(run->context, describe(run)));
  run->resident_before = memory_usage_now().resident_bytes;
  run->processor_before = timer_processor();
  LOLIGO_TRY(create_simulation(run));
  LOLIGO_TRY(open_output(run));
  LOLIGO_TRY(checkpoints_restore(&run->checkpoints, run->simulation));
  LOLIGO_TRY(open_recorders(run));
  if (!is_root(run)) return LOLIGO_OK;
  tell_warnings(run);
  return used_parameters_write(&run->model, &run->provenance, run->model.settings.output);
}

/* -- simulate -- */

static loligo_status tell_step(void *self, const loligo_interval *interval)
{
  const run *run = self;
  run->listener->stepping(run->listener->self, interval->last_step);
  return LOLIGO_OK;
}

static loligo_status add_observers(run *run)
{
  const loligo_observer steps = {run, tell_step};
  if (run->listener->stepping) LOLIGO_TRY(loligo_simulation_observe(run->simulation, steps));
  if (!is_root(run) || run->model.settings.checkpoint.wall_seconds == 0) return LOLIGO_OK;
  return loligo_simulation_observe(run->simulation, checkpoints_observer(&run->checkpoints));
}

/* From one checkpoint to the next until the end. */
static loligo_status run_steps(run *run)
{
  const int64_t end = run->model.settings.duration;
  loligo_status status = LOLIGO_OK;
  while (status == LOLIGO_OK && loligo_simulation_step(run->simulation) < end) {
    int64_t next = checkpoints_next_step(&run->checkpoints);
    status = loligo_simulation_run(run->simulation, next - loligo_simulation_step(run->simulation));
    status = checkpoints_save(&run->checkpoints, status, next);
  }
  return status;
}

static loligo_status simulate(run *run)
{
  LOLIGO_TRY(checkpoints_start(&run->checkpoints, run->simulation, run->recorders));
  listener_begin_steps(run->listener, loligo_network_dt(run->model.network), loligo_simulation_step(run->simulation),
                       run->model.settings.duration);
  loligo_status status = loligo_agree(run->context, add_observers(run));
  signals_act_on(run->simulation);
  if (status == LOLIGO_OK) status = run_steps(run);
  signals_act_on(NULL);
  listener_end_stage(run->listener);
  return status;
}

/* -- close -- */

static loligo_status close_recorders(run *run, loligo_status status)
{
  loligo_status closed = recorders_close(run->recorders, status == LOLIGO_OK);
  run->recorders = NULL;
  run->finished = timer_now();
  return status != LOLIGO_OK ? status : closed;
}

static loligo_status go(run *run)
{
  LOLIGO_TRY(prepare(run));
  if (run->is_complete) return LOLIGO_OK;
  LOLIGO_TRY(loligo_agree(run->context, build(run)));
  run->built = timer_now();
  return close_recorders(run, simulate(run));
}

/* -- report -- */

bool run_was_stopped(loligo_status status)
{
  return status == LOLIGO_INTERRUPTED || status == LOLIGO_CHECKPOINTED;
}

static const char *status_word(loligo_status status)
{
  if (status == LOLIGO_OK) return "complete";
  return run_was_stopped(status) ? "stopped" : "failed";
}

static void account_for_dry(run *run)
{
  report_dry *report = &run->dry.report;
  report->account = simulation_dry_account(run->simulation);
  report->build_processor_seconds =
      run->processor_built - run->processor_before - report->account->routes_processor_seconds;
  report->run_processor_seconds = timer_processor() - run->processor_built - report->account->processor_seconds;
}

/* Collective. */
static loligo_status gather_statistics(run *run)
{
  if (!run->simulation) return LOLIGO_OK;
  loligo_status status = loligo_simulation_statistics(run->simulation, &run->statistics);
  run->has_statistics = status == LOLIGO_OK;
  if (run->spec->dry) account_for_dry(run);
  return status;
}

static void report_times(const run *run, run_report *report)
{
  double now = timer_now(), built = run->built > 0 ? run->built : now,
         finished = run->finished > 0 ? run->finished : now;
  report->build_seconds = built - run->started;
  report->run_seconds = finished - built;
}

/* Collective. */
static loligo_status write_report(run *run, loligo_status outcome)
{
  run_report *report = &run->report;
  const checkpoints *checkpoints = &run->checkpoints;
  *report = (run_report){.status = status_word(outcome), .network = run->model.network};
  report->settings = &run->model.settings;
  report->message = outcome == LOLIGO_OK || run_was_stopped(outcome) ? NULL : loligo_error_message();
  report->provenance = &run->provenance;
  report->origin = checkpoints->branch.origin;
  report->first_step = checkpoints->found.step;
  report->checkpoints = checkpoints->n_written;
  report->checkpoint = checkpoints->n_written ? &checkpoints->last : NULL;
  report->dry = run->spec->dry ? &run->dry.report : NULL;
  if (run->simulation) report->steps = loligo_simulation_step(run->simulation);
  report->statistics = run->has_statistics ? &run->statistics : NULL;
  report_times(run, report);
  usage_phases(report, run->context, run->simulation, checkpoints->seconds);
  usage_memory(report, run->context, run->resident_before);
  return is_root(run) ? report_write(report, run->model.settings.output) : LOLIGO_OK;
}

/* What was stopped before it was built leaves no trace. */
static bool leaves_result(const run *run, loligo_status outcome)
{
  bool stopped_early = outcome == LOLIGO_INTERRUPTED && !run->simulation;
  return run->is_checked && !run->is_complete && outcome != LOLIGO_INPUT_ERROR && !stopped_early;
}

static loligo_status end(run *run, loligo_status outcome)
{
  recorders_close(run->recorders, false);
  if (!leaves_result(run, outcome)) return outcome;
  if (!run->has_output && open_output(run) != LOLIGO_OK) return outcome;
  loligo_status gathered = gather_statistics(run);
  if (outcome == LOLIGO_OK) outcome = gathered;
  if (write_report(run, outcome) != LOLIGO_OK && outcome == LOLIGO_OK) outcome = LOLIGO_MACHINE_ERROR;
  outcome = loligo_agree(run->context, outcome);
  if (outcome == LOLIGO_OK && is_root(run)) checkpoints_mark_complete(&run->checkpoints);
  return outcome;
}

static void finish(const run *run, loligo_status status)
{
  const bool tells = run->has_statistics && !run->report.message;
  listener_finish(run->listener, status, tells ? &run->report : NULL);
}

static void clear(run *run)
{
  watchdog_stop(run->watchdog);
  output_lock_release(&run->lock);
  loligo_simulation_destroy(run->simulation);
  dry_run_free(&run->dry);
  loligo_decomposition_destroy(run->decomposition);
  free(run->has_statistics ? run->statistics.population_spikes : NULL);
  checkpoints_free(&run->checkpoints);
  provenance_free(&run->provenance);
  model_file_free(&run->model);
}

void run_prepare_process(void)
{
  signals_catch();
  mpi_io_prepare();
}

loligo_status run_perform(const loligo_context *context, const run_spec *spec, const run_listener *listener)
{
  static const run_listener deaf = {0};
  run run = {.context = context, .spec = spec, .listener = context->rank == 0 ? listener : &deaf};
  run.started = timer_now();
  loligo_status status = end(&run, go(&run));
  if (status == LOLIGO_INTERRUPTED && checkpoints_go_on(&run.checkpoints))
    status = LOLIGO_CHECKPOINTED; /* the one that it came from */
  finish(&run, status);
  clear(&run);
  return status;
}

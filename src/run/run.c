/*
 * Prepares, builds, works, closes and reports, in this order; what the work is, a simulation or a training, is told by
 * stage.h. Each stage is agreed upon by all ranks before the next one begins; a stage that fails, or a stop, leads to
 * the report at once.
 */
#include "run/run.h"

#include "base/memory.h"
#include "base/timer.h"
#include "io/hdf5/mpi_io.h"
#include "run/signals.h"
#include "run/stage.h"
#include "run/usage.h"

/* -- prepare -- */

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
  run->provenance.ranks = run_ranks(run);
  run->provenance.given = run->model.given.text;
  run->provenance.used = run->model.used.text;
  run->provenance.models = run->model.libraries;
  run->provenance.data = run->model.data;
  run->work = run->model.settings.learning ? &run_training : &run_simulation;
  return LOLIGO_OK;
}

static output_plan plan_of(const run *run)
{
  return (output_plan){run->model.settings.output, run->spec->mode, &run->model, run->work->writes};
}

/* Looks for what the run is to go on from; without it, the run begins anew. */
static loligo_status find_start(run *run)
{
  const output_plan plan = plan_of(run);
  run->checkpoints.context = run->context;
  run->checkpoints.model = &run->model;
  run->checkpoints.provenance = &run->provenance;
  run->checkpoints.listener = run->listener;
  run->checkpoints.kind = run->work->saved;
  LOLIGO_TRY(output_check(run->context, &plan, &run->lock));
  const bool resumes = run->spec->mode == OUTPUT_RESUME;
  if (resumes) LOLIGO_TRY(checkpoints_find(&run->checkpoints));
  if (run->spec->from && !checkpoints_go_on(&run->checkpoints)) LOLIGO_TRY(run->work->find_origin(run));
  if (resumes) LOLIGO_TRY(run->work->find_written(run));
  if (!run_is_root(run)) return LOLIGO_OK;
  if (run->is_complete)
    listener_tell(run->listener, RUN_NOTE, "%s: the run is complete; nothing is left to do\n", plan.directory);
  else if (resumes || run->checkpoints.branches)
    checkpoints_tell_start(&run->checkpoints);
  return LOLIGO_OK;
}

/* For the watchdog. The work may be at work on its numbers: only what does not change is told. */
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
  if (!run->has_output && (!run_is_root(run) || output_prepare_alone(&plan, &run->lock) != LOLIGO_OK)) return;
  report_write_brief(&report, plan.directory);
}

static loligo_status prepare(run *run)
{
  LOLIGO_TRY(read_model(run));
  LOLIGO_TRY(run->work->prepare(run));
  LOLIGO_TRY(find_start(run));
  const watchdog_end end = {report_end, run};
  LOLIGO_TRY(watchdog_start(run->context, run->model.settings.watchdog_seconds, end, &run->watchdog));
  run->is_checked = true;
  return LOLIGO_OK;
}

/* -- build -- */

static loligo_status describe(const run *run)
{
  return run->listener->describe ? run->work->describe(run) : LOLIGO_OK;
}

static loligo_status create(run *run)
{
  run->resident_before = memory_usage_now().resident_bytes;
  run->processor_before = timer_processor();
  listener_begin_build(run->listener);
  const loligo_status status = run->work->create(run);
  run->is_built = status == LOLIGO_OK;
  run->processor_built = timer_processor();
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

/* The output directory is touched last, when the model is known to be good. */
static loligo_status build(run *run)
{
  LOLIGO_TRY(loligo_agree(run->context, describe(run)));
  LOLIGO_TRY(create(run));
  LOLIGO_TRY(open_output(run));
  LOLIGO_TRY(run->work->open(run));
  if (!run_is_root(run)) return LOLIGO_OK;
  return used_parameters_write(&run->model, &run->provenance, run->model.settings.output);
}

/* -- work and close -- */

static loligo_status close_results(run *run, loligo_status status)
{
  const loligo_status closed = run->work->close(run, status == LOLIGO_OK);
  run->finished = timer_now();
  return status != LOLIGO_OK ? status : closed;
}

static loligo_status work(run *run)
{
  meter_start(&run->meter, run->context, RAPL_ROOT);
  const loligo_status status = run->work->perform(run);
  meter_stop(&run->meter);
  return status;
}

static loligo_status go(run *run)
{
  LOLIGO_TRY(prepare(run));
  if (run->is_complete) return LOLIGO_OK;
  LOLIGO_TRY(loligo_agree(run->context, build(run)));
  run->built = timer_now();
  return close_results(run, work(run));
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

static void report_times(const run *run, run_report *report)
{
  double now = timer_now(), built = run->built > 0 ? run->built : now,
         finished = run->finished > 0 ? run->finished : now;
  report->build_seconds = built - run->started;
  report->run_seconds = finished - built;
}

/* What both kinds of work have in common, before they account for themselves. */
static void begin_report(run *run)
{
  run->report = (run_report){.network = run->model.network,
                             .settings = &run->model.settings,
                             .provenance = &run->provenance,
                             .origin = run->checkpoints.branch.origin};
}

/* Of what is accounted for; all of it was metered. Collective. */
static loligo_status account_for_energy(run *run)
{
  report_energy *energy = &run->energy;
  if (!run->is_accounted) return LOLIGO_OK;
  meter_gather(&run->meter, run->context, energy);
  LOLIGO_TRY(run->work->count(run, &energy->counts));
  energy->joule = energy_reckon(&run->model.settings.energy.prices, &energy->counts);
  run->report.energy = energy;
  return LOLIGO_OK;
}

/* Collective. */
static loligo_status write_report(run *run, loligo_status outcome)
{
  run_report *report = &run->report;
  const checkpoints *checkpoints = &run->checkpoints;
  report->status = status_word(outcome);
  report->message = outcome == LOLIGO_OK || run_was_stopped(outcome) ? NULL : loligo_error_message();
  report->checkpoints = checkpoints->n_written;
  report->checkpoint = checkpoints->n_written ? &checkpoints->last : NULL;
  report->dry = run->spec->dry ? &run->dry.report : NULL;
  report_times(run, report);
  usage_memory(report, run->context, run->resident_before);
  return run_is_root(run) ? report_write(report, run->model.settings.output) : LOLIGO_OK;
}

/* What was stopped before it was built leaves no trace. */
static bool leaves_result(const run *run, loligo_status outcome)
{
  bool stopped_early = outcome == LOLIGO_INTERRUPTED && !run->is_built;
  return run->is_checked && !run->is_complete && outcome != LOLIGO_INPUT_ERROR && !stopped_early;
}

static loligo_status end(run *run, loligo_status outcome)
{
  if (run->work) run->work->close(run, false);
  if (!leaves_result(run, outcome)) return outcome;
  if (!run->has_output && open_output(run) != LOLIGO_OK) return outcome;
  begin_report(run);
  const loligo_status accounted = run->work->account(run, &run->report), counted = account_for_energy(run);
  if (outcome == LOLIGO_OK) outcome = accounted != LOLIGO_OK ? accounted : counted;
  if (write_report(run, outcome) != LOLIGO_OK && outcome == LOLIGO_OK) outcome = LOLIGO_MACHINE_ERROR;
  outcome = loligo_agree(run->context, outcome);
  if (outcome == LOLIGO_OK && run_is_root(run)) checkpoints_mark_complete(&run->checkpoints);
  return outcome;
}

static void finish(const run *run, loligo_status status)
{
  const bool tells = run->is_accounted && !run->report.message;
  listener_finish(run->listener, status, tells ? &run->report : NULL);
}

static void clear(run *run)
{
  watchdog_stop(run->watchdog);
  output_lock_release(&run->lock);
  if (run->work) run->work->clear(run);
  energy_counts_free(&run->energy.counts);
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

/*
 * loligo run: reads the model, splits it, builds it, runs it, and writes what came out.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/timer.h"
#include "base/watchdog.h"
#include "cli/checkpointing.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/summary.h"
#include "cli/warnings.h"
#include "io/hdf5/mpi_io.h"
#include "io/model_file/model_file.h"
#include "io/results/output.h"
#include "io/results/recorders.h"
#include "io/results/report.h"
#include "loligo/network.h"

/** A run from the command line to the report. */
typedef struct job {
  loligo_context context;
  model_file model;
  provenance provenance;
  loligo_decomposition *decomposition;
  loligo_simulation *simulation;
  recorders *recorders;
  watchdog *watchdog;
  output_lock lock;        /* on rank 0: no other run writes to the output directory */
  checkpoint_header found; /* what the run goes on from */
  checkpointing saving;
  loligo_statistics statistics;
  bool is_complete;       /* there is nothing to do, and nothing is touched */
  bool is_checked;        /* the model and the way to the output directory are good */
  atomic_bool has_output; /* the directory is there */
  bool has_statistics, told_no_checkpoint;
  uint64_t resident_before; /* bytes, before the build */
  double started, built, finished;
  bool quiet;
  output_mode mode;
} job;

static bool is_root(const job *job)
{
  return job->context.rank == 0;
}

/* Whether what was recorded is all there and good, and all that there is to be. */
static loligo_status find_recordings(job *job)
{
  int ends = is_root(job) && checkpointing_is_complete(&job->model, &job->found);
  MPI_Bcast(&ends, 1, MPI_INT, 0, job->context.comm);
  bool is_complete = ends;
  LOLIGO_TRY(recorders_check(&job->context, &job->model, checkpointing_segments(&job->found), &is_complete));
  job->is_complete = is_complete;
  return LOLIGO_OK;
}

static output_plan plan_of(const job *job)
{
  return (output_plan){job->model.settings.output, job->mode, &job->model, recorders_write};
}

/* Looks for what the run is to go on from; without it, the run begins anew. */
static loligo_status find_start(job *job)
{
  const output_plan plan = plan_of(job);
  LOLIGO_TRY(output_check(&job->context, &plan, &job->lock));
  if (job->mode != OUTPUT_RESUME) return LOLIGO_OK;
  LOLIGO_TRY(checkpointing_find(&job->context, &job->model, &job->found));
  LOLIGO_TRY(find_recordings(job));
  if (!is_root(job)) return LOLIGO_OK;
  if (!job->is_complete)
    checkpointing_tell_start(&job->found, &job->provenance, job->quiet);
  else if (!job->quiet)
    fprintf(stderr, "%s: the run is complete; nothing is left to do\n", plan.directory);
  return LOLIGO_OK;
}

/* For the watchdog. The simulation may be at work on its numbers: only what does not change is told. */
static void report_end(void *self, const char *message)
{
  job *job = self;
  const output_plan plan = plan_of(job);
  const run_report report = {.status = "failed",
                             .message = message,
                             .network = job->model.network,
                             .provenance = &job->provenance,
                             .first_step = job->found.step};
  if (job->is_complete) return;
  if (!job->has_output && (!is_root(job) || output_prepare_alone(&plan, &job->lock) != LOLIGO_OK)) return;
  report_write_brief(&report, plan.directory);
}

static loligo_status prepare(job *job, const options *options, int argc, char **argv)
{
  const loligo_context *context = &job->context;
  const char *output = options_value(options, "output");
  LOLIGO_TRY(model_file_read(context, options->operand, options->sets, options->n_sets, &job->model));
  if (output) {
    memory_free(job->model.settings.output);
    job->model.settings.output = memory_string(output);
  }
  LOLIGO_TRY(loligo_agree(context, job->model.settings.output ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  LOLIGO_TRY(loligo_agree(context, provenance_init(&job->provenance, argc, argv, context)));
  job->provenance.given = job->model.given;
  job->provenance.used = job->model.used;
  LOLIGO_TRY(loligo_agree(context, loligo_decomposition_create(job->model.network, job->model.settings.partition,
                                                               context->size, &job->decomposition)));
  LOLIGO_TRY(find_start(job));
  const watchdog_end end = {report_end, job};
  LOLIGO_TRY(watchdog_start(context, job->model.settings.watchdog_seconds, end, &job->watchdog));
  job->is_checked = true;
  return LOLIGO_OK;
}

static loligo_status open_output(job *job)
{
  const output_plan plan = plan_of(job);
  LOLIGO_TRY(output_prepare(&job->context, &plan, &job->lock));
  job->has_output = true;
  return LOLIGO_OK;
}

static void print_warnings(const job *job)
{
  const char *warning;
  for (size_t i = 0; !job->quiet && (warning = recorders_warning(job->recorders, i)); i++)
    fprintf(stderr, "warning: %s\n", warning);
}

/* A run that went on from a checkpoint leaves one of where it stands, whatever the model says now. */
static bool saves_state(const job *job)
{
  return job->model.settings.checkpoint.enabled || *job->found.path;
}

static loligo_status open_recorders(job *job)
{
  const recorders_mode mode = {.segmented = saves_state(job), .mark = checkpointing_segments(&job->found)};
  return recorders_open(&job->context, &job->model, &job->provenance, job->simulation, &mode, &job->recorders);
}

static bool shows_progress(const job *job)
{
  return is_root(job) && !job->quiet;
}

static loligo_status warn_before_build(const job *job)
{
  estimate need;
  if (!shows_progress(job)) return LOLIGO_OK;
  LOLIGO_TRY(estimate_network(job->model.network, job->context.size, &need));
  warnings_print(&job->model, &need);
  return LOLIGO_OK;
}

static loligo_status watch_build(void *self, double fraction)
{
  if (self) progress_show_build(self, fraction);
  return signals_want_stop() ? LOLIGO_INTERRUPTED : LOLIGO_OK;
}

static loligo_status create_simulation(job *job)
{
  progress progress;
  progress_start_build(&progress);
  loligo_build_observer observer = {shows_progress(job) ? &progress : NULL, watch_build};
  loligo_status status = loligo_simulation_create(&job->context, job->model.network, job->decomposition,
                                                  job->model.settings.exchange, &observer, &job->simulation);
  if (shows_progress(job)) progress_end(&progress);
  return status;
}

/* The output directory is touched last, when the model is known to be good. */
static loligo_status build(job *job)
{
  LOLIGO_TRY(loligo_agree(&job->context, warn_before_build(job)));
  job->resident_before = memory_usage_now().resident_bytes;
  LOLIGO_TRY(create_simulation(job));
  LOLIGO_TRY(open_output(job));
  LOLIGO_TRY(checkpointing_restore(&job->context, &job->found, job->model.network, job->simulation));
  LOLIGO_TRY(open_recorders(job));
  if (!is_root(job)) return LOLIGO_OK;
  print_warnings(job);
  return used_parameters_write(&job->model, &job->provenance, job->model.settings.output);
}

static void watch(job *job, progress *progress)
{
  const settings *settings = &job->model.settings;
  job->saving = (checkpointing){.context = &job->context,
                                .model = &job->model,
                                .provenance = &job->provenance,
                                .simulation = job->simulation,
                                .recorders = job->recorders,
                                .shows = shows_progress(job)};
  checkpointing_start(&job->saving);
  progress_start(progress, loligo_network_dt(job->model.network), loligo_simulation_step(job->simulation),
                 settings->duration);
}

static loligo_status add_observers(job *job, progress *progress)
{
  if (!is_root(job)) return LOLIGO_OK;
  if (shows_progress(job)) LOLIGO_TRY(loligo_simulation_observe(job->simulation, progress_observer(progress)));
  if (job->model.settings.checkpoint.wall_seconds == 0) return LOLIGO_OK;
  return loligo_simulation_observe(job->simulation, checkpointing_observer(&job->saving));
}

static bool wants_checkpoint(job *job, bool paused)
{
  if (saves_state(job)) return !paused || checkpointing_grants_pause(&job->saving);
  if (paused && is_root(job) && !job->told_no_checkpoint)
    fprintf(stderr, "warning: SIGUSR1: no checkpoint without checkpoint: in the model\n");
  job->told_no_checkpoint = job->told_no_checkpoint || paused;
  return false;
}

/*
 * At the end of a run that could be resumed from an earlier state: final files without a checkpoint of their own could
 * not be gone on with, nor finished where their merge fails, as it does on the disk that has no room for the state.
 */
static bool ends_behind_checkpoint(const job *job)
{
  bool ends = loligo_simulation_step(job->simulation) >= job->model.settings.duration;
  return ends && (job->saving.n_written > 0 || *job->found.path);
}

/* What comes of the state at which the simulation came back. */
static loligo_status save(job *job, loligo_status status, bool paused)
{
  bool stopped = status == LOLIGO_INTERRUPTED;
  if ((status != LOLIGO_OK && !stopped) || !wants_checkpoint(job, paused)) return status;
  LOLIGO_TRY(checkpointing_save(&job->saving, stopped || ends_behind_checkpoint(job)));
  return stopped ? LOLIGO_CHECKPOINTED : LOLIGO_OK;
}

/* From one checkpoint to the next until the end. */
static loligo_status run_steps(job *job)
{
  const int64_t end = job->model.settings.duration;
  loligo_status status = LOLIGO_OK;
  while (status == LOLIGO_OK && loligo_simulation_step(job->simulation) < end) {
    int64_t next = checkpointing_next_step(&job->saving, end);
    status = loligo_simulation_run(job->simulation, next - loligo_simulation_step(job->simulation));
    status = save(job, status, status == LOLIGO_OK && loligo_simulation_step(job->simulation) < next);
  }
  return status;
}

static loligo_status simulate(job *job)
{
  progress progress;
  watch(job, &progress);
  LOLIGO_TRY(loligo_agree(&job->context, add_observers(job, &progress)));
  signals_act_on(job->simulation);
  loligo_status status = run_steps(job);
  signals_act_on(NULL);
  if (shows_progress(job)) progress_end(&progress);
  return status;
}

static loligo_status run_all(job *job, const options *options, int argc, char **argv)
{
  LOLIGO_TRY(prepare(job, options, argc, argv));
  if (job->is_complete) return LOLIGO_OK;
  LOLIGO_TRY(loligo_agree(&job->context, build(job)));
  job->built = timer_now();
  loligo_status status = simulate(job);
  loligo_status closed = recorders_close(job->recorders, status == LOLIGO_OK);
  job->recorders = NULL;
  job->finished = timer_now();
  return status != LOLIGO_OK ? status : closed;
}

/* -- report -- */

static bool is_stop(loligo_status status)
{
  return status == LOLIGO_INTERRUPTED || status == LOLIGO_CHECKPOINTED;
}

static const char *status_word(loligo_status status)
{
  if (status == LOLIGO_OK) return "complete";
  return is_stop(status) ? "stopped" : "failed";
}

/* Collective. */
static loligo_status gather_statistics(job *job)
{
  if (!job->simulation) return LOLIGO_OK;
  loligo_status status = loligo_simulation_statistics(job->simulation, &job->statistics);
  job->has_statistics = status == LOLIGO_OK;
  return status;
}

/* Collective. */
static loligo_status write_report(job *job, loligo_status outcome)
{
  run_report report = {.status = status_word(outcome), .network = job->model.network, .settings = &job->model.settings};
  report.message = outcome == LOLIGO_OK || is_stop(outcome) ? NULL : loligo_error_message();
  report.provenance = &job->provenance;
  report.first_step = job->found.step;
  report.checkpoints = job->saving.n_written;
  report.checkpoint = job->saving.n_written ? &job->saving.last : NULL;
  if (job->simulation) report.steps = loligo_simulation_step(job->simulation);
  report.statistics = job->has_statistics ? &job->statistics : NULL;
  double now = timer_now(), built = job->built > 0 ? job->built : now,
         finished = job->finished > 0 ? job->finished : now;
  report.build_seconds = built - job->started;
  report.run_seconds = finished - built;
  summary_phases(&report, &job->context, job->simulation, job->saving.seconds);
  summary_memory(&report, &job->context, job->resident_before);
  loligo_status status = is_root(job) ? report_write(&report, job->model.settings.output) : LOLIGO_OK;
  if (is_root(job) && job->has_statistics && !job->quiet && report.message == NULL)
    summary_print(&report, job->context.size);
  return status;
}

/* What was stopped before it was built leaves no trace. */
static bool leaves_result(const job *job, loligo_status outcome)
{
  bool stopped_early = outcome == LOLIGO_INTERRUPTED && !job->simulation;
  return job->is_checked && !job->is_complete && outcome != LOLIGO_INPUT_ERROR && !stopped_early;
}

static loligo_status end(job *job, loligo_status outcome)
{
  recorders_close(job->recorders, false);
  if (!leaves_result(job, outcome)) return outcome;
  if (!job->has_output && open_output(job) != LOLIGO_OK) return outcome;
  loligo_status gathered = gather_statistics(job);
  if (outcome == LOLIGO_OK) outcome = gathered;
  if (write_report(job, outcome) != LOLIGO_OK && outcome == LOLIGO_OK) outcome = LOLIGO_MACHINE_ERROR;
  return loligo_agree(&job->context, outcome);
}

static void job_free(job *job)
{
  watchdog_stop(job->watchdog);
  output_lock_release(&job->lock);
  loligo_simulation_destroy(job->simulation);
  loligo_decomposition_destroy(job->decomposition);
  free(job->has_statistics ? job->statistics.population_spikes : NULL);
  checkpoint_header_free(&job->found);
  provenance_free(&job->provenance);
  model_file_free(&job->model);
  loligo_context_free(&job->context);
}

static output_mode mode_of(const options *options)
{
  if (options_has(options, "resume")) return OUTPUT_RESUME;
  return options_has(options, "overwrite") ? OUTPUT_OVERWRITE : OUTPUT_NEW;
}

static loligo_status check_options(const options *options)
{
  if (!options->operand) return loligo_fail(LOLIGO_INPUT_ERROR, "run needs a model file; see loligo run --help");
  if (options_has(options, "resume") && options_has(options, "overwrite"))
    return loligo_fail(LOLIGO_INPUT_ERROR, "--resume goes on with what --overwrite removes; give one of them");
  return LOLIGO_OK;
}

static int run(const options *options, int argc, char **argv)
{
  job job = {.quiet = options_has(options, "quiet"), .mode = mode_of(options)};
  signals_catch();
  mpi_io_prepare();
  MPI_Init(NULL, NULL);
  job.started = timer_now();
  loligo_context_init(&job.context, MPI_COMM_WORLD);
  loligo_status status = check_options(options);
  if (status == LOLIGO_OK) status = run_all(&job, options, argc, argv);
  status = end(&job, status);
  if (status == LOLIGO_INTERRUPTED && *job.found.path) status = LOLIGO_CHECKPOINTED; /* the one that it came from */
  if (is_root(&job) && status != LOLIGO_OK && !is_stop(status)) report_failure(status);
  job_free(&job);
  MPI_Finalize();
  return (int)status;
}

static const option run_options[] = {
    {"output", "DIR", "where results go; default: output.directory of the model"},
    {"overwrite", NULL, "replace the result that the output directory holds"},
    {"resume", NULL, "go on from the last checkpoint in the output directory; without one, begin"},
    {"set", "KEY=VALUE", "change the model: a.b=value, lists by index; may be given several times"},
    {"quiet", NULL, "no progress, no summary"},
    {"help", NULL, "this text"},
};

const command command_run = {.name = "run",
                             .operand = "MODEL.yaml",
                             .summary = "builds a model, simulates it, writes results",
                             .table = run_options,
                             .n = sizeof run_options / sizeof run_options[0],
                             .collective = true,
                             .run = run};

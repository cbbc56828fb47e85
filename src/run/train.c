/*
 * A run that trains: batch by batch, from one evaluation and one checkpoint to the next. Between two batches all ranks
 * agree on what signals and the clock ask for.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/comm.h"
#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/timer.h"
#include "io/training/curves.h"
#include "io/training/results.h"
#include "io/training/state.h"
#include "learn/training.h"
#include "network/description.h"
#include "run/notes.h"
#include "run/signals.h"
#include "run/stage.h"

static const double WHOLE = 1e-9; /* epochs that are this near to a whole number of periods are at it */

typedef struct training_work {
  training *training;
  curves curves;        /* on rank 0 */
  double epoch_seconds; /* of wall time in the epoch under way */
  double seconds;       /* of wall time in batches of this run */
  uint64_t images;      /* that it learned from */
  report_learning report;
  char *origin; /* file of weights that it began from; owned; NULL: they were drawn */
  char note[64];
  bool is_open; /* results are to be written */
} training_work;

static const learn_settings *settings_of(const run *run)
{
  return run->model.settings.learning;
}

static training_state state_of(const run *run)
{
  training_work *work = run->training;
  return (training_state){.training = work->training,
                          .precision = settings_of(run)->precision,
                          .curves = &work->curves,
                          .epoch_seconds = &work->epoch_seconds};
}

/* Collective. */
static training_state state_with_totals(const run *run)
{
  training_state state = state_of(run);
  state.totals = training_totals(state.training);
  state.n_populations = run->model.network->n_populations;
  return state;
}

static double epochs_done(const run *run)
{
  return training_epochs(run->training->training);
}

/* -- checkpoints -- */

/* What a note says: epochs that were done, whether that was all, and how many there were to be. */
typedef struct learned {
  double done, epochs;
  int is_all;
} learned;

static bool read_note(const checkpoint_header *found, learned *learned)
{
  const char *note = checkpoint_note_value(found, NOTE_LEARNED);
  return note && sscanf(note, "%lf %d %lf", &learned->done, &learned->is_all, &learned->epochs) == 3;
}

static bool is_at_end(const model_file *model, const checkpoint_header *found)
{
  learned learned;
  return read_note(found, &learned) && learned.is_all && learned.epochs == model->settings.learning->epochs;
}

static loligo_status check_found(const model_file *model, const checkpoint_header *found)
{
  learned learned;
  const double epochs = model->settings.learning->epochs;
  if (!read_note(found, &learned))
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: does not tell how much was learned", found->path);
  if (is_at_end(model, found) || learned.done <= epochs) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "it stands at epoch %g, past learning.epochs %g; to evaluate its weights, run with --from and "
                     "another --output",
                     learned.done, epochs);
}

static void print_place(const checkpoint_header *found, char text[SAVED_PLACE_BYTES])
{
  learned learned = {0};
  read_note(found, &learned);
  snprintf(text, SAVED_PLACE_BYTES, "epoch %g", learned.done);
}

static bool ends(const void *work)
{
  return training_is_done(((const run *)work)->training->training);
}

static loligo_status cut(void *work, const char **note)
{
  const run *run = work;
  training_work *own = run->training;
  snprintf(own->note, sizeof own->note, "%.17g %d %.17g", epochs_done(run), ends(run), settings_of(run)->epochs);
  *note = own->note;
  return LOLIGO_OK;
}

static loligo_status write_state(void *work, checkpoint_plan *plan, checkpoint_info *info)
{
  const run *run = work;
  const training_state state = state_with_totals(run);
  return training_state_write(run->context, plan, &state, info);
}

static const saved_kind saved_training = {.note = NOTE_LEARNED,
                                          .check = check_found,
                                          .is_at_end = is_at_end,
                                          .print_place = print_place,
                                          .ends = ends,
                                          .cut = cut,
                                          .write = write_state};

/* -- prepare -- */

static loligo_status prepare(run *run)
{
  if (run->spec->dry)
    return loligo_fail(LOLIGO_INPUT_ERROR, "a model that learns is not run dry: all ranks hold all weights; try "
                                           "loligo check");
  run->training = memory_allocate(1, sizeof *run->training, "a training");
  return loligo_agree(run->context, run->training ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

static bool writes(const model_file *file, const char *name)
{
  (void)file;
  return strcmp(name, WEIGHTS_FILE) == 0 || strcmp(name, TRAINING_FILE) == 0;
}

/* Path of the weights of a result, or of a file that holds weights; rank 0 looks for all. NULL without memory. */
static char *weights_path(const run *run)
{
  struct stat found;
  const char *from = run->spec->from;
  bool is_folder = run_is_root(run) && stat(from, &found) == 0 && S_ISDIR(found.st_mode);
  comm_broadcast(run->context, &is_folder, sizeof is_folder);
  return is_folder ? output_path(from, WEIGHTS_FILE) : memory_string(from);
}

static loligo_status check_file(const char *path)
{
  struct stat found;
  if (stat(path, &found) == 0 && S_ISREG(found.st_mode)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "--from: there is no %s; give the folder of a training, or its " WEIGHTS_FILE,
                     path);
}

/* A training begins from weights; its optimiser begins anew. */
static loligo_status find_origin(run *run)
{
  training_work *work = run->training;
  work->origin = weights_path(run);
  LOLIGO_TRY(loligo_agree(run->context, work->origin ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  LOLIGO_TRY(loligo_agree(run->context, run_is_root(run) ? check_file(work->origin) : LOLIGO_OK));
  if (run_is_root(run)) listener_tell(run->listener, RUN_NOTE, "begins with the weights of %s\n", work->origin);
  return LOLIGO_OK;
}

static bool has_file(const run *run, const char *name)
{
  char *path = output_path(run->model.settings.output, name);
  struct stat found;
  const bool is_there = path && stat(path, &found) == 0;
  memory_free(path);
  return is_there;
}

static loligo_status find_written(run *run)
{
  int ends = run_is_root(run) && checkpoints_are_complete(&run->checkpoints) && has_file(run, WEIGHTS_FILE) &&
             has_file(run, TRAINING_FILE);
  MPI_Bcast(&ends, 1, MPI_INT, 0, run->context->comm);
  run->is_complete = ends;
  return LOLIGO_OK;
}

/* -- build -- */

static loligo_status describe(const run *run)
{
  run->listener->describe(run->listener->self, &run->model, NULL);
  return LOLIGO_OK;
}

static loligo_status share_data(run *run)
{
  settings *settings = &run->model.settings;
  for (size_t i = 0; i < settings->n_data; i++) LOLIGO_TRY(dataset_share(run->context, &settings->data[i]));
  return LOLIGO_OK;
}

static loligo_status create(run *run)
{
  const settings *settings = &run->model.settings;
  heartbeat_doing("prepares to learn");
  LOLIGO_TRY(share_data(run));
  LOLIGO_TRY(training_create(run->context, run->model.network, settings->learning, settings->data, settings->n_data,
                             &run->training->training));
  return loligo_agree(run->context, signals_want_stop() ? LOLIGO_INTERRUPTED : LOLIGO_OK);
}

static loligo_status open(run *run)
{
  training_work *work = run->training;
  const training_state state = state_with_totals(run);
  const checkpoint_header *found = &run->checkpoints.found;
  if (checkpoints_go_on(&run->checkpoints))
    LOLIGO_TRY(training_state_read(run->context, found->path, &state));
  else if (work->origin)
    LOLIGO_TRY(training_weights_read(run->context, work->origin, &state));
  work->is_open = true;
  return LOLIGO_OK;
}

/* -- how it goes -- */

static double fraction(uint64_t correct, uint64_t answers)
{
  return answers > 0 ? (double)correct / (double)answers : NAN;
}

/* Whether cells of a population may spike: in trials others hand on a number. */
static bool spikes(const loligo_population *population)
{
  return population->model->adjoint->has_threshold;
}

static uint64_t count_cells(const loligo_network *network)
{
  uint64_t n = 0;
  for (size_t i = 0; i < network->n_populations; i++)
    if (spikes(&network->populations[i])) n += network->populations[i].size;
  return n;
}

/* NAN where no cell can spike. */
static double mean_rate(const run *run, double spikes, double samples)
{
  const loligo_network *network = run->model.network;
  const double seconds = 1e-3 * (double)run->model.settings.duration * loligo_network_dt(network);
  const uint64_t cells = count_cells(network);
  return cells > 0 ? spikes / ((double)cells * samples * seconds) : NAN;
}

enum { POINT_BYTES = 96 };

/* "loss 0.52, accuracy 0.9000, 12.3 Hz", of which what there is. */
static const char *print_point(const curve_point *point, char text[POINT_BYTES])
{
  int n = snprintf(text, POINT_BYTES, "loss %.5g", point->loss);
  if (!isnan(point->accuracy)) n += snprintf(text + n, (size_t)(POINT_BYTES - n), ", accuracy %.4f", point->accuracy);
  if (!isnan(point->rate_hz)) snprintf(text + n, (size_t)(POINT_BYTES - n), ", %.3g Hz", point->rate_hz);
  return text;
}

static curve_point point_of_rewards(const run *run, double reward, double seconds)
{
  return (curve_point){
      .epoch = epochs_done(run), .loss = NAN, .accuracy = NAN, .reward = reward, .rate_hz = NAN, .seconds = seconds};
}

static curve_point point_of_epoch(const run *run)
{
  const training_work *work = run->training;
  const training_position where = training_where(work->training);
  const double samples = (double)where.samples;
  const uint64_t answers = where.samples * training_judged(work->training);
  if (settings_of(run)->environment) return point_of_rewards(run, where.reward, work->epoch_seconds);
  return (curve_point){.epoch = epochs_done(run),
                       .loss = where.loss / samples,
                       .accuracy = fraction(where.correct, answers),
                       .reward = NAN,
                       .rate_hz = mean_rate(run, (double)where.spikes, samples),
                       .synaptic_events = where.synaptic_events,
                       .seconds = work->epoch_seconds};
}

static void tell_epoch(const run *run, const curve_point *row)
{
  const training_work *work = run->training;
  char text[POINT_BYTES];
  listener_tell(run->listener, RUN_NOTE, "epoch %g of %g: %s, %.0f images/s\n", row->epoch, settings_of(run)->epochs,
                print_point(row, text), (double)training_where(work->training).samples / row->seconds);
}

/* An epoch has ended. */
static loligo_status end_epoch(run *run)
{
  training_work *work = run->training;
  const curve_point point = point_of_epoch(run);
  work->epoch_seconds = 0;
  if (!run_is_root(run)) return LOLIGO_OK;
  if (!settings_of(run)->environment) tell_epoch(run, &point);
  return curve_add(&work->curves.epochs, &point);
}

static double score_rate(const run *run, const training_score *score)
{
  const loligo_network *network = run->model.network;
  double sum = 0;
  for (size_t i = 0; score->rate_hz && i < network->n_populations; i++)
    if (spikes(&network->populations[i])) sum += score->rate_hz[i] * (double)network->populations[i].size;
  const uint64_t cells = count_cells(network);
  return cells > 0 ? sum / (double)cells : NAN;
}

/* One line tells of both, the episodes that weights were tried in and those that show what came out. */
static loligo_status keep_reward(run *run, const training_score *score, double seconds)
{
  curves *curves = &run->training->curves;
  const learn_settings *settings = settings_of(run);
  const curve_point point = point_of_rewards(run, score->reward, seconds), *tried = curve_last(&curves->epochs);
  char text[48] = "";
  if (tried) snprintf(text, sizeof text, ", %.5g while it tried", tried->reward);
  listener_tell(run->listener, RUN_NOTE, "epoch %g of %g, %s: reward %.5g%s\n", point.epoch, settings->epochs,
                settings->environment->name, point.reward, text);
  return curve_add(&curves->evaluations, &point);
}

static loligo_status keep_score(run *run, const training_score *score, double seconds)
{
  curves *curves = &run->training->curves;
  char text[POINT_BYTES];
  if (settings_of(run)->environment) return keep_reward(run, score, seconds);
  const curve_point point = {.epoch = epochs_done(run),
                             .loss = score->loss,
                             .accuracy = fraction(score->correct, score->answers),
                             .reward = NAN,
                             .rate_hz = score_rate(run, score),
                             .synaptic_events = score->synaptic_events,
                             .seconds = seconds};
  listener_tell(run->listener, RUN_NOTE, "epoch %g, %s: %s\n", point.epoch,
                run->model.settings.data[settings_of(run)->evaluation_data].name, print_point(&point, text));
  if (score->confusion) LOLIGO_TRY(curves_keep_confusion(curves, score->classes, score->confusion));
  return curve_add(&curves->evaluations, &point);
}

static loligo_status evaluate(run *run)
{
  training_score score;
  const double since = timer_now();
  LOLIGO_TRY(training_evaluate(run->training->training, settings_of(run)->evaluation_data, &score));
  const double seconds = timer_now() - since;
  return loligo_agree(run->context, run_is_root(run) ? keep_score(run, &score, seconds) : LOLIGO_OK);
}

/* -- learning -- */

/* What signals and the clock ask for, the same on all ranks. */
typedef struct wish {
  int stops, saves;
} wish;

static wish agree_on_wish(const run *run)
{
  wish wish = {signals_want_stop(), signals_want_checkpoint()};
  if (run_is_root(run) && checkpoints_are_due(&run->checkpoints)) wish.saves = true;
  heartbeat_await(true);
  MPI_Allreduce(MPI_IN_PLACE, &wish, 2, MPI_INT, MPI_MAX, run->context->comm);
  heartbeat_await(false);
  return wish;
}

/* Whether a period of so many epochs ended between two places; 0: there is none. */
static bool has_passed(double before, double after, double period)
{
  return period > 0 && floor(after / period + WHOLE) > floor(before / period + WHOLE);
}

static bool is_to_save(const run *run, double before)
{
  const checkpoint_settings *checkpoint = &run->model.settings.checkpoint;
  const training_position where = training_where(run->training->training);
  return ends(run) || has_passed(before, epochs_done(run), checkpoint->epochs) ||
         (checkpoint->batches > 0 && where.updates % checkpoint->batches == 0);
}

static loligo_status learn_batch(run *run, bool *ends_epoch)
{
  training_work *work = run->training;
  const uint64_t before = training_where(work->training).samples;
  const double since = timer_now();
  LOLIGO_TRY(training_batch(work->training, ends_epoch));
  const double seconds = timer_now() - since;
  const uint64_t samples = training_where(work->training).samples;
  work->images += samples > before ? samples - before : samples; /* of a new epoch they count from 0 */
  work->seconds += seconds;
  work->epoch_seconds += seconds;
  return LOLIGO_OK;
}

/* One batch and what follows it. */
static loligo_status go_on(run *run)
{
  const double before = epochs_done(run);
  const wish wish = agree_on_wish(run);
  bool ends_epoch = false;
  meter_look(&run->meter);
  if (wish.stops) return checkpoints_save(&run->checkpoints, LOLIGO_INTERRUPTED, false);
  if (wish.saves) LOLIGO_TRY(checkpoints_save(&run->checkpoints, LOLIGO_OK, true));
  LOLIGO_TRY(learn_batch(run, &ends_epoch));
  if (ends_epoch) LOLIGO_TRY(loligo_agree(run->context, end_epoch(run)));
  const learn_settings *learning = settings_of(run);
  const bool is_due = has_passed(before, epochs_done(run), learning->evaluation_every);
  if (learning->evaluates && (is_due || ends(run))) LOLIGO_TRY(evaluate(run));
  return is_to_save(run, before) ? checkpoints_save(&run->checkpoints, LOLIGO_OK, false) : LOLIGO_OK;
}

static loligo_status perform(run *run)
{
  LOLIGO_TRY(checkpoints_start(&run->checkpoints, run));
  if (settings_of(run)->evaluates && !checkpoints_go_on(&run->checkpoints)) LOLIGO_TRY(evaluate(run));
  if (ends(run) && !checkpoints_go_on(&run->checkpoints)) return checkpoints_save(&run->checkpoints, LOLIGO_OK, false);
  loligo_status status = LOLIGO_OK;
  while (status == LOLIGO_OK && !ends(run)) status = go_on(run);
  return status;
}

/* -- close and report -- */

static loligo_status close(run *run, bool complete)
{
  training_work *work = run->training;
  if (!work || !work->is_open) return LOLIGO_OK;
  const training_state state = state_of(run);
  work->is_open = false;
  return training_results_write(run->context, run->model.settings.output, &run->provenance, &state, complete);
}

static void account_memory(const run *run, report_learning *report)
{
  uint64_t bytes[2];
  bytes[0] = training_bytes(run->training->training, &bytes[1]);
  MPI_Allreduce(MPI_IN_PLACE, bytes, 2, MPI_UINT64_T, MPI_MAX, run->context->comm);
  report->trial_bytes = bytes[0];
  report->tape_bytes = bytes[1];
}

static uint64_t count_weights(training *training)
{
  size_t n;
  uint64_t weights = 0;
  const training_field *fields = training_fields(training, &n);
  for (size_t i = 0; i < n; i++) weights += fields[i].is_state ? 0 : fields[i].rows * fields[i].columns;
  return weights;
}

static void account_history(const curves *curves, report_learning *report)
{
  const curve_point *epoch = curve_last(&curves->epochs), *evaluation = curve_last(&curves->evaluations);
  const curve_point *last = evaluation ? evaluation : epoch;
  report->loss = last ? last->loss : NAN;
  report->accuracy = last ? last->accuracy : NAN;
  report->reward = last ? last->reward : NAN;
  report->training_loss = epoch ? epoch->loss : NAN;
  report->training_accuracy = epoch ? epoch->accuracy : NAN;
  report->training_reward = epoch ? epoch->reward : NAN;
}

static loligo_status account(run *run, run_report *report)
{
  training_work *work = run->training;
  report_learning *learned = &work->report;
  const environment *world = settings_of(run)->environment;
  learned->method = settings_of(run)->method->name;
  learned->environment = world ? world->name : NULL;
  account_history(&work->curves, learned);
  report->learning = learned;
  learned->began_from = work->origin;
  if (!run->is_built) return LOLIGO_OK;
  learned->epochs = epochs_done(run);
  learned->updates = training_where(work->training).updates;
  learned->images = work->images;
  learned->images_per_second = work->seconds > 0 ? (double)work->images / work->seconds : NAN;
  learned->weights = count_weights(work->training);
  learned->weights_checksum = training_checksum(work->training);
  account_memory(run, learned);
  run->is_accounted = true;
  return LOLIGO_OK;
}

static loligo_status count(run *run, energy_counts *counts)
{
  training *training = run->training->training;
  const uint64_t *totals = training_totals(training);
  return run_is_root(run) ? consumption_of_training(&run->report, training, totals, counts) : LOLIGO_OK;
}

static void clear(run *run)
{
  training_work *work = run->training;
  if (!work) return;
  training_destroy(work->training);
  curves_free(&work->curves);
  memory_free(work->origin);
  memory_free(work);
}

const run_work run_training = {.saved = &saved_training,
                               .prepare = prepare,
                               .writes = writes,
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

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
#include "partition/values.h"
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
  char *origin; /* file of weights that it began from, also one that goes on; owned; NULL: they were drawn */
  char *note;   /* of the last checkpoint; owned */
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

/* What a note says, "DONE IS_ALL EPOCHS" or with " ORIGIN" behind it: epochs that were done, whether that was all, how
 * many there were to be, and the file of weights that the training began from. */
typedef struct learned {
  double done, epochs;
  int is_all;
  const char *origin; /* NULL: there was none */
} learned;

static bool read_note(const checkpoint_header *found, learned *learned)
{
  int at = 0;
  const char *note = checkpoint_note_value(found, NOTE_LEARNED);
  if (!note || sscanf(note, "%lf %d %lf%n", &learned->done, &learned->is_all, &learned->epochs, &at) != 3) return false;
  learned->origin = note[at] == ' ' ? note + at + 1 : NULL;
  return true;
}

/* To be freed by memory_free(); NULL without memory. */
static char *print_note(const learned *learned)
{
  char numbers[64];
  const char *origin = learned->origin ? learned->origin : "";
  snprintf(numbers, sizeof numbers, "%.17g %d %.17g", learned->done, learned->is_all, learned->epochs);
  const size_t size = strlen(numbers) + strlen(origin) + 2;
  char *note = memory_allocate(size, 1, "a note");
  if (note) snprintf(note, size, "%s%s%s", numbers, *origin ? " " : "", origin);
  return note;
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
  memory_free(own->note);
  own->note = print_note(&(learned){epochs_done(run), settings_of(run)->epochs, ends(run), own->origin});
  *note = own->note;
  return loligo_agree(run->context, own->note ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
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
  LOLIGO_TRY(values_gather(run->context, run->model.network));
  LOLIGO_TRY(training_create(run->context, run->model.network, settings->learning, settings->data, settings->n_data,
                             &run->training->training));
  return loligo_agree(run->context, signals_want_stop() ? LOLIGO_INTERRUPTED : LOLIGO_OK);
}

/* A training that goes on began where its checkpoint says. */
static loligo_status go_on_from(run *run, const training_state *state)
{
  training_work *work = run->training;
  learned learned = {.origin = NULL};
  read_note(&run->checkpoints.found, &learned);
  if (learned.origin) work->origin = memory_string(learned.origin);
  LOLIGO_TRY(loligo_agree(run->context, learned.origin && !work->origin ? LOLIGO_MACHINE_ERROR : LOLIGO_OK));
  return training_state_read(run->context, run->checkpoints.found.path, state);
}

static loligo_status open(run *run)
{
  training_work *work = run->training;
  const training_state state = state_with_totals(run);
  if (checkpoints_go_on(&run->checkpoints))
    LOLIGO_TRY(go_on_from(run, &state));
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
static double mean_rate(const run *run, uint64_t spikes, uint64_t trials)
{
  const loligo_network *network = run->model.network;
  const double seconds = 1e-3 * (double)run->model.settings.duration * loligo_network_dt(network);
  const uint64_t cells = count_cells(network);
  return cells > 0 ? (double)spikes / ((double)cells * (double)trials * seconds) : NAN;
}

enum { HOW_BYTES = 64 };

/* ", accuracy 0.9876, 4.2 bit, 12.3 Hz", without what there is not. */
static const char *print_how(const curve_point *point, char text[HOW_BYTES])
{
  int n = 0;
  *text = '\0';
  if (!isnan(point->accuracy)) n = snprintf(text, HOW_BYTES, ", accuracy %.4f", point->accuracy);
  if (!isnan(point->information_bits))
    n += snprintf(text + n, HOW_BYTES - (size_t)n, ", %.4g bit", point->information_bits);
  if (!isnan(point->rate_hz)) snprintf(text + n, HOW_BYTES - (size_t)n, ", %.3g Hz", point->rate_hz);
  return text;
}

/* What codes tell, of nat; NAN where no loss names any. */
static double bits_told(const run *run, double nat)
{
  const learn_settings *settings = settings_of(run);
  for (size_t i = 0; i < settings->n_tasks; i++)
    if (settings->tasks[i].loss->of_codes) return nat / M_LN2;
  return NAN;
}

static curve_point point_of_epoch(const run *run)
{
  const training_work *work = run->training;
  const training_position where = training_where(work->training);
  const bool acts = settings_of(run)->environment != NULL;
  return (curve_point){.epoch = epochs_done(run),
                       .loss = acts ? NAN : where.loss / (double)where.samples,
                       .accuracy =
                           acts ? NAN : fraction(where.correct, where.samples * training_judged(work->training)),
                       .information_bits = bits_told(run, where.information / (double)where.samples),
                       .reward = acts ? where.reward : NAN,
                       .rate_hz = mean_rate(run, where.spikes, training_epoch_trials(work->training)),
                       .synaptic_events = where.synaptic_events,
                       .seconds = work->epoch_seconds};
}

static void tell_epoch(const run *run, const curve_point *row)
{
  const training_work *work = run->training;
  char how[HOW_BYTES];
  listener_tell(run->listener, RUN_NOTE, "epoch %g of %g: loss %.5g%s, %.0f images/s\n", row->epoch,
                settings_of(run)->epochs, row->loss, print_how(row, how),
                (double)training_where(work->training).samples / row->seconds);
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

static curve_point point_of_score(const run *run, const training_score *score, double seconds)
{
  const bool acts = settings_of(run)->environment != NULL;
  return (curve_point){.epoch = epochs_done(run),
                       .loss = acts ? NAN : score->loss,
                       .accuracy = acts ? NAN : fraction(score->correct, score->answers),
                       .information_bits = bits_told(run, score->information),
                       .reward = acts ? score->reward : NAN,
                       .rate_hz = mean_rate(run, score->spikes, score->trials),
                       .synaptic_events = score->synaptic_events,
                       .seconds = seconds};
}

/* One line tells of both, the episodes that weights were tried in and those that show what came out. */
static void tell_reward(const run *run, const curve_point *point)
{
  const learn_settings *settings = settings_of(run);
  const curve_point *tried = curve_last(&run->training->curves.epochs);
  char text[48] = "", how[HOW_BYTES];
  if (tried) snprintf(text, sizeof text, ", %.5g while it tried", tried->reward);
  listener_tell(run->listener, RUN_NOTE, "epoch %g of %g, %s: reward %.5g%s%s\n", point->epoch, settings->epochs,
                settings->environment->name, point->reward, text, print_how(point, how));
}

static void tell_score(const run *run, const curve_point *point)
{
  char how[HOW_BYTES];
  listener_tell(run->listener, RUN_NOTE, "epoch %g, %s: loss %.5g%s\n", point->epoch,
                run->model.settings.data[settings_of(run)->evaluation_data].name, point->loss, print_how(point, how));
}

static loligo_status keep_score(run *run, const training_score *score, double seconds)
{
  curves *curves = &run->training->curves;
  const curve_point point = point_of_score(run, score, seconds);
  if (settings_of(run)->environment)
    tell_reward(run, &point);
  else
    tell_score(run, &point);
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
  report->information_bits = last ? last->information_bits : NAN;
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
  memory_free(work->note);
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

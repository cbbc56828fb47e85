/*
 * Purpose: connect the simulation's observer and samplers to the files.
 *
 * Spikes and frames wait in memory and go to the files together in flushes, about one a second of wall time, fewer
 * where a flush takes long. Ranks look from time to time how much waits, agree on the slowest rank's time and the
 * fullest rank's buffers, and find from that the step of the next look, or flush first; between two looks there is no
 * word. No look is later than frames, which are known ahead, make a flush worth the while.
 *
 * In segments, recorders write one set of files after the other, and in the end append these to a last one.
 */
#include "io/results/recorders.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/heartbeat.h"
#include "base/lower_bound.h"
#include "base/memory.h"
#include "base/timer.h"
#include "io/hdf5/h5.h"
#include "io/model_file/recording_kind.h"
#include "io/results/result_writer.h"
#include "io/results/segments.h"
#include "sim/exchange/cost.h"

#define FLUSH_SECONDS 1.0
#define FLUSH_BYTES 1.5e6 /* waiting on one rank */
#define FILE_BYTES 32e3   /* of each file, where there are many: an append costs as much as writing that */
#define FLUSH_SHARE 0.05  /* of the time of a run */
#define ENOUGH 0.5        /* of these for a flush */
#define LARGEST_GROWTH 4.0
#define MOST_STEPS 1e15
enum { FIRST_LOOK_STEPS = 64 };

enum { EXPECTED_SEGMENTS = 16 }; /* of a run, for the size of their chunks */

/* One file, or its segments. */
typedef struct output {
  const result_writer *writer;
  const void *wanted; /* what the kind read */
  size_t i;           /* number of this result among those of its kind */
  char name[H5_PATH_SIZE];
  result_frames frames;
  void *result; /* of the writer; NULL: not attached */
} output;

struct recorders {
  result_place place;
  const loligo_simulation *simulation;
  output *outputs; /* [n_outputs], those that grow first */
  size_t n_outputs, n_growing;
  const char **names; /* [n_growing] of their files */
  bool segmented;
  segments segments;
  bool is_open;         /* the files that grow are there */
  int64_t flushed_step; /* of the last flush */
  double flushed_time;  /* s, on the clock of timer_now() */
  double flush_seconds; /* that it took */
  int64_t look_step;    /* at which it is seen whether the next one is due */
  bool failed;          /* a flush failed, on all ranks */
};

/* That wait on a rank and are enough for a flush of some files. */
static double enough_bytes(size_t n_growing)
{
  return fmax(FLUSH_BYTES, FILE_BYTES * (double)n_growing);
}

static uint64_t waiting_bytes(const recorders *recorders)
{
  uint64_t bytes = 0;
  for (size_t i = 0; i < recorders->n_growing; i++) {
    const output *output = &recorders->outputs[i];
    bytes += output->writer->waiting(output->result);
  }
  return bytes;
}

/* How near the next flush is: 1 where the wanted time has gone by or the wanted memory is in use. Collective. */
static double nearness(const recorders *recorders)
{
  double seconds = timer_now() - recorders->flushed_time, bytes = (double)waiting_bytes(recorders);
  double nearness = fmax(seconds / fmax(FLUSH_SECONDS, recorders->flush_seconds / FLUSH_SHARE),
                         bytes / enough_bytes(recorders->n_growing));
  MPI_Allreduce(MPI_IN_PLACE, &nearness, 1, MPI_DOUBLE, MPI_MAX, recorders->place.context->comm);
  return nearness;
}

static loligo_status write_waiting(recorders *recorders, bool stay_open)
{
  heartbeat_doing("writes results");
  for (size_t i = 0; i < recorders->n_growing; i++) {
    const output *output = &recorders->outputs[i];
    LOLIGO_TRY(output->writer->flush(output->result, stay_open));
  }
  return LOLIGO_OK;
}

static void begin_waiting(recorders *recorders)
{
  recorders->flushed_step = loligo_simulation_step(recorders->simulation);
  recorders->flushed_time = timer_now();
}

/* Flushes if `status` is good on all ranks; files that do not stay open are closed next. */
static loligo_status flush(recorders *recorders, loligo_status status, bool stay_open)
{
  const double since = timer_now();
  status = loligo_agree(recorders->place.context, status);
  if (status == LOLIGO_OK) status = write_waiting(recorders, stay_open);
  recorders->failed = recorders->failed || status != LOLIGO_OK;
  begin_waiting(recorders);
  recorders->flush_seconds = recorders->flushed_time - since;
  return status;
}

/* Whether frames do not suffice for a flush some steps behind the last one, on a rank that has its part of each. */
static bool is_not_due(const void *of_recorders, uint64_t steps)
{
  const recorders *recorders = of_recorders;
  const int64_t since = recorders->flushed_step + 1, end = since + (int64_t)steps;
  double bytes = 0;
  for (size_t i = 0; i < recorders->n_growing; i++) {
    const result_frames *frames = &recorders->outputs[i].frames;
    const int64_t n = frame_grid_before(&frames->steps, end) - frame_grid_before(&frames->steps, since);
    bytes += frames->bytes * (double)n;
  }
  return bytes / recorders->place.context->size < enough_bytes(recorders->n_growing);
}

static void plan_look(recorders *recorders, int64_t steps)
{
  const int64_t first = (int64_t)lower_bound_where((uint64_t)steps, is_not_due, recorders);
  recorders->look_step = recorders->flushed_step + (first > 1 ? first : 1);
}

/* Flushes if that is worth the while, and plans the next look: when, at the pace since the last flush, one is due. */
static loligo_status look(recorders *recorders, int64_t step, loligo_status status)
{
  const double near = nearness(recorders), factor = fmin(1 / near, LARGEST_GROWTH);
  const double steps = (double)(step - recorders->flushed_step) * factor;
  if (near >= ENOUGH) status = flush(recorders, status, true);
  plan_look(recorders, (int64_t)fmin(steps, MOST_STEPS));
  return status;
}

static loligo_status observe(void *self, const loligo_interval *interval)
{
  recorders *recorders = self;
  loligo_status status = LOLIGO_OK;
  if (!recorders->is_open) return LOLIGO_OK;
  for (size_t i = 0; i < recorders->n_growing && status == LOLIGO_OK; i++) {
    const output *output = &recorders->outputs[i];
    if (output->writer->add) status = output->writer->add(output->result, interval);
  }
  return interval->last_step < recorders->look_step ? status : look(recorders, interval->last_step, status);
}

/* Creates the files of a folder; each holds about one of n parts of what is to be recorded. */
static loligo_status open_files(recorders *recorders, const char *folder, unsigned n_parts)
{
  recorders->is_open = true;
  for (size_t i = 0; i < recorders->n_growing; i++) {
    const output *output = &recorders->outputs[i];
    LOLIGO_TRY(output->writer->open(output->result, folder, n_parts));
  }
  begin_waiting(recorders); /* nothing waited while files were opened, which takes seconds where there are many */
  return LOLIGO_OK;
}

/* The first error, so that closing goes on whatever happens. */
static void keep_first(loligo_status *first, loligo_status status)
{
  if (*first == LOLIGO_OK) *first = status;
}

static loligo_status close_files(recorders *recorders, bool complete)
{
  loligo_status status = LOLIGO_OK;
  for (size_t i = 0; i < recorders->n_growing; i++) {
    const output *output = &recorders->outputs[i];
    if (output->result) keep_first(&status, output->writer->close(output->result, complete));
  }
  recorders->is_open = false;
  return status;
}

/* -- segments -- */

static bool has_written(const recorders *recorders)
{
  uint64_t n = 0;
  for (size_t i = 0; i < recorders->n_growing; i++) {
    const output *output = &recorders->outputs[i];
    n += output->writer->written(output->result);
  }
  return n > 0;
}

/* Where steps remain. */
static loligo_status begin_segment(recorders *recorders)
{
  char folder[SEGMENTS_PATH_SIZE];
  bool remains = loligo_simulation_step(recorders->simulation) < recorders->place.file->settings.duration;
  if (!remains || recorders->n_growing == 0) return LOLIGO_OK;
  LOLIGO_TRY(segments_begin(&recorders->segments, folder));
  return open_files(recorders, folder, EXPECTED_SEGMENTS);
}

static loligo_status end_segment(recorders *recorders)
{
  heartbeat_doing("closes a segment");
  LOLIGO_TRY(close_files(recorders, true));
  return segments_end(&recorders->segments);
}

static loligo_status cut(recorders *recorders)
{
  if (!recorders->is_open) return LOLIGO_OK;
  LOLIGO_TRY(flush(recorders, LOLIGO_OK, false));
  if (!has_written(recorders)) return LOLIGO_OK;
  LOLIGO_TRY(end_segment(recorders));
  return begin_segment(recorders);
}

loligo_status recorders_cut(recorders *recorders, const char **mark)
{
  loligo_status status = cut(recorders);
  recorders->failed = recorders->failed || status != LOLIGO_OK;
  *mark = recorders->segments.mark;
  return status;
}

static loligo_status append_segments(recorders *recorders, const output *output)
{
  const segments *segments = &recorders->segments;
  char path[SEGMENTS_PATH_SIZE];
  for (uint64_t i = segments_first(segments); i <= segments->n; i++) {
    segments_path(segments, i, output->name, path);
    LOLIGO_TRY(output->writer->append(output->result, path));
  }
  return LOLIGO_OK;
}

/* Makes the final file of the i-th name. */
static loligo_status merge_file(recorders *recorders, size_t i)
{
  const output *output = &recorders->outputs[i];
  char folder[SEGMENTS_PATH_SIZE];
  if (segments_is_final(&recorders->segments, output->name)) return LOLIGO_OK;
  LOLIGO_TRY(segments_verify(&recorders->segments, i));
  LOLIGO_TRY(segments_draft(&recorders->segments, folder));
  loligo_status status = output->writer->open(output->result, folder, 1);
  if (status == LOLIGO_OK) status = append_segments(recorders, output);
  keep_first(&status, output->writer->close(output->result, status == LOLIGO_OK));
  if (status == LOLIGO_OK) status = segments_publish(&recorders->segments, output->name);
  if (status != LOLIGO_OK) segments_discard(&recorders->segments);
  return status;
}

/* Makes those final files that are not there yet; can be repeated after an interruption at any moment. */
static loligo_status merge(recorders *recorders)
{
  for (size_t i = 0; i < recorders->n_growing; i++) LOLIGO_TRY(merge_file(recorders, i));
  segments_clear(&recorders->segments);
  return LOLIGO_OK;
}

/* -- results that do not grow -- */

static loligo_status write_file(const recorders *recorders, const output *output, const char *folder)
{
  return output->writer->write(&recorders->place, output->wanted, folder, recorders->simulation);
}

/* Written under another name. */
static loligo_status write_segmented(recorders *recorders, const output *output)
{
  char folder[SEGMENTS_PATH_SIZE];
  LOLIGO_TRY(segments_draft(&recorders->segments, folder));
  LOLIGO_TRY(write_file(recorders, output, folder));
  return segments_publish(&recorders->segments, output->name);
}

/* Once for all segments; what stands before the first step is of another run. */
static loligo_status write_once(recorders *recorders, const output *output)
{
  const bool is_resumed = loligo_simulation_step(recorders->simulation) > 0;
  if (is_resumed && segments_is_final(&recorders->segments, output->name)) return LOLIGO_OK;
  return write_segmented(recorders, output);
}

/* -- opening and closing -- */

/* Number of results of the k-th kind. */
static size_t count_results(const settings *settings, size_t k)
{
  return settings->recorded ? recording_kind_at(k)->writer->count(settings->recorded[k]) : 0;
}

/* Numbers of results of all kinds that grow, or do not. */
static size_t count_outputs(const settings *settings, bool growing)
{
  const recording_kind *kind;
  size_t n = 0;
  for (size_t k = 0; (kind = recording_kind_at(k)); k++)
    if (!kind->writer->write == growing) n += count_results(settings, k);
  return n;
}

static result_frames frames_of(const result_writer *writer, const void *wanted, size_t i)
{
  return writer->frames ? writer->frames(wanted, i) : (result_frames){.steps.every = 1};
}

static void add_outputs(recorders *recorders, bool growing)
{
  const model_file *file = recorders->place.file;
  const recording_kind *kind;
  for (size_t k = 0; (kind = recording_kind_at(k)); k++) {
    const result_writer *writer = kind->writer;
    const size_t n = !writer->write == growing ? count_results(&file->settings, k) : 0;
    for (size_t i = 0; i < n; i++) {
      output *output = &recorders->outputs[recorders->n_outputs++];
      *output = (struct output){.writer = writer, .wanted = file->settings.recorded[k], .i = i};
      output->frames = frames_of(writer, output->wanted, i);
      writer->print_name(file->network, output->wanted, i, output->name);
    }
  }
}

/* memory_free() outputs and names, also after a failure. Collective. */
static loligo_status list_outputs(recorders *recorders)
{
  const settings *settings = &recorders->place.file->settings;
  const size_t n_growing = count_outputs(settings, true), n = n_growing + count_outputs(settings, false);
  recorders->outputs = memory_allocate(n, sizeof *recorders->outputs, "recorders");
  recorders->names = memory_allocate(n_growing, sizeof *recorders->names, "names of recordings");
  const bool good = recorders->outputs && recorders->names;
  LOLIGO_TRY(loligo_agree(recorders->place.context, good ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  add_outputs(recorders, true);
  add_outputs(recorders, false);
  recorders->n_growing = n_growing;
  for (size_t i = 0; i < n_growing; i++) recorders->names[i] = recorders->outputs[i].name;
  return LOLIGO_OK;
}

bool recorders_write(const model_file *file, const char *name)
{
  const recording_kind *kind;
  char written[H5_PATH_SIZE];
  for (size_t k = 0; (kind = recording_kind_at(k)); k++) {
    const size_t n = count_results(&file->settings, k);
    for (size_t i = 0; i < n; i++) {
      kind->writer->print_name(file->network, file->settings.recorded[k], i, written);
      if (strcmp(name, written) == 0) return true;
    }
  }
  return false;
}

static loligo_status find_segments(recorders *recorders, const char *mark)
{
  return segments_open(&recorders->segments, recorders->place.context, recorders->place.file->settings.output,
                       recorders->names, recorders->n_growing, mark);
}

static loligo_status verify_all(const recorders *recorders)
{
  for (size_t i = 0; i < recorders->n_growing; i++) LOLIGO_TRY(segments_verify(&recorders->segments, i));
  return LOLIGO_OK;
}

/* Records in the final file or the segments of an earlier run. */
static loligo_status count_recorded(const recorders *recorders, const output *output, uint64_t *n)
{
  const loligo_network *network = recorders->place.file->network;
  const segments *segments = &recorders->segments;
  char path[SEGMENTS_PATH_SIZE];
  segments_final_path(segments, output->name, path);
  if (access(path, F_OK) == 0) return output->writer->count_records(network, output->wanted, output->i, path, n);
  for (uint64_t i = segments_first(segments); i <= segments->n; i++) {
    uint64_t found;
    segments_path(segments, i, output->name, path);
    LOLIGO_TRY(output->writer->count_records(network, output->wanted, output->i, path, &found));
    *n += found;
  }
  return LOLIGO_OK;
}

/* Collective. */
static loligo_status attach(const recorders *recorders, output *output, loligo_simulation *simulation)
{
  const loligo_context *context = recorders->place.context;
  const bool counts = recorders->segmented && loligo_simulation_step(simulation) > 0 && output->writer->count_records;
  uint64_t n = 0;
  if (counts) {
    const loligo_status status = context->rank == 0 ? count_recorded(recorders, output, &n) : LOLIGO_OK;
    LOLIGO_TRY(loligo_agree(context, status));
    MPI_Bcast(&n, 1, MPI_UINT64_T, 0, context->comm);
  }
  return output->writer->attach(&recorders->place, output->wanted, output->i, simulation, counts ? &n : NULL,
                                &output->result);
}

static loligo_status open_whole(recorders *recorders)
{
  const char *directory = recorders->place.file->settings.output;
  for (size_t i = recorders->n_growing; i < recorders->n_outputs; i++)
    LOLIGO_TRY(write_file(recorders, &recorders->outputs[i], directory));
  return open_files(recorders, directory, 1);
}

static loligo_status open_segmented(recorders *recorders)
{
  for (size_t i = recorders->n_growing; i < recorders->n_outputs; i++)
    LOLIGO_TRY(write_once(recorders, &recorders->outputs[i]));
  if (recorders->segments.n_final > 0) LOLIGO_TRY(merge(recorders));
  return begin_segment(recorders);
}

static loligo_status open_all(recorders *recorders, loligo_simulation *simulation, const recorders_mode *mode)
{
  LOLIGO_TRY(list_outputs(recorders));
  if (mode->segmented) {
    LOLIGO_TRY(find_segments(recorders, mode->mark));
    recorders->segmented = true;
    LOLIGO_TRY(segments_tidy(&recorders->segments));
  }
  for (size_t i = 0; i < recorders->n_growing; i++) LOLIGO_TRY(attach(recorders, &recorders->outputs[i], simulation));
  LOLIGO_TRY(recorders->segmented ? open_segmented(recorders) : open_whole(recorders));
  return loligo_agree(recorders->place.context,
                      loligo_simulation_observe(simulation, (loligo_observer){.self = recorders, .interval = observe}));
}

/* Whether every recording has its final file. Collective. */
static bool are_final(const recorders *recorders)
{
  if (recorders->n_growing > 0 && !segments_are_merged(&recorders->segments)) return false;
  for (size_t i = recorders->n_growing; i < recorders->n_outputs; i++)
    if (!segments_is_final(&recorders->segments, recorders->outputs[i].name)) return false;
  return true;
}

static void free_outputs(recorders *recorders)
{
  for (size_t i = 0; i < recorders->n_growing; i++) {
    const output *output = &recorders->outputs[i];
    output->writer->detach(output->result);
  }
  memory_free(recorders->names);
  memory_free(recorders->outputs);
}

loligo_status recorders_check(const loligo_context *context, const model_file *file, const char *mark,
                              bool *is_complete)
{
  recorders found = {.place = {.context = context, .file = file}};
  loligo_status status = list_outputs(&found);
  if (status == LOLIGO_OK) status = find_segments(&found, mark);
  if (status == LOLIGO_OK) *is_complete = are_final(&found) && *is_complete;
  if (status == LOLIGO_OK && !*is_complete) status = verify_all(&found);
  segments_close(&found.segments);
  free_outputs(&found);
  return status;
}

loligo_status recorders_open(const loligo_context *context, const model_file *file, const provenance *provenance,
                             loligo_simulation *simulation, const recorders_mode *mode, recorders **out)
{
  *out = NULL;
  heartbeat_doing("opens files");
  recorders *recorders = memory_allocate(1, sizeof *recorders, "recorders");
  LOLIGO_TRY(loligo_agree(context, recorders ? LOLIGO_OK : LOLIGO_MACHINE_ERROR));
  *recorders = (struct recorders){.place = {context, file, provenance}, .simulation = simulation};
  loligo_status status = open_all(recorders, simulation, mode);
  if (status == LOLIGO_OK) {
    plan_look(recorders, FIRST_LOOK_STEPS);
    *out = recorders;
  } else {
    recorders->failed = true;
    recorders_close(recorders, false);
  }
  return status;
}

/* What a stopped run has recorded since its checkpoint makes a segment too: it can be looked at. */
static loligo_status close_segments(recorders *recorders, bool complete)
{
  loligo_status status = LOLIGO_OK;
  if (recorders->is_open && !recorders->failed && has_written(recorders)) {
    status = end_segment(recorders);
  } else if (recorders->is_open) {
    status = close_files(recorders, false);
  }
  if (status == LOLIGO_OK && complete) return merge(recorders);
  if (!recorders->failed) segments_discard(&recorders->segments);
  return status;
}

/* Results that do not grow, but have changed. */
static loligo_status write_changed(recorders *recorders)
{
  for (size_t i = recorders->n_growing; i < recorders->n_outputs; i++) {
    const output *output = &recorders->outputs[i];
    if (!output->writer->changes) continue;
    if (!output->writer->changes(recorders->place.file->network, output->wanted)) continue;
    LOLIGO_TRY(recorders->segmented ? write_segmented(recorders, output)
                                    : write_file(recorders, output, recorders->place.file->settings.output));
  }
  return LOLIGO_OK;
}

loligo_status recorders_close(recorders *recorders, bool complete)
{
  if (!recorders) return LOLIGO_OK;
  loligo_status status = recorders->failed || !recorders->is_open ? LOLIGO_OK : flush(recorders, LOLIGO_OK, false);
  complete = complete && !recorders->failed;
  if (complete && status == LOLIGO_OK) status = write_changed(recorders);
  keep_first(&status, recorders->segmented ? close_segments(recorders, complete) : close_files(recorders, complete));
  segments_close(&recorders->segments);
  free_outputs(recorders);
  memory_free(recorders);
  return status;
}

/* -- what it takes -- */

/** Frames of a run on some ranks. */
typedef struct frames_ahead {
  const model_file *file;
  double bytes; /* that are enough for a flush, on all ranks */
} frames_ahead;

static bool are_too_few(const void *of_frames, uint64_t steps)
{
  const frames_ahead *frames = of_frames;
  const settings *settings = &frames->file->settings;
  const recording_kind *kind;
  double bytes = 0;
  for (size_t k = 0; (kind = recording_kind_at(k)); k++) {
    const size_t n = count_results(settings, k);
    for (size_t i = 0; i < n; i++) {
      const result_frames each = frames_of(kind->writer, settings->recorded[k], i);
      bytes += each.bytes * (double)frame_grid_within(&each.steps, (int64_t)steps);
    }
  }
  return bytes < frames->bytes;
}

/* Most steps between two flushes, which come at the end of an interval. */
static int64_t steps_of_flush(const model_file *file, int ranks)
{
  const frames_ahead frames = {file, enough_bytes(count_outputs(&file->settings, true)) * ranks};
  const int64_t duration = file->settings.duration, interval = exchange_interval(file->network);
  const int64_t steps = (int64_t)lower_bound_where((uint64_t)duration, are_too_few, &frames) + interval;
  return steps < duration ? steps : duration;
}

static cost_records need(const void *of_file, const double *rates, int ranks, const double *cells)
{
  const model_file *file = of_file;
  const result_rank rank = {file->network, rates, ranks, cells, steps_of_flush(file, ranks)};
  const recording_kind *kind;
  cost_records sum = {0};
  for (size_t k = 0; (kind = recording_kind_at(k)); k++) {
    const size_t n = kind->writer->need ? count_results(&file->settings, k) : 0;
    for (size_t i = 0; i < n; i++) {
      const result_need each = kind->writer->need(file->settings.recorded[k], i, &rank);
      sum.kept += each.kept;
      sum.passing = fmax(sum.passing, each.passing);
    }
  }
  return sum;
}

cost_recording recorders_cost(const model_file *file)
{
  return (cost_recording){need, file};
}

const char *recorders_warning(const recorders *recorders, size_t i)
{
  for (size_t k = 0; k < recorders->n_growing && recorders->is_open; k++) {
    const output *output = &recorders->outputs[k];
    const char *warning = output->writer->warning ? output->writer->warning(output->result) : NULL;
    if (warning && i-- == 0) return warning;
  }
  return NULL;
}

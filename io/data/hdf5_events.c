/*
 * Purpose: spikes of many cells with one label for each sample, in the layout of the Heidelberg digits (Cramer et al.
 * 2022, 10.1109/TNNLS.2020.3044364): spikes/times (s) and spikes/units, of variable length for each sample, and labels,
 * or numbers to be answered in each step.
 */
#include <limits.h>
#include <math.h>

#include "base/memory.h"
#include "io/data/event_list.h"
#include "io/hdf5/h5_read.h"
#include "io/model_file/data_format.h"
#include "io/model_file/read.h"

typedef struct events_section {
  const char *file;
  uint64_t cells, classes;
  tree_node *targets;
} events_section;

static const loligo_param keys[] = {
    {"file", LOLIGO_PARAM_TEXT, NULL, NULL, LOLIGO_RANGE_ANY, NULL,
     "HDF5 with spikes/times (s), spikes/units and labels, as SHD has them, relative to the model file",
     offsetof(events_section, file)},
    {"cells", LOLIGO_PARAM_INTEGER, NULL, NULL, LOLIGO_RANGE_POSITIVE, NULL, "units are below; of SHD 700",
     offsetof(events_section, cells)},
    {"classes", LOLIGO_PARAM_INTEGER, NULL, "", LOLIGO_RANGE_POSITIVE, NULL,
     "labels are below; left out: as many as the largest says", offsetof(events_section, classes)},
    {"targets", LOLIGO_PARAM_NODE, NULL, "", LOLIGO_RANGE_ANY, NULL,
     "in place of labels: a dataset [sample][step] of numbers to be answered in each step of a trial, or a list of "
     "these, one for each cell that answers; of one step: by the mean over the trial",
     offsetof(events_section, targets)},
};

#define TIMES "spikes/times"
#define UNITS "spikes/units"
#define LABELS "labels"

static const double MS = 1000; /* in a second */

/* An open file, and who names it. */
typedef struct events_file {
  const tree_node *node;
  char name[PATH_MAX];
  h5_reader reader;
  h5_sequences times, units;
  const events_section *section;
} events_file;

static loligo_status open_file(const data_request *request, const events_section *section, events_file *file)
{
  FILE *stream;
  tree_node *node = decode_child(request->entry, LOLIGO_PARAM_TABLE(keys), offsetof(events_section, file));
  *file = (events_file){
      .node = node, .reader = {.file = -1}, .times = {.id = -1, .type = -1}, .units = {.id = -1, .type = -1}};
  file->section = section;
  LOLIGO_TRY(read_open_file(request->reader, node, node->key, file->name, &stream));
  fclose(stream);
  LOLIGO_TRY(read_blame_file(node, h5_reader_open(&file->reader, file->name)));
  LOLIGO_TRY(read_blame_file(node, h5_sequences_open(&file->times, &file->reader, TIMES, H5T_NATIVE_DOUBLE)));
  return read_blame_file(node, h5_sequences_open(&file->units, &file->reader, UNITS, H5T_NATIVE_INT64));
}

static void close_file(events_file *file)
{
  h5_sequences_close(&file->times);
  h5_sequences_close(&file->units);
  h5_reader_close(&file->reader);
}

static loligo_status check_event(const events_file *file, uint64_t sample, uint64_t i, double time, int64_t unit)
{
  const unsigned long long row = sample, at = i;
  if (!(time >= 0) || !isfinite(time * MS))
    return tree_fail(file->node->mark, "%s: " TIMES "[%llu][%llu] is %g s; times are finite and >= 0", file->name, row,
                     at, time);
  if (unit < 0 || (uint64_t)unit >= file->section->cells)
    return tree_fail(file->node->mark, "%s: " UNITS "[%llu][%llu] is %lld, none of %llu cells", file->name, row, at,
                     (long long)unit, (unsigned long long)file->section->cells);
  return LOLIGO_OK;
}

static loligo_status list_events(const events_file *file, uint64_t sample, uint64_t n, const double *times,
                                 const int64_t *units, event_list *list)
{
  for (uint64_t i = 0; i < n; i++) {
    LOLIGO_TRY(check_event(file, sample, i, times[i], units[i]));
    LOLIGO_TRY(event_list_add(list, times[i] * MS, (uint64_t)units[i]));
  }
  return LOLIGO_OK;
}

static loligo_status read_sample(const events_file *file, uint64_t sample, event_list *list)
{
  uint64_t n = 0, n_units = 0;
  void *times = NULL, *units = NULL;
  loligo_status status = read_blame_file(file->node, h5_sequence_read(&file->times, sample, &n, &times));
  if (status == LOLIGO_OK)
    status = read_blame_file(file->node, h5_sequence_read(&file->units, sample, &n_units, &units));
  if (status == LOLIGO_OK && n != n_units)
    status = tree_fail(file->node->mark, "%s: sample %llu has %llu times and %llu units", file->name,
                       (unsigned long long)sample, (unsigned long long)n, (unsigned long long)n_units);
  if (status == LOLIGO_OK) status = list_events(file, sample, n, times, units, list);
  h5_sequence_free(times);
  h5_sequence_free(units);
  return status;
}

static loligo_status check_label(const events_file *file, uint64_t sample, int64_t label)
{
  const uint64_t classes = file->section->classes;
  if (label >= 0 && label < INT32_MAX && (classes == 0 || (uint64_t)label < classes)) return LOLIGO_OK;
  return tree_fail(file->node->mark, "%s: " LABELS "[%llu] is %lld, no class%s", file->name, (unsigned long long)sample,
                   (long long)label, classes ? " of those that `classes` says" : "");
}

static loligo_status take_labels(const events_file *file, const int64_t *labels, dataset *set)
{
  set->n_classes = file->section->classes;
  for (uint64_t i = 0; i < set->n; i++) {
    LOLIGO_TRY(check_label(file, i, labels[i]));
    set->labels[i] = (int32_t)labels[i];
    if ((uint64_t)labels[i] >= set->n_classes) set->n_classes = (uint64_t)labels[i] + 1;
  }
  return LOLIGO_OK;
}

static loligo_status read_labels(const events_file *file, dataset *set)
{
  int64_t *labels = NULL;
  const h5_window window = {.n_rows = set->n, .n_columns = 1};
  LOLIGO_TRY(data_allocate((void **)&set->labels, set->n, 1, sizeof *set->labels));
  LOLIGO_TRY(data_allocate((void **)&labels, set->n, 1, sizeof *labels));
  loligo_status status =
      read_blame_file(file->node, h5_read_window(&file->reader, LABELS, H5T_NATIVE_INT64, 1, window, labels));
  if (status == LOLIGO_OK) status = take_labels(file, labels, set);
  memory_free(labels);
  return status;
}

/* As many of each as there are of the others; `answers` is a dataset with n. */
static loligo_status check_count(const events_file *file, const char *answers, uint64_t n)
{
  if (n > 0 && n == file->times.n && n == file->units.n) return LOLIGO_OK;
  return tree_fail(file->node->mark,
                   "%s: " TIMES " of %llu samples, " UNITS " of %llu, %s of %llu; there must be equally many, and some",
                   file->name, (unsigned long long)file->times.n, (unsigned long long)file->units.n, answers,
                   (unsigned long long)n);
}

static loligo_status label_samples(const data_request *request, const events_file *file, dataset *set)
{
  uint64_t extent[2];
  LOLIGO_TRY(read_blame_file(file->node, h5_read_extent(&file->reader, LABELS, H5T_NATIVE_INT64, 1, extent)));
  LOLIGO_TRY(check_count(file, LABELS, extent[0]));
  LOLIGO_TRY(data_limit(request, extent[0], &set->n));
  set->n_labels = 1;
  return read_labels(file, set);
}

/* -- targets -- */

/* Numbers of either precision. */
static loligo_status open_targets(const events_file *file, const tree_node *node, h5_numbers *numbers)
{
  if (h5_numbers_open(numbers, &file->reader, node->text, H5T_NATIVE_FLOAT, 2) == LOLIGO_OK) return LOLIGO_OK;
  h5_numbers_close(numbers);
  loligo_error_clear();
  return read_blame_file(node, h5_numbers_open(numbers, &file->reader, node->text, H5T_NATIVE_DOUBLE, 2));
}

static loligo_status take_target(const events_file *file, const tree_node *node, uint64_t sample, uint64_t step,
                                 double number, float *target)
{
  *target = (float)number;
  if (isfinite(*target)) return LOLIGO_OK;
  return tree_fail(node->mark, "%s: %s[%llu][%llu] is %g; targets are finite", file->name, node->text,
                   (unsigned long long)sample, (unsigned long long)step, number);
}

/* Row by row into column k of the targets; `row` has room for one of doubles. */
static loligo_status read_column(const events_file *file, const tree_node *node, const h5_numbers *numbers, size_t k,
                                 double *row, dataset *set)
{
  for (uint64_t i = 0; i < set->n; i++) {
    const h5_window window = {.row = i, .n_rows = 1, .n_columns = set->target_steps};
    LOLIGO_TRY(read_blame_file(node, h5_numbers_read(numbers, window, row)));
    for (uint64_t t = 0; t < set->target_steps; t++) {
      const double number = numbers->type == H5T_NATIVE_FLOAT ? (double)((const float *)row)[t] : row[t];
      float *target = &set->targets[(i * set->target_steps + t) * set->n_targets + k];
      LOLIGO_TRY(take_target(file, node, i, t, number, target));
    }
  }
  return LOLIGO_OK;
}

/* The first dataset says how many steps there are, and makes room. */
static loligo_status take_targets(const data_request *request, const events_file *file, const tree_node *node,
                                  const h5_numbers *numbers, size_t k, dataset *set)
{
  double *row;
  const uint64_t steps = numbers->extent[1];
  LOLIGO_TRY(check_count(file, node->text, numbers->extent[0]));
  if (steps == 0 || (k > 0 && steps != set->target_steps))
    return tree_fail(node->mark, "%s: %s has %llu steps, not %llu", file->name, node->text, (unsigned long long)steps,
                     (unsigned long long)(k > 0 ? set->target_steps : 1));
  set->target_steps = steps;
  if (k == 0) {
    LOLIGO_TRY(data_limit(request, numbers->extent[0], &set->n));
    LOLIGO_TRY(data_allocate((void **)&set->targets, set->n, steps * set->n_targets, sizeof *set->targets));
  }
  LOLIGO_TRY(data_allocate((void **)&row, 1, steps, sizeof *row));
  const loligo_status status = read_column(file, node, numbers, k, row, set);
  memory_free(row);
  return status;
}

static loligo_status read_targets(const data_request *request, const events_file *file, dataset *set)
{
  LOLIGO_TRY(data_items("targets", file->section->targets, &set->n_targets));
  for (size_t k = 0; k < set->n_targets; k++) {
    h5_numbers numbers;
    const tree_node *node = data_item(file->section->targets, k);
    LOLIGO_TRY(value_expect_text("targets", node));
    loligo_status status = open_targets(file, node, &numbers);
    if (status == LOLIGO_OK) status = take_targets(request, file, node, &numbers, k, set);
    h5_numbers_close(&numbers);
    LOLIGO_TRY(status);
  }
  return LOLIGO_OK;
}

/* -- a file -- */

static loligo_status fill(const data_request *request, const events_file *file, dataset *set)
{
  event_store store;
  event_list list = {0};
  LOLIGO_TRY(file->section->targets ? read_targets(request, file, set) : label_samples(request, file, set));
  set->n_values = file->section->cells;
  loligo_status status = event_store_begin(&store, set);
  for (uint64_t i = 0; status == LOLIGO_OK && i < set->n; i++) {
    status = read_sample(file, i, &list);
    if (status == LOLIGO_OK) status = event_store_add(&store, i, &list);
  }
  memory_free(list.events);
  return status;
}

static loligo_status read_events(const data_request *request, dataset *set)
{
  events_section section = {.file = NULL};
  events_file file;
  decode_store(LOLIGO_PARAM_TABLE(keys), request->values, &section);
  const tree_node *cells = decode_child(request->entry, LOLIGO_PARAM_TABLE(keys), offsetof(events_section, cells));
  if (section.cells > UINT32_MAX) return tree_fail(cells->mark, "cells: at most %lld", (long long)UINT32_MAX);
  loligo_status status = open_file(request, &section, &file);
  if (status == LOLIGO_OK) status = fill(request, &file, set);
  close_file(&file);
  return status;
}

const data_format data_format_hdf5_events = {
    .name = "hdf5_events",
    .summary = "spikes of variable length in HDF5, with labels, as of the Heidelberg digits (SHD), or targets",
    .keys = LOLIGO_PARAM_TABLE(keys),
    .read = read_events,
};

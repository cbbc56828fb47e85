/*
 * Columns of a table with unit and description, for both groups.
 */
#include "io/training/curves.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "io/hdf5/h5.h"
#include "io/hdf5/h5_draft.h"
#include "io/hdf5/h5_read.h"

static const char EPOCHS[] = "/history", EVALUATIONS[] = "/evaluation", CONFUSION[] = "/confusion";

static const struct column {
  const char *name, *unit, *description;
  bool is_count;
  size_t offset;
  bool is_later; /* files of earlier programs do not have it: NaN */
} COLUMNS[] = {
    {"epoch", "1", "epochs that were done", false, offsetof(curve_point, epoch), false},
    {"loss", "1", "mean over samples, sum over tasks", false, offsetof(curve_point, loss), false},
    {"accuracy", "1", "fraction of answers that were right, over all tasks", false, offsetof(curve_point, accuracy),
     false},
    {"information_bits", "bit", "of codes about a sample, at most: mean over samples; NaN where no loss names any",
     false, offsetof(curve_point, information_bits), true},
    {"reward", "1", "mean over episodes in an environment", false, offsetof(curve_point, reward), false},
    {"rate_hz", "Hz", "mean over cells that can spike; NaN without any", false, offsetof(curve_point, rate_hz), false},
    {"synaptic_events", "1", "spikes times the synapses that they reach", true, offsetof(curve_point, synaptic_events),
     false},
    {"seconds", "s", "wall time", false, offsetof(curve_point, seconds), false},
};
enum { N_COLUMNS = sizeof COLUMNS / sizeof COLUMNS[0] };

static hid_t type_of(const struct column *column)
{
  return column->is_count ? H5T_NATIVE_UINT64 : H5T_NATIVE_DOUBLE;
}

loligo_status curve_add(curve *curve, const curve_point *point)
{
  LOLIGO_TRY(memory_grow((void **)&curve->points, &curve->capacity, curve->n + 1, sizeof *point, "a learning curve"));
  curve->points[curve->n++] = *point;
  return LOLIGO_OK;
}

loligo_status curves_keep_confusion(curves *curves, size_t classes, const uint64_t *confusion)
{
  uint64_t *copy = memory_allocate(classes * classes, sizeof *copy, "a matrix of confusion");
  if (!copy) return LOLIGO_MACHINE_ERROR;
  memcpy(copy, confusion, classes * classes * sizeof *copy);
  memory_free(curves->confusion);
  curves->confusion = copy;
  curves->classes = classes;
  return LOLIGO_OK;
}

const curve_point *curve_last(const curve *curve)
{
  return curve->n > 0 ? &curve->points[curve->n - 1] : NULL;
}

void curves_free(curves *curves)
{
  memory_free(curves->epochs.points);
  memory_free(curves->evaluations.points);
  memory_free(curves->confusion);
  *curves = (struct curves){0};
}

/* -- writing -- */

typedef struct written_column {
  const curve *curve;
  size_t offset;
} written_column;

static void fill(const void *self, uint64_t from, size_t n, void *values)
{
  const written_column *column = self;
  for (size_t i = 0; i < n; i++)
    memcpy((uint64_t *)values + i, (const char *)&column->curve->points[from + i] + column->offset, sizeof(uint64_t));
}

static void draft_curve(const curve *curve, const char *group, h5_draft *draft)
{
  char path[H5_PATH_SIZE];
  for (size_t i = 0; i < N_COLUMNS; i++) {
    const struct column *column = &COLUMNS[i];
    h5_path(path, "%s/%s", group, column->name);
    h5_draft_pieces(draft, path, type_of(column), curve->n, fill, &(written_column){curve, column->offset});
    h5_draft_text_attribute(draft, path, "units", column->unit);
    h5_draft_text_attribute(draft, path, "description", column->description);
  }
}

void curves_draft(const curves *curves, h5_draft *draft)
{
  draft_curve(&curves->epochs, EPOCHS, draft);
  draft_curve(&curves->evaluations, EVALUATIONS, draft);
  if (curves->classes == 0) return;
  h5_draft_matrix(draft, CONFUSION, H5T_NATIVE_UINT64, curves->classes, curves->classes, curves->confusion);
  h5_draft_text_attribute(draft, CONFUSION, "axes", "label, answer");
  h5_draft_text_attribute(draft, CONFUSION, "description", "answers of the last evaluation, of all tasks together");
}

/* -- reading -- */

enum { MOST_CLASSES = 1 << 20 }; /* whose square can be counted */

static loligo_status read_column(const h5_reader *reader, const char *group, const struct column *column, curve *curve)
{
  char path[H5_PATH_SIZE];
  uint64_t *values = memory_allocate(curve->n, sizeof *values, "a learning curve");
  if (!values) return LOLIGO_MACHINE_ERROR;
  h5_path(path, "%s/%s", group, column->name);
  const loligo_status status = h5_read(reader, (h5_place){path, NULL}, type_of(column), curve->n, values);
  for (size_t i = 0; status == LOLIGO_OK && i < curve->n; i++)
    memcpy((char *)&curve->points[i] + column->offset, &values[i], sizeof *values);
  memory_free(values);
  return status;
}

static loligo_status read_later_column(const h5_reader *reader, const char *group, const struct column *column,
                                       curve *curve)
{
  static const double nothing = NAN;
  char path[H5_PATH_SIZE];
  bool found;
  h5_path(path, "%s/%s", group, column->name);
  LOLIGO_TRY(h5_find(reader, path, &found));
  if (found) return read_column(reader, group, column, curve);
  for (size_t i = 0; i < curve->n; i++) memcpy((char *)&curve->points[i] + column->offset, &nothing, sizeof nothing);
  return LOLIGO_OK;
}

static loligo_status read_curve(const h5_reader *reader, const char *group, curve *curve)
{
  char path[H5_PATH_SIZE];
  uint64_t extent[2];
  h5_path(path, "%s/%s", group, COLUMNS[0].name);
  LOLIGO_TRY(h5_read_extent(reader, path, type_of(&COLUMNS[0]), 1, extent));
  LOLIGO_TRY(
      memory_grow((void **)&curve->points, &curve->capacity, extent[0], sizeof *curve->points, "a learning curve"));
  curve->n = extent[0];
  for (size_t i = 0; i < N_COLUMNS && curve->n > 0; i++)
    LOLIGO_TRY((COLUMNS[i].is_later ? read_later_column : read_column)(reader, group, &COLUMNS[i], curve));
  return LOLIGO_OK;
}

static loligo_status read_confusion(const h5_reader *reader, curves *curves)
{
  uint64_t extent[2];
  LOLIGO_TRY(h5_read_extent(reader, CONFUSION, H5T_NATIVE_UINT64, 2, extent));
  if (extent[0] != extent[1] || extent[0] > MOST_CLASSES)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s is no square of classes", reader->path, CONFUSION);
  curves->confusion = memory_allocate(extent[0] * extent[0], sizeof *curves->confusion, "a matrix of confusion");
  if (!curves->confusion) return LOLIGO_MACHINE_ERROR;
  curves->classes = extent[0];
  return h5_read_window(reader, CONFUSION, H5T_NATIVE_UINT64, 2, (h5_window){0, 0, extent[0], extent[0]},
                        curves->confusion);
}

loligo_status curves_read(const h5_reader *reader, curves *curves)
{
  bool found;
  LOLIGO_TRY(read_curve(reader, EPOCHS, &curves->epochs));
  LOLIGO_TRY(read_curve(reader, EVALUATIONS, &curves->evaluations));
  LOLIGO_TRY(h5_find(reader, CONFUSION, &found));
  return found ? read_confusion(reader, curves) : LOLIGO_OK;
}

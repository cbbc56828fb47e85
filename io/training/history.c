/*
 * Columns of a table with unit and description, for both groups.
 */
#include "io/training/history.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "io/hdf5/h5.h"

static const char EPOCHS[] = "/history", EVALUATIONS[] = "/evaluation", CONFUSION[] = "/confusion";

static const struct column {
  const char *name, *unit, *description;
  bool is_count;
  size_t offset;
} COLUMNS[] = {
    {"epoch", "1", "epochs that were done", false, offsetof(history_row, epoch)},
    {"loss", "1", "mean over samples, sum over tasks", false, offsetof(history_row, loss)},
    {"accuracy", "1", "fraction of answers that were right, over all tasks", false, offsetof(history_row, accuracy)},
    {"rate_hz", "Hz", "mean over cells that spike", false, offsetof(history_row, rate_hz)},
    {"synaptic_events", "1", "spikes times the synapses that they reach", true, offsetof(history_row, synaptic_events)},
    {"seconds", "s", "wall time", false, offsetof(history_row, seconds)},
};
enum { N_COLUMNS = sizeof COLUMNS / sizeof COLUMNS[0] };

static hid_t type_of(const struct column *column)
{
  return column->is_count ? H5T_NATIVE_UINT64 : H5T_NATIVE_DOUBLE;
}

loligo_status history_add(history_rows *rows, const history_row *row)
{
  LOLIGO_TRY(memory_grow((void **)&rows->rows, &rows->capacity, rows->n + 1, sizeof *row, "the history of a training"));
  rows->rows[rows->n++] = *row;
  return LOLIGO_OK;
}

loligo_status history_keep_confusion(history *history, size_t classes, const uint64_t *confusion)
{
  uint64_t *copy = memory_allocate(classes * classes, sizeof *copy, "a matrix of confusion");
  if (!copy) return LOLIGO_MACHINE_ERROR;
  memcpy(copy, confusion, classes * classes * sizeof *copy);
  memory_free(history->confusion);
  history->confusion = copy;
  history->classes = classes;
  return LOLIGO_OK;
}

const history_row *history_last(const history_rows *rows)
{
  return rows->n > 0 ? &rows->rows[rows->n - 1] : NULL;
}

void history_free(history *history)
{
  memory_free(history->epochs.rows);
  memory_free(history->evaluations.rows);
  memory_free(history->confusion);
  *history = (struct history){0};
}

/* -- writing -- */

typedef struct written_column {
  const history_rows *rows;
  size_t offset;
} written_column;

static void fill(const void *self, uint64_t from, size_t n, void *values)
{
  const written_column *column = self;
  for (size_t i = 0; i < n; i++)
    memcpy((uint64_t *)values + i, (const char *)&column->rows->rows[from + i] + column->offset, sizeof(uint64_t));
}

static void draft_rows(const history_rows *rows, const char *group, h5_draft *draft)
{
  char path[H5_PATH_SIZE];
  for (size_t i = 0; i < N_COLUMNS; i++) {
    const struct column *column = &COLUMNS[i];
    h5_path(path, "%s/%s", group, column->name);
    h5_draft_pieces(draft, path, type_of(column), rows->n, fill, &(written_column){rows, column->offset});
    h5_draft_text_attribute(draft, path, "units", column->unit);
    h5_draft_text_attribute(draft, path, "description", column->description);
  }
}

void history_draft(const history *history, h5_draft *draft)
{
  draft_rows(&history->epochs, EPOCHS, draft);
  draft_rows(&history->evaluations, EVALUATIONS, draft);
  if (history->classes == 0) return;
  h5_draft_matrix(draft, CONFUSION, H5T_NATIVE_UINT64, history->classes, history->classes, history->confusion);
  h5_draft_text_attribute(draft, CONFUSION, "axes", "label, answer");
  h5_draft_text_attribute(draft, CONFUSION, "description", "answers of the last evaluation, of all tasks together");
}

/* -- reading -- */

static loligo_status read_column(const h5_reader *reader, const char *group, const struct column *column,
                                 history_rows *rows)
{
  char path[H5_PATH_SIZE];
  uint64_t *values = memory_allocate(rows->n, sizeof *values, "the history of a training");
  if (!values) return LOLIGO_MACHINE_ERROR;
  h5_path(path, "%s/%s", group, column->name);
  const loligo_status status = h5_read(reader, (h5_place){path, NULL}, type_of(column), rows->n, values);
  for (size_t i = 0; status == LOLIGO_OK && i < rows->n; i++)
    memcpy((char *)&rows->rows[i] + column->offset, &values[i], sizeof *values);
  memory_free(values);
  return status;
}

static loligo_status read_rows(const h5_reader *reader, const char *group, history_rows *rows)
{
  char path[H5_PATH_SIZE];
  uint64_t extent[2];
  h5_path(path, "%s/%s", group, COLUMNS[0].name);
  LOLIGO_TRY(h5_read_extent(reader, path, type_of(&COLUMNS[0]), 1, extent));
  LOLIGO_TRY(
      memory_grow((void **)&rows->rows, &rows->capacity, extent[0], sizeof *rows->rows, "the history of a training"));
  rows->n = extent[0];
  for (size_t i = 0; i < N_COLUMNS && rows->n > 0; i++) LOLIGO_TRY(read_column(reader, group, &COLUMNS[i], rows));
  return LOLIGO_OK;
}

static loligo_status read_confusion(const h5_reader *reader, history *history)
{
  uint64_t extent[2];
  LOLIGO_TRY(h5_read_extent(reader, CONFUSION, H5T_NATIVE_UINT64, 2, extent));
  if (extent[0] != extent[1]) return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: %s is no square", reader->path, CONFUSION);
  history->confusion = memory_allocate(extent[0] * extent[0], sizeof *history->confusion, "a matrix of confusion");
  if (!history->confusion) return LOLIGO_MACHINE_ERROR;
  history->classes = extent[0];
  return h5_read_window(reader, CONFUSION, H5T_NATIVE_UINT64, 2, (h5_window){0, 0, extent[0], extent[0]},
                        history->confusion);
}

loligo_status history_read(const h5_reader *reader, history *history)
{
  bool found;
  LOLIGO_TRY(read_rows(reader, EPOCHS, &history->epochs));
  LOLIGO_TRY(read_rows(reader, EVALUATIONS, &history->evaluations));
  LOLIGO_TRY(h5_find(reader, CONFUSION, &found));
  return found ? read_confusion(reader, history) : LOLIGO_OK;
}

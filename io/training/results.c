/*
 * Each file is drafted by rank 0, filled by all, marked, and renamed last: who finds it finds all of it.
 */
#include "io/training/results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/results/output.h"
#include "io/training/fields.h"

/* One of the files, on its way. */
typedef struct leaving {
  const loligo_context *context;
  const provenance *provenance;
  const training_state *state;
  char *path, *draft; /* owned */
} leaving;

static loligo_status begin(leaving *leaving, const char *directory, const char *name)
{
  char hidden[64];
  snprintf(hidden, sizeof hidden, ".%s", name);
  leaving->path = output_path(directory, name);
  leaving->draft = output_path(directory, hidden);
  return loligo_agree(leaving->context, leaving->path && leaving->draft ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
}

static loligo_status publish(const leaving *leaving, bool complete)
{
  if (complete) LOLIGO_TRY(provenance_complete(leaving->draft));
  if (rename(leaving->draft, leaving->path) == 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot write %s: %s", leaving->path, strerror(errno));
}

/* Gives the file its name, or removes it. Collective. */
static loligo_status end(leaving *leaving, loligo_status status, bool complete)
{
  const bool is_root = leaving->context->rank == 0;
  if (status == LOLIGO_OK && is_root) status = publish(leaving, complete);
  if (status != LOLIGO_OK && is_root && leaving->draft) unlink(leaving->draft);
  memory_free(leaving->draft);
  memory_free(leaving->path);
  return loligo_agree(leaving->context, status);
}

static loligo_status draft_weights(const leaving *leaving)
{
  const field_list list = field_list_of(leaving->state->training, leaving->state->precision, false);
  h5_draft draft;
  h5_draft_create(&draft, leaving->draft);
  provenance_write(leaving->provenance, &draft);
  fields_draft(&list, &draft);
  return h5_draft_close(&draft);
}

static loligo_status fill_weights(const leaving *leaving)
{
  const field_list list = field_list_of(leaving->state->training, leaving->state->precision, false);
  h5_file file;
  uint64_t digest = 0;
  LOLIGO_TRY(h5_file_open(&file, leaving->context, leaving->draft));
  const loligo_status status = fields_write(&list, &file, &digest), closed = h5_file_close(&file);
  return status != LOLIGO_OK ? status : closed;
}

static loligo_status write_weights(const leaving *leaving)
{
  const bool is_root = leaving->context->rank == 0;
  LOLIGO_TRY(loligo_agree(leaving->context, is_root ? draft_weights(leaving) : LOLIGO_OK));
  return fill_weights(leaving);
}

static loligo_status write_history(const leaving *leaving)
{
  h5_draft draft;
  if (leaving->context->rank != 0) return LOLIGO_OK;
  h5_draft_create(&draft, leaving->draft);
  provenance_write(leaving->provenance, &draft);
  curves_draft(leaving->state->curves, &draft);
  return h5_draft_close(&draft);
}

loligo_status training_results_write(const loligo_context *context, const char *directory, const provenance *provenance,
                                     const training_state *state, bool complete)
{
  static const struct {
    const char *name;
    loligo_status (*write)(const leaving *leaving);
  } files[] = {{WEIGHTS_FILE, write_weights}, {TRAINING_FILE, write_history}};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    leaving leaving = {.context = context, .provenance = provenance, .state = state};
    loligo_status status = begin(&leaving, directory, files[i].name);
    if (status == LOLIGO_OK) status = files[i].write(&leaving);
    LOLIGO_TRY(end(&leaving, status, complete));
  }
  return LOLIGO_OK;
}

/* -- reading -- */

static loligo_status match(const field_list *list, const char *path)
{
  h5_reader reader;
  LOLIGO_TRY(h5_reader_open(&reader, path));
  const loligo_status status = fields_match(list, &reader);
  h5_reader_close(&reader);
  return status;
}

loligo_status training_weights_read(const loligo_context *context, const char *path, const training_state *state)
{
  const field_list list = field_list_of(state->training, state->precision, false);
  const training_position start = {0};
  h5_file file;
  uint64_t digest = 0;
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? match(&list, path) : LOLIGO_OK));
  LOLIGO_TRY(h5_file_open_to_read(&file, context, path));
  loligo_status status = fields_read(&list, &file, &digest), closed = h5_file_close(&file);
  if (status == LOLIGO_OK) status = closed;
  return status == LOLIGO_OK ? training_restore(state->training, &start) : status;
}

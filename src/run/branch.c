/*
 * The note of a branch is a line "STEP DIGEST PATH", and one for each difference between the models.
 */
#include "run/branch.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/memory.h"
#include "io/model_file/compare.h"
#include "network/rule/rule.h"
#include "run/notes.h"

/* -- the note -- */

/* Whether a text is a note; it is cut, and the origin points into it. */
static bool cut_note(char *note, report_origin *origin)
{
  int at = 0;
  if (sscanf(note, "%" SCNd64 " %" SCNx64 " %n", &origin->step, &origin->digest, &at) != 2 || at == 0) return false;
  char *end = note + at + strcspn(note + at, "\n");
  if (*end != '\n' || origin->step < 0) return false;
  *end = '\0';
  origin->checkpoint = note + at;
  origin->differences = end + 1;
  return true;
}

loligo_status branch_recall(const char *note, branch *branch)
{
  *branch = (struct branch){0};
  if (!note) return LOLIGO_OK;
  branch->texts = memory_string(note);
  if (!branch->texts) return LOLIGO_MACHINE_ERROR;
  if (cut_note(branch->texts, &branch->origin)) return LOLIGO_OK;
  branch_free(branch);
  return loligo_fail(LOLIGO_MACHINE_ERROR, "the checkpoint does not tell what its run began from");
}

static char *print_note(const report_origin *origin)
{
  static const char form[] = "%" PRId64 " %016" PRIx64 " %s\n%s";
  const int n = snprintf(NULL, 0, form, origin->step, origin->digest, origin->checkpoint, origin->differences);
  char *note = memory_allocate((size_t)n + 1, 1, "a note");
  if (note) snprintf(note, (size_t)n + 1, form, origin->step, origin->digest, origin->checkpoint, origin->differences);
  return note;
}

char *branch_note(const branch *branch)
{
  return print_note(&branch->origin);
}

void branch_free(branch *branch)
{
  memory_free(branch->texts);
  *branch = (struct branch){0};
}

/* -- the state -- */

static loligo_status refuse(const char *path)
{
  char message[1024];
  fault_take_message(message, sizeof message);
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "--from: cannot begin from %s: %s; cells, synapses, seed and dt must be those of its run", path,
                     message);
}

/* Whether what is made of the files that the model lists could be other cells or synapses. */
static bool needs_same_lists(const model_file *model)
{
  if (*model->libraries) return true;
  for (size_t i = 0; i < model->network->n_projections; i++)
    if (model->network->projections[i].rule->lists_edges) return true;
  return false;
}

static loligo_status compare_models(const model_file *model, const checkpoint_header *found, FILE *differences)
{
  LOLIGO_TRY(model_file_compare_state(found->used_parameters, model->used.text, differences));
  if (notes_same_lists(found, model)) return LOLIGO_OK;
  if (needs_same_lists(model))
    return loligo_fail(LOLIGO_INPUT_ERROR, "the files that the model lists hold something else now");
  fputs("the files that the models list hold something else\n", differences);
  return LOLIGO_OK;
}

/* Whether the run would write where the state lies. */
static bool lies_in_output(const checkpoint_header *found, const model_file *model)
{
  char *output = realpath(model->settings.output, NULL), *path = realpath(found->path, NULL);
  const size_t n = output ? strlen(output) : 0;
  const bool lies = output && path && strncmp(path, output, n) == 0 && path[n] == '/';
  free(output);
  free(path);
  return lies;
}

static loligo_status check(const model_file *model, const checkpoint_header *found, FILE *differences)
{
  if (lies_in_output(found, model))
    return loligo_fail(LOLIGO_INPUT_ERROR, "it lies in the output directory of this run; choose another by --output");
  if (found->step >= model->settings.duration)
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "it stands at %g ms, where the run is to end; simulation.duration counts from 0 and must be "
                       "longer than that",
                       (double)found->step * found->dt);
  return compare_models(model, found, differences);
}

/* Notes where the run begins, on rank 0 with how the models differ. */
static loligo_status note(const model_file *model, const checkpoint_header *found, branch *branch)
{
  char *differences = NULL;
  size_t size;
  FILE *out = open_memstream(&differences, &size);
  loligo_status status = out ? check(model, found, out) : LOLIGO_OK;
  const bool is_whole = out && fclose(out) == 0;
  if (status == LOLIGO_OK && !is_whole) status = loligo_fail(LOLIGO_MACHINE_ERROR, "out of memory for differences");
  if (status == LOLIGO_OK) {
    const report_origin origin = {found->path, found->digest, found->step, differences};
    char *text = print_note(&origin);
    status = text ? branch_recall(text, branch) : LOLIGO_MACHINE_ERROR;
    memory_free(text);
  }
  free(differences);
  return status == LOLIGO_INPUT_ERROR ? refuse(found->path) : status;
}

static loligo_status fail_empty(const char *from, const checkpoint_header *found)
{
  if (found->refused) return loligo_fail(LOLIGO_MACHINE_ERROR, "--from: no checkpoint of %s is good", from);
  return loligo_fail(LOLIGO_INPUT_ERROR,
                     "--from: %s holds no checkpoint; a run whose model has checkpoint: {} leaves one at its end",
                     from);
}

static loligo_status is_folder(const loligo_context *context, const char *from, bool *folder)
{
  struct stat info;
  int mode[2] = {0};
  if (context->rank == 0) {
    mode[0] = stat(from, &info) == 0;
    mode[1] = mode[0] && S_ISDIR(info.st_mode);
  }
  MPI_Bcast(mode, 2, MPI_INT, 0, context->comm);
  *folder = mode[1];
  return mode[0] ? LOLIGO_OK : loligo_fail(LOLIGO_INPUT_ERROR, "--from: there is no %s", from);
}

static loligo_status find_newest(const loligo_context *context, const char *from, checkpoint_header *found)
{
  char *folder = notes_folder(from);
  loligo_status status = loligo_agree(context, folder ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = checkpoint_newest(context, folder, found);
  memory_free(folder);
  LOLIGO_TRY(status);
  return *found->path ? LOLIGO_OK : fail_empty(from, found);
}

static loligo_status open_named(const loligo_context *context, const char *from, checkpoint_header *found)
{
  char message[1024];
  const loligo_status status = checkpoint_open(context, from, found);
  if (status == LOLIGO_OK) return LOLIGO_OK;
  fault_take_message(message, sizeof message);
  return loligo_fail(status, "--from: %s; give the folder of a result, or one of its checkpoints/step-*.h5", message);
}

loligo_status branch_find(const loligo_context *context, const char *from, const model_file *model,
                          checkpoint_header *found, branch *branch)
{
  bool folder;
  *branch = (struct branch){0};
  LOLIGO_TRY(is_folder(context, from, &folder));
  LOLIGO_TRY(folder ? find_newest(context, from, found) : open_named(context, from, found));
  const bool is_root = context->rank == 0;
  if (!is_root) branch->origin = (report_origin){found->path, found->digest, found->step, ""};
  return loligo_agree(context, is_root ? note(model, found, branch) : LOLIGO_OK);
}

/*
 * Names of a run's checkpoints and of their notes.
 */
#include "run/notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/results/output.h"

char *notes_folder(const char *directory)
{
  return output_path(directory, NOTES_FOLDER);
}

void notes_print_lists(const model_file *model, char digest[NOTES_DIGEST_SIZE])
{
  snprintf(digest, NOTES_DIGEST_SIZE, "%016" PRIx64, model->lists_digest);
}

bool notes_same_lists(const checkpoint_header *checkpoint, const model_file *model)
{
  char digest[NOTES_DIGEST_SIZE];
  const char *noted = checkpoint_note_value(checkpoint, NOTE_LISTS);
  notes_print_lists(model, digest);
  return noted && strcmp(noted, digest) == 0;
}

/** Where the checkpoints of a run lie, and what they note beside the state. Not collective, all of it. */
#ifndef LOLIGO_RUN_NOTES_H
#define LOLIGO_RUN_NOTES_H

#include <stdbool.h>

#include "io/checkpoint/checkpoint.h"
#include "io/model_file/model_file.h"

#define NOTES_FOLDER "checkpoints" /* in the output directory */

/* Names of the notes. */
#define NOTE_SEGMENTS "segments"  /* of output, and their digests */
#define NOTE_LEARNED "learned"    /* epochs, and with how many of them it is done */
#define NOTE_LISTS "listed_files" /* digest of what the files that the model lists hold */
#define NOTE_REVISION "revision"  /* of the program */
#define NOTE_BEGAN "began"        /* where the run began, if not at 0 (branch.h) */

enum { NOTES_DIGEST_SIZE = 24 };

/** DIRECTORY/checkpoints, to be freed by memory_free(); NULL without memory. */
char *notes_folder(const char *directory);

/** The note of the listed files. */
void notes_print_lists(const model_file *model, char digest[NOTES_DIGEST_SIZE]);

/** Whether the files that a model lists hold what those of the run held that wrote a checkpoint. */
bool notes_same_lists(const checkpoint_header *checkpoint, const model_file *model);

#endif

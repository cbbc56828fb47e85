/** A model file, read and resolved: YAML -> network and settings, the same on all ranks. */
#ifndef LOLIGO_IO_MODEL_FILE_H
#define LOLIGO_IO_MODEL_FILE_H

#include "base/long_text.h"
#include "io/model_file/settings.h"
#include "loligo/context.h"
#include "loligo/network.h"

typedef struct model_file {
  loligo_network *network;
  settings settings;
  long_text given; /* the text as the user wrote it; rank 0 alone has the texts, there are none elsewhere */
  long_text used;  /* the same model with everything resolved and filled in: run again it gives the same spikes; no
                      header line */
  char *libraries; /* "PATH DIGEST" of each shared object with models, a line each; "" without */
  char *data;      /* "NAME DIGEST" of each set of samples to learn from, a line each; "" without */
  uint64_t lists_digest; /* hash of the numbers in the files that the model lists, and of these samples */
} model_file;

/**
 * Reads and checks a model file.
 *
 * Collective over the context. Rank 0 alone opens files (the YAML, lists, unit database), resolves units, defaults and
 * names and writes the canonical text; the others get network and settings from it.
 *
 * @param path       of the YAML, "-" for standard input; relative paths inside it refer to its folder
 * @param overrides  [n_overrides] "a.b=value" of --set, in order
 * @param file       filled; free with model_file_free()
 * @return           LOLIGO_OK, or on all ranks LOLIGO_INPUT_ERROR with "path:line:column: what is wrong; how to mend
 * it"
 */
loligo_status model_file_read(const loligo_context *context, const char *path, const char *const *overrides,
                              size_t n_overrides, model_file *file);

/** The same for one process without MPI, for `loligo check`. Not collective. */
loligo_status model_file_read_alone(const char *path, const char *const *overrides, size_t n_overrides,
                                    model_file *file);

void model_file_free(model_file *file);

/** Forgets what is to be recorded, and when the state is to be saved. */
void model_file_mute(model_file *file);

#endif

/*
 * Bytes of the files of a run, from what the model says.
 */
#include "cli/outputs.h"

#include <stdio.h>

#include "base/text.h"
#include "io/checkpoint/plan.h"
#include "io/model_file/recording_kind.h"

void outputs_print_bytes(const char *label, double bytes)
{
  char text[TEXT_BYTES_SIZE];
  text_bytes(bytes, text);
  printf("%-18s %s\n", label, text);
}

/* Old ones go when the new one is good. */
static void print_checkpoints(const model_file *model)
{
  const checkpoint_settings *checkpoint = &model->settings.checkpoint;
  char text[TEXT_BYTES_SIZE];
  if (!checkpoint->enabled) return;
  text_bytes(checkpoint_state_bytes(model->network), text);
  printf("%-18s %s and %d bytes per spike on its way; at most %llu at a time\n", "checkpoint", text,
         CHECKPOINT_FLIGHT_BYTES, (unsigned long long)checkpoint->keep + 1);
}

/* One line for each file whose size is known. */
static void print_each(const model_file *model, const recording_kind *kind, const void *wanted)
{
  char name[RECORDING_FILE_NAME], text[TEXT_BYTES_SIZE];
  double bytes;
  for (size_t i = 0; kind->file_size && kind->file_size(model->network, wanted, i, name, &bytes); i++) {
    text_bytes(bytes, text);
    printf("  %-16s %s\n", name, text);
  }
}

static void print_files(const model_file *model)
{
  const settings *settings = &model->settings;
  const recording_kind *kind;
  char text[RECORDING_SIZE_TEXT];
  for (size_t i = 0; (kind = recording_kind_at(i)); i++) {
    if (!kind->size_label) continue;
    kind->print_size(settings->recorded[i], text);
    if (*text) printf("%-18s %s\n", kind->size_label, text);
    print_each(model, kind, settings->recorded[i]);
  }
}

void outputs_print(const model_file *model)
{
  print_files(model);
  print_checkpoints(model);
}

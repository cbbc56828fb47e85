/*
 * Bytes of the files of a run, from what the model says.
 */
#include "cli/outputs.h"

#include <stdio.h>

#include "base/text.h"
#include "io/checkpoint/plan.h"

static double frames_of(const state_recording *state)
{
  if (state->stop <= state->start) return 0;
  const int64_t frames = (state->stop - state->start - 1) / state->every + 1;
  return (double)frames;
}

static double state_bytes(const settings *settings)
{
  double bytes = 0;
  for (size_t i = 0; i < settings->n_states; i++) {
    const state_recording *state = &settings->states[i];
    double cells = (double)(state->target.last - state->target.first);
    bytes += frames_of(state) * cells * (double)state->n_variables * (state->float64 ? 8 : 4);
  }
  return bytes;
}

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
  text_bytes(checkpoint_field_bytes(model->network), text);
  printf("%-18s %s and %d bytes per spike on its way; at most %llu at a time\n", "checkpoint", text,
         CHECKPOINT_FLIGHT_BYTES, (unsigned long long)checkpoint->keep + 1);
}

void outputs_print(const model_file *model)
{
  outputs_print_bytes("state files", state_bytes(&model->settings));
  printf("%-18s %s\n", "spike file", model->settings.n_spikes ? "16 bytes per recorded spike" : "none");
  print_checkpoints(model);
}

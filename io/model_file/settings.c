/*
 * Settings: freed, and sent from rank 0 to all others by one walk on all (base/stream.h).
 */
#include "io/model_file/settings.h"

#include "base/memory.h"

#define MOVE(stream, value) stream_move((stream), &(value), sizeof(value))

static const char WHAT[] = "settings";

void settings_free(settings *settings)
{
  for (size_t i = 0; settings->states && i < settings->n_states; i++) {
    memory_free(settings->states[i].name);
    memory_free(settings->states[i].variables);
  }
  memory_free(settings->states);
  memory_free(settings->spikes);
  memory_free(settings->connectivity);
  memory_free(settings->partition);
  memory_free(settings->exchange);
  memory_free(settings->output);
  memory_free(settings->coarse_dt);
}

static loligo_status move_text(stream *stream, char **text)
{
  return stream_text(stream, (const char **)text, NULL);
}

static loligo_status move_recording(stream *stream, state_recording *recording)
{
  MOVE(stream, recording->target);
  MOVE(stream, recording->n_variables);
  MOVE(stream, recording->start);
  MOVE(stream, recording->stop);
  MOVE(stream, recording->every);
  MOVE(stream, recording->float64);
  LOLIGO_TRY(move_text(stream, &recording->name));
  return stream_array(stream, (void **)&recording->variables, recording->n_variables, sizeof *recording->variables,
                      WHAT);
}

static loligo_status move_recordings(stream *stream, settings *settings)
{
  MOVE(stream, settings->n_states);
  if (stream->reads) {
    settings->states = memory_allocate(settings->n_states, sizeof *settings->states, WHAT);
    if (!settings->states) return LOLIGO_MACHINE_ERROR;
  }
  for (size_t i = 0; i < settings->n_states; i++) LOLIGO_TRY(move_recording(stream, &settings->states[i]));
  return LOLIGO_OK;
}

static loligo_status move_texts(stream *stream, settings *settings)
{
  LOLIGO_TRY(move_text(stream, &settings->partition));
  LOLIGO_TRY(move_text(stream, &settings->exchange));
  LOLIGO_TRY(move_text(stream, &settings->output));
  return move_text(stream, &settings->coarse_dt);
}

loligo_status settings_transfer(stream *stream, settings *settings)
{
  MOVE(stream, settings->duration);
  MOVE(stream, settings->checkpoint);
  MOVE(stream, settings->watchdog_seconds);
  MOVE(stream, settings->n_spikes);
  MOVE(stream, settings->n_connectivity);
  LOLIGO_TRY(stream_array(stream, (void **)&settings->spikes, settings->n_spikes, sizeof *settings->spikes, WHAT));
  LOLIGO_TRY(stream_array(stream, (void **)&settings->connectivity, settings->n_connectivity,
                          sizeof *settings->connectivity, WHAT));
  LOLIGO_TRY(move_recordings(stream, settings));
  return move_texts(stream, settings);
}

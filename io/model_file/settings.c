/*
 * Settings: freed, and sent from rank 0 to all others by one walk on all (base/stream.h).
 */
#include "io/model_file/settings.h"

#include "base/memory.h"
#include "io/model_file/recording_kind.h"

#define MOVE(stream, value) stream_move((stream), &(value), sizeof(value))

void settings_free_recorded(settings *settings)
{
  for (size_t i = 0; settings->recorded && i < recording_kind_registry.n; i++)
    recording_kind_at(i)->free(settings->recorded[i]);
  memory_free(settings->recorded);
  settings->recorded = NULL;
}

void settings_free(settings *settings)
{
  settings_free_recorded(settings);
  memory_free(settings->partition);
  memory_free(settings->exchange);
  memory_free(settings->output);
  memory_free(settings->coarse_dt);
}

static loligo_status move_text(stream *stream, char **text)
{
  return stream_text(stream, (const char **)text, NULL);
}

static loligo_status move_recorded(stream *stream, settings *settings)
{
  if (stream->reads) {
    settings->recorded = memory_allocate(recording_kind_registry.n, sizeof *settings->recorded, "settings");
    if (!settings->recorded) return LOLIGO_MACHINE_ERROR;
  }
  for (size_t i = 0; i < recording_kind_registry.n; i++)
    LOLIGO_TRY(recording_kind_at(i)->move(stream, &settings->recorded[i]));
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
  MOVE(stream, settings->machine);
  MOVE(stream, settings->checkpoint);
  MOVE(stream, settings->watchdog_seconds);
  LOLIGO_TRY(move_recorded(stream, settings));
  return move_texts(stream, settings);
}

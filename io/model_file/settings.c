/*
 * Settings: freed, and sent from rank 0 to all others by one walk on all (base/stream.h).
 */
#include "io/model_file/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "io/model_file/learning_settings.h"
#include "io/model_file/recording_kind.h"

#define MOVE(stream, value) stream_move((stream), &(value), sizeof(value))

void settings_free_recorded(settings *settings)
{
  for (size_t i = 0; settings->recorded && i < recording_kind_registry.n; i++)
    recording_kind_at(i)->free(settings->recorded[i]);
  memory_free(settings->recorded);
  settings->recorded = NULL;
}

void settings_begin_at(settings *settings, int64_t step)
{
  for (size_t i = 0; settings->recorded && i < recording_kind_registry.n; i++)
    if (recording_kind_at(i)->begin_at) recording_kind_at(i)->begin_at(settings->recorded[i], step);
}

void settings_free(settings *settings)
{
  settings_free_recorded(settings);
  for (uint64_t i = 0; settings->data && i < settings->n_data; i++) dataset_free(&settings->data[i]);
  memory_free(settings->data);
  learning_settings_free(settings->learning);
  memory_free(settings->partition);
  memory_free(settings->exchange);
  memory_free(settings->output);
  memory_free(settings->warnings);
  memory_free(settings->draw_warnings);
}

loligo_status settings_warn(char **warnings, const char *format, ...)
{
  enum { WARNING_BYTES = 1024 };
  char warning[WARNING_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(warning, sizeof warning, format, arguments);
  va_end(arguments);
  if (*warnings && strstr(*warnings, warning)) return LOLIGO_OK;
  size_t capacity = 0;
  const size_t n = *warnings ? strlen(*warnings) : 0, added = strlen(warning) + strlen("\n");
  char *lines = NULL;
  LOLIGO_TRY(memory_grow((void **)&lines, &capacity, n + added + 1, 1, "warnings"));
  snprintf(lines, capacity, "%s%s\n", n ? *warnings : "", warning);
  memory_free(*warnings);
  *warnings = lines;
  return LOLIGO_OK;
}

static loligo_status move_text(stream *stream, char **text)
{
  return stream_text(stream, (const char **)text, NULL);
}

static loligo_status move_recorded(stream *stream, settings *settings)
{
  bool any = settings->recorded != NULL;
  stream_move(stream, &any, sizeof any);
  if (!any) return LOLIGO_OK;
  if (stream->reads) {
    settings->recorded = memory_allocate(recording_kind_registry.n, sizeof *settings->recorded, "settings");
    if (!settings->recorded) return LOLIGO_MACHINE_ERROR;
  }
  for (size_t i = 0; i < recording_kind_registry.n; i++)
    LOLIGO_TRY(recording_kind_at(i)->move(stream, &settings->recorded[i]));
  return LOLIGO_OK;
}

/* Samples stay on rank 0. */
static loligo_status move_data(stream *stream, settings *settings)
{
  MOVE(stream, settings->n_data);
  if (!stream->reads) return LOLIGO_OK;
  settings->data = memory_allocate(settings->n_data, sizeof *settings->data, "settings");
  return settings->data ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static loligo_status move_texts(stream *stream, settings *settings)
{
  LOLIGO_TRY(move_text(stream, &settings->partition));
  LOLIGO_TRY(move_text(stream, &settings->exchange));
  LOLIGO_TRY(move_text(stream, &settings->output));
  LOLIGO_TRY(move_text(stream, &settings->warnings));
  return move_text(stream, &settings->draw_warnings);
}

loligo_status settings_transfer(stream *stream, settings *settings)
{
  MOVE(stream, settings->duration);
  MOVE(stream, settings->machine);
  MOVE(stream, settings->energy);
  MOVE(stream, settings->checkpoint);
  MOVE(stream, settings->watchdog_seconds);
  LOLIGO_TRY(move_recorded(stream, settings));
  LOLIGO_TRY(move_data(stream, settings));
  LOLIGO_TRY(learning_settings_move(stream, &settings->learning));
  return move_texts(stream, settings);
}

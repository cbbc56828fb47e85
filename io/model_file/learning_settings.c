/*
 * Numbers go as they are; what lies in a registry goes by its name, as addresses differ between processes.
 */
#include "io/model_file/learning_settings.h"

#include "base/memory.h"

static loligo_status move_entry(stream *stream, const registry *registry, const void **entry)
{
  const char *name = stream->reads || !*entry ? NULL : ((const registry_entry *)*entry)->name;
  LOLIGO_TRY(stream_text(stream, &name, NULL));
  if (!stream->reads) return LOLIGO_OK;
  *entry = name ? registry_find(registry, name) : NULL;
  memory_free((void *)name);
  return LOLIGO_OK;
}

static loligo_status move_task(stream *stream, learn_task *task)
{
  return move_entry(stream, &loss_registry, (const void **)&task->loss);
}

static loligo_status move_lists(stream *stream, learn_settings *settings)
{
  LOLIGO_TRY(stream_array(stream, (void **)&settings->tasks, settings->n_tasks, sizeof *settings->tasks, "losses"));
  for (size_t i = 0; i < settings->n_tasks; i++) LOLIGO_TRY(move_task(stream, &settings->tasks[i]));
  LOLIGO_TRY(stream_array(stream, (void **)&settings->rate_epochs, settings->n_rate_epochs,
                          sizeof *settings->rate_epochs, "epochs"));
  return stream_array(stream, (void **)&settings->stages, settings->n_stages, sizeof *settings->stages,
                      "stages of learning");
}

/* Of the settings that are read, pointers are those of another process until all are moved. */
static loligo_status move_parts(stream *stream, learn_settings *settings)
{
  const learn_settings own = *settings;
  stream_move(stream, settings, sizeof *settings);
  settings->method = own.method;
  settings->environment = own.environment;
  settings->surrogate = own.surrogate;
  settings->optimiser = own.optimiser;
  settings->tasks = own.tasks;
  settings->rate_epochs = own.rate_epochs;
  settings->stages = own.stages;
  LOLIGO_TRY(move_entry(stream, &learn_method_registry, (const void **)&settings->method));
  LOLIGO_TRY(move_entry(stream, &environment_registry, (const void **)&settings->environment));
  LOLIGO_TRY(move_entry(stream, &surrogate_registry, (const void **)&settings->surrogate));
  LOLIGO_TRY(move_entry(stream, &optimiser_registry, (const void **)&settings->optimiser));
  return move_lists(stream, settings);
}

loligo_status learning_settings_move(stream *stream, learn_settings **settings)
{
  bool is_there = *settings != NULL;
  stream_move(stream, &is_there, sizeof is_there);
  if (!is_there) return LOLIGO_OK;
  if (stream->reads) {
    *settings = memory_allocate(1, sizeof **settings, "settings of learning");
    if (!*settings) return LOLIGO_MACHINE_ERROR;
    **settings = (learn_settings){.method = NULL};
  }
  return move_parts(stream, *settings);
}

void learning_settings_free(learn_settings *settings)
{
  if (settings) learn_settings_free(settings);
  memory_free(settings);
}

/*
 * What a model file says of learning.
 */
#include "learn/settings.h"

#include "base/memory.h"

void learn_settings_free(learn_settings *settings)
{
  memory_free(settings->tasks);
  memory_free(settings->rate_epochs);
  memory_free(settings->stages);
  *settings = (learn_settings){.method = NULL};
}

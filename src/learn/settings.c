/*
 * What a model file says of learning.
 */
#include "learn/settings.h"

#include "base/memory.h"

bool learn_settings_lack_surrogate(const learn_settings *settings, const loligo_adjoint *adjoint)
{
  return adjoint->has_threshold && !adjoint->has_surrogate && !settings->surrogate &&
         (settings->ramp || !settings->method->acts);
}

void learn_settings_free(learn_settings *settings)
{
  memory_free(settings->tasks);
  memory_free(settings->rate_epochs);
  memory_free(settings->stages);
  *settings = (learn_settings){.method = NULL};
}

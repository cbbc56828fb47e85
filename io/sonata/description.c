#include "io/sonata/description.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/mistakes.h"

enum { MESSAGE_BYTES = 1024 };

void description_free(description *made)
{
  for (size_t i = 0; made->shapes && i < made->circuit->parts.n; i++) cell_shape_free(&made->shapes[i]);
  memory_free(made->ids);
  memory_free(made->shapes);
}

loligo_status description_blame(const char *path, const char *name, loligo_status status)
{
  char message[MESSAGE_BYTES];
  if (status != LOLIGO_INPUT_ERROR || mistakes_is_told(status)) return status;
  fault_take_message(message, sizeof message);
  return loligo_fail(status, "%s: %s: %s", path, name, message);
}

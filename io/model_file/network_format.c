/*
 * The formats of networks: one line each.
 */
#include "io/model_file/network_format.h"

#define FORMATS(X) X(network_format, sonata)

REGISTRY(network_format, "network format", FORMATS);

const network_format *network_format_of_run(const char *path, const char *text)
{
  const network_format *format;
  for (size_t i = 0; (format = network_format_at(i)); i++)
    if (format->tells_run && format->tells_run(path, text)) return format;
  return NULL;
}

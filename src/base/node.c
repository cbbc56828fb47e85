/*
 * Ranks that can share memory are on one machine.
 */
#include "base/node.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

MPI_Comm node_ranks(const loligo_context *context)
{
  MPI_Comm node;
  MPI_Comm_split_type(context->comm, MPI_COMM_TYPE_SHARED, context->rank, MPI_INFO_NULL, &node);
  return node;
}

node_place node_place_of(const loligo_context *context)
{
  MPI_Comm node = node_ranks(context);
  node_place place;
  MPI_Comm_rank(node, &place.rank);
  MPI_Comm_size(node, &place.size);
  MPI_Comm_free(&node);
  return place;
}

void node_processor_name(char *text, size_t size)
{
  static const char key[] = "model name";
  const char *why;
  char line[256];
  FILE *file = file_stream("/proc/cpuinfo", &why);
  *text = '\0';
  while (file && !*text && fgets(line, sizeof line, file)) {
    const char *colon = strncmp(line, key, sizeof key - 1) == 0 ? strchr(line, ':') : NULL;
    if (colon) snprintf(text, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
  }
  if (file) fclose(file);
}

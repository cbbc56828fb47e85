/**
 * A format in which others keep networks: what may stand under `network`, and whose own files may be run in place of a
 * model file. A format is one folder of io, and one line in network_format.c.
 */
#ifndef LOLIGO_IO_NETWORK_FORMAT_H
#define LOLIGO_IO_NETWORK_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/registry.h"
#include "base/stream.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/param.h"
#include "network/edge_list.h"

struct model_reader;

/** A run as its format tells it, as the sections of a model file. */
typedef struct network_run {
  tree_node *root;
  char *warnings; /* as in settings.h; owned */
  void *kept;     /* what places in the tree refer to */
} network_run;

typedef struct network_format {
  const char *name, *summary;
  const loligo_param_table *keys;
  const registry *models; /* whose names are its names of models; NULL: it has none of its own */

  /* Hooks; none but move() is collective. */

  /** Whether a file tells a run in this format, by its name and its text. */
  bool (*tells_run)(const char *path, const char *text);

  /**
   * Reads such a file.
   *
   * @param overrides  [n] "a.b=value" of --set, by the keys of the format
   * @param run        filled; free_run() also after a failure
   * @return           INPUT with the place of what is wrong, or cannot be done
   */
  loligo_status (*read_run)(const char *path, const char *const *overrides, size_t n, network_run *run);
  void (*free_run)(network_run *run);

  /**
   * Adds the populations and projections of the network that a mapping names, which becomes canonical: read again, it
   * gives the same network. Files that are read are noted (listed_files.h). Edges may stay unknown
   * (network/edge_list.h).
   *
   * @return  INPUT with the place of a key, and of what is wrong in a file the place there; MACHINE without memory
   */
  loligo_status (*read)(struct model_reader *reader, tree_node *mapping);

  /** Sends what a source of edges is made from, or makes the same of what is read. Collective, as the stream. */
  loligo_status (*move)(stream *stream, edge_source *source);
} network_format;

REGISTRY_OF(network_format);

/** The format that a file tells a run in, or NULL: it is a model file. */
const network_format *network_format_of_run(const char *path, const char *text);

#endif

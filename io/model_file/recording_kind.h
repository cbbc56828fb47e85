/**
 * What may be recorded: one key of `record` each. A kind is one file in io/recording and one line in its registry.c.
 */
#ifndef LOLIGO_IO_RECORDING_KIND_H
#define LOLIGO_IO_RECORDING_KIND_H

#include <stdint.h>

#include "base/registry.h"
#include "base/stream.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/network.h"
#include "loligo/param.h"

struct model_reader;
struct result_writer;

enum { RECORDING_SIZE_TEXT = 64, RECORDING_FILE_NAME = 4096 };

typedef struct recording_kind {
  const char *name, *summary;        /* the key; what stands there */
  const char *fallback;              /* of the key */
  const loligo_param_table *entries; /* of the mappings by name that stand there; NULL: there are none */

  /* Hooks, in the order of their calls. None but move() is collective. */

  /**
   * 1. Reads what is wanted into *wanted, which is NULL before; the node, which is never NULL, becomes canonical. INPUT
   * error with the node's place, or MACHINE without memory.
   */
  loligo_status (*read)(const struct model_reader *reader, tree_node *node, void **wanted);

  /** 2. Sends what was read, or makes the same of what is read (base/stream.h). Collective, as the stream. MACHINE
   * without memory, for this rank alone. */
  loligo_status (*move)(stream *stream, void **wanted);

  /** 3. Forgets what there was to record before a step, where a run begins later than at 0; NULL: nothing was. */
  void (*begin_at)(void *wanted, int64_t step);

  /** 4. Prints how large its files will be, under a label, for `loligo check`. Both NULL, or
   * an empty text: nothing is said. */
  const char *size_label;
  void (*print_size)(const void *wanted, char text[RECORDING_SIZE_TEXT]);

  /** Name of the i-th file and bytes of its numbers, false behind the last; NULL where they are not known before. */
  bool (*file_size)(const loligo_network *network, const void *wanted, size_t i, char name[RECORDING_FILE_NAME],
                    double *bytes);

  /**
   * 5. Bytes that a run of so many seconds of model time is expected to write, where the cells of each population fire
   * at rates[populations] Hz (NULL: at MACHINE_RATE). NULL: what is written once, at the begin.
   */
  double (*bytes)(const void *wanted, const loligo_network *network, const double *rates, double seconds);

  /** 6. How it is written (io/results/result_writer.h). */
  const struct result_writer *writer;

  /** 7. Frees what read() or move() made, also where that failed; NULL is allowed. */
  void (*free)(void *wanted);
} recording_kind;

REGISTRY_OF(recording_kind);

/**
 * The rows of `record`, the i-th of which is that of the i-th kind. Not collective.
 *
 * @param rows  [recording_kind_registry.n] filled; the table refers to them
 */
loligo_param_table recording_kind_rows(loligo_param *rows);

#endif

/** Populations of nodes: their types, and what single nodes have of their own. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_NODES_H
#define LOLIGO_IO_SONATA_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/sonata/types.h"
#include "loligo/status.h"

/** Ids of groups are below this. */
enum { NODES_MOST_GROUPS = 1024 };

/** Nodes 0 ... n - 1 of one population. */
typedef struct node_population {
  char *name;              /* owned, as all arrays */
  const char *path;        /* of its file */
  const type_table *types; /* of its file */
  uint64_t n;
  uint32_t *type;  /* [n] rows of types */
  uint32_t *group; /* [n] of those with attributes of their own; NULL: there are none */
  uint64_t *row;   /* [n] in its group */
} node_population;

typedef struct node_populations {
  node_population *items; /* [n] owned */
  size_t n, capacity;
} node_populations;

/**
 * Adds the populations of a file, in the order of their names.
 *
 * @param path   of a nodes.h5, as it is called in messages; outlives the populations, as the types do
 * @param types  of all of its nodes
 * @return       INPUT with file, dataset and row for what is not as it must be, a type that the table lacks, ids that
 *               are not 0 ... n - 1; a population that is there already
 */
loligo_status nodes_add(node_populations *populations, const char *path, const type_table *types);

void nodes_free(node_populations *populations);

/** The population of a name, or NULL. */
const node_population *nodes_find(const node_populations *populations, const char *name);

/**
 * What an attribute is for each node: its own, or that of its type, where these are numbers.
 *
 * @param own     path of the nodes' own within their groups, as "tuning_angle" or "dynamics_params/tau_m"
 * @param column  of the types; NULL: none
 * @param values  [n] filled; NAN where it is not given
 * @return        INPUT with file and row for what is no finite number
 */
loligo_status nodes_numbers(const node_population *nodes, const char *own, const char *column, double *values);

/** Whether nodes have such a number of their own. */
loligo_status nodes_have(const node_population *nodes, const char *own, bool *found);

/** The names of the numbers that nodes have of their own below a path in their groups, as "dynamics_params": `visit`
 * gets each, where several groups have it several times. */
loligo_status nodes_own_names(const node_population *nodes, const char *below,
                              loligo_status (*visit)(void *self, const char *name), void *self);

/** INPUT "file: what is wrong", from a MACHINE error of io/hdf5; other statuses pass. */
loligo_status nodes_blame_file(loligo_status status);

#endif

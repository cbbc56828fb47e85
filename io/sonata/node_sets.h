/** Node sets: names, filters and lists by which a configuration chooses nodes. Not collective, all of it. */
#ifndef LOLIGO_IO_SONATA_NODE_SETS_H
#define LOLIGO_IO_SONATA_NODE_SETS_H

#include "io/sonata/circuit.h"
#include "io/sonata/config.h"

typedef struct node_sets {
  const sonata_circuit *circuit; /* with its nodes and their templates */
  const tree_node *named;        /* mapping of sets by name; NULL: there are none */
  const tree_node *of_file;      /* more of them; NULL: none */
  tree_node *read;               /* what the file holds; owned */
  char *path;                    /* of the file; owned */
} node_sets;

/** Finds the named sets of a configuration, reading the file that it names as node_sets_file; node_sets_free() also
 * after a failure. */
loligo_status node_sets_open(const sonata_config *config, const sonata_circuit *circuit, node_sets *sets);

void node_sets_free(node_sets *sets);

/** Which nodes are meant. */
typedef enum node_kind { NODES_VIRTUAL, NODES_WITH_MODEL } node_kind;

/**
 * The nodes of a set, of one kind, as selections of populations ("v1", "v1[0:10,20]"), scalars in a list.
 *
 * @param node  of the configuration: the name of a set or of a population, "all", a mapping of filters (population,
 *              node_id, any attribute of nodes or their types, each a value or a list), a list of ids, or of names
 * @param list  receives them, at that node's place; tree_free()
 * @return      INPUT with the place of a name that is not known, a filter that no node has, or where no node is chosen
 */
loligo_status node_sets_select(const node_sets *sets, node_kind kind, const tree_node *node, tree_node **list);

#endif

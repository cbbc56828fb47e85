/**
 * Populations of nodes as populations of the network: one each, or, of biophysical cells, whose shapes differ, one for
 * each type. Not collective, all of it.
 */
#ifndef LOLIGO_IO_SONATA_PARTS_H
#define LOLIGO_IO_SONATA_PARTS_H

#include "io/sonata/nodes.h"

typedef struct node_part {
  size_t nodes;  /* population of nodes */
  size_t type;   /* row of its types; TYPES_NONE: of all of them */
  char *name;    /* in the network; owned */
  uint64_t n;    /* nodes */
  uint64_t *ids; /* [n] ascending; NULL: all nodes of the population; owned */
} node_part;

/** Where a node is. */
typedef struct node_place {
  uint32_t part;
  uint32_t index; /* in it */
} node_place;

typedef struct node_parts {
  node_part *items; /* [n] owned; those of a population follow each other, in the order of its types in the file */
  size_t n, capacity;
  size_t *first;       /* [populations + 1] owned */
  node_place **places; /* [populations][nodes] NULL: the population is one part; owned */
  size_t n_populations;
} node_parts;

/** Divides populations: those for which by_type[populations] is set. MACHINE without memory; parts_free() also then. */
loligo_status parts_make(const node_populations *populations, const bool *by_type, node_parts *parts);

void parts_free(node_parts *parts);

/** The place of a node, which there is. */
node_place parts_place(const node_parts *parts, size_t population, uint64_t node);

/** The id of node `index` of a part. */
static inline uint64_t part_node(const node_part *part, uint64_t index)
{
  return part->ids ? part->ids[index] : index;
}

#endif

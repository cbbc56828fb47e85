/**
 * A circuit: populations of nodes with their models, and of edges with their types, as its files have them. What is as
 * large as all edges stays in the files. Not collective, all of it.
 */
#ifndef LOLIGO_IO_SONATA_CIRCUIT_H
#define LOLIGO_IO_SONATA_CIRCUIT_H

#include <limits.h>

#include "io/sonata/components.h"
#include "io/sonata/edges.h"
#include "io/sonata/nodes.h"
#include "io/sonata/parts.h"
#include "io/sonata/template.h"
#include "io/sonata/types.h"

/** The edges between two populations. */
typedef struct circuit_edges {
  const char *name, *path; /* of the population, of the file; in the pool */
  const type_table *types;
  size_t source, target; /* populations of nodes */
  edge_type *of_type;    /* [types->n] by ascending id; owned */
} circuit_edges;

/** Folders of components: dynamics_params of nodes and of edges, properties of biophysical cells, reconstructions. */
enum { CIRCUIT_NODES, CIRCUIT_EDGES, CIRCUIT_CELLS, CIRCUIT_MORPHOLOGIES, CIRCUIT_FOLDERS };

typedef struct sonata_circuit {
  const char *folders[CIRCUIT_FOLDERS]; /* NULL: none is named; in the pool */
  type_table **tables;                  /* [n_tables] owned, as all arrays */
  size_t n_tables, tables_capacity;
  components components;
  node_populations nodes;
  const sonata_template **templates; /* [nodes.n] NULL: sources of given spikes; of biophysical cells any of theirs */
  node_parts parts;
  circuit_edges *edges; /* [n_edges] */
  size_t n_edges, edges_capacity;
  pool pool;
} sonata_circuit;

/** Names of the folders in a configuration. */
extern const char *const circuit_folder_names[CIRCUIT_FOLDERS];

/** Names a folder. MACHINE without memory. */
loligo_status circuit_set_folder(sonata_circuit *circuit, int which, const char *folder);

/** Adds the populations of a file. INPUT as nodes_add() and types_read(). */
loligo_status circuit_add_nodes(sonata_circuit *circuit, const char *nodes_file, const char *types_file);

/** Finds the models, once all nodes are there, and divides populations. INPUT with file and line for one that is not
 * there, and where a population has several. */
loligo_status circuit_find_templates(sonata_circuit *circuit);

/** Adds the populations of a file, behind that. INPUT with file, row or line for what is not as it must be, or cannot
 * be done. */
loligo_status circuit_add_edges(sonata_circuit *circuit, const char *edges_file, const char *types_file);

void circuit_free(sonata_circuit *circuit);

/** Whether the nodes of a population are biophysical cells. */
static inline bool circuit_is_biophysical(const sonata_circuit *circuit, size_t nodes)
{
  return circuit->templates[nodes] && circuit->templates[nodes]->cell != TEMPLATE_POINT;
}

/** The template of a type of nodes, which was found. */
const sonata_template *circuit_template(const type_table *types, size_t row);

/** The path of a file that a row of a table names, in one of the folders. INPUT where that is not named. */
loligo_status circuit_path(const sonata_circuit *circuit, int folder, const type_table *types, size_t row,
                           const char *file, char path[PATH_MAX]);

/** The dynamics_params that a row of a table names; *params is NULL where it names none. INPUT where they are not
 * there. */
loligo_status circuit_params(sonata_circuit *circuit, int which, const type_table *types, size_t row,
                             const tree_node **params);

/** Whether edges onto a population of nodes name their receptors, and by which numbers: the lowest, and the highest, 0
 * where there are none. INPUT with file and line where there are more than two. */
loligo_status circuit_receptors(const sonata_circuit *circuit, size_t target, uint32_t receptors[2]);

#endif

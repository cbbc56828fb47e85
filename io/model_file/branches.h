/** Names of branches of dendrites, which only a model file knows: all else goes by the numbers of compartments. Not
 * collective, all of it. */
#ifndef LOLIGO_IO_BRANCHES_H
#define LOLIGO_IO_BRANCHES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"
#include "io/morphology/cell.h"
#include "io/yaml/yaml_tree.h"

/** For the help of keys that name compartments. */
#define COMPARTMENTS_HELP                                                                                              \
  "soma, \"apical[7]\", \"dend3(0.5)\" (at a place), apical (all of that name), or a list of these"

/** Branches that are alike, or one section of a reconstruction. */
typedef struct branch {
  const char *name; /* in the pool */
  size_t count;     /* there are NAME0 ... NAME(count - 1); 0: one that is called NAME */
  size_t n;         /* compartments of each */
  size_t first;     /* number of the first compartment of the first of them */
  const char *type; /* of a section: what all of its type are called; NULL: a branch; static */
  size_t section;   /* of a section: its number in SONATA files (sec_id) */
} branch;

/** Those of a population's cells, in the order of the compartments. */
typedef struct branch_list {
  size_t population;
  branch *branches; /* [n] */
  size_t n, capacity;
  bool is_shape; /* they are the sections of a reconstruction */
} branch_list;

/** Of all populations that have some. Zeroed it is empty. */
typedef struct branch_names {
  branch_list *lists; /* [n] */
  size_t n, capacity;
  pool names;
} branch_names;

/** Compartments one behind the other. */
typedef struct compartment_span {
  size_t first, n;
} compartment_span;

/** An empty list for a population, to be filled by branches_add(); NULL after loligo_fail(). It moves when the next is
 * begun. */
branch_list *branches_begin(branch_names *table, size_t population);

/** Adds branches, `name` copied, behind those that there are; *span receives their compartments. MACHINE. */
loligo_status branches_add(branch_names *table, branch_list *list, branch added, compartment_span *span);

/** Names the sections of a reconstruction: soma, dend0, dend1, ...; `dend` is all of these. MACHINE. */
loligo_status branches_of_shape(branch_names *table, size_t population, const cell_shape *shape);

/** Those of a population; an empty list where it has none. */
const branch_list *branches_of(const branch_names *table, size_t population);

/** Compartments that a scalar names: the soma (number 0), one of a branch, by number or place, all of a branch, all of
 * like branches. INPUT error with its place where there are none of that name. */
loligo_status branches_find(const branch_list *list, const tree_node *name, compartment_span *span);

/** The same as a list, compartments[*n] ascending within each branch, for memory_free(): also where it names all
 * sections of a type. */
loligo_status branches_list(const branch_list *list, const tree_node *name, size_t **compartments, size_t *n);

/** The section, by its number in SONATA files, and the place in it, that compartment c of a reconstruction is; *place 0
 * and number 0 of the soma alone. */
size_t branches_section(const branch_list *list, size_t c, double *place);

/** Whether a branch, or one of like branches, would be called so; only the first n_bytes of `name` count. */
bool branch_is_called(const branch *branch, const char *name, size_t n_bytes, compartment_span *span);

void branches_free(branch_names *table);

#endif

/**
 * Named parameters of a model file, and the expressions that they stand in. Not collective, all of it.
 */
#ifndef LOLIGO_IO_PARAMETERS_H
#define LOLIGO_IO_PARAMETERS_H

#include "base/name_table.h"
#include "io/model_file/settings.h"
#include "io/yaml/yaml_tree.h"

/** How far parameters may be defined by others that are defined by others. */
enum { PARAMETERS_MAX_CHAIN = 64 };

/** What is known of the parameters of a model; zeroed there are none. */
typedef struct parameters {
  const tree_node *mapping; /* [n] children, or NULL */
  name_table numbers;       /* by name */
  unsigned char *state;     /* [n] owned */
  size_t chain[PARAMETERS_MAX_CHAIN];
  size_t n_chain;    /* those being worked out, each for the one before it */
  bool is_placed;    /* the message of the current failure has its place */
  bool has_formulas; /* an expression was met */
} parameters;

/**
 * Works the parameters out; their nodes hold the values then. parameters_close() also after a failure.
 *
 * @param mapping  by name: numbers with or without a unit, or expressions; outlives `set`; NULL: no parameters
 * @return         INPUT error, told, for names that cannot be used, wrong values, cycles
 */
loligo_status parameters_open(parameters *set, tree_node *mapping);

/** Puts what they come to in place of the expressions below a node; `label` names it in messages. Mistakes are kept
 * (base/mistakes.h), and their nodes know it. MACHINE without memory or a database of units. */
loligo_status parameters_apply(parameters *set, const char *label, tree_node *node);

/** Adds a warning for each parameter that no expression has named, where there are expressions. MACHINE without memory.
 */
loligo_status parameters_warn(const parameters *set, settings *settings);

void parameters_close(parameters *set);

/** override_apply(), where name=value stands for parameters.name=value if there is such a parameter. */
loligo_status parameters_override(tree_node *root, const char *override);

#endif

/** Single values of the model file: each is checked and its text made canonical. Not collective, all of it. */
#ifndef LOLIGO_IO_VALUE_H
#define LOLIGO_IO_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/param.h"
#include "io/yaml/yaml_tree.h"

/** What a value is to be. */
typedef struct value_form {
  const char *label;       /* its name in messages */
  const char *unit;        /* base unit of a number */
  const loligo_param *row; /* range and choices */
} value_form;

/** INPUT error, told already where the node says so, unless the node is a scalar, a list, a mapping (a null scalar
 * becomes an empty one). */
loligo_status value_expect_text(const char *label, const tree_node *node);
loligo_status value_expect_list(const char *label, tree_node *node);
loligo_status value_expect_mapping(const char *label, tree_node *node);

/** A number in `unit`, of any size. */
loligo_status value_number(const char *label, const char *unit, tree_node *node, double *number);

/** A number in the row's range. */
loligo_status value_in_range(const value_form *form, tree_node *node, double *number);

/** A whole number >= 0, or > 0 where the row says so; exact to 64 bits. */
loligo_status value_whole(const value_form *form, tree_node *node, uint64_t *whole);

/** true, yes, on, or their opposites. */
loligo_status value_truth(const value_form *form, tree_node *node, bool *truth);

/** Number of one of the row's choices; `where` stands in the message about an unknown one. */
loligo_status value_choice(const value_form *form, const char *where, const tree_node *node, int *choice);

#endif

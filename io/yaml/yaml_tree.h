/**
 * A YAML text as a tree of nodes that know where they stand. Not collective, all of it.
 *
 * Aliases are resolved to copies and merge keys (<<) are merged, so that a tree has one owner and no sharing; these
 * copies together hold at most TREE_MAX_COPIED nodes. Names and values are kept as text: what a scalar means is decided
 * by the parameter table that reads it.
 */
#ifndef LOLIGO_IO_YAML_TREE_H
#define LOLIGO_IO_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/long_text.h"
#include "loligo/status.h"

enum { TREE_MAX_COPIED = 10000000 };

/** Where a node stands; its origin outlives the tree. */
typedef fault_place tree_mark;

typedef enum tree_kind { TREE_SCALAR, TREE_LIST, TREE_MAPPING } tree_kind;

typedef struct tree_node tree_node;
struct tree_node {
  tree_kind kind;
  tree_mark mark;
  char *key; /* under which a mapping holds this node, else NULL */
  tree_mark key_mark;
  char *text;           /* of a scalar, else NULL */
  bool quoted;          /* the scalar was not plain: "null" in quotes is a text */
  bool is_told;         /* wrong, which is told already (base/mistakes.h) */
  bool is_verbatim;     /* the text stands at its mark as it is, behind one quote where quoted */
  tree_node **children; /* [n] of a list or mapping */
  size_t n, capacity;
  size_t rank; /* among its siblings, of tree_order() */
  union {
    struct name_table *names; /* positions of the children of a large mapping by their keys, else NULL */
    struct {
      double *numbers; /* [n_numbers] values of a list that was decoded, else NULL */
      size_t n_numbers;
    };
    char *formula; /* what the text of a scalar was worked out from, else NULL */
  };
};

/**
 * Parses one YAML document.
 *
 * @param mark  of its first character; with line 0 all nodes get this mark as it is
 * @param root  the tree, free with tree_free(); an empty text is an empty plain scalar
 * @return      INPUT error with place for wrong syntax, duplicate keys, keys that are no scalars, aliases that copy too
 * much, more than one document; where mistakes are kept (base/mistakes.h) duplicate keys are, and the first one counts
 */
loligo_status tree_parse(const char *text, tree_mark mark, tree_node **root);

/** The same for a text that is part of a line: what is missing at its end is missing at its beginning. */
loligo_status tree_parse_line(const char *text, tree_mark mark, tree_node **root);

void tree_free(tree_node *node);

/** A block list of a text, to be made nodes of piece by piece. */
typedef struct tree_stretch {
  long_text items;    /* that it is made of, in the form of yaml_parse.c; without text: there is no list */
  const char *origin; /* of marks */
} tree_stretch;

void tree_stretch_free(tree_stretch *list);

/**
 * tree_parse(), but what stands in a block list under `key` of the outermost mapping is left out, and *list has it: as
 * nodes it would take thirty times the memory of its text. A list of another form, or with anchors or aliases, stays in
 * the tree, and *list is empty.
 *
 * @param list  for tree_stretch_free(); empty after a failure
 */
loligo_status tree_parse_around(const char *text, tree_mark mark, const char *key, tree_stretch *list,
                                tree_node **root);

/** Takes over a node, and may fail. */
typedef loligo_status (*tree_sink)(void *self, tree_node *node);

/** Makes nodes of the elements of a list that was left out and hands them over, one after the other. */
loligo_status tree_parse_elements(const tree_stretch *list, tree_sink sink, void *self);

/** A node without parent; NULL after loligo_fail(). `text` of a scalar is copied, else NULL. */
tree_node *tree_create(tree_kind kind, const char *text, tree_mark mark);

/** Deep copy without key; NULL after loligo_fail(). */
tree_node *tree_copy(const tree_node *node);

/** Appends `child` to a list (key NULL) or mapping, which owns it then, even after a failure. */
loligo_status tree_add(tree_node *parent, const char *key, tree_mark key_mark, tree_node *child);

/** Child of a mapping by key, or NULL. */
tree_node *tree_find(const tree_node *mapping, const char *key);

/** Takes a child out of a mapping; it is the caller's then. */
void tree_take(tree_node *mapping, tree_node *child);

/** Orders the children of a mapping by what `rank` says of their keys. */
void tree_order(tree_node *mapping, size_t (*rank)(const void *self, const char *key), const void *self);

/** Nodes of a tree, itself included. */
size_t tree_size(const tree_node *node);

/** Puts `text` (copied) in place of a scalar's own. */
loligo_status tree_set_text(tree_node *scalar, const char *text);

/** The same for what a scalar's own text comes to, which is kept as its formula. */
loligo_status tree_set_result(tree_node *scalar, const char *text);

/** Where byte `at` of a scalar's text stands, or the scalar where that is not known. */
tree_mark tree_mark_within(const tree_node *scalar, size_t at);

/** Makes `target` (a node of any kind) hold the content and mark of `source`, which is freed; key and place stay. */
void tree_replace(tree_node *target, tree_node *source);

/** True for a plain scalar that says nothing: empty, ~ or null. */
bool tree_is_null(const tree_node *node);

/** INPUT error "file:line:column: ..." or "--set a.b=value: ...". */
loligo_status tree_fail(tree_mark mark, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Puts the place, and "label: " unless NULL, before the message of an INPUT error; passes any other status through,
 * and one that is told already (base/mistakes.h). */
loligo_status tree_locate(tree_mark mark, const char *label, loligo_status status);

/** Says behind the message of an INPUT error what formula a node's text was worked out from, if it was. */
loligo_status tree_explain(const tree_node *node, loligo_status status);

/** tree_locate() and tree_explain() at the node below `mapping` whose key or text the message names first, or else at
 * `mapping`. */
loligo_status tree_blame(const tree_node *mapping, loligo_status status);

#endif

/**
 * The one walk over parameter tables that reads the model file. Not collective, all of it.
 *
 * Reading a mapping also makes it canonical: each value becomes its resolved text in the base unit, absent keys appear
 * with their defaults, keys stand in the order of the tables. What was read is thus what is written into the used
 * parameters.
 */
#ifndef LOLIGO_IO_DECODE_H
#define LOLIGO_IO_DECODE_H

#include "base/param.h"
#include "base/registry.h"
#include "io/model_file/value.h"
#include "io/yaml/yaml_tree.h"
#include "loligo/distribution.h"

/** Rows enough for the sections of a model file; those of a neuron model may be more. */
enum { DECODE_MAX_ROWS = 64, DECODE_MAX_TABLES = 4 };

/** Who reads {file: ...}, which gives each cell a value, or {distance: ...}. INPUT where it is wrong; the numbers
 * belong to the mapping. */
typedef struct decode_source {
  loligo_status (*read)(const void *self, const value_form *form, tree_node *mapping, loligo_distribution *values);
  const void *self;
} decode_source;

/** What a mapping may hold: the rows of all tables taken together. */
typedef struct decode_form {
  const char *what;   /* "projection": for messages */
  const char *prefix; /* key that the rows belong to, put before theirs in messages; NULL for none */
  loligo_param_table tables[DECODE_MAX_TABLES];
  size_t n_tables;
  const char *unit;               /* of rows without their own; NULL: not known yet, such rows stay unread */
  bool laws;                      /* LOLIGO_PARAM_REAL rows may be distributions */
  bool is_partial;                /* which rows there are is not known: none is missed */
  const decode_source *files;     /* reads what is in a file in place of a distribution; NULL: nothing may be */
  const decode_source *distances; /* the same of {distance: ...}, by which a distribution may go */
} decode_form;

/** A row's value. */
typedef struct decoded {
  tree_node *node;         /* NULL: optional and not given */
  bool is_wrong;           /* which is told; the members below are not set */
  loligo_distribution law; /* LOLIGO_PARAM_DISTRIBUTION; LOLIGO_PARAM_LIST as LOLIGO_LIST; any other number, truth or
                              choice as LOLIGO_CONSTANT */
  uint64_t whole;          /* LOLIGO_PARAM_INTEGER, exact to 64 bits */
} decoded;

/**
 * Reads a mapping; decode_mapping() one of at most DECODE_MAX_ROWS rows.
 *
 * All its mistakes are kept (base/mistakes.h): what is right can be used where any are told.
 *
 * @param mapping  made canonical; a null scalar counts as an empty mapping
 * @param values   [rows of all tables] in their order; lists in them belong to the tree
 * @return         INPUT error, told, where there are an unknown key, a wrong value, a missing key; not told if this is
 *                 no mapping
 */
loligo_status decode_rows(const decode_form *form, tree_node *mapping, decoded *values);
loligo_status decode_mapping(const decode_form *form, tree_node *mapping, decoded *values);

/** What the key of `members` names in a registry. INPUT error where there is no such thing, with the key's place and
 * "unknown ... in WHERE". */
loligo_status decode_named(const registry *registry, const tree_node *members, const char *where, const void **named);

/** Adds what decode_mapping() adds to a mapping that lacks keys, behind its others, and looks at nothing else. */
loligo_status decode_add_defaults(const decode_form *form, tree_node *mapping);

/** Puts the values of one table's rows into the members of a structure at their offsets; those of unset rows and of
 * wrong values stay as they are. */
void decode_store(loligo_param_table table, const decoded *values, void *structure);

/** decode_mapping() with one table and decode_store(), also of what is right in a mapping that is wrong. */
loligo_status decode_section(const char *what, loligo_param_table table, tree_node *mapping, void *structure);

/** The row of a table whose value goes to `offset`. */
const loligo_param *decode_row(loligo_param_table table, size_t offset);

/** The child of a mapping for that row, NULL if not given. */
tree_node *decode_child(const tree_node *mapping, loligo_param_table table, size_t offset);

/** Adds the value of an optional row of the form, where it is not given, to a canonical mapping. */
loligo_status decode_complete_number(const decode_form *form, tree_node *mapping, const loligo_param *row,
                                     double value);
loligo_status decode_complete_text(const decode_form *form, tree_node *mapping, const loligo_param *row,
                                   const char *text);

/** INPUT error: a key that is looked up ahead of all others is not there, or another was likely meant to be it. */
loligo_status decode_fail_missing(const tree_node *mapping, const loligo_param *row, const char *what);

#endif

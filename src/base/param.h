/**
 * One row per parameter of a module: from these tables come parsing, ranges, defaults, "did you mean", the generated
 * reference and used_parameters.yml. No code beside the table knows a name, a unit or a default.
 */
#ifndef LOLIGO_BASE_PARAM_H
#define LOLIGO_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum param_type {
  PARAM_REAL,         /* double, one value */
  PARAM_DISTRIBUTION, /* loligo_distribution: a value or a law */
  PARAM_INTEGER,      /* int64_t */
  PARAM_BOOLEAN,      /* bool */
  PARAM_CHOICE,       /* int: index into choices */
  PARAM_TEXT,         /* char *, owned by the structure that holds it */
  PARAM_LIST,         /* real_list: numbers of one unit */
  PARAM_NODE          /* a mapping or list with a form of its own, which its section reads */
} param_type;

typedef enum param_range { RANGE_ANY, RANGE_POSITIVE, RANGE_NON_NEGATIVE, RANGE_FRACTION /* [0, 1] */ } param_range;

typedef struct real_list {
  double *values; /* [n] base unit; owned by the structure that holds it */
  size_t n;
} real_list;

typedef struct param {
  const char *name;
  param_type type;
  const char *unit;     /* base unit; "" for a pure number; NULL where it is that of the receptor */
  const char *fallback; /* default, as a user would write it without unit; NULL: required; "": optional, unset */
  param_range range;
  const char *const *choices; /* NULL-terminated, for PARAM_CHOICE */
  const char *help;           /* one sentence */
  size_t offset;              /* of the member that holds the value, where a struct does */
} param;

typedef struct param_table {
  const param *rows;
  size_t n;
} param_table;

#define PARAM_TABLE(array) ((param_table){(array), sizeof(array) / sizeof((array)[0])})

/** Row of a PARAM_REAL. */
#define PARAM_REAL_ROW(name, unit, fallback, range, help)                                                              \
  {                                                                                                                    \
    name, PARAM_REAL, unit, fallback, range, NULL, help, 0                                                             \
  }

/** Row of that name, or NULL. */
const param *param_find(param_table table, const char *name);

/** Default of a row as a number (a boolean as 0 or 1, a choice as its index, of a list its only value); NAN where there
 * is none. */
double param_default(const param *row);

/** True if `value` is finite and lies in the row's range. */
bool param_in_range(const param *row, double value);

/** "> 0", ">= 0", "between 0 and 1", "finite". */
const char *param_range_text(param_range range);

#endif

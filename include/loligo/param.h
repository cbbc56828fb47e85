/**
 * One row per parameter: from these tables come parsing, ranges, defaults, "did you mean", the generated reference and
 * used_parameters.yml. No code beside the table knows a name, a unit or a default. Version: see model_interface.h.
 */
#ifndef LOLIGO_PARAM_H
#define LOLIGO_PARAM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum loligo_param_type {
  LOLIGO_PARAM_REAL,         /* one value */
  LOLIGO_PARAM_DISTRIBUTION, /* a value or a distribution */
  LOLIGO_PARAM_INTEGER,      /* a whole number */
  LOLIGO_PARAM_BOOLEAN,      /* true or false */
  LOLIGO_PARAM_CHOICE,       /* one of several names, kept as its number */
  LOLIGO_PARAM_TEXT,         /* text */
  LOLIGO_PARAM_LIST,         /* numbers of one unit */
  LOLIGO_PARAM_NODE          /* a mapping or list with a form of its own */
} loligo_param_type;

typedef enum loligo_param_range {
  LOLIGO_RANGE_ANY,
  LOLIGO_RANGE_POSITIVE,
  LOLIGO_RANGE_NON_NEGATIVE,
  LOLIGO_RANGE_FRACTION /* [0, 1] */
} loligo_param_range;

typedef struct loligo_param {
  const char *name;
  loligo_param_type type;
  const char *unit;     /* base unit; "" for a pure number; NULL where it is that of the receptor */
  const char *fallback; /* default, as a user would write it without unit; NULL: required; "": optional, unset */
  loligo_param_range range;
  const char *const *choices; /* NULL-terminated, for LOLIGO_PARAM_CHOICE */
  const char *help;           /* one sentence */
  size_t offset;              /* of the member that holds the value, where a struct does */
} loligo_param;

typedef struct loligo_param_table {
  const loligo_param *rows;
  size_t n;
} loligo_param_table;

#define LOLIGO_PARAM_TABLE(array) ((loligo_param_table){(array), sizeof(array) / sizeof((array)[0])})

/** Row of a LOLIGO_PARAM_REAL. */
#define LOLIGO_REAL_ROW(name, unit, fallback, range, help)                                                             \
  {                                                                                                                    \
    name, LOLIGO_PARAM_REAL, unit, fallback, range, NULL, help, 0                                                      \
  }

#ifdef __cplusplus
}
#endif

#endif

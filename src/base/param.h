/** Look-up, defaults and ranges of the rows of parameter tables. Not collective, all of it. */
#ifndef LOLIGO_BASE_PARAM_H
#define LOLIGO_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loligo/param.h"
#include "loligo/status.h"

/** The value of a LOLIGO_PARAM_LIST. */
typedef struct real_list {
  double *values; /* [n] base unit; owned by the structure that holds it */
  size_t n;
} real_list;

/** Row of that name, or NULL. */
const loligo_param *param_find(loligo_param_table table, const char *name);

/** Of values[table.n] that of the row of a name, which there is. */
double param_named(loligo_param_table table, const double *values, const char *name);

/** INPUT: "unknown parameter 'WORD' in WHERE; did you mean ...". */
loligo_status param_unknown(loligo_param_table table, const char *word, const char *where);

/** Default of a row as a number (a boolean as 0 or 1, a choice as its index, of a list its only value); NAN where there
 * is none. */
double param_default(const loligo_param *row);

/** True if `value` is finite and lies in the row's range. */
bool param_in_range(const loligo_param *row, double value);

/** "> 0", ">= 0", "between 0 and 1", "finite". */
const char *param_range_text(loligo_param_range range);

#endif

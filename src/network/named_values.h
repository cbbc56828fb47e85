/** Values that a caller gives to rows of a table by their names. Not collective, all of it. */
#ifndef LOLIGO_NETWORK_NAMED_VALUES_H
#define LOLIGO_NETWORK_NAMED_VALUES_H

#include <stddef.h>

#include "base/param.h"
#include "loligo/projection.h"

typedef struct named_values {
  const loligo_named_value *items; /* [n] */
  size_t n;
} named_values;

/** INPUT where a name is none of the table's; `of` is what has the table, for the message. */
loligo_status named_values_check(named_values given, loligo_param_table table, const char *of);

/** The value given to a row; LOLIGO_UNSET without one. */
loligo_distribution named_value(named_values given, const loligo_param *row);

/** Fills number[table.n] with what is given, or else with the defaults. INPUT also where a value is no number, is out
 * of range, or is missing though it has no default. */
loligo_status named_numbers(named_values given, loligo_param_table table, const char *of, double *number);

#endif

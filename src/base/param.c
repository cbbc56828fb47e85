/*
 * Look-up, defaults and ranges of parameter rows; everything else about a parameter is in its table.
 */
#include "base/param.h"
#include "base/fault.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const loligo_param *param_find(loligo_param_table table, const char *name)
{
  for (size_t i = 0; i < table.n; i++) {
    if (strcmp(table.rows[i].name, name) == 0) return &table.rows[i];
  }
  return NULL;
}

double param_named(loligo_param_table table, const double *values, const char *name)
{
  const loligo_param *row = param_find(table, name);
  assert(row);
  return values[row - table.rows];
}

loligo_status param_unknown(loligo_param_table table, const char *word, const char *where)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < table.n; i++) fault_names_add(&names, table.rows[i].name);
  return fault_unknown_in("parameter", word, where, &names);
}

static double choice_index(const loligo_param *row)
{
  for (int i = 0; row->choices[i]; i++) {
    if (strcmp(row->choices[i], row->fallback) == 0) return i;
  }
  assert(!"a default that is one of the choices");
  return NAN;
}

double param_default(const loligo_param *row)
{
  if (!row->fallback || row->fallback[0] == '\0') return NAN;
  switch (row->type) {
  case LOLIGO_PARAM_REAL:
  case LOLIGO_PARAM_DISTRIBUTION:
  case LOLIGO_PARAM_INTEGER:
  case LOLIGO_PARAM_LIST:
    return strtod(row->fallback, NULL);
  case LOLIGO_PARAM_BOOLEAN:
    return strcmp(row->fallback, "true") == 0;
  case LOLIGO_PARAM_CHOICE:
    return choice_index(row);
  default:
    return NAN;
  }
}

bool param_in_range(const loligo_param *row, double value)
{
  if (!isfinite(value)) return false;
  switch (row->range) {
  case LOLIGO_RANGE_ANY:
    return true;
  case LOLIGO_RANGE_POSITIVE:
    return value > 0;
  case LOLIGO_RANGE_NON_NEGATIVE:
    return value >= 0;
  case LOLIGO_RANGE_FRACTION:
    return value >= 0 && value <= 1;
  }
  return false;
}

const char *param_range_text(loligo_param_range range)
{
  static const char *const texts[] = {
      [LOLIGO_RANGE_ANY] = "finite",
      [LOLIGO_RANGE_POSITIVE] = "> 0",
      [LOLIGO_RANGE_NON_NEGATIVE] = ">= 0",
      [LOLIGO_RANGE_FRACTION] = "between 0 and 1",
  };
  return texts[range];
}

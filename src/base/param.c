/*
 * Look-up, defaults and ranges of parameter rows; everything else about a parameter is in its table.
 */
#include "base/param.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const param *param_find(param_table table, const char *name)
{
  for (size_t i = 0; i < table.n; i++) {
    if (strcmp(table.rows[i].name, name) == 0) return &table.rows[i];
  }
  return NULL;
}

static double choice_index(const param *row)
{
  for (int i = 0; row->choices[i]; i++) {
    if (strcmp(row->choices[i], row->fallback) == 0) return i;
  }
  assert(!"a default that is one of the choices");
  return NAN;
}

double param_default(const param *row)
{
  if (!row->fallback || row->fallback[0] == '\0') return NAN;
  switch (row->type) {
  case PARAM_REAL:
  case PARAM_DISTRIBUTION:
  case PARAM_INTEGER:
  case PARAM_LIST:
    return strtod(row->fallback, NULL);
  case PARAM_BOOLEAN:
    return strcmp(row->fallback, "true") == 0;
  case PARAM_CHOICE:
    return choice_index(row);
  default:
    return NAN;
  }
}

bool param_in_range(const param *row, double value)
{
  if (!isfinite(value)) return false;
  switch (row->range) {
  case RANGE_ANY:
    return true;
  case RANGE_POSITIVE:
    return value > 0;
  case RANGE_NON_NEGATIVE:
    return value >= 0;
  case RANGE_FRACTION:
    return value >= 0 && value <= 1;
  }
  return false;
}

const char *param_range_text(param_range range)
{
  static const char *const texts[] = {
      [RANGE_ANY] = "finite",
      [RANGE_POSITIVE] = "> 0",
      [RANGE_NON_NEGATIVE] = ">= 0",
      [RANGE_FRACTION] = "between 0 and 1",
  };
  return texts[range];
}

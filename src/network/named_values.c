/*
 * Tables are short: names are looked for one by one.
 */
#include "network/named_values.h"

#include <string.h>

#include "network/checks.h"

loligo_status named_values_check(named_values given, loligo_param_table table, const char *of)
{
  for (size_t i = 0; i < given.n; i++)
    if (!param_find(table, given.items[i].name)) return param_unknown(table, given.items[i].name, of);
  return LOLIGO_OK;
}

loligo_distribution named_value(named_values given, const loligo_param *row)
{
  for (size_t i = 0; i < given.n; i++)
    if (strcmp(given.items[i].name, row->name) == 0) return given.items[i].value;
  return (loligo_distribution){.kind = LOLIGO_UNSET};
}

static loligo_status check_number(const loligo_distribution *given, const loligo_param *row, const char *of)
{
  if (given->kind == LOLIGO_UNSET)
    return row->fallback ? LOLIGO_OK : loligo_fail(LOLIGO_INPUT_ERROR, "missing key '%s' in %s", row->name, of);
  if (given->kind != LOLIGO_CONSTANT)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s must be one number, no distribution and no list", row->name);
  return check_param(given, row, DISTRIBUTION_NO_LIST);
}

loligo_status named_numbers(named_values given, loligo_param_table table, const char *of, double *number)
{
  LOLIGO_TRY(named_values_check(given, table, of));
  for (size_t i = 0; i < table.n; i++) {
    const loligo_distribution value = named_value(given, &table.rows[i]);
    LOLIGO_TRY(check_number(&value, &table.rows[i], of));
    number[i] = param_value(&value, &table.rows[i]);
  }
  return LOLIGO_OK;
}

/*
 * Decimal numbers only: what strtod() also knows (hexadecimal, nan, inf) is not a quantity.
 */
#include "io/model_file/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/model_file/units.h"

const char *quantity_number(const char *text, double *value)
{
  const char *digits = text + (*text == '+' || *text == '-');
  const bool is_decimal = isdigit((unsigned char)digits[*digits == '.']) && tolower((unsigned char)digits[1]) != 'x';
  if (!is_decimal) return text;
  char *end;
  *value = strtod(text, &end);
  return end;
}

loligo_status quantity_parse(const char *text, const char *unit, double *value)
{
  const char *start = text + strspn(text, " \t");
  double number = NAN;
  const char *rest = quantity_number(start, &number);
  if (rest == start || !isfinite(number)) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is not a finite number%s%s", text, *unit ? " in " : "", unit);
  }
  rest += strspn(rest, " \t");
  if (*rest == '\0') {
    *value = number;
    return LOLIGO_OK;
  }
  LOLIGO_TRY(units_convert(number, rest, unit, value));
  if (!isfinite(*value)) return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is too large", text);
  return LOLIGO_OK;
}

void quantity_print(double value, const char *unit, char text[QUANTITY_SIZE])
{
  const char *space = *unit ? " " : "";
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, QUANTITY_SIZE, "%.*g%s%s", digits, value, space, unit);
    if (strtod(text, NULL) == value) break;
  }
}

/* Up to 15 digits are kept as they are, but for needless zeros and exponents. */
size_t quantity_printed_length(const char *text)
{
  const char *digits = text + (*text == '-');
  const size_t whole = strspn(digits, "0123456789");
  const char *point = digits + whole;
  const size_t part = *point == '.' ? strspn(point + 1, "0123456789") : 0;
  if (whole == 0 || whole + part > 15 || (*point == '.' && (part == 0 || point[part] == '0'))) return 0;
  if (*digits == '0' && (whole > 1 || part == 0 || strspn(point + 1, "0") > 3)) return 0;
  return (size_t)(point - text) + (part ? 1 + part : 0);
}

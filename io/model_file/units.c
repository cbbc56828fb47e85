/*
 * UDUNITS-2 (Unidata) parses units, checks the dimension and gives the factor; a factor that is a power of ten to
 * rounding is applied as one exact product or quotient.
 */
#include "io/model_file/units.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

static ut_system *database(void)
{
  static ut_system *loaded;
  if (!loaded) {
    ut_set_error_message_handler(ut_ignore);
    loaded = ut_read_xml(NULL);
  }
  return loaded;
}

/* A number where a unit should stand ("5 3 mV") is a slip, though UDUNITS takes it for a scaled unit. */
static ut_unit *parse(const char *unit)
{
  const bool is_number = *unit && strchr("+-.0123456789", *unit) && strncmp(unit, "1/", 2) != 0;
  return is_number ? NULL : ut_parse(database(), *unit ? unit : "1", UT_UTF8);
}

static double apply(const cv_converter *converter, double value)
{
  const double offset = cv_convert_double(converter, 0);
  const double factor = cv_convert_double(converter, 1) - offset;
  if (offset != 0) return cv_convert_double(converter, value);
  const double exponent = round(log10(fabs(factor)));
  const double power = pow(10, fabs(exponent));
  const double exact = exponent < 0 ? 1 / power : power;
  if (fabs(factor / exact - 1) > 1e-12) return value * factor;
  return exponent < 0 ? value / power : value * power;
}

static loligo_status convert(double *values, size_t n, ut_unit *from, ut_unit *to)
{
  cv_converter *converter = ut_get_converter(from, to);
  if (!converter) return LOLIGO_INPUT_ERROR;
  /* UDUNITS also takes 50 Hz for 20 ms. */
  const bool is_reciprocal = !isfinite(cv_convert_double(converter, 0));
  for (size_t i = 0; !is_reciprocal && i < n; i++) values[i] = apply(converter, values[i]);
  cv_free(converter);
  return is_reciprocal ? LOLIGO_INPUT_ERROR : LOLIGO_OK;
}

static loligo_status require_database(void)
{
  if (database()) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "cannot read the database of UDUNITS-2; install it or set UDUNITS2_XML_PATH");
}

loligo_status units_convert_all(double *values, size_t n, const char *from, const char *to)
{
  if (strcmp(from, to) == 0) return LOLIGO_OK;
  LOLIGO_TRY(require_database());
  const char *to_name = *to ? to : "a pure number";
  ut_unit *from_unit = parse(from);
  if (!from_unit) return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is not a unit; it must convert to %s", from, to_name);
  ut_unit *to_unit = parse(to);
  const loligo_status status = convert(values, n, from_unit, to_unit);
  ut_free(from_unit);
  ut_free(to_unit);
  if (status == LOLIGO_OK) return LOLIGO_OK;
  return *from ? loligo_fail(status, "'%s' does not convert to %s", from, to_name)
               : loligo_fail(status, "a pure number does not convert to %s", to_name);
}

loligo_status units_convert(double value, const char *from, const char *to, double *converted)
{
  *converted = value;
  return units_convert_all(converted, 1, from, to);
}

loligo_status units_check(const char *unit)
{
  if (!*unit) return LOLIGO_OK;
  LOLIGO_TRY(require_database());
  ut_unit *parsed = parse(unit);
  if (!parsed) return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is not a unit", unit);
  ut_free(parsed);
  return LOLIGO_OK;
}

/* NULL where it has none. */
static ut_unit *raise_to(const char *unit, int power)
{
  ut_unit *base = parse(unit);
  ut_unit *raised = base ? ut_raise(base, power) : NULL;
  ut_free(base);
  return raised;
}

/* NULL where there is none. */
static ut_unit *multiply(const units_product *product)
{
  ut_unit *a = raise_to(product->a, product->a_power), *b = raise_to(product->b, product->b_power);
  ut_unit *both = a && b ? ut_multiply(a, b) : NULL;
  ut_unit *root = both ? ut_root(both, product->root) : NULL;
  ut_free(a);
  ut_free(b);
  ut_free(both);
  return root;
}

static loligo_status fail_product(const units_product *product)
{
  if (product->root > 1) return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' has no root that is a unit", product->a);
  return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' and '%s' have no product that is a unit", product->a, product->b);
}

loligo_status units_product_convert(const units_product *product, double value, const char *to, double *converted,
                                    bool *fits)
{
  LOLIGO_TRY(require_database());
  ut_unit *from_unit = multiply(product);
  if (!from_unit) return fail_product(product);
  ut_unit *to_unit = parse(to);
  *fits = convert(&value, 1, from_unit, to_unit) == LOLIGO_OK;
  if (*fits) *converted = value;
  ut_free(from_unit);
  ut_free(to_unit);
  return LOLIGO_OK;
}

/* "0.001 m2.kg.s-3.A-1": the number of a scaled unit goes to the value. */
static loligo_status split_scale(const char *formatted, double *value, char *unit, size_t size)
{
  char *rest;
  const double scale = strtod(formatted, &rest);
  if (rest != formatted) *value *= scale;
  rest += strspn(rest, " ");
  if (strlen(rest) >= size) return LOLIGO_INPUT_ERROR;
  memcpy(unit, rest, strlen(rest) + 1);
  return LOLIGO_OK;
}

loligo_status units_product_reduce(const units_product *product, double *value, char *unit, size_t size)
{
  enum { FORMATTED_SIZE = 128 };
  char formatted[FORMATTED_SIZE];
  LOLIGO_TRY(require_database());
  ut_unit *unit_of_value = multiply(product);
  const int n = unit_of_value ? ut_format(unit_of_value, formatted, sizeof formatted, UT_ASCII | UT_DEFINITION) : -1;
  ut_free(unit_of_value);
  if (n < 0 || n >= (int)sizeof formatted || split_scale(formatted, value, unit, size) != LOLIGO_OK)
    return fail_product(product);
  return LOLIGO_OK;
}

/*
 * UDUNITS-2 (Unidata) parses units, checks the dimension and gives the factor; a factor that is a power of ten to
 * rounding is applied as one exact product or quotient.
 */
#include "io/model_file/units.h"

#include <math.h>
#include <stdbool.h>
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

static loligo_status convert(double value, ut_unit *from, ut_unit *to, double *converted)
{
  cv_converter *converter = ut_get_converter(from, to);
  if (!converter) return LOLIGO_INPUT_ERROR;
  *converted = apply(converter, value);
  cv_free(converter);
  return LOLIGO_OK;
}

loligo_status units_convert(double value, const char *from, const char *to, double *converted)
{
  *converted = value;
  if (strcmp(from, to) == 0) return LOLIGO_OK;
  if (!database()) {
    return loligo_fail(LOLIGO_MACHINE_ERROR,
                       "cannot read the database of UDUNITS-2; install it or set UDUNITS2_XML_PATH");
  }
  const char *to_name = *to ? to : "a pure number";
  ut_unit *from_unit = parse(from);
  if (!from_unit) return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is not a unit; it must convert to %s", from, to_name);
  ut_unit *to_unit = parse(to);
  const loligo_status status = convert(value, from_unit, to_unit, converted);
  ut_free(from_unit);
  ut_free(to_unit);
  return status == LOLIGO_OK ? status : loligo_fail(status, "'%s' does not convert to %s", from, to_name);
}

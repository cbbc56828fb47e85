/*
 * Values keep the unit they were written in as long as they can, since then nothing is converted and nothing rounded.
 */
#include "io/model_file/measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/model_file/quantity.h"
#include "io/model_file/units.h"

static const double MAX_EXACT = 0x1p53;

/* In which products are told; they fit one another: pF mV/ms = pA = nS mV. */
static const char *const HOUSE_UNITS[] = {"", "ms", "mV", "pA", "pF", "nS", "Hz"};

loligo_status measure_set_unit(measure *value, const char *unit)
{
  if (strlen(unit) >= MEASURE_UNIT_SIZE)
    return loligo_fail(LOLIGO_INPUT_ERROR, "a unit of more than %d characters; write it shorter",
                       MEASURE_UNIT_SIZE - 1);
  LOLIGO_TRY(units_check(unit));
  memcpy(value->unit, unit, strlen(unit) + 1);
  return LOLIGO_OK;
}

loligo_status measure_parse(const char *text, measure *value)
{
  const char *rest = text + strspn(text, " \t");
  const char *behind = quantity_number(rest, &value->number);
  if (behind == rest || !isfinite(value->number))
    return loligo_fail(LOLIGO_INPUT_ERROR, "'%s' is not a finite number", text);
  value->unit[0] = '\0';
  return measure_set_unit(value, behind + strspn(behind, " \t"));
}

void measure_print(const measure *value, char text[MEASURE_SIZE])
{
  const bool is_whole = value->number == floor(value->number) && fabs(value->number) <= MAX_EXACT;
  /* Without the sign of a zero. */
  snprintf(text, MEASURE_SIZE, is_whole ? "%.0f%s%s" : "%.15g%s%s", value->number + 0.0, *value->unit ? " " : "",
           value->unit);
}

static loligo_status add_times(measure *a, const measure *b, double sign)
{
  double converted;
  LOLIGO_TRY(units_convert(b->number, b->unit, a->unit, &converted));
  a->number += sign * converted;
  return LOLIGO_OK;
}

loligo_status measure_add(measure *a, const measure *b)
{
  return add_times(a, b, 1);
}

loligo_status measure_subtract(measure *a, const measure *b)
{
  return add_times(a, b, -1);
}

/* The number of *a is in the product of these powers of units; puts it into a unit of the house, or of SI. */
static loligo_status settle(measure *a, const units_product *product)
{
  for (size_t i = 0; i < sizeof HOUSE_UNITS / sizeof *HOUSE_UNITS; i++) {
    bool fits;
    double number;
    LOLIGO_TRY(units_product_convert(product, a->number, HOUSE_UNITS[i], &number, &fits));
    if (!fits) continue;
    a->number = number;
    snprintf(a->unit, sizeof a->unit, "%s", HOUSE_UNITS[i]);
    return LOLIGO_OK;
  }
  return units_product_reduce(product, &a->number, a->unit, sizeof a->unit);
}

loligo_status measure_multiply(measure *a, const measure *b)
{
  char unit[MEASURE_UNIT_SIZE];
  memcpy(unit, a->unit, sizeof unit);
  a->number *= b->number;
  if (!*b->unit) return LOLIGO_OK;
  memcpy(a->unit, b->unit, sizeof a->unit);
  return *unit ? settle(a, &(units_product){unit, 1, b->unit, 1, 1}) : LOLIGO_OK;
}

loligo_status measure_divide(measure *a, const measure *b)
{
  char unit[MEASURE_UNIT_SIZE];
  memcpy(unit, a->unit, sizeof unit);
  a->number /= b->number;
  if (!*b->unit) return LOLIGO_OK;
  a->unit[0] = '\0';
  return strcmp(unit, b->unit) == 0 ? LOLIGO_OK : settle(a, &(units_product){unit, 1, b->unit, -1, 1});
}

loligo_status measure_power(measure *a, const measure *b)
{
  enum { MOST = 9 };
  measure exponent = *b;
  LOLIGO_TRY(measure_make_pure(&exponent));
  a->number = pow(a->number, exponent.number);
  if (!*a->unit) return LOLIGO_OK;
  if (exponent.number != floor(exponent.number) || fabs(exponent.number) > MOST)
    return loligo_fail(LOLIGO_INPUT_ERROR, "the power of a number with a unit must be whole, from -%d to %d, not %g",
                       MOST, MOST, exponent.number);
  char unit[MEASURE_UNIT_SIZE];
  memcpy(unit, a->unit, sizeof unit);
  return settle(a, &(units_product){unit, (int)exponent.number, "", 1, 1});
}

loligo_status measure_root(measure *a)
{
  char unit[MEASURE_UNIT_SIZE];
  memcpy(unit, a->unit, sizeof unit);
  a->number = sqrt(a->number);
  return *unit ? settle(a, &(units_product){unit, 1, "", 1, 2}) : LOLIGO_OK;
}

loligo_status measure_make_pure(measure *a)
{
  LOLIGO_TRY(units_convert(a->number, a->unit, "", &a->number));
  a->unit[0] = '\0';
  return LOLIGO_OK;
}

/*
 * Quantities with units: exact conversion by powers of ten, checks of the dimension, numbers that read back as they
 * were written.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/model_file/quantity.h"
#include "io/model_file/units.h"

static double parse(const char *text, const char *unit)
{
  double value;
  if (quantity_parse(text, unit, &value) != LOLIGO_OK) fail_msg("%s", loligo_error_message());
  return value;
}

static void assert_parsed(const char *text, const char *unit, double expected)
{
  const double value = parse(text, unit);
  if (memcmp(&value, &expected, sizeof value) != 0) fail_msg("%s is %.17g %s", text, value, unit);
}

static void assert_refused(const char *text, const char *unit, const char *message)
{
  double value;
  assert_int_equal(quantity_parse(text, unit, &value), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
}

static void bare_numbers_are_in_the_base_unit(void **state)
{
  (void)state;
  assert_parsed("200", "pF", 200);
  assert_parsed("-65.5", "mV", -65.5);
  assert_parsed("+.5", "", 0.5);
  assert_parsed("1e3", "Hz", 1000);
  assert_parsed(" 2. ", "ms", 2);
}

static void units_are_converted_exactly(void **state)
{
  (void)state;
  assert_parsed("200 pF", "pF", 200);
  assert_parsed("0.2 nF", "pF", 200);
  assert_parsed("1 s", "ms", 1000);
  assert_parsed("2s", "ms", 2000);
  assert_parsed("700 us", "ms", 0.7);
  assert_parsed("300 us", "ms", 0.3);
  assert_parsed("1 nA", "pA", 1000);
  assert_parsed("-0.065 V", "mV", -65);
  assert_parsed("3 uS", "nS", 3000);
  assert_parsed("1e-3 kHz", "Hz", 1);
  assert_parsed("8 1/s", "Hz", 8);
  assert_parsed("2 min", "ms", 120000);
  assert_parsed("1 \xc2\xb5s", "ms", 0.001);
  assert_parsed("25 %", "", 0.25);
}

static void an_angle_in_degrees(void **state)
{
  (void)state;
  assert_true(fabs(parse("180 degree", "rad") - 3.14159265358979323846) < 1e-15);
}

static void wrong_quantities_are_refused(void **state)
{
  (void)state;
  assert_refused("200 mV", "pF", "'mV' does not convert to pF");
  assert_refused("200 pF", "", "'pF' does not convert to a pure number");
  assert_refused("50 Hz", "ms", "'Hz' does not convert to ms");
  assert_refused("2 quux", "ms", "'quux' is not a unit; it must convert to ms");
  assert_refused("2 3 ms", "ms", "'3 ms' is not a unit; it must convert to ms");
  assert_refused("1e", "ms", "'e' does not convert to ms");
  assert_refused("", "ms", "'' is not a finite number in ms");
  assert_refused("fast", "", "'fast' is not a finite number");
  assert_refused("nan", "mV", "'nan' is not a finite number in mV");
  assert_refused(".nan", "mV", "'.nan' is not a finite number in mV");
  assert_refused("-inf", "mV", "'-inf' is not a finite number in mV");
  assert_refused("1e999", "mV", "'1e999' is not a finite number in mV");
  assert_refused("0x10", "mV", "'0x10' is not a finite number in mV");
  assert_refused("1e308 kV", "mV", "'1e308 kV' is too large");
}

static void assert_printed(double value, const char *unit, const char *expected)
{
  char text[QUANTITY_SIZE];
  quantity_print(value, unit, text);
  assert_string_equal(text, expected);
}

static void numbers_are_printed_short(void **state)
{
  (void)state;
  assert_printed(0.1, "ms", "0.1 ms");
  assert_printed(-65, "mV", "-65 mV");
  assert_printed(0.1 + 0.2, "", "0.30000000000000004");
  assert_printed(298880968, "", "298880968");
}

static void printed_numbers_read_back_as_they_were(void **state)
{
  (void)state;
  uint64_t bits = 88172645463325252u;
  for (int i = 0; i < 20000; i++) {
    bits ^= bits << 13;
    bits ^= bits >> 7;
    bits ^= bits << 17;
    double value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value)) continue;
    char text[QUANTITY_SIZE];
    quantity_print(value, "pA", text);
    assert_parsed(text, "pA", value);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bare_numbers_are_in_the_base_unit),
      cmocka_unit_test(units_are_converted_exactly),
      cmocka_unit_test(an_angle_in_degrees),
      cmocka_unit_test(wrong_quantities_are_refused),
      cmocka_unit_test(numbers_are_printed_short),
      cmocka_unit_test(printed_numbers_read_back_as_they_were),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

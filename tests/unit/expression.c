/*
 * Expressions: what they come to, with units, and what is told of wrong ones, with the place inside them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "io/model_file/expression.h"

static bool is_known(void *self, const char *name)
{
  (void)self;
  return strcmp(name, "g") == 0 || strcmp(name, "J") == 0;
}

static loligo_status value_of(void *self, const char *name, measure *value)
{
  (void)self;
  if (!is_known(NULL, name)) return loligo_fail(LOLIGO_INPUT_ERROR, "unknown %s", name);
  return measure_parse(*name == 'g' ? "5" : "0.1 mV", value);
}

static const expression_names names = {is_known, value_of, NULL};

static void they_come_to_values_with_units(void **state)
{
  static const char *const cases[][2] = {
      {"= -g * J", "-0.5 mV"},
      {"=2+3*4", "14"},
      {"= (2 + 3) * 4", "20"},
      {"= 10 - 4 - 3", "3"},
      {"= 100 / 10 / 5", "2"},
      {"= -2^2", "-4"},
      {"= 2^3^2", "512"},
      {"= 2 ** -1", "0.5"},
      {"= --3", "3"},
      {"= -0", "0"},
      {"= 3 * 0.1", "0.3"},
      {"= 0.07 * 100", "7"},
      {"= 1e3 + .5", "1000.5"},
      {"= 2^53", "9007199254740992"},
      {"= J + 100 uV", "0.2 mV"},
      {"= 100 uV + J", "200 uV"},
      {"= 20 ms / 0.1 ms", "200"},
      {"= 1 s / 1 ms", "1000"},
      {"= 1 / 20 ms", "50 Hz"},
      {"= 5 nS * 10 mV", "50 pA"},
      {"= 250 pF / 25 nS", "10 ms"},
      {"= 200 pA / 10 nS", "20 mV"},
      {"= 250 pF * 1 mV / 1 ms", "250 pA"},
      {"= 20 mV / (J * 1000 * 20 ms)", "10 Hz"},
      {"= 1 uF / 1 cm2", "0.01 m-4.kg-1.s4.A2"},
      {"= sqrt(4 mV * 9 mV)", "6 mV"},
      {"= sqrt(2)", "1.4142135623731"},
      {"= (3 ms)^2 / 9 ms", "1 ms"},
      {"= exp(0) + log(1)", "1"},
      {"= exp(-1 ms / 1 s)", "0.999000499833375"},
      {"= min(3, 1, 2)", "1"},
      {"= max(1 ms, 200 us, 2 ms)", "2 ms"},
      {"= min(1 ms, 200 us)", "200 us"},
      {"= 3 \xC2\xB5S", "3 \xC2\xB5S"},
      {"= 50 % * 4", "200 %"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    measure value;
    size_t at;
    char text[MEASURE_SIZE];
    if (expression_evaluate(cases[i][0], &names, &value, &at) != LOLIGO_OK)
      fail_msg("%s: at %zu: %s", cases[i][0], at, loligo_error_message());
    measure_print(&value, text);
    assert_string_equal(text, cases[i][1]);
  }
}

static void wrong_ones_are_told_with_their_place(void **state)
{
  static const struct {
    const char *text;
    size_t at;
    const char *message;
  } cases[] = {
      {"=", 1, "a number, a name or '(' must follow, not the end"},
      {"= J + 1 ms", 4, "'ms' does not convert to mV"},
      {"= J + 1", 4, "a pure number does not convert to mV"},
      {"= 1 + J", 4, "'mV' does not convert to a pure number"},
      {"= 1 + h", 6, "unknown h"},
      {"= 3 * (4 + 5", 12, "an operator or ')' must follow, not the end"},
      {"= 3 4", 4, "an operator or the end must follow, not '4'"},
      {"= 3 + * 4", 6, "a number, a name or '(' must follow, not '*'"},
      {"= 3 \xE2\x82\xAC", 4, "'\xE2\x82\xAC' is not a unit"},
      {"= 3 xyz", 4, "'xyz' is not a unit"},
      {"= 3 J", 4, "'J' behind a number is a unit, and also the name of a parameter; write * before the name"},
      {"= 2 ms ^ 2", 7, "a power of the unit or of both? write (2 ms)^2, or 2 ms2"},
      {"= 1 / 0", 4, "this is no finite number"},
      {"= 1e999", 2, "this is no finite number"},
      {"= 1e300 * 1e300", 8, "this is no finite number"},
      {"= 2 + log(0)", 6, "this is no finite number"},
      {"= log(J)", 2, "'mV' does not convert to a pure number"},
      {"= sqrt(J)", 2, "'mV' has no root that is a unit"},
      {"= J ^ 0.5", 4, "the power of a number with a unit must be whole, from -9 to 9, not 0.5"},
      {"= sin(1)", 2, "unknown function 'sin'; did you mean 'min'?"},
      {"= min(1, J)", 7, "a pure number does not convert to mV"},
      {"= sqrt(1, 2)", 8, "')' must follow, not ','"},
      {"= max()", 6, "a number, a name or '(' must follow, not ')'"},
      {"= g(3)", 2, "unknown function 'g'; known: min, max, sqrt, exp, log"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    measure value;
    size_t at;
    assert_int_equal(expression_evaluate(cases[i].text, &names, &value, &at), LOLIGO_INPUT_ERROR);
    assert_string_equal(loligo_error_message(), cases[i].message);
    if (at != cases[i].at) fail_msg("%s: at %zu, not %zu", cases[i].text, at, cases[i].at);
    loligo_error_clear();
  }
}

/* "=" and n times a piece. */
static char *repeated(const char *piece, size_t n)
{
  const size_t length = strlen(piece);
  char *text = memory_allocate(n * length + 2, 1, "a text");
  text[0] = '=';
  for (size_t i = 0; i < n; i++) memcpy(text + 1 + i * length, piece, length);
  return text;
}

static void assert_bounded(const char *piece, size_t n, const char *message)
{
  measure value;
  size_t at;
  char *text = repeated(piece, n);
  assert_int_equal(expression_evaluate(text, &names, &value, &at), LOLIGO_INPUT_ERROR);
  assert_string_equal(loligo_error_message(), message);
  loligo_error_clear();
  memory_free(text);
}

static void what_is_deep_or_long_is_refused(void **state)
{
  (void)state;
  assert_bounded("(", 101, "nested deeper than 100 levels");
  assert_bounded("1^", 101, "nested deeper than 100 levels");
  assert_bounded("exp(", 101, "nested deeper than 100 levels");
  assert_bounded("1+", 3000, "longer than 4096 bytes; name parts of it under parameters");
  assert_bounded("-", 4000, "a number, a name or '(' must follow, not the end");
  assert_bounded("x", 70, "a word of more than 63 characters");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(they_come_to_values_with_units),
      cmocka_unit_test(wrong_ones_are_told_with_their_place),
      cmocka_unit_test(what_is_deep_or_long_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

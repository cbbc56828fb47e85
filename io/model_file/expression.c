/*
 * Recursive descent, bounded in depth. Each function reads what its name says from `at` on and leaves `at` behind it
 * and behind blanks; `fault` is where the reader would look for a mistake.
 */
#include "io/model_file/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "io/model_file/quantity.h"

typedef struct parser {
  const char *at, *fault;
  const expression_names *names;
  int depth;
} parser;

static loligo_status parse_sum(parser *p, measure *value);

bool expression_is(const char *text)
{
  return *text == '=';
}

static bool begins_name(char c)
{
  return isalpha((unsigned char)c) || c == '_';
}

static size_t name_length(const char *text)
{
  size_t n = 0;
  if (begins_name(*text))
    while (begins_name(text[n]) || isdigit((unsigned char)text[n])) n++;
  return n;
}

static void skip_blanks(parser *p)
{
  p->at += strspn(p->at, " \t\n");
}

/* Takes a sign or a bracket if it comes next. */
static bool take(parser *p, const char *token)
{
  const size_t n = strlen(token);
  if (strncmp(p->at, token, n) != 0) return false;
  p->fault = p->at;
  p->at += n;
  skip_blanks(p);
  return true;
}

/* Bytes of the name or character that begins there. */
static size_t token_length(const char *text)
{
  size_t n = name_length(text);
  if (n == 0)
    for (n = 1; ((unsigned char)text[n] & 0xC0) == 0x80;) n++;
  return n;
}

static loligo_status fail_expected(parser *p, const char *what)
{
  p->fault = p->at;
  if (!*p->at) return loligo_fail(LOLIGO_INPUT_ERROR, "%s must follow, not the end", what);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s must follow, not '%.*s'", what, (int)token_length(p->at), p->at);
}

/* -- functions -- */

typedef struct function {
  const char *name;
  loligo_status (*apply)(measure *value); /* of one argument, else NULL */
  bool (*takes)(double difference);       /* of any number: whether the next one is taken, by next - value */
} function;

static loligo_status apply_pure(measure *value, double (*function)(double))
{
  LOLIGO_TRY(measure_make_pure(value));
  value->number = function(value->number);
  return LOLIGO_OK;
}

static loligo_status apply_exp(measure *value)
{
  return apply_pure(value, exp);
}

static loligo_status apply_log(measure *value)
{
  return apply_pure(value, log);
}

static bool is_less(double difference)
{
  return difference < 0;
}

static bool is_more(double difference)
{
  return difference > 0;
}

static const function functions[] = {
    {"min", NULL, is_less},   {"max", NULL, is_more},   {"sqrt", measure_root, NULL},
    {"exp", apply_exp, NULL}, {"log", apply_log, NULL},
};

static const function *find_function(const char *name)
{
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (strcmp(functions[i].name, name) == 0) return &functions[i];
  return NULL;
}

bool expression_is_name(const char *name)
{
  const size_t n = name_length(name);
  return n > 0 && n < EXPRESSION_NAME_SIZE && !name[n] && !find_function(name);
}

/* What an operator or a function, at p->fault, has made of its operands. */
static loligo_status check_finite(const measure *value)
{
  if (isfinite(value->number)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "this is no finite number");
}

/* The rest of min(a, b, ...). */
static loligo_status parse_selected(parser *p, const function *function, measure *value)
{
  while (take(p, ",")) {
    const char *comma = p->fault;
    measure next, difference;
    LOLIGO_TRY(parse_sum(p, &next));
    difference = next;
    p->fault = comma;
    LOLIGO_TRY(measure_subtract(&difference, value));
    if (function->takes(difference.number)) *value = next;
  }
  return LOLIGO_OK;
}

/* Behind "name(". */
static loligo_status parse_call(parser *p, const function *function, const char *start, measure *value)
{
  LOLIGO_TRY(parse_sum(p, value));
  if (function->takes) LOLIGO_TRY(parse_selected(p, function, value));
  if (!take(p, ")")) return fail_expected(p, function->takes ? "',' or ')'" : "')'");
  p->fault = start;
  if (function->apply) LOLIGO_TRY(function->apply(value));
  return check_finite(value);
}

/* -- operands -- */

static loligo_status fail_unknown_function(const char *name)
{
  fault_names names = {.n = 0};
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) fault_names_add(&names, functions[i].name);
  return fault_unknown("function", name, &names);
}

/* Copies a word of n characters and goes behind it. */
static loligo_status take_word(parser *p, size_t n, char word[EXPRESSION_NAME_SIZE])
{
  p->fault = p->at;
  if (n >= EXPRESSION_NAME_SIZE)
    return loligo_fail(LOLIGO_INPUT_ERROR, "a word of more than %d characters", EXPRESSION_NAME_SIZE - 1);
  memcpy(word, p->at, n);
  word[n] = '\0';
  p->at += n;
  skip_blanks(p);
  return LOLIGO_OK;
}

static loligo_status parse_name(parser *p, measure *value)
{
  char name[EXPRESSION_NAME_SIZE];
  LOLIGO_TRY(take_word(p, name_length(p->at), name));
  const char *start = p->fault;
  if (!take(p, "(")) return p->names->value_of(p->names->self, name, value);
  const function *function = find_function(name);
  p->fault = start;
  return function ? parse_call(p, function, start, value) : fail_unknown_function(name);
}

/* Letters, those beyond ASCII and their exponents: mV, cm2, µS. */
static size_t unit_length(const char *text)
{
  size_t n = strspn(text, "%");
  while (isalpha((unsigned char)text[n]) || (unsigned char)text[n] >= 0x80 || (n && isdigit((unsigned char)text[n])))
    n++;
  return n;
}

static loligo_status parse_unit(parser *p, measure *value)
{
  char unit[EXPRESSION_NAME_SIZE];
  const size_t n = unit_length(p->at);
  if (n == 0) return LOLIGO_OK;
  LOLIGO_TRY(take_word(p, n, unit));
  if (p->names->is_known(p->names->self, unit))
    return loligo_fail(LOLIGO_INPUT_ERROR,
                       "'%s' behind a number is a unit, and also the name of a parameter; write * before the name",
                       unit);
  LOLIGO_TRY(measure_set_unit(value, unit));
  if (*p->at != '^' && strncmp(p->at, "**", 2) != 0) return LOLIGO_OK;
  p->fault = p->at;
  return loligo_fail(LOLIGO_INPUT_ERROR, "a power of the unit or of both? write (2 ms)^2, or 2 ms2");
}

static loligo_status parse_number(parser *p, measure *value)
{
  const char *behind = quantity_number(p->at, &value->number);
  p->fault = p->at;
  if (behind == p->at) return fail_expected(p, "a number, a name or '('");
  LOLIGO_TRY(check_finite(value));
  p->at = behind;
  skip_blanks(p);
  return parse_unit(p, value);
}

static loligo_status parse_operand(parser *p, measure *value)
{
  *value = (measure){.number = 0};
  if (begins_name(*p->at)) return parse_name(p, value);
  if (!take(p, "(")) return parse_number(p, value);
  LOLIGO_TRY(parse_sum(p, value));
  return take(p, ")") ? LOLIGO_OK : fail_expected(p, "an operator or ')'");
}

/* -- operators -- */

typedef loligo_status (*operation)(measure *, const measure *);

/* The right operand of the sign that was taken, and what comes of it. */
static loligo_status operate(parser *p, operation operation, loligo_status (*parse)(parser *, measure *),
                             measure *value)
{
  const char *sign = p->fault;
  measure right;
  LOLIGO_TRY(parse(p, &right));
  p->fault = sign;
  LOLIGO_TRY(operation(value, &right));
  return check_finite(value);
}

static loligo_status parse_signed(parser *p, measure *value);

static loligo_status parse_power(parser *p, measure *value)
{
  LOLIGO_TRY(parse_operand(p, value));
  return take(p, "^") || take(p, "**") ? operate(p, measure_power, parse_signed, value) : LOLIGO_OK;
}

static loligo_status parse_unsigned(parser *p, measure *value)
{
  double sign = 1;
  while (*p->at == '-' || *p->at == '+')
    if (!take(p, "+") && take(p, "-")) sign = -sign;
  LOLIGO_TRY(parse_power(p, value));
  value->number *= sign;
  return LOLIGO_OK;
}

/* Every nesting passes here. */
static loligo_status parse_signed(parser *p, measure *value)
{
  if (++p->depth > EXPRESSION_MAX_DEPTH) {
    p->fault = p->at;
    return loligo_fail(LOLIGO_INPUT_ERROR, "nested deeper than %d levels", EXPRESSION_MAX_DEPTH);
  }
  LOLIGO_TRY(parse_unsigned(p, value));
  p->depth--;
  return LOLIGO_OK;
}

/* Operators that bind equally, from left to right. */
typedef struct level {
  const char *signs[2];
  operation operations[2];
  loligo_status (*parse)(parser *, measure *); /* an operand */
} level;

/* The operation whose sign comes next, or NULL. */
static operation take_operator(parser *p, const level *level)
{
  return take(p, level->signs[0]) ? level->operations[0] : take(p, level->signs[1]) ? level->operations[1] : NULL;
}

static loligo_status parse_level(parser *p, const level *level, measure *value)
{
  LOLIGO_TRY(level->parse(p, value));
  for (operation found; (found = take_operator(p, level));) LOLIGO_TRY(operate(p, found, level->parse, value));
  return LOLIGO_OK;
}

static loligo_status parse_product(parser *p, measure *value)
{
  static const level product = {{"*", "/"}, {measure_multiply, measure_divide}, parse_signed};
  return parse_level(p, &product, value);
}

static loligo_status parse_sum(parser *p, measure *value)
{
  static const level sum = {{"+", "-"}, {measure_add, measure_subtract}, parse_product};
  return parse_level(p, &sum, value);
}

static loligo_status parse_all(parser *p, measure *value)
{
  if (strlen(p->fault) > EXPRESSION_MAX_BYTES)
    return loligo_fail(LOLIGO_INPUT_ERROR, "longer than %d bytes; name parts of it under parameters",
                       EXPRESSION_MAX_BYTES);
  skip_blanks(p);
  LOLIGO_TRY(parse_sum(p, value));
  return *p->at ? fail_expected(p, "an operator or the end") : LOLIGO_OK;
}

loligo_status expression_evaluate(const char *text, const expression_names *names, measure *value, size_t *at)
{
  parser p = {.at = text + 1, .fault = text, .names = names};
  const loligo_status status = parse_all(&p, value);
  *at = (size_t)(p.fault - text);
  return status;
}

/*
 * Parsing of options by table.
 */
#include "cli/options.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/mistakes.h"
#include "base/text.h"

static size_t find(const options *options, const char *name, size_t length)
{
  size_t i = 0;
  while (i < options->n &&
         (strlen(options->table[i].name) != length || strncmp(options->table[i].name, name, length) != 0))
    i++;
  return i;
}

loligo_status options_fail_unknown(const char *what, const char *dashes, const char *name, const char *const *names,
                                   size_t n, const char *mend)
{
  const char *nearest = text_nearest(name, names, n);
  if (!nearest) return loligo_fail(LOLIGO_INPUT_ERROR, "unknown %s '%s%s'; %s", what, dashes, name, mend);
  return loligo_fail(LOLIGO_INPUT_ERROR, "unknown %s '%s%s'; did you mean '%s%s'?", what, dashes, name, dashes,
                     nearest);
}

static loligo_status unknown(const options *options, const char *argument)
{
  const char *names[OPTIONS_MAX];
  char name[64];
  snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
  for (size_t i = 0; i < options->n; i++) names[i] = options->table[i].name;
  return options_fail_unknown("option", "--", name, names, options->n, "see --help");
}

static bool repeats(const option *option)
{
  return option->value && text_ends(option->value, " ...");
}

static void store(options *options, size_t i, const char *value)
{
  options->given[i] = true;
  options->value[i] = value;
  if (repeats(&options->table[i])) options->list[i].items[options->list[i].n++] = value;
}

/* Takes argument argv[*at], and the next one where it is the value. */
static loligo_status parse_option(options *options, char **argv, int *at)
{
  const char *name = argv[*at] + 2, *equals = strchr(name, '=');
  size_t i = find(options, name, equals ? (size_t)(equals - name) : strlen(name));
  if (i == options->n) return unknown(options, argv[*at]);
  const option *option = &options->table[i];
  if (!option->value) {
    if (equals) return loligo_fail(LOLIGO_INPUT_ERROR, "option --%s takes no value", option->name);
    store(options, i, "");
  } else if (equals) {
    store(options, i, equals + 1);
  } else if (argv[*at + 1]) {
    store(options, i, argv[++*at]);
  } else {
    return loligo_fail(LOLIGO_INPUT_ERROR, "option --%s needs a value: %s", option->name, option->value);
  }
  return LOLIGO_OK;
}

static loligo_status unexpected(const char *argument, const char *before)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "unexpected argument '%s' after '%s'", argument, before);
}

loligo_status options_at_most_one_operand(const options *options)
{
  return options->second ? unexpected(options->second, options->operand) : LOLIGO_OK;
}

static loligo_status allocate_lists(options *options, int argc)
{
  for (size_t i = 0; i < options->n; i++) {
    option_list *list = &options->list[i];
    if (!repeats(&options->table[i])) continue;
    list->items = memory_allocate((size_t)argc, sizeof *list->items, "options");
    if (!list->items) return LOLIGO_MACHINE_ERROR;
  }
  return LOLIGO_OK;
}

loligo_status options_parse(options *options, const option *table, size_t n, int argc, char **argv)
{
  *options = (struct options){.table = table, .n = n};
  assert(n <= OPTIONS_MAX);
  LOLIGO_TRY(allocate_lists(options, argc));
  for (int at = 2; at < argc; at++) {
    if (strncmp(argv[at], "--", 2) == 0)
      LOLIGO_TRY(parse_option(options, argv, &at));
    else if (argv[at][0] == '-' && argv[at][1])
      return loligo_fail(LOLIGO_INPUT_ERROR, "unknown option '%s'; see --help", argv[at]);
    else if (options->second)
      return unexpected(argv[at], options->second);
    else if (options->operand)
      options->second = argv[at];
    else
      options->operand = argv[at];
  }
  return LOLIGO_OK;
}

void options_free(options *options)
{
  for (size_t i = 0; i < options->n; i++) memory_free(options->list[i].items);
}

bool options_has(const options *options, const char *name)
{
  return options->given[find(options, name, strlen(name))];
}

const char *options_value(const options *options, const char *name)
{
  return options->value[find(options, name, strlen(name))];
}

option_list options_list(const options *options, const char *name)
{
  return options->list[find(options, name, strlen(name))];
}

loligo_status options_whole(const options *options, const char *name, int low, int high, int *value)
{
  const char *text = options_value(options, name);
  char *end;
  if (!text) return LOLIGO_OK;
  errno = 0;
  const long number = strtol(text, &end, 10);
  if (errno || end == text || *end || number < low || number > high)
    return loligo_fail(LOLIGO_INPUT_ERROR, "--%s takes a whole number from %d to %d, not '%s'", name, low, high, text);
  *value = (int)number;
  return LOLIGO_OK;
}

int report_failure(loligo_status status)
{
  fprintf(stderr, "%s\n", loligo_error_message());
  for (size_t i = 0; mistakes_behind(i); i++) fprintf(stderr, "%s\n", mistakes_behind(i));
  return (int)status;
}

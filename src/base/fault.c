/*
 * An unknown name is answered with the nearest one that exists, or with all of them.
 */
#include "base/fault.h"

#include <stdio.h>

#include "base/text.h"

enum { LIST_SIZE = 1024 };

void fault_names_add(fault_names *names, const char *name)
{
  if (names->n < FAULT_MAX_NAMES) names->name[names->n++] = name;
}

static void join(const fault_names *names, char list[LIST_SIZE])
{
  size_t length = 0;
  list[0] = '\0';
  for (size_t i = 0; i < names->n && length < LIST_SIZE; i++)
    length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s%s", i ? ", " : "", names->name[i]);
}

/* `in` is " in " before a place, else both are empty. */
static loligo_status fail(const char *what, const char *word, const char *in, const char *where,
                          const fault_names *names)
{
  const char *nearest = text_nearest(word, names->name, names->n);
  if (nearest) {
    return loligo_fail(LOLIGO_INPUT_ERROR, "unknown %s '%s'%s%s; did you mean '%s'?", what, word, in, where, nearest);
  }
  char list[LIST_SIZE];
  join(names, list);
  return loligo_fail(LOLIGO_INPUT_ERROR, "unknown %s '%s'%s%s; known: %s", what, word, in, where,
                     names->n ? list : "none");
}

loligo_status fault_unknown(const char *what, const char *word, const fault_names *names)
{
  return fail(what, word, "", "", names);
}

loligo_status fault_unknown_in(const char *what, const char *word, const char *where, const fault_names *names)
{
  return fail(what, word, " in ", where, names);
}

void fault_place_print(fault_place place, char text[FAULT_PLACE_BYTES])
{
  if (!place.origin)
    text[0] = '\0';
  else if (place.line == 0)
    snprintf(text, FAULT_PLACE_BYTES, "--set %s: ", place.origin);
  else
    snprintf(text, FAULT_PLACE_BYTES, "%s:%u:%u: ", place.origin, place.line, place.column);
}

void fault_take_message(char *message, size_t size)
{
  snprintf(message, size, "%s", loligo_error_message());
  loligo_error_clear();
}

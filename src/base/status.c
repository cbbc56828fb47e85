/*
 * Keeps one message per thread: the cause of a failure, which its consequences cannot overwrite.
 */
#include "loligo/status.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_BYTES = 1024 };

static _Thread_local char first_message[MESSAGE_BYTES];

const char *loligo_status_text(loligo_status status)
{
  switch (status) {
#define STATUS_CASE(name, code, text)                                                                                  \
  case name:                                                                                                           \
    return text;
    LOLIGO_STATUS_LIST(STATUS_CASE)
#undef STATUS_CASE
  }
  return "unknown status";
}

/* What a message quotes may hold anything, as line feeds or orders to a terminal. */
static void keep_to_one_line(char *text)
{
  for (; *text; text++)
    if (iscntrl((unsigned char)*text)) *text = '?';
}

loligo_status loligo_fail(loligo_status status, const char *format, ...)
{
  assert(status != LOLIGO_OK);
  if (first_message[0] == '\0') {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(first_message, sizeof first_message, format, arguments);
    va_end(arguments);
    keep_to_one_line(first_message);
  }
  return status;
}

const char *loligo_error_message(void)
{
  return first_message;
}

void loligo_error_clear(void)
{
  first_message[0] = '\0';
}

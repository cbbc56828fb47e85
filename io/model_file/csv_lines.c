/*
 * Fields are cut in place.
 */
#include "io/model_file/csv_lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/text.h"

static const char BLANKS[] = " \t";

static loligo_status check_stream(const csv_lines *lines)
{
  if (!ferror(lines->file)) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot read: %s", lines->path, strerror(errno));
}

/* Cuts the end of a line off, LF or CRLF; anything else that is no text would hide what stands behind it. */
static loligo_status trim_line(const csv_lines *lines, size_t length)
{
  char *line = lines->line;
  if (length > 0 && line[length - 1] == '\n') length--;
  if (length > 0 && line[length - 1] == '\r') length--;
  line[length] = '\0';
  if (strlen(line) < length)
    return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: not a text file: it holds a zero byte; save it as UTF-8",
                       lines->path, lines->number);
  if (!strchr(line, '\r')) return LOLIGO_OK;
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu: a carriage return within a line; end lines with LF or CRLF",
                     lines->path, lines->number);
}

loligo_status csv_next_line(csv_lines *lines, char **rest)
{
  ssize_t length;
  *rest = NULL;
  while ((length = getline(&lines->line, &lines->capacity, lines->file)) >= 0) {
    lines->number++;
    LOLIGO_TRY(trim_line(lines, (size_t)length));
    char *line = lines->line;
    if (lines->number == 1) line += text_behind_mark(line) - line; /* which spreadsheets write */
    if (!line[strspn(line, BLANKS)]) continue;
    *rest = line;
    return LOLIGO_OK;
  }
  return check_stream(lines);
}

unsigned csv_column(const csv_lines *lines, const char *field)
{
  return (unsigned)(field - lines->line) + 1;
}

static loligo_status fail_quote(const csv_lines *lines, const char *at, const char *why)
{
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s:%zu:%u: %s", lines->path, lines->number, csv_column(lines, at), why);
}

/* Ends a quoted field behind whose first quote `field` stands; *end receives what is behind its last quote. */
static loligo_status unquote(const csv_lines *lines, char *field, char **end)
{
  char *to = field, *at = field;
  for (; *at && !(at[0] == '"' && at[1] != '"'); at++) {
    at += *at == '"';
    *to++ = *at;
  }
  if (!*at) return fail_quote(lines, field, "a quote is not closed in its line");
  *end = at + 1 + strspn(at + 1, BLANKS);
  const bool is_apart = !**end || (lines->by_blanks ? *end > at + 1 : **end == ',');
  if (!is_apart)
    return fail_quote(lines, *end,
                      lines->by_blanks ? "a blank must follow a closing quote" : "a comma must follow a closing quote");
  *to = '\0';
  return LOLIGO_OK;
}

/* Ends a plain field at its last character that is no blank. */
static void trim_field(char *field, char *end)
{
  while (end > field && strchr(BLANKS, end[-1])) end--;
  *end = '\0';
}

/* Where the next field begins, behind the end of one; NULL where there is none. */
static char *next_of(const csv_lines *lines, char *end)
{
  if (lines->by_blanks) end += strspn(end, BLANKS);
  if (!*end) return NULL;
  return lines->by_blanks ? end : end + 1;
}

loligo_status csv_next_field(const csv_lines *lines, char **rest, char **field)
{
  *field = *rest;
  if (!*rest) return LOLIGO_OK;
  *field += strspn(*field, BLANKS);
  const bool is_quoted = **field == '"';
  char *end = *field + strcspn(*field, lines->by_blanks ? BLANKS : ",");
  if (is_quoted) LOLIGO_TRY(unquote(lines, ++*field, &end));
  *rest = next_of(lines, end);
  if (!is_quoted) trim_field(*field, end);
  return LOLIGO_OK;
}

void csv_lines_free(csv_lines *lines)
{
  free(lines->line);
}

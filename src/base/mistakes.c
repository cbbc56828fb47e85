/*
 * The first MISTAKES_MOST by place are kept, whatever their order of arrival; the others are counted. The place is read
 * from the message, which begins with it. As the recorded message, they belong to a thread.
 */
#include "base/mistakes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { MESSAGE_BYTES = 1024 };

/* Overrides of the command line first, then the file, then the files that it names. */
typedef enum origin { ORIGIN_NONE, ORIGIN_FILE, ORIGIN_OTHER } origin;

typedef struct mistake {
  origin origin;
  unsigned long line, column;
  char message[MESSAGE_BYTES];
} mistake;

static _Thread_local struct {
  const char *path;
  bool is_open;                 /* someone began */
  mistake first[MISTAKES_MOST]; /* [n] in order */
  size_t n, n_more;
  char more[64];
} kept;

void mistakes_begin(const char *path)
{
  kept.path = path;
  kept.is_open = true;
  kept.n = kept.n_more = 0;
}

/* ":12:3: " or ":12: " at *text, which moves behind it. */
static bool parse_place(const char **text, unsigned long *line, unsigned long *column)
{
  char *end;
  if ((*text)[0] != ':' || !isdigit((unsigned char)(*text)[1])) return false;
  *line = strtoul(*text + 1, &end, 10);
  *column = *end == ':' && isdigit((unsigned char)end[1]) ? strtoul(end + 1, &end, 10) : 0;
  if (!text_begins(end, ": ")) return false;
  *text = end;
  return true;
}

static void find_place(mistake *mistake)
{
  const size_t length = strlen(kept.path);
  const char *text = mistake->message;
  mistake->origin = ORIGIN_NONE;
  if (text_begins(text, "--set ")) return;
  const bool is_file = strncmp(text, kept.path, length) == 0 && text[length] == ':';
  for (text += is_file ? length : 0; *text; text++) {
    if (!parse_place(&text, &mistake->line, &mistake->column)) continue;
    mistake->origin = is_file ? ORIGIN_FILE : ORIGIN_OTHER;
    return;
  }
}

static int compare_numbers(unsigned long a, unsigned long b)
{
  return (a > b) - (a < b);
}

static int compare(const mistake *a, const mistake *b)
{
  if (a->origin != b->origin) return a->origin < b->origin ? -1 : 1;
  const int by_line = compare_numbers(a->line, b->line);
  return by_line ? by_line : compare_numbers(a->column, b->column);
}

/* What is copied through an alias, or onto several targets, is wrong once. */
static bool is_kept(const char *message)
{
  for (size_t i = 0; i < kept.n; i++)
    if (strcmp(kept.first[i].message, message) == 0) return true;
  return false;
}

static void insert(const mistake *added)
{
  size_t at = kept.n;
  while (at > 0 && compare(&kept.first[at - 1], added) > 0) at--;
  kept.n_more += kept.n == MISTAKES_MOST;
  if (at == MISTAKES_MOST) return;
  kept.n += kept.n < MISTAKES_MOST;
  memmove(&kept.first[at + 1], &kept.first[at], (kept.n - 1 - at) * sizeof *added);
  kept.first[at] = *added;
}

loligo_status mistakes_keep(loligo_status status, bool *any)
{
  if (status != LOLIGO_INPUT_ERROR) return status;
  mistake added = {.line = 0};
  *any = true;
  if (mistakes_is_told(status)) return LOLIGO_OK;
  snprintf(added.message, sizeof added.message, "%s", loligo_error_message());
  loligo_error_clear();
  find_place(&added);
  if (!is_kept(added.message)) insert(&added);
  return LOLIGO_OK;
}

loligo_status mistakes_told(bool any)
{
  return any ? LOLIGO_INPUT_ERROR : LOLIGO_OK;
}

loligo_status mistakes_keep_told(loligo_status status)
{
  bool any = false;
  LOLIGO_TRY(mistakes_keep(status, &any));
  return mistakes_told(any);
}

bool mistakes_is_told(loligo_status status)
{
  return status == LOLIGO_INPUT_ERROR && !*loligo_error_message();
}

bool mistakes_are_kept(void)
{
  return kept.is_open;
}

bool mistakes_none(void)
{
  return kept.n == 0;
}

loligo_status mistakes_settle(loligo_status status)
{
  bool any = false;
  const loligo_status other = mistakes_keep(status, &any);
  kept.is_open = false;
  LOLIGO_TRY(other);
  if (mistakes_none()) return LOLIGO_OK;
  snprintf(kept.more, sizeof kept.more, "... and %zu more", kept.n_more);
  return loligo_fail(LOLIGO_INPUT_ERROR, "%s", kept.first[0].message);
}

const char *mistakes_behind(size_t i)
{
  if (mistakes_none() || strcmp(kept.first[0].message, loligo_error_message()) != 0) return NULL;
  if (i + 1 < kept.n) return kept.first[i + 1].message;
  return i + 1 == kept.n && kept.n_more > 0 ? kept.more : NULL;
}

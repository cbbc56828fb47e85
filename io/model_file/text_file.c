/*
 * A text in pieces, until there is no more.
 */
#include "io/model_file/text_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

static const char STANDARD_INPUT[] = "-";

loligo_status text_stream_read(FILE *stream, const char *path, const char *what, char **text)
{
  enum { PIECE = 1 << 16 };
  struct stat found;
  size_t capacity = 0, n = 0, got;
  const size_t expected = fstat(fileno(stream), &found) == 0 && S_ISREG(found.st_mode) ? (size_t)found.st_size : 0;
  LOLIGO_TRY(memory_grow((void **)text, &capacity, expected + PIECE + 1, 1, what));
  do {
    LOLIGO_TRY(memory_grow((void **)text, &capacity, n + PIECE + 1, 1, what));
    got = fread(*text + n, 1, PIECE, stream);
    if (memchr(*text + n, 0, got))
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: not a text file: it holds a zero byte", path);
    n += got;
  } while (got > 0);
  (*text)[n] = '\0';
  if (ferror(stream)) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot read: %s", path, strerror(errno));
  return LOLIGO_OK;
}

static loligo_status keep_stream(FILE *stream, const char *path, long_text *text)
{
  enum { PIECE = 1 << 16 };
  char piece[PIECE];
  for (size_t got; (got = fread(piece, 1, PIECE, stream)) > 0;) {
    if (memchr(piece, 0, got))
      return loligo_fail(LOLIGO_INPUT_ERROR, "%s: not a text file: it holds a zero byte", path);
    LOLIGO_TRY(long_text_append(text, piece, got));
  }
  if (ferror(stream)) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot read: %s", path, strerror(errno));
  return long_text_end(text);
}

loligo_status text_file_keep(const char *path, long_text *text)
{
  const char *why;
  if (strcmp(path, STANDARD_INPUT) == 0) return keep_stream(stdin, path, text);
  FILE *stream = file_stream(path, &why);
  if (!stream) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot open: %s", path, why);
  const loligo_status status = keep_stream(stream, path, text);
  fclose(stream);
  return status;
}

loligo_status text_file_read(const char *path, const char *what, char **text)
{
  const char *why;
  if (strcmp(path, STANDARD_INPUT) == 0) return text_stream_read(stdin, path, what, text);
  FILE *stream = file_stream(path, &why);
  if (!stream) return loligo_fail(LOLIGO_INPUT_ERROR, "%s: cannot open: %s", path, why);
  const loligo_status status = text_stream_read(stream, path, what, text);
  fclose(stream);
  return status;
}

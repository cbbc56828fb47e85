/*
 * The file is mapped once it is whole: its pages come when they are read, and can be given back without being written.
 */
#include "base/long_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/least.h"
#include "base/memory.h"

enum { LONG = 1 << 20, PIECE = 1 << 18 };

static const char WHAT[] = "a long text";

/* A file that has lost its name; 0 without one. */
static int open_file(void)
{
  char name[] = "/tmp/loligo.XXXXXX";
  const int file = mkstemp(name);
  if (file >= 0) unlink(name);
  return file > 0 ? file : 0;
}

static bool write_all(int file, const char *bytes, size_t n)
{
  for (size_t done = 0; done < n;) {
    const ssize_t written = write(file, bytes + done, n - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += (size_t)written;
  }
  return true;
}

static bool read_all(int file, char *bytes, size_t n)
{
  for (size_t done = 0; done < n;) {
    const ssize_t got = pread(file, bytes + done, n - done, (off_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += (size_t)got;
  }
  return true;
}

/* What is in the file comes before what is in the buffer, and files are given up for good: the next one would fail as
 * this one did, once all was written to it.
 */
static loligo_status take_back(long_text *text)
{
  const size_t n = text->n - text->n_filed;
  text->stays = true;
  if (!text->file) return LOLIGO_OK;
  LOLIGO_TRY(memory_grow((void **)&text->buffer, &text->capacity, text->n + 1, 1, WHAT));
  memmove(text->buffer + text->n_filed, text->buffer, n);
  const bool good = read_all(text->file, text->buffer, text->n_filed);
  const int cause = errno;
  close(text->file);
  text->file = 0;
  text->n_filed = 0;
  return good ? LOLIGO_OK : loligo_fail(LOLIGO_MACHINE_ERROR, "cannot read a temporary file: %s", strerror(cause));
}

/* Moves what waits into the file, if it is long enough; that it stays in memory is no failure. */
static loligo_status file_away(long_text *text, bool all)
{
  const size_t n = text->n - text->n_filed;
  if (text->stays || text->n < LONG || (!all && n < LONG)) return LOLIGO_OK;
  if (!text->file) text->file = open_file();
  if (!text->file || !write_all(text->file, text->buffer, n)) return take_back(text);
  text->n_filed = text->n;
  return LOLIGO_OK;
}

static loligo_status append_piece(long_text *text, const char *bytes, size_t n)
{
  const size_t waiting = text->n - text->n_filed;
  LOLIGO_TRY(memory_grow((void **)&text->buffer, &text->capacity, waiting + n + 1, 1, WHAT));
  memcpy(text->buffer + waiting, bytes, n);
  text->n += n;
  return file_away(text, false);
}

loligo_status long_text_append(long_text *text, const char *bytes, size_t n)
{
  for (size_t at = 0; at < n; at += PIECE) LOLIGO_TRY(append_piece(text, bytes + at, least(n - at, PIECE)));
  return LOLIGO_OK;
}

static bool map(long_text *text)
{
  if (!write_all(text->file, "", 1)) return false;
  void *mapped = mmap(NULL, text->n + 1, PROT_READ, MAP_PRIVATE, text->file, 0);
  if (mapped == MAP_FAILED) return false;
  close(text->file);
  memory_free(text->buffer);
  *text = (long_text){.text = mapped, .n = text->n, .n_mapped = text->n + 1};
  return true;
}

loligo_status long_text_end(long_text *text)
{
  LOLIGO_TRY(file_away(text, true));
  if (text->file && map(text)) return LOLIGO_OK;
  LOLIGO_TRY(take_back(text));
  LOLIGO_TRY(memory_grow((void **)&text->buffer, &text->capacity, text->n + 1, 1, WHAT));
  text->buffer[text->n] = '\0';
  text->text = text->buffer;
  text->buffer = NULL;
  return LOLIGO_OK;
}

void long_text_rest(const long_text *text)
{
  if (text->n_mapped) madvise(text->text, text->n_mapped, MADV_DONTNEED);
}

void long_text_print(const long_text *text, FILE *out)
{
  for (size_t at = 0; at < text->n; at += PIECE) {
    fwrite(text->text + at, 1, least(text->n - at, PIECE), out);
    long_text_rest(text);
  }
}

void long_text_free(long_text *text)
{
  if (text->n_mapped)
    munmap(text->text, text->n_mapped);
  else
    memory_free(text->text);
  if (text->file) close(text->file);
  memory_free(text->buffer);
  *text = (long_text){0};
}

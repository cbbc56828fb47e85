/*
 * Purpose: one fact, that is there as a whole or not at all, whatever moment the power fails.
 */
#include "io/checkpoint/completion.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "io/checkpoint/folder.h"

enum { LINE_SIZE = 18 }; /* 16 digits and the end of the line */

static void print_line(char line[LINE_SIZE], uint64_t digest)
{
  snprintf(line, LINE_SIZE, "%016" PRIx64 "\n", digest);
}

static void print(FILE *out, const void *line)
{
  fputs(line, out);
}

loligo_status completion_mark(const char *directory, uint64_t digest)
{
  char mark[FOLDER_PATH_SIZE], part[FOLDER_PATH_SIZE], line[LINE_SIZE];
  snprintf(mark, sizeof mark, "%s/" FOLDER_MARK, directory);
  snprintf(part, sizeof part, "%s/" FOLDER_MARK ".part", directory);
  print_line(line, digest);
  loligo_status status = file_print(part, print, line)
                             ? folder_rename(directory, part, mark)
                             : loligo_fail(LOLIGO_MACHINE_ERROR, "cannot write %s: %s", mark, strerror(errno));
  if (status != LOLIGO_OK) unlink(part);
  return status;
}

bool completion_is_marked(const char *directory, uint64_t digest)
{
  char mark[FOLDER_PATH_SIZE], expected[LINE_SIZE], found[LINE_SIZE] = "";
  const char *why;
  snprintf(mark, sizeof mark, "%s/" FOLDER_MARK, directory);
  print_line(expected, digest);
  FILE *file = file_stream(mark, &why);
  bool is_marked = file && fgets(found, sizeof found, file) && strcmp(found, expected) == 0;
  if (file) fclose(file);
  return is_marked;
}

/*
 * The kind is asked of the open file, not of its name, which could mean another one by then. O_NONBLOCK is for opening
 * alone: regular files know no waiting.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* NULL for a regular file. */
static const char *refusal(mode_t mode)
{
  switch (mode & S_IFMT) {
  case S_IFREG:
    return NULL;
  case S_IFDIR:
    return "it is a folder, not a file";
  case S_IFIFO:
    return "it is a pipe, not a file";
  case S_IFSOCK:
    return "it is a socket, not a file";
  default:
    return "it is a device, not a file";
  }
}

int file_open(const char *path, const char **why)
{
  struct stat status;
  const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  *why = descriptor < 0 || fstat(descriptor, &status) ? strerror(errno) : refusal(status.st_mode);
  if (!*why || descriptor < 0) return descriptor;
  close(descriptor);
  return -1;
}

FILE *file_stream(const char *path, const char **why)
{
  const int descriptor = file_open(path, why);
  if (descriptor < 0) return NULL;
  FILE *stream = fdopen(descriptor, "r");
  if (stream) return stream;
  *why = strerror(errno);
  close(descriptor);
  return NULL;
}

bool file_print(const char *path, void (*print)(FILE *out, const void *content), const void *content)
{
  unlink(path);
  FILE *out = fopen(path, "wx");
  if (!out) return false;
  print(out, content);
  bool good = fflush(out) == 0 && fsync(fileno(out)) == 0 && !ferror(out);
  int error = errno;
  if (fclose(out) == 0) errno = error;
  return good;
}

/*
 * One file without a name for each rank.
 */
#include "io/results/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/timer.h"

enum { PIECE = 1 << 22 };

static loligo_status fail(const char *folder)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: cannot write: %s", folder, strerror(errno));
}

static loligo_status write_all(int file, const char *folder, const char *piece, double bytes)
{
  for (double done = 0; done < bytes;) {
    const ssize_t n = write(file, piece, PIECE);
    if (n <= 0) return fail(folder);
    done += (double)n;
  }
  return fsync(file) == 0 ? LOLIGO_OK : fail(folder);
}

static loligo_status write_file(const char *folder, double bytes)
{
  char *piece = memory_allocate(PIECE, 1, "a piece of a file");
  if (!piece) return LOLIGO_MACHINE_ERROR;
  memset(piece, 1, PIECE);
  const int file = open(folder, O_TMPFILE | O_WRONLY, 0600);
  const loligo_status status = file < 0 ? fail(folder) : write_all(file, folder, piece, bytes);
  if (file >= 0) close(file);
  memory_free(piece);
  return status;
}

loligo_status disk_time_writing(const loligo_context *context, const char *folder, double bytes, double *seconds)
{
  MPI_Barrier(context->comm);
  const double since = timer_now();
  const loligo_status status = loligo_agree(context, write_file(folder, bytes));
  *seconds = timer_now() - since;
  return status;
}

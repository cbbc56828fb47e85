/*
 * The first rank of a machine makes a file that has no name and lies in memory alone, the others open it among the open
 * files of that process: no name is left over, and no folder can be too small for it.
 */
#include "base/shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static loligo_status fail(const char *what)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "memory that the ranks of a machine share cannot be %s: %s", what,
                     strerror(errno));
}

/* Where the others find the file. */
typedef struct origin {
  int64_t process, descriptor;
  uint64_t device, inode;
} origin;

static loligo_status make_file(size_t size, int *file, origin *origin)
{
  struct stat made;
  *file = memfd_create("loligo", MFD_CLOEXEC);
  if (*file < 0 || ftruncate(*file, (off_t)size) || fstat(*file, &made)) return fail("made");
  *origin = (struct origin){getpid(), *file, made.st_dev, made.st_ino};
  return LOLIGO_OK;
}

static loligo_status open_file(const origin *origin, int *file)
{
  char path[64];
  struct stat found;
  snprintf(path, sizeof path, "/proc/%" PRId64 "/fd/%" PRId64, origin->process, origin->descriptor);
  *file = open(path, O_RDONLY | O_CLOEXEC);
  if (*file < 0 || fstat(*file, &found)) return fail("opened");
  if (found.st_dev == origin->device && found.st_ino == origin->inode) return LOLIGO_OK;
  errno = ENOENT; /* processes are numbered otherwise there */
  return fail("opened");
}

static loligo_status map_file(int file, int protection, size_t size, shared_memory *memory)
{
  void *bytes = mmap(NULL, size, protection, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) return fail("mapped");
  *memory = (shared_memory){bytes, size};
  return LOLIGO_OK;
}

loligo_status shared_memory_create(const loligo_context *context, MPI_Comm node, size_t size, shared_memory *memory)
{
  int place, file = -1;
  origin origin = {0};
  *memory = (shared_memory){0};
  if (size == 0) return LOLIGO_OK;
  MPI_Comm_rank(node, &place);
  const bool is_first = place == 0;
  loligo_status status = loligo_agree(context, is_first ? make_file(size, &file, &origin) : LOLIGO_OK);
  if (status == LOLIGO_OK) {
    MPI_Bcast(&origin, sizeof origin, MPI_BYTE, 0, node);
    if (!is_first) status = open_file(&origin, &file);
    if (status == LOLIGO_OK) status = map_file(file, is_first ? PROT_READ | PROT_WRITE : PROT_READ, size, memory);
    status = loligo_agree(context, status);
  }
  if (file >= 0) close(file);
  if (status != LOLIGO_OK) shared_memory_free(memory);
  return status;
}

void shared_memory_end_writing(const shared_memory *memory)
{
  if (memory->bytes) mprotect(memory->bytes, memory->size, PROT_READ);
}

void shared_memory_free(shared_memory *memory)
{
  if (memory->bytes) munmap(memory->bytes, memory->size);
  *memory = (shared_memory){0};
}

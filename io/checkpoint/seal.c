/*
 * Seals. Each rank digests one stretch of the file; ranks that would have little to do leave it to the others, so that
 * a hundred thousand ranks do not open a small file.
 */
#include "io/checkpoint/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/checkpoint/digest.h"

enum { SEAL_BYTES = 64, WORD = sizeof(uint64_t), BUFFER_BYTES = 1 << 20, LEAST_BYTES_PER_RANK = 8 << 20 };

static loligo_status fail(const char *action, const char *path)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot %s %s: %s", action, path, strerror(errno));
}

static void seal_print(char seal[SEAL_BYTES + 1], uint64_t bytes, uint64_t digest)
{
  snprintf(seal, SEAL_BYTES + 1, "\nloligo checkpoint %16" PRIu64 " bytes %016" PRIx64 "     \n", bytes, digest);
}

/* Reads exactly n bytes. */
static loligo_status read_at(int descriptor, const char *path, uint64_t at, size_t n, char *to)
{
  while (n > 0) {
    ssize_t got = pread(descriptor, to, n, (off_t)at);
    if (got == 0) return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot read %s: it became shorter", path);
    if (got < 0 && errno != EINTR) return fail("read", path);
    if (got < 0) continue;
    at += (uint64_t)got;
    to += got;
    n -= (size_t)got;
  }
  return LOLIGO_OK;
}

/* Digest of the bytes first ... last - 1; first is a multiple of a word, a last part of a word counts as filled up with
 * zeros. */
static loligo_status digest_stretch(const char *path, uint64_t first, uint64_t last, uint64_t *digest)
{
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail("open", path);
  char *buffer = memory_allocate(BUFFER_BYTES, 1, "digest of a checkpoint");
  loligo_status status = buffer ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (uint64_t at = first; status == LOLIGO_OK && at < last; at += BUFFER_BYTES) {
    size_t n = last - at < BUFFER_BYTES ? last - at : BUFFER_BYTES, n_words = (n + WORD - 1) / WORD;
    memset(buffer + (n_words - (n > 0)) * WORD, 0, n > 0 ? WORD : 0);
    status = read_at(descriptor, path, at, n, buffer);
    if (status == LOLIGO_OK) *digest += digest_words(0, at / WORD, n_words, buffer);
  }
  memory_free(buffer);
  close(descriptor);
  return status;
}

/* Digest of the first `bytes` bytes, the same on all ranks. Collective. */
static loligo_status digest_file(const loligo_context *context, const char *path, uint64_t bytes, uint64_t *digest)
{
  uint64_t ranks = bytes / LEAST_BYTES_PER_RANK + 1, rank = (uint64_t)context->rank;
  if (ranks > (uint64_t)context->size) ranks = (uint64_t)context->size;
  uint64_t share = (bytes / ranks / WORD + 1) * WORD, first = rank * share, last = first + share;
  loligo_status status = LOLIGO_OK;
  *digest = 0;
  if (first < bytes) status = digest_stretch(path, first, last < bytes ? last : bytes, digest);
  MPI_Allreduce(MPI_IN_PLACE, digest, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  return loligo_agree(context, status);
}

static loligo_status append(const char *path, const char seal[SEAL_BYTES])
{
  int descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) return fail("open", path);
  errno = ENOSPC; /* of a write that is cut short */
  bool good = write(descriptor, seal, SEAL_BYTES) == SEAL_BYTES && fsync(descriptor) == 0;
  good = close(descriptor) == 0 && good;
  return good ? LOLIGO_OK : fail("write", path);
}

static loligo_status size_of(const char *path, uint64_t *bytes)
{
  struct stat found;
  if (stat(path, &found)) return fail("read", path);
  *bytes = (uint64_t)found.st_size;
  return LOLIGO_OK;
}

loligo_status seal_write(const loligo_context *context, const char *path, uint64_t *bytes)
{
  char seal[SEAL_BYTES + 1];
  uint64_t digest;
  *bytes = 0;
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? size_of(path, bytes) : LOLIGO_OK));
  MPI_Bcast(bytes, 1, MPI_UINT64_T, 0, context->comm);
  LOLIGO_TRY(digest_file(context, path, *bytes, &digest));
  seal_print(seal, *bytes, digest);
  *bytes += SEAL_BYTES;
  return loligo_agree(context, context->rank == 0 ? append(path, seal) : LOLIGO_OK);
}

/* The seal that a file bears, and the bytes before it. */
static loligo_status read_seal(const char *path, char seal[SEAL_BYTES + 1], uint64_t *bytes)
{
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail("open", path);
  loligo_status status = size_of(path, bytes);
  *bytes -= *bytes < SEAL_BYTES ? *bytes : SEAL_BYTES;
  memset(seal, 0, SEAL_BYTES + 1);
  if (status == LOLIGO_OK && *bytes > 0) status = read_at(descriptor, path, *bytes, SEAL_BYTES, seal);
  close(descriptor);
  return status;
}

static loligo_status compare(const char *path, const char *found, uint64_t bytes, uint64_t digest)
{
  char expected[SEAL_BYTES + 1];
  seal_print(expected, bytes, digest);
  if (memcmp(found, expected, SEAL_BYTES) == 0) return LOLIGO_OK;
  uint64_t length;
  bool is_seal = sscanf(found, " loligo checkpoint %" SCNu64, &length) == 1;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: is no good checkpoint: %s", path,
                     is_seal ? "it was changed or damaged after it was written"
                             : "it was cut short, or damaged at its end");
}

loligo_status seal_check(const loligo_context *context, const char *path)
{
  char found[SEAL_BYTES + 1];
  uint64_t bytes = 0, digest;
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? read_seal(path, found, &bytes) : LOLIGO_OK));
  MPI_Bcast(&bytes, 1, MPI_UINT64_T, 0, context->comm);
  LOLIGO_TRY(digest_file(context, path, bytes, &digest));
  return loligo_agree(context, context->rank == 0 ? compare(path, found, bytes, digest) : LOLIGO_OK);
}

/*
 * Seals. Each rank digests one stretch of the file; ranks that would have little to do leave it to the others, so that
 * a hundred thousand ranks do not open a small file.
 */
#include "io/hdf5/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/hdf5/digest.h"

enum { WORD = sizeof(uint64_t), BUFFER_BYTES = 1 << 20, LEAST_BYTES_PER_RANK = 8 << 20 };

static loligo_status fail(const char *action, const char *path)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot %s %s: %s", action, path, strerror(errno));
}

static void print(char text[SEAL_BYTES + 1], const seal *seal)
{
  snprintf(text, SEAL_BYTES + 1, "\nloligo seal %16" PRIu64 " bytes %016" PRIx64 " after %016" PRIx64 "    \n",
           seal->bytes, seal->digest, seal->after);
}

static bool parse(const char *text, seal *seal)
{
  return sscanf(text, "\nloligo seal %16" SCNu64 " bytes %16" SCNx64 " after %16" SCNx64, &seal->bytes, &seal->digest,
                &seal->after) == 3;
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
static loligo_status digest_stretch(const char *path, uint64_t key, uint64_t first, uint64_t last, uint64_t *digest)
{
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail("open", path);
  char *buffer = memory_allocate(BUFFER_BYTES, 1, "the digest of a file");
  loligo_status status = buffer ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
  for (uint64_t at = first; status == LOLIGO_OK && at < last; at += BUFFER_BYTES) {
    size_t n = last - at < BUFFER_BYTES ? last - at : BUFFER_BYTES, n_words = (n + WORD - 1) / WORD;
    memset(buffer + (n_words - (n > 0)) * WORD, 0, n > 0 ? WORD : 0);
    status = read_at(descriptor, path, at, n, buffer);
    if (status == LOLIGO_OK) *digest += digest_words(key, at / WORD, n_words, buffer);
  }
  memory_free(buffer);
  close(descriptor);
  return status;
}

/* Digest of the bytes before a seal, the same on all ranks. Collective. */
static loligo_status digest_file(const loligo_context *context, const char *path, seal seal, uint64_t *digest)
{
  uint64_t ranks = seal.bytes / LEAST_BYTES_PER_RANK + 1, rank = (uint64_t)context->rank;
  if (ranks > (uint64_t)context->size) ranks = (uint64_t)context->size;
  uint64_t share = (seal.bytes / ranks / WORD + 1) * WORD, first = rank * share, last = first + share;
  loligo_status status = LOLIGO_OK;
  *digest = 0;
  if (first < seal.bytes)
    status = digest_stretch(path, seal.after, first, last < seal.bytes ? last : seal.bytes, digest);
  MPI_Allreduce(MPI_IN_PLACE, digest, 1, MPI_UINT64_T, MPI_SUM, context->comm);
  return loligo_agree(context, status);
}

static loligo_status append(const char *path, const seal *seal)
{
  char text[SEAL_BYTES + 1];
  print(text, seal);
  int descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) return fail("open", path);
  errno = ENOSPC; /* of a write that is cut short */
  bool good = write(descriptor, text, SEAL_BYTES) == SEAL_BYTES && fsync(descriptor) == 0;
  good = close(descriptor) == 0 && good;
  return good ? LOLIGO_OK : fail("write", path);
}

/* Not of a pipe, which would keep waiting whoever opens it. */
static loligo_status size_of(const char *path, uint64_t *bytes)
{
  struct stat found;
  if (stat(path, &found)) return fail("read", path);
  if (!S_ISREG(found.st_mode)) return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot read %s: it is no regular file", path);
  *bytes = (uint64_t)found.st_size;
  return LOLIGO_OK;
}

loligo_status seal_write(const loligo_context *context, const char *path, uint64_t after, seal *seal)
{
  *seal = (struct seal){.after = after};
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? size_of(path, &seal->bytes) : LOLIGO_OK));
  MPI_Bcast(&seal->bytes, 1, MPI_UINT64_T, 0, context->comm);
  LOLIGO_TRY(digest_file(context, path, *seal, &seal->digest));
  return loligo_agree(context, context->rank == 0 ? append(path, seal) : LOLIGO_OK);
}

static loligo_status read_text(const char *path, uint64_t bytes, char text[SEAL_BYTES + 1])
{
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail("open", path);
  loligo_status status = read_at(descriptor, path, bytes - SEAL_BYTES, SEAL_BYTES, text);
  text[SEAL_BYTES] = '\0';
  close(descriptor);
  return status;
}

/* The seal that a file bears; its words and length are right. */
static loligo_status read_seal(const char *path, seal *seal)
{
  uint64_t bytes = 0;
  char text[SEAL_BYTES + 1] = "", expected[SEAL_BYTES + 1];
  LOLIGO_TRY(size_of(path, &bytes));
  if (bytes >= SEAL_BYTES) LOLIGO_TRY(read_text(path, bytes, text));
  if (parse(text, seal)) {
    print(expected, seal);
    if (memcmp(text, expected, SEAL_BYTES) == 0 && seal->bytes == bytes - SEAL_BYTES) return LOLIGO_OK;
  }
  return loligo_fail(LOLIGO_MACHINE_ERROR,
                     "%s: bears no seal: it was cut short, damaged at its end, or written by another version of loligo",
                     path);
}

loligo_status seal_check(const loligo_context *context, const char *path, seal *found)
{
  uint64_t digest;
  *found = (seal){0};
  LOLIGO_TRY(loligo_agree(context, context->rank == 0 ? read_seal(path, found) : LOLIGO_OK));
  MPI_Bcast(found, sizeof *found, MPI_BYTE, 0, context->comm);
  LOLIGO_TRY(digest_file(context, path, *found, &digest));
  if (digest == found->digest) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "%s: was changed or damaged after it was written", path);
}

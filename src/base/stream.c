/*
 * A piece goes out as its length and its bytes; one of no bytes is the end.
 */
#include "base/stream.h"

#include <string.h>

#include "base/comm.h"
#include "base/least.h"
#include "base/memory.h"

enum { PIECE_BYTES = 1 << 18 };

static const uint64_t NO_TEXT = UINT64_MAX;

loligo_status stream_open(stream *stream, const struct loligo_context *context)
{
  *stream = (struct stream){.context = context, .reads = context->rank != 0};
  stream->piece = memory_allocate(PIECE_BYTES, 1, "a message to all ranks");
  const loligo_status status = loligo_agree(context, stream->piece ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status != LOLIGO_OK) memory_free(stream->piece);
  return status;
}

/* The next piece from rank 0 to all. */
static void pass_piece(stream *stream)
{
  uint64_t size = stream->at;
  comm_broadcast(stream->context, &size, sizeof size);
  comm_broadcast(stream->context, stream->piece, size);
  stream->at = 0;
  stream->n = size;
  stream->has_ended = size == 0;
}

void stream_move(stream *stream, void *bytes, size_t n)
{
  while (n > 0) {
    if (stream->at == (stream->reads ? stream->n : PIECE_BYTES)) pass_piece(stream);
    const size_t some = least(n, (stream->reads ? stream->n : PIECE_BYTES) - stream->at);
    char *at = stream->piece + stream->at;
    if (stream->reads)
      memcpy(bytes, at, some);
    else
      memcpy(at, bytes, some);
    stream->at += some;
    bytes = (char *)bytes + some;
    n -= some;
  }
}

loligo_status stream_text(stream *stream, const char **text, pool *pool)
{
  static const char WHAT[] = "the description of the network";
  uint64_t length = NO_TEXT;
  if (!stream->reads && *text) length = strlen(*text);
  stream_move(stream, &length, sizeof length);
  if (!stream->reads) {
    if (*text) stream_move(stream, (void *)*text, length);
    return LOLIGO_OK;
  }
  *text = NULL;
  if (length == NO_TEXT) return LOLIGO_OK;
  char *read = pool ? pool_room(pool, length + 1) : memory_small(length + 1, WHAT);
  if (!read) return LOLIGO_MACHINE_ERROR;
  stream_move(stream, read, length);
  read[length] = '\0';
  *text = read;
  return LOLIGO_OK;
}

loligo_status stream_array(stream *stream, void **array, uint64_t n, size_t element_size, const char *what)
{
  if (stream->reads && n > 0) {
    *array = memory_allocate(n, element_size, what);
    if (!*array) return LOLIGO_MACHINE_ERROR;
  }
  if (n > 0) stream_move(stream, *array, n * element_size);
  return LOLIGO_OK;
}

loligo_status stream_close(stream *stream, loligo_status status)
{
  if (!stream->reads && stream->at > 0) pass_piece(stream);
  while (!stream->has_ended) pass_piece(stream);
  memory_free(stream->piece);
  return status;
}

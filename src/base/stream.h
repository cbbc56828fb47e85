/**
 * What rank 0 says to all other ranks, in pieces, so that nobody holds it as a whole. Sender and readers run the same
 * code: each call sends what its variables hold on rank 0, and fills them elsewhere.
 *
 *   stream stream;
 *   LOLIGO_TRY(stream_open(&stream, context));
 *   loligo_status status = move_something(&stream, &something);
 *   LOLIGO_TRY(loligo_agree(context, stream_close(&stream, status)));
 *
 * Between open and close a rank that reads may fail on its own: the close reads what is left. Rank 0 must not: it sends
 * all that the others ask for.
 */
#ifndef LOLIGO_BASE_STREAM_H
#define LOLIGO_BASE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "loligo/status.h"

typedef struct stream {
  const struct loligo_context *context;
  bool reads;   /* this rank is not rank 0 */
  char *piece;  /* owned */
  size_t at, n; /* bytes of the piece that were moved; that it holds where it is read */
  bool has_ended;
} stream;

/** Collective. MACHINE without memory, the same on all ranks. */
loligo_status stream_open(stream *stream, const struct loligo_context *context);

/** Sends or fills bytes[n]. Collective, as all below: all ranks move the same but for those that have failed. */
void stream_move(stream *stream, void *bytes, size_t n);

/** A string, which may be NULL; where it is read it lies in the pool, or without one is freed by memory_free(). MACHINE
 * without memory. */
loligo_status stream_text(stream *stream, const char **text, pool *pool);

/** n elements, n > 0 or *array NULL; where they are read they are allocated, for memory_free(). MACHINE without memory.
 */
loligo_status stream_array(stream *stream, void **array, uint64_t n, size_t element_size, const char *what);

/** Ends it, also after a failure. Returns `status`. Collective. */
loligo_status stream_close(stream *stream, loligo_status status);

#endif

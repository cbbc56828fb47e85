/** Many small pieces that are freed together. Not collective. */
#ifndef LOLIGO_BASE_POOL_H
#define LOLIGO_BASE_POOL_H

#include <stddef.h>

#include "loligo/status.h"

/** Zeroed it is empty. */
typedef struct pool {
  struct pool_block *last; /* the one that pieces are cut from; owned, as those before it */
} pool;

/** A zeroed piece aligned to 8 bytes that stays where it is until pool_free(); NULL after loligo_fail(). */
void *pool_take(pool *pool, size_t bytes, const char *what);

/** Room for a string of so many bytes with its end, packed behind the one before it, or a copy of one; NULL after
 * loligo_fail(). */
char *pool_room(pool *pool, size_t bytes);
char *pool_text(pool *pool, const char *text);

void pool_free(pool *pool);

#endif

/*
 * Pieces are cut from blocks one behind the other; what is left of a block when a piece does not fit is lost.
 */
#include "base/pool.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_BYTES = 1 << 15 };

typedef struct pool_block {
  struct pool_block *before;
  size_t used, size; /* of bytes[] */
  char bytes[];
} pool_block;

static pool_block *add_block(pool *pool, size_t bytes, const char *what)
{
  const size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
  pool_block *block = memory_small(sizeof *block + size, what);
  if (!block) return NULL;
  *block = (pool_block){.before = pool->last, .size = size};
  pool->last = block;
  return block;
}

/* The first position of a block, from the used ones on, that is a multiple of `alignment`. */
static size_t next_position(const pool_block *block, size_t alignment)
{
  return (block->used + alignment - 1) / alignment * alignment;
}

static char *take(pool *pool, size_t bytes, size_t alignment, const char *what)
{
  pool_block *block = pool->last;
  if (!block || next_position(block, alignment) + bytes > block->size) block = add_block(pool, bytes, what);
  if (!block) return NULL;
  const size_t at = next_position(block, alignment);
  block->used = at + bytes;
  return block->bytes + at;
}

void *pool_take(pool *pool, size_t bytes, const char *what)
{
  return take(pool, bytes, sizeof(uint64_t), what);
}

char *pool_room(pool *pool, size_t bytes)
{
  return take(pool, bytes, 1, "a name");
}

char *pool_text(pool *pool, const char *text)
{
  const size_t bytes = strlen(text) + 1;
  char *copy = pool_room(pool, bytes);
  if (copy) memcpy(copy, text, bytes);
  return copy;
}

void pool_free(pool *pool)
{
  while (pool->last) {
    pool_block *block = pool->last;
    pool->last = block->before;
    memory_free(block);
  }
}

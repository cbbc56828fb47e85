/*
 * Levels of blocks. With room for one level more than was needed, and shrinking by one level in BLOCK_WINDOW exchanges,
 * a stationary network overflows its blocks about once in a window at worst.
 */
#include "sim/exchange/block_size.h"

#include <limits.h>
#include <stdbool.h>

#include "base/least.h"

/* Words that cost hardly more than none: of one block, and of all blocks of a rank. */
enum { FREE_WORDS_EACH = 32, FREE_WORDS = 1 << 14, MOST_EMPTINESS = 4 };

/* All blocks of a rank, with one level more, are bytes that an int can count. */
enum { MOST_WORDS = INT_MAX / 12 };

int block_level_wanted(uint64_t most, uint64_t total, uint64_t n_blocks)
{
  if (n_blocks == 0) return 0;
  const uint64_t words = largest(FREE_WORDS_EACH, largest(FREE_WORDS, MOST_EMPTINESS * total) / n_blocks);
  const uint64_t limit = MOST_WORDS / n_blocks;
  int level = 0;
  while (block_room(level) < most && block_words(level + 1) <= words && block_words(level + 1) <= limit) level++;
  return level;
}

void block_size_follow(block_size *size, int wanted)
{
  if (wanted > size->highest) size->highest = wanted;
  const bool grows = wanted > size->level;
  if (!grows && ++size->seen < BLOCK_WINDOW) return;
  if (grows)
    size->level = wanted < BLOCK_TOP_LEVEL ? wanted + 1 : BLOCK_TOP_LEVEL;
  else if (size->highest + 1 < size->level)
    size->level--;
  size->highest = size->seen = 0;
}

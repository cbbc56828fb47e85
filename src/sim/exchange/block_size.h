/**
 * Size of the blocks that every pair of partners exchanges, whether there is much to send or little. It follows what is
 * sent: what does not fit costs a second round, so a block grows at once, by more than was missing; one that is too
 * large costs time each time, so it shrinks when it was for a while. Not collective, all of it.
 */
#ifndef LOLIGO_SIM_EXCHANGE_BLOCK_SIZE_H
#define LOLIGO_SIM_EXCHANGE_BLOCK_SIZE_H

#include <stddef.h>
#include <stdint.h>

/* Sizes are levels, two to a doubling, so that ranks can tell each other theirs in a few bits. */
enum { BLOCK_TOP_LEVEL = 55 };

/** Words of a block, of which the first is its header. At most 1.6e9, so that MPI can count them. */
static inline size_t block_words(int level)
{
  return (size_t)(level % 2 ? 12 : 8) << level / 2;
}

/** Records that fit. */
static inline size_t block_room(int level)
{
  return block_words(level) - 1;
}

/**
 * The level that one rank wishes for: all of its blocks would hold what is to be sent, unless most of what they hold
 * would be nothing. Few and uneven records are better sent in a second round.
 *
 * @param most   records of the fullest block
 * @param total  records of all n_blocks
 */
int block_level_wanted(uint64_t most, uint64_t total, uint64_t n_blocks);

typedef struct block_size {
  int level;   /* of the next exchange */
  int highest; /* wanted in the current window */
  int seen;    /* exchanges of the window */
} block_size;

/** Exchanges in which nothing wanted a level before it is given up. */
enum { BLOCK_WINDOW = 256 };

/** Takes note of the highest level that any rank wished for in an exchange. Same calls give the same levels. */
void block_size_follow(block_size *size, int wanted);

#endif

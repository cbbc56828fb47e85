/**
 * Counter-based random numbers, keyed by meaning: the same whatever the rank, the order of the calls or the vector
 * width.
 *
 * Philox4x32-10 (Salmon et al. 2011, 10.1145/2063384.2063405; library Random123). A random_key names a purpose (seed,
 * purpose, names); within it each item (a cell, a target, a tree node) owns a sequence of 2^64 blocks of four words.
 * Counter layout: {block low, block high, item low, item high}. All functions: not collective.
 */
#ifndef LOLIGO_BASE_RANDOM_RANDOM_H
#define LOLIGO_BASE_RANDOM_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef enum random_purpose {
  RANDOM_PARAMETER, /* parameter values of cells */
  RANDOM_STATE,     /* initial states of cells */
  RANDOM_DEGREE,    /* numbers of synapses of cells or tree nodes */
  RANDOM_PARTNER,   /* who connects to whom */
  RANDOM_WEIGHT,
  RANDOM_DELAY,
  RANDOM_INPUT,    /* inputs */
  RANDOM_SOURCE,   /* populations of sources */
  RANDOM_DRY,      /* what stands for the other ranks of a dry one */
  RANDOM_EACH,     /* values of inputs that differ from cell to cell */
  RANDOM_POSITION, /* of cells */
  RANDOM_SAMPLE,   /* samples to learn from that are made, not read */
  RANDOM_NOISE,    /* added to samples */
  RANDOM_LEARNED,  /* first weights of what learns in trials */
  RANDOM_ORDER,    /* of samples in an epoch */
  RANDOM_EPISODE,  /* of an environment */
  RANDOM_CHANGE,   /* of weights, to be tried */
  RANDOM_FEEDBACK, /* what errors are handed back by */
  RANDOM_CODE      /* noise of cells that code */
} random_purpose;

typedef struct random_key {
  uint32_t word[2];
} random_key;

/** A key as one number, and back. */
static inline uint64_t random_key_bits(random_key key)
{
  return (uint64_t)key.word[1] << 32 | key.word[0];
}

static inline random_key random_key_of(uint64_t bits)
{
  return (random_key){{(uint32_t)bits, (uint32_t)(bits >> 32)}};
}

/** The key of `purpose` for what is called `name` (a population, projection, input) and its `part` (may be ""). */
random_key random_key_make(uint64_t seed, random_purpose purpose, const char *name, const char *part);

/** The key of a part, as an epoch, of what a key names. */
random_key random_key_within(random_key key, uint64_t part);

/** Fills words[n] with the words 4 * first_block ... of an item. Vectorised. */
void random_words(random_key key, uint64_t item, uint64_t first_block, size_t n, uint32_t *words);

/**
 * Words of one block of each of n items: word w of item i is words[w * stride + i]. These are by Threefry4x32-20 of the
 * same source, which takes a third of the time of Philox where one block of each item is wanted. Vectorised.
 *
 * @param stride  at least n
 */
void random_blocks(random_key key, uint64_t block, size_t n, const uint64_t *item, size_t stride, uint32_t *words);

/** Uniform in [0, 1), a multiple of 2^-53, from two words. */
static inline double random_uniform_of(uint32_t high, uint32_t low)
{
  return (double)(((uint64_t)high << 32 | low) >> 11) * 0x1p-53;
}

/**
 * Fills out[n] with normal variates (mean 0, std 1; |z| <= RANDOM_NORMAL_MAX) of an item: value k from words k and its
 * neighbour, whatever n is. Vectorised.
 */
void random_normals(random_key key, uint64_t item, size_t n, double *out);

/** No value of random_normals() or random_stream_normal() is larger in magnitude. */
#define RANDOM_NORMAL_MAX 6.7

/**
 * Fills out[n] with uniform integers in [0, range) of an item: value k from words 2 k and 2 k + 1, whatever n is.
 * range >= 1; probabilities are equal within range * 2^-64. Vectorised.
 */
void random_indices(random_key key, uint64_t item, uint64_t range, size_t n, uint64_t *out);

/** A sequential reader of one item's words, for draws that need an unknown number of them. */
typedef struct random_stream {
  random_key key;
  uint64_t item, block;
  uint32_t word[4];
  unsigned used; /* of word */
} random_stream;

/** Starts at block `first_block` of the item; give sub-sequences of one item blocks that are far apart (k << 32). */
void random_stream_init(random_stream *stream, random_key key, uint64_t item, uint64_t first_block);

uint32_t random_stream_u32(random_stream *stream);
uint64_t random_stream_u64(random_stream *stream);
double random_stream_uniform(random_stream *stream); /* in (0, 1), odd multiples of 2^-53 */
double random_stream_normal(random_stream *stream);
double random_stream_gamma(random_stream *stream, double shape);     /* of scale 1; shape > 0 */
uint64_t random_stream_index(random_stream *stream, uint64_t range); /* uniform in [0, range), unbiased */

/** Number of successes in n trials of probability p; exact law for any n <= 2^53 and p in [0, 1]. */
uint64_t random_stream_binomial(random_stream *stream, uint64_t n, double p);

/** Number of marked among n drawn without replacement from `total` of which `marked` are; exact law, total < 2^53. */
uint64_t random_stream_hypergeometric(random_stream *stream, uint64_t total, uint64_t marked, uint64_t n);

#endif

/** Strings: how they begin and end, nearest name, 64-bit hash, amounts of memory in words. Not collective. */
#ifndef LOLIGO_BASE_TEXT_H
#define LOLIGO_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Whether `text` begins with `start`; whether it has something before `end`, with which it ends. */
bool text_begins(const char *text, const char *start);
bool text_ends(const char *text, const char *end);

/** Behind the byte order mark of UTF-8 that a text may begin with. */
const char *text_behind_mark(const char *text);

/** The candidate nearest to `word` (Damerau-Levenshtein, case folded) if near enough to be a slip, else NULL. */
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

/** 64-bit hash of a string (FNV-1a, finalised); stable for ever: random keys and checksums rest on it. */
uint64_t text_hash(const char *text);

enum { TEXT_BYTES_SIZE = 16 };

/** Writes an amount of memory for a reader, as "12.3 GiB". */
void text_bytes(double bytes, char out[TEXT_BYTES_SIZE]);

/** Bijective 64-bit mixer (splitmix64 finaliser; Steele et al. 2014, 10.1145/2660193.2660195). */
static inline uint64_t hash_mix(uint64_t x)
{
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

#endif

/*
 * Nearest name by the optimal string alignment distance (Damerau 1964, 10.1145/363958.363994), which counts a swap of
 * neighbours as one slip; FNV-1a (Fowler, Noll, Vo) with a finaliser that spreads every bit.
 */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/least.h"

enum { LONGEST_WORD = 64 };

bool text_begins(const char *text, const char *start)
{
  return strncmp(text, start, strlen(start)) == 0;
}

const char *text_behind_mark(const char *text)
{
  static const char MARK[] = "\xEF\xBB\xBF";
  return text_begins(text, MARK) ? text + strlen(MARK) : text;
}

bool text_ends(const char *text, const char *end)
{
  const size_t length = strlen(text), n = strlen(end);
  return length > n && strcmp(text + length - n, end) == 0;
}

static int folded(char c)
{
  return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Both words must be at most LONGEST_WORD long. Rows of the table of distances between prefixes: now, one and two
 * before. */
static size_t slip_distance(const char *a, size_t n_a, const char *b, size_t n_b)
{
  size_t rows[3][LONGEST_WORD + 1];
  for (size_t j = 0; j <= n_b; j++) rows[0][j] = j;
  for (size_t i = 1; i <= n_a; i++) {
    size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *before_that = rows[(i + 1) % 3];
    now[0] = i;
    for (size_t j = 1; j <= n_b; j++) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      now[j] = least(least(before[j], now[j - 1]) + 1, before[j - 1] + !same);
      const bool swapped =
          i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]);
      if (swapped) now[j] = least(now[j], before_that[j - 2] + 1);
    }
  }
  return rows[n_a % 3][n_b];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t n)
{
  const size_t length = strlen(word);
  if (length > LONGEST_WORD) return NULL;
  const size_t allowed = (length + 2) / 4;
  const char *nearest = NULL;
  size_t smallest = allowed + 1;
  for (size_t i = 0; i < n; i++) {
    const size_t candidate_length = strlen(candidates[i]);
    if (candidate_length > LONGEST_WORD) continue;
    const size_t distance = slip_distance(word, length, candidates[i], candidate_length);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidates[i];
    }
  }
  return nearest;
}

uint64_t text_hash(const char *text)
{
  uint64_t hash = 0xcbf29ce484222325u;
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
  return hash_mix(hash);
}

void text_bytes(double bytes, char out[TEXT_BYTES_SIZE])
{
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  size_t unit = 0;
  for (; bytes >= 1024 && unit < 6; unit++) bytes /= 1024;
  snprintf(out, TEXT_BYTES_SIZE, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

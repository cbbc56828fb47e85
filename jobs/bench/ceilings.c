/*
 * What one core of this machine can do: vector operations and divisions on doubles, reading memory in sequence, at
 * random by one dependent load after the other, and in random bursts of four cache lines with prefetch. Prints JSON.
 * The bench compiles it with -march=native.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { LANES = 8, CHAINS = 12, LINE = 8 /* words */, BURST = 4 /* lines */, AHEAD = 16, REPEATS = 5 };

typedef double vector __attribute__((vector_size(LANES * sizeof(double))));

static const size_t words = (size_t)1 << 27; /* 1 GiB: beyond the caches that a core has for itself */
static volatile double sink;

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static vector splat(double x)
{
  return x - (vector){0};
}

/* Fused multiply-adds per second, counted as one operation per lane. */
static double measure_operations(void)
{
  vector x[CHAINS], a = splat(0.999999), b = splat(1e-6);
  for (int c = 0; c < CHAINS; c++) x[c] = splat(c);
  const long rounds = 10000000;
  const double begin = now();
  for (long r = 0; r < rounds; r++)
#pragma GCC unroll 16
    for (int c = 0; c < CHAINS; c++) x[c] = x[c] * a + b;
  const double seconds = now() - begin;
  for (int c = 0; c < CHAINS; c++) sink = x[c][0];
  return (double)rounds * CHAINS * LANES / seconds;
}

static double measure_divisions(void)
{
  vector x[CHAINS], a = splat(1.000001);
  for (int c = 0; c < CHAINS; c++) x[c] = splat(c + 1);
  const long rounds = 1000000;
  const double begin = now();
  for (long r = 0; r < rounds; r++)
#pragma GCC unroll 16
    for (int c = 0; c < CHAINS; c++) x[c] = x[c] / a;
  const double seconds = now() - begin;
  for (int c = 0; c < CHAINS; c++) sink = x[c][0];
  return (double)rounds * CHAINS * LANES / seconds;
}

/* Bytes per second. */
static double measure_stream(const uint64_t *memory)
{
  uint64_t sum = 0;
  const double begin = now();
  for (size_t i = 0; i < words; i++) sum += memory[i];
  const double seconds = now() - begin;
  sink = (double)sum;
  return (double)(words * sizeof *memory) / seconds;
}

static uint64_t scramble(uint64_t x)
{
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* Seconds per load of a line whose address is in the one before. */
static double measure_latency(const uint64_t *memory)
{
  const long loads = 2000000;
  uint64_t at = 1;
  const double begin = now();
  for (long i = 0; i < loads; i++) at = scramble(at + memory[at % (words / LINE) * LINE]);
  const double seconds = now() - begin;
  sink = (double)at;
  return seconds / (double)loads;
}

static const uint64_t *burst(const uint64_t *memory, uint64_t i)
{
  return memory + scramble(i) % (words / LINE - BURST) * LINE;
}

/* Seconds per line of bursts at random places that are fetched ahead. */
static double measure_bursts(const uint64_t *memory)
{
  const uint64_t bursts = 2000000;
  uint64_t sum = 0;
  const double begin = now();
  for (uint64_t i = 0; i < bursts; i++) {
    const uint64_t *ahead = burst(memory, i + AHEAD), *here = burst(memory, i);
    for (int line = 0; line < BURST; line++) __builtin_prefetch(ahead + line * LINE);
    for (int word = 0; word < BURST * LINE; word++) sum += here[word];
  }
  const double seconds = now() - begin;
  sink = (double)sum;
  return seconds / (double)(bursts * BURST);
}

static double largest(double (*measure)(void))
{
  double best = 0;
  for (int r = 0; r < REPEATS; r++) {
    const double rate = measure();
    best = rate > best ? rate : best;
  }
  return best;
}

static double smallest(double (*measure)(const uint64_t *), const uint64_t *memory)
{
  double best = measure(memory);
  for (int r = 1; r < REPEATS; r++) {
    const double time = measure(memory);
    best = time < best ? time : best;
  }
  return best;
}

static double stream_time(const uint64_t *memory)
{
  return 1 / measure_stream(memory);
}

int main(void)
{
  uint64_t *memory = aligned_alloc(1 << 21, words * sizeof *memory);
  if (!memory) return 1;
  madvise(memory, words * sizeof *memory, MADV_HUGEPAGE);
  for (size_t i = 0; i < words; i++) memory[i] = i;
  printf("{\"operations_per_second\": %g, \"divisions_per_second\": %g, \"stream_bytes_per_second\": %g,\n"
         " \"latency_seconds\": %g, \"burst_line_seconds\": %g}\n",
         largest(measure_operations), largest(measure_divisions), 1 / smallest(stream_time, memory),
         smallest(measure_latency, memory), smallest(measure_bursts, memory));
  free(memory);
  return 0;
}

/*
 * Look-ups in the three forms of a placement. A decomposition costs a few words per population, or per range where
 * ranges are listed.
 */
#include "partition/placement.h"

#include <assert.h>
#include <stdbool.h>

#include "base/least.h"
#include "base/lower_bound.h"
#include "base/memory.h"

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
  return value < low ? low : least(value, high);
}

placement placement_cyclic(uint64_t size, int ranks, uint64_t first)
{
  uint64_t n = (uint64_t)ranks;
  return (placement){.kind = PLACEMENT_CYCLIC, .size = size, .ranks = n, .first = first % n};
}

placement placement_even(uint64_t size, int ranks, uint64_t line, uint64_t first, uint64_t lucky)
{
  uint64_t n = (uint64_t)ranks;
  return (placement){.kind = PLACEMENT_EVEN,
                     .size = size,
                     .ranks = n,
                     .first = first,
                     .base = line / n,
                     .extra = line % n,
                     .lucky = lucky % n};
}

loligo_status placement_ranges(placement *p, uint64_t size, int ranks, size_t capacity)
{
  *p = (placement){.kind = PLACEMENT_RANGES, .size = size, .ranks = (uint64_t)ranks};
  p->ranges = memory_allocate(capacity, sizeof *p->ranges, "decomposition");
  return p->ranges ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void placement_append(placement *p, uint64_t first, int rank)
{
  assert(p->n_ranges ? first > p->ranges[p->n_ranges - 1].first : first == 0);
  if (p->n_ranges && p->ranges[p->n_ranges - 1].rank == rank) return;
  p->ranges[p->n_ranges++] = (placement_range){first, rank};
}

void placement_free(placement *p)
{
  memory_free(p->ranges);
  *p = (placement){0};
}

/* Place on the line where the part of a rank begins; `rank` may be the number of ranks: the end of the line. */
static uint64_t part_start(const placement *p, uint64_t rank)
{
  uint64_t end = p->lucky + p->extra, wrapped = end > p->ranks ? end - p->ranks : 0;
  uint64_t lucky_before = least(rank, wrapped) + clamp(rank, p->lucky, least(end, p->ranks)) - p->lucky;
  return rank * p->base + lucky_before;
}

/* Cells of the population that lie before a place on the line. */
static uint64_t cells_before(const placement *p, uint64_t place)
{
  return clamp(place, p->first, p->first + p->size) - p->first;
}

/** A place on the line. */
typedef struct line_place {
  const placement *placement;
  uint64_t place;
} line_place;

static bool begins_by(const void *self, uint64_t rank)
{
  const line_place *sought = self;
  return part_start(sought->placement, rank) <= sought->place;
}

static int rank_on_line(const placement *p, uint64_t place)
{
  const line_place sought = {p, place};
  return (int)lower_bound_where(p->ranks, begins_by, &sought) - 1;
}

static size_t find_range(const placement *p, uint64_t index)
{
  return upper_bound_of_field(&p->ranges->first, sizeof *p->ranges, p->n_ranges, index) - 1;
}

static uint64_t range_end(const placement *p, size_t i)
{
  return i + 1 < p->n_ranges ? p->ranges[i + 1].first : p->size;
}

int placement_rank(const placement *p, uint64_t index)
{
  assert(index < p->size);
  switch (p->kind) {
  case PLACEMENT_CYCLIC:
    return (int)((p->first + index) % p->ranks);
  case PLACEMENT_EVEN:
    return rank_on_line(p, p->first + index);
  case PLACEMENT_RANGES:
    break;
  }
  return p->ranges[find_range(p, index)].rank;
}

/* First index on a rank of a cyclic placement, whether or not the population has such a cell. */
static uint64_t cyclic_start(const placement *p, int rank)
{
  return ((uint64_t)rank + p->ranks - p->first) % p->ranks;
}

static uint64_t count_ranges(const placement *p, int rank)
{
  uint64_t count = 0;
  for (size_t i = 0; i < p->n_ranges; i++)
    if (p->ranges[i].rank == rank) count += range_end(p, i) - p->ranges[i].first;
  return count;
}

uint64_t placement_count(const placement *p, int rank)
{
  assert(rank >= 0 && (uint64_t)rank < p->ranks);
  switch (p->kind) {
  case PLACEMENT_CYCLIC: {
    uint64_t start = cyclic_start(p, rank);
    return start < p->size ? (p->size - start - 1) / p->ranks + 1 : 0;
  }
  case PLACEMENT_EVEN:
    return cells_before(p, part_start(p, (uint64_t)rank + 1)) - cells_before(p, part_start(p, (uint64_t)rank));
  case PLACEMENT_RANGES:
    break;
  }
  return count_ranges(p, rank);
}

static void fill_ranges(const placement *p, int rank, uint64_t *out)
{
  for (size_t i = 0; i < p->n_ranges; i++) {
    if (p->ranges[i].rank != rank) continue;
    for (uint64_t index = p->ranges[i].first; index < range_end(p, i); index++) *out++ = index;
  }
}

void placement_cells(const placement *p, int rank, uint64_t *out)
{
  if (p->kind == PLACEMENT_RANGES) {
    fill_ranges(p, rank, out);
    return;
  }
  bool cyclic = p->kind == PLACEMENT_CYCLIC;
  uint64_t start = cyclic ? cyclic_start(p, rank) : cells_before(p, part_start(p, (uint64_t)rank));
  uint64_t stride = cyclic ? p->ranks : 1, n = placement_count(p, rank);
  for (uint64_t l = 0; l < n; l++) out[l] = start + l * stride;
}

/* n ranks from `first` on, in a ring. */
static void give_ring(const placement *p, uint64_t first, uint64_t n, placement_sink sink, void *self)
{
  const uint64_t end = least(first + n, p->ranks);
  sink(self, first, end, 1);
  sink(self, 0, n - (end - first), 1);
}

static void give_line(const placement *p, placement_sink sink, void *self)
{
  const int last = rank_on_line(p, p->first + p->size - 1);
  for (int r = rank_on_line(p, p->first); r <= last; r++)
    sink(self, (uint64_t)r, (uint64_t)r + 1, placement_count(p, r));
}

static void give_ranges(const placement *p, placement_sink sink, void *self)
{
  for (size_t i = 0; i < p->n_ranges; i++) {
    const uint64_t rank = (uint64_t)p->ranges[i].rank;
    sink(self, rank, rank + 1, range_end(p, i) - p->ranges[i].first);
  }
}

void placement_runs(const placement *p, placement_sink sink, void *self)
{
  const bool has_line = p->kind == PLACEMENT_EVEN && p->size < p->base * p->ranks + p->extra;
  if (p->size == 0) return;
  if (p->kind == PLACEMENT_RANGES) {
    give_ranges(p, sink, self);
  } else if (has_line) {
    give_line(p, sink, self);
  } else {
    sink(self, 0, p->ranks, p->size / p->ranks);
    give_ring(p, p->kind == PLACEMENT_EVEN ? p->lucky : p->first, p->size % p->ranks, sink, self);
  }
}

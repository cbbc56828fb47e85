/*
 * They stay in the order of time, of which a rank gets a part.
 */
#include "partition/trains.h"

#include <string.h>

#include "base/least.h"
#include "base/memory.h"

static const char WHAT[] = "spike trains";

enum { PIECE = 1 << 16 };

/** One spike of them. */
typedef struct train_spike {
  double time;
  uint64_t owner;
} train_spike;

/** Trains on their way. */
typedef struct spreading {
  const cell_trains *trains;
  train_spike *piece; /* [PIECE] on rank 0 */
  double *times;      /* [n] of what this rank keeps */
  uint64_t *owners;   /* likewise */
  size_t n, capacity;
} spreading;

static loligo_status read_all(deal *deal)
{
  const spreading *s = deal->self;
  const cell_trains *all = s->trains;
  for (size_t done = 0; done < *all->n; done += PIECE) {
    const size_t n = least(*all->n - done, PIECE);
    for (size_t i = 0; i < n; i++) s->piece[i] = (train_spike){(*all->times)[done + i], (*all->owners)[done + i]};
    LOLIGO_TRY(deal_piece(deal, s->piece, n));
  }
  return LOLIGO_OK;
}

static uint64_t cell_of(void *self, const void *spikes, size_t i)
{
  (void)self;
  return ((const train_spike *)spikes)[i].owner;
}

static loligo_status reserve(spreading *s, size_t n)
{
  const memory_column columns[] = {{(void **)&s->times, sizeof *s->times}, {(void **)&s->owners, sizeof *s->owners}};
  return memory_grow_columns(columns, 2, &s->capacity, n, WHAT);
}

static loligo_status keep(void *self, const void *items, uint64_t n)
{
  spreading *s = self;
  const train_spike *spikes = items;
  LOLIGO_TRY(reserve(s, s->n + n));
  for (uint64_t i = 0; i < n; i++) {
    s->times[s->n] = spikes[i].time;
    s->owners[s->n++] = spikes[i].owner;
  }
  return LOLIGO_OK;
}

static loligo_status open(spreading *s, const deal_way *way)
{
  s->piece = memory_allocate(way->context->rank == 0 ? PIECE : 0, sizeof *s->piece, WHAT);
  return s->piece ? reserve(s, 1) : LOLIGO_MACHINE_ERROR;
}

static void replace(const cell_trains *trains, const spreading *s)
{
  memory_free(*trains->times);
  memory_free(*trains->owners);
  *trains->times = s->times;
  *trains->owners = s->owners;
  *trains->n = s->n;
}

loligo_status trains_spread(const deal_way *way, const cell_trains *trains)
{
  spreading s = {.trains = trains};
  deal deal = {.way = *way,
               .item_size = sizeof *s.piece,
               .piece = PIECE,
               .self = &s,
               .read = read_all,
               .cell = cell_of,
               .keep = keep};
  if (!*trains->owners) return LOLIGO_OK;
  const loligo_status status = deal_out(&deal, open(&s, way));
  memory_free(s.piece);
  if (status == LOLIGO_OK) {
    replace(trains, &s);
    return LOLIGO_OK;
  }
  memory_free(s.times);
  memory_free(s.owners);
  return status;
}

/*
 * Long messages in rounds. Where there are several, what a round sends and receives is copied into buffers of its own,
 * so that displacements stay small however long the whole is.
 */
#include "base/comm.h"

#include <mpi.h>
#include <string.h>

#include "base/heartbeat.h"
#include "base/least.h"
#include "base/memory.h"

enum { ROUND_BYTES = 1 << 25 };

void comm_broadcast(const loligo_context *context, void *bytes, uint64_t size)
{
  for (uint64_t at = 0; at < size; at += ROUND_BYTES) {
    heartbeat_await(true);
    MPI_Bcast((char *)bytes + at, (int)least(size - at, ROUND_BYTES), MPI_BYTE, 0, context->comm);
    heartbeat_await(false);
  }
}

void comm_swap_counts(const loligo_context *context, const uint64_t *sent, uint64_t *received)
{
  heartbeat_await(true);
  MPI_Alltoall(sent, 1, MPI_UINT64_T, received, 1, MPI_UINT64_T, context->comm);
  heartbeat_await(false);
}

/* One direction of a swap: where the items of each rank lie in the whole, and in the buffer of a round. */
typedef struct direction {
  char *items;
  uint64_t *next, *end; /* [ranks] items of the whole that are still to do */
  int *count, *from;    /* [ranks] of the round */
  char *buffer;         /* [room] items */
} direction;

/** How a swap goes in rounds. */
typedef struct rounds {
  const loligo_context *context;
  size_t item_size;
  MPI_Datatype type; /* one item */
  uint64_t n, each;  /* rounds, and items of a pair in each */
} rounds;

static loligo_status direction_init(direction *d, const rounds *rounds, comm_items whole)
{
  const int ranks = rounds->context->size;
  uint64_t before = 0, room = 0;
  *d = (direction){.items = whole.items,
                   .next = memory_allocate((size_t)ranks, sizeof *d->next, "a long message"),
                   .end = memory_allocate((size_t)ranks, sizeof *d->end, "a long message"),
                   .count = memory_allocate((size_t)ranks, sizeof *d->count, "a long message"),
                   .from = memory_allocate((size_t)ranks, sizeof *d->from, "a long message")};
  if (!d->next || !d->end || !d->count || !d->from) return LOLIGO_MACHINE_ERROR;
  for (int r = 0; r < ranks; r++) {
    d->next[r] = before;
    d->end[r] = before += whole.n[r];
    room += least(whole.n[r], rounds->each);
  }
  if (rounds->n <= 1) return LOLIGO_OK;
  d->buffer = memory_allocate(room, rounds->item_size, "a long message");
  return d->buffer ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

static void direction_free(direction *d)
{
  memory_free(d->next);
  memory_free(d->end);
  memory_free(d->count);
  memory_free(d->from);
  memory_free(d->buffer);
}

/* Lays out the next round. */
static void begin_round(direction *d, const rounds *rounds)
{
  int at = 0;
  for (int r = 0; r < rounds->context->size; r++) {
    d->count[r] = (int)least(d->end[r] - d->next[r], rounds->each);
    d->from[r] = at;
    at += d->count[r];
  }
}

static void end_round(direction *d, const rounds *rounds)
{
  for (int r = 0; r < rounds->context->size; r++) d->next[r] += (uint64_t)d->count[r];
}

static void copy_items(char *to, uint64_t to_item, const char *from, uint64_t from_item, int n, size_t size)
{
  if (n > 0) memcpy(to + to_item * size, from + from_item * size, (size_t)n * size);
}

/* The longest of all messages tells how many. */
static void count_rounds(rounds *rounds, const uint64_t *n_sent, uint64_t piece)
{
  const uint64_t ranks = (uint64_t)rounds->context->size, share = piece / ranks;
  uint64_t most = 0;
  rounds->each = share > 0 ? share : 1;
  for (uint64_t r = 0; r < ranks; r++)
    if (n_sent[r] > most) most = n_sent[r];
  heartbeat_await(true);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_UINT64_T, MPI_MAX, rounds->context->comm);
  heartbeat_await(false);
  rounds->n = (most + rounds->each - 1) / rounds->each;
}

static void swap_buffers(const rounds *rounds, const direction *out, const char *send, const direction *in,
                         char *receive)
{
  heartbeat_await(true);
  MPI_Alltoallv(send, out->count, out->from, rounds->type, receive, in->count, in->from, rounds->type,
                rounds->context->comm);
  heartbeat_await(false);
}

static void swap_round(const rounds *rounds, direction *out, direction *in)
{
  const size_t size = rounds->item_size;
  begin_round(out, rounds);
  begin_round(in, rounds);
  if (!out->buffer || !in->buffer) { /* neither has one where one round is enough */
    swap_buffers(rounds, out, out->items, in, in->items);
    return;
  }
  for (int r = 0; r < rounds->context->size; r++)
    copy_items(out->buffer, (uint64_t)out->from[r], out->items, out->next[r], out->count[r], size);
  swap_buffers(rounds, out, out->buffer, in, in->buffer);
  for (int r = 0; r < rounds->context->size; r++)
    copy_items(in->items, in->next[r], in->buffer, (uint64_t)in->from[r], in->count[r], size);
  end_round(out, rounds);
  end_round(in, rounds);
}

loligo_status comm_swap_in_pieces(const loligo_context *context, size_t item_size, comm_items send, comm_items receive,
                                  uint64_t piece)
{
  rounds rounds = {.context = context, .item_size = item_size};
  direction out, in = {0};
  count_rounds(&rounds, send.n, piece);
  loligo_status status = direction_init(&out, &rounds, send);
  if (status == LOLIGO_OK) status = direction_init(&in, &rounds, receive);
  status = loligo_agree(context, status);
  MPI_Type_contiguous((int)item_size, MPI_BYTE, &rounds.type);
  MPI_Type_commit(&rounds.type);
  if (status == LOLIGO_OK)
    for (uint64_t done = 0; done < rounds.n; done++) swap_round(&rounds, &out, &in);
  MPI_Type_free(&rounds.type);
  direction_free(&out);
  direction_free(&in);
  return status;
}

/* A buffer for either direction, unless all goes in one round. */
double comm_swap_bytes(int ranks, double bytes)
{
  const double share = (double)ROUND_BYTES / ranks;
  return bytes > share ? 2 * share : 0;
}

loligo_status comm_swap(const loligo_context *context, size_t item_size, comm_items send, comm_items receive)
{
  const uint64_t piece = ROUND_BYTES / item_size;
  return comm_swap_in_pieces(context, item_size, send, receive, piece > 0 ? piece : 1);
}

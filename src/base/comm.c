/*
 * Long messages in rounds. What a round sends and receives is copied into buffers of its own, so that displacements
 * stay small however long the whole is.
 */
#include "base/comm.h"

#include <mpi.h>
#include <string.h>

#include "base/heartbeat.h"
#include "base/memory.h"

enum { BROADCAST_BYTES = 1 << 28, SWAP_WORDS = 1 << 22 };

static uint64_t least(uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

void comm_broadcast(const loligo_context *context, void *bytes, uint64_t size)
{
  for (uint64_t at = 0; at < size; at += BROADCAST_BYTES) {
    heartbeat_await(true);
    MPI_Bcast((char *)bytes + at, (int)least(size - at, BROADCAST_BYTES), MPI_BYTE, 0, context->comm);
    heartbeat_await(false);
  }
}

void comm_swap_counts(const loligo_context *context, const uint64_t *sent, uint64_t *received)
{
  heartbeat_await(true);
  MPI_Alltoall(sent, 1, MPI_UINT64_T, received, 1, MPI_UINT64_T, context->comm);
  heartbeat_await(false);
}

/* One direction of a swap: where the words of each rank lie in the whole, and in the buffer of a round. */
typedef struct direction {
  uint64_t *next, *end; /* [ranks] words of the whole that are still to do */
  int *count, *from;    /* [ranks] of the round */
  uint64_t *buffer;     /* [room] */
} direction;

static loligo_status direction_init(direction *d, const uint64_t *n, int ranks, uint64_t each)
{
  uint64_t before = 0, room = 0;
  *d = (direction){.next = memory_allocate((size_t)ranks, sizeof *d->next, "a long message"),
                   .end = memory_allocate((size_t)ranks, sizeof *d->end, "a long message"),
                   .count = memory_allocate((size_t)ranks, sizeof *d->count, "a long message"),
                   .from = memory_allocate((size_t)ranks, sizeof *d->from, "a long message")};
  if (!d->next || !d->end || !d->count || !d->from) return LOLIGO_MACHINE_ERROR;
  for (int r = 0; r < ranks; r++) {
    d->next[r] = before;
    d->end[r] = before += n[r];
    room += least(n[r], each);
  }
  d->buffer = memory_allocate(room, sizeof *d->buffer, "a long message");
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
static void begin_round(direction *d, int ranks, uint64_t each)
{
  int at = 0;
  for (int r = 0; r < ranks; r++) {
    d->count[r] = (int)least(d->end[r] - d->next[r], each);
    d->from[r] = at;
    at += d->count[r];
  }
}

static void end_round(direction *d, int ranks)
{
  for (int r = 0; r < ranks; r++) d->next[r] += (uint64_t)d->count[r];
}

static void copy_words(uint64_t *to, const uint64_t *from, int n)
{
  if (n > 0) memcpy(to, from, (size_t)n * sizeof *to);
}

/* Rounds that the longest of all messages takes. */
static uint64_t count_rounds(const loligo_context *context, const uint64_t *n_sent, uint64_t each)
{
  uint64_t most = 0;
  for (int r = 0; r < context->size; r++)
    if (n_sent[r] > most) most = n_sent[r];
  heartbeat_await(true);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_UINT64_T, MPI_MAX, context->comm);
  heartbeat_await(false);
  return (most + each - 1) / each;
}

static void swap_round(const loligo_context *context, const uint64_t *send, uint64_t *receive, direction *out,
                       direction *in, uint64_t each)
{
  const int ranks = context->size;
  begin_round(out, ranks, each);
  begin_round(in, ranks, each);
  for (int r = 0; r < ranks; r++) copy_words(out->buffer + out->from[r], send + out->next[r], out->count[r]);
  heartbeat_await(true);
  MPI_Alltoallv(out->buffer, out->count, out->from, MPI_UINT64_T, in->buffer, in->count, in->from, MPI_UINT64_T,
                context->comm);
  heartbeat_await(false);
  for (int r = 0; r < ranks; r++) copy_words(receive + in->next[r], in->buffer + in->from[r], in->count[r]);
  end_round(out, ranks);
  end_round(in, ranks);
}

loligo_status comm_swap_in_pieces(const loligo_context *context, const uint64_t *send, const uint64_t *n_sent,
                                  uint64_t *receive, const uint64_t *n_received, uint64_t piece)
{
  const uint64_t share = piece / (uint64_t)context->size, each = share > 0 ? share : 1;
  direction out, in = {0};
  loligo_status status = direction_init(&out, n_sent, context->size, each);
  if (status == LOLIGO_OK) status = direction_init(&in, n_received, context->size, each);
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK)
    for (uint64_t rounds = count_rounds(context, n_sent, each); rounds > 0; rounds--)
      swap_round(context, send, receive, &out, &in, each);
  direction_free(&out);
  direction_free(&in);
  return status;
}

loligo_status comm_swap(const loligo_context *context, const uint64_t *send, const uint64_t *n_sent, uint64_t *receive,
                        const uint64_t *n_received)
{
  return comm_swap_in_pieces(context, send, n_sent, receive, n_received, SWAP_WORDS);
}

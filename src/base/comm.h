/**
 * Communication that is longer than one call of MPI: counts of 64 bits, in pieces whose counts and displacements MPI
 * can hold and whose buffers stay small. A rank that waits in it says so (heartbeat.h). Collective, all of it.
 */
#ifndef LOLIGO_BASE_COMM_H
#define LOLIGO_BASE_COMM_H

#include <stddef.h>
#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

/** Gives rank 0's bytes[size] to all ranks; the size is the same on all. */
void comm_broadcast(const loligo_context *context, void *bytes, uint64_t size);

/** Fills received[ranks] with the numbers that the others have in sent[] for this rank. */
void comm_swap_counts(const loligo_context *context, const uint64_t *sent, uint64_t *received);

/** Items for every rank, or from every rank. */
typedef struct comm_items {
  void *items;       /* [sum of n] those of rank 0 first, then those of rank 1, ... */
  const uint64_t *n; /* [ranks] */
} comm_items;

/**
 * Sends items to every rank and receives theirs.
 *
 * @param receive  filled; its n are what comm_swap_counts() gave
 * @return         MACHINE without memory, the same on all ranks
 */
loligo_status comm_swap(const loligo_context *context, size_t item_size, comm_items send, comm_items receive);

/** Bytes that this takes on a rank for a while, where so many of its own go to one rank, and as many come. Not
 * collective. */
double comm_swap_bytes(int ranks, double bytes);

/** The same in rounds of at most `piece` items per rank, at least one per pair. */
loligo_status comm_swap_in_pieces(const loligo_context *context, size_t item_size, comm_items send, comm_items receive,
                                  uint64_t piece);

#endif

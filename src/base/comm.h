/**
 * Communication that is longer than one call of MPI: counts of 64 bits, in pieces whose counts and displacements MPI
 * can hold and whose buffers stay small. A rank that waits in it says so (heartbeat.h). Collective, all of it.
 */
#ifndef LOLIGO_BASE_COMM_H
#define LOLIGO_BASE_COMM_H

#include <stdint.h>

#include "loligo/context.h"
#include "loligo/status.h"

/** Gives rank 0's bytes[size] to all ranks; the size is the same on all. */
void comm_broadcast(const loligo_context *context, void *bytes, uint64_t size);

/** Fills received[ranks] with the numbers that the others have in sent[] for this rank. */
void comm_swap_counts(const loligo_context *context, const uint64_t *sent, uint64_t *received);

/**
 * Sends words to every rank and receives theirs.
 *
 * @param send        those for rank 0 first, then those for rank 1, ...
 * @param n_sent      [ranks] how many for each
 * @param receive     [sum of n_received] filled likewise
 * @param n_received  [ranks] what comm_swap_counts() gave
 * @return            MACHINE without memory, the same on all ranks
 */
loligo_status comm_swap(const loligo_context *context, const uint64_t *send, const uint64_t *n_sent, uint64_t *receive,
                        const uint64_t *n_received);

/** The same in rounds of at most `piece` words per rank, at least one per pair. */
loligo_status comm_swap_in_pieces(const loligo_context *context, const uint64_t *send, const uint64_t *n_sent,
                                  uint64_t *receive, const uint64_t *n_received, uint64_t piece);

#endif

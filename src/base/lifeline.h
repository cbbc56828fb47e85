/**
 * Short reports of all ranks to rank 0, and its answers, over UDP: they arrive where MPI hangs.
 *
 * Rank 0 listens where the job runs and nowhere else: at the loopback address for the ranks of its machine, and at
 * those of its addresses by which other machines reach it. What counts is whole, bears the secret of the job and comes
 * from where that rank sends; an answer comes from where rank 0 was asked. All else is dropped.
 */
#ifndef LOLIGO_BASE_LIFELINE_H
#define LOLIGO_BASE_LIFELINE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "loligo/context.h"

enum { LIFELINE_SOCKETS = 17, LIFELINE_DOING_SIZE = 48 };

typedef union lifeline_address {
  struct sockaddr any;
  struct sockaddr_in ip4;
  struct sockaddr_in6 ip6;
} lifeline_address;

/** How a rank stands. */
typedef struct lifeline_report {
  int32_t rank; /* sender; 1 to size - 1 */
  int32_t waiting;
  uint64_t count;
  char doing[LIFELINE_DOING_SIZE]; /* ends with '\0' */
} lifeline_report;

typedef struct lifeline_datagram {
  uint64_t secret[2];
  lifeline_report report;
} lifeline_datagram;

typedef struct lifeline {
  int rank, size;
  uint64_t secret[2]; /* the same on all ranks */
  int sockets[LIFELINE_SOCKETS];
  int n_sockets;           /* at most 1 on ranks above 0; there 0 where no way leads to rank 0 */
  lifeline_address *peers; /* [size] on rank 0: from where each rank sends */
} lifeline;

/**
 * Finds the ways and opens the sockets; none for a job of one rank.
 *
 * Collective over the context. MACHINE error without a socket, memory or random numbers; nothing is open then.
 */
loligo_status lifeline_open(const loligo_context *context, lifeline *line);

/** Not collective. */
void lifeline_close(lifeline *line);

/** Sends a report to rank 0, from another rank; it may get lost. Not collective. */
void lifeline_send(const lifeline *line, const lifeline_report *report);

/**
 * Takes one datagram from a socket, if there is one: on rank 0 a report, which it answers by sending it back; on other
 * ranks the answer. Not collective, does not wait.
 *
 * @return  whether it counts; else *report is not changed
 */
bool lifeline_receive(const lifeline *line, int socket, lifeline_report *report);

#endif

/*
 * Rank 0 has one address per network and does not know which of them others can reach. So, where the job has several
 * machines, it listens at all of them first; one rank of each machine tries them, and those at which rank 0 is asked by
 * nobody are closed. The secret goes to the ranks by MPI.
 */
#include "base/lifeline.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/node.h"
#include "base/timer.h"

static const double SEARCH_SECONDS = 5;
enum { TRY_MILLISECONDS = 50, TEST_MILLISECONDS = 5, LOOPBACK = 0, NO_WAY = -1 };

/** What rank 0 tells all by MPI. */
typedef struct offer {
  uint64_t secret[2];
  lifeline_address at[LIFELINE_SOCKETS]; /* [n]; the first is LOOPBACK */
  int n;
} offer;

/* -- addresses -- */

static socklen_t length_of(const lifeline_address *address)
{
  return address->any.sa_family == AF_INET6 ? sizeof address->ip6 : sizeof address->ip4;
}

static bool is_same(const lifeline_address *a, const lifeline_address *b)
{
  if (a->any.sa_family != b->any.sa_family) return false;
  if (a->any.sa_family == AF_INET)
    return a->ip4.sin_port == b->ip4.sin_port && a->ip4.sin_addr.s_addr == b->ip4.sin_addr.s_addr;
  return a->any.sa_family == AF_INET6 && a->ip6.sin6_port == b->ip6.sin6_port &&
         IN6_ARE_ADDR_EQUAL(&a->ip6.sin6_addr, &b->ip6.sin6_addr);
}

/* Link-local addresses of IPv6 mean nothing without the name that an interface has here. */
static bool leads_out(const struct ifaddrs *interface)
{
  if (!interface->ifa_addr || !(interface->ifa_flags & IFF_UP) || interface->ifa_flags & IFF_LOOPBACK) return false;
  const lifeline_address *address = (const void *)interface->ifa_addr;
  if (address->any.sa_family == AF_INET6) return !IN6_IS_ADDR_LINKLOCAL(&address->ip6.sin6_addr);
  return address->any.sa_family == AF_INET;
}

static int open_socket(const lifeline_address *address)
{
  return socket(address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* A socket that takes datagrams from there only; -1 where no way leads there. */
static int open_towards(const lifeline_address *address)
{
  int descriptor = open_socket(address);
  if (descriptor < 0 || connect(descriptor, &address->any, length_of(address)) == 0) return descriptor;
  close(descriptor);
  return -1;
}

/* -- datagrams -- */

static void send_report(const lifeline *line, int descriptor, const lifeline_report *report, const lifeline_address *to)
{
  lifeline_datagram datagram = {{line->secret[0], line->secret[1]}, *report};
  sendto(descriptor, &datagram, sizeof datagram, MSG_DONTWAIT, to ? &to->any : NULL, to ? length_of(to) : 0);
}

/* Whether a datagram with the secret was there, from a rank that there is. */
static bool take(const lifeline *line, int descriptor, lifeline_report *report, lifeline_address *from)
{
  lifeline_datagram got;
  socklen_t length = sizeof *from;
  ssize_t bytes = recvfrom(descriptor, &got, sizeof got, MSG_DONTWAIT | MSG_TRUNC, &from->any, &length);
  if (bytes != sizeof got || memcmp(got.secret, line->secret, sizeof got.secret) != 0) return false;
  if (got.report.rank <= 0 || got.report.rank >= line->size) return false;
  got.report.doing[LIFELINE_DOING_SIZE - 1] = '\0';
  *report = got.report;
  return true;
}

void lifeline_send(const lifeline *line, const lifeline_report *report)
{
  if (line->n_sockets > 0) send_report(line, line->sockets[0], report, NULL);
}

bool lifeline_receive(const lifeline *line, int socket, lifeline_report *report)
{
  lifeline_report got;
  lifeline_address from;
  if (!take(line, line->sockets[socket], &got, &from)) return false;
  if (line->rank == 0 ? !is_same(&from, &line->peers[got.rank]) : got.rank != line->rank) return false;
  if (line->rank == 0) send_report(line, line->sockets[socket], &got, &from);
  *report = got;
  return true;
}

/* -- what rank 0 offers -- */

static bool listen_at(lifeline *line, offer *offer, const lifeline_address *address)
{
  lifeline_address *own = &offer->at[offer->n];
  socklen_t length = sizeof *own;
  int descriptor = open_socket(address);
  if (descriptor < 0) return false;
  memcpy(own, address, length_of(address));
  if (bind(descriptor, &own->any, length_of(own)) || getsockname(descriptor, &own->any, &length)) {
    close(descriptor);
    return false;
  }
  line->sockets[line->n_sockets++] = descriptor;
  offer->n++;
  return true;
}

static bool listen_at_loopback(lifeline *line, offer *offer)
{
  const lifeline_address ip4 = {.ip4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
  const lifeline_address ip6 = {.ip6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT}};
  return listen_at(line, offer, &ip4) || listen_at(line, offer, &ip6);
}

static void listen_outside(lifeline *line, offer *offer)
{
  struct ifaddrs *interfaces;
  if (getifaddrs(&interfaces)) return;
  for (const struct ifaddrs *i = interfaces; i && offer->n < LIFELINE_SOCKETS; i = i->ifa_next)
    if (leads_out(i)) listen_at(line, offer, (const void *)i->ifa_addr);
  freeifaddrs(interfaces);
}

static loligo_status fail(const char *what)
{
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot %s for simulation.watchdog: %s", what, strerror(errno));
}

static loligo_status make_offer(lifeline *line, offer *offer, bool one_machine)
{
  if (getrandom(offer->secret, sizeof offer->secret, 0) != sizeof offer->secret) return fail("get a random number");
  line->peers = memory_allocate((size_t)line->size, sizeof *line->peers, "the watchdog");
  if (!line->peers) return LOLIGO_MACHINE_ERROR;
  if (!listen_at_loopback(line, offer)) return fail("open a socket");
  if (!one_machine) listen_outside(line, offer);
  return LOLIGO_OK;
}

/* -- the way to rank 0 -- */

/* Rank 0 answers those who search, until all ranks are here. */
static void answer_until(const lifeline *line, MPI_Request *all_here)
{
  struct pollfd ready[LIFELINE_SOCKETS];
  lifeline_report report;
  lifeline_address from;
  for (int i = 0; i < line->n_sockets; i++) ready[i] = (struct pollfd){.fd = line->sockets[i], .events = POLLIN};
  for (int done = 0; !done; MPI_Test(all_here, &done, MPI_STATUS_IGNORE)) {
    poll(ready, (nfds_t)line->n_sockets, TEST_MILLISECONDS);
    for (int i = 0; i < line->n_sockets; i++)
      if (ready[i].revents && take(line, ready[i].fd, &report, &from)) send_report(line, ready[i].fd, &report, &from);
  }
}

/* Asks at all addresses at once; returns one that answers. */
static int ask(const lifeline *line, struct pollfd *ways, int n)
{
  const lifeline_report question = {.rank = line->rank};
  lifeline_report answer;
  lifeline_address from;
  for (int i = 0; i < n; i++)
    if (ways[i].fd >= 0) send_report(line, ways[i].fd, &question, NULL);
  poll(ways, (nfds_t)n, TRY_MILLISECONDS);
  for (int i = 0; i < n; i++)
    if (ways[i].fd >= 0 && ways[i].revents && take(line, ways[i].fd, &answer, &from)) return i;
  return NO_WAY;
}

static int search(const lifeline *line, const offer *offer)
{
  struct pollfd ways[LIFELINE_SOCKETS];
  const double end = timer_now() + SEARCH_SECONDS;
  int found = NO_WAY;
  for (int i = 0; i < offer->n; i++)
    ways[i] = (struct pollfd){.fd = i == LOOPBACK ? -1 : open_towards(&offer->at[i]), .events = POLLIN};
  while (found == NO_WAY && timer_now() < end) found = ask(line, ways, offer->n);
  for (int i = 0; i < offer->n; i++)
    if (ways[i].fd >= 0) close(ways[i].fd);
  return found;
}

/* Number of the address by which this machine reaches rank 0. Collective. */
static int find_way(const loligo_context *context, MPI_Comm machine, const lifeline *line, const offer *offer)
{
  MPI_Request all_here;
  int first = context->rank, way = LOOPBACK;
  MPI_Bcast(&first, 1, MPI_INT, 0, machine);
  if (first > 0 && first == context->rank) way = search(line, offer);
  MPI_Ibarrier(context->comm, &all_here);
  if (context->rank == 0) answer_until(line, &all_here);
  MPI_Wait(&all_here, MPI_STATUS_IGNORE);
  MPI_Bcast(&way, 1, MPI_INT, 0, machine);
  return way;
}

static loligo_status take_way(lifeline *line, const lifeline_address *way, lifeline_address *own)
{
  socklen_t length = sizeof *own;
  int descriptor = open_towards(way);
  if (descriptor < 0) return fail("open a socket");
  line->sockets[line->n_sockets++] = descriptor;
  return getsockname(descriptor, &own->any, &length) ? fail("open a socket") : LOLIGO_OK;
}

/* `used` has a bit for each. */
static void close_unused(lifeline *line, unsigned used)
{
  int n = line->n_sockets;
  line->n_sockets = 0;
  for (int i = 0; i < n; i++) {
    if (used >> i & 1)
      line->sockets[line->n_sockets++] = line->sockets[i];
    else
      close(line->sockets[i]);
  }
}

static loligo_status settle(const loligo_context *context, MPI_Comm machine, lifeline *line, offer *offer)
{
  MPI_Bcast(offer, (int)sizeof *offer, MPI_BYTE, 0, context->comm);
  memcpy(line->secret, offer->secret, sizeof line->secret);
  const int way = find_way(context, machine, line, offer);
  const bool sends = context->rank > 0 && way != NO_WAY;
  const unsigned mine = sends ? 1u << way : 0;
  unsigned used = 0;
  lifeline_address own = {0};
  LOLIGO_TRY(loligo_agree(context, sends ? take_way(line, &offer->at[way], &own) : LOLIGO_OK));
  MPI_Reduce(&mine, &used, 1, MPI_UNSIGNED, MPI_BOR, 0, context->comm);
  MPI_Gather(&own, (int)sizeof own, MPI_BYTE, line->peers, (int)sizeof own, MPI_BYTE, 0, context->comm);
  if (context->rank == 0) close_unused(line, used);
  return LOLIGO_OK;
}

loligo_status lifeline_open(const loligo_context *context, lifeline *line)
{
  *line = (lifeline){.rank = context->rank, .size = context->size};
  if (context->size == 1) return LOLIGO_OK;
  offer offer = {.n = 0};
  MPI_Comm machine = node_ranks(context);
  int on_machine;
  MPI_Comm_size(machine, &on_machine);
  loligo_status status = context->rank == 0 ? make_offer(line, &offer, on_machine == context->size) : LOLIGO_OK;
  status = loligo_agree(context, status);
  if (status == LOLIGO_OK) status = settle(context, machine, line, &offer);
  MPI_Comm_free(&machine);
  if (status != LOLIGO_OK) lifeline_close(line);
  return status;
}

void lifeline_close(lifeline *line)
{
  for (int i = 0; i < line->n_sockets; i++) close(line->sockets[i]);
  line->n_sockets = 0;
  memory_free(line->peers);
  line->peers = NULL;
}

/*
 * Heartbeats as datagrams. Each rank sends its own to rank 0 several times per period, and rank 0 answers; so rank 0
 * knows how all stand, and all know that rank 0 lives. Rank 0 has one address per network: a rank tries all of them and
 * keeps to the first that answers. MPI is not asked: it may be what hangs, and its threads are not ours.
 */
#include "base/watchdog.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/heartbeat.h"
#include "base/memory.h"
#include "base/timer.h"

static const double LAUNCHER_SECONDS = 5; /* in which it ends a job after rank 0 has spoken */
enum { TICKS_PER_PERIOD = 8, HOST_SIZE = 64, MAX_ADDRESSES = 16, DOING_SIZE = 48, MAX_NAMED = 4 };

/** Where rank 0 listens; the same on all ranks. */
typedef struct lair {
  uint64_t job; /* tells datagrams of this job from others */
  char host[HOST_SIZE];
  struct in_addr addresses[MAX_ADDRESSES];
  int32_t n;
  uint16_t port; /* network byte order */
} lair;

/** What goes to rank 0, and back as the answer. */
typedef struct datagram {
  uint64_t job, count;
  int32_t rank, address; /* sender; number of the address it went to */
  int32_t waiting;
  char doing[DOING_SIZE];
} datagram;

/** A rank as others know it. */
typedef struct peer {
  double heard, advanced; /* s on the watchdog's clock */
  datagram last;
} peer;

struct watchdog {
  int rank, size;
  double period, clock; /* s; the clock stands still while this process is suspended */
  lair lair;
  int address;      /* of rank 0 that answers; negative: not known yet */
  int socket, stop; /* descriptors */
  peer *peers;      /* [size] on rank 0; else [1], rank 0 */
  double advanced;  /* when the heartbeat of this rank last moved */
  uint64_t count;
  char (*hosts)[HOST_SIZE]; /* [size] on rank 0 */
  pthread_t thread;
};

/* -- the verdict -- */

static void end_job(const char *message)
{
  dprintf(STDERR_FILENO, "%s\n", message);
  _exit(LOLIGO_MACHINE_ERROR);
}

static bool is_silent(const watchdog *dog, const peer *peer)
{
  return dog->clock - peer->heard > dog->period / 2;
}

/* Adds up to MAX_NAMED ranks for which `is_guilty` holds to a message; returns how many there are. */
static int name_ranks(const watchdog *dog, bool (*is_guilty)(const watchdog *, const peer *), char *text, size_t size)
{
  int n = 0;
  size_t used = 0;
  for (int r = 0; r < dog->size; r++) {
    const peer *peer = &dog->peers[r];
    if (!is_guilty(dog, peer) || ++n > MAX_NAMED) continue;
    used += (size_t)snprintf(text + used, size - used, "%srank %d on %s (last known: %s%s)", n > 1 ? ", " : "", r,
                             dog->hosts[r], *peer->last.doing ? peer->last.doing : "nothing",
                             peer->last.waiting ? ", waits for others" : "");
  }
  if (n > MAX_NAMED) snprintf(text + used, size - used, " and %d more", n - MAX_NAMED);
  return n;
}

static bool is_working(const watchdog *dog, const peer *peer)
{
  (void)dog;
  return !peer->last.waiting;
}

static void accuse(const watchdog *dog)
{
  char ranks[MAX_NAMED * 160 + 32], message[sizeof ranks + 160];
  if (name_ranks(dog, is_silent, ranks, sizeof ranks))
    snprintf(message, sizeof message, "no answer for %g s from %s; the job ends", dog->period, ranks);
  else if (name_ranks(dog, is_working, ranks, sizeof ranks))
    snprintf(message, sizeof message,
             "nothing moved for %g s in %s; the job ends (a longer simulation.watchdog waits longer)", dog->period,
             ranks);
  else
    snprintf(message, sizeof message, "all ranks have waited for each other for %g s; the job ends", dog->period);
  end_job(message);
}

/* Rank 0: whether nobody got on for a period. */
static void judge_all(const watchdog *dog)
{
  for (int r = 0; r < dog->size; r++)
    if (dog->clock - dog->peers[r].advanced < dog->period) return;
  accuse(dog);
}

/* Others: rank 1 speaks first; the later ones, in turns, only where those before are silent too. */
static void judge_root(const watchdog *dog)
{
  double turn = LAUNCHER_SECONDS;
  for (int r = dog->rank; r > 0; r /= 2) turn += dog->period / TICKS_PER_PERIOD;
  if (dog->address < 0 || dog->clock - dog->advanced < dog->period + turn || !is_silent(dog, dog->peers)) return;
  char message[HOST_SIZE + 80];
  snprintf(message, sizeof message, "no answer for %g s from rank 0 on %s; the job ends", dog->period, dog->lair.host);
  end_job(message);
}

/* -- datagrams -- */

static void note_peer(watchdog *dog, peer *peer, const datagram *got)
{
  peer->heard = dog->clock;
  if (got->count != peer->last.count) peer->advanced = dog->clock;
  peer->last = *got;
  peer->last.doing[DOING_SIZE - 1] = '\0';
}

static void receive(watchdog *dog)
{
  datagram got;
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  ssize_t bytes = recvfrom(dog->socket, &got, sizeof got, MSG_DONTWAIT, (struct sockaddr *)&from, &length);
  if (bytes != sizeof got || got.job != dog->lair.job || got.rank < 0 || got.rank >= dog->size) return;
  if (dog->rank == 0) {
    note_peer(dog, &dog->peers[got.rank], &got);
    sendto(dog->socket, &got, sizeof got, MSG_DONTWAIT, (struct sockaddr *)&from, length);
  } else if (got.rank == dog->rank) {
    dog->address = got.address;
    dog->peers->heard = dog->clock;
  }
}

static datagram own_state(watchdog *dog)
{
  heartbeat now = heartbeat_now();
  datagram state = {.job = dog->lair.job, .count = now.count, .rank = dog->rank, .waiting = now.waiting};
  snprintf(state.doing, sizeof state.doing, "%s", now.doing);
  if (state.count != dog->count) dog->advanced = dog->clock;
  dog->count = state.count;
  return state;
}

static void report(watchdog *dog, datagram *state)
{
  int first = dog->address < 0 ? 0 : dog->address, last = dog->address < 0 ? dog->lair.n - 1 : dog->address;
  for (state->address = first; state->address <= last; state->address++) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = dog->lair.port, .sin_addr = dog->lair.addresses[state->address]};
    sendto(dog->socket, state, sizeof *state, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to);
  }
}

static void tick(watchdog *dog)
{
  datagram state = own_state(dog);
  if (dog->rank == 0) {
    note_peer(dog, dog->peers, &state);
    judge_all(dog);
  } else {
    report(dog, &state);
    judge_root(dog);
  }
}

/* Answers until told to stop, with a tick several times per period. A tick that comes late was suspended so long. */
static void *watch(void *argument)
{
  watchdog *dog = argument;
  const double step = dog->period / TICKS_PER_PERIOD;
  struct pollfd ready[2] = {{.fd = dog->socket, .events = POLLIN}, {.fd = dog->stop, .events = POLLIN}};
  double last = timer_now() - step;
  while (!(ready[1].revents & POLLIN)) {
    if (ready[0].revents & POLLIN) receive(dog);
    double passed = timer_now() - last;
    if (passed >= step) {
      dog->clock += passed < 2 * step ? passed : 2 * step;
      last += passed;
      tick(dog);
      passed = 0;
    }
    poll(ready, 2, (int)(1000 * (step - passed)) + 1);
  }
  return NULL;
}

/* -- start and end -- */

static void list_addresses(lair *lair)
{
  struct ifaddrs *interfaces;
  if (getifaddrs(&interfaces)) return;
  for (const struct ifaddrs *i = interfaces; i && lair->n < MAX_ADDRESSES; i = i->ifa_next) {
    if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET) continue;
    lair->addresses[lair->n++] = ((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr;
  }
  freeifaddrs(interfaces);
}

static loligo_status open_socket(watchdog *dog)
{
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
  socklen_t length = sizeof own;
  dog->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  dog->stop = eventfd(0, EFD_CLOEXEC);
  if (dog->socket < 0 || dog->stop < 0 || bind(dog->socket, (struct sockaddr *)&own, sizeof own) ||
      getsockname(dog->socket, (struct sockaddr *)&own, &length))
    return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot open a socket for simulation.watchdog: %s", strerror(errno));
  dog->lair.port = own.sin_port;
  if (dog->rank == 0) list_addresses(&dog->lair);
  return LOLIGO_OK;
}

static loligo_status prepare(watchdog *dog)
{
  gethostname(dog->lair.host, HOST_SIZE - 1);
  dog->lair.job = (uint64_t)getpid() << 32 ^ (uint64_t)(timer_now() * 1e6);
  dog->peers = memory_allocate(dog->rank == 0 ? (size_t)dog->size : 1, sizeof *dog->peers, "the watchdog");
  dog->hosts = memory_allocate(dog->rank == 0 ? (size_t)dog->size : 1, sizeof *dog->hosts, "the watchdog");
  if (!dog->peers || !dog->hosts) return LOLIGO_MACHINE_ERROR;
  return open_socket(dog);
}

/* The thread takes no signals: they are for the main one. */
static loligo_status start_thread(watchdog *dog)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&dog->thread, NULL, watch, dog);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error)
    return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot start a thread for simulation.watchdog: %s", strerror(error));
  return LOLIGO_OK;
}

static void watchdog_free(watchdog *dog)
{
  if (dog->socket >= 0) close(dog->socket);
  if (dog->stop >= 0) close(dog->stop);
  memory_free(dog->peers);
  memory_free(dog->hosts);
  memory_free(dog);
}

static loligo_status start(const loligo_context *context, watchdog *dog)
{
  LOLIGO_TRY(loligo_agree(context, prepare(dog)));
  MPI_Gather(dog->lair.host, HOST_SIZE, MPI_CHAR, dog->hosts, HOST_SIZE, MPI_CHAR, 0, context->comm);
  MPI_Bcast(&dog->lair, (int)sizeof dog->lair, MPI_BYTE, 0, context->comm);
  return loligo_agree(context, start_thread(dog));
}

loligo_status watchdog_start(const loligo_context *context, double seconds, watchdog **out)
{
  *out = NULL;
  if (seconds <= 0) return LOLIGO_OK;
  watchdog *dog = memory_allocate(1, sizeof *dog, "the watchdog");
  if (dog)
    *dog = (watchdog){
        .rank = context->rank, .size = context->size, .period = seconds, .address = -1, .socket = -1, .stop = -1};
  loligo_status status = loligo_agree(context, dog ? LOLIGO_OK : LOLIGO_MACHINE_ERROR);
  if (status == LOLIGO_OK) status = start(context, dog);
  if (status == LOLIGO_OK)
    *out = dog;
  else
    watchdog_stop(dog);
  return status;
}

void watchdog_stop(watchdog *dog)
{
  if (!dog) return;
  if (dog->stop >= 0 && write(dog->stop, &(uint64_t){1}, sizeof(uint64_t)) > 0 && dog->thread)
    pthread_join(dog->thread, NULL);
  watchdog_free(dog);
}

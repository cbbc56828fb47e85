/*
 * Heartbeats as datagrams. Each rank sends its own to rank 0 several times per period, and rank 0 answers; so rank 0
 * knows how all stand, and all know that rank 0 lives. MPI is not asked: it may be what hangs, and its threads are not
 * ours.
 */
#include "base/watchdog.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/heartbeat.h"
#include "base/lifeline.h"
#include "base/memory.h"
#include "base/timer.h"

static const double LAUNCHER_SECONDS = 5; /* in which it ends a job after rank 0 has spoken */
static const double LONGEST_WAIT_MS = 3.6e6;
enum { TICKS_PER_PERIOD = 8, HOST_SIZE = 64, MAX_NAMED = 4, END_SECONDS = 2 };

/** A rank as others know it. */
typedef struct peer {
  double heard, advanced; /* s on the watchdog's clock */
  lifeline_report last;
} peer;

struct watchdog {
  int rank, size;
  double period, clock; /* s; the clock stands still while this process is suspended */
  watchdog_end end;
  lifeline line;
  int stop;        /* descriptor */
  peer *peers;     /* [size] on rank 0; else [1], rank 0 */
  double advanced; /* when the heartbeat of this rank last moved */
  uint64_t count;
  char host[HOST_SIZE], root_host[HOST_SIZE];
  char (*hosts)[HOST_SIZE]; /* [size] on rank 0 */
  pthread_t thread;
};

/* -- the verdict -- */

/** What is to be told to whom. */
typedef struct ending {
  const watchdog_end *end;
  const char *message;
} ending;

static void *tell(void *argument)
{
  const ending *ending = argument;
  ending->end->tell(ending->end->self, ending->message);
  return NULL;
}

/* In a thread that is not waited for long: it may touch the file system, which may be what hangs. */
static void tell_end(const watchdog *dog, const char *message)
{
  ending ending = {&dog->end, message};
  struct timespec until;
  pthread_t thread;
  if (pthread_create(&thread, NULL, tell, &ending)) return;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += END_SECONDS;
  pthread_timedjoin_np(thread, NULL, &until);
}

static void end_job(const watchdog *dog, const char *message)
{
  dprintf(STDERR_FILENO, "%s\n", message);
  tell_end(dog, message);
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
  end_job(dog, message);
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
  const bool was_heard = dog->peers->heard > 0;
  if (!was_heard || dog->clock - dog->advanced < dog->period + turn || !is_silent(dog, dog->peers)) return;
  char message[HOST_SIZE + 80];
  snprintf(message, sizeof message, "no answer for %g s from rank 0 on %s; the job ends", dog->period, dog->root_host);
  end_job(dog, message);
}

/* -- heartbeats -- */

static void note_peer(const watchdog *dog, peer *peer, const lifeline_report *report)
{
  peer->heard = dog->clock;
  if (report->count != peer->last.count) peer->advanced = dog->clock;
  peer->last = *report;
}

static void receive(watchdog *dog, int socket)
{
  lifeline_report report;
  if (!lifeline_receive(&dog->line, socket, &report)) return;
  if (dog->rank == 0)
    note_peer(dog, &dog->peers[report.rank], &report);
  else
    dog->peers->heard = dog->clock;
}

static lifeline_report own_state(watchdog *dog)
{
  heartbeat now = heartbeat_now();
  lifeline_report state = {.rank = dog->rank, .waiting = now.waiting, .count = now.count};
  snprintf(state.doing, sizeof state.doing, "%s", now.doing);
  if (state.count != dog->count) dog->advanced = dog->clock;
  dog->count = state.count;
  return state;
}

static void tick(watchdog *dog)
{
  lifeline_report state = own_state(dog);
  if (dog->rank == 0) {
    note_peer(dog, dog->peers, &state);
    judge_all(dog);
  } else {
    lifeline_send(&dog->line, &state);
    judge_root(dog);
  }
}

/* Answers until told to stop, with a tick several times per period. A tick that comes late was suspended so long. */
static void *watch(void *argument)
{
  watchdog *dog = argument;
  const double step = dog->period / TICKS_PER_PERIOD;
  const int n = dog->line.n_sockets;
  struct pollfd ready[LIFELINE_SOCKETS + 1];
  for (int i = 0; i <= n; i++)
    ready[i] = (struct pollfd){.fd = i < n ? dog->line.sockets[i] : dog->stop, .events = POLLIN};
  double last = timer_now() - step;
  while (!(ready[n].revents & POLLIN)) {
    for (int i = 0; i < n; i++)
      if (ready[i].revents) receive(dog, i);
    double passed = timer_now() - last;
    if (passed >= step) {
      dog->clock += passed < 2 * step ? passed : 2 * step;
      last += passed;
      tick(dog);
      passed = 0;
    }
    poll(ready, (nfds_t)n + 1, (int)fmin(1000 * (step - passed), LONGEST_WAIT_MS) + 1);
  }
  return NULL;
}

/* -- start and end -- */

static loligo_status prepare(watchdog *dog)
{
  const size_t n = dog->rank == 0 ? (size_t)dog->size : 1;
  gethostname(dog->host, HOST_SIZE - 1);
  dog->peers = memory_allocate(n, sizeof *dog->peers, "the watchdog");
  dog->hosts = memory_allocate(n, sizeof *dog->hosts, "the watchdog");
  if (!dog->peers || !dog->hosts) return LOLIGO_MACHINE_ERROR;
  dog->stop = eventfd(0, EFD_CLOEXEC);
  if (dog->stop >= 0) return LOLIGO_OK;
  return loligo_fail(LOLIGO_MACHINE_ERROR, "cannot start simulation.watchdog: %s", strerror(errno));
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
  lifeline_close(&dog->line);
  if (dog->stop >= 0) close(dog->stop);
  memory_free(dog->peers);
  memory_free(dog->hosts);
  memory_free(dog);
}

static loligo_status start(const loligo_context *context, watchdog *dog)
{
  LOLIGO_TRY(loligo_agree(context, prepare(dog)));
  LOLIGO_TRY(lifeline_open(context, &dog->line));
  memcpy(dog->root_host, dog->host, HOST_SIZE);
  MPI_Bcast(dog->root_host, HOST_SIZE, MPI_CHAR, 0, context->comm);
  MPI_Gather(dog->host, HOST_SIZE, MPI_CHAR, dog->hosts, HOST_SIZE, MPI_CHAR, 0, context->comm);
  return loligo_agree(context, start_thread(dog));
}

loligo_status watchdog_start(const loligo_context *context, double seconds, watchdog_end end, watchdog **out)
{
  *out = NULL;
  if (seconds <= 0) return LOLIGO_OK;
  watchdog *dog = memory_allocate(1, sizeof *dog, "the watchdog");
  if (dog) *dog = (watchdog){.rank = context->rank, .size = context->size, .period = seconds, .end = end, .stop = -1};
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

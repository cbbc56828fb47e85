/*
 * Progress on stderr. Under mpirun a rank's stderr is a pipe even on a terminal, so it is the launcher's that is looked
 * at.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/timer.h"

static const double BAR_SECONDS = 0.2, LINE_SECONDS = 10;
enum { BAR_WIDTH = 30 };

static bool stderr_is_terminal(void)
{
  if (isatty(STDERR_FILENO)) return true;
  char link[64], target[256];
  snprintf(link, sizeof link, "/proc/%d/fd/2", (int)getppid());
  ssize_t length = readlink(link, target, sizeof target - 1);
  if (length <= 0) return false;
  target[length] = '\0';
  return strncmp(target, "/dev/pts/", 9) == 0 || strncmp(target, "/dev/tty", 8) == 0;
}

void progress_start(progress *progress, double dt, int64_t first, int64_t steps)
{
  *progress = (struct progress){
      .dt = dt, .first = first, .steps = steps, .started = timer_now(), .terminal = stderr_is_terminal()};
  progress->last = progress->started;
}

static void print_bar(double fraction, double model_ms, double factor, double remaining)
{
  char bar[BAR_WIDTH + 1];
  int filled = (int)(fraction * BAR_WIDTH);
  for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i < filled ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  fprintf(stderr, "\r[%s] %3.0f %%  %.0f ms  real-time factor %.3g  %.0f s left   ", bar, 100 * fraction, model_ms,
          factor, remaining);
}

static loligo_status show(void *self, const loligo_interval *interval)
{
  progress *p = self;
  double now = timer_now();
  if (now - p->last < (p->terminal ? BAR_SECONDS : LINE_SECONDS)) return LOLIGO_OK;
  p->last = now;
  double done = (double)(interval->last_step - p->first), elapsed = now - p->started;
  double model_ms = (double)interval->last_step * p->dt, factor = 1000 * elapsed / (done * p->dt);
  double remaining = elapsed / done * (double)(p->steps - interval->last_step);
  if (p->terminal)
    print_bar((double)interval->last_step / (double)p->steps, model_ms, factor, remaining);
  else
    fprintf(stderr, "%.1f ms of model time, real-time factor %.3g, %.0f s left\n", model_ms, factor, remaining);
  return LOLIGO_OK;
}

loligo_observer progress_observer(progress *progress)
{
  return (loligo_observer){progress, show};
}

void progress_end(const progress *progress)
{
  if (progress->terminal && progress->last > progress->started) fprintf(stderr, "\r%79s\r", "");
}

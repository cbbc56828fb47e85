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
static const double BUILD_SECONDS = 1; /* a shorter build is not worth a word */
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

static double print_interval(const progress *p)
{
  return p->terminal ? BAR_SECONDS : LINE_SECONDS;
}

void progress_start_steps(progress *progress, double dt, int64_t first, int64_t steps)
{
  *progress = (struct progress){
      .dt = dt, .first = first, .steps = steps, .started = timer_now(), .terminal = stderr_is_terminal()};
  progress->due = progress->started + print_interval(progress);
}

void progress_start_build(progress *progress)
{
  progress_start_steps(progress, 0, 0, 0);
  progress->due = progress->started + BUILD_SECONDS;
}

static bool is_due(progress *p, double now)
{
  if (now < p->due) return false;
  p->due = now + print_interval(p);
  p->shown = true;
  return true;
}

static void print_bar(double fraction, const char *text)
{
  char bar[BAR_WIDTH + 1];
  int filled = (int)(fraction * BAR_WIDTH);
  for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i < filled ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  fprintf(stderr, "\r[%s] %3.0f %%  %s   ", bar, 100 * fraction, text);
}

void progress_show_build(progress *p, double fraction)
{
  double now = timer_now();
  if (fraction <= 0 || !is_due(p, now)) return;
  char text[64];
  snprintf(text, sizeof text, "building synapses, %.0f s left", (now - p->started) * (1 / fraction - 1));
  if (p->terminal)
    print_bar(fraction, text);
  else
    fprintf(stderr, "%s (%.0f %%)\n", text, 100 * fraction);
}

void progress_show_steps(progress *p, int64_t step)
{
  double now = timer_now();
  if (!is_due(p, now)) return;
  double done = (double)(step - p->first), elapsed = now - p->started;
  double model_ms = (double)step * p->dt, factor = 1000 * elapsed / (done * p->dt);
  double remaining = elapsed / done * (double)(p->steps - step);
  char text[96];
  if (p->terminal) {
    snprintf(text, sizeof text, "%.0f ms  real-time factor %.3g  %.0f s left", model_ms, factor, remaining);
    print_bar((double)step / (double)p->steps, text);
  } else {
    fprintf(stderr, "%.1f ms of model time, real-time factor %.3g, %.0f s left\n", model_ms, factor, remaining);
  }
}

void progress_end(const progress *progress)
{
  if (progress->terminal && progress->shown) fprintf(stderr, "\r%79s\r", "");
}

/*
 * Wall time on the monotonic clock of POSIX, added up by phase.
 */
#include "base/timer.h"

#include <assert.h>
#include <time.h>

const char *timer_phase_name(timer_phase phase)
{
  static const char *const names[] = {
#define PHASE_NAME(name) #name,
      PHASE_LIST(PHASE_NAME)
#undef PHASE_NAME
  };
  assert(phase < PHASE_COUNT);
  return names[phase];
}

static double read_clock(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double timer_now(void)
{
  return read_clock(CLOCK_MONOTONIC);
}

double timer_processor(void)
{
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

double timer_add(timer_set *timers, timer_phase phase, double since)
{
  const double now = timer_now();
  timers->seconds[phase] += now - since;
  return now;
}

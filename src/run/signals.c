/*
 * Handlers only set what the simulation looks at between two intervals.
 */
#include "run/signals.h"

#include <signal.h>
#include <stddef.h>

static loligo_simulation *volatile running;
static volatile sig_atomic_t stop_requested, early_pause;

static void on_checkpoint_signal(int signal)
{
  (void)signal;
  if (running)
    loligo_simulation_pause(running);
  else
    early_pause = 1;
}

static void on_stop_signal(int signal)
{
  (void)signal;
  stop_requested = 1;
  if (running) loligo_simulation_stop(running);
}

/* Unless it is ignored, as `nohup` asks for. */
static void catch_hangup(const struct sigaction *action)
{
  struct sigaction before;
  if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(SIGHUP, action, NULL);
}

void signals_catch(void)
{
  struct sigaction action = {.sa_handler = on_stop_signal, .sa_flags = SA_RESTART};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGUSR2, &action, NULL);
  sigaction(SIGXCPU, &action, NULL);
  catch_hangup(&action);
  action.sa_handler = on_checkpoint_signal;
  sigaction(SIGUSR1, &action, NULL);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

void signals_act_on(loligo_simulation *simulation)
{
  running = simulation;
  if (!simulation) return;
  if (stop_requested) loligo_simulation_stop(simulation);
  if (early_pause) loligo_simulation_pause(simulation);
  early_pause = 0;
}

bool signals_want_checkpoint(void)
{
  const bool wanted = early_pause;
  early_pause = 0;
  return wanted;
}

bool signals_want_stop(void)
{
  return stop_requested;
}

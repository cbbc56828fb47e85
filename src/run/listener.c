/*
 * A listener may be deaf to anything; the run need not ask.
 */
#include "run/listener.h"

void listener_tell(const run_listener *listener, run_news news, const char *format, ...)
{
  va_list arguments;
  if (!listener->tell) return;
  va_start(arguments, format);
  listener->tell(listener->self, news, format, arguments);
  va_end(arguments);
}

void listener_begin_build(const run_listener *listener)
{
  if (listener->begin_build) listener->begin_build(listener->self);
}

void listener_building(const run_listener *listener, double fraction)
{
  if (listener->building) listener->building(listener->self, fraction);
}

void listener_begin_steps(const run_listener *listener, double dt, int64_t first, int64_t last)
{
  if (listener->begin_steps) listener->begin_steps(listener->self, dt, first, last);
}

void listener_end_stage(const run_listener *listener)
{
  if (listener->end_stage) listener->end_stage(listener->self);
}

void listener_finish(const run_listener *listener, loligo_status status, const run_report *report)
{
  if (listener->finish) listener->finish(listener->self, status, report);
}

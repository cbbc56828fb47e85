/*
 * Prints what a run tells its listener.
 */
#include "cli/narrator.h"

#include <stdio.h>

#include "cli/options.h"
#include "cli/summary.h"
#include "cli/warnings.h"
#include "run/run.h"

static void tell(void *self, run_news news, const char *format, va_list arguments)
{
  (void)self, (void)news;
  vfprintf(stderr, format, arguments);
}

static void tell_warning(void *self, run_news news, const char *format, va_list arguments)
{
  if (news == RUN_WARNING) tell(self, news, format, arguments);
}

static void describe(void *self, const model_file *model, const estimate *need)
{
  narrator *narrator = self;
  narrator->model = model;
  warnings_print(model, need);
}

static progress *progress_of(void *self)
{
  return &((narrator *)self)->progress;
}

static void begin_build(void *self)
{
  progress_start_build(progress_of(self));
}

static void building(void *self, double fraction)
{
  progress_show_build(progress_of(self), fraction);
}

static void begin_steps(void *self, double dt, int64_t first, int64_t last)
{
  warnings_print_of_draws(((narrator *)self)->model);
  progress_start_steps(progress_of(self), dt, first, last);
}

static void stepping(void *self, int64_t step)
{
  progress_show_steps(progress_of(self), step);
}

static void end_stage(void *self)
{
  progress_end(progress_of(self));
}

static void finish_quietly(void *self, loligo_status status, const run_report *report)
{
  (void)self;
  if (report && status == LOLIGO_OK) warnings_print_after(report);
  if (status != LOLIGO_OK && !run_was_stopped(status)) report_failure(status);
}

static void finish(void *self, loligo_status status, const run_report *report)
{
  if (report) summary_print(report);
  finish_quietly(self, status, report);
}

run_listener narrator_listener(narrator *narrator, bool quiet)
{
  if (quiet) return (run_listener){.tell = tell_warning, .finish = finish_quietly};
  return (run_listener){.self = narrator,
                        .tell = tell,
                        .describe = describe,
                        .begin_build = begin_build,
                        .building = building,
                        .begin_steps = begin_steps,
                        .stepping = stepping,
                        .end_stage = end_stage,
                        .finish = finish};
}

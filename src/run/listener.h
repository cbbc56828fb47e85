/**
 * Who follows a run: a front end's functions, called on rank 0 only, between collectives, and each may be NULL. They
 * call no collectives, and keep nothing that they are given beyond the call.
 */
#ifndef LOLIGO_RUN_LISTENER_H
#define LOLIGO_RUN_LISTENER_H

#include <stdarg.h>
#include <stdint.h>

#include "io/model_file/model_file.h"
#include "io/results/report.h"
#include "loligo/status.h"
#include "sim/estimate.h"

typedef enum run_news {
  RUN_NOTE,   /* for those who want to know how the run goes */
  RUN_WARNING /* something is not as it should be: for everybody */
} run_news;

typedef struct run_listener {
  void *self; /* first argument of all of them */

  /** A line for the user, its end included, as for vprintf(). */
  void (*tell)(void *self, run_news news, const char *format, va_list arguments);

  /** What is going to be built, and what it needs; the latter is only worked out for who wants to hear, and NULL
   * where the model learns. */
  void (*describe)(void *self, const model_file *model, const estimate *need);

  /** The build: its begin, and some times a second the fraction that is done. */
  void (*begin_build)(void *self);
  void (*building)(void *self, double fraction);

  /** The simulation of steps [first, last) of dt ms: its begin, and after each interval the step where it stands. */
  void (*begin_steps)(void *self, double dt, int64_t first, int64_t last);
  void (*stepping)(void *self, int64_t step);

  /** The end of either of them, however it came. */
  void (*end_stage)(void *self);

  /** What became of the run, at its end: `report` is NULL unless it went as it should and was built. */
  void (*finish)(void *self, loligo_status status, const run_report *report);
} run_listener;

/** What a run calls: each hands on to the function of that name, if it is there. Not collective. */
void listener_tell(const run_listener *listener, run_news news, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void listener_begin_build(const run_listener *listener);
void listener_building(const run_listener *listener, double fraction);
void listener_begin_steps(const run_listener *listener, double dt, int64_t first, int64_t last);
void listener_end_stage(const run_listener *listener);
void listener_finish(const run_listener *listener, loligo_status status, const run_report *report);

#endif

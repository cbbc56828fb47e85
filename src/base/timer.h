/** Wall time by phase of the run. Not collective. */
#ifndef LOLIGO_BASE_TIMER_H
#define LOLIGO_BASE_TIMER_H

#define PHASE_LIST(X)                                                                                                  \
  X(build_cells)                                                                                                       \
  X(build_synapses)                                                                                                    \
  X(build_exchange)                                                                                                    \
  X(deliver)                                                                                                           \
  X(update)                                                                                                            \
  X(exchange)                                                                                                          \
  X(wait)                                                                                                              \
  X(record)                                                                                                            \
  X(checkpoint)

typedef enum timer_phase {
#define PHASE_ENUM(name) PHASE_##name,
  PHASE_LIST(PHASE_ENUM)
#undef PHASE_ENUM
      PHASE_COUNT
} timer_phase;

/** "update" for PHASE_update. */
const char *timer_phase_name(timer_phase phase);

/** Seconds on a monotonic clock. */
double timer_now(void);

/** Seconds that processors have spent on this process, whoever else is on the machine. */
double timer_processor(void);

typedef struct timer_set {
  double seconds[PHASE_COUNT];
} timer_set;

/** Adds the time since `since` to a phase and returns now, so that phases chain without a gap. */
double timer_add(timer_set *timers, timer_phase phase, double since);

#endif

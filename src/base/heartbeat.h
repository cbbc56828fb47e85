/** What this rank does and whether it gets on, for a watchdog in another thread to see. Not collective, all of it. */
#ifndef LOLIGO_BASE_HEARTBEAT_H
#define LOLIGO_BASE_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

/** Says that the rank gets on, and with what: "builds synapses". The text is kept, not copied. */
void heartbeat_doing(const char *what);

/** Says that the rank gets on with what it does. */
void heartbeat_go_on(void);

/** Says that the rank waits for others, before a collective; and that it does not any more, which is progress. */
void heartbeat_await(bool waiting);

typedef struct heartbeat {
  uint64_t count; /* grows with all progress */
  bool waiting;
  const char *doing;
} heartbeat;

/** From any thread. */
heartbeat heartbeat_now(void);

#endif

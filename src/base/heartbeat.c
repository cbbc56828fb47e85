/*
 * One per process, as there is one main thread in it. Relaxed atomics: only that a value changes matters, not when the
 * other thread sees it, and the one that writes pays a plain store.
 */
#include "base/heartbeat.h"

#include <stdatomic.h>

static _Atomic uint64_t count;
static atomic_bool awaiting;
static const char *_Atomic doing = "starts";

void heartbeat_go_on(void)
{
  atomic_store_explicit(&count, atomic_load_explicit(&count, memory_order_relaxed) + 1, memory_order_relaxed);
}

void heartbeat_doing(const char *what)
{
  atomic_store_explicit(&doing, what, memory_order_relaxed);
  heartbeat_go_on();
}

void heartbeat_await(bool waiting)
{
  atomic_store_explicit(&awaiting, waiting, memory_order_relaxed);
  if (!waiting) heartbeat_go_on();
}

heartbeat heartbeat_now(void)
{
  return (heartbeat){atomic_load_explicit(&count, memory_order_relaxed),
                     atomic_load_explicit(&awaiting, memory_order_relaxed),
                     atomic_load_explicit(&doing, memory_order_relaxed)};
}

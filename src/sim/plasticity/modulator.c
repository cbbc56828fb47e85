/*
 * Spikes come interval by interval, within one in any order: what comes behind one that is put in is traced anew.
 */
#include "sim/plasticity/modulator.h"

#include <string.h>

#include "base/memory.h"
#include "base/vector.h"

enum { LOOKS_BACK = 4, LEAST = 256 };

static size_t capacity_for(int64_t steps)
{
  return (size_t)steps * LOOKS_BACK + LEAST;
}

double modulator_bytes(int64_t steps)
{
  return (double)(capacity_for(steps) * sizeof(modulator_event));
}

loligo_status modulator_init(modulator *modulator, size_t population, double rate, int64_t steps)
{
  *modulator = (struct modulator){.population = population, .rate = rate, .capacity = capacity_for(steps)};
  modulator->events = memory_allocate(modulator->capacity, sizeof *modulator->events, "spikes of a modulator");
  return modulator->events ? LOLIGO_OK : LOLIGO_MACHINE_ERROR;
}

void modulator_free(modulator *modulator)
{
  memory_free(modulator->events);
  *modulator = (struct modulator){0};
}

size_t modulator_count(const modulator *modulator, int64_t step)
{
  size_t n = modulator->n;
  while (n > 0 && modulator->events[n - 1].step > step) n--;
  return n;
}

static void trace_from(modulator *modulator, size_t i)
{
  modulator_event *events = modulator->events;
  for (; i < modulator->n; i++) {
    events[i].trace = events[i].count;
    if (i == 0) continue;
    const double since = (double)(events[i].step - events[i - 1].step);
    events[i].trace += events[i - 1].trace * vector_exp(-since * modulator->rate);
  }
}

static bool has_event(const modulator *modulator, size_t n, int64_t step)
{
  return n > 0 && modulator->events[n - 1].step == step;
}

void modulator_add(modulator *modulator, int64_t step)
{
  modulator_event *events = modulator->events;
  size_t n = modulator_count(modulator, step);
  if (!has_event(modulator, n, step)) {
    memmove(events + n + 1, events + n, (modulator->n - n) * sizeof *events);
    events[n++] = (modulator_event){.step = step};
    modulator->n++;
  }
  events[n - 1].count++;
  trace_from(modulator, n - 1);
}

void modulator_drop_old(modulator *modulator, int64_t needed)
{
  const size_t n = modulator_count(modulator, needed), dropped = n > 0 ? n - 1 : 0;
  modulator->n -= dropped;
  memmove(modulator->events, modulator->events + dropped, modulator->n * sizeof *modulator->events);
}

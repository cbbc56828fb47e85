/** What a model file says beside the network: how long, what to record, how to split and exchange, where to write. */
#ifndef LOLIGO_IO_SETTINGS_H
#define LOLIGO_IO_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/stream.h"
#include "learn/dataset.h"
#include "learn/settings.h"
#include "loligo/status.h"
#include "network/energy.h"
#include "network/machine.h"

/** When state is saved; a wall time or a number of steps, epochs or batches, or none of them: only when asked and at
 * the end. */
typedef struct checkpoint_settings {
  bool enabled;        /* if not, state is saved where a run ends that went on from a saved state */
  double wall_seconds; /* between two checkpoints, 0: not by wall time */
  int64_t steps;       /* between two checkpoints, 0: not by model time */
  double epochs;       /* likewise of learning */
  uint64_t batches;    /* likewise */
  uint64_t keep;       /* newest ones that stay, >= 1 */
} checkpoint_settings;

typedef struct settings {
  int64_t duration; /* steps */
  void **recorded;  /* [recording_kind_registry.n] what each kind is to record (recording_kind.h);
                              NULL: nothing */
  machine machine;  /* by which methods are chosen and cells split */
  energy_assumptions energy;
  char *partition; /* method names */
  char *exchange;
  char *output; /* directory */
  checkpoint_settings checkpoint;
  dataset *data; /* [n_data] samples to learn from, on rank 0; elsewhere empty until dataset_share() */
  uint64_t n_data;
  learn_settings *learning; /* the model learns, in trials of that duration; NULL: it is simulated */
  double watchdog_seconds;  /* wall time without progress that ends the job, 0: none does */
  char *warnings;           /* about what is allowed but likely meant otherwise: lines with their ends, or NULL */
  char *draw_warnings;      /* the same about laws that can draw what ends a build */
} settings;

void settings_free(settings *settings);

/** Adds a warning, without line end, to one of the texts with warnings, unless it is there. MACHINE without memory. */
loligo_status settings_warn(char **warnings, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Forgets what is to be recorded. */
void settings_free_recorded(settings *settings);

/** Forgets what there was to record before a step, where a run begins there. */
void settings_begin_at(settings *settings, int64_t step);

/** Sends the settings, or fills them with what is read; settings_free() also after a failure. Collective, as the
 * stream. MACHINE without memory, for this rank alone. */
loligo_status settings_transfer(stream *stream, settings *settings);

#endif

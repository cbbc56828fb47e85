/**
 * Samples with what is to be answered, in the form in which they are stored; turned into inputs of a trial when asked.
 *
 * The large arrays exist once on each node, in shared memory, read-only (dataset_share()). What a sample is follows
 * from its number and, where noise is drawn anew, from the epoch, never from rank or batch.
 */
#ifndef LOLIGO_LEARN_DATASET_H
#define LOLIGO_LEARN_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shared_memory.h"
#include "loligo/adjoint.h"
#include "loligo/context.h"
#include "loligo/status.h"

/** Noise that is added to each value, before the scale. */
typedef struct dataset_noise {
  double std;    /* in units of stored values; 0: none */
  bool is_fixed; /* the same for all samples of a run; else drawn for each sample and epoch */
} dataset_noise;

typedef struct dataset {
  const char *name;  /* as in `data` of the model file; owned */
  uint64_t n;        /* samples */
  uint64_t n_values; /* of a sample: cells of the population that shows it */

  /* One of the three. A value stays over the trial. */
  uint8_t *bytes;        /* [n][n_values] */
  float *values;         /* [n][n_values] */
  uint64_t *first_event; /* [n + 1] events of sample i are those from first_event[i] on, by time */
  float *event_time;     /* [first_event[n]] ms from the beginning of the trial */
  uint32_t *event_cell;  /* [first_event[n]] below n_values */

  double scale; /* input = (value + noise + shift) * scale; of an event: its weight */
  double shift; /* in units of stored values */
  dataset_noise noise;
  uint64_t noise_key;    /* bits of a random_key */
  double *fixed_pattern; /* [n_values] in units of its std; NULL unless the noise is fixed */

  /* One of the two. */
  uint64_t n_labels;     /* of a sample, one for each task */
  uint64_t n_classes;    /* labels are from 0 to n_classes - 1 */
  int32_t *labels;       /* [n][n_labels] class of each; or NULL */
  uint64_t n_targets;    /* of a sample */
  float *targets;        /* [n][target_steps][n_targets] of mean_square; or NULL */
  uint64_t target_steps; /* 1: for the mean over the trial; else one for each step of it */

  uint64_t digest;      /* of samples and answers as they are stored, whatever they are called */
  shared_memory shared; /* holds the arrays after dataset_share(); empty: each is its own */
} dataset;

/**
 * Says what noise is added, and draws that which is fixed: a pattern that follows from `seed` and n_values alone, so
 * that all sets of a model have the same. Not collective.
 *
 * @return  MACHINE without memory
 */
loligo_status dataset_set_noise(dataset *set, dataset_noise noise, uint64_t seed);

/**
 * Gives every rank the samples that rank 0 has read: one copy for each node.
 *
 * Collective. On rank 0 `set` owns arrays of memory_allocate(), which are freed; elsewhere it is empty, and is filled.
 *
 * @return  MACHINE without memory, the same on all ranks
 */
loligo_status dataset_share(const loligo_context *context, dataset *set);

/** Empties it; allowed at any time. Not collective. */
void dataset_free(dataset *set);

/** Whether the inputs of a trial change within it. Not collective. */
static inline bool dataset_has_events(const dataset *set)
{
  return set->first_event != NULL;
}

/** Bytes of its arrays on a node. Not collective. */
uint64_t dataset_bytes(const dataset *set);

/** Fills out[n_values] (numbers of that precision) with the inputs of a sample without events, as shown in an epoch.
 * Not collective. */
void dataset_show(const dataset *set, uint64_t sample, uint64_t epoch, loligo_precision precision, void *out);

/** Events of a sample that act within a trial of so many steps; 0 of a sample without events. Not collective. */
uint64_t dataset_count_events(const dataset *set, uint64_t sample, double dt, uint64_t n_steps);

/** Fills out[n_steps][n_values] with the inputs of a sample with events: an event acts in the step of dt ms in which
 * its time lies, later ones than the trial are left out. Not collective. */
void dataset_show_events(const dataset *set, uint64_t sample, double dt, uint64_t n_steps, loligo_precision precision,
                         void *out);

#endif

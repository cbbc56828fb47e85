/**
 * All that is learned: weights and biases of links, parameters that the cells of a layer share. Every rank holds all of
 * it; a rank owns rows of each array, and for these alone it keeps the gradient and what the optimiser remembers.
 */
#ifndef LOLIGO_LEARN_WEIGHTS_H
#define LOLIGO_LEARN_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/arithmetic.h"
#include "learn/layers.h"
#include "learn/optimiser.h"
#include "learn/progress.h"
#include "learn/share.h"

typedef struct weight_array {
  const char *of, *name; /* projection or population; weight, bias, or a shared parameter */
  size_t rows, columns;
  size_t first_row, n_rows; /* that this rank owns */
  bool learns;
  double rate;                       /* factor of the optimiser's */
  void *values;                      /* [rows][columns] */
  void *gradient;                    /* [n_rows][columns] sum over samples; NULL unless it learns */
  void *state[OPTIMISER_MAX_STATES]; /* [n_rows][columns] likewise */
} weight_array;

typedef struct weights {
  const arithmetic *arithmetic;
  weight_array *arrays; /* [n] */
  size_t n;
  size_t *of_link;        /* [links] number of its weights; its bias, if it has one, is the next array */
  size_t *of_layer;       /* [layers] number of its first shared parameter; one array for each */
  training_field *fields; /* [n_fields] */
  size_t n_fields;
  char (*field_names)[32]; /* [n_fields] */
} weights;

/** Draws the first weights and takes the first values of shared parameters; without an optimiser nothing is kept for
 * it. Not collective. MACHINE without memory, INPUT where a shared parameter is drawn; weights_free() also then. */
loligo_status weights_init(const loligo_context *context, const loligo_network *network, const layers *layers,
                           const arithmetic *arithmetic, const optimiser *optimiser, weights *made);
void weights_free(weights *weights);

/** How far one update goes. */
typedef struct weights_stride {
  const optimiser *optimiser;
  loligo_precision precision;
  const double *param; /* of the optimiser */
  double rate;         /* of the schedule */
  uint64_t update;     /* from 1 on */
} weights_stride;

/** Moves owned rows by their gradient. Not collective. */
void weights_move(weights *weights, const weights_stride *stride);

/** Gives all ranks the rows that their owners have, of what learns or of all. Collective. */
void weights_share(const sharing *sharing, weights *weights, bool all);

/** Hash of all; the same on any number of ranks. Not collective. */
uint64_t weights_checksum(const weights *weights);

/** Numbers of an array that this rank owns; numbers of all arrays that learn, and of these those that this rank owns.
 * Not collective. */
static inline size_t weight_array_owned(const weight_array *array)
{
  return array->n_rows * array->columns;
}
size_t weights_learned(const weights *weights);
size_t weights_owned(const weights *weights);

#endif

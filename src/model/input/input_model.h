/**
 * An input from outside the network (the `inputs` of a model file): a current, or spikes onto a receptor, for a
 * selection of cells. An input model is one file,
 * src/model/input/NAME.c, and one line in registry.c.
 */
#ifndef LOLIGO_MODEL_INPUT_INPUT_MODEL_H
#define LOLIGO_MODEL_INPUT_INPUT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/param.h"
#include "base/random/poisson.h"
#include "base/random/random.h"
#include "base/registry.h"
#include "loligo/status.h"
#include "model/neuron/model.h"

/** What an input is made from. */
typedef struct input_setup {
  const double *param;    /* [params.n] values; NAN for LOLIGO_PARAM_LIST rows; a weight is not among them */
  const real_list *lists; /* [params.n] values of LOLIGO_PARAM_LIST rows */
  const double *times;    /* [n_times] ms, ascending, where takes_trains */
  const uint64_t *owners; /* [n_times] index of the target cell, or NULL if all targets get all */
  size_t n_times;
  random_key key; /* RANDOM_INPUT of the input's name */
  double dt;      /* ms */
} input_setup;

/** Currents are drawn ahead for so many steps. */
enum { CURRENT_STEPS = 32 };

/** Currents of the cells at one step, pA. */
typedef double current_row[LOLIGO_BLOCK_CELLS];

/** How a model file may also call an input: by the name of another, one of whose keys is a mapping that has `mark`. The
 * keys of that mapping are then the input's own. */
typedef struct input_form {
  const char *model, *key, *mark; /* "poisson", "rate", "times" for model: poisson, rate: {times: ...} */
} input_form;

typedef struct input_model {
  const char *name, *summary; /* summary: one line; parameters that are one number may differ from cell to cell */
  input_form form;            /* without names where there is none */
  bool takes_trains;
  loligo_param_table params; /* without target, weight, receptor, start, stop, which io adds to all */

  loligo_status (*prepare)(const input_setup *setup, void **shared);
  void (*release)(void *shared);

  /** Of an input that is a current: mean over (or value at the middle of) the step in pA, the same for all cells that
   * share what was prepared. */
  double (*current)(const void *shared, int64_t step);

  /**
   * Of an input that is a current which each cell draws for itself: row k holds those of step first + k. They are
   * functions of what was prepared, the step and the cell's index alone: nothing is kept from step to step.
   *
   * @param first  step, a multiple of CURRENT_STEPS
   * @param n      cells, at most LOLIGO_BLOCK_CELLS
   * @param index  [n] ascending indices of the cells within their population
   * @param rows   [CURRENT_STEPS] -> [n] filled
   */
  void (*draw)(const void *shared, int64_t first, size_t n, const uint64_t *index, current_row *rows);

  /**
   * Of an input that is spikes: how many reach each cell; row k holds those at (first + k + 1) * dt.
   *
   * @param first  step, a multiple of POISSON_STEPS
   * @param n      cells, at most LOLIGO_BLOCK_CELLS
   * @param index  [n] ascending indices of the cells within their population
   * @param rows   [POISSON_STEPS] -> [n] filled
   */
  void (*count)(const void *shared, int64_t first, size_t n, const uint64_t *index, poisson_row *rows);

  /** Of an input that is spikes: the one number that a cell with these parameters needs. INPUT where there is none.
   * NULL where one number will not do: where cells differ, each is then prepared for and counted alone. */
  loligo_status (*derive)(const double *param, double dt, double *derived);

  /** count() where cells differ in a parameter, which is NAN to prepare(): derived[n] is from derive(). */
  void (*count_each)(const void *shared, const double *derived, int64_t first, size_t n, const uint64_t *index,
                     poisson_row *rows);
} input_model;

REGISTRY_OF(input_model);

_Static_assert((int)LOLIGO_BLOCK_CELLS <= (int)POISSON_MAX_CELLS, "a block is served at once");

/** Whether an input adds pA; if not, its spikes reach a receptor with a weight. */
static inline bool input_model_is_current(const input_model *model)
{
  return model->current || model->draw;
}

#endif
